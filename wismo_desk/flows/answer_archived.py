"""An order that this desk does not keep, looked up in the archive of the shared database to answer about it.

Over the line, so never on a lane that somebody waits for. What it finds is read, never acted upon: no claim, no reply
that leaves by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from wismo_desk.domain.archive import ArchiveRow
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.order import Order, OrderState
from wismo_desk.domain.question import Question
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.domain.watching import Detail, ShipmentRow
from wismo_desk.errors import DeskError, Refused
from wismo_desk.flows.find_archived import FindArchived
from wismo_desk.flows.find_order import Found, Key, agreed
from wismo_desk.store.codec import data_order

_MOST = 5  # rows looked at for one key
_CODES = 6  # codes of one mail that are asked for
_SHORTEST = 4  # signs of a code: a shorter one is the beginning of too many


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """What the archive says to a question: `detail` of the only order it finds. `error`: it could not be asked."""

    found: Found = field(default_factory=Found)
    detail: Detail | None = None
    error: DeskError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskArchive:
    archived: Callable[[], FindArchived]

    def __call__(self, question: Question) -> Elsewhere:
        """The order that most keys of the question name, checked on the order itself. Never raises for the line."""
        try:
            known = [(self._keys(question, detail), detail) for detail in self._candidates(question)]
        except DeskError as error:
            return Elsewhere(error=error)
        best = max((len(keys) for keys, _ in known), default=0)
        left = [(keys, detail) for keys, detail in known if best and len(keys) == best]
        orders = tuple(detail.order for _, detail in left)
        if len(left) != 1:
            return Elsewhere(found=Found(orders=orders))
        return Elsewhere(found=Found(orders=orders, keys=left[0][0]), detail=left[0][1])

    def search(self, typed: str, most: int) -> list[ArchiveRow]:
        """The newest shipments that it means. Raises what the line does."""
        return list(self.archived()(typed, most=most).rows)

    def detail(self, row: ArchiveRow) -> Detail:
        """Raises Refused for one whose order never came in, and what the line does."""
        found = self._read(row)
        if found is None:
            raise Refused("This shipment is not known here.")
        return found

    def _read(self, row: ArchiveRow) -> Detail | None:
        """None where its order never came in: nothing can be said of that one, and the others count."""
        found = self.archived().open(row)
        taken = [fact for fact in found.facts if fact.kind is FactKind.ORDER_TAKEN_IN]
        if not taken:
            return None
        order = data_order(row.order_id, taken[-1].data, self.archived().recipient(row))
        return Detail(
            row=_row(row, order),
            order=order,
            order_state=_state(row),
            parcels=(),
            facts=found.facts,
            effects=(),
        )

    def _candidates(self, question: Question) -> Iterator[Detail]:
        """Of the surest keys that find any: numbers first, then who writes."""
        keys = question.keys
        codes = [code for code in (*keys.named, *keys.loose) if len(_bare(code)) >= _SHORTEST]
        for asked in (codes[:_CODES], [*keys.emails, *keys.phones]):
            rows: dict[object, ArchiveRow] = {}
            for text in asked:
                for row in self.archived()(text, most=_MOST).rows:
                    rows.setdefault(row.order_id, row)
            details = [detail for row in rows.values() if (detail := self._read(row)) is not None]
            agreeing = [detail for detail in details if self._keys(question, detail)]
            if agreeing:
                yield from agreeing
                return

    def _keys(self, question: Question, detail: Detail) -> frozenset[Key]:
        """Not for its postcode or a name alone, by which nothing was asked."""
        codes = {_bare(code) for code in (*question.keys.named, *question.keys.loose)}
        tracked = {Key.TRACKING} if detail.row.number and _bare(detail.row.number) in codes else set()
        keys = agreed(question, detail.order) | tracked
        return keys if not keys <= {Key.NAME, Key.POSTCODE} else frozenset()


def _row(row: ArchiveRow, order: Order) -> ShipmentRow:
    return ShipmentRow(
        row=-1, shipment_id=row.shipment_id, order_id=row.order_id, order_number=row.order_number, carrier=row.carrier,
        service=row.service, number=row.number, parcels=row.parcels, customer=row.customer, place=row.place,
        status=row.status, reason=row.reason, promised_on=order.promised_on, ship_by=order.ship_by,
        event_at=row.event_at, event_place=row.event_place, severity=0, anomalies=(), carrier_name=row.carrier_name,
        service_name=row.service_name,
    )  # fmt: skip


def _state(row: ArchiveRow) -> OrderState:
    if row.status is TrackingStatus.CANCELLED:
        return OrderState.CANCELLED
    return OrderState.SHIPPED if row.parcels else OrderState.WAITING


def _bare(code: str) -> str:
    return re.sub(r"[^a-z0-9]", "", code.casefold())
