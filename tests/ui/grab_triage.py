"""Pictures of the work list, to look at: python tests/ui/grab_triage.py FOLDER."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from claim_fakes import FakeClaims
from page_fakes import RESOURCES, Direct, french_words, make_desk
from PySide6.QtWidgets import QApplication, QWidget
from tell_fakes import FakeTell
from triage_fakes import FakeTriage

from wismo_desk.ui.icons import Icons
from wismo_desk.ui.settle_page import SettlePage
from wismo_desk.ui.theme import THEMES, Look, load_fonts
from wismo_desk.ui.triage_page import TriagePage
from wismo_desk.words import Words


def main(folder: Path) -> None:
    app = QApplication([])
    load_fonts(RESOURCES / "fonts")
    french = french_words()
    for theme in THEMES.values():
        look = Look(theme, Icons(RESOURCES / "icons"))
        look.dress(app)
        for words, width, height in ((french, 1836, 1032), (Words("en", zone=french.zone), 1310, 720)):
            desk = make_desk(look, words, Direct())
            for name in ("open", "asks", "tray", "empty"):
                triage = TriagePage(
                    desk,
                    FakeTriage(() if name == "empty" else FakeTriage().groups),
                    claim=FakeClaims(),
                    tell=FakeTell(),
                )
                page = SettlePage(desk, triage, QWidget())
                page.resize(width, height)
                page.show()
                page.start()
                app.processEvents()
                if name in ("open", "asks"):
                    triage._toggle(triage.list.current)
                    triage.list.setFocus()
                if name == "asks":
                    page.show_questions(2)
                    triage._act("A")
                app.processEvents()
                page.grab().save(str(folder / f"triage-{name}-{theme.name}-{words.language}-{width}.png"))
                page.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
