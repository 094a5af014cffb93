"""The paperless printer, spoken to with plain sockets."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.devices.paperless_printer import PaperlessPrinter, PrinterFault
from wismo_desk.devices.zpl_stream import Format, Question, ZplStream
from wismo_desk.domain.printer import PrinterState

LABEL = b"^XA^FO50,50^FDone^FS^XZ"
ODOMETER = b'! U1 getvar "odometer.total_label_count"\r\n'


@pytest.fixture
def printer() -> Iterator[PaperlessPrinter]:
    with PaperlessPrinter() as started:
        yield started


def connect(printer: PaperlessPrinter) -> socket.socket:
    return socket.create_connection(("127.0.0.1", printer.port), timeout=60)


def ask(line: socket.socket, question: bytes, ends: bytes, times: int = 1) -> bytes:
    line.sendall(question)
    heard = b""
    while heard.count(ends) < times:
        piece = line.recv(4096)
        if not piece:
            raise ConnectionResetError
        heard += piece
    return heard


def test_it_keeps_counts_and_tells_labels(tmp_path: Path) -> None:
    told: list[tuple[bytes, int]] = []
    paper = PaperlessPrinter(
        folder=tmp_path / "labels",
        odometer_file=tmp_path / "odometer",
        on_label=lambda content, number: told.append((content, number)),
    )
    with paper, connect(paper) as line:
        line.sendall(b"junk" + LABEL[:10])
        line.sendall(LABEL[10:] + b"\r\n" + b"^xa^PQ2^fdtwo^xz")
        assert paper.wait_for(3)
        assert ask(line, ODOMETER, b'"', 2) == b'"3"'
    assert told == [(LABEL, 1), (b"^xa^PQ2^fdtwo^xz", 2), (b"^xa^PQ2^fdtwo^xz", 3)]
    assert paper.labels == tuple(content for content, _ in told)
    names = ["label-0001.zpl", "label-0002.zpl", "label-0003.zpl"]
    assert sorted(path.name for path in (tmp_path / "labels").iterdir()) == names
    with PaperlessPrinter(odometer_file=tmp_path / "odometer") as again:
        assert (again.odometer, again.labels) == (3, ())


def test_it_answers_what_a_printer_is_asked(printer: PaperlessPrinter) -> None:
    with connect(printer) as line:
        assert ask(line, b"~HS", b"\x03", 3).startswith(b"\x02030,0,0,")
        assert b"ERRORS: 0 00000000 00000000" in ask(line, b"~HQES", b"\x03")
        assert b"PAPERLESS" in ask(line, b"~HI", b"\x03")
        assert ask(line, b'! U1 getvar "device.friendly_name"\r\n', b'"', 2) == b'"?"'


def test_a_format_half_received_is_told(printer: PaperlessPrinter) -> None:
    with connect(printer) as sender, connect(printer) as asker:
        sender.sendall(LABEL[:10])
        while b",0,0,1,000," not in ask(asker, b"~HS", b"\x03", 3):
            pass
        sender.sendall(LABEL[10:])
        assert printer.wait_for(1)
        assert b",0,0,0,000," in ask(asker, b"~HS", b"\x03", 3)


@pytest.mark.parametrize(
    "state", [PrinterState.PAPER_OUT, PrinterState.HEAD_OPEN, PrinterState.PAUSED, PrinterState.RIBBON_OUT]
)
def test_what_stops_it_keeps_labels_in_the_buffer(printer: PaperlessPrinter, state: PrinterState) -> None:
    printer.become(state)
    assert printer.state is state
    with connect(printer) as line:
        heard = ask(line, LABEL + LABEL + b"~HS", b"\x03", 3)
        assert heard.split(b",")[4] == b"002"
        assert printer.labels == ()
        printer.become(PrinterState.READY)
        assert printer.wait_for(2)


@pytest.mark.parametrize("silent_by", ["answers", "state"])
def test_silent(printer: PaperlessPrinter, silent_by: str) -> None:
    with connect(printer) as line:
        if silent_by == "answers":
            printer.answers = False
        else:
            printer.become(PrinterState.NOT_ANSWERING)
        line.sendall(b"~HS" + LABEL)
        if silent_by == "answers":
            assert printer.wait_for(1)  # it prints all the same
        line.settimeout(0.1)
        with pytest.raises(TimeoutError):
            line.recv(1)


@pytest.mark.parametrize("at_byte", [0, 5, len(LABEL) - 1, 10_000])
def test_reset_mid_job(printer: PaperlessPrinter, at_byte: int) -> None:
    printer.fail_next(PrinterFault.RESET_MID_JOB, at_byte=at_byte)
    with connect(printer) as line, pytest.raises(ConnectionError):
        ask(line, LABEL, b"never")
    assert printer.labels == ()
    with connect(printer) as line:
        line.sendall(LABEL)
        assert printer.wait_for(1)  # once only


def test_power_cycle_loses_the_buffer_and_every_connection(printer: PaperlessPrinter) -> None:
    printer.become(PrinterState.PAUSED)
    with connect(printer) as idle, connect(printer) as line:
        ask(idle, b"~HI", b"\x03")
        ask(line, LABEL + b"~HS", b"\x03", 3)
        printer.fail_next(PrinterFault.POWER_CYCLE)
        for each, payload in ((line, LABEL), (idle, b"")):
            with pytest.raises(ConnectionError):
                ask(each, payload, b"never")
    printer.become(PrinterState.READY)
    with connect(printer) as line:
        assert ask(line, b"~HS", b"\x03", 3).split(b",")[4] == b"000"
        assert ask(line, ODOMETER, b'"', 2) == b'"0"'


def test_drop_after_print(printer: PaperlessPrinter) -> None:
    printer.fail_next(PrinterFault.DROP_AFTER_PRINT)
    with connect(printer) as line, pytest.raises(ConnectionError):
        ask(line, LABEL + b"~HS", b"\x03", 3)
    assert printer.labels == (LABEL,)


def test_a_slow_label_is_in_the_buffer_until_it_is_out() -> None:
    with PaperlessPrinter(label_s=30) as slow, connect(slow) as line:
        assert ask(line, LABEL + b"~HS", b"\x03", 3).split(b",")[4] == b"001"
        slow.label_s = 0
        slow.become(PrinterState.PAUSED)
        slow.become(PrinterState.READY)
        ask(line, b"~HI", b"\x03")
    with PaperlessPrinter(label_s=0.01) as slow, connect(slow) as line:
        line.sendall(LABEL * 3)
        assert slow.wait_for(3)


def test_stop_and_start_again_at_the_same_port(printer: PaperlessPrinter) -> None:
    port = printer.port
    printer.stop()
    printer.stop()
    with pytest.raises(ConnectionRefusedError):
        connect(printer)
    printer.start()
    assert printer.port == port
    with connect(printer) as line:
        line.sendall(LABEL)
        assert printer.wait_for(1)
    with pytest.raises(ValueError, match="stop"):
        printer.become(PrinterState.OFFLINE)


def test_no_thread_is_left() -> None:
    before = threading.active_count()
    with PaperlessPrinter() as paper, connect(paper):
        assert threading.active_count() == before + 1
    assert threading.active_count() == before


def test_a_bug_of_the_listener_does_not_stop_it(caplog: pytest.LogCaptureFixture) -> None:
    def broken(content: bytes, number: int) -> None:
        raise RuntimeError(number)

    with PaperlessPrinter(on_label=broken) as paper, connect(paper) as line:
        line.sendall(LABEL * 2)
        assert paper.wait_for(2)
    assert "on_label failed" in caplog.text


PIECES = st.lists(
    st.sampled_from(
        [LABEL, b"^XA^FDtwo^XZ", b"~HS", b"~HQES\r\n", b"~HI", ODOMETER, b"\r\n", b"junk" * 50, b"^X", b"~H "]
    ),
    max_size=8,
)


@given(PIECES, st.lists(st.integers(0, 400), max_size=6))
def test_however_the_bytes_are_cut_the_labels_are_the_same(pieces: list[bytes], cuts: list[int]) -> None:
    whole = b"".join(pieces)
    places = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    stream = ZplStream()
    cut: list[Format | Question] = []
    for start, end in pairwise(places):
        cut += stream.feed(whole[start:end])
    assert cut == list(ZplStream().feed(whole))
    assert [x.content for x in cut if isinstance(x, Format)] == [x for x in pieces if x.startswith(b"^XA")]
    assert sum(isinstance(x, Question) for x in cut) == sum(
        x[:2] in (b"~H", b"! ") and x != b"~H " for x in pieces
    )
