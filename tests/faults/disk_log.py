"""What SQLite asked of the disk, as recorded, and what a disk may hold of it after the power went at any moment.

A disk that tells the truth: what was synced is there. What was written since may be there or not, sector by sector
of 512 bytes, in any order, the last ones torn within; a file made or deleted since may be there or not.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_HEAD: Final = struct.Struct("<ciqi")
_SECTOR: Final = 512


@dataclass(frozen=True, slots=True)
class Asked:
    """One record of `recording_vfs.c`."""

    kind: str
    file: int
    offset: int
    data: bytes


def read_log(path: Path) -> list[Asked]:
    raw, at, found = path.read_bytes(), 0, []
    while at + _HEAD.size <= len(raw):
        kind, file, offset, length = _HEAD.unpack_from(raw, at)
        at += _HEAD.size
        with_bytes = kind in b"WCO"
        found.append(Asked(kind.decode(), file, offset, raw[at : at + length] if with_bytes else b""))
        at += length if with_bytes else 0
    return found


@dataclass(slots=True)
class _File:
    name: str
    sure: bool  # its place in the folder is on the disk
    content: bytearray = field(default_factory=bytearray)
    waiting: list[Asked] = field(default_factory=list)
    deleted: bool = False


class Disk:
    """`take` record after record; `after_cut` says what the folder may hold if the power goes now."""

    def __init__(self, before: dict[str, bytes]) -> None:
        """`before`: files by name, as they were when the recording began."""
        self._before = before
        self._files: dict[int, _File] = {}

    def take(self, asked: Asked) -> None:
        if asked.kind in "CO":
            name = Path(asked.data.decode()).name
            known = self._before.get(name, b"") if asked.kind == "O" else b""
            self._files[asked.file] = _File(name, asked.kind == "O", bytearray(known))
            return
        file = self._files[asked.file]
        if asked.kind == "D":
            file.deleted = True
        elif asked.kind == "S":
            for each in file.waiting:
                _apply(file.content, each)
            file.waiting.clear()
            if not file.sure and file.name.endswith("-wal"):  # then SQLite syncs the folder too
                for other in self._files.values():
                    other.sure = True
            file.sure = True
        else:
            file.waiting.append(asked)

    def after_cut(self, chance: random.Random) -> dict[str, bytes]:
        mood = chance.choice(("nothing", "all", "first", "some", "some", "torn"))
        found: dict[str, bytes] = {}
        decided: set[str] = set()
        for file in reversed(self._files.values()):
            if file.name in decided:
                continue
            if not file.sure and chance.random() < 0.5:
                continue  # its creation never reached the disk: an older one of this name may be there
            decided.add(file.name)
            if file.deleted and chance.random() < 0.5:
                continue
            found[file.name] = _held(file, mood, chance)
        for name, content in self._before.items():
            if name not in decided and not any(file.name == name for file in self._files.values()):
                found[name] = content
        return found


def _held(file: _File, mood: str, chance: random.Random) -> bytes:
    content = bytearray(file.content)
    kept = chance.randint(0, len(file.waiting)) if mood == "first" else len(file.waiting)
    if mood == "nothing":
        return bytes(content)
    for asked in file.waiting[:kept]:
        if mood in ("all", "first"):
            _apply(content, asked)
        elif asked.kind == "T":
            if chance.random() < 0.5:
                _apply(content, asked)
        else:
            for piece in _sectors(asked):
                if chance.random() < 0.6:
                    cut = (
                        chance.randrange(len(piece.data))
                        if mood == "torn" and chance.random() < 0.2
                        else None
                    )
                    _apply(content, Asked("W", piece.file, piece.offset, piece.data[:cut]))
    return bytes(content)


def _sectors(asked: Asked) -> Iterator[Asked]:
    at = 0
    while at < len(asked.data):
        size = _SECTOR - (asked.offset + at) % _SECTOR
        yield Asked("W", asked.file, asked.offset + at, asked.data[at : at + size])
        at += size


def _apply(content: bytearray, asked: Asked) -> None:
    if asked.kind == "T":
        del content[asked.offset :]
        content.extend(bytes(max(0, asked.offset - len(content))))
        return
    end = asked.offset + len(asked.data)
    if end > len(content):
        content.extend(bytes(end - len(content)))
    content[asked.offset : end] = asked.data
