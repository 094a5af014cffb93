"""Says on which days a carrier delivers: a fact, so that all desks count the same days."""

from __future__ import annotations

from dataclasses import dataclass

from wismo_desk.domain.calendar import Calendars
from wismo_desk.domain.delivery_days import DELIVERY_SCOPE, read_rows, rows_data, write_rows
from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.flows.pen import Pen
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDeliveryDays:
    """`calendars` are the desk's own; the store tells them when the fact is folded, whichever desk said it."""

    store: Store
    pen: Pen
    calendars: Calendars

    def typed(self, carrier: str, language: str) -> str:
        """What holds beside the week of everybody, as people type it; from memory, for the window to ask."""
        return write_rows([row for row in self.calendars.table if row.carrier == carrier], language)

    def shipped(self, carrier: str, language: str) -> str:
        """What holds while nothing is typed, as people would type it."""
        return write_rows(self.calendars.shipped(carrier), language)

    def __call__(self, carrier: str, typed: str) -> Changes:
        """All rows of one carrier, in place of those before; nothing: as shipped. Raises BadInput for what is no
        week."""
        value = rows_data(read_rows(carrier, typed))
        fact = self.pen.fact(FactKind.VALUE_SET, scope=DELIVERY_SCOPE, key=carrier, value=value)
        return self.store.commit(Entry(at=self.pen.clock(), facts=(fact,)))
