"""Pictures of the claims page, to look at: python tests/ui/grab_claims.py FOLDER."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from claim_fakes import FakeClaims, make_asks
from page_fakes import PARIS, RESOURCES, Direct, french_words, make_desk
from PySide6.QtWidgets import QApplication

from wismo_desk.ui.claims_page import ClaimsPage
from wismo_desk.ui.icons import Icons
from wismo_desk.ui.theme import THEMES, Look, load_fonts
from wismo_desk.words import Words


def main(folder: Path) -> None:
    app = QApplication([])
    load_fonts(RESOURCES / "fonts")
    spoken = {"fr": french_words(), "en": Words("en", zone=PARIS)}
    for theme in THEMES.values():
        look = Look(theme, Icons(RESOURCES / "icons"))
        look.dress(app)
        for width, height in ((1836, 1032), (1310, 720)):
            for name in ("list", "draft", "sent", "ask", "months", "empty"):
                language = "en" if name in ("sent", "months") else "fr"
                page = ClaimsPage(
                    make_desk(look, spoken[language], Direct()),
                    make_asks(FakeClaims(0 if name == "empty" else 10), folder, []),
                )
                page.resize(width, height)
                page.show()
                page.start()
                if name in ("draft", "ask", "sent"):
                    row = 4 if name == "sent" else 0
                    page.view.choose(row)
                    page._choose(row)
                if name == "ask":
                    page.act("S")
                if name == "months":
                    page.bar.toggle_months()
                for _ in range(3):  # a layout in a scrolled column settles in steps
                    app.processEvents()
                page.grab().save(str(folder / f"claims-{name}-{theme.name}-{width}.png"))
                page.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
