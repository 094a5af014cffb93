"""Answers written by hand from the documented shapes, not by the paperless printer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.devices.zebra_status import read_error_status, read_host_status, read_odometer
from wismo_desk.domain.printer import PrinterState

S = PrinterState
FIRST = "030,0,0,1245,000,0,0,0,000,0,0,0"
SECOND = "000,0,0,0,0,2,4,0,00000000,1,000"


def answer(first: str = FIRST, second: str = SECOND, third: str = "1234,0") -> bytes:
    return "".join(f"\x02{string}\x03\r\n" for string in (first, second, third)).encode()


@pytest.mark.parametrize(
    ("first", "second", "state", "queued"),
    [
        (FIRST, SECOND, S.READY, 0),
        ("030,1,0,1245,000,0,0,0,000,0,0,0", SECOND, S.PAPER_OUT, 0),
        ("030,1,1,1245,003,0,0,0,000,0,0,0", SECOND, S.PAPER_OUT, 3),  # paused by the fault
        ("030,0,1,1245,000,0,0,0,000,0,0,0", SECOND, S.PAUSED, 0),
        (FIRST, "000,0,1,0,0,2,4,0,00000000,1,000", S.HEAD_OPEN, 0),
        ("030,1,1,1245,000,0,0,0,000,0,0,0", "000,0,1,0,0,2,4,0,00000000,1,000", S.HEAD_OPEN, 0),
        (FIRST, "000,0,0,1,1,2,4,0,00000000,1,000", S.RIBBON_OUT, 0),
        (FIRST, "000,0,0,0,0,2,4,0,00000012,1,000", S.READY, 12),
        ("030,0,0,1245,000,0,0,1,000,0,0,0", SECOND, S.READY, 1),  # a format half received
        ("030,0,0,1245,000,0,0,0,000,0,0,1", SECOND, S.UNKNOWN, 0),  # too hot
        ("030,0,0,1245,000,0,0,0,000,1,0,0", SECOND, S.UNKNOWN, 0),  # its memory was lost
    ],
)
def test_host_status(first: str, second: str, state: PrinterState, queued: int) -> None:
    status = read_host_status(answer(first, second))
    assert (status.state, status.queued) == (state, queued)
    assert first in status.raw


@pytest.mark.parametrize(
    "heard",
    [
        b"hello",
        answer()[:40],
        answer(first="030,0,0"),
        answer(first=FIRST.replace("1245", "x").replace("030,0", "030,b")),
    ],
)
def test_host_status_not_understood_keeps_what_was_said(heard: bytes) -> None:
    status = read_host_status(heard)
    assert (status.state, status.queued) == (S.UNKNOWN, None)
    assert status.raw


def errors(line: str) -> bytes:
    lines = ["\x02", "", "  PRINTER STATUS", f"   ERRORS:         {line}"]
    return "\r\n".join([*lines, "   WARNINGS:       0 00000000 00000000", "\x03"]).encode()


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("0 00000000 00000000", S.READY),
        ("1 00000000 00000001", S.PAPER_OUT),
        ("1 00000000 00000002", S.RIBBON_OUT),
        ("1 00000000 00000005", S.HEAD_OPEN),  # head open and media out: the head first
        ("1 00000000 00010001", S.PAPER_OUT),
        ("1 00000000 00010000", S.PAUSED),
        ("1 00000000 00000010", S.UNKNOWN),
        ("? 00000000", S.UNKNOWN),
    ],
)
def test_error_status(line: str, state: PrinterState) -> None:
    status = read_error_status(errors(line))
    assert (status.state, status.queued) == (state, None)


@pytest.mark.parametrize(
    ("heard", "count"),
    [
        (b'"1234"', 1234),
        (b'"0"\r\n', 0),
        (b'"1234 LABELS"', 1234),
        (b'"?"', None),
        (b"1234", None),
        (b"", None),
    ],
)
def test_odometer(heard: bytes, count: int | None) -> None:
    assert read_odometer(heard) == count


@given(st.binary(max_size=300))
def test_whatever_a_printer_says_is_read_without_an_error(heard: bytes) -> None:
    assert read_host_status(heard).state in PrinterState
    assert read_error_status(heard).state in PrinterState
    assert len(read_host_status(heard).raw) <= 200
    read_odometer(heard)
