"""Orders and products come in: once, line by line, and never over what was done here."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import pytest
from desk_rig import HEADER, PRODUCTS, TEE, Bench, line, orders_file

from wismo_desk.domain.anomaly import AnomalyKind
from wismo_desk.domain.commands import Command
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.order import Check, OrderState
from wismo_desk.domain.order_columns import Field
from wismo_desk.errors import BadInput, Refused, StoreProblem
from wismo_desk.flows.intake_fields import FIELD_SENTENCES
from wismo_desk.flows.sweep import Sweep, Swept
from wismo_desk.flows.take_in import IntakeKind, IntakeReport
from wismo_desk.store import store as store_module


def counts(report: IntakeReport) -> tuple[int, int, int, int]:
    return report.taken, report.changed, report.same, report.kept


def test_the_same_file_again_changes_nothing(desk: Bench) -> None:
    file = orders_file(line("1"), line("2"))
    assert counts(desk.station.take_in(file, "a.csv")) == (2, 0, 0, 0)
    before = desk.station.store.journal.facts_after(0)
    desk.clock.pass_(hours=3)  # the file has no dates: the time of reading is no news
    report = desk.station.take_in(file, "a.csv")
    assert counts(report) == (0, 0, 2, 0)
    assert not report.changes
    assert desk.station.store.journal.facts_after(0) == before


def test_what_was_started_here_stays(desk: Bench) -> None:
    desk.take(line("1", quantity=2), line("2"), line("3"))
    desk.scan("1", TEE)
    desk.act(Command.PAUSE)
    changed = orders_file(line("1", quantity=5), line("2", city="Lyon", postcode="69001"), line("3"))
    report = desk.station.take_in(changed, "b.csv")
    assert counts(report) == (0, 1, 1, 1)
    assert [row.place for row in desk.station.watch.orders(text="2")] == ["Lyon"]
    assert desk.state("1") is OrderState.PAUSED
    assert desk.scan("1").lines[0].wanted == 2


def test_a_bad_line_is_told_and_the_others_come_in(desk: Bench) -> None:
    report = desk.station.take_in(orders_file(line("1"), line("2", quantity=0), line("3")), "c.csv")
    assert (counts(report), report.lines) == ((2, 0, 0, 0), 3)
    (refusal,) = report.refusals
    assert refusal.line_no == 3
    header, told = csv.reader(io.StringIO(report.error_file.decode("utf-8-sig")), delimiter=";")
    assert header[-len(HEADER.split(",")) :] == HEADER.split(",")
    assert told[0].startswith("The quantity “0” is not a whole number")
    assert "2" in told
    assert {row.number for row in desk.station.watch.orders()} == {"1", "3"}


def test_no_table_at_all(desk: Bench) -> None:
    with pytest.raises(BadInput):
        desk.station.take_in(b"\x00\x01", "x.csv")
    with pytest.raises(BadInput):
        desk.station.take_in(b"a,b\n1,2\n", "x.csv")
    with pytest.raises(BadInput):
        desk.station.take_in.look(b"", "x.csv")


def test_columns_that_nobody_knows_are_said_once(desk: Bench) -> None:
    file = b"Zeile,Ware,Stueck,Kunde\n77,TS-M,2,Anna Muster\n"
    look = desk.station.take_in.look(file, "d.csv")
    assert (look.kind, look.known) == (IntakeKind.ORDERS, False)
    assert look.header == ("Zeile", "Ware", "Stueck", "Kunde")
    assert look.sample == (("77", "TS-M", "2", "Anna Muster"),)
    assert [name for name, _, required in look.fields if required] == ["order", "sku", "quantity"]
    mapping = {"order": "Zeile", "sku": "Ware", "quantity": "Stueck", "name": "Kunde"}
    report = desk.station.take_in(file, "d.csv", mapping=mapping)
    assert report.taken == 1
    again = desk.station.take_in.look(file.replace(b"77", b"78"), "e.csv")
    assert again.known
    assert again.mapping == mapping
    assert desk.station.take_in(file.replace(b"77", b"78"), "e.csv").taken == 1
    assert {row.customer for row in desk.station.watch.orders()} == {"Anna Muster"}


def test_every_field_has_its_words() -> None:
    assert set(FIELD_SENTENCES) == set(Field)


def test_products_come_in_by_themselves(desk: Bench) -> None:
    look = desk.station.take_in.look(PRODUCTS.encode(), "p.csv")
    assert (look.kind, look.known) == (IntakeKind.PRODUCTS, True)
    report = desk.station.take_in(PRODUCTS.encode(), "p.csv")
    assert (report.kind, counts(report)) == (IntakeKind.PRODUCTS, (4, 0, 0, 0))
    assert counts(desk.station.take_in(PRODUCTS.encode(), "p.csv")) == (0, 0, 4, 0)
    changed = desk.station.take_in(PRODUCTS.replace(",190,", ",195,").encode(), "p.csv")
    assert counts(changed) == (0, 1, 3, 0)
    kept = desk.station.store.read.products()
    assert (kept["TS-M"].weight_g, kept["CARTE"].check) == (195, Check.MANUAL)


def test_the_route_is_the_merchants_word(desk: Bench) -> None:
    desk.take(line("1", service=" exercice "), line("2", service="Relais"), line("3", service="Fusée"))
    routed = desk.station.store.read.routed
    found = [routed(order.order_id)[:2] for order in desk.station.watch.orders()]
    assert sorted(found) == [("own", "home"), ("practice", "home"), ("practice", "pickup")]
    assert {row.carrier for row in desk.station.watch.orders()} == {
        "Livraison magasin",
        "Practice carrier",
    }


def test_a_doubtful_address_is_seen_before_packing(desk: Bench) -> None:
    desk.take(line("1", postcode="7000"), line("2"))
    row = desk.station.store.read.shipment(shipment_id(desk.station.watch.orders(text="1")[0].order_id))
    assert row is not None
    assert [anomaly.kind for anomaly in row.anomalies] == [AnomalyKind.ADDRESS_DOUBTFUL]
    assert desk.station.watch.orders(text="1")[0].address_doubt
    desk.pack("1", TEE)
    row = desk.station.store.read.shipment(row.shipment_id)
    assert row is not None
    assert row.anomalies == ()


# The watched folder


@pytest.fixture
def sweep(desk: Bench, tmp_path: Path) -> Sweep:
    return Sweep(folder=tmp_path / "orders", take_in=desk.station.take_in, clock=desk.clock)


def test_a_file_is_taken_once_it_stands_still(desk: Bench, sweep: Sweep, tmp_path: Path) -> None:
    assert sweep() == []  # and the folders are there
    box = tmp_path / "orders"
    file = box / "in" / "monday.csv"
    whole = orders_file(line("1"), line("2"))
    file.write_bytes(whole[:-30])
    assert sweep() == []
    file.write_bytes(whole)  # still being written
    assert sweep() == []
    (swept,) = sweep()
    assert swept.report is not None
    assert (swept.report.taken, swept.moved.parent, file.exists()) == (2, box / "done", False)
    assert swept.moved.read_bytes() == whole
    assert sweep() == []


def test_names_never_collide_and_drafts_are_left_alone(desk: Bench, sweep: Sweep, tmp_path: Path) -> None:
    sweep()
    box = tmp_path / "orders"
    (box / "in" / ".draft.csv").write_bytes(b"half")
    (box / "in" / "photo.jpg").write_bytes(b"jpg")
    moved = set()
    for _ in range(3):
        (box / "in" / "a.csv").write_bytes(orders_file(line("1")))
        sweep()
        (swept,) = sweep()
        moved.add(swept.moved)
        desk.clock.now = desk.clock.now.replace(microsecond=0)
    assert len(moved) == 3
    assert sorted(path.name for path in (box / "in").iterdir()) == [".draft.csv", "photo.jpg"]


def test_bad_files_and_bad_lines_land_in_error(desk: Bench, sweep: Sweep, tmp_path: Path) -> None:
    sweep()
    box = tmp_path / "orders"
    (box / "in" / "bad.csv").write_bytes(b"a,b\n1,2\n")
    (box / "in" / "half.csv").write_bytes(orders_file(line("1"), line("2", quantity=0)))
    (box / "in" / "none.csv").write_bytes(orders_file(line("2", quantity=0)))
    sweep()
    bad, half, none = sweep()
    assert isinstance(bad.error, BadInput)
    assert [swept.moved.parent.name for swept in (bad, half, none)] == ["error", "done", "error"]
    told = sorted(path.name for path in (box / "error").glob("*-errors.csv"))
    assert [name.split("-")[0] for name in told] == ["half", "none"]
    assert HEADER.split(",")[0] in (box / "error" / told[0]).read_text(encoding="utf-8-sig")


UNKNOWN = "Réf;Désignation;Nb;Qui\nA-1;T-shirt;2;Zoé\nA-2;Mug;1;Anna\n".encode()
SAID = {"order": "Réf", "sku": "Désignation", "quantity": "Nb", "name": "Qui"}


def test_a_file_with_unknown_columns_waits_until_they_are_said_once(
    desk: Bench, sweep: Sweep, tmp_path: Path
) -> None:
    sweep()
    box = tmp_path / "orders"
    for name in ("monday.csv", "tuesday.csv"):
        (box / "in" / name).write_bytes(UNKNOWN.replace(b"A-", name[:1].encode() + b"-"))
    sweep()
    assert [(one.name, one.to_map, one.error) for one in sweep()] == [
        ("monday.csv", True, None),
        ("tuesday.csv", True, None),
    ]
    assert list((box / "error").iterdir()) == []
    monday, tuesday = sweep.waiting()
    assert monday.parent.name == "to_map"
    first, second = sweep.mapped(monday, SAID)
    assert [one.report.taken for one in (first, second) if one.report] == [2, 2]
    assert [one.moved.parent.name for one in (first, second)] == ["done", "done"]
    assert sweep.waiting() == []
    assert not tuesday.exists()
    (box / "in" / "wednesday.csv").write_bytes(UNKNOWN.replace(b"A-", b"w-"))
    sweep()
    (later,) = sweep()  # by itself from now on
    assert later.report is not None
    assert later.report.taken == 2
    assert desk.station.take_in.map_named("monday") == SAID
    with pytest.raises(Refused) as refused:
        desk.station.take_in.map_named("other")
    assert refused.value.values == {"name": "other", "known": "monday"}


NO_TABLES = [
    ("empty.csv", b"", "The file is empty"),
    ("blank.csv", b" \r\n\r\n", "The file is empty"),
    ("picture.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(40), "This is no text file"),
    ("utf16.csv", "commande;sku;quantité\n1;A;1\n".encode("utf-16-le"), "This is no text file"),
    ("book.xlsx", b"PK\x03\x04" + bytes(60), "This is a workbook"),
    ("words.csv", b"Bonjour\nil fait beau\n", "The file has no column for the order number"),
]


@pytest.mark.parametrize(("name", "data", "said"), NO_TABLES, ids=[name for name, _, _ in NO_TABLES])
def test_what_is_no_table_is_told_in_a_sentence(
    sweep: Sweep, tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    sweep()
    (tmp_path / "orders" / "in" / name).write_bytes(data)
    sweep()
    (swept,) = sweep()
    assert str(swept.error).startswith(said)
    assert (swept.moved.parent.name, swept.to_map) == ("error", False)


def test_an_unreadable_file_is_told_once_and_holds_up_no_other(desk: Bench, tmp_path: Path) -> None:
    class Closed(Sweep):
        def _take(self, path: Path, mapping: Mapping[str, str] | None = None) -> Swept:
            if path.name == "a.csv" and not opened:
                raise PermissionError(13, "Permission denied", str(path))
            return super()._take(path, mapping)

    opened: list[bool] = []
    sweep = Closed(folder=tmp_path / "orders", take_in=desk.station.take_in, clock=desk.clock)
    sweep()
    box = tmp_path / "orders" / "in"
    for number, name in enumerate(("a.csv", "b.csv")):
        (box / name).write_bytes(orders_file(line(str(number))))
    sweep()
    closed, taken = sweep()
    assert str(closed.error).startswith("The file a.csv cannot be read.")
    assert taken.report is not None
    assert [sweep(), sweep()] == [[], []]
    (box / "a.csv").write_bytes(orders_file(line("1"), line("2")))  # changed: looked at again
    opened.append(True)
    sweep()
    (swept,) = sweep()
    assert swept.report is not None


def test_a_watched_folder_that_cannot_be_is_told_once(desk: Bench, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    sweep = Sweep(folder=tmp_path / "file" / "orders", take_in=desk.station.take_in, clock=desk.clock)
    (told,) = sweep()
    assert str(told.error).startswith("The watched folder")
    assert sweep() == []


def test_a_full_disk_is_no_fault_of_the_file(
    desk: Bench, sweep: Sweep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep()
    file = tmp_path / "orders" / "in" / "a.csv"
    file.write_bytes(orders_file(line("1")))
    sweep()
    monkeypatch.setattr(store_module, "_ROOM", 10**18)
    (swept,) = sweep()
    assert isinstance(swept.error, StoreProblem)
    assert file.exists()
    monkeypatch.undo()
    sweep()
    (swept,) = sweep()
    assert swept.report is not None
    assert swept.report.taken == 1


def test_facts_carry_no_personal_data(desk: Bench) -> None:
    """The name, the street, the telephone and the note live in `party` alone."""
    desk.take(line("1", note="Sonner chez Mme Perrin"))
    desk.pack("1", TEE)
    for _, fact in desk.station.store.journal.facts_after(0):
        text = str(fact.data)
        for secret in ("Lefèvre", "Tanneurs", "06 39", "zoe@", "Perrin"):
            assert secret not in text, fact.kind
    assert desk.facts("1", FactKind.LABEL_BOUGHT)
