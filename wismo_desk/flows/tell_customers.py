"""Tells chosen customers by hand, once: how many it reaches, what it says, queued, and taken back until it leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Final
from uuid import UUID

from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.notice import LIFETIME, Channel, Milestone, Notice, notice_id
from wismo_desk.domain.notice_rules import News, NoticeRules, quiet_until
from wismo_desk.domain.status import ENDED
from wismo_desk.domain.watching import ShipmentRow
from wismo_desk.errors import DeskError, Refused
from wismo_desk.flows.notify import Notify

BY_HAND: Final = (
    Milestone.DELAYED,
    Milestone.PREDICTED_LATE,
)  # what is true of any parcel that somebody chose
MOST: Final = 500
_GRACE: Final = timedelta(seconds=30)  # to take it back
_TAKEN_BACK: Final = "Taken back before it left."
_CHANGED: Final = Changes(effects=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """How many customers would be told, what the first of them reads, and (order number, why) of the others."""

    count: int
    subject: str = ""
    text: str = ""
    refused: tuple[tuple[str, DeskError], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """What waits to leave: `notices` for `undo`."""

    notices: tuple[Notice, ...] = ()
    refused: tuple[tuple[str, DeskError], ...] = ()
    changes: Changes = field(default_factory=Changes)

    @property
    def count(self) -> int:
        """Customers, whatever the number of their messages."""
        return len({notice.shipment_id for notice in self.notices})


@dataclass(frozen=True, slots=True, kw_only=True)
class TellCustomers:
    """On the NOTICES lane: with a shared ledger any call may raise SharedUnreachable."""

    notify: Notify
    zone: tzinfo

    def look(self, shipments: Sequence[UUID], milestone: Milestone) -> Preview:
        """Asks and writes nothing."""
        fresh, refused = self._sorted(shipments, milestone)
        reached = sorted({one.shipment_id for one in fresh})
        if not reached:
            return Preview(count=0, refused=refused)
        letter = self.notify.preview(reached[0], milestone)
        return Preview(count=len(reached), subject=letter.subject, text=letter.text, refused=refused)

    def __call__(self, shipments: Sequence[UUID], milestone: Milestone) -> Queued:
        """A customer who has, or will have, this news is left out: its key is in the ledger."""
        fresh, refused = self._sorted(shipments, milestone)
        queued = []
        ledger, now = self.notify.ledger, self.notify.pen.clock()
        for one in fresh:
            known = ledger.get(one.notice_id)
            if known is None:
                if not ledger.queue([one]):
                    continue  # another desk told it in this second
            else:
                ledger.decide(
                    known,
                    EffectState.PENDING,
                    at=now,
                    expires_at=one.expires_at,
                    details={**one.details, "error": ""},
                )
            queued.append(ledger.get(one.notice_id) or one)
        return Queued(notices=tuple(queued), refused=refused, changes=_CHANGED if queued else Changes())

    def undo(self, done: Queued) -> int:
        """What has not left does not leave: how many messages."""
        said = {"error": _TAKEN_BACK, "overtaken": True, "by_hand": False}
        now, back = self.notify.pen.clock(), 0
        for one in done.notices:
            back += self.notify.ledger.move(
                one, EffectState.FAILED, was=(EffectState.PENDING,), at=now, details=said
            )
        return back

    def _sorted(
        self, shipments: Sequence[UUID], milestone: Milestone
    ) -> tuple[list[Notice], tuple[tuple[str, DeskError], ...]]:
        if milestone not in BY_HAND:
            raise Refused("This news is told by itself when it is true.")
        if len(shipments) > MOST:
            raise Refused(
                "{n} shipments are ticked, at most {most} go at once. Tick fewer.",
                n=len(shipments),
                most=MOST,
            )
        on = frozenset(self.notify.channels()) - {Channel.WEBHOOK}
        if not on:
            raise Refused(
                "Messages to customers are switched off. Switch them on in the settings, under Messages."
            )
        read = self.notify.store.read
        fresh: list[Notice] = []
        refused: list[tuple[str, DeskError]] = []
        rules = self.notify.choices.rules()
        for row in read.page(list(read.row_ids(shipments).values())):
            try:
                fresh += self._notices(row, milestone, on, rules)
            except Refused as error:
                refused.append((row.order_number, error))
        return fresh, tuple(refused)

    def _notices(
        self, row: ShipmentRow, milestone: Milestone, on: frozenset[Channel], rules: NoticeRules
    ) -> list[Notice]:
        if row.status in ENDED:
            raise Refused("It has ended: there is nothing to be late any more.")
        order = self.notify.store.read.order(row.order_id)
        who = order.recipient if order else None
        addresses = {Channel.EMAIL: who.email.strip(), Channel.SMS: who.phone.strip()} if who else {}
        if order is None or not any(addresses.get(channel) for channel in on):
            raise Refused("There is no address to write to.")
        if self.notify.choices.is_stopped(row.order_id):
            raise Refused("This customer wants no more messages.")
        news = News(
            milestone=milestone, shop=order.source, carrier=row.carrier, country=order.recipient.country
        )
        told = rules.channels(news, frozenset(Milestone)) & on or on
        fresh = [
            one
            for one in self._made(row, milestone, sorted(told), rules, rules.language(news))
            if addresses.get(one.channel) and self._untold(one)
        ]
        if not fresh:
            raise Refused("This customer has this news already, or will have it in a moment.")
        return fresh

    def _untold(self, notice: Notice) -> bool:
        known = self.notify.ledger.get(notice.notice_id)
        return known is None or (known.state is EffectState.FAILED and bool(known.details.get("overtaken")))

    def _made(
        self,
        row: ShipmentRow,
        milestone: Milestone,
        channels: Sequence[Channel],
        rules: NoticeRules,
        language: str,
    ) -> Iterator[Notice]:
        now = self.notify.pen.clock()
        details = {
            "happened_at": now.isoformat(),
            "by_hand": True,
            **({"language": language} if language else {}),
        }
        for channel in channels:
            due_at = self._due(channel, rules, now)
            yield Notice(
                notice_id=notice_id(row.shipment_id, milestone, channel, 0),
                shipment_id=row.shipment_id,
                order_id=row.order_id,
                order_number=row.order_number,
                milestone=milestone,
                channel=channel,
                created_at=now,
                changed_at=now,
                due_at=due_at,
                expires_at=due_at + LIFETIME[milestone],
                details=details,
            )

    def _due(self, channel: Channel, rules: NoticeRules, now: datetime) -> datetime:
        """Nobody is rung at night, by hand either."""
        quiet = quiet_until(now, rules, self.zone) if channel in rules.quiet else None
        return max(now + _GRACE, quiet) if quiet is not None else now + _GRACE
