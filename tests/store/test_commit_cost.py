"""What a scan at the bench costs the two files, in statements; and the log of the main file that pauses take in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import uuid4

from sqlalchemy import event
from store_rig import NOON, Clock, about, bought, opened, order, taken_in

from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.shipment import LabelFormat
from wismo_desk.domain.triage import Standing
from wismo_desk.flows.pen import Pen
from wismo_desk.store import main_file
from wismo_desk.store.journal import Entry, StoredLabel
from wismo_desk.store.store import Store


@contextmanager
def listening(store: Store) -> Iterator[list[str]]:
    """Every statement of both files."""
    heard: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        heard.append(statement)

    engines = [file._engine for file in store._files]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", hear)


def test_a_scanned_item_is_five_statements_and_no_judgement(tmp_path: Path) -> None:
    store = opened(tmp_path)
    clock = Clock(NOON)
    pen = Pen("Poste 1", clock=clock)
    one = order("7001")
    store.commit(taken_in(pen, one, carrier="own", service="home"))
    scanned = about(pen, one, FactKind.ITEM_SCANNED, line=1, pieces=1, code="A", how="scan")
    with listening(store) as heard:
        changes = store.commit(Entry(at=clock(), facts=(scanned,)))
    assert changes.shipments  # its panel is read again
    assert len(heard) == 5, heard
    assert not [said for said in heard if "verdict" in said]
    with listening(store) as heard:
        facts = (
            about(pen, one, FactKind.ITEM_SCANNED, line=1, pieces=1, code="A", how="scan"),
            bought(pen, one, uuid4(), "P1", carrier="own"),
        )
        store.commit(Entry(at=clock(), facts=facts))
    assert [said for said in heard if "verdict" in said]
    assert len(heard) <= 20, heard
    store.close()


def test_without_the_exception_every_scan_is_judged(tmp_path: Path, monkeypatch: Any) -> None:
    """The naive twin."""
    monkeypatch.setattr(main_file, "NO_ROWS", frozenset())
    store = opened(tmp_path)
    clock = Clock(NOON)
    pen = Pen("Poste 1", clock=clock)
    one = order("7001")
    store.commit(taken_in(pen, one, carrier="own", service="home"))
    with listening(store) as heard:
        fact = about(pen, one, FactKind.ITEM_SCANNED, line=1, pieces=1, code="A", how="scan")
        store.commit(Entry(at=clock(), facts=(fact,)))
    assert [said for said in heard if "verdict" in said]
    store.close()


def test_a_pause_takes_the_log_in_beside_a_writer(tmp_path: Path) -> None:
    store = opened(tmp_path)
    clock = Clock(NOON)
    pen = Pen("Poste 1", clock=clock)
    orders = [order(f"{7000 + n}") for n in range(300)]
    store.commit(taken_in(pen, *orders, carrier="own", service="home"))
    file = store._files[1]
    waiting = _not_copied(store)
    assert waiting > 100
    with file.begin():  # somebody writes meanwhile
        file.ease()
    assert _not_copied(store) < waiting
    store.judge_due(clock())
    assert _not_copied(store) == 0
    store.close()


def test_no_scan_copies_the_log_of_the_journal_and_the_pause_asks_the_bench_first(tmp_path: Path) -> None:
    """SQLite's own way, each thousand pages, is the slowest scan in a hundred."""
    store = opened(tmp_path)
    clock = Clock(NOON)
    for _ in range(25):
        label = StoredLabel(parcel_id=uuid4(), made_at=NOON, format=LabelFormat.ZPL, content=bytes(200_000))
        store.commit(Entry(at=clock(), labels=(label,)))
    left: list[int] = []
    store.give_way_to(lambda: left.append(_not_copied(store, "journal.db")))
    assert _not_copied(store, "journal.db") > 1_000
    store.judge_due(clock())
    assert left[0] > 1_000 and _not_copied(store, "journal.db") == 0
    store.close()


def test_a_question_that_takes_seconds_keeps_no_scan_waiting(tmp_path: Path) -> None:
    store = opened(tmp_path)
    clock = Clock(NOON)
    store.commit(taken_in(Pen("Poste 1", clock=clock), order("7001"), carrier="own", service="home"))
    answers: list[object] = []
    asking = Thread(target=lambda: answers.append(store.personal.old(clock())))
    with store._files[1].begin():  # a scan is being folded
        asking.start()
        asking.join(20)
        assert answers == [[]]
    store.close()


def test_by_the_writers_own_connection_it_would_wait(tmp_path: Path) -> None:
    """The naive twin."""
    store = opened(tmp_path)
    began = Event()

    def ask() -> None:
        began.set()
        with store._files[1].begin():
            pass

    asking = Thread(target=ask)
    with store._files[1].begin():
        asking.start()
        began.wait(20)
        asking.join(0.05)
        assert asking.is_alive()
    asking.join(20)
    store.close()


def test_the_badge_counts_what_the_list_would(tmp_path: Path) -> None:
    store = opened(tmp_path)
    clock = Clock(NOON)
    store.commit(taken_in(Pen("Poste 1", clock=clock), order("7001"), carrier="own", service="home"))
    now = clock() + timedelta(days=9)
    store.judge_due(now)
    listed = store.read.anomalies.work(Standing.OPEN, today=now).to_act
    assert store.read.anomalies.to_act() == listed == 1
    store.close()


def _not_copied(store: Store, name: str = "main.db") -> int:
    """Pages of the log that are not in the file yet, by SQLite's own account: `wal_checkpoint` itself would copy
    them, so the index of the log is read (sqlite.org/walformat.html: mxFrame at byte 16, nBackfill at byte 96)."""
    index = (store.folder / f"{name}-shm").read_bytes()
    return int.from_bytes(index[16:20], "little") - int.from_bytes(index[96:100], "little")
