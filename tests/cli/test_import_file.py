"""`wismo-desk import` through the whole command: column maps, the practice day, the open desk."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from wismo_desk.__main__ import main
from wismo_desk.app.station import Station, Wiring
from wismo_desk.settings import load
from wismo_desk.words import Words

KEY = "07" * 32
FILE = "Réf;Désignation;Nb;Qui;Rue;CP;Ville\nA-1;T-shirt;2;Zoé;12 rue X;37000;Tours\n"
MAP = 'order = "Réf"\nsku = "Désignation"\nquantity = "Nb"\nname = "Qui"\naddress1 = "Rue"\n'


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WISMO_DESK_KEY", KEY)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "lundi.csv"
    path.write_text(FILE, encoding="utf-8")
    return path


def run(folder: Path, *line: str) -> int:
    return main(["--language", "en", "--new", "--folder", str(folder), *line])


def test_a_map_is_needed_given_once_and_remembered(
    tmp_path: Path, file: Path, qapp: object, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = tmp_path / "desk"
    assert run(desk, "import", str(file)) == 1
    said = capsys.readouterr().err
    assert said.startswith("Nobody has said yet which column of lundi.csv is what.")
    assert "Columns: Réf, Désignation, Nb, Qui" in said
    assert 'order = "Réf"' in said
    columns = tmp_path / "map.toml"
    columns.write_text(MAP, encoding="utf-8")
    assert run(desk, "import", str(file), "--map", str(columns)) == 0
    assert capsys.readouterr().out.startswith("lundi.csv: 1 orders new")
    other = tmp_path / "mardi.csv"
    other.write_text(FILE.replace("A-1", "A-2"), encoding="utf-8")
    assert run(desk, "import", str(other)) == 0  # the same columns come in by themselves
    third = tmp_path / "autre.csv"
    third.write_text(FILE.replace("A-1", "A-3").replace("Ville", "Commune où livrer"), encoding="utf-8")
    assert run(desk, "import", str(third), "--map", "lundi") == 0
    assert run(desk, "import", str(third), "--map", "jeudi") == 1
    assert "No column map is called jeudi. Known ones: autre, lundi." in capsys.readouterr().err


WRONG = [
    ('colour = "Réf"', "The map names the field colour, which does not exist."),
    ('order = "Ref"', "The map names the column “Ref”, which lundi.csv does not have."),
    ("order = ", "is no TOML."),
    ('order = "Réf"', "say which column holds sku. Add a line for each, such as sku = "),
]


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_a_wrong_map_is_told(
    tmp_path: Path, file: Path, qapp: object, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    (tmp_path / "map.toml").write_text(text, encoding="utf-8")
    assert run(tmp_path / "desk", "import", str(file), "--map", str(tmp_path / "map.toml")) == 1
    assert said in capsys.readouterr().err


PRODUCTS = "sku,EAN,Poids,Etat\nMUG,9521234543213,300,ok\n"
ORDERS = (
    "commande,sku,quantité,nom,adresse,code postal,ville,pays,état,poids\n"
    "1,MUG,2,Zoé,12 rue X,37000,Tours,FR,CA,3\n"
)


def test_a_map_never_imports_products(
    tmp_path: Path, qapp: object, capsys: pytest.CaptureFixture[str]
) -> None:
    """A map names fields of orders; a list without order numbers was taken for products all the same."""
    file = tmp_path / "liste.csv"
    file.write_text(PRODUCTS, encoding="utf-8")
    columns = tmp_path / "map.toml"
    columns.write_text('state = "Etat"\n', encoding="utf-8")
    line = ["--new", "--folder", str(tmp_path / "desk"), "import", str(file), "--map", str(columns)]
    assert main(["--language", "fr", *line]) == 1
    said = capsys.readouterr()
    assert "quelle colonne contient order, quantity." in said.err and "Une liste de produits" in said.err
    assert "produits nouveaux" not in said.out
    assert run(tmp_path / "desk", "import", str(file)) == 0  # without a map it is what it was
    assert "1 products new" in capsys.readouterr().out


def test_a_map_of_one_column_is_completed_by_the_names(
    tmp_path: Path, qapp: object, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "lundi.csv"
    file.write_text(ORDERS, encoding="utf-8")
    columns = tmp_path / "map.toml"
    columns.write_text('state = "état"\n', encoding="utf-8")
    assert run(tmp_path / "desk", "import", str(file), "--map", str(columns)) == 0
    said = capsys.readouterr().out
    assert said.startswith("lundi.csv: 1 orders new")
    assert 'taken by their own names: order = "commande", sku = "sku", quantity = "quantité"' in said
    assert "state =" not in said


def test_practice_imports_into_the_practice_desks_day(
    tmp_path: Path, qapp: object, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.csv"
    file.write_text("commande,sku,quantité,livreur\nP-1,A,1,Exercice domicile\n", encoding="utf-8")
    assert run(tmp_path / "x", "--practice", "import", str(file)) == 0
    today = tmp_path / "x" / datetime.now().astimezone().date().isoformat()
    assert (today / "journal.db").exists()
    assert not (tmp_path / "x" / "journal.db").exists()
    wiring = Wiring(
        folder=today, settings=load(today), words=Words("en"), practice=True, key=bytes.fromhex(KEY)
    )
    station = Station(wiring)  # as the practice desk opens it
    (order,) = station.watch.orders()
    assert (order.number, order.carrier) == ("P-1", "practice")  # by practice's own table of services
    station.close()


def test_the_open_desk_gets_the_file_and_asks_for_columns_itself(
    tmp_path: Path, file: Path, qapp: object, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = tmp_path / "desk"
    wiring = Wiring(folder=desk, settings=load(desk), words=Words("en"), key=bytes.fromhex(KEY))
    station = Station(wiring)
    try:
        assert run(desk, "import", str(file), "--map", "x.toml") == 1
        assert "it asks for the columns of a file on its page Orders" in capsys.readouterr().err
        assert run(desk, "import", str(file)) == 0
        station.sweep()
        (swept,) = station.sweep()
        assert swept.to_map
        assert run(desk, "db", "backup", str(tmp_path / "copy")) == 0  # while it is open
        assert run(desk, "db", "check") == 0
        assert run(desk, "db", "rebuild") == 1
        assert "already open" in capsys.readouterr().err
    finally:
        station.close()
    assert run(desk, "db", "restore", str(tmp_path / "copy")) == 0
    assert run(desk, "db", "check") == 0
