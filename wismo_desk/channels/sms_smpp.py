"""Hands text messages to a message centre by SMPP 3.4, one at a time, and knows which of them may have been taken.

The centre owns a message once it has answered submit_sm with status 0; another status means that it has not. What
breaks between the two is unknown and never sent again by itself.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from hashlib import blake2s
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from wismo_desk.channels import gsm
from wismo_desk.channels.receipts import Receipt, read_receipt
from wismo_desk.channels.safe_line import is_loopback
from wismo_desk.channels.session_loop import SessionLoop
from wismo_desk.channels.sms import Sms
from wismo_desk.errors import (
    MessageDeferred,
    MessageRefused,
    MessageUnreachable,
    OutcomeUnknown,
    SettingsProblem,
)
from wismo_desk.settings.channels import SmsSettings

T = TypeVar("T")
_FINAL_OUTCOME: Final = 1  # registered_delivery (§5.2.17): say whether it arrived or was given up
_AT_HAND_S: Final = 0.1  # for what the session has received already
_JOINED: Final = 0x40  # esm_class: the body begins with a header (SMPP 3.4 §5.2.12)
_AWAY: Final = "The message centre {host} does not answer. The messages wait and are tried again."
_REFUSES: Final = "The message centre {host} refuses this desk. Check user and password in the settings."
_UNKNOWN: Final = "The message centre broke off after the message was handed over. It may have arrived."
# SMPP 3.4 §5.1.3. "Slow down" and "my queue is full" are about the desk; the rest of these may pass.
_SLOW_DOWN: Final = frozenset({0x14, 0x58})
_LATER: Final = frozenset({0x45, 0x64, 0xFE})
_VAGUE: Final = frozenset({0x08, 0xFF})  # an error of the centre: it may have kept the message
_INTERNATIONAL, _ISDN, _ALPHANUMERIC = 1, 1, 5  # type of number, numbering plan (§5.2.5, §5.2.6)


class SmppLine:
    """One bound session, with a loop of its own on the sender's lane; `broken` once nothing more can be sent. `heard`
    gets what the centre reported meanwhile, when the session ends."""

    def __init__(
        self,
        settings: SmsSettings,
        password: str,
        *,
        answer_s: float,
        connect_s: float,
        heard: Callable[[Receipt], object],
    ) -> None:
        import smpp34

        self._settings, self._answer_s, self._heard = settings, answer_s, heard
        self._errors: type[Exception] = smpp34.SmppError
        self.broken = False
        self._loop = SessionLoop()
        try:
            self._smsc = self._wait(self._bind(password, connect_s), connect_s + answer_s)
        except (self._errors, OSError, TimeoutError) as error:
            self._loop.close()
            raise self._unreachable(error) from error

    async def _bind(self, password: str, connect_s: float) -> Any:
        import smpp34

        settings = self._settings
        self._client = smpp34.Client(
            settings.host,
            settings.port,
            settings.user,
            password,
            tls=settings.tls,
            window_size=1,
            connect_timeout_ms=int(connect_s * 1000),
        )
        return await self._client.connect()

    def _wait(self, work: Coroutine[Any, Any, T], seconds: float) -> T:
        return self._loop.run_until_complete(asyncio.wait_for(work, seconds))

    def send(self, sms: Sms) -> str:
        """The centre's own number of the message (of each part), which is kept as evidence."""
        reference = blake2s(sms.reference.encode(), digest_size=1).digest()[0]
        coding, bodies = gsm.parts(sms.text, reference=reference)
        numbers: list[str] = []
        for body in bodies:
            numbers.append(self._submit(sms, coding, body, joined=len(bodies) > 1, begun=bool(numbers)))
        return " ".join(numbers)

    def _submit(self, sms: Sms, coding: int, body: bytes, *, joined: bool, begun: bool) -> str:
        if not self._is_alive():
            self.broken = True
            if begun:
                raise OutcomeUnknown(_UNKNOWN, raw="closed")
            raise MessageUnreachable(_AWAY, host=self._settings.host, raw="closed")
        try:
            answer = self._wait(self._ask(sms, coding, body, joined=joined), self._answer_s)
        except (self._errors, OSError, TimeoutError) as error:
            self.broken = True
            raise OutcomeUnknown(_UNKNOWN, raw=str(error)[:120] or type(error).__name__) from error
        if answer.is_success:
            return str(answer.message_id or "ok")
        raw = f"0x{answer.command_status:08X}"
        if begun or answer.command_status in _VAGUE:  # begun: the customer has the beginning
            raise OutcomeUnknown(_UNKNOWN, raw=raw)
        if answer.command_status in _SLOW_DOWN:
            self.broken = True
            said = "The message centre {host} asks to slow down. The messages wait and are tried again."
            raise MessageUnreachable(said, host=self._settings.host, raw=raw)
        if answer.command_status in _LATER:
            raise MessageDeferred("The message centre asks to try again later.", raw=raw)
        raise MessageRefused(
            "The message centre refuses this message. Check the telephone number with the customer.", raw=raw
        )

    def _is_alive(self) -> bool:
        """Asked before anything is handed over: what goes wrong here leaves nothing in doubt."""
        try:
            return self._wait(_alive(self._client), self._answer_s)
        except (self._errors, OSError, TimeoutError):
            return False

    async def _ask(self, sms: Sms, coding: int, body: bytes, *, joined: bool) -> Any:
        number = sms.sender.lstrip("+")
        digits = number.isdigit()
        return await self._smsc.submit_sm(
            sms.to.lstrip("+"),
            body,
            source_addr=number,
            source_addr_ton=_INTERNATIONAL if digits else _ALPHANUMERIC if number else 0,
            source_addr_npi=_ISDN if digits else 0,
            dest_addr_ton=_INTERNATIONAL,
            dest_addr_npi=_ISDN,
            esm_class=_JOINED if joined else 0,
            data_coding=coding,
            registered_delivery=_FINAL_OUTCOME,
        )

    def receipts(self, seconds: float) -> list[Receipt]:
        """What the centre reports within that time: it waits for a session, and takes what was heard as told."""
        found: list[Receipt] = []
        until = time.monotonic() + seconds
        while not self.broken:
            try:
                event = self._wait(_next(self._smsc), max(_AT_HAND_S, until - time.monotonic()))
            except TimeoutError:
                break
            except (self._errors, OSError):
                self.broken = True
                break
            if not hasattr(event, "short_message"):  # the session has ended
                self.broken = True
                break
            tlvs = {int(each.tag): bytes(each.value) for each in event.tlvs}
            receipt = read_receipt(int(event.esm_class), bytes(event.short_message), tlvs)
            if receipt is not None:
                found.append(receipt)
        return found

    def _unreachable(self, error: Exception) -> MessageUnreachable:
        refused = "0x" in str(error) or "status" in str(error).lower()
        sentence = _REFUSES if refused else _AWAY
        return MessageUnreachable(sentence, host=self._settings.host, raw=str(error)[:120])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Whatever the good-bye meets, what was taken stays taken."""
        for receipt in self.receipts(0.0):
            self._heard(receipt)
        with suppress(self._errors, OSError, TimeoutError):
            self._wait(_leave(self._client, None if self.broken else self._smsc), 2.0)
        self._loop.close()


async def _alive(client: Any) -> bool:
    return bool(await client.is_alive())


async def _next(smsc: Any) -> Any:
    return await smsc.next()


async def _leave(client: Any, smsc: Any) -> None:
    if smsc is not None:
        await smsc.unbind()
    await client.stop()


def open_smpp(
    settings: SmsSettings,
    password: str,
    *,
    answer_s: float = 30.0,
    connect_s: float = 10.0,
    heard: Callable[[Receipt], object] = lambda receipt: None,
) -> SmppLine:
    """Connect and bind. Raises SettingsProblem (never in the clear over a network) and MessageUnreachable."""
    if not settings.tls and not is_loopback(settings.host):
        raise SettingsProblem(
            "Text messages to {host} would travel unencrypted. Switch TLS on in the settings.",
            host=settings.host,
            field="tls",
        )
    return SmppLine(settings, password, answer_s=answer_s, connect_s=connect_s, heard=heard)
