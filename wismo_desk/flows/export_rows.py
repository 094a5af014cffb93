"""Takes shipments out of the grid: a file for a spreadsheet, or a list on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from wismo_desk.documents.script import DrawsText
from wismo_desk.documents.table_file import Value, write_csv, write_xlsx
from wismo_desk.documents.table_sheet import table_sheet
from wismo_desk.domain.watching import Filter, ShipmentRow
from wismo_desk.errors import Refused, SettingsProblem
from wismo_desk.flows.watch import Watch
from wismo_desk.words import Words

ON_PAPER: Final = 2_000  # rows: forty pages
_CHUNK: Final = 500
_SHARES: Final = (3.2, 1.1, 2.6, 2.2, 2.0, 1.1)


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
    said: Callable[[ShipmentRow], tuple[str, str]]  # its status and what is wrong with it, as people say it
    fonts: Path
    draw: DrawsText | None = None

    def __call__(self, asked: Filter, kind: TableKind, rows: Sequence[int] = ()) -> Path:
        """What `asked` shows, or only `rows` (local row ids). Raises Refused for more than paper can bear,
        SettingsProblem where the folder cannot be written to."""
        wanted = rows or self.watch.rows(asked)
        now = self.watch.clock().astimezone(self.words.zone)
        path = self._path(kind, now)
        match kind:
            case TableKind.CSV:
                separator = ";" if self.words.language == "fr" else ","
                write_csv(path, self._header(), self._values(wanted), separator=separator)
            case TableKind.XLSX:
                write_xlsx(path, self._header(), self._values(wanted))
            case TableKind.PDF:
                path.write_bytes(self._paper(wanted, now))
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

    def _header(self) -> tuple[str, ...]:
        words = self.words
        return (
            *(words("Order"), words("Status"), words("Anomaly"), words("Since"), words("Who")),
            *(words("Carrier"), words("Service"), words("Number"), words("Parcels")),
            *(words("Customer"), words("Place"), words("Promised")),
            *(words("Expected from"), words("Expected to"), words("Last event"), words("Where")),
        )

    def _values(self, wanted: Sequence[int]) -> Iterator[tuple[Value, ...]]:
        zone = self.words.zone
        for row in self._pages(wanted):
            worst = row.anomalies[0] if row.anomalies else None
            since = worst.since.astimezone(zone).replace(tzinfo=None) if worst and worst.since else None
            found = row.expected
            yield (
                *(row.order_number, *self.said(row), since, row.owner),
                *(row.carrier_name or row.carrier, row.service_name or row.service, row.number, row.parcels),
                *(row.customer, row.place, row.promised_on),
                *((found.low, found.high) if found else (None, None)),
                row.event_at.astimezone(zone).replace(tzinfo=None),
                row.event_place,
            )

    def _paper(self, wanted: Sequence[int], now: datetime) -> bytes:
        words = self.words
        if len(wanted) > ON_PAPER:
            raise Refused(
                "{n} rows would be {pages} pages. Filter first, or tick the rows to print.",
                n=len(wanted),
                pages=-(-len(wanted) // 47),
            )
        header = (
            *(words("Anomaly"), words("Order"), words("Customer · place")),
            *(words("Carrier"), words("Number"), words("Promised")),
        )
        rows = [
            (
                self.said(row)[1],
                row.order_number,
                f"{row.customer} · {row.place}".strip(" ·"),
                f"{row.carrier_name or row.carrier} {row.service_name or row.service}",
                row.number,
                words.date(row.promised_on) if row.promised_on else "",
            )
            for row in self._pages(wanted)
        ]
        title = words("Shipments, {when}", when=f"{words.date(now.date())} {now:%H:%M}")
        return table_sheet(title, header, rows, _SHARES, words=words, fonts=self.fonts, draw=self.draw)
