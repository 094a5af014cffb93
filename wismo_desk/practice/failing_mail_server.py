"""A mail server on loopback that keeps what it is given and, on request, fails at any step of RFC 5321.

aiosmtpd cannot hang up between any two bytes; this one can. It knows neither TLS nor logins.
"""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import StrEnum
from types import TracebackType
from typing import Final, Self


class Step(StrEnum):
    """Where the server stops answering, in the order of a conversation."""

    GREETING = "greeting"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"  # DATA was asked, 354 not answered
    BODY_ASKED = "body_asked"  # 354 answered, nothing of the body read
    MID_BODY = "mid_body"
    ANSWER = "answer"  # the body is whole and kept; the customer has it, the sender cannot know


AFTER_BODY_BEGAN: Final = frozenset({Step.BODY_ASKED, Step.MID_BODY, Step.ANSWER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One message as it came in."""

    sender: str
    to: str
    content: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.default)


@dataclass(slots=True)
class Plan:
    """`fault(n)`: where to fail in the n-th transaction (from 1). `hangs`: silence instead of hanging up,
    for `silent_s` or until the client gives up.
    `answers`: replies by step instead of yes (`{Step.RCPT: "550 unknown"}`); `says(n)`: likewise, of the n-th
    transaction alone. `slow_s(n)`: seconds that its answer to the body takes."""

    fault: Callable[[int], Step | None] = lambda number: None
    hangs: bool = False
    silent_s: float | None = None
    answers: dict[Step, str] = field(default_factory=dict)
    says: Callable[[int], Mapping[Step, str]] = lambda number: {}
    slow_s: Callable[[int], float] = lambda number: 0.0


class MailDesk:
    """What a server of ours keeps and how it fails, whatever speaks for it. `received` grows, `met` counts faults."""

    def __init__(self, plan: Plan | None = None) -> None:
        self.plan = plan or Plan()
        self.received: list[Received] = []
        self.met: dict[Step, int] = {}
        self.failed = threading.Event()  # a fault was met
        self.taken = threading.Semaphore(0)  # released for each message kept
        self._over = threading.Event()  # lets hanging conversations go
        self._lock = threading.Lock()
        self._number = 0

    def next_fault(self) -> tuple[int, Step | None]:
        """Of the transaction that begins, with its number."""
        with self._lock:
            self._number += 1
            return self._number, self.plan.fault(self._number)

    def word(self, number: int, step: Step) -> str:
        """What is answered instead of yes; empty for yes."""
        return self.plan.says(number).get(step) or self.plan.answers.get(step, "")

    def keep(self, received: Received) -> None:
        with self._lock:
            self.received.append(received)
        self.taken.release()

    def met_one(self, step: Step) -> None:
        with self._lock:
            self.met[step] = self.met.get(step, 0) + 1
        self.failed.set()


class FailingMailServer(MailDesk):
    """`with FailingMailServer() as server:`, then `server.port`."""

    def __init__(self, plan: Plan | None = None) -> None:
        super().__init__(plan)
        desk = self

        class Conversation(_Conversation):
            server_desk = desk

        self._server = _Server(("127.0.0.1", 0), Conversation)
        self.port = int(self._server.server_address[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), name="mail", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def take_time(self, number: int) -> None:
        if seconds := self.plan.slow_s(number):
            self._over.wait(seconds)

    def fail(self, step: Step) -> None:
        self.met_one(step)
        if self.plan.hangs:
            self._over.wait(self.plan.silent_s)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is no news."""


class _Conversation(socketserver.StreamRequestHandler):
    server_desk: FailingMailServer

    def handle(self) -> None:
        self._number, self._fault = self.server_desk.next_fault()
        if self._stops(Step.GREETING):
            return
        self._say("220 practice ESMTP")
        sender = to = ""
        while line := self.rfile.readline(65536):
            verb, _, rest = line.decode("latin-1").strip().partition(" ")
            verb = verb.upper()
            if verb in ("EHLO", "HELO"):
                self._say("250 practice")
            elif verb == "MAIL":
                sender = rest
                if not self._answers(Step.MAIL):
                    return
            elif verb == "RCPT":
                to = rest.partition(":")[2].split(" ")[0].strip("<>")
                if not self._answers(Step.RCPT):
                    return
            elif verb == "DATA":
                if not self._take(sender, to):
                    return
                self._number, self._fault = self.server_desk.next_fault()
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _take(self, sender: str, to: str) -> bool:
        if self._stops(Step.DATA):
            return False
        said = self.server_desk.word(self._number, Step.DATA)
        if said:
            self._say(said)
            return True
        self._say("354 go on")
        if self._stops(Step.BODY_ASKED):
            return False
        lines: list[bytes] = []
        while (line := self.rfile.readline(65536)) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
            if len(lines) == 5 and self._stops(Step.MID_BODY):
                return False
        said = self.server_desk.word(self._number, Step.ANSWER)
        if said:
            self._say(said)
            return True
        self.server_desk.keep(Received(sender=sender, to=to, content=b"".join(lines)))
        if self._stops(Step.ANSWER):
            return False
        self.server_desk.take_time(self._number)
        self._say(f"250 2.0.0 kept as {len(self.server_desk.received)}")
        return True

    def _answers(self, step: Step) -> bool:
        if self._stops(step):
            return False
        word = self.server_desk.word(self._number, step)
        self._say(word or "250 ok")
        if word:  # that was this one's; the next begins
            self._number, self._fault = self.server_desk.next_fault()
        return True

    def _stops(self, step: Step) -> bool:
        if self._fault is not step:
            return False
        self.server_desk.fail(step)
        # A plain close with unread bytes may be a reset that overtakes what was said before it.
        self.request.shutdown(socket.SHUT_WR)
        return True

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())
