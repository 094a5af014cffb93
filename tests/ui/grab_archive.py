"""Pictures of the archive, to look at: python tests/ui/grab_archive.py FOLDER."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from archive_fakes import FakeArchive
from grid_fakes import ForeseenWatch
from page_fakes import RESOURCES, Direct, FakeFlows, french_words, make_desk
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from wismo_desk.domain.status import read_codes
from wismo_desk.errors import SharedUnreachable
from wismo_desk.ui.archive_hook import ArchiveHook
from wismo_desk.ui.archive_view import ArchiveAsks
from wismo_desk.ui.detail_panel import DetailPanel
from wismo_desk.ui.detail_words import Timeline
from wismo_desk.ui.icons import Icons
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.shipments_page import ShipmentsPage
from wismo_desk.ui.theme import THEMES, Look, load_fonts
from wismo_desk.words import Words

_CODES = {"own": read_codes("code,status,reason,is_scan\nDELIVERED,delivered,,1\n")}


def picture(desk: Desk, name: str, width: int, height: int, *, agrees: bool) -> QPixmap:
    """The page as it is when nothing was found, with the archive's list, and with the line down."""
    archive, watch = FakeArchive(60, page=40), ForeseenWatch(0 if name == "offered" else 30)
    asks, timeline = FakeFlows(watch).detail_asks(lambda png: b""), Timeline(desk, _CODES)
    page = ShipmentsPage(desk, watch, lambda parent: DetailPanel(desk, asks, parent))
    hook = ArchiveHook(desk, page, ArchiveAsks(archive, lambda found: timeline.of(found.facts)))
    page.resize(width, height)
    page.show()
    page.start()
    page.chips.narrow(text="moreau")
    QApplication.processEvents()
    archive.agrees = agrees
    if name == "down":
        archive.error = SharedUnreachable(
            "The shared database does not answer. The desk goes on and catches up by itself."
        )
    if name != "offered":
        hook.open()
    QApplication.processEvents()
    grabbed = page.grab()
    page.close()
    return grabbed


def main(folder: Path) -> None:
    app = QApplication([])
    load_fonts(RESOURCES / "fonts")
    french = french_words()
    for theme in THEMES.values():
        look = Look(theme, Icons(RESOURCES / "icons"))
        look.dress(app)
        for words, width, height in ((french, 1836, 1032), (Words("en", zone=french.zone), 1310, 720)):
            desk = make_desk(look, words, Direct())
            for name in ("offered", "list", "down"):
                path = folder / f"archive-{name}-{theme.name}-{words.language}-{width}.png"
                picture(desk, name, width, height, agrees=theme.name == "light").save(str(path))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
