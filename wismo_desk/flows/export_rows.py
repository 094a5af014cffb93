"""Takes shipments out of the grid: a file for a spreadsheet, or a list on paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from wismo_desk.documents.script import DrawsText
from wismo_desk.documents.table_file import write_csv, write_xlsx
from wismo_desk.documents.table_sheet import table_sheet
from wismo_desk.domain.watching import Filter, ShipmentRow
from wismo_desk.errors import Refused, SettingsProblem
from wismo_desk.flows.export_columns import FileColumns, PaperColumns, Said
from wismo_desk.flows.watch import Watch
from wismo_desk.words import Words

ON_PAPER: Final = 2_000  # rows: forty pages
_CHUNK: Final = 500
_UPRIGHT: Final = 14.0  # shares that an upright page holds
_LINES: Final = (46, 30)  # rows of an upright page, of a lying one


class TableKind(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRows:
    """`folder` is where it lies. All of it runs on a lane; rows are read in pages, so memory stays small."""

    watch: Watch
    words: Words
    folder: Path
    said: Said
    fonts: Path
    draw: DrawsText | None = None

    def __call__(
        self, asked: Filter, kind: TableKind, rows: Sequence[int] = (), columns: Sequence[str] = ()
    ) -> Path:
        """What `asked` shows, or only `rows` (local row ids). `columns`: keys of the grid's, in the order of the
        file; without them it has every one. Raises Refused for more
        than paper can bear, SettingsProblem where the folder cannot be written to."""
        wanted = rows or self.watch.rows(asked)
        now = self.watch.clock().astimezone(self.words.zone)
        path = self._path(kind, now)
        table = FileColumns(self.words, self.said, columns)
        values = (table.values(row) for row in self._pages(wanted))
        match kind:
            case TableKind.CSV:
                separator = ";" if self.words.language == "fr" else ","
                write_csv(path, table.header(), values, separator=separator)
            case TableKind.XLSX:
                write_xlsx(path, table.header(), values)
            case TableKind.PDF:
                path.write_bytes(self._paper(wanted, now, columns))
        return path

    def _path(self, kind: TableKind, now: datetime) -> Path:
        name = self.words("Shipments")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsProblem(
                "The folder {folder} cannot be written to. Choose another one in the settings.",
                folder=str(self.folder),
                raw=error.strerror or str(error),
            ) from error
        return self.folder / f"{name} {now:%Y-%m-%d %Hh%M%S}.{kind.value}"

    def _pages(self, wanted: Sequence[int]) -> Iterator[ShipmentRow]:
        for start in range(0, len(wanted), _CHUNK):
            yield from self.watch.page(wanted[start : start + _CHUNK])

    def _paper(self, wanted: Sequence[int], now: datetime, keys: Sequence[str]) -> bytes:
        words = self.words
        columns = PaperColumns(words, self.said, keys)
        lying = sum(columns.shares) > _UPRIGHT
        if len(wanted) > ON_PAPER:
            raise Refused(
                "{n} rows would be {pages} pages. Filter first, or tick the rows to print.",
                n=len(wanted),
                pages=-(-len(wanted) // _LINES[lying]),
            )
        rows = [columns.values(row) for row in self._pages(wanted)]
        title = words("Shipments, {when}", when=f"{words.date(now.date())} {now:%H:%M}")
        return table_sheet(
            *(title, columns.header(), rows, columns.shares),
            words=words,
            fonts=self.fonts,
            draw=self.draw,
            lying=lying,
        )
