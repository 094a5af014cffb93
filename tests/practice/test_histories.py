"""Made-up histories keep the truth they are made from, and the past told as facts is the same past."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from wismo_desk.domain.fact import FactKind
from wismo_desk.practice.histories import COLUMNS, EUROPE, MARKETPLACE, SHOP, World, make_history
from wismo_desk.practice.past import tell
from wismo_desk.practice.trails import COLUMNS as SCAN_COLUMNS
from wismo_desk.practice.trails import make_trails

FIRST = date(2026, 1, 5)


@pytest.mark.parametrize("world", [EUROPE, MARKETPLACE, SHOP])
def test_a_world_delivers_on_its_days_and_loses_its_share(world: World) -> None:
    found = make_history(20_000, first=FIRST, days=200, seed=1, world=world)
    came = found.delivered < 10**6
    assert 0.009 < 1 - came.mean() < 0.015 and (came == ~found.lost).all()
    assert (found.delivered[came] > found.handed[came]).all()
    assert ((found.delivered[came] - 1) % 7 < 6).all()  # never on a Sunday
    late = (found.delivered > found.promised)[came].mean()
    assert 0.01 < late < 0.2
    assert (np.diff(found.handed) >= 0).all()


def test_the_same_seed_tells_the_same() -> None:
    one, again = (make_history(300, first=FIRST, days=60, seed=4) for _ in range(2))
    assert one.text() == again.text() != make_history(300, first=FIRST, days=60, seed=5).text()
    lines = one.text().splitlines()
    assert lines[0] == COLUMNS and len(lines) == 301 and all(line.count(",") == 8 for line in lines)


def test_over_time_carriers_become_slower() -> None:
    found = make_history(20_000, first=FIRST, days=300, seed=2, drift=0.5)
    spans = (found.delivered - found.handed)[~found.lost]
    assert spans[-5000:].mean() > 1.15 * spans[:5000].mean()


def test_only_what_has_arrived_is_kept() -> None:
    found = make_history(400, first=FIRST, days=80, seed=6, world=SHOP)
    arrived = found.arrived()
    assert 300 < len(arrived.handed) < 400
    assert (arrived.delivered <= found.until).all()


def test_each_parcel_that_arrived_or_came_back_has_its_end_as_a_fact() -> None:
    found = make_history(200, first=FIRST, days=120, seed=6, world=SHOP)
    ends = ((found.delivered <= found.until) | (found.closed <= found.until)).sum()
    entries = list(tell(found, station="Poste 1", zone=ZoneInfo("Europe/Paris"), chunk=50))
    facts = [fact for entry in entries for fact in entry.facts]
    ended = [fact for fact in facts if fact.data.get("code") in ("LIVRE", "DELIVERED", "RENDU", "RETURNED")]
    assert len(ended) == ends and sum(len(entry.parties) for entry in entries) == 200
    assert {fact.kind for fact in facts} >= {FactKind.ORDER_TAKEN_IN, FactKind.MANIFEST_CLOSED}
    for entry in entries:
        ids = [fact.fact_id.hex for fact in entry.facts]
        assert ids == sorted(ids)


def test_scans_are_written_beside_the_history_as_far_as_they_are_known() -> None:
    found = make_history(300, first=FIRST, days=60, seed=4)
    trails = make_trails(found, seed=5, world=EUROPE)
    lines = trails.text(found).splitlines()
    assert lines[0] == SCAN_COLUMNS and trails.text(found) == make_trails(found, seed=5, world=EUROPE).text(
        found
    )
    known = [int(day) for day in trails.day if day <= found.until]
    assert [line.split(",")[1] for line in lines[1:]] == [date.fromordinal(day).isoformat() for day in known]
    assert 0 < len(known) < len(trails.day)
    assert {line.split(",")[0] for line in lines[1:]} == {row[0] for row in found.rows()}
