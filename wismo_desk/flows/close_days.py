"""Says on which days the merchant is closed: a fact, so that all desks of the warehouse keep the same calendar, and
one for each order whose truck then leaves on another day; the day promised to the customer stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import Final
from uuid import UUID

from wismo_desk.domain.calendar import Calendars
from wismo_desk.domain.choices import DUE
from wismo_desk.domain.closed_days import (
    CLOSED_SCOPE,
    TrucksMoved,
    closures_data,
    read_closures,
    write_closures,
)
from wismo_desk.domain.cutoff import other_truck
from wismo_desk.domain.fact import Changes, Fact, FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.order import OrderState
from wismo_desk.flows.pen import Pen
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

_CHUNK: Final = 250
_UNSHIPPED: Final = (OrderState.WAITING, OrderState.IN_HAND, OrderState.PAUSED, OrderState.PACKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysClosed:
    """What saving the closed days did: `trucks` are the orders that it moved, by their days."""

    changes: Changes
    trucks: tuple[TrucksMoved, ...] = ()


@dataclass(frozen=True, slots=True)
class _Move:
    order: UUID
    before: datetime
    after: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseDays:
    """`calendars` are the desk's own; the store closes them when the fact is folded, whichever desk said it. `zone`
    and `cut_off` (of a carrier) are the warehouse's: they tell the truck of an order."""

    store: Store
    pen: Pen
    calendars: Calendars
    zone: tzinfo
    cut_off: Callable[[str], time]

    def typed(self) -> str:
        """As people type them; from memory, for the window to ask."""
        return write_closures(self.calendars.closures)

    def preview(self, typed: str) -> tuple[TrucksMoved, ...]:
        """The orders whose truck would leave on another day. Nothing is written. Raises BadInput."""
        return self._told(list(self._moves(typed)))

    def __call__(self, typed: str) -> DaysClosed:
        """All of them at once, in place of those before. Raises BadInput for what is no day."""
        value = closures_data(read_closures(typed))
        moves = list(self._moves(typed))
        place = self.calendars.place
        fact = self.pen.fact(FactKind.VALUE_SET, scope=CLOSED_SCOPE, key=place, value=value)
        changes = self.store.commit(Entry(at=self.pen.clock(), facts=(fact,)))
        for start in range(0, len(moves), _CHUNK):
            facts = tuple(self._fact(move) for move in moves[start : start + _CHUNK])
            changes |= self.store.commit(Entry(at=self.pen.clock(), facts=facts))
        return DaysClosed(changes=changes, trucks=self._told(moves))

    def _moves(self, typed: str) -> Iterator[_Move]:
        """No order moves to a truck that has left, and what the shop itself named stays."""
        works = self.calendars.works_but(read_closures(typed))
        worked, now = self.calendars.works_here, self.pen.clock()
        for order, carrier, ordered, ship_by in self.store.read.trucks(_UNSHIPPED):
            cut_off = self.cut_off(carrier)
            after = other_truck(ship_by, ordered, cut_off, self.zone, worked=worked, works=works)
            if after != ship_by and after >= now:
                yield _Move(order, ship_by, after)

    def _told(self, moves: Sequence[_Move]) -> tuple[TrucksMoved, ...]:
        days = Counter((self._day(move.before), self._day(move.after)) for move in moves)
        return tuple(
            TrucksMoved(count=count, before=before, after=after)
            for (before, after), count in sorted(days.items())
        )

    def _day(self, when: datetime) -> date:
        return when.astimezone(self.zone).date()

    def _fact(self, move: _Move) -> Fact:
        ids = {"order_id": move.order, "shipment_id": shipment_id(move.order)}
        value = {"ship_by": move.after.isoformat()}
        return self.pen.fact(FactKind.VALUE_SET, **ids, scope=DUE, key=str(move.order), value=value)
