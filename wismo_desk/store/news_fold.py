"""Folds what carriers said of many shipments, one word about each, in one statement: SQL decides what it changes.

Of a shipment of which a batch says more, the words are folded one after the other (`fold_rows`); both ways end in the
same rows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection

from wismo_desk.domain.fact import Fact
from wismo_desk.domain.status import NO_CODES, UNKNOWN_RULE, Codes, StatusRule, fold_key
from wismo_desk.store.codec import to_ms
from wismo_desk.store.fold_statements import KEY, LEGS_KEPT
from wismo_desk.store.foresight import IN_HANDS, LEGS

_SAID: Final = [
    "shipment",
    "at",
    "place",
    "fact",
    "cycle",
    "unmapped",
    "hurdle",
    "in_hands",
    "status",
    "reason",
    "phase",
    "tie",
]
_WORDS: Final = ", ".join(f"value ->> {n} AS {name}" for n, name in enumerate(_SAID))
_SEEN: Final = "(shipment.event_ms, shipment.event_place) < (said.at, said.place)"
_NEWEST: Final = "shipment.event_ms <= said.at"  # what a later, known code says is clear again
_MET: Final = "said.hurdle <> '' AND (shipment.hurdle_ms, shipment.hurdle) < (said.at, said.hurdle)"
_FIRST: Final = "said.in_hands AND (shipment.accepted_ms IS NULL OR shipment.accepted_ms > said.at)"
_NEW_KEY: Final = ("cycle", "phase", "at", "tie", "fact")
_LATER: Final = (  # no status: nobody scanned anything
    f"said.status <> '' AND ({', '.join(f'shipment.{name}' for name in KEY)}) < "
    f"({', '.join(f'said.{name}' for name in _NEW_KEY)})"
)
_TAKEN: Final = {
    "event_ms": (_SEEN, "at"),
    "event_place": (_SEEN, "place"),
    "unmapped": (_NEWEST, "unmapped"),
    "hurdle": (_MET, "hurdle"),
    "hurdle_ms": (_MET, "at"),
    "accepted_ms": (_FIRST, "at"),
    **{old: (_LATER, new) for old, new in zip(KEY, _NEW_KEY, strict=True)},
    "status": (_LATER, "status"),
    "reason": (_LATER, "reason"),
}
_TOLD: Final = ", ".join(
    f"{name} = CASE WHEN {when} THEN said.{new} ELSE shipment.{name} END"
    for name, (when, new) in _TAKEN.items()
)
_FOLD: Final = (
    f"WITH said AS MATERIALIZED (SELECT {_WORDS} FROM jsonb_each(?)) "  # noqa: S608 - our own words only
    f"UPDATE shipment SET {_TOLD} FROM said WHERE shipment.shipment_id = said.shipment "
    f"AND (({_SEEN}) OR ({_NEWEST} AND shipment.unmapped <> said.unmapped) OR ({_MET}) OR ({_FIRST}) OR ({_LATER}))"
)


class _Meaning(NamedTuple):
    """What follows from a code whenever and of whatever it is said; `said` are the last columns of `_SAID`."""

    cycle: int
    leg: str
    said: tuple[str | int, ...]


def rule_of(codes: Mapping[str, Codes], carrier: str, raw: str, label: str) -> tuple[StatusRule, str]:
    """What it means, and the code that no table knows, "" where one does."""
    known = codes.get(carrier, NO_CODES).rule(raw, label)
    return (known, "") if known else (UNKNOWN_RULE, raw or label)


def place_of(fact: Fact) -> str:
    return str(fact.data.get("place", "") or fact.station)


def fold_news(db: Connection, codes: Mapping[str, Codes], facts: Sequence[Fact]) -> None:
    """TRACKING_SAID facts that are kept already, each about another shipment. One that has no row yet waits for its
    order."""
    meanings: dict[tuple[str, str, str, bool], _Meaning] = {}
    rows: list[tuple[Any, ...]] = []
    legs: list[tuple[str, str, int]] = []
    for fact in facts:
        shipment, data = fact.shipment_id, fact.data
        if shipment is None:
            continue
        key = (str(data["carrier"]), str(data["code"]), str(data.get("label", "")), bool(data.get("logical")))
        meant = meanings.get(key)
        if meant is None:
            meant = meanings[key] = _meaning(codes, fact)
        at, name, more = to_ms(fact.at), shipment.hex, data.get("cycle")
        cycle = meant.cycle + more if isinstance(more, int) else meant.cycle
        rows.append((name, at, place_of(fact), fact.fact_id.hex, cycle, *meant.said))
        if meant.leg:
            legs.append((name, meant.leg, at))
    if rows:
        db.exec_driver_sql(_FOLD, (json.dumps(rows),))
    if legs:
        db.exec_driver_sql(LEGS_KEPT, (json.dumps(legs),))


def _meaning(codes: Mapping[str, Codes], fact: Fact) -> _Meaning:
    data = fact.data
    rule, unmapped = rule_of(codes, str(data["carrier"]), str(data["code"]), str(data.get("label", "")))
    is_scan = rule.is_scan and not data.get("logical")  # where the carrier's computer says so, nobody scanned
    key = fold_key(rule.status, fact.at, fact.fact_id)
    in_hands = is_scan and rule.status in IN_HANDS
    status = rule.status.value if is_scan else ""
    said = (unmapped, rule.reason.value, int(in_hands), status, rule.reason.value, key.phase, key.tie_rank)
    return _Meaning(key.cycle, rule.status.value if in_hands and rule.status in LEGS else "", said)
