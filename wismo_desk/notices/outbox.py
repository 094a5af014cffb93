"""Turns what happened to shipments into queued notices; asking twice queues once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from wismo_desk.domain.anomaly import AnomalyKind
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.notice import (
    LIFETIME,
    OF_CLAIMS,
    REMINDERS,
    Channel,
    Due,
    Milestone,
    Notice,
    NoticeLedger,
    due,
    notice_id,
)
from wismo_desk.domain.notice_rules import News, NoticeRules
from wismo_desk.domain.watching import Filter, ShipmentRow, Sort
from wismo_desk.notices.stories import story_of
from wismo_desk.settings.mail import MailSettings
from wismo_desk.store.store import Store

_CHUNK = 200
_FOR_PROGRAMS = timedelta(days=7)  # a program that was away wants all of it
_MOST = 20_000  # shipments looked at when catching up
_GRACE = timedelta(minutes=5)  # of a claim's step: to take a slip of the hand back


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    store: Store
    ledger: NoticeLedger
    mail: Callable[[], MailSettings]
    clock: Callable[[], datetime]
    rules: Callable[[], NoticeRules] = NoticeRules
    others: Callable[[], Collection[Channel]] = tuple  # the channels beside e-mail that are switched on

    def queue(self, changes: Changes) -> int:
        """Notices that follow from what a piece of work touched: how many are new. Nothing while every channel
        is switched off. Orders without an address have none by that channel."""
        touched = changes.shipments | {shipment_id(order) for order in changes.orders}
        return self._queue(touched) if touched and self._on() else 0

    def catch_up(self) -> int:
        """What was missed: at start, after the shared database was away, after a channel was switched on."""
        if not self._on():
            return 0
        return self._queue({row.shipment_id for row in self._recent()} | set(self._claimed()))

    def _on(self) -> frozenset[Channel]:
        usual = {Channel.EMAIL} if self.mail().ready else set()
        return frozenset(usual | set(self.others()))

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

    def _claimed(self) -> Iterator[UUID]:
        """Those whose claim was sent or decided lately: the carrier need not have scanned them since."""
        since = self.clock() - max(LIFETIME[each] for each in OF_CLAIMS)
        for claim in self.store.read.claims.listed():
            if any(at is not None and at >= since for at in (claim.sent_at, claim.settled_at)):
                yield claim.shipment_id

    def _queue(self, shipments: Collection[UUID]) -> int:
        ordered, new = sorted(shipments), 0
        for start in range(0, len(ordered), _CHUNK):
            chunk = ordered[start : start + _CHUNK]
            rows = self.store.read.page(list(self.store.read.row_ids(chunk).values()))
            new += self.ledger.queue([notice for row in rows for notice in self._notices(row)])
        return new

    def _notices(self, row: ShipmentRow) -> list[Notice]:
        now, rules, mail, on = self.clock(), self.rules(), self.mail(), self._on()
        story = story_of(self.store, row, waits=rules.waits(row.carrier))
        found = due(story, on=frozenset(Milestone), now=now)
        order = self.store.read.order(row.order_id) if found else None
        if order is None:
            return []
        who = order.recipient
        addresses = {Channel.EMAIL: who.email.strip(), Channel.SMS: who.phone.strip(), Channel.WEBHOOK: "-"}
        notices = []
        for each in found:
            news = News(milestone=each.milestone, shop=order.source, carrier=row.carrier, country=who.country)
            told = rules.channels(news, mail.milestones) & on
            said = rules.language(news)
            notices += [
                _notice(row, each, now, channel, said) for channel in sorted(told) if addresses[channel]
            ]
        return notices


def _notice(row: ShipmentRow, due: Due, now: datetime, channel: Channel, language: str) -> Notice:
    details = {"happened_at": due.at.isoformat()} | ({"language": language} if language else {})
    return Notice(
        notice_id=notice_id(row.shipment_id, due.milestone, channel, due.cycle),
        shipment_id=row.shipment_id,
        order_id=row.order_id,
        order_number=row.order_number,
        milestone=due.milestone,
        channel=channel,
        cycle=due.cycle,
        created_at=now,
        changed_at=now,
        due_at=_when(due, now),
        expires_at=due.at + _FOR_PROGRAMS if channel is Channel.WEBHOOK else due.expires_at,
        details=details,
    )


def _when(due: Due, now: datetime) -> datetime:
    if due.milestone in OF_CLAIMS:
        return now + _GRACE
    return max(now, due.at) if due.milestone in REMINDERS else now
