"""Takes orders out of the files that lie in the data folder: order exports that came in, slips that were drawn."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wismo_desk.domain.order_columns import Field
from wismo_desk.domain.order_file import Mapping as Columns
from wismo_desk.domain.order_file_text import Row, Table, decode, read_table
from wismo_desk.errors import BadInput

_TABLES: Final = frozenset((".csv", ".txt", ".tsv"))
_TAKEN_IN: Final = ("done", "error")  # in `in` and `to_map` they wait: when taken in, they come here
_LONG: Final = 4  # a shorter number may stand in any column of a table whose columns nobody knows


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanFiles:
    """`watched` is the folder of order files, `columns` says which column of a header is what."""

    watched: Callable[[], Path]
    documents: Path
    columns: Callable[[Sequence[str]], Columns]

    def __call__(self, numbers: Collection[str], *, since: float = 0) -> list[Path]:
        """Without the lines and slips of these orders; which files changed or went. `since`: only files that were
        written from that time on (seconds since 1970)."""
        if not numbers:
            return []
        changed = []
        for path in self._files():
            if path.stat().st_mtime >= since and self._clean(path, numbers):
                changed.append(path)
        return changed

    def newest(self) -> float:
        """When the newest of these files was written."""
        return max((path.stat().st_mtime for path in self._files()), default=0.0)

    def drop_old(self, before: float) -> int:
        """Order files that came in before that time; how many went."""
        old = [path for path in self._taken_in() if path.stat().st_mtime < before]
        for path in old:
            path.unlink()
        return len(old)

    def _files(self) -> Iterator[Path]:
        yield from self._taken_in()
        if self.documents.is_dir():
            yield from (path for path in sorted(self.documents.iterdir()) if path.is_file())

    def _taken_in(self) -> Iterator[Path]:
        for name in _TAKEN_IN:
            folder = self.watched() / name
            if folder.is_dir():
                yield from (path for path in sorted(folder.iterdir()) if path.is_file())

    def _clean(self, path: Path, numbers: Collection[str]) -> bool:
        if path.suffix.lower() not in _TABLES:
            return self._drop_slip(path, numbers)
        data = path.read_bytes()
        kept = self._without(data, numbers)
        if kept == data:
            return False
        fresh = path.with_name(f".{path.name}")
        fresh.write_bytes(kept)
        fresh.replace(path)
        return True

    def _drop_slip(self, path: Path, numbers: Collection[str]) -> bool:
        """A paper is named by its order (ui.page_papers.keep)."""
        named = f" {path.stem} "
        if any(f" {_safe(number)} " in named for number in numbers):
            path.unlink()
            return True
        return False

    def _without(self, data: bytes, numbers: Collection[str]) -> bytes:
        text, encoding = decode(data)
        if not any(number in text for number in numbers):
            return data
        try:
            table = read_table(data)
        except BadInput:  # no table that anybody could have taken in
            return data
        gone = [row for row in table.rows if self._is_of(row, table, numbers)]
        if not gone:
            return data
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for row in reversed(gone):
            del lines[row.line_no - 1 : row.line_no + row.raw.count("\n")]
        newline = "\r\n" if "\r\n" in text else "\n"
        mark = "\ufeff" if data.startswith(b"\xef\xbb\xbf") else ""
        return (mark + newline.join(lines).removeprefix("\ufeff")).encode(encoding, errors="replace")

    def _is_of(self, row: Row, table: Table, numbers: Collection[str]) -> bool:
        mapping = self.columns(table.header).to_dict()
        named = {mapping.get(field.value, "") for field in (Field.ORDER, Field.NUMBER)} - {""}
        if named and len(row.fields) == len(table.header):
            cells = [cell for name, cell in zip(table.header, row.fields, strict=True) if name in named]
            return any(cell in numbers for cell in cells)
        return any(cell in numbers and len(cell) >= _LONG for cell in row.fields)


def _safe(number: str) -> str:
    return "".join(ch if ch.isalnum() or ch in "-_ " else "-" for ch in number).strip()
