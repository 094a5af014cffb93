"""The work list by keyboard alone: what is chosen, what is said of it, and what it takes to undo it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest
from page_fakes import NOW, Direct, french_words, make_desk
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from triage_fakes import GROUPS, FakeTriage, shipments_of

from wismo_desk.domain.anomaly_kinds import AnomalyKind, Cause
from wismo_desk.domain.fact import Changes
from wismo_desk.errors import StoreProblem
from wismo_desk.ui.settle_page import SettlePage
from wismo_desk.ui.theme import Look
from wismo_desk.ui.triage_lines import initials, without_values
from wismo_desk.ui.triage_page import TriagePage

FRENCH = french_words()


class Shown:
    """The page on a window of 1836 px, its first group open."""

    def __init__(self, qtbot: QtBot, look: Look, triage: FakeTriage | None = None, width: int = 1836) -> None:
        self.triage = triage or FakeTriage()
        self.page = TriagePage(make_desk(look, FRENCH, Direct()), self.triage)
        self.done: list[tuple[str, object]] = []
        self.page.done.connect(lambda said, undo: self.done.append((said, undo)))
        self._qtbot = qtbot
        self.page.resize(width, 1000)
        qtbot.addWidget(self.page)
        with qtbot.waitExposed(self.page):
            self.page.show()
        self.page.start()
        self.page.list.setFocus()

    def press(self, *keys: Qt.Key | str) -> None:
        for key in keys:
            target = self.page.focusWidget() or self.page.list
            if isinstance(key, str):
                self._qtbot.keyClicks(target, key)
            else:
                self._qtbot.keyClick(target, key)


@pytest.fixture
def shown(qtbot: QtBot, look: Look) -> Shown:
    return Shown(qtbot, look)


def test_the_worst_is_chosen_and_explained(shown: Shown) -> None:
    assert shown.page.list.current == GROUPS[0]
    assert shown.page.pane.title.text() == "9 × Sans scan (Chronopost, Roissy)"
    assert "Réglés aujourd’hui" in shown.page.foot.left.text()


def test_j_and_k_go_from_group_to_group(shown: Shown) -> None:
    shown.press("jj")
    assert shown.page.list.current == GROUPS[2]
    shown.press("kkk")
    assert shown.page.list.current == GROUPS[0]


def test_a_closed_group_is_acknowledged_whole_and_undone(shown: Shown) -> None:
    shown.press("e")
    assert shown.triage.asked == [("acknowledge", shipments_of(GROUPS[0]))]
    assert shown.page.list.current == GROUPS[1]
    ((said, undo),) = shown.done
    assert said == "Vu · 9 colis"
    assert callable(undo)
    undo()
    assert shown.triage.asked[-1][0] == "undo"


def test_what_is_not_ticked_is_left_out(shown: Shown) -> None:
    shown.press(Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_Space, Qt.Key.Key_Down, Qt.Key.Key_Down)
    shown.press(Qt.Key.Key_Space)
    assert shown.page.pane.title.text().startswith("7 ×")
    shown.press("r")
    ones = shipments_of(GROUPS[0])
    assert shown.triage.asked == [("resolve", [*ones[1:2], *ones[3:]])]


def test_it_is_put_off_by_one_digit(shown: Shown) -> None:
    shown.press("z")
    assert shown.page.pane.asks
    shown.press("3", Qt.Key.Key_Return)
    until = datetime(2026, 12, 7, 8, tzinfo=NOW.tzinfo)  # the next Monday
    assert shown.triage.asked == [("snooze", shipments_of(GROUPS[0]), until)]
    assert not shown.page.pane.asks


def test_it_is_given_to_somebody(shown: Shown) -> None:
    shown.press("a", "2", Qt.Key.Key_Return)
    assert shown.triage.asked == [("assign", shipments_of(GROUPS[0]), "Service client")]


def test_escape_leaves_the_question_then_the_group(shown: Shown) -> None:
    shown.press(Qt.Key.Key_Return, "a", Qt.Key.Key_Escape)
    assert not shown.page.pane.asks and shown.page.list.is_open
    shown.press(Qt.Key.Key_Escape)
    assert not shown.page.list.is_open
    assert shown.triage.asked == []


def test_letters_in_the_note_are_letters(shown: Shown) -> None:
    shown.page.pane.note.setFocus()
    shown.press("reparti e", Qt.Key.Key_Return)
    assert shown.triage.asked == [("note", shipments_of(GROUPS[0]), "reparti e")]
    assert shown.page.pane.note.text() == ""


def test_a_chip_shows_one_cause(shown: Shown) -> None:
    shown.page.bar.chips[Cause.DATA.value].click()
    assert shown.page.list.current is not None
    assert shown.page.list.current.kind is AnomalyKind.ADDRESS_DOUBTFUL


def test_new_anomalies_come_in_and_the_cursor_stays(qtbot: QtBot, shown: Shown) -> None:
    shown.press("j")
    shown.triage.groups = (GROUPS[3], *GROUPS)
    shown.page.apply(Changes(shipments=frozenset(shipments_of(GROUPS[3]))))
    qtbot.waitUntil(lambda: shown.page.list.current == GROUPS[1])


def test_a_failure_is_said_in_words(qtbot: QtBot, look: Look) -> None:
    full = StoreProblem(
        "Less than {room} MB are free on this disk: no new work is taken in. Free some space.", room=200
    )
    shown = Shown(qtbot, look, FakeTriage(fails=full))
    shown.press("e")
    assert "200" in shown.page.outcome.accessibleName()


def test_nothing_to_do_is_said(qtbot: QtBot, look: Look) -> None:
    shown = Shown(qtbot, look, FakeTriage(()))
    assert not shown.page.list.isVisible()
    assert shown.page.pane.isHidden()


def test_a_screen_reader_hears_the_line(shown: Shown) -> None:
    assert "Sans scan" in shown.page.list.accessibleDescription()
    shown.press(Qt.Key.Key_Return, Qt.Key.Key_Down)
    assert "Camille Roussel" in shown.page.list.accessibleDescription()


def test_unknown_outcomes_stand_at_the_top(qtbot: QtBot, look: Look) -> None:
    desk = make_desk(look, FRENCH, Direct())
    tray = QWidget()
    page = SettlePage(desk, TriagePage(desk, FakeTriage()), tray)
    counts: list[int] = []
    page.counted.connect(counts.append)
    qtbot.addWidget(page)
    page.resize(1310, 720)
    with qtbot.waitExposed(page):
        page.show()
    page.start()
    page.show_questions(2)
    assert counts[-1] == 18 + 2
    page.show_tray()
    assert tray.isVisible() and page.shows_tray
    qtbot.keyClick(page.back, Qt.Key.Key_Escape)
    assert not page.shows_tray
    page.show_questions(0)
    assert counts[-1] == 18


def test_words_for_many_leave_the_values_out() -> None:
    assert without_values("{postcode} is not in {city}") == "… is not in …"
    assert (initials("Service client"), initials("nadia")) == ("SC", "NA")


def test_a_question_put_away_gives_the_keys_back_to_the_list(shown: Shown) -> None:
    shown.press("z", Qt.Key.Key_Escape)
    assert not shown.page.pane.asks and shown.page.focusWidget() is shown.page.list
    shown.press("j")
    assert shown.page.list.current == GROUPS[1]


def test_the_page_in_front_hears_keys_at_once(qtbot: QtBot, look: Look) -> None:
    desk = make_desk(look, FRENCH, Direct())
    page = SettlePage(desk, TriagePage(desk, FakeTriage()), QWidget())
    qtbot.addWidget(page)
    page.show()
    page.start()
    page.setFocus()  # what the frame does
    assert page.focusWidget() is page.triage.list


def test_hidden_it_reads_its_badge_and_not_the_list(look: Look, qtbot: QtBot) -> None:
    desk = make_desk(look, FRENCH, Direct())
    triage = TriagePage(desk, FakeTriage())
    page = SettlePage(desk, triage, QWidget(), lambda: 7)
    qtbot.addWidget(page)
    badges: list[int] = []
    page.counted.connect(badges.append)
    page.count(Changes(orders=frozenset({UUID(int=1)})))
    assert badges == []
    page.count(Changes(shipments=frozenset({UUID(int=1)})))
    page.count(None)
    assert badges == [7, 7]
    assert triage.list.current is None
