"""Pictures of the grid page, to look at: python tests/ui/grab_shipments.py FOLDER."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from grid_fakes import FakeVerbs, ForeseenWatch
from page_fakes import RESOURCES, Direct, FakeFlows, french_words, make_desk
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from wismo_desk.ui.detail_panel import DetailPanel
from wismo_desk.ui.icons import Icons
from wismo_desk.ui.shipments_page import ShipmentsPage
from wismo_desk.ui.theme import THEMES, Look, load_fonts
from wismo_desk.words import Words


def main(folder: Path) -> None:
    app = QApplication([])
    load_fonts(RESOURCES / "fonts")
    french = french_words()
    for theme in list(THEMES.values())[:2]:
        look = Look(theme, Icons(RESOURCES / "icons"))
        look.dress(app)
        for words, width, height in ((french, 1836, 1032), (Words("en", zone=french.zone), 1310, 720)):
            desk = make_desk(look, words, Direct())
            for name in ("rows", "many", "ask", "panel"):
                watch = ForeseenWatch(386)
                asks = FakeFlows(watch).detail_asks(lambda png: b"")
                page = ShipmentsPage(
                    desk,
                    watch,
                    lambda parent, asks=asks, desk=desk: DetailPanel(desk, asks, parent),
                    FakeVerbs().asks(),
                )
                page.resize(width, height)
                page.show()
                page.start()
                app.processEvents()
                page.view.choose(3)
                if name in ("many", "ask"):
                    for _ in range(4):
                        QTest.keyClick(page.view, Qt.Key.Key_Space)
                if name == "ask" and page.extras:
                    page.extras.bar.snooze()
                if name == "panel":
                    page._open(2)
                app.processEvents()
                page.grab().save(str(folder / f"grid-{name}-{theme.name}-{words.language}-{width}.png"))
                page.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
