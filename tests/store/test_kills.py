"""A station killed at random moments, a hundred times and more: what was acknowledged is there, once."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from store_rig import opened, order, python

from wismo_desk.domain.fact import FactKind

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
KILLS, SEED = 100, 20261122


def killed(folder: Path, kills: int, how: str) -> tuple[set[int], Counter[int]]:
    """(numbers acknowledged, numbers found in the journal) after so many kills."""
    script = Path(__file__).with_name("forked.py")
    told = python(str(script), str(folder), str(kills), how, str(SEED))
    store = opened(folder)
    assert store.check() == []
    facts = [fact for _, fact in store.journal.facts_after(0, limit=1_000_000)]
    assert [seq for seq, _ in store.journal.facts_after(0, limit=1_000_000)] == list(range(1, len(facts) + 1))
    folded = store.read.order_facts(order("1042").order_id)
    assert {fact.fact_id for fact in folded} == {fact.fact_id for fact in facts}
    store.close()
    scans = (fact for fact in facts if fact.kind is FactKind.ITEM_SCANNED)
    return {int(line) for line in told.split()}, Counter(int(str(fact.data["code"])) for fact in scans)


def test_every_acknowledged_scan_survives_and_none_is_doubled(tmp_path: Path) -> None:
    acknowledged, found = killed(tmp_path, KILLS, "careful")
    assert len(acknowledged) >= KILLS
    assert acknowledged - set(found) == set(), f"lost, seed {SEED}"
    assert [number for number, times in found.items() if times > 1] == [], f"doubled, seed {SEED}"
    assert len(found) - len(acknowledged) <= KILLS  # at most the one under way at each kill


def test_acknowledging_before_the_commit_loses_scans(tmp_path: Path) -> None:
    """The naive twin: the beep first, the disk after."""
    for attempt in range(6):  # chance, or a busy machine, may spare it
        acknowledged, found = killed(tmp_path / str(attempt), 30, "naive")
        if acknowledged - set(found):
            return
    raise AssertionError("the checker found nothing lost")
