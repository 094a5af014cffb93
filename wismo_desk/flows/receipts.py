"""Asks the message centre what became of the text messages it took: what it gave up is shown as failed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from wismo_desk.channels.receipts import Receipt, spellings
from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.notice import Channel, NoticeLedger
from wismo_desk.errors import DeskError
from wismo_desk.flows.pen import Pen
from wismo_desk.settings.channels import Provider, SmsSettings

log = logging.getLogger(__name__)

NOT_REACHED: Final = "The text message did not reach the telephone. Check the number with the customer."
LISTENS_S: Final = 1.0
_EVERY: Final = timedelta(minutes=10)
_AFTER_TROUBLE: Final = timedelta(minutes=30)
_LATE: Final = timedelta(days=3)  # centres give up earlier than that


class Hears(Protocol):
    """channels.sms_smpp.SmppLine, as far as this needs it."""

    def receipts(self, seconds: float) -> list[Receipt]: ...


@dataclass(slots=True, kw_only=True)
class Receipts:
    """On the sender's lane. What a sending session hears comes by `heard`; `turn` listens where nothing is sent."""

    pen: Pen
    ledger: NoticeLedger
    settings: Callable[[], SmsSettings]
    open_line: Callable[[SmsSettings], AbstractContextManager[Hears]]
    next_at: datetime | None = None

    def heard(self, receipt: Receipt) -> Changes:
        """By compare-and-set: what a person decided meanwhile stays. A part that was given up fails the message."""
        if not receipt.given_up:
            return Changes()
        details = {"error": NOT_REACHED, "error_values": {}, "raw": receipt.state, "receipt": receipt.number}
        moved = False
        for notice in self.ledger.taken_as(Channel.SMS, spellings(receipt.number)):
            moved |= self.ledger.move(
                notice,
                EffectState.FAILED,
                was=(EffectState.DONE,),
                at=self.pen.clock(),
                details=details,
            )
        return Changes(effects=moved)

    def turn(self) -> Changes:
        """When it is time, and something was sent whose receipt may still come. A centre that is away is asked again
        later and holds nothing up."""
        chosen, now = self.settings(), self.pen.clock()
        waits = self.next_at is not None and now < self.next_at
        if waits or not chosen.ready or chosen.provider is not Provider.SMPP or not self._expects(now):
            return Changes()
        self.next_at = now + _EVERY
        changes = Changes()
        try:
            with self.open_line(chosen) as line:
                for receipt in line.receipts(LISTENS_S):
                    changes |= self.heard(receipt)
        except DeskError as error:
            log.warning("the message centre was not asked for receipts: %s", error)
            self.next_at = now + _AFTER_TROUBLE
        return changes

    def _expects(self, now: datetime) -> bool:
        newest = self.ledger.listed(states=(EffectState.DONE,), channels=(Channel.SMS,), limit=1)
        return bool(newest) and newest[0].changed_at > now - _LATE
