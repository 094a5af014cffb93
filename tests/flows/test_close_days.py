"""Closed days are a fact: kept over a restart, folded on another desk, and one list a warehouse."""

from __future__ import annotations

from datetime import UTC, date, time
from pathlib import Path
from uuid import UUID

import pytest

from tests.store.store_rig import KEY, STATUSES, Clock
from wismo_desk.domain.anomaly import Rules
from wismo_desk.domain.calendar import Calendars
from wismo_desk.errors import BadInput
from wismo_desk.flows.close_days import CloseDays
from wismo_desk.flows.pen import Pen
from wismo_desk.store import open_store
from wismo_desk.store.store import Store

EVE = date(2026, 12, 24)


def _open(folder: Path, place: str = "") -> tuple[Store, CloseDays]:
    days = Calendars(zone=UTC, place=place)
    store = open_store(folder, KEY, statuses=STATUSES, rules=Rules(zone=UTC, calendars=days))
    pen = Pen("QUAI-1", clock=Clock())
    if newest := store.newest_id(""):
        pen.follow(newest)
    return store, CloseDays(store=store, pen=pen, calendars=days, zone=UTC, cut_off=lambda _carrier: time(17))


def test_closed_days_are_kept(tmp_path: Path) -> None:
    store, close = _open(tmp_path / "desk")
    assert close.typed() == ""
    assert close.calendars.works_here(EVE)
    assert close("24/12/2026").changes.values
    assert not close.calendars.works_here(EVE)
    with pytest.raises(BadInput):
        close("demain")
    assert close.typed() == "24/12/2026"
    assert store.rules.home.is_worked(EVE) is False
    store.close()
    store, close = _open(tmp_path / "desk")
    assert (close.typed(), close.calendars.works_here(EVE)) == ("24/12/2026", False)
    close("")
    assert close.calendars.works_here(EVE)
    store.close()


def test_another_warehouse_has_its_own(tmp_path: Path) -> None:
    store, close = _open(tmp_path / "desk")
    close("24/12/2026")
    store.close()
    store, close = _open(tmp_path / "desk", "lyon")
    assert close.calendars.works_here(EVE)
    close("26/12/2026")
    assert close.typed() == "26/12/2026"
    store.close()


def test_another_desk_hears_of_it(tmp_path: Path) -> None:
    store, close = _open(tmp_path / "one")
    close("24/12/2026")
    other, there = _open(tmp_path / "other")
    facts = store.inbox.facts_after(UUID(int=0), 10)
    other.inbox.take(facts, (), now=Clock()())
    assert there.typed() == "24/12/2026"
    store.close()
    other.close()
