"""Turns what happened to shipments into queued notices; asking twice queues once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from wismo_desk.domain.anomaly import AnomalyKind
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.notice import LIFETIME, Channel, Due, Notice, NoticeLedger, due, notice_id
from wismo_desk.domain.watching import Filter, ShipmentRow, Sort
from wismo_desk.notices.stories import story_of
from wismo_desk.settings.mail import MailSettings
from wismo_desk.store.store import Store

_CHUNK = 200
_MOST = 20_000  # shipments looked at when catching up


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    store: Store
    ledger: NoticeLedger
    mail: Callable[[], MailSettings]
    clock: Callable[[], datetime]

    def queue(self, changes: Changes) -> int:
        """Notices that follow from what a piece of work touched: how many are new. Nothing while switched
        off. Orders without an e-mail address have none."""
        touched = changes.shipments | {shipment_id(order) for order in changes.orders}
        return self._queue(touched) if touched and self.mail().ready else 0

    def catch_up(self) -> int:
        """What was missed: at start, after the shared database was away, after the mail was switched on."""
        if not self.mail().ready:
            return 0
        return self._queue({row.shipment_id for row in self._recent()})

    def _recent(self) -> Iterator[ShipmentRow]:
        since = self.clock() - max(LIFETIME.values(), default=timedelta())
        late = Filter(anomalies=frozenset({AnomalyKind.PROMISE_PASSED}), only_open=True)
        yield from self.store.read.page(self.store.read.rows(late, _MOST))
        rows = self.store.read.rows(Filter(sort=Sort.EVENT), _MOST)
        for start in range(0, len(rows), _CHUNK):
            page = self.store.read.page(rows[start : start + _CHUNK])
            yield from (row for row in page if row.event_at >= since)
            if not page or page[-1].event_at < since:
                return

    def _queue(self, shipments: Collection[UUID]) -> int:
        ordered, new = sorted(shipments), 0
        for start in range(0, len(ordered), _CHUNK):
            chunk = ordered[start : start + _CHUNK]
            rows = self.store.read.page(list(self.store.read.row_ids(chunk).values()))
            new += self.ledger.queue([notice for row in rows for notice in self._notices(row)])
        return new

    def _notices(self, row: ShipmentRow) -> list[Notice]:
        now = self.clock()
        found = due(story_of(self.store, row), on=self.mail().milestones, now=now)
        order = self.store.read.order(row.order_id) if found else None
        if order is None or not order.recipient.email.strip():
            return []
        return [_notice(row, each, now) for each in found]


def _notice(row: ShipmentRow, due: Due, now: datetime) -> Notice:
    return Notice(
        notice_id=notice_id(row.shipment_id, due.milestone, Channel.EMAIL, 0),
        shipment_id=row.shipment_id,
        order_id=row.order_id,
        order_number=row.order_number,
        milestone=due.milestone,
        created_at=now,
        changed_at=now,
        due_at=now,
        expires_at=due.expires_at,
        details={"happened_at": due.at.isoformat()},
    )
