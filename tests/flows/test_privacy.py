"""A person is given all that is held on them, and is forgotten without a trace in any file."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from desk_rig import KEY, TEE, Bench, bench, line, machines, orders_file
from raw_pages import raw_pages
from sqlcipher3 import dbapi2

from wismo_desk.app.privacy import carry_out_privacy
from wismo_desk.cli.options import parse
from wismo_desk.domain.choices import FIXED
from wismo_desk.domain.effect import EffectState, Move
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.ids import order_id
from wismo_desk.domain.notice import Milestone, Notice
from wismo_desk.domain.order import Party
from wismo_desk.domain.shipment import Paper, PaperKind
from wismo_desk.errors import Refused, StoreProblem
from wismo_desk.store.claim_files import KeptFile
from wismo_desk.store.journal import Entry, StoredPaper
from wismo_desk.store.page_size import unlock
from wismo_desk.words import Words

# As they would be found, in small letters and without accents too.
SECRETS = (
    "Quenouille", "quenouille", "Zéphyrine", "zephyrine", "Hirondelles", "hirondelles", "Villebrumeuse",
    "villebrumeuse", "0761223349", "761223349", "07 61 22 33 49", "z.quenouille", "59991",
)  # fmt: skip
PERSON = {
    "who": "Zéphyrine Quenouille", "street": "7 impasse des Hirondelles", "postcode": "59991",
    "city": "Villebrumeuse", "phone": "07 61 22 33 49", "email": "z.quenouille@example.org",
    "note": "Sonner chez Quenouille",
}  # fmt: skip
ONE = order_id("csv", "4711")


@pytest.fixture
def packed(desk: Bench) -> Bench:
    """4711 is hers: packed, labelled, on a manifest, told, asked about. 4712 is somebody else's. Their file lies in
    `done`, a slip of hers in `documents`."""
    desk.take(line("4711", **PERSON), line("4712"))
    desk.pack("4711", TEE)
    desk.pack("4712", TEE)
    for label in desk.station.store.read.parcels(order_id=ONE):
        desk.station.close_out.tick(label.tracking_number) if hasattr(
            desk.station.close_out, "tick"
        ) else None
    store, pen = desk.station.store, desk.station.pen
    (parcel,) = store.read.parcels(order_id=ONE)
    effect = store.journal.effects(order_id=ONE)[0]
    told = {"error": "The carrier said no: {why}", "error_values": {"why": "Quenouille"}, "raw": "59991",
            "remarks": [["kept short", {"street": "Hirondelles"}]]}  # fmt: skip
    move = Move(effect_id=effect.effect_id, was=effect.state, now=effect.state, details=told)
    paper = Paper(kind=PaperKind.PROOF, content=b"signed: Quenouille")
    papers = (StoredPaper(owner=parcel.parcel_id.hex, made_at=pen.clock(), paper=paper),)
    store.commit(Entry(at=pen.clock(), moves=(move,), papers=papers))
    now = pen.clock()
    store.notices.queue([Notice(
        notice_id=pen.new_id(), shipment_id=parcel.shipment_id, order_id=ONE, order_number="4711", created_at=now,
        milestone=Milestone.SHIPPED, changed_at=now, due_at=now, expires_at=now + timedelta(days=1),
        details={"raw": "550 z.quenouille is full", "message_id": "<m@x>"},
    )])  # fmt: skip
    done = desk.station.sweep.folder / "done"
    done.mkdir(parents=True, exist_ok=True)
    (done / "orders-1.csv").write_bytes(orders_file(line("4711", **PERSON), line("4712")))
    photo = KeptFile(
        file="f1",
        order_id=ONE,
        name="Quenouille.png",
        media="image/png",
        content=b"a photo of Quenouille's door",
    )
    store.claim_files.keep(photo)
    documents = desk.station.folder / "documents"
    documents.mkdir(exist_ok=True)
    (documents / "Claim 4711 2026-11-23 08h0000.eml").write_bytes(b"To: a carrier, about Quenouille")
    (documents / "Packing slip 4711 2026-11-23 08h0000.pdf").write_bytes(b"%PDF Quenouille")
    (documents / "Packing slip 47112 2026-11-23 08h0000.pdf").write_bytes(b"%PDF another")
    return desk


def held(folder: Path) -> set[str]:
    """Which of her words stand in any file of the data folder: plain files as they are, databases by every row of
    every table and by every page, used or free, without the encryption."""
    found = set()
    for path in folder.rglob("*"):
        if not path.is_file() or path.name.endswith(("-shm", ".lock")):
            continue
        data = raw_pages(path, KEY) if ".db" in path.name else path.read_bytes()
        found |= {f"{word} in {path.name}" for word in SECRETS if word.encode() in data}
    for name in ("journal.db", "main.db"):
        found |= {
            f"{word} in a row of {name}" for word in SECRETS if word.encode() in exported(folder / name)
        }
    return found


def exported(path: Path) -> bytes:
    """All rows of all tables."""
    file = dbapi2.connect(f"{path.as_uri()}?mode=ro", uri=True)
    unlock(file, path, KEY)
    names = [row[0] for row in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    rows = [row for name in names if name != "search" for row in file.execute(f'SELECT * FROM "{name}"')]
    file.close()
    return b"\n".join(cell if isinstance(cell, bytes) else str(cell).encode() for row in rows for cell in row)


def erase(desk: Bench, **more: bool) -> None:
    desk.station.erase(desk.station.disclose.find(number="4711"), reason="asked by letter", **more)


def test_an_erased_person_is_in_no_file(packed: Bench) -> None:
    folder = packed.station.folder
    before = held(folder)
    assert {f"Quenouille in {name}" for name in ("orders-1.csv", "main.db", "journal.db-wal")} & before
    erase(packed)
    assert held(folder) == set()
    # What happened stays, and the other customer.
    assert packed.station.store.read.parcels(order_id=ONE)
    assert packed.station.store.read.order(order_id("csv", "4712")).recipient.name == "Zoé Lefèvre"  # type: ignore[union-attr]
    assert b"4712" in (packed.station.sweep.folder / "done" / "orders-1.csv").read_bytes()
    assert len(list((folder / "documents").iterdir())) == 1
    (fact,) = packed.facts("4711", FactKind.PERSON_ERASED)
    assert fact.data == {"reason": "asked by letter"} or set(fact.data) == {"reason", "link"}
    (notice,) = packed.station.store.notices.of_order(ONE)
    assert notice.details == {"message_id": "<m@x>"}


def test_a_rebuild_and_a_restart_bring_nobody_back(packed: Bench, tmp_path: Path) -> None:
    erase(packed)
    packed.station.store.rebuild()
    assert packed.station.store.read.order(ONE).recipient == Party()  # type: ignore[union-attr]
    assert held(packed.station.folder) == set()
    packed.station.store.close()
    assert held(packed.station.folder) == set()


def test_the_naive_way_leaves_traces(packed: Bench) -> None:
    """Blanking the row that shows the name: free pages, the search index, labels, ledger and files still tell it."""
    store = packed.station.store
    with store._files[1].begin() as db:
        db.exec_driver_sql("PRAGMA secure_delete = OFF")
        db.exec_driver_sql("UPDATE party SET data = '{}' WHERE order_id = ?", (ONE.hex,))
        db.exec_driver_sql("UPDATE shipment SET customer = '', place = '' WHERE order_number = '4711'")
    store.close()
    left = held(packed.station.folder)
    assert any("orders-1.csv" in one for one in left) and any("journal.db" in one for one in left)
    assert any("main.db" in one for one in left)


def test_nobody_comes_back_with_the_same_file(packed: Bench) -> None:
    """Nor with a changed one, by a correction, or by the folder that is watched; and it is said."""
    erase(packed)
    moved = PERSON | {"street": "9 impasse des Hirondelles"}
    for file in (orders_file(line("4711", **PERSON)), orders_file(line("4711", **moved), line("4713"))):
        report = packed.station.take_in(file, "again.csv")
        assert report.erased == 1 and not report.changed
    assert packed.station.store.read.order(order_id("csv", "4713")) is not None
    party = Party(name="Zéphyrine Quenouille")
    fact = packed.station.pen.fact(
        FactKind.VALUE_SET, order_id=ONE, scope=FIXED, key=str(ONE), value={"fields": {}}
    )
    packed.station.store.commit(Entry(at=packed.clock(), facts=(fact,), parties=((ONE, party, ""),)))
    inbox = packed.station.sweep.folder / "in"
    inbox.mkdir(exist_ok=True)
    (inbox / "late.csv").write_bytes(orders_file(line("4711", **PERSON)))
    packed.station.sweep()
    (swept,) = packed.station.sweep()
    assert swept.report is not None and swept.report.erased == 1
    os.utime(swept.moved, (4e9, 4e9))  # later than what was looked through
    packed.station.erase.tidy()
    assert held(packed.station.folder) == set()


def test_papers_are_not_fetched_again(packed: Bench) -> None:
    (parcel,) = packed.station.store.read.parcels(order_id=ONE)
    assert packed.station.fetch_papers(parcel.parcel_id)
    erase(packed)
    with pytest.raises(Refused):
        packed.station.fetch_papers(parcel.parcel_id)


def test_whom_it_refuses(desk: Bench) -> None:
    desk.take(line("4711", **PERSON), line("4712", email="other@example.org"))
    flow = desk.station.erase
    with pytest.raises(Refused, match="Nobody"):
        flow([], reason="asked")
    with pytest.raises(Refused, match="reason"):
        flow([ONE], reason=" ")
    with pytest.raises(Refused, match="not shipped"):
        flow([ONE], reason="asked")
    desk.scan("4711")
    with pytest.raises(Refused, match="in hand"):
        flow([ONE], reason="asked", forced=True)
    assert not desk.facts("4711", FactKind.PERSON_ERASED)
    two = order_id("csv", "4712")
    flow([two], reason="asked", forced=True)
    assert desk.station.store.read.order(two).recipient == Party()  # type: ignore[union-attr]
    flow([two], reason="asked twice", forced=True)
    assert len(desk.facts("4712", FactKind.PERSON_ERASED)) == 1


def test_an_open_question_comes_first(packed: Bench) -> None:
    store = packed.station.store
    effect = store.journal.effects(order_id=ONE)[0]
    move = Move(effect_id=effect.effect_id, was=effect.state, now=EffectState.IN_DOUBT)
    store.commit(Entry(at=packed.clock(), moves=(move,)))
    with pytest.raises(Refused, match="tray"):
        erase(packed)
    erase(packed, forced=True)


def test_a_crash_before_the_journal_is_made_good_at_the_next_start(packed: Bench) -> None:
    """The fact is folded, and nothing else was done."""
    station, folder = packed.station, packed.station.folder
    done: list[None] = []
    station.store.personal.clear_new = lambda: done.append(None)  # type: ignore[method-assign]  # here it dies
    fact = station.pen.fact(FactKind.PERSON_ERASED, order_id=ONE, reason="asked")
    station.store.commit(Entry(at=packed.clock(), facts=(fact,), parties=((ONE, Party(), ""),)))
    assert done and any("journal.db" in one for one in held(folder))
    station.close()
    with machines() as (printer, carrier), bench(folder, printer, carrier) as again:
        again.station.erase.tidy()
        assert held(folder) == set()


def test_a_file_that_cannot_be_changed_is_told_and_tried_again(packed: Bench) -> None:
    if os.geteuid() == 0:
        target = packed.station.sweep.folder / "done" / "orders-1.csv"
        blocked = target.with_name(f".{target.name}")
        blocked.mkdir()  # in the way of the new file, whoever asks
        with pytest.raises(StoreProblem):
            erase(packed)
        assert packed.station.store.personal.to_clean() == [ONE]
        blocked.rmdir()
        packed.station.erase.tidy()
        assert held(packed.station.folder) == set()


def test_an_address_names_all_orders_of_a_person(desk: Bench) -> None:
    desk.take(line("1", **PERSON), line("2", **(PERSON | {"email": "Z.Quenouille@Example.org"})), line("3"))
    find = desk.station.disclose.find
    assert find(email=" z.quenouille@EXAMPLE.org ") == sorted([order_id("csv", "1"), order_id("csv", "2")])
    assert find(number="3") == [order_id("csv", "3")] and find(number="9") == [] and find(email="%") == []


def test_a_person_gets_all_that_is_held(packed: Bench, tmp_path: Path) -> None:
    said = json.loads(packed.station.disclose([ONE]))
    (order,) = said["orders"]
    assert order["recipient"]["name"] == "Zéphyrine Quenouille" and order["recipient"]["note"]
    assert order["shipments"][0]["customer"] == "Zéphyrine Quenouille"
    assert base64.b64decode(order["papers"][0]["content"]) == b"signed: Quenouille"
    assert base64.b64decode(order["labels"][0]["content"]) and order["labels"][0]["made_ms"].startswith(
        "2026"
    )
    assert "Quenouille" in json.dumps(order["ledger"]) and "550" in json.dumps(order["notices"])
    assert {event["kind"] for event in order["events"]} >= {"order_taken_in", "label_bought"}
    assert "Zoé" not in json.dumps(said, ensure_ascii=False)
    erase(packed)
    left = json.dumps(json.loads(packed.station.disclose([ONE])), ensure_ascii=False)
    assert not any(word in left for word in SECRETS)


# What grows old


def test_closed_orders_lose_their_recipient_with_time(packed: Bench) -> None:
    folder = packed.station.folder
    packed.station.erase.tidy()
    assert packed.station.store.read.order(ONE).recipient.name  # type: ignore[union-attr]
    packed.clock.pass_(days=91)
    packed.take(line("4713", who="Nora Récente"))
    changes = packed.station.erase.tidy()
    assert ONE in changes.orders
    assert held(folder) == set()
    assert packed.station.store.read.order(order_id("csv", "4713")).recipient.name == "Nora Récente"  # type: ignore[union-attr]
    assert not packed.facts("4711", FactKind.PERSON_ERASED)  # here only: others keep their own time
    row = packed.station.store.read.shipment(packed.station.store.read.parcels(order_id=ONE)[0].shipment_id)
    assert row is not None and not row.customer
    assert not [one for one in row.anomalies if "address" in one.kind.value]


def test_it_runs_once_a_day_and_never_when_switched_off(desk: Bench) -> None:
    desk.take(line("1", **PERSON), line("2", **PERSON))
    desk.pack("1", TEE)
    desk.station.erase.retire()
    desk.clock.pass_(days=200)
    assert desk.station.erase.retire()
    desk.pack("2", TEE)
    desk.clock.pass_(days=100)
    assert not replace(desk.station.erase, days=lambda: 0).retire()
    two = desk.station.store.read.order(order_id("csv", "2"))
    assert two is not None and two.recipient.name


def test_old_order_files_go(packed: Bench) -> None:
    done = packed.station.sweep.folder / "done"
    old, new = done / "old.csv", done / "new.csv"
    for path, days in ((old, 200), (new, 1)):
        path.write_bytes(orders_file(line("9")))
        at = (packed.clock() + timedelta(days=100) - timedelta(days=days)).timestamp()
        os.utime(path, (at, at))
    packed.clock.pass_(days=100)
    packed.station.erase.retire()
    assert not old.exists() and new.exists()


# The command


def command(desk: Bench, *line: str) -> list[str]:
    said: list[str] = []
    carry_out_privacy(desk.station, parse(["privacy", *line]), Words("en"), said.append)
    return said


def test_the_command(packed: Bench, tmp_path: Path) -> None:
    out = tmp_path / "hers.json"
    assert command(packed, "export", "--order", "4711", "--out", str(out)) == [f"Written to {out}: orders 1."]
    assert "Quenouille" in out.read_text("utf-8")
    (printed,) = command(packed, "export", "--email", "z.quenouille@example.org")
    assert json.loads(printed)["orders"][0]["number"] == "4711"
    with pytest.raises(Refused):
        command(packed, "export", "--order", "nobody")
    aside = packed.station.folder / "before-restore-20261101-080000"
    aside.mkdir()
    said = command(packed, "erase", "--email", "z.quenouille@example.org", "--reason", "asked by mail")
    assert said[0] == "Erased from this desk: orders 1." and aside.name in said[1]
    with pytest.raises(Refused):
        command(packed, "erase", "--email", "z.quenouille@example.org", "--reason", "again")
    with pytest.raises(SystemExit):
        command(packed, "erase", "--reason", "nobody named")
