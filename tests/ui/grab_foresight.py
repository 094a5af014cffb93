"""Pictures of the forecast's record and of the panel's line: python tests/ui/grab_foresight.py FOLDER."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from foresight_fakes import LATE, ON_TIME, OVERDUE, TODAY_ONLY, FakeForesight, day, report, report_of_both
from page_fakes import RESOURCES, Direct, french_words, make_desk, make_row
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from wismo_desk.ui.foresight_line import ExpectedLine
from wismo_desk.ui.foresight_record import ForesightRecord
from wismo_desk.ui.icons import Icons
from wismo_desk.ui.theme import DARK, LIGHT, Look, load_fonts
from wismo_desk.words import Words


def main(folder: Path) -> None:
    app = QApplication([])
    load_fonts(RESOURCES / "fonts")
    for theme, words in (
        (LIGHT, french_words()),
        (DARK, Words("en")),
        (LIGHT, Words("en")),
        (DARK, french_words()),
    ):
        look = Look(theme, Icons(RESOURCES / "icons"))
        look.dress(app)
        desk = make_desk(look, words, Direct())
        for width, height in ((1796, 1000), (1290, 690)):
            for name, known in (("record", report()), ("both", report_of_both())):
                page = ForesightRecord(desk, FakeForesight(known).asks())
                page.resize(width, height)
                page.show()
                app.processEvents()
                page.grab().save(str(folder / f"{name}-{theme.name}-{words.language}-{width}.png"))
                for card in page.cards:
                    card.switch.setChecked(True)
                app.processEvents()
                page.grab().save(str(folder / f"{name}-{theme.name}-{words.language}-{width}-tables.png"))
                page.close()
        box = QWidget()
        column = QVBoxLayout(box)
        for one, ahead in ((ON_TIME, 2), (LATE, 3), (OVERDUE, -4), (TODAY_ONLY, 0)):
            line = ExpectedLine(desk)
            line.show_row(replace(make_row(1), expected=one, promised_on=day(ahead)))
            column.addWidget(line)
        box.resize(408, 640)
        box.show()
        app.processEvents()
        box.grab().save(str(folder / f"line-{theme.name}.png"))
        box.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
