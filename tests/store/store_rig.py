"""Facts as flows write them, and a store in a folder of its own, for every test of this room."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from wismo_desk.domain.anomaly import Rules
from wismo_desk.domain.effect import Effect, EffectKind, EffectState
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.ids import line_id, order_id, shipment_id
from wismo_desk.domain.order import Order, OrderLine, Party
from wismo_desk.flows.pen import Pen
from wismo_desk.resources import status_tables
from wismo_desk.store import open_store
from wismo_desk.store.codec import content_hash, order_data, party_data
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

KEY: Final = bytes(range(32))
NOON: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)
RULES: Final = Rules(zone=ZoneInfo("Europe/Paris"))
STATUSES: Final = status_tables()


class Clock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **how_long: float) -> None:
        self.now += timedelta(**how_long)


def opened(folder: Path, key: bytes = KEY) -> Store:
    return open_store(folder, key, statuses=STATUSES, rules=RULES)


def order(number: str, **changes: Any) -> Order:
    ref = order_id("csv", number)
    values: dict[str, Any] = {
        "order_id": ref,
        "source": "csv",
        "source_ref": number,
        "number": number,
        "ordered_at": NOON - timedelta(days=1),
        "recipient": Party(
            name="Zoé Lefèvre",
            street=("12 rue des Tanneurs",),
            postcode="37000",
            city="Tours",
            phone="06 39 98 12 04",
            email="zoe.lefevre@example.org",
        ),
        "lines": (OrderLine(line_id=line_id("csv", number, "1"), sku="MUG", quantity=2),),
        "ship_by": NOON + timedelta(hours=5),
        "promised_on": date(2026, 11, 27),
    }
    return Order(**(values | changes))


def taken_in(pen: Pen, *orders: Order, carrier: str = "own", service: str = "home") -> Entry:
    """The entry that brings orders in."""
    facts, parties = [], []
    for one in orders:
        data: dict[str, Any] = order_data(one, carrier=carrier, service=service)
        data["content"] = content_hash(data, party_data(one.recipient, one.note))
        ids = {"order_id": one.order_id, "shipment_id": shipment_id(one.order_id)}
        facts.append(pen.fact(FactKind.ORDER_TAKEN_IN, **ids, **data))
        parties.append((one.order_id, one.recipient, one.note))
    return Entry(at=pen.clock(), facts=tuple(facts), parties=tuple(parties))


def about(pen: Pen, one: Order, kind: FactKind, parcel: UUID | None = None, **data: Any) -> Fact:
    ids = {"order_id": one.order_id, "shipment_id": shipment_id(one.order_id), "parcel_id": parcel}
    return pen.fact(kind, **ids, **data)


def bought(pen: Pen, one: Order, parcel: UUID, number: str, **changes: Any) -> Fact:
    data: dict[str, Any] = {
        "carrier": "own",
        "service": "home",
        "tracking_number": number,
        "aliases": [],
        "reference": f"REF{number}"[:13],
        "parcel_no": 1,
        "issue_no": 1,
        "weight_g": 800,
        "price_cents": None,
        "last": True,
    }
    return about(pen, one, FactKind.LABEL_BOUGHT, parcel, **(data | changes))


def said(pen: Pen, one: Order, code: str, *, carrier: str = "practice", place: str = "") -> Fact:
    return about(
        pen, one, FactKind.TRACKING_SAID, carrier=carrier, number="1", code=code, label="", place=place
    )


def intent(pen: Pen, one: Order, key: str, state: EffectState = EffectState.SENDING) -> Effect:
    return pen.effect(
        EffectKind.LABEL_BOUGHT, key, state=state, order_id=one.order_id, parcel_id=pen.new_id(), parcel_no=1
    )


def rows(store: Store, table: str, columns: str = "*") -> Sequence[tuple[Any, ...]]:
    """What a table of the main file holds, sorted; local row ids are left out by naming the columns."""
    with store.read._engine.begin() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        return sorted(map(tuple, raw.execute(f"SELECT {columns} FROM {table}").fetchall()), key=repr)


SHIPMENT_COLUMNS: Final = (
    "shipment_id, order_id, order_number, carrier, service, number, parcels, customer, place, status, "
    "reason, cycle, phase, occurred_ms, tie_rank, state_fact, event_ms, event_place, ship_by_ms, "
    "promised_on, address_doubt"
)


def picture(store: Store) -> dict[str, Sequence[tuple[Any, ...]]]:
    """Every derived row, without local row ids and without what depends on the moment of looking."""
    tables = ("orders", "parcel", "code", "product", "value", "manifest")
    found = {name: rows(store, name) for name in tables}
    return found | {"shipment": rows(store, "shipment", SHIPMENT_COLUMNS)}


def python(*arguments: str) -> str:
    """Run another Python on this source tree with this folder's modules at hand; what it wrote."""
    here = Path(__file__).parent
    path = os.pathsep.join((str(here), str(here.parents[1])))
    done = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    return done.stdout
