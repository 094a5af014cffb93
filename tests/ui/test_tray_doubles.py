"""Two labels on one parcel: both numbers are shown, one is voided from here, and the task goes away."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from page_fakes import NOW, FakeResolve, Later, french_words, make_desk, shown
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from wismo_desk.domain.fact import Changes
from wismo_desk.domain.watching import OneLabel, TwoLabels
from wismo_desk.errors import Refused
from wismo_desk.ui.parts import Button
from wismo_desk.ui.theme import Look
from wismo_desk.ui.tray_page import TrayPage

FIRST = OneLabel(
    parcel_id=UUID(int=1),
    number="395212340000000018",
    carrier="own",
    carrier_name="Livraison magasin",
    station="Poste 1",
    bought_at=NOW - timedelta(hours=1),
    has_left=False,
)
SECOND = replace(FIRST, parcel_id=UUID(int=2), number="395212340000005013", station="Poste 2", bought_at=NOW)
TASK = TwoLabels(
    order_id=UUID(int=9),
    order_number="10482",
    customer="Hélène Garnier",
    place="Dijon",
    parcel_no=1,
    labels=(FIRST, SECOND),
)


class Twice:
    """The tasks, and what was voided."""

    def __init__(self, *tasks: TwoLabels) -> None:
        self.tasks = list(tasks)
        self.said: list[tuple[UUID, str]] = []
        self.error: Refused | None = None

    def __call__(self) -> list[TwoLabels]:
        return list(self.tasks)

    def void(self, parcel_id: UUID, *, reason: str) -> Changes:
        if self.error:
            raise self.error
        self.said.append((parcel_id, reason))
        self.tasks = []
        return Changes(shipments=frozenset({UUID(int=5)}))


def _page(qtbot: QtBot, look: Look, twice: Twice, run: object = None, *, french: bool = False) -> TrayPage:
    resolve = FakeResolve()
    resolve.open, resolve.cleared = [], []
    desk = make_desk(look, french_words() if french else None, run=run)
    page = TrayPage(desk, resolve, lambda _job: None, carriers=str, twice=twice, void=twice.void)
    qtbot.addWidget(page)
    page.resize(1310, 720)
    page.start()
    shown(qtbot, page)
    return page


def _buttons(page: TrayPage) -> list[Button]:
    return [each for each in page.doubles.findChildren(Button) if each.text() == "Void this one"]


def test_both_numbers_and_who_bought_them(qtbot: QtBot, look: Look) -> None:
    counts: list[int] = []
    twice = Twice()
    page = _page(qtbot, look, twice)
    assert page._blank.isVisible()
    page.counted.connect(counts.append)
    twice.tasks = [TASK]
    page.apply(Changes(shipments=frozenset({UUID(int=5)})))
    said = " ".join(label.text() for label in page.doubles.rows[0].findChildren(QLabel))
    for part in ("10482", "Hélène Garnier", "Poste 1", "Poste 2"):
        assert part in said
    bare = said.replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    assert FIRST.number in bare and SECOND.number in bare
    assert counts[-1] == 1 and not page._blank.isVisible()


def test_one_is_voided_with_a_reason_and_the_task_is_gone(qtbot: QtBot, look: Look) -> None:
    twice = Twice(TASK)
    page = _page(qtbot, look, twice)
    _buttons(page)[1].click()
    question = page.doubles.question
    assert question is not None
    assert not question._yes.isEnabled() and twice.said == []
    question._group.button(0).click()
    with qtbot.waitSignal(page.changed):
        question._yes.click()
    assert twice.said == [(SECOND.parcel_id, "The parcel wears the other label")]
    assert page.doubles.rows == [] and page._blank.isVisible()
    assert page.doubles.outcome.accessibleName() == f"Label {SECOND.number} is void."


def test_one_that_left_with_the_driver_stays(qtbot: QtBot, look: Look) -> None:
    page = _page(qtbot, look, Twice(replace(TASK, labels=(replace(FIRST, has_left=True), SECOND))))
    assert [each.accessibleName() for each in _buttons(page)] == [f"Void the label {SECOND.number}"]


def test_a_refusal_is_told_and_the_task_stays(qtbot: QtBot, look: Look) -> None:
    twice = Twice(TASK)
    twice.error = Refused("This label is void already.")
    page = _page(qtbot, look, twice)
    _buttons(page)[0].click()
    assert page.doubles.question is not None
    page.doubles.question._group.button(1).click()
    page.doubles.question._yes.click()
    assert page.doubles.outcome.accessibleName() == "This label is void already."
    assert len(page.doubles.rows) == 1


def test_a_burst_of_news_is_read_once_more_and_an_open_question_stays(qtbot: QtBot, look: Look) -> None:
    twice, lanes = Twice(TASK), Later()
    page = _page(qtbot, look, twice, lanes)
    lanes.go()
    _buttons(page)[0].click()
    question = page.doubles.question
    for _ in range(5):
        page.apply(Changes(shipments=frozenset({UUID(int=5)})))
    assert len(lanes.waiting) == 1
    lanes.go()
    assert len(lanes.waiting) <= 1 and page.doubles.question is question
    lanes.go()
    assert not lanes.waiting
    twice.tasks = []
    page.apply(Changes(shipments=frozenset({UUID(int=5)})))
    lanes.go()
    assert page.doubles.question is None, "another desk settled it"
