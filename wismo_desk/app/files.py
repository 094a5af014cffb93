"""Puts a backup in place of a station's files, keeping the present ones aside."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from wismo_desk.errors import Refused, StoreProblem

_FILES = ("journal.db", "main.db")


def restore(folder: Path, source: Path, *, now: datetime) -> Path:
    """Returns the folder where the files that were in use now lie. The desk must be closed."""
    for name in _FILES:
        if not (source / name).is_file():
            raise Refused("{source} is not a backup: {name} is missing.", source=str(source), name=name)
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "journal.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise StoreProblem("The desk is open with these files. Close it, then restore.") from error
    with lock:
        aside = folder / f"before-restore-{now:%Y%m%d-%H%M%S}"
        aside.mkdir()
        for name in _FILES:
            for path in folder.glob(f"{name}*"):  # with -wal and -shm
                path.replace(aside / path.name)
            shutil.copy2(source / name, folder / name)
    return aside
