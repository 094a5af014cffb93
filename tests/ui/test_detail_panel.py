"""The panel of one shipment: its words, its actions without dialogs, and a label no scanner can read."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from uuid import UUID

import pytest
import zxingcpp
from page_fakes import (
    CODES,
    NOW,
    RESOURCES,
    Direct,
    FakeFlows,
    FakeWatch,
    Later,
    make_desk,
    make_detail,
    make_row,
    shown,
)
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from wismo_desk.domain.fact import Changes, Fact, FactKind
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.errors import CarrierRefused, Refused
from wismo_desk.labels.fonts import Fonts
from wismo_desk.labels.preview import preview
from wismo_desk.ui import detail_words
from wismo_desk.ui.detail_panel import DetailPanel
from wismo_desk.ui.detail_parts import LabelPreview
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_terms import grouped
from wismo_desk.ui.theme import Look

OWN = next(
    n for n in range(20, 200) if make_row(n).carrier == "own" and make_row(n).status not in ("delivered",)
)
BOUGHT = 7  # Chronopost, with a label


def _panel(
    qtbot: QtBot, look: Look, row: int, *, cut: object = lambda png: b"", run: object = None
) -> DetailPanel:
    flows = FakeFlows(FakeWatch(386))
    panel = DetailPanel(make_desk(look, run=run), flows.detail_asks(cut))
    panel.flows = flows  # type: ignore[attr-defined]  # for the tests' own eyes
    qtbot.addWidget(panel)
    panel.resize(420, 900)
    panel.show_shipment(flows.watch.get(row + 1))
    shown(qtbot, panel)
    return panel


def _answers(panel: DetailPanel) -> str:
    return panel.outcome.accessibleName()


def test_the_answer_is_there_before_the_detail(qtbot: QtBot, look: Look) -> None:
    later = Later()
    panel = _panel(qtbot, look, 2, run=later)
    assert panel.answer.accessibleName().startswith(
        "Promised for yesterday, not delivered. Tell the customer"
    )
    assert not panel.action_bar.isVisible()
    later.go()
    assert panel.action_bar.isVisible()


def test_a_slow_answer_about_another_shipment_is_dropped(qtbot: QtBot, look: Look) -> None:
    later = Later()
    panel = _panel(qtbot, look, 2, run=later)
    panel.show_shipment(make_row(BOUGHT))
    later.go()
    later.go()
    assert panel.shipment_id == make_row(BOUGHT).shipment_id
    detail = panel._detail
    assert detail is not None and detail.row.row == BOUGHT + 1


def test_the_timeline_is_ours_over_the_carriers_words(look: Look) -> None:
    desk = make_desk(look)
    moments = detail_words.Timeline(desk, CODES)(make_detail(make_row(2)), NOW)
    assert moments[0].gap
    assert [m.title for m in moments[1:5]] == [
        "The carrier said something not mapped",
        "In transit",
        "Handed over",
        "On the manifest, at the dock",
    ]
    assert moments[3].below == "DB · Colis remis par l'expéditeur · LYON CORBAS"
    assert moments[3].seen
    assert not moments[4].seen
    assert moments[-1].title == "Order taken in"  # the oldest at the bottom
    assert not any("scanned" in m.title and "piece" in m.title for m in moments)


def test_a_calm_shipment_is_answered_by_where_it_is(look: Look) -> None:
    row = next(make_row(n) for n in range(20, 99) if make_row(n).status == "delivery_attempted")
    said = detail_words.answer(make_desk(look), row, NOW)
    assert said.mark is Mark.INFO
    assert said.first == "Not delivered: nobody at home."
    assert "Last seen at" in said.rest


def test_reprint_asks_why_and_then_prints(qtbot: QtBot, look: Look) -> None:
    panel = _panel(qtbot, look, BOUGHT)
    panel.action_bar.ask_reprint()
    assert panel.busy
    question = panel.action_bar._question
    assert question is not None
    assert not question._yes.isEnabled()  # no reason, no reprint
    qtbot.keyClick(question.focusProxy(), Qt.Key.Key_Return)
    assert panel.flows.said == []  # type: ignore[attr-defined]
    qtbot.keyClick(question.focusProxy(), Qt.Key.Key_2)
    with qtbot.waitSignal(panel.changed) as told:
        qtbot.keyClick(question.focusProxy(), Qt.Key.Key_Return)
    assert told.args == [Changes(effects=True)]
    verb, _, reason = panel.flows.said[0]  # type: ignore[attr-defined]
    assert (verb, reason) == ("reprint", "Lost between printer and parcel")
    assert len(panel.flows.printed) == 1  # type: ignore[attr-defined]
    assert not panel.busy
    assert _answers(panel) == "Sent to QUAI-3. Scan the new label on the parcel."


def test_enter_in_the_line_of_own_words_confirms_once(qtbot: QtBot, look: Look) -> None:
    panel = _panel(qtbot, look, BOUGHT)
    panel.action_bar.ask_void()
    question = panel.action_bar._question
    assert question is not None
    qtbot.keyClicks(question._own, "wrong box 1")  # a 1 in a text is a 1, not an answer
    assert question.chosen == -1
    qtbot.keyClick(question._own, Qt.Key.Key_Return)
    assert [call[0] for call in panel.flows.said] == ["void"]  # type: ignore[attr-defined]
    assert panel.flows.said[0][2] == "wrong box 1"  # type: ignore[attr-defined]


def test_escape_takes_the_question_back_and_then_the_panel(qtbot: QtBot, look: Look) -> None:
    panel = _panel(qtbot, look, BOUGHT)
    panel.action_bar.ask_void()
    question = panel.action_bar._question
    assert question is not None
    closed: list[bool] = []
    panel.closed.connect(lambda: closed.append(True))
    qtbot.keyClick(question._own, Qt.Key.Key_Escape)
    assert not panel.busy
    assert closed == []
    qtbot.keyClick(panel.action_bar.reprint, Qt.Key.Key_Escape)
    assert closed == [True]


def test_voiding_asks_the_carrier_on_its_own_lane(qtbot: QtBot, look: Look) -> None:
    lanes = Direct()
    panel = _panel(qtbot, look, BOUGHT, run=lanes)
    panel.action_bar.ask_void()
    question = panel.action_bar._question
    assert question is not None
    question._own.setText("cancelled")
    question._confirm()
    assert "carrier:chronopost" in lanes.lanes
    assert "station" not in lanes.lanes


def test_a_refusal_is_told_with_the_foreign_code(qtbot: QtBot, look: Look) -> None:
    panel = _panel(qtbot, look, BOUGHT)
    panel.flows.error = CarrierRefused("The carrier refused: {reason}.", reason="too late", raw="30512")  # type: ignore[attr-defined]
    panel.action_bar._void(panel.action_bar.parcel, "x")  # type: ignore[arg-type]
    assert _answers(panel) == "The carrier refused: too late. [30512]"


def test_a_bug_is_told_as_a_bug(qtbot: QtBot, look: Look) -> None:
    panel = _panel(qtbot, look, BOUGHT)
    panel.flows.error = KeyError("x")  # type: ignore[attr-defined]
    panel.action_bar._reprint(panel.action_bar.parcel_id, "x")  # type: ignore[arg-type]
    assert "noted it in its log" in _answers(panel)


def test_own_deliveries_are_reported_with_a_note(qtbot: QtBot, look: Look) -> None:
    panel = _panel(qtbot, look, OWN)
    assert panel.action_bar.report.isVisible()
    panel.action_bar.ask_report()
    question = panel.action_bar._question
    assert question is not None
    question._own.setText("third floor")
    question._confirm()
    assert panel.flows.said == []  # type: ignore[attr-defined]  # a note alone says nothing
    qtbot.keyClick(question.focusProxy(), Qt.Key.Key_2)
    question._confirm()
    assert panel.flows.said == [("track", make_row(OWN).shipment_id, "ABSENT", "third floor")]  # type: ignore[attr-defined]


def test_a_mistaken_report_is_taken_back_with_a_reason(qtbot: QtBot, look: Look) -> None:
    panel = _panel(qtbot, look, OWN)
    bar = panel.action_bar
    assert not bar.correct.isVisible()  # nobody reported anything yet
    detail = panel._detail
    assert detail is not None
    said = {"carrier": "own", "number": "3952", "code": "DELIVERED", "place": "Amiens", "source": "person"}
    report = Fact(fact_id=UUID(int=77), kind=FactKind.TRACKING_SAID, at=NOW, station="Poste 1", data=said)
    ended = replace(detail.row, status=TrackingStatus.DELIVERED)
    delivered = replace(detail, row=ended, facts=(*detail.facts, report))
    panel._show(delivered, panel._asks.track.choices("own"))
    assert (bar.report.isVisible(), bar.correct.isVisible()) == (False, True)
    bar.ask_correct()
    question = bar._question
    assert question is not None
    qtbot.keyClick(question.focusProxy(), Qt.Key.Key_1)
    question._confirm()
    shipment = make_row(OWN).shipment_id
    assert panel.flows.said == [("correct", shipment, "The wrong shipment was marked")]  # type: ignore[attr-defined]
    taken_back = {"source": "correction", "label": "the wrong one", "withdraws": [str(UUID(int=77))]}
    back = replace(report, fact_id=UUID(int=78), data={**said, "code": "LOADED", **taken_back})
    first, second, *_ = panel._timeline(replace(delivered, facts=(*delivered.facts, back)), NOW)
    assert (first.title, first.below) == ("Report taken back", "the wrong one")
    assert second.title.endswith(" (taken back)")
    assert second.below == "Amiens"  # our own code is no word for people


def test_of_other_carriers_only_the_carrier_speaks(qtbot: QtBot, look: Look) -> None:
    panel = _panel(qtbot, look, BOUGHT)
    assert not panel.action_bar.report.isVisible()


def test_an_order_without_a_label_has_no_actions(qtbot: QtBot, look: Look) -> None:
    panel = _panel(qtbot, look, 0)
    assert not panel.action_bar.isVisible()
    assert not panel.copy.isVisible()


def test_copy_puts_the_bare_number_on_the_clipboard(qtbot: QtBot, look: Look) -> None:
    panel = _panel(qtbot, look, BOUGHT)
    panel.copy.click()
    assert QGuiApplication.clipboard().text() == make_row(BOUGHT).number


def test_an_unknown_shipment_is_told_inline(qtbot: QtBot, look: Look) -> None:
    flows = FakeFlows(FakeWatch(386))
    panel = DetailPanel(make_desk(look), flows.detail_asks(lambda png: b""))
    qtbot.addWidget(panel)
    flows.watch.error = Refused("This shipment is not known here.")
    panel.show_shipment(make_row(2))
    assert _answers(panel) == "This shipment is not known here."


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("XY481209375FR", "XY 481 209 375 FR"),
        ("6A17204509918", "6A 17204 50991 8"),
        ("10774000312951", "1077 4000 3129 51"),
    ],
)
def test_numbers_are_grouped_for_reading_aloud(number: str, said: str) -> None:
    assert grouped(number) == said


def _read(widget: QWidget) -> list[str]:
    """What an imager pointed at this window would read, on screens of 100, 200 and 300%."""
    found: list[str] = []
    for density in (1, 2, 3):
        image = QImage(widget.size() * density, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(density)
        widget.render(image)
        grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
        found += [code.text for code in zxingcpp.read_barcodes(grey)]
    return found


def _is_whole(preview: LabelPreview) -> bool:
    """Laid out, and all of it inside what scrolls."""
    return preview.size() == preview.sizeHint() and preview.visibleRegion().boundingRect() == preview.rect()


@pytest.mark.parametrize("large", [False, True])
def test_no_scanner_reads_the_label_in_the_panel(qtbot: QtBot, look: Look, large: bool) -> None:
    fonts = Fonts(RESOURCES / "fonts")
    panel = _panel(qtbot, look, BOUGHT, cut=partial(preview, fonts=fonts, words=make_desk(look).words))
    panel.resize(420, 1500)
    panel.preview.setChecked(large)
    qtbot.waitUntil(lambda: _is_whole(panel.preview))
    assert _read(panel) == []


def test_the_naive_preview_would_be_read(qtbot: QtBot, look: Look) -> None:
    panel = _panel(qtbot, look, BOUGHT, cut=lambda png: png)
    panel.resize(420, 1500)
    panel.preview.setChecked(True)
    qtbot.waitUntil(lambda: _is_whole(panel.preview))
    assert "00354123450000000017" in _read(panel)
