"""Rows as a file for a spreadsheet: CSV or XLSX, in which no cell can become a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final

from wismo_desk.errors import SettingsProblem

Value = str | int | float | date | datetime | None
# What a spreadsheet may read as the beginning of a formula, or strips until it finds one (OWASP, CSV injection).
_ACTIVE: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_XLSX_ROWS: Final = 1_048_575  # below the header; a sheet ends there


def harmless(text: str) -> str:
    """The same text, which a spreadsheet shows and never computes: an apostrophe before it where needed."""
    begins = text.lstrip(" \u00a0\u202f\ufeff\x00")
    return f"'{text}" if begins.startswith(_ACTIVE) else text


def write_csv(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[Value]], *, separator: str = ";"
) -> int:
    """UTF-8 with its mark, so that spreadsheets know; how many rows. Raises SettingsProblem where the folder
    cannot be written to."""
    count = 0
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            out = csv.writer(file, delimiter=separator, quoting=csv.QUOTE_MINIMAL)
            out.writerow([harmless(title) for title in header])
            for row in rows:
                out.writerow([_plain(value) for value in row])
                count += 1
    except OSError as error:
        raise _unwritable(path, error) from error
    return count


def write_xlsx(path: Path, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> int:
    """One sheet, every text as text, days and moments as such; rows that a sheet cannot hold are refused."""
    # No types come with it. Only for this file: not before the first paint.
    import xlsxwriter  # type: ignore[import-untyped]

    count, failures = 0, (OSError, xlsxwriter.exceptions.FileCreateError)
    try:
        path.open("wb").close()  # what cannot be written fails here, before there are temporary files
        with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False}) as book:
            sheet = book.add_worksheet()
            bold = book.add_format({"bold": True})
            forms = {date: book.add_format({"num_format": "dd/mm/yyyy"})}
            forms[datetime] = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
            sheet.freeze_panes(1, 0)
            for column, title in enumerate(header):
                sheet.write_string(0, column, harmless(title), bold)
                sheet.set_column(column, column, 18)
            for count, row in enumerate(rows, 1):
                if count > _XLSX_ROWS:
                    raise SettingsProblem(
                        "A sheet holds {most} rows at most. Export as CSV, or filter first.", most=_XLSX_ROWS
                    )
                for column, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(count, column, harmless(value))
                    elif isinstance(value, date):
                        sheet.write_datetime(count, column, value, forms[type(value)])
                    elif value is not None:
                        sheet.write_number(count, column, value)
    except SettingsProblem:
        path.unlink(missing_ok=True)
        raise
    except failures as error:
        raise _unwritable(path, error) from error
    return count


def _plain(value: Value) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return harmless(value) if isinstance(value, str) else value


def _unwritable(path: Path, error: Exception) -> SettingsProblem:
    return SettingsProblem(
        "The folder {folder} cannot be written to. Choose another one in the settings.",
        folder=str(path.parent),
        raw=str(error),
    )
