"""Puts a backup in place of a station's files, once it is proven readable; the present ones are kept aside."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from wismo_desk.errors import Refused, StoreProblem
from wismo_desk.store.copies import damage

_FILES = ("journal.db", "main.db")
_MAYBE = "claims.db"  # not every desk has files of claims


def restore(folder: Path, source: Path, key: bytes, *, now: datetime) -> Path:
    """Returns the folder where the files that were in use now lie. The desk must be closed. Refused, with
    nothing replaced, when the backup is none, damaged, or was made with another key."""
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
        fresh = folder / f"restoring-{now:%Y%m%d-%H%M%S}"
        try:
            _take_over(source, fresh)
            _try_key(fresh, key, source, folder)
            return _swap(folder, fresh, now)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


def _take_over(source: Path, fresh: Path) -> None:
    """Copied first, with what was still in their logs: a full disk or a broken stick replaces nothing. Not
    their rights, a backup may be write-protected."""
    fresh.mkdir()
    for name in (*_FILES, _MAYBE):
        for path in (source / name, source / f"{name}-wal"):
            if path.exists():
                shutil.copyfile(path, fresh / path.name)


def _try_key(fresh: Path, key: bytes, source: Path, folder: Path) -> None:
    found = {name: damage(fresh / name, key) for name in _FILES}
    empty = [name for name in _FILES if not (fresh / name).stat().st_size]
    if all("not a database" in raw for raw in found.values()):
        raise Refused(
            "The backup in {source} was made with another key, or is no backup. Put the station.key that belongs "
            "to it into {folder}, then restore again. Nothing was replaced.",
            source=str(source),
            folder=str(folder),
        )
    for name, raw in found.items():
        if raw or name in empty:
            raise Refused(
                "The backup in {source} is damaged: {name} cannot be used. Take another one. Nothing was "
                "replaced.",
                source=str(source),
                name=name,
                raw=raw,
            )


def _swap(folder: Path, fresh: Path, now: datetime) -> Path:
    aside = folder / f"before-restore-{now:%Y%m%d-%H%M%S}"
    aside.mkdir()
    for name in (*_FILES, _MAYBE):
        for path in folder.glob(f"{name}*"):  # with -wal and -shm
            path.replace(aside / path.name)
    for name in (*_FILES, _MAYBE):
        for path in fresh.glob(f"{name}*"):
            if not path.name.endswith("-shm"):
                path.replace(folder / path.name)
    return aside
