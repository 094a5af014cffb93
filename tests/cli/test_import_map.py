"""`wismo-desk import --map`: one column for one field, and a wrong map never stands in a right one's way."""

from __future__ import annotations

from pathlib import Path

import pytest

from wismo_desk.__main__ import main

FILE = "commande;sku;Stück;Nb;nom;adresse;code postal;ville\n{};T-shirt;2;x;Zoé;12 rue X;37000;Tours\n"


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WISMO_DESK_KEY", "07" * 32)


def run(folder: Path, number: str, columns: str) -> int:
    file, mapped = folder / f"{number}.csv", folder / "map.toml"
    file.write_text(FILE.format(number), encoding="utf-8")
    mapped.write_text(columns, encoding="utf-8")
    line = ["--folder", str(folder / "desk"), "import", str(file), "--map", str(mapped)]
    return main(["--language", "en", "--new", *line])


def test_one_column_for_two_fields_is_refused(
    tmp_path: Path, qapp: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "A-1", 'quantity = "Stück"\nsku = "Stück"\n') == 1
    assert "“Stück” for two fields, quantity and sku." in capsys.readouterr().err


def test_the_names_win_over_what_is_remembered(
    tmp_path: Path, qapp: object, capsys: pytest.CaptureFixture[str]
) -> None:
    swapped = 'order = "commande"\nsku = "nom"\nquantity = "Stück"\nname = "sku"\naddress1 = "adresse"\n'
    assert run(tmp_path, "A-1", swapped) == 0
    capsys.readouterr()
    assert run(tmp_path, "A-2", 'quantity = "Stück"\n') == 0
    said = capsys.readouterr().out
    assert 'sku = "sku"' in said and 'name = "nom"' in said


def test_a_map_by_which_nothing_came_in_is_not_remembered(
    tmp_path: Path, qapp: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "A-1", 'quantity = "Nb"\n') == 1
    capsys.readouterr()
    file = tmp_path / "A-1.csv"
    file.write_text(FILE.format("A-1").replace("Stück;Nb", "quantité;Rest"), encoding="utf-8")
    line = ["--language", "en", "--new", "--folder", str(tmp_path / "desk"), "import", str(file)]
    assert main([*line, "--map", "A-1"]) == 1
    assert "No column map is called A-1." in capsys.readouterr().err
    assert main(line) == 0
