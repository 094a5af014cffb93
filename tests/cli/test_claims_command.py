"""`wismo-desk claims`: listed with what is left, opened by number, written out, and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.flows.claim_rig import LOST, Desk
from wismo_desk.cli.claims import claims
from wismo_desk.cli.options import parse
from wismo_desk.domain.order import Party
from wismo_desk.errors import Refused
from wismo_desk.flows.claim_letter import WriteClaim
from wismo_desk.resources import catalogue, resources_dir
from wismo_desk.words import Words


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "desk")
    made.ship("1001", LOST, carrier="colissimo")
    made.ship("1002", "TRI")
    made.ship("1003")
    yield made
    made.store.close()


def run(desk: Desk, *said: str, language: str = "en") -> str:
    return coded(desk, *said, language=language)[0]


def coded(desk: Desk, *said: str, language: str = "en") -> tuple[str, int]:
    write = WriteClaim(
        gather=desk.gather,
        speak=lambda language: Words(language, catalogue(language), zone=ZoneInfo("Europe/Paris")),
        shipper=lambda: Party(company="Atelier", city="Saint-Priest"),
        fonts=resources_dir() / "fonts",
        cut=lambda png: png,
    )
    words = Words(language, catalogue(language), zone=ZoneInfo("Europe/Paris"))
    return claims(desk.open, write, words, parse(["claims", *said]))


def test_opened_by_order_or_parcel_number_and_told_what_not(desk: Desk) -> None:
    said = run(desk, "open", "1001", "N1002", "1003").splitlines()
    assert "parcel lost" in said[0]
    assert "to be checked in your contract" in said[0]
    assert said[-1].startswith("Order 1003 not: Its parcel has not left")
    assert run(desk).splitlines()[0] == "2 claims, €0.00 received of €0.00 asked"


def test_json_is_a_contract(desk: Desk) -> None:
    opened = json.loads(run(desk, "open", "--json", "1001", "1003"))
    assert [row["order"] for row in opened["opened"]] == ["1001"]
    assert [row["order"] for row in opened["refused"]] == ["1003"]
    for asked in (("--json",), ("list", "--json"), ("--json", "list", "--all")):
        found = json.loads(run(desk, *asked))
        (one,) = found["claims"]
        assert (one["kind"], one["state"], one["deadline_trusted"]) == ("lost", "draft", False)
        assert one["requested_cents"] == 2500
    assert json.loads(run(desk, "list", "--json", "--carrier", "gls"))["claims"] == []


def test_the_file_is_written(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="No claim is open"):
        run(desk, "file", "1001", str(tmp_path / "no.pdf"))
    run(desk, "open", "1001")
    target = tmp_path / "claim.pdf"
    assert str(target) in run(desk, "file", "1001", str(target))
    assert target.read_bytes().startswith(b"%PDF")


def test_a_number_that_names_nothing_stops_no_other(desk: Desk) -> None:
    said, code = coded(desk, "open", "nobody", "1001")
    assert code == 0
    assert next(line.split(" · ")[-1] for line in said.splitlines()) == "€25.00"
    assert said.splitlines()[-1] == "Order nobody not: Order nobody is not known here."
    assert len(desk.open.rows()) == 1


def test_the_exit_code_tells_that_every_number_was_refused(desk: Desk) -> None:
    for numbers in (("nobody",), ("1003", "nobody"), ("1003",)):
        assert coded(desk, "open", *numbers)[1] == 1
        assert coded(desk, "open", "--json", *numbers)[1] == 1
    assert coded(desk)[1] == 0
    with pytest.raises(Refused, match="not known"):
        run(desk, "file", "nobody", "x.pdf")


def test_why_is_said_in_the_language_that_was_chosen(desk: Desk) -> None:
    told = json.loads(run(desk, "open", "--json", "nobody", "1003", language="fr"))["refused"]
    assert [one["order"] for one in told] == ["nobody", "1003"]
    assert "not" not in told[0]["why"] + told[1]["why"]
    assert "n’est pas parti" in told[1]["why"]
