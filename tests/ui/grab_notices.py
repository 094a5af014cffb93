"""Pictures of the notices page, to look at: python tests/ui/grab_notices.py FOLDER."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from notice_fakes import ON, FakeNotify
from page_fakes import NOW, RESOURCES, Direct, french_words, make_desk
from PySide6.QtWidgets import QApplication

from wismo_desk.errors import MailUnreachable
from wismo_desk.settings.mail import MailSettings
from wismo_desk.ui.icons import Icons
from wismo_desk.ui.notices_page import NoticesPage
from wismo_desk.ui.theme import THEMES, Look, load_fonts


def main(folder: Path) -> None:
    app = QApplication([])
    load_fonts(RESOURCES / "fonts")
    words = french_words()
    for theme in THEMES.values():
        look = Look(theme, Icons(RESOURCES / "icons"))
        look.dress(app)
        for width, height in ((1836, 1032), (1310, 720)):
            for name, notify in (
                ("list", FakeNotify(several=True)),
                ("failed", FakeNotify(several=True)),
                ("test", FakeNotify(mail=replace(ON, test_to="moi@papeterie.example"))),
                ("off", FakeNotify(0, MailSettings())),
            ):
                page = NoticesPage(make_desk(look, words, Direct()), notify)
                page.resize(width, height)
                page.show()
                page.start()
                if name == "failed":
                    page.show_view("failed")
                    page.again.ask()
                elif name != "off":
                    page.view.selectRow(0 if name == "list" else 1)
                    page._choose(0 if name == "list" else 1)
                if name == "test":
                    page.pane.ask_resend()
                    away = "The mail server {host} does not answer. The messages wait and are tried again."
                    page.show_pause(MailUnreachable(away, host="smtp.papeterie.example"), NOW)
                app.processEvents()
                page.grab().save(str(folder / f"notices-{name}-{theme.name}-{width}.png"))
                page.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
