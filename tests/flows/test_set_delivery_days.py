"""Delivery days are a fact: kept over a restart, heard at another desk, counted by rules and forecast."""

from __future__ import annotations

from datetime import UTC, date
from pathlib import Path
from uuid import UUID

import pytest

from tests.store.store_rig import KEY, STATUSES, Clock
from wismo_desk.domain.anomaly import Rules
from wismo_desk.domain.calendar import Calendars
from wismo_desk.domain.delivery_days import read_rows, write_rows
from wismo_desk.errors import BadInput
from wismo_desk.flows.foresee_calendar import LaneDays
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.set_delivery_days import SetDeliveryDays
from wismo_desk.store import open_store
from wismo_desk.store.foresight import Journeys
from wismo_desk.store.store import Store

SATURDAY = date(2026, 11, 28)
EPOCH = date(1970, 1, 1).toordinal()


def _open(folder: Path) -> tuple[Store, SetDeliveryDays]:
    days = Calendars(zone=UTC, table=read_rows("*", "mon-fri"))
    store = open_store(folder, KEY, statuses=STATUSES, rules=Rules(zone=UTC, calendars=days))
    pen = Pen("QUAI-1", clock=Clock())
    if newest := store.newest_id(""):
        pen.follow(newest)
    return store, SetDeliveryDays(store=store, pen=pen, calendars=days)


def test_they_are_kept_and_rules_count_with_them_at_once(tmp_path: Path) -> None:
    store, deliver = _open(tmp_path)
    before = store.rules.lane("quick", "home", "FR").calendar
    assert not before.is_worked(SATURDAY) and deliver.typed("quick", "fr") == ""
    assert deliver("quick", "mon-sat; home: mon-sun 01/12/2026-24/12/2026").values
    assert store.rules.lane("quick", "home", "FR").calendar.is_worked(SATURDAY)
    with pytest.raises(BadInput):
        deliver("quick", "often")
    store.close()
    store, deliver = _open(tmp_path)
    assert deliver.typed("quick", "fr") == "lun-sam; home: lun-dim 01/12/2026-24/12/2026"
    assert store.rules.lane("quick", "home", "FR").calendar.is_worked(SATURDAY)
    deliver("quick", "")
    assert not store.rules.lane("quick", "home", "FR").calendar.is_worked(SATURDAY)
    store.close()


def test_what_is_shipped_is_told_whatever_is_typed() -> None:
    days = Calendars(zone=UTC, table=(*read_rows("*", "mon-fri"), *read_rows("slow", "mon-sat")))
    days.deliver(read_rows("slow", "tue"))
    assert [row.carrier for row in days.shipped("slow")] == ["slow"]
    assert write_rows(days.shipped("slow"), "fr") == "lun-sam"
    assert write_rows(days.shipped("quick"), "en") == "mon-fri"


def test_another_desk_hears_of_them(tmp_path: Path) -> None:
    store, deliver = _open(tmp_path / "one")
    deliver("quick", "tue-sat")
    other, there = _open(tmp_path / "other")
    other.inbox.take(store.inbox.facts_after(UUID(int=0), 10), (), now=Clock()())
    assert there.typed("quick", "en") == "tue-sat"
    store.close()
    other.close()


def holidays(region: str) -> list[date]:
    return {"FR": [date(2026, 12, 25)], "FR-57": [date(2026, 12, 25), date(2026, 12, 26)]}.get(region, [])


def test_the_forecast_counts_each_destinations_days_and_the_named_weeks() -> None:
    table = (*read_rows("*", "mon-fri"), *read_rows("quick", "home: mon-sat 01/12/2026-31/12/2026"))
    days = LaneDays("FR", holidays, table)
    journeys = Journeys(carrier=["quick"] * 3, service=["home", "home", "relay"], region=["FR", "FR-57", ""])
    words = days.words(journeys, [0, 1, 2])
    assert words == ["quick\nFR\nhome", "quick\nFR-57\nhome", "quick\nFR"]
    closed, opened = days.off([*words, "quick", ""])
    christmas, boxing = (date(2026, 12, day).toordinal() - EPOCH for day in (25, 26))
    assert [christmas in closed[at] for at in range(5)] == [True] * 5
    assert [boxing in closed[at] for at in range(5)] == [False, True, False, False, False]
    assert sorted(opened) == [0, 1] and boxing in opened[0]
