"""What the watched folder brought stays told on Commandes, file by file, until somebody puts it away."""

from __future__ import annotations

from pathlib import Path

import pytest
from page_fakes import (
    FakeLook,
    FakePapers,
    FakeRefusal,
    FakeReport,
    FakeTakeIn,
    FakeWatch,
    make_desk,
    make_orders,
    shown,
)
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from wismo_desk.domain.order_remarks import SHORTEST_SCAN, TOO_SHORT, LineRemark
from wismo_desk.flows.sweep import Swept
from wismo_desk.flows.take_in import Underway
from wismo_desk.ui.detail_parts import IconButton
from wismo_desk.ui.orders_page import OrdersPage
from wismo_desk.ui.parts import Answer
from wismo_desk.ui.scan_router import Wedge
from wismo_desk.ui.theme import Look

REFUSED = FakeRefusal(line_no=3, sentence="The line names no order: fill the column.")
REMARK = LineRemark(4, TOO_SHORT, (("number", "A1"),))


def _page(qtbot: QtBot, look: Look, tmp_path: Path, take_in: FakeTakeIn | None = None) -> OrdersPage:
    page = OrdersPage(
        make_desk(look),
        FakeWatch(10, orders=make_orders()),
        take_in or FakeTakeIn(FakeLook()),
        FakePapers(),
        documents=tmp_path / "documents",
        watched=tmp_path / "in",
    )
    qtbot.addWidget(page)
    page.resize(1310, 720)
    page.start()
    shown(qtbot, page)
    return page


def swept(tmp_path: Path, name: str, stem: str, **report: object) -> Swept:
    told = FakeReport(**report)  # type: ignore[arg-type]  # a report as pages see it
    errors = tmp_path / "error" / f"{stem}-errors.csv"
    return Swept(name=name, moved=tmp_path / f"{stem}.csv", report=told, errors=errors)  # type: ignore[arg-type]


def messages(page: OrdersPage) -> list[str]:
    return [
        " ".join(label.text() for label in answer.findChildren(QLabel))
        for answer in page.waiting.findChildren(Answer)
    ]


def test_refused_lines_of_each_file_are_told(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    page = _page(qtbot, look, tmp_path)
    refused = (REFUSED,)
    page.show_swept(swept(tmp_path, "a.csv", "a-1", refusals=refused))
    page.show_swept(swept(tmp_path, "a.csv", "a-2", refusals=refused))  # of the same name: another file
    page.show_swept(swept(tmp_path, "b.csv", "b-1"))  # whole: nothing to tell, and it takes nothing away
    told = messages(page)
    assert len(told) == 2
    assert str(tmp_path / "error" / "a-1-errors.csv") in told[0]
    assert str(tmp_path / "error" / "a-2-errors.csv") in told[1]
    page.waiting.findChildren(IconButton)[0].click()
    assert len(messages(page)) == 1
    page.waiting.findChildren(IconButton)[0].click()
    assert not page.waiting.isVisible()


def test_many_messages_come_up_one_after_the_other(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    page = _page(qtbot, look, tmp_path)
    for number in range(5):
        page.show_swept(swept(tmp_path, f"{number}.csv", f"{number}-1", refusals=(REFUSED,)))
    labels = [label.text() for label in page.waiting.findChildren(QLabel)]
    assert make_desk(look).words("Messages on other files below these: {count}.", count=2) in labels
    assert len(messages(page)) == 3
    page.waiting.findChildren(IconButton)[0].click()
    assert len(messages(page)) == 3


def test_remarks_stand_on_the_page_and_in_the_pane(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    page = _page(qtbot, look, tmp_path)
    page.show_swept(swept(tmp_path, "c.csv", "c-1", remarks=(REMARK,)))
    assert "A1" in messages(page)[0]
    page.open_pane()
    assert any("A1" in label.text() for label in page.pane.findChildren(QLabel))


def test_the_pane_says_how_far_a_long_file_is(qtbot: QtBot, look: Look, tmp_path: Path) -> None:
    page = _page(qtbot, look, tmp_path)
    far = page.pane.how_far
    far.start("long.csv")
    far.show_newest()
    assert "long.csv" in page.pane.outcome.accessibleName()
    far(Underway(4_000))
    far.show_newest()
    assert "4" in page.pane.outcome.accessibleName()
    far(Underway(9_000, 250, 8_000))
    far.show_newest()
    assert "250" in page.pane.outcome.accessibleName()
    far.stop()


@pytest.mark.parametrize("wedge", [Wedge()])
def test_the_shortest_scan_is_the_scanners(wedge: Wedge) -> None:
    assert wedge.shortest == SHORTEST_SCAN
