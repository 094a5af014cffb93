"""How much memory this process has, and of what kind; on Linux, 0 elsewhere. Megabytes are millions of bytes."""

from __future__ import annotations

import ctypes
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

_ARENAS = re.compile(rb"(\d+) arenas \* (\d+) bytes/arena")


def memory_mb() -> float:
    """Resident: what the process made, and the pages of files (libraries, fonts) that it has looked at."""
    found = Path("/proc/self/statm")
    return int(found.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6 if found.exists() else 0.0


def own_mb() -> float:
    """Of it what the process made itself, without the code of libraries and pages of files.
    (What counts as private differs with what else is running: two programs share Qt's code.)"""
    found = Path("/proc/self/smaps_rollup")
    if not found.exists():
        return 0.0
    said = (line.split() for line in found.read_text().splitlines())
    return sum(int(words[1]) for words in said if words[0] == "Anonymous:") * 1024 / 1e6


def python_mb() -> float:
    """Python's own heap: modules, classes, texts, rows, free room between them. CPython tells it on stderr only."""
    tell: Any = getattr(sys, "_debugmallocstats", None)
    if tell is None:
        return 0.0
    with tempfile.TemporaryFile() as file:
        sys.stderr.flush()
        kept = os.dup(2)
        try:
            os.dup2(file.fileno(), 2)
            tell()
        finally:
            os.dup2(kept, 2)
            os.close(kept)
        file.seek(0)
        found = _ARENAS.search(file.read())
    return int(found[1]) * int(found[2]) / 1e6 if found else 0.0


def sqlite_mb() -> float:
    """The pages that SQLite keeps decrypted, and its statements, over all connections."""
    from sqlcipher3 import _sqlite3

    used: Any = getattr(ctypes.CDLL(_sqlite3.__file__), "sqlite3_memory_used", None)
    if used is None:
        return 0.0
    used.restype = ctypes.c_longlong
    return int(used()) / 1e6


def kinds() -> dict[str, float]:
    """Together the resident memory."""
    own, python, sqlite = own_mb(), python_mb(), sqlite_mb()
    return {
        "pages of libraries and fonts, which programs share": memory_mb() - own,
        "Python's objects": python,
        "pages of the database": sqlite,
        "Qt, pictures of rows, columns of numbers": own - python - sqlite,
    }
