"""Pictures of Commandes with what the watched folder brought, and of the bench that asks which of two orders is meant:
python tests/ui/grab_orders_told.py FOLDER."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from page_fakes import (
    RESOURCES,
    Direct,
    FakeLook,
    FakePapers,
    FakeRefusal,
    FakeReport,
    FakeTakeIn,
    FakeWatch,
    french_words,
    make_desk,
    make_orders,
)
from PySide6.QtWidgets import QApplication

from wismo_desk.domain.order_remarks import IS_TAKEN, TOO_SHORT, LineRemark
from wismo_desk.domain.order_rows import HUGE_QUANTITY
from wismo_desk.flows.sweep import Swept
from wismo_desk.ui.icons import Icons
from wismo_desk.ui.orders_page import OrdersPage
from wismo_desk.ui.theme import THEMES, Look, load_fonts
from wismo_desk.words import Words

REFUSED = FakeRefusal(
    line_no=14,
    sentence=HUGE_QUANTITY,
    values=(("value", "999999999"), ("most", 999_999)),
    raw_line="10482;1;TS-M;999999999",
)
REMARKS = (
    LineRemark(4, TOO_SHORT, (("number", "A1"),)),
    LineRemark(9, IS_TAKEN, (("number", "10482"), ("other", "F1"), ("own", "F2"))),
)


def swept(name: str, stem: str, **told: object) -> Swept:
    errors = Path(f"/home/wismo/.local/share/wismo-desk/orders/error/{stem}-errors.csv")
    report = FakeReport(**told)  # type: ignore[arg-type]  # a report as pages see it
    return Swept(name=name, moved=Path(f"{stem}.csv"), report=report, errors=errors)  # type: ignore[arg-type]


def main(folder: Path) -> None:
    app = QApplication([])
    load_fonts(RESOURCES / "fonts")
    french = french_words()
    for theme in THEMES.values():
        look = Look(theme, Icons(RESOURCES / "icons"))
        look.dress(app)
        for words, width, height in ((french, 1836, 1032), (Words("en", zone=french.zone), 1310, 720)):
            page = OrdersPage(
                make_desk(look, words, Direct()),
                FakeWatch(10, orders=make_orders()),
                FakeTakeIn(FakeLook()),
                FakePapers(),
                documents=folder,
                watched=folder,
            )
            page.resize(width, height)
            page.show()
            page.start()
            for number in range(4):
                page.show_swept(
                    swept(f"export-{number}.csv", f"export-{number}-20261122-1030", refusals=(REFUSED,))
                )
            page.show_swept(swept("lundi.csv", "lundi-1", refusals=(REFUSED,), remarks=REMARKS))
            page.open_pane()
            for _ in range(3):
                app.processEvents()
            page.grab().save(str(folder / f"orders-told-{theme.name}-{words.language}-{width}.png"))
            page.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
