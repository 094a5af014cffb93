"""Disk space kept aside: given up when the disk is full, so that what was already done can still be written down."""

from __future__ import annotations

import logging
import os
import shutil
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

NAME: Final = "ballast"
SIZE: Final = 64 * 1024 * 1024
_PIECE: Final = 1024 * 1024


class Ballast:
    """A file beside the journal that holds nothing but its place."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME

    def lay(self, *, size: int = SIZE, leave: int) -> bool:
        """Whether it is there. It is not laid where fewer than `leave` bytes would stay free."""
        if self._path.exists() and self._path.stat().st_size >= size:
            return True
        if shutil.disk_usage(self._path.parent).free < size + leave:
            return False
        draft = self._path.with_name(f"{NAME}.new")
        try:
            with draft.open("wb") as file:
                _fill(file.fileno(), size)
            draft.replace(self._path)
        except OSError:
            draft.unlink(missing_ok=True)
            log.warning("no ballast could be laid")
            return False
        return True

    def drop(self) -> bool:
        """Whether there was some to give up."""
        try:
            self._path.unlink()
        except OSError:
            return False
        log.warning("the disk is full: the ballast is given up")
        return True


def _fill(file: int, size: int) -> None:
    """Really allocated, not a hole."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file, 0, size)
        return
    for _ in range(0, size, _PIECE):
        os.write(file, bytes(_PIECE))
