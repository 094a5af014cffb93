"""Keys that stand above all sections, lists of sections and contracts: what cannot be used is told, never misread."""

from __future__ import annotations

from pathlib import Path

import pytest

from wismo_desk.errors import SettingsProblem
from wismo_desk.settings import Settings, load, save
from wismo_desk.settings.station import FILE
from wismo_desk.settings.strange import strange_keys


def _load(folder: Path, text: str) -> Settings:
    (folder / FILE).write_text(text, encoding="utf-8")
    return load(folder)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('weigh = "no"', "weigh"),  # a text is true to Python: the bench would go on weighing
        ('retention_days = "90"', "retention_days"),
        ("tenant = 1.5", "tenant"),
        ("volume = true", "volume"),
        ("station = 3", "station"),
        ("day_ends = 20:00:00", "day_ends"),
        ('gate = "open"', "gate"),
        ('language = "de"', "language"),
        ('theme = "Dark"', "theme"),
        ('[mail]\nlanguage = "FR"', "mail.language"),
        ('[shipper]\nstreet = "1 rue des Lilas"', "shipper.street"),  # one letter a line on every label
        ("[shipper]\npostcode = 75011", "shipper.postcode"),
        ("[cut_offs]\ncolissimo = 17:30:00", "cut_offs.colissimo"),
        ('[carriers]\ncolissimo = "123456"', "carriers.colissimo"),
        ("[carriers.colissimo]\ncontract = true", "carriers.colissimo.contract"),
        ('printers = "Zebra"', "printers"),
        ('[printers]\nname = "Zebra"', "printers"),
        ("[[printers]]\ndpi = 203", "printers"),
        ('[[printers]]\nname = "Zebra"\nport = "9100"', "[printers].port"),
        ("[cartons]\nnumber = 1", "cartons"),
        ('[mail.accounts]\nshop = "A"\nhost = "b.example"', "mail.accounts"),
    ],
)
def test_what_cannot_be_used_is_told_by_key(tmp_path: Path, text: str, field: str) -> None:
    with pytest.raises(SettingsProblem) as told:
        _load(tmp_path, text)
    assert told.value.field == field
    assert told.value.raw == ""  # the sentence says it, no word of Python's


def test_a_contract_s_number_may_stand_without_marks(tmp_path: Path) -> None:
    assert _load(tmp_path, "[carriers.colissimo]\ncontract = 123456").carriers == {
        "colissimo": {"contract": "123456"}
    }


def test_a_file_with_the_mark_that_an_editor_writes_is_read_and_kept(tmp_path: Path) -> None:
    found = _load(tmp_path, '\ufeff# of the supervisor\nstation = "Quai 3"\nstaton = 1\n')
    assert found.station == "Quai 3"
    assert strange_keys(tmp_path) == (("staton", "station"),)
    save(tmp_path, found)
    assert (tmp_path / FILE).read_text(encoding="utf-8").startswith("# of the supervisor")


def test_no_key_that_is_saved_is_strange(tmp_path: Path) -> None:
    save(tmp_path, Settings())
    assert strange_keys(tmp_path) == ()
