"""Pictures of the wall board, to look at: python tests/ui/grab_wall.py FOLDER."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from page_fakes import NOW, PARIS, RESOURCES, french_words
from PySide6.QtWidgets import QApplication
from wall_scenes import ALL_READY, BUSY, TROUBLE, at, load

from wismo_desk.domain.wall import Exceptions
from wismo_desk.ui.icons import Icons
from wismo_desk.ui.theme import THEMES, Look, load_fonts
from wismo_desk.ui.wall_board import WallBoard
from wismo_desk.ui.wall_tiles import Machines
from wismo_desk.words import Words

MISSED = replace(
    BUSY,
    loads=(
        load("DPD", at(15, 0), 76, 7),
        load("Livraison magasin", at(17, 30), 1264, 1148),
        load("Chronopost", at(18, 0), 86, 0),
    ),
    exceptions=Exceptions(count=3, doubts=2),
)
QUIET = replace(BUSY, loads=(), pace=None, exceptions=Exceptions(), done_today=0)
ONE = replace(BUSY, loads=BUSY.loads[:1])
MANY = replace(BUSY, loads=(*BUSY.loads, load("GLS", at(18, 15), 3, 31), load("UPS", at(18, 30), 4, 9)))


def main(folder: Path) -> None:
    app = QApplication([])
    load_fonts(RESOURCES / "fonts")
    for theme in THEMES.values():
        look = Look(theme, Icons(RESOURCES / "icons"))
        look.dress(app)
        for words in (french_words(), Words("en", zone=PARIS)):
            for name, wall, machines, assumed in (
                ("busy", BUSY, ALL_READY, 0),
                ("tried", BUSY, ALL_READY, 4),
                ("missed", MISSED, TROUBLE, 0),
                ("quiet", QUIET, Machines(), 0),
                ("one", ONE, ALL_READY, 0),
                ("many", MANY, ALL_READY, 0),
            ):
                board = WallBoard(look, words, clock=lambda: NOW)
                for width, height in ((1920, 1080), (1366, 768)):
                    board.resize(width, height)
                    board.show_wall(wall)
                    board.show_machines(machines)
                    board.assume(assumed)
                    board.show()
                    app.processEvents()
                    board.grab().save(str(folder / f"wall-{name}-{theme.name}-{words.language}-{width}.png"))
                board.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
