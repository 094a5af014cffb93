"""A company's HTTP service played on loopback: threads of its own, and faults when it is told to fail.

What the company answers is the subclass's; how lines break is here.
"""

from __future__ import annotations

import logging
import socket
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any, Final, Self, TypeVar
from urllib.parse import parse_qs, urlsplit

log = logging.getLogger(__name__)

_LONGEST: Final = 1024 * 1024
_POLL_S: Final = 0.05  # how soon stop() is noticed
_Sold = TypeVar("_Sold")


class Fault(StrEnum):
    """What happens to a call instead of an ordinary answer. "After": it is carried out first."""

    SLOW = "slow"  # carried out and answered, late
    BUSY = "busy"  # 429, nothing done
    SERVER_ERROR = "server_error"  # 500, nothing done
    ERROR_AFTER_CREATE = "error_after_create"  # 500, and the label exists
    HANG_AFTER_CREATE = "hang_after_create"  # silent until one of the two gives up, and the label exists
    DROP_AFTER_CREATE = "drop_after_create"  # the line is cut, and the label exists
    HALF_ANSWER = "half_answer"  # cut in the middle of the answer, and the label exists
    WRONG_CHARSET = "wrong_charset"  # says UTF-8, sends Latin-1
    VAGUE = "vague"  # an error and nothing to go by
    REFUSE = "refuse"  # the company's own refusal, whatever was asked


@dataclass(frozen=True)
class Call:
    """One request. Header names are lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @cached_property
    def path(self) -> str:
        return urlsplit(self.target).path

    @cached_property
    def query(self) -> dict[str, str]:
        """The first value of each name."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.target).query).items()}


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    content: bytes
    kind: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


class LoopbackServer:
    """`with …Server() as server:` serves at `server.url`. `slow_s` is how late SLOW answers, `silent_s` how long
    HANG_AFTER_CREATE is silent; port 0 takes a free one. A subclass answers in `carry_out`, which is called by one
    thread at a time."""

    def __init__(self, *, slow_s: float = 2.0, port: int = 0) -> None:
        self.slow_s, self.silent_s = slow_s, 60.0
        self._lock = threading.Lock()
        self._faults: deque[Fault] = deque()
        self._mood: Fault | None = None
        self._left_out = 0
        self._stopping = threading.Event()
        self.replies: deque[Reply] = deque(maxlen=20)  # the last ones, as they were before any fault
        self._port = port
        self._http: _Listener | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def carry_out(self, call: Call) -> Reply:
        """One call without faults."""
        raise NotImplementedError

    def refusal(self) -> Reply:
        """What REFUSE answers: the company's own form of a no."""
        raise NotImplementedError

    def busy(self) -> Reply:
        return Reply(429, b"", "text/plain")

    def broken(self) -> Reply:
        return Reply(500, b"<h1>Erreur interne</h1>", "text/html")

    def vague(self) -> Reply:
        return Reply(400, b"Erreur", "text/plain")

    def fail_next(self, fault: Fault, count: int = 1) -> None:
        """Let the next `count` calls, of any kind, end in this fault; several queue up."""
        with self._lock:
            self._faults.extend([fault] * count)

    def leave_out(self, count: int) -> None:
        """The next answer to a call for several parcels lacks its last `count`, which are sold all the same."""
        with self._lock:
            self._left_out = count

    def told_of(self, sold: Sequence[_Sold]) -> Sequence[_Sold]:
        """Of several that one call sold: those that its answer tells of. Called from `carry_out`."""
        lost, self._left_out = self._left_out, 0
        return sold[: max(0, len(sold) - lost)]

    def stay(self, mood: Fault | None) -> None:
        """Every call ends in this fault until told otherwise; REFUSE is for those that want something made."""
        with self._lock:
            self._mood = mood

    def heal(self) -> None:
        """Forget the faults that have not struck yet."""
        with self._lock:
            self._faults.clear()
            self._mood = None

    def start(self) -> Self:
        self._stopping.clear()
        self._http = _Listener(self._port, self)
        self._port = self._http.server_port
        self._thread = threading.Thread(
            target=self._http.serve_forever, args=(_POLL_S,), name=type(self).__name__
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """End every call, answered or not, and every thread. start() opens the same port again."""
        http, self._http = self._http, None
        if http is None:
            return
        self._stopping.set()
        http.shutdown()
        self._thread.join()
        http.hang_up()
        http.server_close()  # waits for the threads of the calls

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    # Below, everything runs on the threads of the calls.

    def take_fault(self, method: str = "POST") -> Fault | None:
        with self._lock:
            if self._faults:
                return self._faults.popleft()
            return None if self._mood is Fault.REFUSE and method == "GET" else self._mood

    def be_late(self) -> None:
        self._stopping.wait(self.slow_s)

    def answer(self, call: Call) -> Reply:
        with self._lock:
            reply = self.carry_out(call)
            self.replies.append(reply)
            return reply

    def refused(self, fault: Fault | None) -> Reply | None:
        """The faults that strike before anything is done."""
        match fault:
            case Fault.BUSY:
                return self.busy()
            case Fault.SERVER_ERROR:
                return self.broken()
            case Fault.VAGUE:
                return self.vague()
            case Fault.REFUSE:
                return self.refusal()
        return None


class _Listener(ThreadingHTTPServer):
    daemon_threads = False  # server_close() then waits for them
    request_queue_size = 64

    def __init__(self, port: int, company: LoopbackServer) -> None:
        self.company = company
        self._calls: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Line)

    def server_bind(self) -> None:
        """Without HTTPServer's look-up of the host's full name, which can take seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        self._calls.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._calls.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        log.exception("a call to a practice server failed")

    def hang_up(self) -> None:
        """Wake every thread that waits for its caller."""
        for request in tuple(self._calls):
            with suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)


class _Line(BaseHTTPRequestHandler):
    """One connection, one call."""

    server: _Listener
    connection: socket.socket

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def do_PUT(self) -> None:
        self._serve("PUT")

    def do_DELETE(self) -> None:
        self._serve("DELETE")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the standard library's
        """Nothing: paths hold postcodes."""

    def _serve(self, method: str) -> None:
        with suppress(ConnectionError):  # the caller gave up
            body = self._body()
            if body is None:
                self._say(Reply(413, b"", "text/plain"))
                return
            company = self.server.company
            fault = company.take_fault(method)
            if fault is Fault.SLOW:
                company.be_late()
            refused = company.refused(fault)
            headers = {name.lower(): value for name, value in self.headers.items()}
            self._answer(fault, refused or company.answer(Call(method, self.path, headers, body)))

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > _LONGEST:
            return None
        return self.rfile.read(int(length))

    def _answer(self, fault: Fault | None, reply: Reply) -> None:
        match fault:
            case Fault.ERROR_AFTER_CREATE:
                self._say(self.server.company.broken())
            case Fault.HANG_AFTER_CREATE:
                self.connection.settimeout(self.server.company.silent_s)
                with suppress(TimeoutError):
                    self.connection.recv(1)  # until the caller leaves, or stop() hangs up
            case Fault.DROP_AFTER_CREATE:
                pass
            case Fault.HALF_ANSWER:
                half = replace(reply, content=reply.content[: len(reply.content) // 2])
                self._say(half, length=len(reply.content))
            case Fault.WRONG_CHARSET:
                self._say(replace(reply, content=in_latin(reply.content)))
            case _:
                self._say(reply)

    def _say(self, reply: Reply, *, length: int | None = None) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.kind)
        self.send_header("Content-Length", str(len(reply.content) if length is None else length))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.content)


def in_latin(content: bytes) -> bytes:
    """The text in Latin-1; bytes that are no UTF-8 text stay as they are."""
    try:
        return content.decode().encode("latin-1", "replace")
    except UnicodeDecodeError:
        return content
