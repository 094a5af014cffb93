"""Says on which days the merchant is closed: a fact, so that all desks of the warehouse keep the same calendar."""

from __future__ import annotations

from dataclasses import dataclass

from wismo_desk.domain.calendar import Calendars
from wismo_desk.domain.closed_days import CLOSED_SCOPE, closures_data, read_closures, write_closures
from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.flows.pen import Pen
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseDays:
    """`calendars` are the desk's own; the store closes them when the fact is folded, whichever desk said it."""

    store: Store
    pen: Pen
    calendars: Calendars

    def typed(self) -> str:
        """As people type them; from memory, for the window to ask."""
        return write_closures(self.calendars.closures)

    def __call__(self, typed: str) -> Changes:
        """All of them at once, in place of those before. Raises BadInput for what is no day."""
        value = closures_data(read_closures(typed))
        place = self.calendars.place
        fact = self.pen.fact(FactKind.VALUE_SET, scope=CLOSED_SCOPE, key=place, value=value)
        return self.store.commit(Entry(at=self.pen.clock(), facts=(fact,)))
