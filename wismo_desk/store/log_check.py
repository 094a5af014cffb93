"""Looks into a write-ahead log for commits that SQLite leaves out: it takes a damaged frame for the end of the log.

Source: sqlite.org/fileformat2.html, “The Write-Ahead Log”, and walformat.html, “The WAL-Index File Format”.
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path
from typing import Any, Final

_HEADER: Final = struct.Struct(">8I")  # magic, version, page size, checkpoint, two salts, two checksums
_FRAME: Final = struct.Struct(">6I")  # page, pages after commit (0: none), two salts, two checksums
_MX_FRAME: Final = 16  # in the index: how many frames SQLite takes for good, in the machine's byte order

_LOOKS: Final = 20


def leaves_out_commits(file: Any, path: Path) -> bool:
    """Whether the log of `path`, open on the connection `file`, holds whole transactions that SQLite does not
    read. The last one may be torn by a power cut, and then nobody was told of it; but the next one is written
    only once it is on the disk, so one that something follows was acknowledged."""
    log, index = path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")
    if not log.exists() or log.stat().st_size <= _HEADER.size:
        return False
    file.execute("SELECT count(*) FROM sqlite_master").fetchone()  # now the index is that of this log
    if not index.exists():
        return False
    for _ in range(_LOOKS):
        taken = _taken(index)
        if not _is_followed(log, taken):
            return False
        if _taken(index) == taken:
            return True
    return False  # a desk at work wrote on while this looked: what was behind the mark is before it now


def _taken(index: Path) -> int:
    with index.open("rb") as shared:
        shared.seek(_MX_FRAME)
        return int.from_bytes(shared.read(4), sys.byteorder)


def _is_followed(log: Path, taken: int) -> bool:
    """Whether behind the first `taken` frames a commit is followed by more of the same log."""
    with log.open("rb") as frames:
        _, _, page, _, *salts, _, _ = _HEADER.unpack(frames.read(_HEADER.size))
        if not 512 <= page <= 65536:
            return False
        committed, size = False, _FRAME.size + page
        frames.seek(_HEADER.size + taken * size)
        while len(head := frames.read(_FRAME.size)) == _FRAME.size:
            _, pages, *rest = _FRAME.unpack(head)
            ours = rest[:2] == salts
            if ours and committed:
                return True
            committed = committed or (ours and pages > 0)
            frames.seek(page, 1)
    return False
