"""The page Chiffres: tiles and charts of a period, each as a table, days and amounts entered, a PDF on request."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest
from insight_scenes import FULL, PERIOD, FakeInsights
from page_fakes import PARIS, Direct, Later, make_desk
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from wismo_desk.domain.chart import Report
from wismo_desk.domain.figures import Figures, Kept, Lane, Period
from wismo_desk.errors import StoreProblem
from wismo_desk.flows.insight_saying import Saying
from wismo_desk.flows.insight_words import tell
from wismo_desk.ui.insights_fields import AmountField, DayField, read_day
from wismo_desk.ui.insights_page import InsightsPage
from wismo_desk.ui.theme import DARK, Look
from wismo_desk.words import Words

WORDS = Words("en", zone=PARIS)
NAMES = {"dpd": "DPD", "colissimo": "Colissimo", "own": "Shop"}
SAYING = Saying(WORDS, lambda carrier, service: (NAMES.get(carrier, carrier), service))


def make(look: Look, folder: Path, insights: FakeInsights, run: object = None) -> InsightsPage:
    return InsightsPage(
        make_desk(look, WORDS, run or Direct()),
        insights,
        tell=partial(tell, SAYING),
        draw=_draw,
        documents=folder,
        carriers=[("dpd", "DPD"), ("colissimo", "Colissimo")],
        wall=lambda: None,
        beside=(("Forecast", QWidget()),),
    )


def _draw(report: Report) -> bytes:
    return report.title.encode()


@pytest.fixture
def insights() -> FakeInsights:
    return FakeInsights()


@pytest.fixture
def page(look: Look, qtbot: QtBot, tmp_path: Path, insights: FakeInsights) -> InsightsPage:
    made = make(look, tmp_path, insights)
    qtbot.addWidget(made)
    made.resize(1310, 720)
    made.show()
    return made


def test_it_shows_findings_and_their_tables(page: InsightsPage, look: Look) -> None:
    assert page.report is not None
    assert [chart.title for chart in page.report.charts] == [
        "DPD: 11.4% late, more than the target",
        "Colissimo home: 95% within the 3 days promised",
        "DPD: lateness has risen for 9 weeks",
        "41% of lateness: warehouse",
        "DPD home: 11.4% late, more than the target",
        "DPD to Spain: 31.1% late, more than the target",
        "Most asked: where is it?",
        "Claims: nothing asked of carriers",
    ]
    assert [(tile.figure, tile.change) for tile in page.report.figures] == [
        ("94.2%", "−0.6 pt"),
        ("95.4%", ""),
        ("1.9 per 100", "+0.1"),
        ("€576.00", ""),
    ]
    card = page._cards[5]
    painted = card.view.grab().toImage()
    look.theme = DARK
    assert card.view.grab().toImage() != painted
    card.switch.click()
    assert card.table.isVisible()
    assert card.table.item(0, 0).text() == "DPD to Spain"  # type: ignore[union-attr]  # it is there
    assert "DPD to Spain, 74, 23, 31.1%, 1, 2" in card.view.accessibleDescription()


def test_periods_and_carriers_are_asked_for(page: InsightsPage, insights: FakeInsights, qtbot: QtBot) -> None:
    assert insights.asked[-1] == (PERIOD, "")
    page._spans.button(84).click()
    assert insights.asked[-1][0].days == 84
    page._carrier.setCurrentIndex(1)
    assert insights.asked[-1][1] == "dpd"
    page._first.setText("20/11/2026")
    page._first.editingFinished.emit()
    assert insights.asked[-1][0] == Period(date(2026, 11, 20), PERIOD.last)
    assert page._spans.checkedButton() is None
    page._last.setText("2026-11-12")
    page._last.editingFinished.emit()
    assert insights.asked[-1][0] == Period(date(2026, 11, 12), date(2026, 11, 12))
    before = len(insights.asked)
    page._first.setText("soon")
    page._first.editingFinished.emit()
    assert len(insights.asked) == before
    assert page._first.property("wrong") == "true"


def test_the_last_weeks_end_yesterday_also_the_next_morning(
    page: InsightsPage, insights: FakeInsights
) -> None:
    insights.day = PERIOD.last + timedelta(days=1)
    page.refresh()
    assert insights.asked[-1][0] == Period(PERIOD.first + timedelta(days=1), insights.day)
    assert read_day(page._last.text()) == insights.day


def test_whose_attempts_count_is_said_here(page: InsightsPage, insights: FakeInsights, qtbot: QtBot) -> None:
    chip = next(iter(page._attempts._chips.values()))
    code = next(iter(page._attempts._chips))
    assert not chip.isChecked()
    with qtbot.waitSignal(page.changed):
        chip.click()
    assert insights.attempts == [(code, True)]
    page._attempts.show_chosen([code])
    assert chip.isChecked()
    assert chip.accessibleDescription() == "An attempt in time counts as delivered"


def test_what_a_contact_costs_is_said_here(page: InsightsPage, insights: FakeInsights, qtbot: QtBot) -> None:
    assert page._cost.text() == "6.00\u00a0€"
    with qtbot.waitSignal(page.changed):
        page._cost.setText("7,5")
        page._cost.editingFinished.emit()
    assert insights.cost == [750]
    page._target.setText("")
    page._target.editingFinished.emit()
    assert insights.target == [None]
    page._target.setText("abc")
    page._target.editingFinished.emit()
    assert insights.target == [None]


def test_a_pdf_is_saved_and_said(page: InsightsPage, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(page.said) as told:
        page.export()
    assert (tmp_path / "figures-2026-11-02-2026-11-29.pdf").read_bytes() == b"Figures"
    assert "figures-2026-11-02" in told.args[0]


def test_nothing_yet_and_trouble_have_sentences(look: Look, qtbot: QtBot, tmp_path: Path) -> None:
    empty = make(look, tmp_path, FakeInsights(Figures(period=PERIOD)))
    qtbot.addWidget(empty)
    empty.show()
    assert empty.report is not None
    assert empty.report.empty
    assert not empty._export.isEnabled()
    assert empty._body.currentWidget() is empty._blank

    class Broken(FakeInsights):
        def __call__(self, period: Period, *, carrier: str = "") -> Figures:
            raise StoreProblem("The file cannot be read.")

    broken = make(look, tmp_path, Broken())
    qtbot.addWidget(broken)
    broken.show()
    assert broken._body.currentWidget() is broken._blank


def test_an_answer_that_comes_too_late_is_not_shown(look: Look, qtbot: QtBot, tmp_path: Path) -> None:
    lanes = Later()
    page = make(look, tmp_path, FakeInsights(), lanes)
    qtbot.addWidget(page)
    page.show()
    page.refresh()
    assert page.report is None
    lanes.go()
    assert page.report is not None


def test_few_parcels_raise_no_alarm(look: Look, qtbot: QtBot, tmp_path: Path) -> None:
    few = Figures(period=PERIOD, lanes={Lane("own", "home", "FR"): Kept(due=6, late=1)})
    page = make(look, tmp_path, FakeInsights(few))
    qtbot.addWidget(page)
    page.show()
    assert page.report is not None
    assert page.report.charts[0].title == "Late: 1"
    assert page.report.figures[2].context == "no contact logged yet"
    assert page.report.charts[1].is_empty
    page.grab()


def test_days_and_amounts_as_people_write_them(qtbot: QtBot, look: Look) -> None:
    assert {read_day(text) for text in ("22/11/2026", "2026-11-22", "22/11/26", "22.11.2026")} == {
        date(2026, 11, 22)
    }
    assert read_day("32/11/2026") is None
    field = DayField(WORDS, "First day")
    qtbot.addWidget(field)
    field.show_day(date(2026, 11, 22))
    assert read_day(field.text()) == date(2026, 11, 22)
    amount = AmountField(WORDS, "Cost", unit="€", digits=2, most=99)
    qtbot.addWidget(amount)
    amount.show_amount(None)
    assert amount.text() == ""
    with qtbot.assertNotEmitted(amount.entered):
        amount.setText("100")
        amount.editingFinished.emit()


def test_the_whole_of_the_figures_adds_up() -> None:
    assert FULL.total == Kept(due=5106, late=295, tried=61, never=15)
