"""The practice carrier's side of its contract: an HTTP server on loopback, failing when it is told to.

POST /labels                        201, or 4xx {"error": {"code", "message", "field"}}
GET  /labels?reference=…            200 {"labels": […]}
POST /labels/{number}/void          200, 404, or 409 once the parcel was handed over
GET  /tracking/{number}             200 {"number", "events": [{"code", "label", "at", "place"}]}, or 404
GET  /pickup-points?postcode=…      200 {"points": […]}
"""

from __future__ import annotations

import base64
import json
import logging
import socket
import threading
from collections import Counter, deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from wismo_desk.practice.carrier_rules import BAD_POSTCODE, Refusal, pickup_points, refusal
from wismo_desk.practice.label_book import LabelBook, SoldLabel
from wismo_desk.practice.parcel_life import life, was_handed_over
from wismo_desk.practice.practice_label import matrix_text

log = logging.getLogger(__name__)

_LONGEST: Final = 1024 * 1024
_POLL_S: Final = 0.05  # how soon stop() is noticed


class Fault(StrEnum):
    """What happens to a call instead of an ordinary answer. "After": it is carried out first."""

    SLOW = "slow"  # carried out and answered, late
    BUSY = "busy"  # 429, nothing done
    SERVER_ERROR = "server_error"  # 500, nothing done
    ERROR_AFTER_CREATE = "error_after_create"  # 500, and the label exists
    HANG_AFTER_CREATE = "hang_after_create"  # silent until the caller gives up, and the label exists
    DROP_AFTER_CREATE = "drop_after_create"  # the line is cut, and the label exists
    HALF_ANSWER = "half_answer"  # cut in the middle of the answer, and the label exists
    WRONG_CHARSET = "wrong_charset"  # says UTF-8, sends Latin-1
    VAGUE = "vague"  # 400 and nothing to go by
    REFUSE = "refuse"  # a bad postcode, whatever the postcode


Reply = tuple[int, Mapping[str, Any]]


class CarrierServer:
    """`with CarrierServer() as server:` serves at `server.url` on threads of its own.

    `state_file` keeps the labels across restarts, `clock` (aware) drives the parcels' lives, `slow_s` is
    how late SLOW answers. `port` 0 takes a free one.
    """

    def __init__(
        self,
        *,
        state_file: Path | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC).astimezone(),
        slow_s: float = 2.0,
        port: int = 0,
    ) -> None:
        self.slow_s = slow_s
        self._clock = clock
        self._book = LabelBook(clock, state_file)
        self._lock = threading.Lock()
        self._faults: deque[Fault] = deque()
        self._stopping = threading.Event()
        self._port = port
        self._http: _Listener | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def created(self) -> Counter[str]:
        """How many labels were sold per reference: more than one means that one was paid for nothing."""
        with self._lock:
            return self._book.created

    def fail_next(self, fault: Fault, count: int = 1) -> None:
        """Let the next `count` calls, of any kind, end in this fault; several queue up."""
        with self._lock:
            self._faults.extend([fault] * count)

    def heal(self) -> None:
        """Forget the faults that have not struck yet."""
        with self._lock:
            self._faults.clear()

    def start(self) -> CarrierServer:
        self._stopping.clear()
        self._http = _Listener(self._port, self)
        self._port = self._http.server_port
        self._thread = threading.Thread(
            target=self._http.serve_forever, args=(_POLL_S,), name="practice carrier"
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

    def __enter__(self) -> CarrierServer:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    # Below, everything runs on the threads of the calls.

    def take_fault(self) -> Fault | None:
        with self._lock:
            return self._faults.popleft() if self._faults else None

    def be_late(self) -> None:
        self._stopping.wait(self.slow_s)

    def carry_out(self, method: str, target: str, body: bytes) -> Reply:
        """One call without faults: status and JSON."""
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        with self._lock:
            match method, parts.path.strip("/").split("/"):
                case "POST", ["labels"]:
                    return self._sell(body)
                case "GET", ["labels"]:
                    found = self._book.find(query.get("reference", ""))
                    return 200, {"labels": [_shown(label) for label in found]}
                case "POST", ["labels", number, "void"]:
                    return self._void(number, body)
                case "GET", ["tracking", number]:
                    return self._track(number)
                case "GET", ["pickup-points"]:
                    return 200, {"points": pickup_points(query.get("postcode", ""))}
        return _error(404, Refusal("PATH_UNKNOWN", "", "Adresse inconnue"))

    def _sell(self, body: bytes) -> Reply:
        asked = _parsed(body)
        if asked is None:
            return _error(400, Refusal("JSON_INVALID", "", "Demande illisible"))
        wrong = refusal(asked)
        return _error(422, wrong) if wrong else (201, _shown(self._book.sell(asked)))

    def _void(self, number: str, body: bytes) -> Reply:
        """Voiding twice is no error: the second caller may be the first, who heard no answer."""
        label = self._book.get(number)
        asked = _parsed(body) or {}
        if label is None or label.reference != asked.get("reference"):
            return _error(404, Refusal("NUMBER_UNKNOWN", "number", "Numéro de colis inconnu"))
        if was_handed_over(label.created_at, self._clock()):
            return _error(409, Refusal("ALREADY_HANDED_OVER", "number", "Colis déjà remis au transporteur"))
        if label.voided_at is None:
            self._book.void(number)
        return 200, {"number": number, "voided": True}

    def _track(self, number: str) -> Reply:
        label = self._book.get(number)
        if label is None:
            return _error(404, Refusal("NUMBER_UNKNOWN", "number", "Numéro de colis inconnu"))
        scans = life(
            number, label.service, created_at=label.created_at, voided_at=label.voided_at, now=self._clock()
        )
        return 200, {
            "number": number,
            "events": [asdict(scan) | {"at": scan.at.isoformat()} for scan in scans],
        }


def _parsed(body: bytes) -> dict[str, Any] | None:
    try:
        asked = json.loads(body)
    except ValueError:
        return None
    return asked if isinstance(asked, dict) else None


def _error(status: int, wrong: Refusal) -> Reply:
    return status, {"error": asdict(wrong)}


def _shown(label: SoldLabel) -> dict[str, Any]:
    matrix = matrix_text(label.number, label.reference)
    return {
        "message": "Étiquette créée",
        "number": label.number,
        "reference": label.reference,
        "service": label.service,
        "price_cents": label.price_cents,
        "voided": label.voided_at is not None,
        "codes": [label.number, matrix],
        "aliases": [matrix],
        "format": "zpl",
        "content": base64.b64encode(label.zpl.encode("ascii")).decode(),
    }


class _Listener(ThreadingHTTPServer):
    daemon_threads = False  # server_close() then waits for them
    request_queue_size = 64

    def __init__(self, port: int, carrier: CarrierServer) -> None:
        self.carrier = carrier
        self._calls: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Call)

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
        log.exception("a call to the practice carrier failed")

    def hang_up(self) -> None:
        """Wake every thread that waits for its caller."""
        for request in tuple(self._calls):
            with suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)


class _Call(BaseHTTPRequestHandler):
    """One connection, one call."""

    server: _Listener
    connection: socket.socket

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the standard library's
        """Nothing: paths hold postcodes."""

    def _serve(self, method: str) -> None:
        with suppress(ConnectionError):  # the caller gave up
            body = self._body()
            if body is None:
                self._say(413, b"", "text/plain")
                return
            carrier = self.server.carrier
            fault = carrier.take_fault()
            if fault is Fault.SLOW:
                carrier.be_late()
            if not self._refused(fault):
                self._answered(fault, carrier.carry_out(method, self.path, body))

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > _LONGEST:
            return None
        return self.rfile.read(int(length))

    def _refused(self, fault: Fault | None) -> bool:
        """The faults that strike before anything is done."""
        match fault:
            case Fault.BUSY:
                self._say(429, b"", "text/plain")
            case Fault.SERVER_ERROR:
                self._say(500, b"<h1>Erreur interne</h1>", "text/html")
            case Fault.VAGUE:
                self._say(400, b"Erreur", "text/plain")
            case Fault.REFUSE:
                self._answered(None, _error(422, BAD_POSTCODE))
            case _:
                return False
        return True

    def _answered(self, fault: Fault | None, reply: Reply) -> None:
        status, value = reply
        text = json.dumps(value, ensure_ascii=False)
        match fault:
            case Fault.ERROR_AFTER_CREATE:
                self._say(500, b"<h1>Erreur interne</h1>", "text/html")
            case Fault.HANG_AFTER_CREATE:
                self.connection.recv(1)  # until the caller leaves, or stop() hangs up
            case Fault.DROP_AFTER_CREATE:
                pass
            case Fault.HALF_ANSWER:
                content = text.encode()
                self._say(status, content[: len(content) // 2], "application/json", length=len(content))
            case Fault.WRONG_CHARSET:
                self._say(status, text.encode("latin-1", "replace"), "application/json; charset=utf-8")
            case _:
                self._say(status, text.encode(), "application/json; charset=utf-8")

    def _say(self, status: int, content: bytes, kind: str, *, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content) if length is None else length))
        self.end_headers()
        self.wfile.write(content)
