"""A day's order file brought in, and the same file again."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

from tests.speed import goods
from tests.speed.figures import Figure, timed
from tests.speed.fill import NOW
from tests.speed.room import Room

_ORDERS: Final = 5000
_ROUNDS: Final = 2
_FIRST: Final = 1_000_000  # none of the filled station's orders
_HEADER: Final = (
    *("date", "orderId", "lineId", "origin", "originRef", "sku", "ean", "quantity", "description", "name"),
    *(
        "address1",
        "postcode",
        "city",
        "country",
        "phone",
        "email",
        "chosenDeliveryService",
        "totalCents",
        "currency",
    ),
)
_PEER: Final = "csv.DictReader and sqlite3.executemany into two tables; nothing checked, no journal"


def measure(room: Room) -> list[Figure]:
    """The best of the rounds, each into a station of its own."""
    data = order_file()
    first, again, plain, plain_again = [], [], [], []
    for n in range(_ROUNDS):
        with room.station(room.folder / f"import-{n}") as station:
            ms, report = timed(lambda: station.take_in(data, "orders.csv"))
            first.append(ms)
            ms, replay = timed(lambda: station.take_in(data, "orders.csv"))
            again.append(ms)
        load = _plain(room.folder / f"plain-{n}.db", data)
        plain.append(timed(load)[0])
        plain_again.append(timed(load)[0])
    return [
        _figure(
            "first time",
            first,
            plain,
            f"{report.taken:,} orders, {report.lines:,} lines taken in",
            aim=1000.0,
        ),
        _figure(
            "the same file again", again, plain_again, f"{replay.same:,} of them found unchanged", aim=None
        ),
    ]


def _figure(name: str, ours: list[float], peers: list[float], note: str, *, aim: float | None) -> Figure:
    return Figure(
        chapter="import",
        name=f"orders of two lines, {name}",
        value=_ORDERS / min(ours) * 1000,
        unit="/s",
        peer=_PEER,
        peer_value=_ORDERS / min(peers) * 1000,
        aim=aim,
        samples=len(ours),
        note=note,
    )


def order_file() -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_HEADER)
    for n in range(_FIRST, _FIRST + _ORDERS):
        to = goods.party(n)
        at = NOW - timedelta(hours=10) + timedelta(seconds=n - _FIRST)
        for k in range(2):
            kind = (n + 17 * k) % 40
            goods_part = (f"SKU-{kind:03d}", goods.ean(kind), 1 + n % 3, f"Article {kind}")
            address = (to.name, *to.street, to.postcode, to.city, to.country, to.phone, to.email)
            shop = (f"{at:%Y-%m-%d %H:%M}", n, k + 1, "boutique.example", n)
            writer.writerow([*shop, *goods_part, *address, "Livraison magasin", 4980, "EUR"])
    return text.getvalue().encode()


def _plain(path: Path, data: bytes) -> Callable[[], None]:
    orders = "number, date, name, address, postcode, city, country, phone, email, service"
    lines = "number, line, sku, ean, quantity, description"

    def load() -> None:
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8"))))
        database = sqlite3.connect(path)
        database.execute(f"CREATE TABLE IF NOT EXISTS orders ({orders}, PRIMARY KEY (number))")
        database.execute(f"CREATE TABLE IF NOT EXISTS lines ({lines}, PRIMARY KEY (number, line))")
        names = ("orderId", "date", "name", "address1", "postcode", "city", "country", "phone", "email")
        database.executemany(
            f"INSERT OR REPLACE INTO orders VALUES ({','.join('?' * 10)})",
            [[*(row[name] for name in names), row["chosenDeliveryService"]] for row in rows],
        )
        parts = ("orderId", "lineId", "sku", "ean", "quantity", "description")
        database.executemany(
            f"INSERT OR REPLACE INTO lines VALUES ({','.join('?' * 6)})",
            [[row[name] for name in parts] for row in rows],
        )
        database.commit()
        database.close()

    return load
