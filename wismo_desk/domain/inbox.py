"""Customers' mails as the desk remembers them: a mark of each and what became of it, never its words.

The mailbox stays the keeper of the words; here stands `set("inbox_mail", key, …)`, whose key is a hash of the
Message-ID. So a mail is neither lost (it is asked for again while it is open) nor answered twice (its key is known on
every desk, whatever number the server gives it).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from wismo_desk.domain.intent import HandOff, Intent

SCOPE: Final = "inbox_mail"
BOX: Final = "inbox_box"  # key: the mailbox; value: validity and the highest number that was looked at


class MailState(StrEnum):
    """Closed vocabulary. SENDING is committed before the first byte goes to the mail server."""

    OPEN = "open"
    SENDING = "sending"
    SENT = "sent"
    IN_DOUBT = "in_doubt"  # it broke off after the body: sent or not, nobody knows
    FAILED = "failed"  # certainly not sent
    ASIDE = "aside"  # a person put it aside, or no answer is due


WAITING: Final = frozenset({MailState.OPEN, MailState.SENDING, MailState.IN_DOUBT, MailState.FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is remembered of one mail: no personal data."""

    key: str
    state: MailState
    uid: int = 0
    validity: int = 0
    intent: Intent = Intent.OTHER
    confidence: float = 0.0
    hand_off: HandOff = HandOff.NONE
    order_id: UUID | None = None
    chosen: bool = False  # the order, by a person
    station: str = ""

    def data(self) -> dict[str, object]:
        return {
            "state": self.state.value,
            "uid": self.uid,
            "validity": self.validity,
            "intent": self.intent.value,
            "confidence": self.confidence,
            "hand_off": self.hand_off.value,
            "order": str(self.order_id) if self.order_id else "",
            "chosen": self.chosen,
            "station": self.station,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxMail:
    """One line of the list: what is remembered, and what the mailbox says while it can be asked."""

    kept: Kept
    sender: str = ""
    sender_name: str = ""
    subject: str = ""
    at: datetime | None = None
    number: str = ""  # of the order


def kept_of(key: str, data: Mapping[str, Any]) -> Kept:
    return Kept(
        key=key,
        state=MailState(data["state"]),
        uid=int(data.get("uid", 0)),
        validity=int(data.get("validity", 0)),
        intent=Intent(data.get("intent", Intent.OTHER.value)),
        confidence=float(data.get("confidence", 0.0)),
        hand_off=HandOff(data.get("hand_off", "")),
        order_id=UUID(data["order"]) if data.get("order") else None,
        chosen=bool(data.get("chosen")),
        station=str(data.get("station", "")),
    )


def mail_key(message_id: str, raw: bytes) -> str:
    """The same mail has the same key in any folder; of one without Message-ID its bytes make it."""
    told = message_id.encode("utf-8", "replace") or raw
    return hashlib.blake2s(told, digest_size=16).hexdigest()
