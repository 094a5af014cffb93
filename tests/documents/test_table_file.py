"""Files for spreadsheets: no cell becomes a formula, and what was written is what is read."""

from __future__ import annotations

import csv
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.documents import table_file
from wismo_desk.documents.table_file import harmless, write_csv, write_xlsx
from wismo_desk.errors import SettingsProblem

EVIL = [
    "=1+1",
    "+33612345678",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "\u00a0@x",
    "＝1",
    "\ufeff=1",
]


@pytest.mark.parametrize("text", EVIL)
def test_what_a_spreadsheet_would_compute_is_shown(text: str) -> None:
    assert harmless(text) == f"'{text}"


@given(st.text())
def test_no_text_begins_a_formula(text: str) -> None:
    assert not harmless(text).lstrip(" \u00a0\u202f\ufeff\x00").startswith(("=", "+", "-", "@", "\t", "\r"))
    assert harmless(text).endswith(text)


def test_csv_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    rows = [
        ("8000", 'Zoé; "L\'Église"', date(2026, 11, 22), datetime(2026, 11, 22, 9, 5), None, 2),
        ("=cmd", "", None, None, None, -2),
    ]
    assert write_csv(path, ("Commande", "=Client", "a", "b", "c", "d"), rows) == 2
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.reader(file, delimiter=";"))
    assert found[0][1] == "'=Client"
    assert found[1] == ["8000", 'Zoé; "L\'Église"', "2026-11-22", "2026-11-22 09:05", "", "2"]
    assert found[2] == ["'=cmd", "", "", "", "", "-2"]
    # The naive twin writes what it is given.
    with (tmp_path / "naive.csv").open("w", newline="") as file:
        csv.writer(file).writerow(["=cmd"])
    assert (tmp_path / "naive.csv").read_text().startswith("=")


def test_xlsx_has_texts_days_and_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "rows.xlsx"
    assert (
        write_xlsx(
            path, ("A", "B", "C"), [(text, date(2026, 11, 22), 4) for text in EVIL if text.isprintable()]
        )
        > 4
    )
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<v>46348</v>" in sheet  # the day as a day
    assert "'=1+1" in sheet


def test_a_full_sheet_and_a_closed_folder_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_file, "_XLSX_ROWS", 2)
    with pytest.raises(SettingsProblem, match="A sheet holds"):
        write_xlsx(tmp_path / "rows.xlsx", ("A",), [("x",)] * 3)
    with pytest.raises(SettingsProblem):
        write_csv(tmp_path / "nowhere" / "rows.csv", ("A",), [])
    with pytest.raises(SettingsProblem):
        write_xlsx(tmp_path / "nowhere" / "rows.xlsx", ("A",), [])
