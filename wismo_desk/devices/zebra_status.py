"""Reads what a Zebra printer, or one that speaks like it, answers when asked how it is.

Source: ZPL II Programming Guide, "~HS Host Status Return" and "~HQ Host Query". Written from the
document; no real printer has confirmed it.
"""

from __future__ import annotations

import re
from typing import Final

from wismo_desk.domain.printer import PrinterState, PrinterStatus

HOST_STATUS: Final = b"~HS\r\n"
ERROR_STATUS: Final = b"~HQES\r\n"
# [unverified on a real printer]: the variable's name is from memory.
ODOMETER: Final = b'! U1 getvar "odometer.total_label_count"\r\n'

_STRING: Final = re.compile(rb"\x02([^\x02\x03]*)\x03")
_ERRORS: Final = re.compile(r"ERRORS:\s*([01])\s+([0-9A-Fa-f]{8})\s+([0-9A-Fa-f]{8})")
_QUOTED: Final = re.compile(rb'"([^"]*)"')

# ~HQES, second group, in the order the operator has to deal with them. Paused: [from memory].
_ERROR_BITS: Final = (
    (0x4, PrinterState.HEAD_OPEN),
    (0x1, PrinterState.PAPER_OUT),
    (0x2, PrinterState.RIBBON_OUT),
    (0x10000, PrinterState.PAUSED),
)


def is_whole_host_status(heard: bytes) -> bool:
    return heard.count(b"\x03") >= 3


def is_whole_error_status(heard: bytes) -> bool:
    return b"\x03" in heard


def is_whole_odometer(heard: bytes) -> bool:
    return heard.count(b'"') >= 2


def read_host_status(heard: bytes) -> PrinterStatus:
    """The three STX…ETX strings of ~HS. `queued` counts formats in the buffer, labels of the batch still
    to come and a format half received; the odometer is not in it. UNKNOWN with `raw` if not understood.

    String 1: aaa, b paper out, c pause, dddd, eee formats, f, g, h partial format, iii, j RAM lost,
    k too cold, l too hot. String 2: mmm, n, o head up, p ribbon out, q, r, s, t,
    uuuuuuuu labels remaining, v, www. String 3 holds nothing for us.
    """
    raw = _readable(heard)
    strings = [found.decode("ascii", "replace").strip().split(",") for found in _STRING.findall(heard)]
    if [len(fields) for fields in strings[:2]] != [12, 11]:
        return PrinterStatus(state=PrinterState.UNKNOWN, raw=raw)
    first, second = strings[0], strings[1]
    try:
        paper_out, pause, formats, partial = (int(first[place]) for place in (1, 2, 4, 7))
        ram_lost, cold, hot = (int(first[place]) for place in (9, 10, 11))
        head_up, ribbon_out, remaining = (int(second[place]) for place in (2, 3, 8))
    except ValueError:
        return PrinterStatus(state=PrinterState.UNKNOWN, raw=raw)
    state = _worst(
        (head_up, PrinterState.HEAD_OPEN),
        (paper_out, PrinterState.PAPER_OUT),
        (ribbon_out, PrinterState.RIBBON_OUT),
        (ram_lost or cold or hot, PrinterState.UNKNOWN),
        (pause, PrinterState.PAUSED),  # last: most faults pause the printer as well
    )
    return PrinterStatus(state=state, queued=formats + remaining + partial, raw=raw)


def read_error_status(heard: bytes) -> PrinterStatus:
    """The ERRORS line of ~HQES, asked when ~HS is silent. It does not tell how much is in the buffer."""
    raw = _readable(heard)
    found = _ERRORS.search(raw)
    if found is None:
        return PrinterStatus(state=PrinterState.UNKNOWN, raw=raw)
    if found[1] == "0":
        return PrinterStatus(state=PrinterState.READY, raw=raw)
    bits = int(found[3], 16)
    state = _worst(*((bits & bit, state) for bit, state in _ERROR_BITS), otherwise=PrinterState.UNKNOWN)
    return PrinterStatus(state=state, raw=raw)


def read_odometer(heard: bytes) -> int | None:
    """The label counter out of its quotes; None when the printer does not know the question ("?")."""
    found = _QUOTED.search(heard)
    if found is None:
        return None
    number = re.match(rb"\s*(\d+)", found[1])
    return int(number[1]) if number else None


def _worst(
    *flags: tuple[int | bool, PrinterState], otherwise: PrinterState = PrinterState.READY
) -> PrinterState:
    return next((state for flag, state in flags if flag), otherwise)


def _readable(heard: bytes) -> str:
    """One short line for the screen and the log."""
    text = "".join(chr(byte) if 32 <= byte < 127 else " " for byte in heard)
    return " ".join(text.split())[:200]
