"""Scales: one protocol, a serial scale that speaks MT-SICS, and one whose weight is set by program."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from types import TracebackType
from typing import TYPE_CHECKING, Final, Protocol

from wismo_desk.errors import DeskError, Refused

if TYPE_CHECKING:
    from serial import Serial

_GRAMS: Final = {"mg": Decimal("0.001"), "g": Decimal(1), "kg": Decimal(1000), "t": Decimal(1_000_000)}
_ANSWER: Final = re.compile(r"S\s+([SD])\s+(-?\s*\d+(?:\.\d*)?)\s*([a-z]+)")
_ASK_NOW: Final = b"SI\r\n"  # the weight now, stable or not; "S" would wait for a stable one


@dataclass(frozen=True, slots=True)
class Weight:
    """What lies on the scale. Only a stable weight may be kept."""

    grams: int
    stable: bool


class Scale(Protocol):
    def read(self) -> Weight:
        """The weight now. Refused: the scale cannot tell it, with what to do."""
        ...

    def close(self) -> None: ...


class PracticeScale:
    """A scale whose weight is set by program."""

    def __init__(self, grams: int = 0) -> None:
        self._weight: Weight | None = Weight(grams, True)

    def put(self, grams: int, *, stable: bool = True) -> None:
        self._weight = Weight(grams, stable)

    def unplug(self) -> None:
        """Until the next put()."""
        self._weight = None

    def read(self) -> Weight:
        if self._weight is None:
            raise _silent("")
        return self._weight

    def close(self) -> None:
        pass


class SerialScale:
    """A scale on a serial or USB-serial port, speaking MT-SICS level 0 (Mettler-Toledo and others)."""

    def __init__(self, port: str, *, baud: int = 9600, answer_s: float = 1.0) -> None:
        self._port = port
        self._baud = baud
        self._answer_s = answer_s
        self._line: Serial | None = None

    def read(self) -> Weight:
        # pyserial is not needed before the first weighing, and not at all without a scale.
        from serial import SerialException

        try:
            line = self._open()
            line.reset_input_buffer()
            line.write(_ASK_NOW)
            heard = line.read_until(b"\n", size=64)
        # On POSIX a port that vanished also shows as a bare OSError or termios.error.
        except (SerialException, OSError, _port_error()) as error:
            self.close()
            raise _silent(type(error).__name__) from error
        if not heard.endswith(b"\n"):
            self.close()
            raise _silent("")
        return read_mt_sics(heard)

    def close(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def __enter__(self) -> SerialScale:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open(self) -> Serial:
        from serial import Serial

        if self._line is None:
            self._line = Serial(self._port, self._baud, timeout=self._answer_s, write_timeout=self._answer_s)
        return self._line


def stable_grams(scale: Scale | None) -> int | None:
    """What lies on it; None: no scale, nothing on it, or still moving."""
    if scale is None:
        return None
    try:
        weight = scale.read()
    except DeskError:
        return None
    return weight.grams if weight.stable and weight.grams > 0 else None


def read_mt_sics(heard: bytes) -> Weight:
    """One answer line to S or SI: `S S     1.234 kg` stable, `S D …` moving. Refused for the rest.

    Source: MT-SICS reference manual, level 0, commands S and SI. Grams are rounded half up.
    """
    text = heard.decode("ascii", "replace").strip()
    found = _ANSWER.fullmatch(text)
    if found is not None and found[3] in _GRAMS:
        grams = Decimal(found[2].replace(" ", "")) * _GRAMS[found[3]]
        return Weight(int(grams.to_integral_value("ROUND_HALF_UP")), found[1] == "S")
    match text.split():
        case ["S", "+"]:
            raise Refused("There is too much on the scale. Take something off it.", raw=text)
        case ["S", "-"]:
            raise Refused("The scale is below its zero. Put its plate on and press its zero key.", raw=text)
        case ["S", "I"]:
            raise Refused("The scale is busy. Wait a moment and weigh again.", raw=text)
        case _:
            raise Refused(
                "The scale said something that is not a weight in grams or kilograms. "
                "Set it to kilograms and to MT-SICS.",
                raw=text[:40],
            )


def _silent(raw: str) -> Refused:
    return Refused("The scale does not answer. Check that it is on and connected.", raw=raw)


def _port_error() -> type[Exception]:
    try:
        from termios import error
    except ImportError:  # Windows
        return OSError
    return error
