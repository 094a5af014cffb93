"""The kept counts of arrivals are always those that counting every shipment anew would give."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

from store_rig import NOON, Clock, about, bought, opened, order, said, taken_in

from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.figures import Kept
from wismo_desk.flows.pen import Pen
from wismo_desk.store import arrivals
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

FIRST, LAST = date(2026, 11, 1), date(2026, 12, 31)


def kept(store: Store) -> list[tuple[object, ...]]:
    with store.read._engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM arrival WHERE count <> 0").fetchall()
    return sorted(tuple(row) for row in rows)


def counted(store: Store) -> list[tuple[object, ...]]:
    """Every shipment looked at, as a naive report does."""
    with store.read._engine.begin() as connection:
        return sorted(tuple(row) for row in connection.exec_driver_sql(arrivals.EVERYTHING).fetchall())


def run(store: Store, seed: int, *, count: int = 40) -> None:
    """Orders with promises that go their ways; some late, some twice around, some called off."""
    chance = random.Random(seed)
    clock = Clock(NOON)
    pen = Pen("Poste 1", clock=clock)
    orders = [
        order(f"{seed}-{n}", promised_on=date(2026, 11, 24) + timedelta(days=n % 4)) for n in range(count)
    ]
    store.commit(taken_in(pen, *orders, carrier="practice", service="home"))
    for one in orders:
        clock.pass_(minutes=1)
        parcel = uuid4()
        store.commit(
            Entry(at=clock(), facts=(bought(pen, one, parcel, f"P{one.number}", carrier="practice"),))
        )
    for _ in range(count * 3):
        clock.pass_(hours=chance.choice([1, 2, 5]))
        one = chance.choice(orders)
        code = chance.choice(["PRIS", "TRI", "TOURNEE", "LIVRE", "ABSENT", "DEPOSE", "RENDU", "TRI"])
        store.commit(Entry(at=clock(), facts=(said(pen, one, code),)))
    store.commit(Entry(at=clock(), facts=(about(pen, orders[0], FactKind.ORDER_CANCELLED, reason=""),)))


def test_the_counts_follow_every_fact_and_a_rebuild(tmp_path: Path) -> None:
    store = opened(tmp_path)
    run(store, 1)
    live = kept(store)
    assert live == counted(store)
    assert len(live) > 10
    store.rebuild()
    assert kept(store) == counted(store) == live
    store.close()
    again = opened(tmp_path)
    assert kept(again) == live
    again.close()


def test_one_more_hub_counts_nothing_anew(tmp_path: Path) -> None:
    """A trigger that fires on any change of state (the naive twin) would write eight rows for it."""
    store = opened(tmp_path)
    run(store, 3, count=4)
    with store._files[1].begin() as connection:
        row = connection.exec_driver_sql("SELECT row FROM shipment WHERE status = 'in_transit'").scalar()
        assert row is not None
        raw = connection.connection.driver_connection
        before = raw.total_changes  # type: ignore[union-attr]  # SQLite's own
        connection.exec_driver_sql("UPDATE shipment SET status = 'out_for_delivery' WHERE row = ?", (row,))
        after = raw.total_changes  # type: ignore[union-attr]  # likewise
        connection.exec_driver_sql("DROP TRIGGER tally_status")
        connection.exec_driver_sql("DROP TRIGGER log_touched")
        connection.exec_driver_sql("UPDATE shipment SET status = 'in_transit' WHERE row = ?", (row,))
        bare = raw.total_changes  # type: ignore[union-attr]  # likewise
        connection.exec_driver_sql("UPDATE shipment SET status = 'returned' WHERE row = ?", (row,))
        ended = raw.total_changes  # type: ignore[union-attr]  # likewise
    assert bare - after == 1
    assert after - before > 1
    assert ended - bare > 1
    assert kept(store) == counted(store)
    store.close()


def test_promises_are_late_when_they_pass_without_an_arrival(tmp_path: Path) -> None:
    store = opened(tmp_path)
    clock = Clock(NOON)
    pen = Pen("Poste 1", clock=clock)
    good, tried, late, never = (order(name, promised_on=date(2026, 11, 25)) for name in ("a", "b", "c", "d"))
    store.commit(taken_in(pen, good, tried, late, never, carrier="practice", service="home"))

    def tell(code: str, *orders: object) -> None:
        facts = tuple(said(pen, one, code) for one in orders)  # type: ignore[arg-type]  # orders
        store.commit(Entry(at=clock(), facts=facts))

    tell("PRIS", good, tried, late)
    clock.pass_(days=2)  # the promised day
    tell("LIVRE", good)
    tell("ABSENT", tried)
    clock.pass_(days=1)
    tell("LIVRE", tried, late)
    figures = store.read.figures
    ((carrier, service, region, found),) = figures.promises(FIRST, LAST)
    assert (carrier, service, region) == ("practice", "home", "FR")
    assert found == Kept(due=4, late=3, tried=1, never=1)
    assert figures.weeks(FIRST, LAST) == [(date(2026, 11, 23), "practice", found)]
    assert figures.sent(FIRST, LAST) == 3
    told = {(ours, reason): count for ours, reason, count in figures.late_ones(FIRST, LAST)}
    assert told == {(False, ""): 1, (False, "recipient_absent"): 1, (True, ""): 1}
    assert sum(one.count for one in figures.journeys(FIRST, LAST)) == 3
    store.close()
