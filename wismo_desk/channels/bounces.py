"""What comes back to the sender's mailbox: a message that could not be delivered (RFC 3464), or a customer's STOP.

Anybody can write to a mailbox: nothing here is believed further than a message identifier of ours, which only its
recipient has seen, and the sender's address of a STOP, which is compared with the order's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import parseaddr
from typing import Final

from wismo_desk.channels.smtp import one_line

_OURS: Final = re.compile(r"<([0-9a-f]{32})@[^\s<>@]{1,253}>")
_STATUS: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_STOP: Final = re.compile(r"STOP\s+(\S{1,60})", re.IGNORECASE)
_MOST: Final = 50  # parts and identifiers looked at: a report has three


@dataclass(frozen=True, slots=True)
class Bounce:
    """`ids`: the hexadecimal part of our Message-ID. `status`: RFC 3463 ("5.1.1"), or empty."""

    ids: tuple[str, ...]
    status: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """A customer wants no more messages."""

    order_number: str
    address: str


def read_return(raw: bytes) -> Bounce | Stop | None:
    """None: neither; a person reads it. Whatever the bytes, nothing is raised."""
    try:
        message = message_from_bytes(raw, policy=policy.compat32)
        parts = list(_parts(message))
        if _is_report(message):
            return _bounce(parts)
        return _stop(message_from_bytes(raw, policy=policy.default))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None  # the parser's own troubles with damaged mails


def _parts(message: Message) -> Iterator[Message]:
    for number, part in enumerate(message.walk()):
        if number >= _MOST:
            return
        yield part


def _is_report(message: Message) -> bool:
    kind = str(message.get_param("report-type", "")).lower()
    return message.get_content_type() == "multipart/report" and kind == "delivery-status"


def _bounce(parts: list[Message]) -> Bounce | None:
    action = status = ""
    ids: list[str] = []
    for part in parts:
        action = action or str(part.get("Action", "")).strip().lower()
        found = _STATUS.search(str(part.get("Status", "")))
        status = status or (found.group() if found else "")
        known = _OURS.search(str(part.get("Message-ID", "")))
        if part.get_content_type() == "text/rfc822-headers":
            body = part.get_payload(decode=True)
            known = _OURS.search(body.decode("ascii", "replace")) if isinstance(body, bytes) else None
        if known and known.group(1) not in ids:
            ids.append(known.group(1))
    if action != "failed" or not ids:  # "delayed" and "relayed" are no end
        return None
    return Bounce(tuple(ids), status)


def _stop(message: EmailMessage) -> Stop | None:
    if str(message.get("Auto-Submitted", "no")).lower() != "no":
        return None
    said = _STOP.fullmatch(one_line(str(message.get("Subject", ""))))
    address = parseaddr(str(message.get("From", "")))[1]
    return Stop(said.group(1), address) if said and "@" in address else None
