"""The rows of the shipments that one batch of facts touches: read at once, folded in memory, written once each.

A row of `shipment` stands in many indexes, so a batch of ten facts about one must not write it ten times.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from wismo_desk.domain.status import FoldKey, StatusRule
from wismo_desk.store.at_once import ids_at_once, keep_at_once, read_at_once, update_at_once
from wismo_desk.store.fold_statements import KEY, LEGS_KEPT, mark_parcel

_CHUNK: Final = 500
_FOLDED: Final = (
    *KEY,
    "status",
    "reason",
    "event_ms",
    "event_place",
    "unmapped",
    "carrier",
    "service",
    "number",
    "parcels",
    "accepted_ms",
    "hurdle",
    "hurdle_ms",
)
_THESE: Final = "WHERE shipment_id IN (SELECT value FROM json_each(?))"
_READ: Final = f"SELECT shipment_id, {', '.join(_FOLDED)} FROM shipment {_THESE}"  # noqa: S608 - our own words only
_WORN: Final = (
    "SELECT shipment_id, parcel_id, parcel_no, issue_no, voided, reference, carrier, service, tracking_number "  # noqa: S608
    f"FROM parcel {_THESE}"
)


class _Parcel(NamedTuple):
    parcel_id: str
    parcel_no: int
    issue_no: int
    voided: int
    reference: str
    carrier: str
    service: str
    tracking_number: str


@dataclass(slots=True)
class _Row:
    """`now` as it will be, `was` as the file has it: nothing of one that is born now."""

    was: Mapping[str, Any]
    now: dict[str, Any]

    def key(self) -> tuple[Any, ...]:
        return tuple(self.now[name] for name in KEY)


@dataclass(slots=True)
class FoldedRows:
    """`read` before the facts, `write` after them; between, everything that is said of a shipment that has no row
    yet is nothing: it waits for its order."""

    db: Connection
    _rows: dict[UUID, _Row] = field(default_factory=dict)
    _marks: dict[tuple[str, ...], list[dict[str, Any]]] = field(default_factory=dict)
    _worn: set[UUID] = field(default_factory=set)
    _legs: list[tuple[str, str, int]] = field(default_factory=list)

    def read(self, shipments: Iterable[UUID]) -> None:
        for keys in _pieces(sorted(set(shipments))):
            for key, *values in read_at_once(self.db, _READ, (ids_at_once(keys),), width=1 + len(_FOLDED)):
                known = dict(zip(_FOLDED, values, strict=True))
                self._rows[UUID(key)] = _Row(known, dict(known))

    def bear(self, shipment_id: UUID, row: dict[str, Any]) -> None:
        """A shipment that has no row yet: its whole row, before anything is said of it."""
        self._rows[shipment_id] = _Row({}, row)

    def mark(self, parcel: dict[str, Any], names: tuple[str, ...]) -> None:
        """A parcel's whole row, of which a row that is there takes `names`."""
        self._marks.setdefault(names, []).append(parcel)

    def wear(self, shipment_id: UUID) -> None:
        """Its labels changed: what it shows of them follows from all of its parcels."""
        self._worn.add(shipment_id)

    def see(self, shipment_id: UUID, at_ms: int, place: str) -> None:
        """An event, whatever it says of the state."""
        row = self._rows.get(shipment_id)
        if row is not None and (row.now["event_ms"], row.now["event_place"]) < (at_ms, place):
            row.now |= {"event_ms": at_ms, "event_place": place}

    def note_code(self, shipment_id: UUID, at_ms: int, unmapped: str) -> None:
        """Only the newest event counts: what a later, known one says is clear again. Before `see`."""
        row = self._rows.get(shipment_id)
        if row is not None and row.now["event_ms"] <= at_ms:
            row.now["unmapped"] = unmapped

    def meet(self, shipment_id: UUID, at_ms: int, reason: str) -> None:
        """The latest reason a carrier gave, kept though the parcel has gone on."""
        row = self._rows.get(shipment_id)
        if row is not None and (row.now["hurdle_ms"], row.now["hurdle"]) < (at_ms, reason):
            row.now |= {"hurdle_ms": at_ms, "hurdle": reason}

    def accept(self, shipment_id: UUID, at_ms: int, leg: str) -> None:
        """A physical scan in the carrier's hands, whether or not it decides the state: the first one is kept, and each
        that is named as a `leg` of the journey."""
        row = self._rows.get(shipment_id)
        if row is None:
            return
        first = row.now["accepted_ms"]
        row.now["accepted_ms"] = at_ms if first is None else min(first, at_ms)
        if leg:
            self._legs.append((shipment_id.hex, leg, at_ms))

    def say(self, shipment_id: UUID, key: FoldKey, rule: StatusRule) -> None:
        """The larger key wins, whichever came first."""
        row = self._rows.get(shipment_id)
        parts = (key.cycle, key.phase, key.occurred_ms, key.tie_rank, key.fact_id)
        if row is not None and row.key() < parts:
            row.now |= dict(zip(KEY, parts, strict=True))
            row.now |= {"status": rule.status.value, "reason": rule.reason.value}

    def write(self) -> None:
        for names, parcels in self._marks.items():
            keep_at_once(self.db, "parcel", parcels, also=mark_parcel(names))
        self._marks.clear()
        self._wear()
        keep_at_once(self.db, "shipment", [row.now for row in self._rows.values() if not row.was], also="")
        changed: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
        for key, row in self._rows.items():
            if not row.was:
                continue
            names = tuple(name for name in _FOLDED if row.now[name] != row.was[name])
            if names:
                changed.setdefault(names, []).append((*(row.now[name] for name in names), key.hex))
        for names, rows in changed.items():
            update_at_once(self.db, "shipment", names, "shipment_id", rows)
        if self._legs:
            self.db.exec_driver_sql(LEGS_KEPT, (json.dumps(self._legs),))
        self._legs.clear()
        self._rows.clear()

    def _wear(self) -> None:
        """Carrier and number are those of the first parcel's latest label, in whatever order labels came; of two that
        two desks bought, the one that is not void."""
        mine: dict[UUID, list[_Parcel]] = {}
        for keys in _pieces(sorted(self._worn & set(self._rows))):
            for key, *values in read_at_once(self.db, _WORN, (ids_at_once(keys),), width=9):
                mine.setdefault(UUID(key), []).append(_Parcel._make(values))
        for key, parcels in mine.items():
            now = self._rows[key].now
            now["parcels"] = sum(not parcel.voided for parcel in parcels)
            labelled = [parcel for parcel in parcels if parcel.reference]
            if labelled:
                worn = min(
                    labelled, key=lambda one: (one.parcel_no, -one.issue_no, one.voided, one.parcel_id)
                )
                now |= {"carrier": worn.carrier, "service": worn.service, "number": worn.tracking_number}
        self._worn.clear()


def _pieces(keys: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(keys), _CHUNK):
        yield keys[start : start + _CHUNK]
