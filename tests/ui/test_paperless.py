"""Practice without a scanner and without paper."""

from __future__ import annotations

from typing import Any

import pytest
from bench_views import label_png
from PySide6.QtWidgets import QAbstractButton

from wismo_desk.ui.paperless import Mood, PaperLabel, PracticePanel, PracticeScans
from wismo_desk.ui.theme import Look
from wismo_desk.words import Words


@pytest.fixture
def panel(look: Look, french: Words, qtbot: Any) -> PracticePanel:
    made = PracticePanel(look, french, preview=lambda png, done: done(png))
    qtbot.addWidget(made)
    made.show()
    return made


def label(number: int) -> PaperLabel:
    return PaperLabel(
        code=f"6A{number:011d}", title=f"Colissimo · {number}", detail="Tours", image=label_png()
    )


def test_buttons_scan_what_the_bench_could_scan_now(panel: PracticePanel, qtbot: Any) -> None:
    panel.show_scans(PracticeScans(order=("10483", "10483"), right=("Mug", "9520000001025")))
    assert panel._buttons["order"].isEnabled()
    assert not panel._buttons["wrong"].isEnabled()
    with qtbot.waitSignal(panel.scanned) as scanned:
        panel._buttons["right"].click()
    assert scanned.args == ["9520000001025"]


def test_the_label_on_top_is_scanned_by_its_button(panel: PracticePanel, qtbot: Any) -> None:
    assert not panel._scan_label.isEnabled()
    panel.add_label(label(1))
    panel.add_label(label(2))
    with qtbot.waitSignal(panel.scanned) as scanned:
        panel._scan_label.click()
    assert scanned.args == ["6A00000000002"]
    panel.show_label(label(1))
    with qtbot.waitSignal(panel.scanned) as scanned:
        panel._scan_label.click()
    assert scanned.args == ["6A00000000001"]


def test_a_long_day_keeps_the_last_thirty(panel: PracticePanel, qapp: Any) -> None:
    for number in range(40):
        panel.add_label(PaperLabel(code=f"{number:04d}", title="Label", detail=""))
    assert len(panel._labels) == 30
    assert panel._older.count() == 31, "thirty rows and the stretch"


def test_everything_is_named(panel: PracticePanel) -> None:
    panel.add_label(label(1))
    assert all(button.accessibleName() for button in panel.findChildren(QAbstractButton))


def test_the_carrier_can_be_told_to_fail(panel: PracticePanel, qtbot: Any) -> None:
    with qtbot.waitSignal(panel.mood_chosen) as chosen:
        panel.mood.setCurrentIndex(1)
    assert chosen.args == [Mood.SILENT]


def test_the_list_of_labels_fits_the_panel(panel: PracticePanel) -> None:
    panel.resize(320, 720)
    panel.add_label(PaperLabel(code="0" * 18, title="Livraison magasin · 10482", detail=""))
    button = panel._older.itemAt(0).widget()
    assert button is not None
    assert button.sizeHint().width() <= 320 - 24 - 32
