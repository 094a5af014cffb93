"""Pictures of the page Réponses, to look at: python tests/ui/grab_answers.py FOLDER."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from answers_fakes import FakeAsks, FakeInbox
from page_fakes import PARIS, RESOURCES, Direct, french_words, make_desk
from PySide6.QtWidgets import QApplication

from wismo_desk.ui.answers_page import AnswersPage
from wismo_desk.ui.icons import Icons
from wismo_desk.ui.theme import DARK, LIGHT, Look, load_fonts
from wismo_desk.words import Words


def main(folder: Path) -> None:
    app = QApplication([])
    load_fonts(RESOURCES / "fonts")
    for theme, words in ((LIGHT, french_words()), (DARK, Words("en", zone=PARIS))):
        look = Look(theme, Icons(RESOURCES / "icons"))
        look.dress(app)
        for width, height in ((1836, 1032), (1310, 720)):
            for name in ("card", "mail", "empty", "handoff", "pick", "doubt"):
                page = AnswersPage(make_desk(look, words, Direct()), FakeAsks(), FakeInbox())
                page.resize(width, height)
                page.show()
                page.start()
                if name == "card":
                    page.search_entered("rou")
                elif name != "empty":
                    page.reading.click()
                    page.list.choose({"mail": 0, "doubt": 4}.get(name, 3))
                if name == "pick":
                    page.card.pick.field.setText("roussel")
                    page.card.pick.wanted.emit("roussel")
                for _ in range(5):  # a card that grew is laid out anew, from the inside to the outside
                    app.processEvents()
                page.grab().save(str(folder / f"answers-{name}-{words.language}-{theme.name}-{width}.png"))
                page.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
