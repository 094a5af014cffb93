"""The customer hears of it: queue after each change, send, look, and settle what nobody can know."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.notice import Channel, Letter, Milestone, Notice, NoticeLedger, NoticeRow, Tally, due
from wismo_desk.domain.watching import Filter, Sort
from wismo_desk.errors import Refused
from wismo_desk.flows.notice_choices import NoticeChoices
from wismo_desk.flows.pen import Pen
from wismo_desk.notices.letters import Letters
from wismo_desk.notices.outbox import Outbox
from wismo_desk.notices.posts import happened, spoken
from wismo_desk.notices.sender import Sender, Turn
from wismo_desk.notices.stories import Told, tell
from wismo_desk.notices.webhook_post import news_of
from wismo_desk.settings.mail import MailSettings
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

AGAIN: Final = timedelta(hours=48)  # how long a notice that a person sends again may wait for the server
_CHANGED: Final = Changes(effects=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """All on the NOTICES lane, but `rows`, `letter` and `preview`, which only read. With a shared ledger
    any call may raise SharedUnreachable; what was missed is queued by the next `start`."""

    store: Store
    pen: Pen
    ledger: NoticeLedger
    outbox: Outbox
    sender: Sender
    letters: Letters
    mail: Callable[[], MailSettings]
    returns: Callable[[], Changes] = Changes  # what came back to the mailbox, now and then

    @property
    def choices(self) -> NoticeChoices:
        """The rules, and who wants no more messages; on the lane of the station."""
        return NoticeChoices(store=self.store, pen=self.pen)

    def start(self) -> int:
        """At start, and after the shared database was away: what died while sending is in doubt, what was
        missed is queued. Returns how many were queued."""
        self.sender.recover()
        return self.outbox.catch_up()

    def queue(self, changes: Changes) -> int:
        """After each change, one's own or pulled: how many notices are new."""
        return self.outbox.queue(changes)

    def turn(self) -> Turn:
        """Send what is due, at most 20 of each channel at a time, and read what came back."""
        turn = self.sender.turn()
        return replace(turn, came_back=bool(self.returns()))

    def stop(self) -> None:
        """At closing, from any thread: the message under way is finished, no other is begun."""
        self.sender.stop()

    def finish(self) -> bool:
        """At the very end, when nothing sends any more: whether the ledger knows how every message ended."""
        return self.sender.finish()

    # Looking

    def settings(self) -> MailSettings:
        return self.mail()

    def rows(
        self,
        states: Collection[EffectState] = (),
        *,
        channels: Collection[Channel] = (),
        left_out: bool | None = None,
        limit: int = 500,
    ) -> list[NoticeRow]:
        """Newest first, with the customer's name."""
        found = self.ledger.listed(states=states, channels=channels, left_out=left_out, limit=limit)
        known = self.store.read.row_ids({notice.shipment_id for notice in found})
        names = {row.shipment_id: row.customer for row in self.store.read.page(list(known.values()))}
        return [NoticeRow(notice=each, customer=names.get(each.shipment_id, "")) for each in found]

    def counts(self) -> dict[EffectState, int]:
        return self.ledger.counts()

    def tally(self) -> Tally:
        """By channel, state, and whether it was left out on purpose."""
        return self.ledger.tally()

    def channels(self) -> tuple[Channel, ...]:
        """Those that are switched on."""
        return self.sender.channels

    def of_order(self, order_id: UUID) -> list[Notice]:
        """Oldest first: whether this customer was told."""
        return self.ledger.of_order(order_id)

    def preview(self, shipment_id: UUID, milestone: Milestone | None = None) -> Letter:
        """As the customer would read it now; without a milestone, the latest one reached."""
        told = self._told(shipment_id)
        # An instant before everything: nothing has expired yet.
        reached = {each.milestone: each.at for each in due(told.story, on=frozenset(Milestone), now=_EVER)}
        chosen = milestone or next(reversed(reached), Milestone.CONFIRMED)
        return self.letters.write(told, chosen, at=reached.get(chosen, self.pen.clock()))

    def sample(self, number: str, milestone: Milestone, *, language: str = "") -> Letter:
        """What the customer of this order, or without a number of the newest, would read of that news. Raises
        Refused, and SettingsProblem with file and line when a template cannot be used."""
        told = self._told(self._named(number.strip()) if number.strip() else self._newest())
        return self.letters.write(told, milestone, at=self.pen.clock(), language=language)

    def _named(self, number: str) -> UUID:
        orders = [UUID(key) for what, key in self.store.read.named([number]) if what == "order"]
        if not orders:
            raise Refused("Order {number} is not known here.", number=number)
        return shipment_id(orders[0])

    def _newest(self) -> UUID:
        rows = self.store.read.page(self.store.read.rows(Filter(sort=Sort.EVENT), 1))
        if not rows:
            raise Refused("There is no order yet whose message could be shown. Take in an order file first.")
        return rows[0].shipment_id

    def letter(self, notice_id: UUID) -> Letter:
        """What a notice says, with what is known now."""
        notice = self._notice(notice_id)
        told, now = self._told(notice.shipment_id), notice.created_at
        at, language = happened(notice, now), spoken(notice)
        if notice.channel is Channel.EMAIL:
            return self.letters.write(told, notice.milestone, at=at, language=language)
        who = told.order.recipient
        if notice.channel is Channel.SMS:
            text, to = self.letters.sms(told, notice.milestone, at=at, language=language), who.phone
        else:
            text, to = json.dumps(news_of(told, notice, at), indent=2, ensure_ascii=False), ""
        return Letter(subject="", text=text, html="", to=to, name=who.name, language=language)

    # What people decide

    def resend(self, notice_id: UUID, *, reason: str) -> Changes:
        """Send it, or send it again, whatever happened since. From a doubt it keeps its Message-ID, so that
        most mailboxes show it once; of one that was sent it is a second message."""
        notice = self._notice(notice_id)
        if notice.state in (EffectState.PENDING, EffectState.SENDING):
            raise Refused("This message waits to be sent already.")
        issue = int(str(notice.details.get("issue", 0))) + (notice.state is EffectState.DONE)
        return self._decide(notice, EffectState.PENDING, "resent", reason, by_hand=True, issue=issue)

    def resend_all(self, notices: Sequence[UUID], *, reason: str) -> Changes:
        """What failed, all of it, for one reason (a server that refused everything). What was settled meanwhile
        stays as it is."""
        if not reason.strip():
            raise Refused("Say how you know: the reason is kept.", field="reason")
        changes = Changes()
        for each in notices:
            if self._notice(each).state is EffectState.FAILED:
                changes |= self.resend(each, reason=reason)
        return changes

    def stop_telling(self, notice_id: UUID, *, reason: str) -> Changes:
        """This customer asked for no more messages."""
        return self.choices.stop(self._notice(notice_id).order_id, why=reason)

    def tell_again(self, notice_id: UUID, *, reason: str) -> Changes:
        return self.choices.resume(self._notice(notice_id).order_id, why=reason)

    def is_stopped(self, notice_id: UUID) -> bool:
        return self.choices.is_stopped(self._notice(notice_id).order_id)

    def settle(self, notice_id: UUID, *, reason: str) -> Changes:
        """A person found out that a doubtful one was sent."""
        notice = self._notice(notice_id)
        if notice.state is not EffectState.IN_DOUBT:
            raise Refused("This question is settled already.")
        return self._decide(notice, EffectState.DONE, "sent", reason, evidence="person")

    def _decide(self, notice: Notice, to: EffectState, outcome: str, reason: str, **more: object) -> Changes:
        if not reason.strip():
            raise Refused("Say how you know: the reason is kept.", field="reason")
        at = self.pen.clock()
        said = {
            "at": at.isoformat(),
            "by": self.pen.operator or self.pen.station,
            "outcome": outcome,
            "reason": reason.strip(),
        }
        known = notice.details.get("history")
        history = [*(known if isinstance(known, list) else []), said]
        details = {"error": "", "error_values": {}, "raw": "", "history": history, **more}
        self.ledger.decide(notice, to, at=at, expires_at=at + AGAIN, details=details)
        if notice.state is not EffectState.IN_DOUBT:
            return _CHANGED
        resolved = self.pen.fact(
            FactKind.OUTCOME_RESOLVED,
            order_id=notice.order_id,
            shipment_id=notice.shipment_id,
            effect=str(notice.notice_id),
            outcome=f"notice_{outcome}",
            evidence="person",
            reason=reason.strip(),
        )
        return self.store.commit(Entry(at=at, facts=(resolved,))) | _CHANGED

    def _notice(self, notice_id: UUID) -> Notice:
        notice = self.ledger.get(notice_id)
        if notice is None:
            raise Refused("This message is not known here.")
        return notice

    def _told(self, shipment_id: UUID) -> Told:
        told = tell(self.store, shipment_id)
        if told is None:
            raise Refused("This shipment is not known here.")
        return told


_EVER: Final = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
