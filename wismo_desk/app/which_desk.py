"""Which folder a command line means, and whether there is a desk in it: a mistyped one is no new desk."""

from __future__ import annotations

import re
from argparse import Namespace
from datetime import date
from pathlib import Path
from typing import Final

from wismo_desk.errors import Refused
from wismo_desk.settings.folders import data_folder, practice_folder

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_MAKERS: Final = frozenset({"window", "demo"})  # made to open a desk where there is none
NO_DESK: Final = (
    "There is no desk in {path}. Check --folder, or open the desk there first; with --new this command makes one "
    "there."
)


def settle_folder(options: Namespace, today: date) -> None:
    """Says in `options` which folder is meant, and whether it is a practice desk's. A practice desk keeps each day in
    a folder of its own: its window finds the day by itself, a command is told either of the two."""
    folder: Path = options.folder or (practice_folder() if options.practice else data_folder())
    if options.command == "window":
        folder = folder.parent if options.practice and is_practice_day(folder) else folder
    elif is_practice_day(folder):
        options.practice = True
    else:
        day = folder / today.isoformat()
        options.practice = options.practice or (not has_desk(folder) and is_practice_day(day))
        folder = day if options.practice else folder
    options.folder = folder


def is_practice_day(folder: Path) -> bool:
    """One day of a practice desk, by its name and the machines that it pretends to have."""
    return _DAY.fullmatch(folder.name) is not None and (folder / "machines").is_dir()


def has_desk(folder: Path) -> bool:
    """Its files, or the settings that a worker's folder begins with."""
    return any((folder / name).exists() for name in ("journal.db", "station.toml"))


def need_desk(options: Namespace) -> None:
    """Raises Refused where the command would make a desk that nobody asked for. Practice may: it is gone tomorrow."""
    if options.command in _MAKERS or options.practice or options.new or has_desk(options.folder):
        return
    raise Refused(NO_DESK, path=str(options.folder))
