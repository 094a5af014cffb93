"""Reads what comes back to the sender's mailbox: messages that did not arrive fail, and a STOP is obeyed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from wismo_desk.channels.bounces import Bounce, Stop, read_return
from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.domain.notice import NoticeLedger
from wismo_desk.errors import BadInput, DeskError
from wismo_desk.flows.notice_choices import NoticeChoices
from wismo_desk.flows.pen import Pen
from wismo_desk.settings.inbox import InboxSettings
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

log = logging.getLogger(__name__)

CAME_BACK: Final = "The mail came back: the address does not exist or its mailbox refuses. Ask the customer."
AT_ONCE: Final = 100
_EVERY: Final = timedelta(minutes=5)
_AFTER_TROUBLE: Final = timedelta(minutes=30)
_BOX: Final = "bounce_box"  # of VALUE_SET facts: how far a mailbox was read


class Box(Protocol):
    """channels.imap.Mailbox, as far as this needs it."""

    validity: int

    def newer(self, than: int) -> list[int]: ...

    def fetch(self, uid: int) -> bytes: ...


@dataclass(slots=True, kw_only=True)
class Returns:
    """On the sender's lane, now and then."""

    store: Store
    pen: Pen
    ledger: NoticeLedger
    choices: NoticeChoices
    settings: Callable[[], InboxSettings]
    open_box: Callable[[InboxSettings], AbstractContextManager[Box]]
    next_at: datetime | None = None

    def turn(self) -> Changes:
        """When it is time. A mailbox that is away is asked again later and holds nothing up."""
        settings, now = self.settings(), self.pen.clock()
        if not settings.ready or (self.next_at is not None and now < self.next_at):
            return Changes()
        self.next_at = now + _EVERY
        try:
            return self.read(settings)
        except DeskError as error:
            log.warning("the mailbox of returned mail was not read: %s", error)
            self.next_at = now + _AFTER_TROUBLE
            return Changes()

    def read(self, settings: InboxSettings) -> Changes:
        """What is new, at most AT_ONCE mails. Raises MailUnreachable, SettingsProblem."""
        changes = Changes()
        with self.open_box(settings) as box:
            for uid in box.newer(self._mark(settings, box.validity))[:AT_ONCE]:
                try:
                    changes |= self._take(box.fetch(uid))
                except BadInput:
                    log.info("a returned mail was gone before it was read")
                changes |= self._move_mark(settings, box.validity, uid)
        return changes

    def _take(self, raw: bytes) -> Changes:
        match read_return(raw):
            case Bounce() as bounce:
                return self._fail(bounce)
            case Stop() as stop:
                return self._stop(stop)
        return Changes()

    def _fail(self, bounce: Bounce) -> Changes:
        """By compare-and-set: what a person decided meanwhile stays."""
        told = (EffectState.DONE, EffectState.IN_DOUBT)
        moved = False
        for each in bounce.ids:
            for notice in self.ledger.sent_as(each):
                details = {"error": CAME_BACK, "error_values": {}, "raw": bounce.status, "evidence": "bounce"}
                moved |= self.ledger.move(
                    notice, EffectState.FAILED, was=told, at=self.pen.clock(), details=details
                )
        return Changes(effects=moved)

    def _stop(self, stop: Stop) -> Changes:
        """Only of who received that order: an address can be written by anybody."""
        for order in self.store.read.named([stop.order_number]):
            if order[0] != "order":
                continue
            found = self.choices.recipient(order[1])
            if found.casefold() == stop.address.casefold():
                return self.choices.stop_address(found, why="STOP")
        return Changes()

    def _mark(self, settings: InboxSettings, validity: int) -> int:
        """Of a mailbox that was numbered anew all is read again: each step can be taken twice."""
        data = self.store.read.value(_BOX, settings.name) or {}
        return int(data.get("uid", 0)) if data.get("validity") == validity else 0

    def _move_mark(self, settings: InboxSettings, validity: int, uid: int) -> Changes:
        value = {"validity": validity, "uid": uid}
        fact = self.pen.fact(FactKind.VALUE_SET, scope=_BOX, key=settings.name, value=value)
        return self.store.commit(Entry(at=self.pen.clock(), facts=(fact,)))
