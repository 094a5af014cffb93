"""Customers' mails: read, understood, drafted, answered by a person or, where the merchant wants it, by themselves.

A mail is remembered by the hash of its Message-ID before the mailbox's mark moves on, so none is lost; `sending` is
committed before the mail server is spoken to, so none is answered twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

from wismo_desk.domain.fact import Changes, Fact, FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.inbox import BOX, SCOPE, WAITING, InboxMail, Kept, MailState, kept_of, mail_key
from wismo_desk.domain.intent import HandOff, Intent
from wismo_desk.domain.mail_text import MailText, read_mail
from wismo_desk.errors import DeskError, OutcomeUnknown, Refused
from wismo_desk.flows.answer import Answer, AnswerQuestion
from wismo_desk.flows.pen import Pen
from wismo_desk.settings.inbox import InboxSettings
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

log = logging.getLogger(__name__)
AT_ONCE: Final = 50  # mails of one turn
# What may leave by itself: nothing that asks for a deed or an address.
ALONE: Final = frozenset({Intent.WHERE_IS_IT, Intent.WHEN_WILL_IT_LEAVE, Intent.WHICH_CARRIER})
SURE_ALONE: Final = 0.8


class Box(Protocol):
    """An open mailbox (channels/imap). `validity` changes when the server numbers its mails anew."""

    @property
    def validity(self) -> int: ...

    def newer(self, than: int) -> list[int]: ...

    def fetch(self, uid: int) -> bytes: ...

    def mark_answered(self, uid: int) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer to one mail, as the channel sends it; `message_id` is ours, `references` name the mail answered."""

    to: str
    to_name: str
    subject: str
    text: str
    message_id: str
    references: tuple[str, ...]
    date: datetime
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A mail with its own words and the draft."""

    mail: InboxMail
    text: str
    answer: Answer


@dataclass(slots=True, kw_only=True)
class Inbox:
    """All on the INBOX lane, but `mails`, which reads what the last turn saw. `send_mail` raises like channels.smtp:
    OutcomeUnknown where nobody knows. Words of mails are held in memory alone."""

    store: Store
    pen: Pen
    answer: AnswerQuestion
    settings: Callable[[], InboxSettings]
    open_box: Callable[[], AbstractContextManager[Box]]
    send_mail: Callable[[Reply], str]
    _seen: dict[str, MailText] = field(default_factory=dict)

    @property
    def is_on(self) -> bool:
        return self.settings().ready

    def start(self) -> Changes:
        """What died while it was sent is in doubt."""
        mine = [each for each in self._kept() if each.state is MailState.SENDING]
        return self._keep(*(replace(each, state=MailState.IN_DOUBT) for each in mine))

    # Reading

    def turn(self) -> Changes:
        """Look for new mails, at most 50. Raises MailUnreachable, SettingsProblem."""
        settings = self.settings()
        if not settings.ready:
            return Changes()
        known = {each.key: each for each in self._kept()}
        with self.open_box() as box:
            last = self._mark(settings, box.validity)
            fresh = box.newer(last)[:AT_ONCE]
            changes = Changes()
            for uid in fresh:
                changes = changes | self._take(box, uid, known)
                changes = changes | self._move_mark(settings, box.validity, uid)
            self._recall(box, known)
        return changes | self._answer_alone()

    def _take(self, box: Box, uid: int, known: dict[str, Kept]) -> Changes:
        raw = box.fetch(uid)
        try:
            mail = read_mail(raw)
        except DeskError as error:
            log.warning("a mail was not read: %s", error.sentence)
            mail = MailText(subject=str(error))
        key = mail_key(mail.message_id, raw)
        if key in known:
            self._seen[key] = mail
            return Changes()
        found = self.answer(mail.text, subject=mail.subject, sender=mail.sender)
        kept = Kept(
            key=key,
            state=MailState.ASIDE if mail.automatic else MailState.OPEN,
            uid=uid,
            validity=box.validity,
            intent=found.understood.intent,
            confidence=found.understood.confidence,
            hand_off=HandOff.AUTOMATIC if mail.automatic else found.hand_off,
            order_id=found.order.order_id if found.order else None,
            station=self.pen.station,
        )
        self._seen[key] = mail
        known[key] = kept
        return self._keep(kept)

    def _recall(self, box: Box, known: dict[str, Kept]) -> None:
        """After a start: the words of what is still open, asked for again."""
        for kept in known.values():
            if kept.state in WAITING and kept.key not in self._seen and kept.validity == box.validity:
                try:
                    self._seen[kept.key] = read_mail(box.fetch(kept.uid))
                except DeskError:
                    continue  # gone from the mailbox, or not to be read: its line stays

    def mails(self) -> list[InboxMail]:
        """What waits for a person, newest first."""
        found = [self._line(each) for each in self._kept() if each.state in WAITING]
        return sorted(
            found, key=lambda mail: (mail.at is not None, mail.at or 0, mail.kept.uid), reverse=True
        )

    def open(self, key: str) -> Opened:
        """Raises Refused when the mailbox has it no more."""
        mail, kept = self._mail(key), self._one(key)
        found = self._answered(mail, kept)
        return Opened(mail=self._line(kept), text=mail.text, answer=found)

    def choose(self, key: str, order_id: UUID) -> Changes:
        """A person found the order that a mail means; an address is still told to who named two keys only."""
        return self._keep(replace(self._one(key), order_id=order_id, chosen=True))

    def _answered(self, mail: MailText, kept: Kept) -> Answer:
        chosen = kept.order_id if kept.chosen else None
        return self.answer(mail.text, subject=mail.subject, sender=mail.sender, order_id=chosen)

    # Answering

    def send(self, key: str, *, order_id: UUID | None, intent: Intent, subject: str, text: str) -> Changes:
        """Once: raises Refused for a mail that was answered, is being answered, or may have been. What the mail
        server says is raised after it was noted."""
        kept, mail = self._one(key), self._mail(key)
        if kept.state not in (MailState.OPEN, MailState.FAILED):
            raise Refused("This message was answered already, or may have been: look in the mailbox first.")
        if not mail.sender:
            raise Refused("This message names no sender that could be answered.")
        kept = replace(kept, order_id=order_id, intent=intent)
        changes = self._keep(replace(kept, state=MailState.SENDING))
        reply = Reply(
            to=mail.sender,
            to_name=mail.sender_name,
            subject=subject.strip() or f"Re: {mail.subject}",
            text=text,
            message_id=f"<{key}.reply@{self.settings().domain}>",
            references=tuple(dict.fromkeys((*mail.references, mail.message_id))) if mail.message_id else (),
            date=self.pen.clock(),
            language=self.answer.understand_language(text),
        )
        try:
            self.send_mail(reply)
        except OutcomeUnknown:
            self._keep(replace(kept, state=MailState.IN_DOUBT))
            raise
        except DeskError:
            self._keep(replace(kept, state=MailState.FAILED))
            raise
        done = self._keep(replace(kept, state=MailState.SENT))
        return changes | done | self.answer.log(order_id, intent, "mail")

    def settle(self, key: str, state: MailState, *, reason: str = "") -> Changes:
        """A person looked: SENT, OPEN (it was not sent: once more) or ASIDE. Of a doubt the reason is kept; raises
        Refused without one, and for a doubt that was settled already."""
        if state not in (MailState.SENT, MailState.OPEN, MailState.ASIDE):
            raise ValueError(state)
        kept = self._one(key)
        if state is not MailState.ASIDE and kept.state is not MailState.IN_DOUBT:
            raise Refused("This question is settled already.")
        changes = self._resolve(kept, state, reason) if kept.state is MailState.IN_DOUBT else Changes()
        return changes | self._keep(replace(kept, state=state))

    def _resolve(self, kept: Kept, state: MailState, reason: str) -> Changes:
        if not reason.strip():
            raise Refused("Say how you know: the reason is kept.", field="reason")
        fact = self.pen.fact(
            FactKind.OUTCOME_RESOLVED,
            order_id=kept.order_id,
            shipment_id=shipment_id(kept.order_id) if kept.order_id else None,
            effect=f"reply:{kept.key}",
            outcome=f"reply_{state}",
            evidence="person",
            reason=reason.strip(),
        )
        changes = self.store.commit(Entry(at=self.pen.clock(), facts=(fact,)))
        if state is MailState.SENT:
            changes = changes | self.answer.log(kept.order_id, kept.intent, "mail")
        return changes

    def _answer_alone(self) -> Changes:
        """Where the merchant turned it on, question by question; never what a person must see."""
        changes = Changes()
        allowed = self.settings().alone & ALONE
        for kept in self._kept():
            if kept.state is not MailState.OPEN or kept.intent not in allowed or kept.key not in self._seen:
                continue
            found = self._answered(self._seen[kept.key], kept)
            sure = found.understood.confidence >= SURE_ALONE and not found.understood.others
            if found.hand_off is HandOff.NONE and sure and found.found.proven and found.order is not None:
                changes = changes | self._try_alone(kept, found)
        return changes

    def _try_alone(self, kept: Kept, found: Answer) -> Changes:
        assert found.order is not None
        try:
            return self.send(
                kept.key,
                order_id=found.order.order_id,
                intent=kept.intent,
                subject=found.subject,
                text=found.reply,
            )
        except DeskError as error:
            log.warning("an answer was not sent: %s", error.sentence)
            return Changes(values=True)

    # Remembering

    def _kept(self) -> Iterator[Kept]:
        for key, data in self.store.read.values(SCOPE).items():
            yield kept_of(key, data)

    def _one(self, key: str) -> Kept:
        data = self.store.read.value(SCOPE, key)
        if data is None:
            raise Refused("This message is not known here.")
        return kept_of(key, data)

    def _mail(self, key: str) -> MailText:
        mail = self._seen.get(key)
        if mail is None:
            kept = self._one(key)
            with self.open_box() as box:
                if box.validity != kept.validity:
                    raise Refused("The mailbox was renumbered: open this message in the mail program.")
                mail = read_mail(box.fetch(kept.uid))
            self._seen[key] = mail
        return mail

    def _line(self, kept: Kept) -> InboxMail:
        mail = self._seen.get(kept.key, MailText())
        order = self.store.read.order(kept.order_id) if kept.order_id else None
        return InboxMail(
            kept=kept,
            sender=mail.sender,
            sender_name=mail.sender_name,
            subject=mail.subject,
            at=mail.at,
            number=order.number if order else "",
        )

    def _keep(self, *kept: Kept) -> Changes:
        facts = [self._set(SCOPE, each.key, each.data()) for each in kept]
        return self.store.commit(Entry(at=self.pen.clock(), facts=tuple(facts))) if facts else Changes()

    def _set(self, scope: str, key: str, value: dict[str, Any]) -> Fact:
        return self.pen.fact(FactKind.VALUE_SET, scope=scope, key=key, value=value)

    def _mark(self, settings: InboxSettings, validity: int) -> int:
        """The highest number that was looked at; 0 in a mailbox that was numbered anew: known mails are known by
        their keys."""
        data = self.store.read.value(BOX, settings.name) or {}
        return int(data.get("uid", 0)) if data.get("validity") == validity else 0

    def _move_mark(self, settings: InboxSettings, validity: int, uid: int) -> Changes:
        fact = self._set(BOX, settings.name, {"validity": validity, "uid": uid})
        return self.store.commit(Entry(at=self.pen.clock(), facts=(fact,)))
