"""One slip of the pen among thousands of lines, or of a carrier's clock, leaves the forecast of all others as it is."""

from __future__ import annotations

import warnings
from datetime import date

import pytest

from tests.forecast.conftest import FIRST
from wismo_desk.errors import BadInput
from wismo_desk.flows.foresee_calendar import LaneDays
from wismo_desk.flows.foresee_table import Learnt, learn_journeys
from wismo_desk.forecast.backtest import backtest, figures
from wismo_desk.forecast.history_file import HistoryFile, read_columns, read_history
from wismo_desk.forecast.parcels import Floats
from wismo_desk.forecast.scan_file import read_scans
from wismo_desk.practice.histories import EUROPE, make_history
from wismo_desk.practice.trails import make_trails
from wismo_desk.resources import forecast_defaults
from wismo_desk.store.foresight import Journeys, Legs

TODAY = (date(2026, 11, 20) - date(1970, 1, 1)).days


@pytest.fixture(scope="module")
def lived() -> tuple[HistoryFile, str]:
    made = make_history(1_500, first=FIRST, days=90, seed=5, world=EUROPE)
    return read_history(made.text()), make_trails(made, seed=6, world=EUROPE).text(made)


def test_one_scan_of_1970_does_not_take_the_record_away(
    lived: tuple[HistoryFile, str], defaults: Floats
) -> None:
    history, scans = lived
    slip = f"{scans.rstrip()}\n{history.names[3]},1970-01-01,in_transit\n"
    whole, slipped = read_scans(scans, history), read_scans(slip, history)
    assert slipped.unusable == whole.unusable + 1
    before = figures(backtest(history, defaults, scanned=whole))
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # weights of 1970 overflow
        after = figures(backtest(history, defaults, scanned=slipped))
    way = after["after_scans"]
    assert way["evenings"] > 0
    assert way["evenings"] == before["after_scans"]["evenings"]
    assert way["by_month"] == before["after_scans"]["by_month"]


@pytest.mark.parametrize(
    "text", ["shipment,at,status\nA,2026-01-01," + "x" * 140_000, "a\rb,c\nd", "\x00PK\x03\r\x04"]
)
def test_what_is_no_table_is_said(text: str) -> None:
    with pytest.raises(BadInput):
        read_columns(text, ("shipment",), ("shipment", "at", "status"))


def _learnt(*more: tuple[object, ...]) -> Learnt:
    rows: list[tuple[object, ...]] = []
    for at in range(500):
        handed = TODAY - 1 - at % 120
        ended = handed + (1, 2, 2, 3)[at % 4]
        state = "delivered" if ended < TODAY else "in_transit"
        rows.append((at, "colissimo", "home", "FR", state, handed, handed + 3, ended, "", handed, ""))
    rows += more
    columns = [list(column) for column in zip(*rows, strict=True)]
    return learn_journeys(
        Journeys(*columns),
        Legs(),
        today=TODAY,
        home="FR",
        days=LaneDays("FR", lambda _region: ()),
        defaults=forecast_defaults(),
        false_alarms=0.05,
    )


@pytest.mark.parametrize("day", [0, TODAY - 2_000, TODAY + 26_000])
def test_a_parcel_of_a_strange_year_does_not_change_what_is_learnt(day: int) -> None:
    strange = (9_999, "colissimo", "home", "FR", "in_transit", day, TODAY + 1, None, "", day, "")
    plain, beside = _learnt(), _learnt(strange)
    assert plain.by_month == beside.by_month
    assert plain.record == beside.record
    assert plain.levels == beside.levels
    assert plain.known == beside.known
