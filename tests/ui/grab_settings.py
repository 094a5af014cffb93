"""Pictures of the settings' sharing and messages, to look at: python tests/ui/grab_settings.py FOLDER."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from page_fakes import RESOURCES, french_words
from PySide6.QtWidgets import QApplication
from settings_fakes import MAIL, UNJOINED, FakeLine, FakeOthers, open_page

from wismo_desk.errors import SharedUnreachable
from wismo_desk.settings.mail import MailSettings
from wismo_desk.ui.icons import Icons
from wismo_desk.ui.settings_page import SettingsPage
from wismo_desk.ui.theme import THEMES, Look, load_fonts

AWAY = SharedUnreachable("The shared database does not answer. The desk goes on and catches up by itself.")


def _ask(page: SettingsPage) -> None:
    assert page.sharing.join_card is not None
    page.sharing.join_card.fresh.click()


def _refuse(page: SettingsPage) -> None:
    page.mail.test.click()
    page.mail.port.setText("smtp")
    page.mail.port.editingFinished.emit()


def main(folder: Path) -> None:
    app = QApplication([])
    load_fonts(RESOURCES / "fonts")
    words = french_words()
    for theme in THEMES.values():
        look = Look(theme, Icons(RESOURCES / "icons"))
        look.dress(app)
        for width, height in ((1836, 1032), (1310, 720)):
            for name, section, line, mail, then in (
                ("alone", 6, None, MAIL, None),
                ("away", 6, FakeLine(error=AWAY, waiting=14), MAIL, None),
                ("join", 6, UNJOINED, MAIL, None),
                ("lose", 6, UNJOINED, MAIL, _ask),
                ("mail", 7, None, replace(MAIL, test_to=""), None),
                ("mail-off", 7, None, MailSettings(), None),
                ("mail-test", 7, None, MAIL, _refuse),
            ):
                shared = "" if name == "alone" else FakeLine().address
                page = open_page(look, FakeOthers(line), shared=shared, mail=mail, words=words)
                page.resize(width, height)
                page.show()
                page.show_section(section)
                if then is not None:
                    then(page)
                for _ in range(5):  # a card that grew is laid out anew, from the inside to the outside
                    app.processEvents()
                page.grab().save(str(folder / f"settings-{name}-{theme.name}-{width}.png"))
                page.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
