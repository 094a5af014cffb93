"""What the whole process is told before its work begins: how threads take turns, and that memory is not wasted."""

from __future__ import annotations

import ctypes
import importlib
import os
import sys
from typing import Any, Final

_TURN_S: Final = 0.0005  # a busy thread must not hold the window (desktop.md, GIL)
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # of glibc's mallopt, <malloc.h>
_LARGE: Final = 256 * 1024  # bytes: pieces from here on are given back to the system as soon as they are free
_ARENAS: Final = 2


def begin_process() -> None:
    """Once, before other threads are there."""
    sys.setswitchinterval(_TURN_S)
    # numpy's algebra, which nobody here uses, starts a thread on every core, and sets forty megabytes aside for each.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    share_arenas()


def share_arenas() -> bool:
    """A desk has some twenty threads. glibc gives each a heap of its own and lets what counts as a large piece grow
    up to 32 MB: memory that one thread let go stays with it. False where there is no such C library."""
    tune: Any = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if tune is None:
        return False
    wanted = ((_ARENA_MAX, _ARENAS), (_MMAP_THRESHOLD, _LARGE), (_TRIM_THRESHOLD, _LARGE))
    taken = [tune(name, value) for name, value in wanted]
    return all(taken)


def spare_sources() -> bool:
    """Before the window's modules are imported. PySide reads the whole source of every module that is imported after it
    (it looks for `from __feature__ import`, which nobody here writes) and Python's `linecache` keeps it all: thirty
    megabytes, and a sixth of the time that importing takes. False when this PySide does no such thing."""
    importlib.import_module("PySide6.QtCore")
    feature: Any = sys.modules.get("shibokensupport.feature")
    if not hasattr(feature, "_mod_uses_pyside"):
        return False
    feature._mod_uses_pyside = _uses_no_features
    return True


def _uses_no_features(_module: object) -> bool:
    return False
