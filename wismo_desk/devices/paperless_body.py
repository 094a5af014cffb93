"""The inside of the paperless printer: its buffer, its label counter, its faults. No sockets, no threads."""

from __future__ import annotations

import re
from collections import deque
from pathlib import Path
from typing import Final

from wismo_desk.domain.printer import PrinterState

_COPIES: Final = re.compile(rb"\^PQ(\d{1,8})", re.IGNORECASE)
_FAULT_BITS: Final = {
    PrinterState.PAPER_OUT: 0x1,
    PrinterState.RIBBON_OUT: 0x2,
    PrinterState.HEAD_OPEN: 0x4,
    PrinterState.PAUSED: 0x10000,
    PrinterState.UNKNOWN: 0x10,  # head too hot, which the desk has no word for
}


class PaperlessBody:
    """Takes formats, "prints" them one by one while its state is READY, and answers questions.

    The counter is that of a printer: it is kept in `odometer_file` and outlives everything else.
    """

    def __init__(self, *, folder: Path | None = None, odometer_file: Path | None = None, keep: int) -> None:
        self.state = PrinterState.READY
        self.buffer: deque[bytes] = deque()
        self.printed: deque[bytes] = deque(maxlen=keep)
        self._folder = folder
        self._odometer_file = odometer_file
        self.odometer = _read_count(odometer_file)

    def take(self, content: bytes) -> None:
        """One format into the buffer, as often as its ^PQ says."""
        copies = _COPIES.search(content)
        self.buffer.extend([content] * (int(copies[1]) if copies else 1))

    def print_next(self) -> bytes | None:
        """The label that came out, or None: the buffer is empty, or something stops the printer."""
        if self.state is not PrinterState.READY or not self.buffer:
            return None
        content = self.buffer.popleft()
        self.odometer += 1
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / f"label-{self.odometer:04d}.zpl").write_bytes(content)
        if self._odometer_file is not None:
            _write_count(self._odometer_file, self.odometer)
        self.printed.append(content)
        return content

    def lose_power(self) -> None:
        """The buffer is gone; the counter and the labels on the floor are not."""
        self.buffer.clear()

    def answer(self, about: str, *, partial: bool) -> bytes:
        """What the printer says to a question; b"" when it says nothing."""
        match about:
            case "HS":
                return self._host_status(partial)
            case "HQES":
                bits = _FAULT_BITS.get(self.state, 0)
                lines = f"ERRORS: {bool(bits):d} 00000000 {bits:08X}\r\n  WARNINGS: 0 00000000 00000000"
                return f"\x02\r\n  PRINTER STATUS\r\n  {lines}\r\n\x03".encode()
            case "HI":
                return b"\x02PAPERLESS,V1,8,8192KB\x03\r\n"
            case "odometer.total_label_count":
                return f'"{self.odometer}"'.encode()
            case _:
                return b'"?"'

    def _host_status(self, partial: bool) -> bytes:
        is_in = {state: int(self.state is state) for state in PrinterState}
        stopped = int(self.state is not PrinterState.READY)  # any fault pauses it as well
        first = f"030,{is_in[PrinterState.PAPER_OUT]},{stopped},1218,{len(self.buffer):03d},0,0,{partial:d}"
        first += f",000,0,0,{is_in[PrinterState.UNKNOWN]}"
        head, ribbon = is_in[PrinterState.HEAD_OPEN], is_in[PrinterState.RIBBON_OUT]
        second = f"000,0,{head},{ribbon},1,2,4,0,00000000,1,000"
        return f"\x02{first}\x03\r\n\x02{second}\x03\r\n\x021234,0\x03\r\n".encode()


def _read_count(path: Path | None) -> int:
    try:
        return int(path.read_text("ascii")) if path is not None else 0
    except (OSError, ValueError):
        return 0  # a new printer


def _write_count(path: Path, count: int) -> None:
    """In one step: a desk that is killed meanwhile finds the old count or the new one."""
    new = path.with_name(path.name + ".new")
    new.write_text(str(count), "ascii")
    new.replace(path)
