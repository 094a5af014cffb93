"""What a printer says of itself, and the protocol every printer of the desk speaks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class PrinterState(StrEnum):
    """Closed vocabulary; each has its own sentence on screen. Not answering is not the same as offline:
    Zebra printers may stay silent with the head open or the paper out."""

    READY = "ready"
    PAPER_OUT = "paper_out"
    HEAD_OPEN = "head_open"
    PAUSED = "paused"
    RIBBON_OUT = "ribbon_out"
    NOT_ANSWERING = "not_answering"  # connected, no status came
    OFFLINE = "offline"  # no connection
    UNKNOWN = "unknown"  # a status that was not understood; raw holds it


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterStatus:
    """`odometer`: labels printed since manufacture, None when the printer cannot say. `queued`: formats
    still in its buffer, None likewise."""

    state: PrinterState
    odometer: int | None = None
    queued: int | None = None
    raw: str = ""


class Printer(Protocol):
    """One label printer. One writer at a time: the caller's lane sees to it."""

    @property
    def name(self) -> str: ...

    def status(self) -> PrinterStatus:
        """Never raises: what cannot be reached is a state."""
        ...

    def send(self, payload: bytes) -> None:
        """Hand over one label. PrinterProblem: no byte left. PrintUnknown: it broke after the first byte."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterProfile:
    """A printer as the station's settings describe it."""

    name: str
    address: str = "127.0.0.1"
    port: int = 9100
    dpi: int = 203  # 203 or 300
    language: str = "graphic"  # "graphic" (^GF) or "native" (^A ^BC)
    encoding: str = "z64"  # of ^GF: "z64" or "acs", for printers that refuse Z64
    odometer: bool = True  # ask for the label counter
