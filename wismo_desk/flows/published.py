"""What is out there: a mark of each file as it was last published. A file of lines, since it is asked of every page."""

from __future__ import annotations

from hashlib import blake2s
from pathlib import Path
from typing import Final

_SPARE: Final = 1000  # lines that say what is known better, before the file is written anew


class Published:
    """It holds names of files and marks of what they held: nobody's data. Lost, every page is published once more.
    `place`: where they went; pages of another place are not there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._marks: dict[str, str] | None = None
        self._lines = 0

    def has(self, place: str, name: str, content: bytes) -> bool:
        return self._read().get(f"{place}/{name}") == _mark(content)

    def note(self, place: str, name: str, content: bytes | None) -> None:
        """None: it is gone."""
        marks, key = self._read(), f"{place}/{name}"
        mark = _mark(content) if content is not None else ""
        if mark:
            marks[key] = mark
        else:
            marks.pop(key, None)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if self._lines > len(marks) + _SPARE:
            self._write_anew(marks)
            return
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{key} {mark or '-'}\n")
        self._lines += 1

    def _read(self) -> dict[str, str]:
        if self._marks is None:
            self._marks = {}
            lines = self._path.read_text("utf-8", "replace").splitlines() if self._path.exists() else []
            self._lines = len(lines)
            for line in lines:
                key, _, mark = line.partition(" ")
                if mark == "-":
                    self._marks.pop(key, None)
                elif key and mark:
                    self._marks[key] = mark
        return self._marks

    def _write_anew(self, marks: dict[str, str]) -> None:
        fresh = self._path.with_suffix(".new")
        fresh.write_text("".join(f"{key} {mark}\n" for key, mark in marks.items()), encoding="utf-8")
        fresh.replace(self._path)
        self._lines = len(marks)


def place_mark(place: str) -> str:
    return blake2s(place.encode(), digest_size=4).hexdigest()


def _mark(content: bytes) -> str:
    return blake2s(content, digest_size=10).hexdigest()
