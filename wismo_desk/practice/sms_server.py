"""A message centre on loopback that speaks SMPP 3.4, keeps what it is given and, on request, fails."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Self

from wismo_desk.channels.gsm import text_of
from wismo_desk.channels.receipts import RECEIPT
from wismo_desk.channels.session_loop import SessionLoop


class SmsFault(StrEnum):
    """What happens to one message instead of an ordinary answer."""

    SLOW = "slow"  # kept and answered, late
    REFUSE = "refuse"  # an invalid number, not kept
    SLOW_DOWN = "slow_down"  # throttled, not kept
    LATER = "later"  # not now, not kept
    HANG = "hang"  # silent until one of the two gives up, and kept
    HANG_UP = "hang_up"  # the session ends, and kept


KEPT: Final = frozenset({SmsFault.SLOW, SmsFault.HANG, SmsFault.HANG_UP})
_STATUS: Final = {SmsFault.REFUSE: 0x0B, SmsFault.SLOW_DOWN: 0x58, SmsFault.LATER: 0x64}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedSms:
    """One message, its parts joined. `to` without the plus sign."""

    to: str
    sender: str
    text: str
    coding: int
    parts: int = 1


@dataclass(slots=True)
class SmsPlan:
    """`fault(n)`: what becomes of the n-th submission (from 1). `silent_s`: how long HANG is silent before the
    session ends; None: until the client ends it."""

    fault: Callable[[int], SmsFault | None] = lambda number: None
    slow_s: float = 0.05
    silent_s: float | None = None


@dataclass(slots=True)
class _Parts:
    bodies: dict[int, bytes] = field(default_factory=dict)


class SmsServer:
    """`with SmsServer() as server:`, then `server.port`. `received` grows, `met` counts faults."""

    def __init__(self, plan: SmsPlan | None = None) -> None:
        self.plan = plan or SmsPlan()
        self.received: list[ReceivedSms] = []
        self.met: dict[SmsFault, int] = {}
        self.port = 0
        self._number = 0
        self._open: dict[tuple[str, int], _Parts] = {}
        self._held: list[Any] = []  # events never answered: dropping them would answer
        self._silences: list[asyncio.Task[None]] = []  # nobody else holds them
        self._sessions: dict[str, Any] = {}
        self._reports: list[tuple[str, str]] = []  # (number, state) that no session has heard yet
        self._loop = SessionLoop()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="smpp", daemon=True)

    def __enter__(self) -> Self:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._thread.start()
        self._started.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._serving.cancel)
        self._thread.join(10)

    def report(self, number: str, state: str) -> None:
        """Tell of a message ("m1", "UNDELIV") to the session that binds next."""
        self._reports.append((number, state))

    def _run(self) -> None:
        self._serving = self._loop.create_task(self._serve())
        with suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._serving)
        self._loop.close()

    async def _serve(self) -> None:
        import smpp34

        server = smpp34.Server("127.0.0.1", self.port)
        await server.start()
        self._started.set()
        try:
            while True:
                event = await server.next()
                if isinstance(event, smpp34.Esme):
                    self._sessions[event.session_id] = event
                    await self._tell(event)
                elif isinstance(event, smpp34.SubmitSmEvent):
                    await self._take(event)
        finally:
            await server.stop()

    async def _tell(self, session: Any) -> None:
        """In the form of SMPP 3.4, appendix B."""
        reports, self._reports = self._reports, []
        for number, state in reports:
            text = f"id:{number} sub:001 dlvrd:000 submit date:2611231200 done date:2611231205 stat:{state} err:000"
            await session.deliver_sm("desk", text.encode(), source_addr="33612345678", esm_class=RECEIPT)

    async def _take(self, event: Any) -> None:
        self._number += 1
        fault = self.plan.fault(self._number)
        if fault is not None:
            self.met[fault] = self.met.get(fault, 0) + 1
        if fault is None or fault in KEPT:
            self._keep(event)
        if fault in _STATUS:
            event.reject(_STATUS[fault])
        elif fault is SmsFault.HANG:
            self._held.append(event)
            if self.plan.silent_s is not None:
                self._silences.append(self._loop.create_task(self._give_up(event, self.plan.silent_s)))
        elif fault is SmsFault.HANG_UP:
            self._held.append(event)
            await self._sessions[event.session_id].unbind()
        else:
            if fault is SmsFault.SLOW:
                await asyncio.sleep(self.plan.slow_s)
            event.accept(f"m{self._number}")

    async def _give_up(self, event: Any, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self._sessions[event.session_id].unbind()

    def _keep(self, event: Any) -> None:
        body, to = bytes(event.short_message), str(event.destination_addr)
        coding, sender = int(event.data_coding), str(event.source_addr)
        if body[:3] != b"\x05\x00\x03":
            self._add(to, sender, text_of(coding, body), coding, 1)
            return
        reference, count, number = body[3], body[4], body[5]
        parts = self._open.setdefault((to, reference), _Parts())
        parts.bodies[number] = body
        if len(parts.bodies) == count:
            del self._open[(to, reference)]
            text = "".join(text_of(coding, parts.bodies[each]) for each in range(1, count + 1))
            self._add(to, sender, text, coding, count)

    def _add(self, to: str, sender: str, text: str, coding: int, parts: int) -> None:
        self.received.append(ReceivedSms(to=to, sender=sender, text=text, coding=coding, parts=parts))
