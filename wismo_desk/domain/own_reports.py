"""What people report of own deliveries, and how a mistaken report is taken back: by a newer fact, never by
deleting one. Each taking back opens a later cycle of the fold (decisions.md §5), which every earlier word loses
to whatever it said and whenever it arrives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

from wismo_desk.domain.fact import Fact, FactKind

OWN: Final = "own"
NOTE: Final = "NOTE"  # changes no state: nothing to take back
CORRECTION: Final = "correction"  # `source` of the fact that takes back
NOTHING_BEFORE: Final = "CORRECTED"  # its code when nothing had been reported before (resources/statuses/own.csv)
_TOGETHER: Final = timedelta(seconds=5)  # one report is a fact for each parcel
CYCLES: Final = 2  # a return needs one of its own


def withdrawn(facts: Iterable[Fact]) -> frozenset[str]:
    """Ids (as text) of the facts that were taken back."""
    found: set[str] = set()
    for fact in facts:
        ids = fact.data.get("withdraws")
        if isinstance(ids, list | tuple):
            found.update(map(str, ids))
    return frozenset(found)


def cycle(facts: Iterable[Fact]) -> int:
    """What a new word on the delivery carries (`cycle`), so that it counts after all that was taken back."""
    return CYCLES * sum(1 for fact in facts if fact.data.get("source") == CORRECTION)


def last_report(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """The newest report of a person that still stands, a fact for each parcel; () when there is none."""
    standing = _standing(facts)
    said = [fact for fact in standing if fact.data.get("source") == "person"]
    if not said:
        return ()
    newest = said[-1]
    return tuple(
        fact
        for fact in said
        if fact.data.get("code") == newest.data.get("code") and newest.at - fact.at < _TOGETHER
    )


def before(facts: Iterable[Fact], taken_back: Sequence[Fact]) -> str:
    """The code that holds again once these are taken back."""
    gone = {fact.fact_id for fact in taken_back}
    left = [fact for fact in _standing(facts) if fact.fact_id not in gone]
    return str(left[-1].data["code"]) if left else NOTHING_BEFORE


def _standing(facts: Iterable[Fact]) -> list[Fact]:
    """Reports about own deliveries that were not taken back, oldest first."""
    known = tuple(facts)
    gone = withdrawn(known)
    said = [
        fact
        for fact in known
        if fact.kind is FactKind.TRACKING_SAID
        and fact.data.get("carrier") == OWN
        and fact.data.get("code") not in (NOTE, NOTHING_BEFORE)
        and fact.data.get("source") != CORRECTION
        and str(fact.fact_id) not in gone
    ]
    return sorted(said, key=lambda fact: fact.fact_id.hex)
