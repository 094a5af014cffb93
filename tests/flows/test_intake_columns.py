"""What the intake says of a file's columns: not used, not clear; and how far a watched file has come."""

from __future__ import annotations

import pytest
from desk_rig import PRODUCTS, Bench, line, orders_file

from wismo_desk.cli.import_file import UNCLEAR_MAP, import_file
from wismo_desk.errors import Refused
from wismo_desk.flows.intake_words import unused_said
from wismo_desk.flows.take_in import Underway
from wismo_desk.resources import catalogue
from wismo_desk.words import Words

AMERICAN = (
    "order number,sku,ean,quantity,full name,address1,city,postcode,country,state,shop mood\n"
    "1,TS-M,,1,Joe,1 Main St,Austin,73301,US,{first},fine\n"
    "2,TS-M,,1,Jane,2 Main St,Dallas,75001,US,{second},fine\n"
)


def test_unused_columns_are_named(desk: Bench) -> None:
    file = AMERICAN.format(first="TX", second="TX").encode()
    assert desk.station.take_in.look(file, "us.csv").known
    report = desk.station.take_in(file, "us.csv")
    assert (report.taken, report.unused) == (2, ("shop mood",))
    products = PRODUCTS.replace("check\n", "check,colour\n", 1).replace("scan\n", "scan,red\n").encode()
    assert desk.station.take_in(products.replace(b"manual\n", b"manual,\n"), "p.csv").unused == ("colour",)
    assert desk.station.take_in(orders_file(line("3")), "o.csv").unused == ()


def test_a_state_that_is_not_clear_is_asked(desk: Bench) -> None:
    file = AMERICAN.format(first="TX", second="shipped").encode()
    look = desk.station.take_in.look(file, "us.csv")
    assert (look.known, look.unclear) == (False, "state")
    assert len(look.sample) <= 3
    desk.station.take_in(file, "us.csv", mapping={**look.mapping, "state": "state"})
    assert desk.station.take_in.look(file, "us.csv").known  # it was said


def test_the_command_asks_too(desk: Bench, tmp_path) -> None:  # type: ignore[no-untyped-def]  # a folder
    path = tmp_path / "us.csv"
    path.write_bytes(AMERICAN.format(first="TX", second="shipped").encode())
    with pytest.raises(Refused) as refused:
        import_file(path, desk.station.take_in, Words("en"), errors=None)
    assert refused.value.sentence == UNCLEAR_MAP
    path.write_bytes(AMERICAN.format(first="TX", second="NY").encode())
    told, code = import_file(path, desk.station.take_in, Words("en"), errors=None)
    assert code == 0
    assert told.endswith("Columns not used: shop mood.")


def test_many_columns_are_counted() -> None:
    many = [f"c{n}" for n in range(15)]
    assert unused_said(many, Words("en")).endswith("c11 and 3 more.")
    assert "et 3 autres" in unused_said(many, Words("fr", catalogue("fr")))
    assert unused_said((), Words("en")) == ""


def test_a_watched_file_says_how_far_it_has_come(desk: Bench) -> None:
    station, heard = desk.station, []
    station.sweep()
    lines = [line(str(n)) for n in range(2_500)]
    (station.sweep.folder / "in" / "long.csv").write_bytes(orders_file(*lines))
    station.sweep()

    class Listening:
        """The newest word as a timer would read it."""

        def append(self, said: tuple[str, Underway]) -> None:
            heard.append(said)

        def clear(self) -> None:
            heard.append(("", Underway(0)))

    from dataclasses import replace

    (swept,) = replace(station.sweep, heard=Listening())()  # type: ignore[arg-type]  # it is only written to
    assert swept.report is not None
    assert swept.report.taken == 2_500
    assert ("long.csv", Underway(2_500, 2_500, 2_500)) in heard
    assert heard[-1][0] == ""
    assert not station.sweep.heard
