"""Where a station keeps its files: machine-wide, since several people share one bench."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

ENVIRONMENT: Final = "WISMO_DESK_FOLDER"
_NAME: Final = "wismo-desk"


def data_folder() -> Path:
    """The environment's word, else the machine's folder where this user may write, else the user's own."""
    told = os.environ.get(ENVIRONMENT, "")
    if told:
        return Path(told)
    if sys.platform == "win32":
        return Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData")) / "WISMO Desk"
    if sys.platform == "darwin":
        return Path("/Users/Shared/WISMO Desk")
    shared = Path("/var/lib") / _NAME
    if shared.is_dir() and os.access(shared, os.W_OK):
        return shared
    return Path(os.environ.get("XDG_DATA_HOME", str(Path.home() / ".local" / "share"))) / _NAME


def practice_folder() -> Path:
    """Practice lives apart: its files can never meet real ones."""
    return data_folder() / "practice"
