"""The line of a shipment's panel and the page of the record."""

from __future__ import annotations

from dataclasses import replace

import pytest
from foresight_fakes import (
    LATE,
    ON_TIME,
    OVERDUE,
    TODAY,
    TODAY_ONLY,
    FakeForesight,
    day,
    report,
    report_of_both,
)
from page_fakes import Direct, french_words, make_desk, make_row
from pytestqt.qtbot import QtBot

from wismo_desk.domain.expected import Expected, zone_name
from wismo_desk.ui.foresight_line import ExpectedLine, expected_words, why_words, zone_words
from wismo_desk.ui.foresight_record import ForesightRecord
from wismo_desk.ui.foresight_report import ForesightWords
from wismo_desk.ui.foresight_way import WayWords, report_words
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.theme import Look
from wismo_desk.words import Words


@pytest.fixture(params=["fr", "en"])
def desk(request: pytest.FixtureRequest, look: Look) -> Desk:
    return make_desk(look, french_words() if request.param == "fr" else Words("en"), Direct())


@pytest.mark.parametrize("one", [ON_TIME, LATE, OVERDUE, TODAY_ONLY])
def test_a_span_is_said_with_what_it_is_known_from(one: Expected, desk: Desk, qtbot: QtBot) -> None:
    line = ExpectedLine(desk)
    qtbot.addWidget(line)
    line.resize(388, 160)
    line.show_row(replace(make_row(1), expected=one, promised_on=day(2)))
    assert not line.isHidden() and not line.grab().isNull()
    said = f"{line.chances.text()} {line.why.text()}"
    assert "{" not in said and "8" in said
    assert dict(one.values)["count"] in said and desk.names.carrier(dict(one.values)["carrier"]) in said
    assert line.accessibleName() == said


def test_nothing_expected_nothing_shown(desk: Desk, qtbot: QtBot) -> None:
    line = ExpectedLine(desk)
    qtbot.addWidget(line)
    line.show_row(replace(make_row(1), expected=ON_TIME))
    line.show_row(replace(make_row(1), expected=None))
    assert line.isHidden()


def test_what_is_past_is_no_chance(desk: Desk) -> None:
    """Late already: the rule says so, a chance of 100% would only repeat it."""
    assert "100" not in expected_words(desk, OVERDUE)
    assert "71" in expected_words(desk, LATE)
    assert why_words(desk, replace(LATE, sentence="")) == ""


def test_zones_have_their_names(look: Look) -> None:
    desk = make_desk(look, french_words(), Direct())
    assert zone_words(desk, "ES") == "Espagne"
    assert zone_words(desk, zone_name("FR", "20000")) == "Corse"
    assert zone_words(desk, zone_name("FR", "97400")) == "outre-mer"
    assert zone_words(desk, zone_name("FR", "37000")) == "France"
    assert zone_words(desk, zone_name("FR", "", known=False)) == "pays inconnu"


def test_the_record_shows_figures_and_the_naive_rule_beside(desk: Desk, qtbot: QtBot) -> None:
    asks = FakeForesight(report())
    page = ForesightRecord(desk, asks.asks())
    qtbot.addWidget(page)
    page.resize(1400, 900)
    page.show()
    told = ForesightWords(report(), desk.words)
    assert [tile.accessibleName().split(",")[0] for tile in page.tiles] == [
        one.label.split(",")[0] for one in told.tiles()
    ]
    for chart in told.charts():
        assert not chart.is_empty and chart.grid.rows
        assert all(len(row) == len(chart.grid.head) for row in chart.grid.rows)
    named = told.charts()[0]
    assert len(named.lines) == 2 and named.lines[0].loud
    assert not page.grab().isNull()


def test_both_clocks_stand_beside_each_other_with_the_naive_rule(desk: Desk, qtbot: QtBot) -> None:
    page = ForesightRecord(desk, FakeForesight(report_of_both()).asks())
    qtbot.addWidget(page)
    page.resize(1290, 690)
    page.show()
    told = report_words(report_of_both(), desk.words)
    assert isinstance(told, WayWords) and told.how() in page._how.text()
    assert [chart.title for chart in told.charts()] == [card.accessibleName() for card in page.cards]
    for chart in told.charts():
        assert not chart.is_empty and chart.grid.rows and "{" not in chart.title + chart.subtitle
        assert all(len(row) == len(chart.grid.head) for row in chart.grid.rows)
    named, wrong, covered, off = told.charts()
    assert [len(chart.lines) for chart in (named, wrong, covered)] == [3, 2, 2] and len(off.bars) == 5
    assert all(chart.lines[0].loud and not chart.lines[1].loud for chart in (named, wrong, covered))
    assert not page.grab().isNull()


def test_a_clock_that_is_worse_is_shown_as_worse(desk: Desk) -> None:
    """The figures change places: nothing on the page chooses the better one."""
    known = report_of_both()
    way = known.on_the_way
    assert way is not None
    swapped = replace(way, after_scan=way.from_hand_over, from_hand_over=way.after_scan)
    told, other = (report_words(replace(known, on_the_way=one), desk.words) for one in (way, swapped))
    assert told.tiles()[0].figure in other.tiles()[0].context
    assert other.tiles()[0].figure in told.tiles()[0].context
    assert told.charts()[3].title != other.charts()[3].title


def test_without_scans_the_page_is_as_it_was(desk: Desk) -> None:
    told = report_words(report(), desk.words)
    assert not isinstance(told, WayWords) and told.how() == ""
    assert told.charts()[0].marks == ForesightWords(report(), desk.words).charts()[0].marks


def test_below_three_hundred_it_says_so(desk: Desk, qtbot: QtBot) -> None:
    few = replace(report(), known=120)
    for known in (None, few):
        page = ForesightRecord(desk, FakeForesight(known).asks())
        qtbot.addWidget(page)
        page.show()
        assert page._body.currentIndex() == 0


def test_the_rate_is_set_and_the_rule_takes_the_threshold(desk: Desk, qtbot: QtBot) -> None:
    asks = FakeForesight(report(), watched=99)
    page = ForesightRecord(desk, asks.asks())
    qtbot.addWidget(page)
    page.show()
    assert not page.save.isEnabled() and page.use.isEnabled()
    page.stepper.step(5)
    assert page.save.isEnabled()
    with qtbot.waitSignal(page.changed):
        page.save.click()
    assert asks.rate == 0.1 and not page.save.isEnabled()
    with qtbot.waitSignal(page.changed):
        page.use.click()
    assert asks.watched == round(100 * report().limit) and not page.use.isEnabled()


def test_a_report_of_few_parcels_has_no_invented_figure(desk: Desk) -> None:
    empty = replace(
        report(), whole=replace(report().whole, off=None, near=None, covered=None, warned=()), by_month=()
    )
    told = ForesightWords(empty, desk.words)
    assert told.tiles()[0].figure == "–"
    assert all(not chart.lines for chart in told.charts())
    assert report().learnt_on == TODAY
