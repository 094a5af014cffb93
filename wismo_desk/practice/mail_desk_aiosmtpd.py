"""aiosmtpd with the faults of practice: a mail server of other people's making that hangs up, refuses and is slow.

Only aiosmtpd's own conversation is spoken here; `failing_mail_server` can also break between any two bytes.
"""

from __future__ import annotations

import asyncio
import socket
from types import TracebackType
from typing import Any, Final, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from wismo_desk.practice.failing_mail_server import MailDesk, Plan, Received, Step

_READY_S: Final = 60.0  # a busy computer may take its time


class AiosmtpdServer(MailDesk):
    """`with AiosmtpdServer() as server:`, then `server.port`. Of its plan it knows all but `hangs`."""

    def __init__(self, plan: Plan | None = None) -> None:
        super().__init__(plan)
        self.is_open = False  # from then on conversations count: the controller first knocks at its own door
        self.port = 0

    def __enter__(self) -> Self:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._controller = _Doors(self)
        self._controller.start()
        self.is_open = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()


class _Doors(Controller):
    def __init__(self, desk: AiosmtpdServer) -> None:
        self._desk = desk
        super().__init__(desk, hostname="127.0.0.1", port=desk.port, ready_timeout=_READY_S)

    def factory(self) -> SMTP:
        return _Conversation(self._desk)


class _Conversation(SMTP):
    def __init__(self, desk: AiosmtpdServer) -> None:
        # With a name of its own it need not look the host's up.
        super().__init__(self, hostname="practice")
        self._desk = desk
        self._turn: tuple[int, Step | None] = (0, None)
        self._in_body = False

    def _begin(self) -> None:
        if self._desk.is_open:
            self._turn = self._desk.next_fault()

    async def _handle_client(self) -> None:
        self._begin()
        if not self._hangs_up(Step.GREETING):
            await super()._handle_client()

    async def smtp_MAIL(self, arg: str | None) -> None:
        if not await self._balks(Step.MAIL):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:
        if not await self._balks(Step.RCPT):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:
        if self._hangs_up(Step.DATA):
            return
        if word := self._word(Step.DATA):
            await self.push(word)
            return
        self._in_body = True
        await super().smtp_DATA(arg)
        self._in_body = False
        self._begin()

    async def push(self, status: Any) -> None:
        await super().push(status)
        if str(status).startswith("354"):
            self._hangs_up(Step.BODY_ASKED)

    def data_received(self, data: bytes) -> None:
        if not (self._in_body and self._hangs_up(Step.MID_BODY)):
            super().data_received(data)

    async def handle_DATA(self, _server: Any, _session: Session, envelope: Envelope) -> str:
        if word := self._word(Step.ANSWER):
            return word
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self._desk.keep(Received(sender=envelope.mail_from or "", to=envelope.rcpt_tos[0], content=content))
        if self._hangs_up(Step.ANSWER):
            await asyncio.Event().wait()  # until the end of the connection ends this
        if seconds := self._desk.plan.slow_s(self._turn[0]):
            await asyncio.sleep(seconds)
        return f"250 2.0.0 kept as {len(self._desk.received)}"

    async def _balks(self, step: Step) -> bool:
        if self._hangs_up(step):
            return True
        if word := self._word(step):
            await self.push(word)
            self._begin()  # that was this one's; the next begins
        return bool(word)

    def _word(self, step: Step) -> str:
        return self._desk.word(self._turn[0], step)

    def _hangs_up(self, step: Step) -> bool:
        if self._turn[1] is not step or self.transport is None:
            return False
        self._desk.met_one(step)
        self.transport.close()
        return True
