"""A label printer on the network (raw TCP, port 9100): hands bytes over, asks how it is, judges nothing.

One writer at a time; the caller's lane sees to it.
"""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Final

from wismo_desk.devices import zebra_status as zebra
from wismo_desk.domain.printer import PrinterProfile, PrinterState, PrinterStatus
from wismo_desk.errors import PrinterProblem, PrintUnknown

log = logging.getLogger(__name__)
_MOST_HEARD: Final = 16 * 1024
# A host name that cannot be encoded is a UnicodeError, not an OSError.
_UNREACHABLE: Final = (OSError, UnicodeError)


class TcpPrinter:
    """One printer, one connection kept open and made again when the printer closed it. Times in seconds:
    `send_s` is the longest the printer may refuse to take the next bytes."""

    def __init__(
        self,
        profile: PrinterProfile,
        *,
        connect_s: float = 2.0,
        status_s: float = 1.0,
        send_s: float = 10.0,
    ) -> None:
        self._profile = profile
        self._connect_s = connect_s
        self._status_s = status_s
        self._send_s = send_s
        self._line: socket.socket | None = None

    @property
    def name(self) -> str:
        return self._profile.name

    def status(self) -> PrinterStatus:
        """What the printer says of itself. Never raises. A silent printer costs connect_s + 3 * status_s."""
        for _ in range(2):  # a connection may break under the question; asking twice harms nothing
            try:
                line = self._connected()
            except _UNREACHABLE as error:
                return PrinterStatus(state=PrinterState.OFFLINE, raw=type(error).__name__)
            try:
                return self._question(line)
            except OSError:
                self.close()
        return PrinterStatus(state=PrinterState.OFFLINE, raw="closed")

    def send(self, payload: bytes) -> None:
        """Hand over one label. Coming back proves nothing about paper: see domain.print_evidence.

        PrinterProblem: no byte left. PrintUnknown: it broke after the first, or the printer had closed
        by the time the last one was handed over.
        """
        if not payload:
            raise ValueError("an empty label")
        try:
            line = self._connected()
        except _UNREACHABLE as error:
            raise self._not_sent(error) from error
        rest = memoryview(payload)
        line.settimeout(self._send_s)
        try:
            while rest:
                rest = rest[line.send(rest) :]
        except OSError as error:
            self.close()
            if len(rest) == len(payload):
                raise self._not_sent(error) from error
            raise self._broke(type(error).__name__) from error
        if not _is_open(line):
            self.close()
            raise self._broke("closed")

    def close(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            with suppress(OSError):
                line.close()

    def __enter__(self) -> TcpPrinter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _connected(self) -> socket.socket:
        if self._line is not None and _is_open(self._line):
            return self._line
        self.close()
        address = (self._profile.address, self._profile.port)
        line = socket.create_connection(address, timeout=self._connect_s)
        # Without it a question after a label waits 40 ms for the delayed acknowledgement.
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._line = line
        return line

    def _question(self, line: socket.socket) -> PrinterStatus:
        heard = self._ask(line, zebra.HOST_STATUS, zebra.is_whole_host_status)
        if heard:
            status = zebra.read_host_status(heard)
        else:  # documented: ~HS may stay silent with the paper out or the head open
            heard = self._ask(line, zebra.ERROR_STATUS, zebra.is_whole_error_status)
            if not heard:
                self.close()  # an answer that comes late must not be read as the next one
                return PrinterStatus(state=PrinterState.NOT_ANSWERING)
            status = zebra.read_error_status(heard)
        if status.state is PrinterState.UNKNOWN:
            self.close()
            return status
        if not self._profile.odometer:
            return status
        heard = self._ask(line, zebra.ODOMETER, zebra.is_whole_odometer)
        if not heard:
            self.close()
        return replace(status, odometer=zebra.read_odometer(heard))

    def _ask(self, line: socket.socket, question: bytes, is_whole: Callable[[bytes], bool]) -> bytes:
        """What was heard within `status_s`, whole or not. OSError when the printer closes.

        What is there when the time is over counts too: a machine that stood still had no turn to read it.
        """
        heard = b""
        until = time.monotonic() + self._status_s
        line.settimeout(self._status_s)
        try:
            line.sendall(question)
        except TimeoutError:  # its buffer is full of labels it cannot print: silent, not gone
            return heard
        while not is_whole(heard) and len(heard) < _MOST_HEARD:
            line.settimeout(max(0.0, until - time.monotonic()))
            try:
                piece = line.recv(4096)
            except (TimeoutError, BlockingIOError):
                break
            if not piece:
                raise ConnectionResetError("the printer closed the connection")
            heard += piece
        return heard

    def _not_sent(self, error: Exception) -> PrinterProblem:
        log.warning("printer %s cannot be reached: %s", self.name, type(error).__name__)
        return PrinterProblem(
            "The printer {name} cannot be reached, nothing was printed. Check that it is on and connected.",
            name=self.name,
        )

    def _broke(self, why: str) -> PrintUnknown:
        log.warning("printer %s broke off: %s", self.name, why)
        return PrintUnknown(
            "The connection to the printer {name} broke while the label was being sent. "
            "Look whether it came out, and scan it if it did.",
            name=self.name,
        )


def _is_open(line: socket.socket) -> bool:
    """False once the other side has closed. Whatever was still unread is a late answer and is dropped."""
    try:
        line.setblocking(False)
        while line.recv(4096):
            pass
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
