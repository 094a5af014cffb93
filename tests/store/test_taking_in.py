"""What other desks said reaches the main file in pieces: a scan comes in between, and the rows are the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event
from store_rig import NOON, Clock, about, bought, opened, order, taken_in

from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.flows.pen import Pen
from wismo_desk.store.engine import Writer
from wismo_desk.store.store import Store

_TABLES = {
    "orders": "order_id, number, content, data, taken_fact, state, state_fact, station, carrier, ship_by_ms",
    "shipment": "shipment_id, order_id, order_number, carrier, service, number, parcels, customer, customer_key, place,"
    " zone, region, status, reason, cycle, phase, occurred_ms, tie_rank, state_fact, event_ms, event_place, ship_by_ms,"
    " promised_on, address_doubt, unmapped, accepted_ms, hurdle, hurdle_ms, tried_ms, severity, anomaly, anomalies,"
    " verdict, triage, unchecked_ms, loose_ms, handed_ms, twin, misses",
    "parcel": "*",
    "code": "*",
    "arrival": "*",
    "leg": "status, at_ms",
}


def said(count: int) -> tuple[list[Fact], list[tuple[Any, str]]]:
    """What another desk did with that many orders: labels, some void again, some on their way, some cancelled."""
    clock = Clock(NOON)
    pen = Pen("Poste 2", clock=clock)
    orders = [order(f"{8000 + n}") for n in range(count)]
    entry = taken_in(pen, *orders, carrier="own", service="home")
    facts, parties = list(entry.facts), []
    for n, one in enumerate(orders):
        parcel = uuid4()
        facts.append(about(pen, one, FactKind.ORDER_IN_HAND))
        facts.append(about(pen, one, FactKind.ITEM_SCANNED, line=1, pieces=1, code="A", how="scan"))
        facts.append(bought(pen, one, parcel, f"N{n:05}", carrier="own"))
        if n % 3 == 0:
            code = "ABSENT" if n % 2 else "DELIVERED"
            facts.append(
                about(pen, one, FactKind.TRACKING_SAID, parcel=parcel, carrier="own", code=code, number="N")
            )
        if n % 5 == 0:
            facts.append(about(pen, one, FactKind.LABEL_VOIDED, parcel=parcel, reason="double"))
        if n % 7 == 0:
            facts.append(about(pen, one, FactKind.ORDER_CANCELLED, reason="customer"))
        parties.append(
            (one.order_id, json.dumps({"name": f"Anna {n}", "city": "Lyon", "said": facts[n].fact_id.hex}))
        )
    return facts, parties


def rows(store: Store) -> dict[str, list[Any]]:
    """All that was folded, with the kept counts and what the search finds."""
    store.judge_due(NOON + timedelta(days=1))
    file = store._files[1]
    found = {
        name: sorted(map(repr, file.run(f"SELECT {what} FROM {name}"))) for name, what in _TABLES.items()
    }
    found["tally"] = sorted(file.run("SELECT kind, key, count FROM tally WHERE count <> 0"))
    for index, word in (("search", "Anna"), ("numbers", "000")):
        hits = f"SELECT shipment_id FROM shipment JOIN {index} AS i ON i.rowid = shipment.row"
        found[index] = sorted(file.run(f"{hits} WHERE {index} MATCH '{word}'"))
    return found


def test_born_whole_or_fact_by_fact_the_rows_are_the_same(tmp_path: Path) -> None:
    facts, parties = said(40)
    one, many, late = (opened(tmp_path / name) for name in ("one", "many", "late"))
    one.inbox.take(facts, parties, now=NOON)
    many.inbox.take((), parties, now=NOON)
    for fact in facts:
        many.inbox.take([fact], (), now=NOON)
    late.inbox.take([fact for fact in facts if fact.kind is not FactKind.ORDER_TAKEN_IN], (), now=NOON)
    late.inbox.take([fact for fact in facts if fact.kind is FactKind.ORDER_TAKEN_IN], (), now=NOON)
    late.inbox.take((), parties, now=NOON)
    told = rows(one)
    assert len(told["shipment"]) == len(told["search"]) == 40 and told["numbers"] and told["arrival"]
    assert rows(many) == told
    assert rows(late) == told
    one.rebuild()
    assert rows(one) == told
    for store in (one, many, late):
        store.close()


@contextmanager
def somebody_waits(store: Store, seen: list[int]) -> Iterator[None]:
    """From the first fact on that is kept, another thread wants the file, and notes how many facts it then finds."""
    file = store._files[1]
    threads: list[Thread] = []

    def want() -> None:
        with file.begin() as connection:
            seen.append(connection.exec_driver_sql("SELECT count(*) FROM fact").scalar() or 0)

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("INSERT INTO fact") and not threads:
            threads.append(Thread(target=want))
            threads[0].start()
            while not file._waiting:
                threads[0].join(0.001)

    event.listen(file._engine, "before_cursor_execute", hear)
    try:
        yield
        threads[0].join(20)
    finally:
        event.remove(file._engine, "before_cursor_execute", hear)


def test_a_scan_that_waits_comes_in_between(tmp_path: Path) -> None:
    facts, parties = said(200)
    store, whole = opened(tmp_path / "a"), opened(tmp_path / "b")
    seen: list[int] = []
    with somebody_waits(store, seen):
        changes, count = store.inbox.take(facts, parties, now=NOON, cursor="s/1/7")
    assert count == len(facts) and len(changes.orders) == 200
    assert 0 < seen[0] < len(facts) / 2
    assert store.inbox.cursor() == "s/1/7"
    whole.inbox.take(facts, parties, now=NOON)
    assert rows(store) == rows(whole)
    store.close()
    whole.close()


def test_without_asking_it_would_wait_for_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The naive twin."""
    monkeypatch.setattr(Writer, "is_wanted", False)
    facts, parties = said(200)
    store = opened(tmp_path)
    seen: list[int] = []
    with somebody_waits(store, seen):
        store.inbox.take(facts, parties, now=NOON)
    assert seen == [len(facts)]
    store.close()


def test_the_mark_stands_with_the_last_piece_only(tmp_path: Path) -> None:
    """A crash after the first of two transactions reads all of it again."""
    facts, parties = said(200)
    store = opened(tmp_path)
    marks: list[str] = []
    breathe = store._files[1].breathe

    def stop() -> None:
        marks.extend(
            value for (value,) in store._files[1].run("SELECT value FROM meta WHERE name = 'cursor'")
        )
        breathe()

    store._files[1].breathe = stop  # type: ignore[method-assign]  # what runs between two transactions
    with somebody_waits(store, []):
        store.inbox.take(facts, parties, now=NOON, cursor="s/1/7")
    assert marks == []
    assert store._files[1].run("SELECT value FROM meta WHERE name = 'cursor'") == [("s/1/7",)]
    assert store.inbox.take(facts, parties, now=NOON, cursor="s/1/8")[1] == 0
    store.close()
