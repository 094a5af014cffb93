"""`wismo-desk preflight`, `rules` and `prices` through the whole command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from wismo_desk.__main__ import main

HEADER = "order number,sku,quantity,full name,address1,postcode,city,country,phone,email,shipping method\n"
ORDERS = (
    HEADER
    + "1,MUG,2,Zoé,12 rue des Tanneurs,37000,Nantes,FR,06 39 98 12 04,zoe@example.org,\n"
    + "2,MUG,1,Max,3 rue Verte,44000,Nantes,FR,06 39 98 12 05,max@example.org,Express\n"
)
PRICES = "carrier;service;zone;max_weight_g;price_cents;transit_days\nown;home;FR;30000;400;2\n"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qapp: object) -> Path:
    monkeypatch.setenv("WISMO_DESK_KEY", "07" * 32)
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "station.toml").write_text('services = [["Express", "own", "home"]]\n', encoding="utf-8")
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    assert run(folder, "import", str(tmp_path / "orders.csv")) == 0
    return folder


def run(folder: Path, *line: str) -> int:
    return main(["--language", "en", "--folder", str(folder), *line])


def test_the_queue_is_looked_over(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run(desk, "preflight", "--offline") == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "1 of 2 waiting orders want a look."
    assert said[2].startswith("  37000 is the postcode of Tours; Nantes has 44000")
    assert run(desk, "preflight", "--json") == 0
    data = json.loads(capsys.readouterr().out)
    (order,) = data["orders"]
    assert (data["waiting"], data["not_asked"], order["order"]) == (2, 0, "1")
    (concern,) = order["concerns"]
    assert (concern["field"], concern["fix"], concern["certain"]) == ("postcode", "recipient", True)


def test_the_rules_are_shown_and_applied(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run(desk, "rules") == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("1. If the customer chose “Express” → ")
    assert said[1].startswith("2. Otherwise → ")
    assert said[2] == "0 of 2 waiting orders would go another way."
    assert run(desk, "rules", "--apply", "--json") == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["applied"], data["moved"], data["default"]) == (True, [], ["own", "home"])


def test_a_price_list_comes_in_whole_or_not(
    desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "tarifs.csv"
    file.write_text(PRICES, encoding="utf-8")
    capsys.readouterr()
    assert run(desk, "prices", str(file)) == 0
    assert capsys.readouterr().out.strip() == "tarifs.csv: 1 prices of own."
    file.write_text(PRICES + "own;moon;FR;1;1;1\n", encoding="utf-8")
    assert run(desk, "prices", str(file), "--errors", str(tmp_path / "errors.csv")) == 1
    assert "1 lines of tarifs.csv cannot be used, so none was: line 3" in capsys.readouterr().err
    assert "moon" in (tmp_path / "errors.csv").read_text(encoding="utf-8-sig")


def test_corrections_are_told_at_the_next_import(
    desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from dataclasses import replace

    from wismo_desk.app.station import Station, Wiring
    from wismo_desk.domain.ids import order_id
    from wismo_desk.settings import load
    from wismo_desk.words import Words

    station = Station(Wiring(folder=desk, settings=load(desk), words=Words("en")))
    found = station.store.read.order(order_id("csv", "1"))
    assert found is not None
    station.routing.correct(found.order_id, replace(found.recipient, city="Tours"))
    station.close()
    changed = tmp_path / "again.csv"
    changed.write_text(ORDERS.replace("1,MUG,2,", "1,MUG,3,"), encoding="utf-8")
    capsys.readouterr()
    assert run(desk, "import", str(changed)) == 0
    assert "Orders that keep what was corrected here: 1." in capsys.readouterr().out
    changed.write_text(
        ORDERS.replace("1,MUG,2,", "1,MUG,3,").replace("Nantes", "Angers", 1), encoding="utf-8"
    )
    assert run(desk, "import", str(changed)) == 0
    assert "the shop changed since what was corrected here" in capsys.readouterr().out
