"""A printer without paper: listens on loopback, speaks ZPL, counts and keeps labels, fails when told to.

For practice, demo and tests. It draws nothing: who wants to see a label is called with its bytes.
"""

from __future__ import annotations

import logging
import selectors
import socket
import struct
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from functools import partial
from pathlib import Path

from wismo_desk.devices.paperless_body import PaperlessBody
from wismo_desk.devices.zpl_stream import Format, ZplStream
from wismo_desk.domain.printer import PrinterProfile, PrinterState

log = logging.getLogger(__name__)


class PrinterFault(StrEnum):
    """What happens to the next label, once."""

    RESET_MID_JOB = "reset_mid_job"  # the connection is reset after some of its bytes
    POWER_CYCLE = "power_cycle"  # received whole, then off and on again: the buffer is lost
    DROP_AFTER_PRINT = "drop_after_print"  # it comes out, and the connection is reset before anybody can ask


class PaperlessPrinter:
    """One thread, any number of connections. `with PaperlessPrinter() as printer:` starts and stops it.

    `on_label(content, number)` is called on the printer's thread for each label that came out; `number`
    is the label counter, from 1. `folder` receives label-0001.zpl and so on. `label_s`: seconds a label
    takes. `keep`: how many labels stay in memory.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        folder: Path | None = None,
        odometer_file: Path | None = None,
        on_label: Callable[[bytes, int], None] | None = None,
        label_s: float = 0.0,
        keep: int = 5000,
    ) -> None:
        self.label_s = label_s
        self.answers = True  # False: prints, but says nothing to any question
        self._port = port
        self._on_label = on_label
        self._body = PaperlessBody(folder=folder, odometer_file=odometer_file, keep=keep)
        self._faults: deque[tuple[PrinterFault, int]] = deque()
        self._changed = threading.Condition()
        self._streams: dict[socket.socket, ZplStream] = {}
        self._due: float | None = None
        self._mouth: socket.socket | None = None  # wakes the thread
        self._running = False

    # What a person, a test or the practice window does to it.

    @property
    def port(self) -> int:
        return self._port

    def profile(self, name: str = "Paperless") -> PrinterProfile:
        return PrinterProfile(name=name, address="127.0.0.1", port=self._port)

    @property
    def labels(self) -> tuple[bytes, ...]:
        """The labels that came out, oldest first, as they were received."""
        with self._changed:
            return tuple(self._body.printed)

    @property
    def odometer(self) -> int:
        with self._changed:
            return self._body.odometer

    @property
    def state(self) -> PrinterState:
        with self._changed:
            return self._body.state

    def become(self, state: PrinterState) -> None:
        """Run out of paper, open the head, pause…; READY puts it right and prints what waited.
        NOT_ANSWERING: stopped and silent. To be OFFLINE, stop it."""
        if state is PrinterState.OFFLINE:
            raise ValueError("stop() takes it off the network")
        with self._changed:
            self._body.state = state
        self._wake()

    def fail_next(self, fault: PrinterFault, *, at_byte: int = 40) -> None:
        """The fault of the next label; several queue up. `at_byte` is for RESET_MID_JOB."""
        with self._changed:
            self._faults.append((fault, at_byte))

    def wait_for(self, count: int, *, timeout_s: float = 10.0) -> bool:
        """Until so many labels are in memory and told to `on_label`; False when time ran out."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._body.printed) >= count, timeout_s)

    # Its life.

    def start(self) -> PaperlessPrinter:
        """Switch it on, at the port it had before if it had one."""
        self._listener = socket.create_server(("127.0.0.1", self._port))
        self._listener.setblocking(False)
        self._port = self._listener.getsockname()[1]
        self._ear, self._mouth = socket.socketpair()
        self._ear.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        self._selector.register(self._ear, selectors.EVENT_READ, partial(self._ear.recv, 64))
        self._running = True
        self._thread = threading.Thread(target=self._run, name="paperless printer")
        self._thread.start()
        return self

    def stop(self) -> None:
        """Switch it off: connections are reset and the buffer is lost, as with a plug pulled."""
        if not self._running:
            return
        self._running = False  # before the wake-up, so that the thread sees it
        self._wake()
        self._thread.join()
        with self._changed:
            self._lose_power()
        self._selector.close()
        for each in (self._listener, self._ear, self._mouth):
            if each is not None:
                each.close()
        self._mouth = None

    def __enter__(self) -> PaperlessPrinter:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _wake(self) -> None:
        with suppress(OSError):  # just stopped by another thread
            if self._mouth is not None:
                self._mouth.send(b"!")

    # Below, everything runs on the printer's thread.

    def _run(self) -> None:
        while self._running:
            for key, _ in self._selector.select(self._print_due()):
                key.data()

    def _print_due(self) -> float | None:
        """Print what is due; how long until the next label is, or None when none is under way."""
        while True:
            with self._changed:
                if self._body.state is not PrinterState.READY or not self._body.buffer:
                    self._due = None
                    return None
                now = time.monotonic()
                if self._due is None:
                    self._due = now + self.label_s
                if now < self._due:
                    return self._due - now
                self._due = None
                content = self._body.print_next()
                number = self._body.odometer
            if content is not None:
                self._tell(content, number)

    def _tell(self, content: bytes, number: int) -> None:
        try:
            if self._on_label is not None:
                self._on_label(content, number)
        except Exception:
            log.exception("on_label failed")  # somebody's bug must not stop the printer
        with self._changed:
            self._changed.notify_all()

    def _accept(self) -> None:
        with suppress(OSError):
            peer, _ = self._listener.accept()
            peer.setblocking(False)
            self._streams[peer] = ZplStream()
            self._selector.register(peer, selectors.EVENT_READ, partial(self._receive, peer))

    def _receive(self, peer: socket.socket) -> None:
        if peer not in self._streams:  # a power cycle closed it within this round
            return
        try:
            piece = peer.recv(64 * 1024)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        if not piece:
            self._drop(peer)
            return
        stream = self._streams[peer]
        if self._resets_within(stream, piece):
            self._drop(peer)
            return
        for item in stream.feed(piece):
            if isinstance(item, Format):
                self._take(peer, item.content)
            else:
                self._answer(peer, item.about)
            if peer not in self._streams:
                return

    def _resets_within(self, stream: ZplStream, piece: bytes) -> bool:
        """Whether the pending fault strikes in these bytes: at its byte, at the label's end at the latest."""
        with self._changed:
            if not self._faults or self._faults[0][0] is not PrinterFault.RESET_MID_JOB:
                return False
            start = 0 if stream.partial else piece.upper().find(b"^XA")
            if start < 0:
                return False
            received = stream.partial + len(piece) - start
            if received < self._faults[0][1] and b"^XZ" not in piece.upper():
                return False
            self._faults.popleft()
            return True

    def _take(self, peer: socket.socket, content: bytes) -> None:
        with self._changed:
            self._body.take(content)
            fault = self._faults.popleft()[0] if self._faults else None
            if fault is PrinterFault.POWER_CYCLE:
                self._lose_power()
                return
        self._print_due()
        if fault is PrinterFault.DROP_AFTER_PRINT:
            self._drop(peer)

    def _answer(self, peer: socket.socket, about: str) -> None:
        with self._changed:
            if not self.answers or self._body.state is PrinterState.NOT_ANSWERING:
                return
            unfinished = any(stream.partial for stream in self._streams.values())
            answer = self._body.answer(about, partial=unfinished)
        try:
            peer.sendall(answer)
        except OSError:
            self._drop(peer)

    def _lose_power(self) -> None:
        self._body.lose_power()
        for peer in tuple(self._streams):
            self._drop(peer)

    def _drop(self, peer: socket.socket) -> None:
        """Reset the connection; what it had half received is forgotten."""
        del self._streams[peer]
        self._selector.unregister(peer)
        with suppress(OSError):
            shape = "hh" if sys.platform == "win32" else "ii"
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(shape, 1, 0))
        peer.close()
