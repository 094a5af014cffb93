"""Cuts the bytes that arrive at a ZPL printer into labels and questions, as they come."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_START: Final = re.compile(rb'\^XA|~HQES|~HS|~HI|! U1 getvar "([^"\r\n]*)"', re.IGNORECASE)
_END: Final = re.compile(rb"\^XZ", re.IGNORECASE)
_LONGEST_QUESTION: Final = 96


@dataclass(frozen=True, slots=True)
class Format:
    """One label as it was received, from ^XA to ^XZ included."""

    content: bytes


@dataclass(frozen=True, slots=True)
class Question:
    """ "HS", "HQES", "HI", or the name of a variable."""

    about: str


class ZplStream:
    """One connection's bytes. What stands outside formats and questions is dropped, as a printer does."""

    def __init__(self) -> None:
        self._rest = bytearray()

    @property
    def partial(self) -> int:
        """How many bytes of an unfinished format have arrived."""
        return len(self._rest) if self._rest[:3].upper() == b"^XA" else 0

    def feed(self, piece: bytes) -> Iterator[Format | Question]:
        self._rest += piece
        while (start := _START.search(self._rest)) is not None:
            if start[0].upper() != b"^XA":
                about = start[1] if start[1] is not None else start[0][1:].upper()
                del self._rest[: start.end()]
                yield Question(bytes(about).decode("ascii", "replace"))
                continue
            del self._rest[: start.start()]
            end = _END.search(self._rest)
            if end is None:
                return
            content = bytes(self._rest[: end.end()])
            del self._rest[: end.end()]
            yield Format(content)
        del self._rest[:-_LONGEST_QUESTION]
