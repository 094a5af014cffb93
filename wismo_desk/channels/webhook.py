"""Tells the merchant's own program of one piece of news: JSON over HTTPS, signed, once or in doubt.

Signed as the Standard Webhooks specification says (webhook-id, webhook-timestamp, webhook-signature), so that its
libraries check it; `webhook-id` is the same for the same news.
"""

from __future__ import annotations

import hmac
import json
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from types import TracebackType
from typing import Final, NoReturn, Self

from wismo_desk.errors import (
    CarrierUnreachable,
    MessageRefused,
    MessageUnreachable,
    OutcomeUnknown,
    SettingsProblem,
)
from wismo_desk.settings.channels import WebhookSettings
from wismo_desk.web import Answer, Http

_PREFIX: Final = "whsec_"
_LEAST: Final = 24  # bytes of a secret, by that specification
_OURS: Final = frozenset(
    {401, 403, 404, 405, 407, 410}
)  # about this desk or its settings, not about one message
_BUSY: Final = frozenset({429, 503})  # RFC 6585, RFC 9110: not taken
_AWAY: Final = "The program at {host} does not answer. The messages wait and are tried again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """`data` is plain JSON without personal data."""

    call_id: str
    at: datetime
    data: Mapping[str, object]


class WebhookLine:
    """Each call has a connection of its own; `broken` once it is of no use to go on."""

    def __init__(self, settings: WebhookSettings, secret: str, http: Http) -> None:
        self._settings, self._http = settings, http
        self._key = read_secret(secret)
        self.broken = False

    def send(self, call: Call) -> str:
        """The status of the answer, which is kept as evidence."""
        body = json.dumps(call.data, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
        stamp = str(int(call.at.timestamp()))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": call.call_id,
            "webhook-timestamp": stamp,
            "webhook-signature": signature(self._key, call.call_id, stamp, body),
        }
        try:
            answer = self._http.ask("POST", self._settings.url, body=body, headers=headers)
        except CarrierUnreachable as error:
            self.broken = True
            raise MessageUnreachable(
                _AWAY, host=error.values.get("host", self._settings.account), raw=error.raw
            ) from error
        except OutcomeUnknown as error:
            self.broken = True
            raise OutcomeUnknown(
                "The line to {host} broke after the message was handed over. It may have arrived.",
                host=error.values.get("host", ""),
                raw=error.raw,
            ) from error
        return self._judge(answer)

    def _judge(self, answer: Answer) -> str:
        status = answer.status
        raw = f"HTTP {status}"
        if 200 <= status < 300:
            return raw
        if status in _BUSY:
            self._away(
                "The program at {host} asks to slow down. The messages wait and are tried again.", answer
            )
        if status in _OURS or 300 <= status < 400:
            self._away("The program at {host} refuses this desk. Check address and secret.", answer)
        if 400 <= status < 500:
            raise MessageRefused("The program at {host} refuses this message.", host=answer.host, raw=raw)
        self.broken = True  # a program that fails on one fails on the next
        raise OutcomeUnknown(
            "The program at {host} failed on this message. It may have taken it.", host=answer.host, raw=raw
        )

    def _away(self, sentence: str, answer: Answer) -> NoReturn:
        self.broken = True
        raise MessageUnreachable(sentence, host=answer.host, raw=f"HTTP {answer.status}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is held open."""


def read_secret(text: str) -> bytes:
    """The key in "whsec_…" (base64 of 24 to 64 bytes). SettingsProblem for anything else."""
    try:
        key = b64decode(text.strip().removeprefix(_PREFIX), validate=True)
    except (Base64Error, ValueError):
        key = b""
    if len(key) < _LEAST:
        raise SettingsProblem(
            "The secret of the webhook is missing or cannot be used. Copy it from the program that is told "
            "(whsec_…).",
            field="webhook",
        )
    return key


def make_secret(random: bytes) -> str:
    """`random`: 32 bytes."""
    return _PREFIX + b64encode(random).decode()


def signature(key: bytes, call_id: str, stamp: str, body: bytes) -> str:
    signed = b".".join((call_id.encode(), stamp.encode(), body))
    return "v1," + b64encode(hmac.new(key, signed, sha256).digest()).decode()


def open_webhook(settings: WebhookSettings, secret: str, http: Http) -> WebhookLine:
    """Raises SettingsProblem."""
    return WebhookLine(settings, secret, http)
