"""The printer client against the paperless printer and against raw sockets that misbehave."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from wismo_desk.devices import TcpPrinter, open_printer
from wismo_desk.devices.paperless_printer import PaperlessPrinter, PrinterFault
from wismo_desk.domain.printer import PrinterProfile, PrinterState
from wismo_desk.errors import PrinterProblem, PrintUnknown, SettingsProblem

LABEL = b"^XA^FO50,50^FDone^FS^XZ"
_NO_TIME = 0.001  # seconds
PATIENT = 20.0  # seconds, for what answers: a machine may be busy


@contextmanager
def paperless_and_client() -> Iterator[tuple[PaperlessPrinter, TcpPrinter]]:
    with PaperlessPrinter() as paper, TcpPrinter(paper.profile(), status_s=PATIENT) as printer:
        yield paper, printer


def test_questions_and_labels() -> None:
    with paperless_and_client() as (paper, printer):
        assert printer.name == "Paperless"
        for count in range(3):
            status = printer.status()
            assert (status.state, status.odometer, status.queued) == (PrinterState.READY, count, 0)
            printer.send(LABEL)
            assert paper.wait_for(count + 1)


@pytest.mark.parametrize(
    "state",
    [
        PrinterState.PAPER_OUT,
        PrinterState.HEAD_OPEN,
        PrinterState.PAUSED,
        PrinterState.RIBBON_OUT,
        PrinterState.UNKNOWN,
    ],
)
def test_each_state_is_told(state: PrinterState) -> None:
    with paperless_and_client() as (paper, printer):
        paper.become(state)
        assert printer.status().state is state


def test_silent_is_not_offline() -> None:
    with paperless_and_client() as (paper, printer):
        paper.answers = False
        with TcpPrinter(paper.profile(), status_s=0.2) as hasty:
            assert hasty.status().state is PrinterState.NOT_ANSWERING
        paper.answers = True
        assert printer.status().state is PrinterState.READY
        paper.stop()
        assert printer.status().state is PrinterState.OFFLINE


def test_a_printer_without_a_counter() -> None:
    with PaperlessPrinter() as paper:
        profile = PrinterProfile(name="p", port=paper.port, odometer=False)
        with TcpPrinter(profile, status_s=PATIENT) as printer:
            assert printer.status().state is PrinterState.READY
            assert printer.status().odometer is None


@pytest.mark.parametrize("address", ["127.0.0.1", "nowhere.invalid", "a..b", "x" * 70 + ".example"])
def test_status_never_raises_and_send_says_nothing_left(address: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with TcpPrinter(PrinterProfile(name="p", address=address, port=port)) as printer:
        assert printer.status().state is PrinterState.OFFLINE
        with pytest.raises(PrinterProblem):
            printer.send(LABEL)


def test_a_connection_the_printer_closed_is_made_again() -> None:
    with paperless_and_client() as (paper, printer):
        printer.send(LABEL)
        assert paper.wait_for(1)
        paper.stop()
        paper.start()
        printer.send(LABEL)
        assert paper.wait_for(2)
        paper.stop()
        paper.start()
        assert printer.status().odometer == 2


class RawPrinter:
    """Accepts one connection and lets `conduct` do what it likes with it."""

    def __init__(self, conduct: Callable[[socket.socket], None]) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._conduct = conduct
        self._thread = threading.Thread(target=self._serve)
        self.profile = PrinterProfile(name="raw", port=self._listener.getsockname()[1])

    def _serve(self) -> None:
        peer, _ = self._listener.accept()
        with peer:
            peer.settimeout(60)
            self._conduct(peer)

    def hang_up(self) -> None:
        """No further connection."""
        self._listener.close()

    def __enter__(self) -> RawPrinter:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join()
        self._listener.close()


def reset_after(count: int) -> Callable[[socket.socket], None]:
    def conduct(peer: socket.socket) -> None:
        got = 0
        while got < count:
            got += len(peer.recv(4096))
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return conduct


def test_broken_after_the_first_byte_is_unknown() -> None:
    raw = RawPrinter(reset_after(100_000))
    with raw, TcpPrinter(raw.profile) as printer, pytest.raises(PrintUnknown):
        printer.send(LABEL + b" " * 50_000_000)


def test_a_printer_that_takes_no_more_is_unknown() -> None:
    given_up = threading.Event()

    def conduct(peer: socket.socket) -> None:
        given_up.wait(60)

    with RawPrinter(conduct) as raw, TcpPrinter(raw.profile, send_s=0.2) as printer:
        with pytest.raises(PrintUnknown):
            printer.send(LABEL + b" " * 50_000_000)
        given_up.set()


def test_a_printer_that_left_is_noticed_before_the_next_label() -> None:
    left = threading.Event()

    def conduct(peer: socket.socket) -> None:
        raw.hang_up()
        reset_after(1)(peer)
        peer.close()
        left.set()

    raw = RawPrinter(conduct)
    with raw, TcpPrinter(raw.profile) as printer:
        with suppress(PrintUnknown):
            printer.send(b"^XA")
        assert left.wait(60)
        with pytest.raises(PrinterProblem):  # nothing listens there any more, and nothing left
            printer.send(LABEL)


def test_peer_that_closes_while_the_last_piece_leaves() -> None:
    with PaperlessPrinter() as paper, TcpPrinter(paper.profile()) as printer:
        paper.fail_next(PrinterFault.RESET_MID_JOB, at_byte=3)
        with pytest.raises(PrintUnknown):
            printer.send(LABEL + b" " * 50_000_000)


@pytest.mark.parametrize("said", [b"hello\r\n", b"\x02030,0"])
def test_what_is_not_understood_keeps_its_words(said: bytes) -> None:
    def conduct(peer: socket.socket) -> None:
        peer.recv(100)
        peer.sendall(said)
        peer.recv(100)  # until the client leaves

    with RawPrinter(conduct) as raw, TcpPrinter(raw.profile, status_s=1.0) as printer:
        status = printer.status()
    assert status.state is PrinterState.UNKNOWN
    assert status.raw


def test_a_printer_too_full_to_take_a_question_is_silent_not_gone() -> None:
    asked = threading.Event()

    def conduct(peer: socket.socket) -> None:
        asked.wait(60)

    with RawPrinter(conduct) as raw, TcpPrinter(raw.profile, status_s=0.1) as printer:
        printer.send(LABEL)
        assert printer._line is not None
        with suppress(BlockingIOError):
            while True:
                printer._line.send(b" " * 1_000_000)
        assert printer.status().state is PrinterState.NOT_ANSWERING
        asked.set()


def test_an_answer_that_lay_there_while_the_machine_stood_still_is_read() -> None:
    """The time for an answer is over before the first look at the line; the naive client calls the printer silent."""

    class StoodStill(socket.socket):
        """Comes back from handing a question over only when its answer is there and no time is left."""

        def sendall(self, data: Any, flags: int = 0, /) -> None:
            super().sendall(data, flags)
            self.settimeout(PATIENT)
            assert self.recv(1, socket.MSG_PEEK)
            time.sleep(_NO_TIME * 2)

    with PaperlessPrinter() as paper, TcpPrinter(paper.profile(), status_s=_NO_TIME) as printer:
        line = StoodStill(socket.AF_INET)
        line.connect(("127.0.0.1", paper.port))
        printer._line = line
        status = printer.status()
    assert (status.state, status.odometer) == (PrinterState.READY, 0)


def test_a_printer_that_closes_when_asked_and_is_gone() -> None:
    def conduct(peer: socket.socket) -> None:
        raw.hang_up()
        peer.recv(100)

    raw = RawPrinter(conduct)
    with raw, TcpPrinter(raw.profile) as printer:
        assert printer.status().state is PrinterState.OFFLINE


def test_the_second_source_is_asked_when_the_first_is_silent() -> None:
    def conduct(peer: socket.socket) -> None:
        heard = b""
        while b"~HQES" not in heard:
            heard += peer.recv(100)
        peer.sendall(b"\x02 PRINTER STATUS ERRORS: 1 00000000 00000004 WARNINGS: 0 00000000 00000000\x03")
        while peer.recv(100):
            pass  # the counter is not known to it either

    with RawPrinter(conduct) as raw, TcpPrinter(raw.profile, status_s=1.0) as printer:
        status = printer.status()
    assert (status.state, status.queued, status.odometer) == (PrinterState.HEAD_OPEN, None, None)


def test_open_printer() -> None:
    assert open_printer(PrinterProfile(name="bench", port=9100)).name == "bench"
    for profile in (PrinterProfile(name="x", address=" "), PrinterProfile(name="x", port=0)):
        with pytest.raises(SettingsProblem, match="x"):
            open_printer(profile)
    with pytest.raises(ValueError, match="empty"):
        TcpPrinter(PrinterProfile(name="x")).send(b"")


def test_one_connection_is_kept_and_does_not_wait_to_fill_a_packet() -> None:
    connections: list[socket.socket] = []

    def conduct(peer: socket.socket) -> None:
        connections.append(peer)
        heard = b""
        while heard.count(b"^XZ") < 3:
            heard += peer.recv(100)
        peer.recv(100)  # until the client leaves

    with RawPrinter(conduct) as raw, TcpPrinter(raw.profile) as printer:
        for _ in range(3):
            printer.send(LABEL)
        assert printer._line is not None
        assert printer._line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    assert len(connections) == 1
