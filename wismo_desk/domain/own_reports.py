"""What people report of own deliveries, and how a mistaken report is taken back: by a newer fact, never by
deleting one. Each taking back opens a later cycle of the fold (decisions.md §5), which every earlier word loses
to whatever it said and whenever it arrives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.status import Codes, fold_key

OWN: Final = "own"
NOTE: Final = "NOTE"  # changes no state: nothing to take back
CORRECTION: Final = "correction"  # `source` of the fact that takes back
NOTHING_BEFORE: Final = (
    "CORRECTED"  # its code when nothing had been reported before (resources/statuses/own.csv)
)
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
    known = tuple(facts)
    gone = withdrawn(known)
    mine = [fact for fact in known if _speaks(fact) and fact.data.get("source") == "person"]
    said = sorted((fact for fact in mine if str(fact.fact_id) not in gone), key=lambda fact: fact.fact_id.hex)
    if not said:
        return ()
    newest = said[-1]
    return tuple(
        fact
        for fact in said
        if fact.data.get("code") == newest.data.get("code") and newest.at - fact.at < _TOGETHER
    )


def before(facts: Iterable[Fact], taken_back: Sequence[Fact], codes: Codes) -> dict[str, str]:
    """What holds again once these are taken back, as data of the correction: the `code` of what still stands and
    wins the fold, and in `restates` the id of the fact that said it."""
    known = tuple(facts)
    gone = withdrawn(known) | {str(fact.fact_id) for fact in taken_back}
    keys = {}
    for fact in known:
        origin = _origin(fact)
        rule = codes.rule(str(fact.data["code"])) if _speaks(fact) else None
        if rule is not None and rule.is_scan and origin not in gone:
            later = fact.data.get("cycle")
            number = later if isinstance(later, int) else 0
            keys[fold_key(rule.status, fact.at, fact.fact_id, cycle=number)] = (fact, origin)
    if not keys:
        return {"code": NOTHING_BEFORE, "restates": ""}
    fact, origin = keys[max(keys)]
    return {"code": str(fact.data["code"]), "restates": origin}


def _speaks(fact: Fact) -> bool:
    """Whether a fact is about the state of an own delivery."""
    silent = (NOTE, NOTHING_BEFORE)
    is_said = fact.kind is FactKind.TRACKING_SAID and fact.data.get("carrier") == OWN
    return is_said and fact.data.get("code") not in silent


def _origin(fact: Fact) -> str:
    """Id of the report that a fact is, or says once more: a correction stands and falls with what it restates."""
    return str(fact.data.get("restates") or fact.fact_id)
