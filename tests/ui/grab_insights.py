"""Pictures of the page Chiffres, to look at: python tests/ui/grab_insights.py FOLDER."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from insight_scenes import FULL, PERIOD, FakeInsights
from page_fakes import CARRIERS, PARIS, RESOURCES, Direct, french_words, make_desk
from PySide6.QtWidgets import QApplication

from wismo_desk.domain.figures import Figures, Kept, Lane
from wismo_desk.flows.insight_saying import Saying
from wismo_desk.flows.insight_words import tell
from wismo_desk.ui.icons import Icons
from wismo_desk.ui.insights_page import InsightsPage
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.theme import THEMES, Look, load_fonts
from wismo_desk.words import Words

FEW = Figures(period=PERIOD, lanes={Lane("own", "home", "FR"): Kept(due=6, late=1)})


def named(desk: Desk) -> Callable[[str, str], tuple[str, str]]:
    return lambda carrier, service: (desk.names.carrier(carrier), desk.names.service(carrier, service))


def main(folder: Path) -> None:
    app = QApplication([])
    load_fonts(RESOURCES / "fonts")
    for theme in THEMES.values():
        look = Look(theme, Icons(RESOURCES / "icons"))
        look.dress(app)
        for words in (french_words(), Words("en", zone=PARIS)):
            desk = make_desk(look, words, Direct())
            for name, figures in (
                ("full", FULL),
                ("few", FEW),
                ("empty", Figures(period=PERIOD)),
                ("table", FULL),
            ):
                page = InsightsPage(
                    desk,
                    FakeInsights(figures),
                    tell=partial(tell, Saying(words, named(desk))),
                    draw=lambda _report: b"",
                    documents=folder,
                    carriers=[(one.code, one.name) for one in CARRIERS],
                    wall=lambda: None,
                )
                for width, height in ((1836, 1032), (1310, 720)):
                    page.resize(width, height)
                    page.show()
                    if name == "table":
                        for card in page._cards:
                            card.switch.setChecked(True)
                    app.processEvents()
                    page.grab().save(
                        str(folder / f"figures-{name}-{theme.name}-{words.language}-{width}.png")
                    )
                    if name == "full":
                        page._scroll.widget().grab().save(
                            str(folder / f"figures-whole-{theme.name}-{words.language}-{width}.png")
                        )
                page.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
