"""Works on anomalies: acknowledge, snooze, assign, note, resolve. Each is a fact, each can be undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, tzinfo
from typing import Any
from uuid import UUID

from wismo_desk.domain.cutoff import departure_on
from wismo_desk.domain.fact import Changes, Fact, FactKind
from wismo_desk.domain.triage import (
    NOTE_LENGTH,
    OWNER_LENGTH,
    CareVerb,
    Group,
    HistoryItem,
    Standing,
    WorkList,
    history,
)
from wismo_desk.domain.watching import ShipmentRow
from wismo_desk.errors import Refused
from wismo_desk.flows.pen import Pen
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

_CHUNK = 500
_LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """What was done: `changes` to redraw, `facts` for `Triage.undo`, `shipments` how many it was said of."""

    changes: Changes
    facts: tuple[Fact, ...]

    @property
    def shipments(self) -> int:
        return len(self.facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    """`names` turns (carrier, service) codes into what people say. Shipments of which nothing is wrong are left
    out of acknowledge and resolve, the other verbs hold for any shipment."""

    store: Store
    pen: Pen
    names: Callable[[str, str], tuple[str, str]]
    zone: tzinfo

    # What there is to do

    def work(self, standing: Standing = Standing.OPEN) -> WorkList:
        today = departure_on(self.pen.clock(), time(0), self.zone)
        found = self.store.read.anomalies.work(standing, today=today)
        named = tuple(replace(one, carrier_name=self.names(one.carrier, "")[0]) for one in found.groups)
        return replace(found, groups=named)

    def to_act(self) -> int:
        """Shipments that somebody must act on: `WorkList.to_act` without the list."""
        return self.store.read.anomalies.to_act()

    def rows(self, group: Group, limit: int = 500) -> list[ShipmentRow]:
        """The shipments of one group, what has waited longest first."""
        found = self.store.read.page(self.store.read.anomalies.rows(group, limit))
        named = [(row, self.names(row.carrier, row.service)) for row in found]
        return [replace(row, carrier_name=one, service_name=other) for row, (one, other) in named]

    def shipments(self, group: Group) -> list[UUID]:
        return self.store.read.anomalies.shipments(group)

    def history(self, shipments: Sequence[UUID]) -> tuple[HistoryItem, ...]:
        """What was done about them, newest first."""
        return history(self.store.read.anomalies.care_facts(shipments))

    def owners(self) -> tuple[str, ...]:
        """Names something was assigned to, for a list to choose from."""
        return self.store.read.anomalies.owners()

    # Verbs

    def acknowledge(self, shipments: Sequence[UUID]) -> Handled:
        """Seen: they leave the list until something gets worse or something else goes wrong."""
        wrong = self.store.read.anomalies.wrong(shipments)
        data = {
            key: {"seen": {one.kind.value: int(one.severity) for one in found}}
            for key, found in wrong.items()
        }
        return self._say(CareVerb.ACKNOWLEDGE, data)

    def resolve(self, shipments: Sequence[UUID]) -> Handled:
        """Settled: what is wrong now counts no more; the same comes back only when it begins anew."""
        wrong = self.store.read.anomalies.wrong(shipments)
        data = {
            key: {"settled": {one.kind.value: _since_ms(one.since) for one in found}}
            for key, found in wrong.items()
        }
        return self._say(CareVerb.RESOLVE, data)

    def snooze(self, shipments: Sequence[UUID], until: datetime | None) -> Handled:
        """None wakes them. Raises Refused for an instant that has passed or is more than a year ahead."""
        now = self.pen.clock()
        if until is not None and not now < until <= now + _LONGEST:
            raise Refused("Put off until a moment ahead, within a year.")
        said = until.isoformat() if until else None
        return self._say(CareVerb.SNOOZE, {key: {"until": said} for key in shipments})

    def assign(self, shipments: Sequence[UUID], owner: str) -> Handled:
        """ "" takes the owner off."""
        name = " ".join(owner.split())[:OWNER_LENGTH]
        return self._say(CareVerb.ASSIGN, {key: {"owner": name} for key in shipments})

    def note(self, shipments: Sequence[UUID], text: str) -> Handled:
        """Notes are facts: kept for good and shared. Raises Refused for an empty or an overlong one."""
        said = " ".join(text.split())
        if not said:
            raise Refused("Write a note first.")
        if len(said) > NOTE_LENGTH:
            raise Refused(
                "A note has at most {most} characters, this one has {n}.", most=NOTE_LENGTH, n=len(said)
            )
        return self._say(CareVerb.NOTE, {key: {"text": said} for key in shipments})

    def contest(self, shipments: Sequence[UUID]) -> Handled:
        """The customer says that it did not arrive, though the carrier says that it did."""
        return self._say(CareVerb.CONTEST, {key: {} for key in shipments})

    def undo(self, done: object) -> Handled:
        """What was said counts no more; both stay in the history. `done`: the Handled that a verb gave."""
        assert isinstance(done, Handled)
        gone = {fact.shipment_id: {"facts": [fact.fact_id.hex]} for fact in done.facts if fact.shipment_id}
        return self._say(CareVerb.WITHDRAW, gone)

    def _say(self, verb: CareVerb, said: dict[UUID, dict[str, Any]]) -> Handled:
        """In chunks, so that no scan waits for hundreds of facts."""
        orders = self.store.read.anomalies.orders(list(said))
        together = self.pen.new_id().hex[-12:]
        facts = tuple(
            self.pen.fact(
                FactKind.ANOMALY_HANDLED,
                order_id=orders[key],
                shipment_id=key,
                verb=verb.value,
                together=together,
                **data,
            )
            for key, data in said.items()
            if key in orders
        )
        changes = Changes()
        for start in range(0, len(facts), _CHUNK):
            changes |= self.store.commit(Entry(at=self.pen.clock(), facts=facts[start : start + _CHUNK]))
        return Handled(changes=changes, facts=facts)


def _since_ms(since: datetime | None) -> int:
    return int(since.timestamp() * 1000) if since else 0
