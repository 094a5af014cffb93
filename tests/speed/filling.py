"""How fast the store writes and folds a station's past, in big commits."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from tests.speed import goods
from tests.speed.figures import Figure, timed
from tests.speed.fill import NOW
from tests.speed.room import Room

_SLICE = 20_000
_PEER = "sqlite3.executemany of the same orders as JSON: one table, no facts, no index but the key"


def measure(room: Room) -> list[Figure]:
    _, rates = room.filled
    count = min(_SLICE, room.shipments)
    ms, _ = timed(lambda: _plain(room.folder / "plain-fill.db", count))
    plain = count / ms * 1000
    return [
        Figure(chapter="fill", name=name, value=value, unit="/s", peer=_PEER, peer_value=plain, note=note)
        for name, value, note in (
            ("orders taken in", rates.orders, ""),
            ("labels folded, with what became of them", rates.facts, "per shipment two to three facts"),
            ("whole shipments", rates.total, f"{room.shipments:,} in {rates.seconds:.0f} s"),
        )
    ]


def _plain(path: Path, count: int) -> None:
    orders = [goods.order(n, ordered_at=NOW) for n in range(count)]
    database = sqlite3.connect(path)
    database.execute(
        "CREATE TABLE orders (id TEXT PRIMARY KEY, number TEXT, name TEXT, city TEXT, lines TEXT)"
    )
    rows = [
        (
            order.order_id.hex,
            order.number,
            order.recipient.name,
            order.recipient.city,
            json.dumps([(line.sku, line.quantity) for line in order.lines]),
        )
        for order in orders
    ]
    database.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?)", rows)
    database.commit()
    database.close()
