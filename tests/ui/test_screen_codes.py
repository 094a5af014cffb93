"""What a scanner pointed at the screen can read: the command codes that are meant, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from bench_views import LABEL, NOW, VIEWS, label_png
from PIL import Image
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from wismo_desk.domain.bench_view import BenchMode
from wismo_desk.domain.commands import Command
from wismo_desk.labels.fonts import Fonts
from wismo_desk.labels.preview import preview
from wismo_desk.ui.bench_page import BenchPage
from wismo_desk.ui.paperless import PaperLabel, PracticePanel, PracticeScans
from wismo_desk.ui.theme import Look
from wismo_desk.words import Words

RESOURCES = Path(__file__).parents[2] / "resources"


@pytest.fixture(scope="module")
def paper(qapp: Any) -> Fonts:
    return Fonts(RESOURCES / "fonts")


def read(widget: QWidget) -> set[str]:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    grey = Image.frombuffer(
        "L", (image.width(), image.height()), bytes(image.constBits()), "raw", "L", image.bytesPerLine(), 1
    )
    found = set()
    for scale in (1.0, 0.5, 1.5):
        size = (round(grey.width * scale), round(grey.height * scale))
        found |= {code.text for code in zxingcpp.read_barcodes(grey.resize(size, Image.Resampling.BILINEAR))}
    return found


def bench(look: Look, words: Words, fonts: Fonts | None) -> BenchPage:
    def cut(png: bytes, done: Any) -> None:
        done(preview(png, fonts=fonts, words=words) if fonts else png)

    return BenchPage(
        look, words, clock=lambda: NOW, pictures=RESOURCES / "practice" / "pictures", preview=cut, stays_ms=0
    )


def meant(name: str) -> set[str]:
    """The ways out that each mode shows as a code."""
    view = VIEWS[name]
    if view.problem is not None:
        codes = {Command.OK}
        if view.problem.can_retry:
            codes.add(Command.REPRINT)
        if view.problem.can_finish_partial:
            codes.add(Command.PARTIAL)
    else:
        codes = {
            BenchMode.LABEL_OUT: {Command.REPRINT},
            BenchMode.MANIFEST: {Command.MANIFEST},
            BenchMode.WEIGHING: {Command.OK},
        }.get(view.mode, set())
        if name in ("packing-no-code", "label-voided"):
            codes = {Command.OK}
        if view.label is not None and view.label.recalled:
            codes = {Command.REPRINT, Command.VOID}
    return {code.value for code in codes}


@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768)])
@pytest.mark.parametrize("name", VIEWS)
def test_the_screen_shows_the_command_codes_and_no_other(
    look: Look, french: Words, paper: Fonts, qtbot: Any, name: str, size: tuple[int, int]
) -> None:
    page = bench(look, french, paper)
    qtbot.addWidget(page)
    page.resize(*size)
    page.show_view(VIEWS[name], NOW)
    assert read(page) == meant(name)


def test_an_uncut_label_on_the_screen_would_be_read(look: Look, french: Words, qtbot: Any) -> None:
    """Why previews are cut: this is what the naive page does."""
    page = bench(look, french, None)
    qtbot.addWidget(page)
    page.resize(1920, 1080)
    page.show_view(VIEWS["label-out"], NOW)
    assert LABEL.tracking_number in read(page)


def test_the_practice_window_shows_no_code(look: Look, french: Words, paper: Fonts, qtbot: Any) -> None:
    panel = PracticePanel(
        look, french, preview=lambda png, done: done(preview(png, fonts=paper, words=french))
    )
    qtbot.addWidget(panel)
    panel.resize(900, 1400)
    panel.add_label(PaperLabel(code="6A17204518835", title="Colissimo · 10482", detail="", image=label_png()))
    panel.show_scans(PracticeScans())
    assert read(panel) == set()
