"""Pictures of every bench mode, to look at: python tests/ui/grab_bench.py FOLDER [parts of names]."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from bench_views import NOW, VIEWS
from conftest import RESOURCES, catalogue
from PySide6.QtWidgets import QApplication

from wismo_desk.domain.printer import PrinterState
from wismo_desk.labels.fonts import Fonts
from wismo_desk.labels.preview import preview
from wismo_desk.ui.bench_frame import Equipment
from wismo_desk.ui.bench_page import BenchPage
from wismo_desk.ui.icons import Icons
from wismo_desk.ui.theme import THEMES, Look, load_fonts
from wismo_desk.words import Words


def main(folder: Path, wanted: list[str]) -> None:
    app = QApplication([])
    load_fonts(RESOURCES / "fonts")
    fonts = Fonts(RESOURCES / "fonts")
    words = Words("fr", catalogue(*RESOURCES.glob("words/fr/*.po")), zone=ZoneInfo("Europe/Paris"))
    for theme in THEMES.values():
        look = Look(theme, Icons(RESOURCES / "icons"))
        look.dress(app)
        page = BenchPage(
            look,
            words,
            clock=lambda: NOW,
            pictures=RESOURCES / "practice" / "pictures",
            preview=lambda png, done: done(preview(png, fonts=fonts, words=words)),
            stays_ms=0,
        )
        page.show_equipment(
            Equipment(printer="QUAI-3", printer_state=PrinterState.READY, weight_g=642, stable=True)
        )
        for width, height in ((1920, 1080), (1366, 768)):
            page.resize(width, height)
            for name, view in VIEWS.items():
                file = f"{name}-{theme.name}-{width}.png"
                if not wanted or any(word in file for word in wanted):
                    page.show_view(view, NOW)
                    page.grab().save(str(folder / file))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
