"""The unknown-outcome tray: every question has its evidence and its ways out, and a scan is enough."""

from __future__ import annotations

from uuid import UUID

import zxingcpp
from page_fakes import Direct, FakeResolve, make_desk, shown
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from wismo_desk.domain.effect import Effect, EffectKind
from wismo_desk.domain.fact import Changes
from wismo_desk.errors import Refused
from wismo_desk.ui.theme import Look
from wismo_desk.ui.tray_page import TrayPage
from wismo_desk.ui.tray_questions import Decision
from wismo_desk.ui.tray_row import verdict


def _never(parcel_id: UUID, *, reason: str) -> Changes:
    raise AssertionError(parcel_id)


def _page(
    qtbot: QtBot, look: Look, resolve: FakeResolve, run: object = None
) -> tuple[TrayPage, list[Effect]]:
    printed: list[Effect] = []
    page = TrayPage(
        make_desk(look, run=run), resolve, printed.append, carriers=str.lower, twice=list, void=_never
    )
    qtbot.addWidget(page)
    page.resize(1310, 720)
    page.start()
    shown(qtbot, page)
    return page, printed


def test_the_counter_speaks_and_does_not_decide(look: Look) -> None:
    desk = make_desk(look)
    titles = [verdict(desk, doubt.effect).title for doubt in FakeResolve().open]
    assert titles == ["Probably not", "Probably yes", "No clue", "No answer came", "No answer came"]
    assert "[HEAD OPEN]" in verdict(desk, FakeResolve().open[0].effect).why


def test_a_counter_that_moved_by_two_is_no_clue(look: Look) -> None:
    doubt = FakeResolve().open[1]
    doubt.effect.details["odo_after"] = 30880  # type: ignore[index]
    assert verdict(make_desk(look), doubt.effect).title == "No clue"


def test_r_answers_the_selected_question_with_a_reason(qtbot: QtBot, look: Look) -> None:
    resolve = FakeResolve()
    page, printed = _page(qtbot, look, resolve)
    page._rows[0].setFocus()
    qtbot.keyClick(page._rows[0], Qt.Key.Key_R)
    question = page._question
    assert question is not None
    qtbot.keyClick(question.focusProxy(), Qt.Key.Key_1)
    with qtbot.waitSignal(page.changed):
        qtbot.keyClick(question.focusProxy(), Qt.Key.Key_Return)
    assert resolve.said[0][0] == "not_out"
    assert resolve.said[0][2] == "Nothing lies at the printer"
    assert len(printed) == 1
    assert len(page._rows) == 4


def test_asking_again_goes_over_the_carriers_lane(qtbot: QtBot, look: Look) -> None:
    lanes = Direct()
    resolve = FakeResolve()
    page, _ = _page(qtbot, look, resolve, lanes)
    page._answer(page._rows[3], "ask_again")
    carrier = [lane for lane in lanes.lanes if lane.startswith("carrier:")]
    assert len(carrier) == 1
    assert resolve.said == [("ask_again", resolve.said[0][1])]


def test_a_decision_stays_open_while_it_is_refused(qtbot: QtBot, look: Look) -> None:
    resolve = FakeResolve()
    page, _ = _page(qtbot, look, resolve)
    page._answer(page._rows[3], "decide")
    question = page._question
    assert isinstance(question, Decision)
    question._group.button(0).click()
    resolve.error = Refused("Type the tracking number that the carrier shows.", field="number")
    question._confirm()
    assert page._question is question
    assert page.outcome.accessibleName() == "Type the tracking number that the carrier shows."
    resolve.error = None
    question.field.setText("XY481209375FR")
    question._confirm()
    assert resolve.said[-1][2:] == (True, "XY481209375FR", "The carrier shows the label")
    assert page._question is None


def test_for_a_void_bought_means_still_valid(qtbot: QtBot, look: Look) -> None:
    resolve = FakeResolve()
    page, _ = _page(qtbot, look, resolve)
    page._answer(page._rows[4], "decide")
    question = page._question
    assert isinstance(question, Decision)
    assert not question.field.isVisible()
    question._group.button(0).click()
    question._confirm()
    assert resolve.said[-1][2] is False


def test_a_scan_finds_its_line_wherever_the_focus_is(qtbot: QtBot, look: Look) -> None:
    resolve = FakeResolve()
    page, _ = _page(qtbot, look, resolve)
    number = resolve.open[2].tracking_number
    page.scanned(f"%0037000{number}250")
    assert page._chosen == resolve.open[2].effect.effect_id
    assert "10465" in page.banner._second.text()
    assert resolve.said == []  # the bench's flow settles it, not the page
    resolve.open.pop(2)
    page.apply(Changes(effects=True))
    assert len(page._rows) == 4
    page.scanned("nobody")
    assert "no open question" in page.banner._second.text()


def test_nobody_is_interrupted_while_answering(qtbot: QtBot, look: Look) -> None:
    resolve = FakeResolve()
    page, _ = _page(qtbot, look, resolve)
    page._answer(page._rows[0], "came_out")
    question = page._question
    page.apply(Changes(effects=True))
    assert page._question is question
    resolve.open.pop(0)  # it was scanned at another station
    page.apply(Changes(effects=True))
    assert page._question is None


def test_the_badge_counts_what_is_open(qtbot: QtBot, look: Look) -> None:
    resolve = FakeResolve()
    page, _ = _page(qtbot, look, resolve)
    with qtbot.waitSignal(page.counted) as told:
        page.start()
    assert told.args == [5]
    resolve.open.clear()
    page.start()
    assert page._blank.isVisible()
    assert not page.banner.isVisible()


def test_keys_move_between_questions(qtbot: QtBot, look: Look) -> None:
    page, _ = _page(qtbot, look, FakeResolve())
    page._rows[0].setFocus()
    qtbot.keyClick(page._rows[0], Qt.Key.Key_J)
    assert page._chosen == page._rows[1].doubt.effect.effect_id
    assert page._rows[1].doubt.effect.kind is EffectKind.LABEL_PRINTED
    qtbot.keyClick(page._rows[0], Qt.Key.Key_K)
    assert page._chosen == page._rows[0].doubt.effect.effect_id


def test_no_scanner_reads_anything_in_the_tray(qtbot: QtBot, look: Look) -> None:
    page, _ = _page(qtbot, look, FakeResolve())
    image = page.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    assert [code.text for code in zxingcpp.read_barcodes(image)] == []
