"""Tracking pages into a folder: of this computer, of the network, or one that another program brings to the web."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from wismo_desk.domain.shelf import clean_name
from wismo_desk.errors import SettingsProblem, ShelfUnreachable

_UNREACHABLE: Final = (
    "The folder of the tracking pages cannot be written: {folder}. The pages wait and are tried again."
)


class FolderShelf:
    """Raises SettingsProblem when there is no such folder: it is not made, so that a network drive that is away is not
    mistaken for an empty one."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise SettingsProblem(
                "The folder of the tracking pages is not there: {folder}. Make it, or choose another.",
                folder=str(folder),
                field="folder",
            )
        self._folder = folder

    def put(self, name: str, content: bytes) -> None:
        path = self._folder / clean_name(name)
        fresh = path.with_name(f".{path.name}.part")
        try:
            fresh.write_bytes(content)
            fresh.replace(path)
        except OSError as error:
            fresh.unlink(missing_ok=True)
            raise self._away(error) from error

    def drop(self, name: str) -> None:
        try:
            (self._folder / clean_name(name)).unlink(missing_ok=True)
        except OSError as error:
            raise self._away(error) from error

    def close(self) -> None:
        """Nothing is held open."""

    def _away(self, error: OSError) -> ShelfUnreachable:
        return ShelfUnreachable(_UNREACHABLE, folder=str(self._folder), raw=error.strerror or str(error))
