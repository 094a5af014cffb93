"""Pictures of the rules and channels of messages, to look at: python tests/ui/grab_messages.py FOLDER [en]."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from message_fakes import TWO, FakeChoices
from page_fakes import RESOURCES, Direct, french_words
from PySide6.QtWidgets import QApplication
from settings_fakes import MAIL, FakeOthers, open_page

from wismo_desk.settings.channels import Provider
from wismo_desk.ui.icons import Icons
from wismo_desk.ui.settings_channels import SmsCard
from wismo_desk.ui.theme import THEMES, Look, load_fonts
from wismo_desk.words import Words


def main(folder: Path, language: str) -> None:
    app = QApplication([])
    load_fonts(RESOURCES / "fonts")
    words = french_words() if language == "fr" else Words("en")
    for theme in THEMES.values():
        look = Look(theme, Icons(RESOURCES / "icons"))
        look.dress(app)
        for width, height in ((1836, 3600), (1310, 3600)):
            page = open_page(
                look, FakeOthers(None), mail=MAIL, words=words, notices=FakeChoices(*TWO).asks, run=Direct()
            )
            page.resize(width, height)
            page.show()
            page.show_section(7)
            if width < 1400:
                for card in page.findChildren(SmsCard):
                    card._choose(Provider.OVH)
            for _ in range(5):
                app.processEvents()
            page.grab().save(str(folder / f"messages-{language}-{theme.name}-{width}.png"))
            page.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "fr")
