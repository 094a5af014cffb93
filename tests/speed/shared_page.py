"""A page of 200 out of a million shipments: the archive in PostgreSQL as a station's own user, and the desk's own file.

The PostgreSQL rows are made by one statement, with a recipient each: nobody opens one here.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Final
from uuid import UUID

from sqlalchemy import Engine, text

from tests.speed.figures import Figure, spread
from tests.speed.grid_fill import KEY, fill_rows
from tests.speed.room import Room
from tests.speed.shared_delay import USER, Cluster, SharedDatabase, binaries
from wismo_desk.domain.archive import PAGE, ArchiveRow
from wismo_desk.domain.status import IncidentReason, TrackingStatus
from wismo_desk.resources import status_tables
from wismo_desk.store.engine import reader
from wismo_desk.store.shared_archive import Archive
from wismo_desk.store.shared_station import grant_station
from wismo_desk.store.store import MAIN

_TIMES: Final = 400
_NAIVE: Final = 40
_AIM: Final = 5.0
_DEPTH: Final = 0.9  # of all rows, that pages are asked from
_NOW: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
_SPAN_MS: Final = 1000 * 86_400 * 1000  # a thousand days
_NOW_MS: Final = int(_NOW.timestamp() * 1000)
_FILL: Final = (
    "INSERT INTO wismo.shipment (tenant_id, warehouse, shipment_id, order_id, begun_ms, order_number, carrier,"
    " service, number, parcels, status, event_ms, event_place, state_fact)"
    " SELECT 1 + (n %% 10 = 0)::int, (ARRAY['', 'lyon', 'lille', 'nantes', 'paris'])[1 + n %% 5],"
    f" md5('s' || n)::uuid, md5('o' || n)::uuid, {_NOW_MS} - (n * {_SPAN_MS}::bigint / {{count}}),"
    " (100000 + n)::text, (ARRAY['colissimo', 'chronopost', 'own', 'gls'])[1 + n %% 4], 'home',"
    f" '6A' || lpad(n::text, 11, '0'), 1, 'delivered', {_NOW_MS} - (n * {_SPAN_MS}::bigint / {{count}}), 'Lyon', ''"
    " FROM generate_series(1, {count}) AS n",
    "INSERT INTO wismo.party (tenant_id, order_id, warehouse, data, said)"
    " SELECT s.tenant_id, s.order_id, s.warehouse, json_build_object('name', 'Anna D' || s.order_number, 'street',"
    " json_build_array('12 rue des Lilas'), 'postcode', '69001', 'city', 'Lyon', 'email', s.order_number ||"
    " '@exemple.fr', 'phone', '0612345678')::text, '' FROM wismo.shipment AS s WHERE order_number::int % {people} = 0",
    "INSERT INTO wismo.code SELECT tenant_id, number, warehouse, shipment_id FROM wismo.shipment",
    "ANALYZE",
)
_OFFSET: Final = (
    "SELECT shipment_id, order_number, carrier, service, number, parcels, status, event_ms FROM {table}"
    " {where} ORDER BY {by} LIMIT 200 OFFSET :skip"
)
_LOCAL: Final = text(
    "SELECT row, event_ms, shipment_id, order_number, carrier, service, number, parcels, status, reason, customer,"
    " place, event_place FROM shipment WHERE (event_ms, row) < (:ms, :row) ORDER BY event_ms DESC, row DESC LIMIT 200"
)


def measure(room: Room) -> list[Figure]:
    figures = _local(room.folder / "page", room.shipments)
    found = binaries()
    if found is None:
        print("  pages: no PostgreSQL here (apt-get install postgresql): left out", file=sys.stderr)
        return figures
    cluster = Cluster(found)
    try:
        return [*figures, *_shared(cluster, room.shipments)]
    finally:
        cluster.remove()


def _shared(cluster: Cluster, count: int) -> list[Figure]:
    cluster.make("pages")
    admin = SharedDatabase.open(cluster.socket_url("pages").replace(f"{USER}@", "admin@"))
    admin.upgrade()
    people = max(1, count // 200_000)  # a recipient for each shipment of 200,000, of each fifth of a million
    for statement in _FILL:
        cluster.sql("pages", statement.format(count=count, people=people).replace("%%", "%"))
    password = grant_station(admin, "pager").password
    line = SharedDatabase.open(cluster.url("pages").replace(f"{USER}@", "pager@"), password)
    archive, dice = Archive(line, status_tables()), random.Random(7)

    def page() -> None:
        at = _NOW - timedelta(milliseconds=dice.random() * _SPAN_MS * _DEPTH)
        if len(archive.find("", below=_below(at)).rows) != PAGE:
            raise RuntimeError("a page is not whole")

    def number() -> None:
        archive.find(f"6A{dice.randint(1, count):011}")

    naive = text(
        _OFFSET.format(
            table="wismo.shipment", where="WHERE tenant_id = 1 AND begun_ms IS NOT NULL",
            by="begun_ms DESC, shipment_id DESC",
        )
    )  # fmt: skip

    def skipping() -> None:
        with admin.read() as db:
            db.execute(naive, {"skip": int(dice.random() * count * 0.8)}).all()

    def person() -> None:
        archive.find(f"anna d{100_000 + people * dice.randint(1, count // people)} 69001")

    try:
        keyset, skipped = _each(page, _TIMES), _each(skipping, _NAIVE)
        one, who = _each(number, _TIMES), _each(person, _TIMES // 4)
    finally:
        line.close()
        admin.close()
    return [
        *_rows(f"PostgreSQL, {count:,} shipments: a page of 200, station's own user", keyset, skipped),
        *spread("pages", "the same: found by number", one, [], peer="", percents=(50, 99), aim=_AIM),
        *spread(
            "pages", "the same: found by name and postcode", who, [], peer="", percents=(50, 99), aim=_AIM
        ),
    ]


def _local(folder: Path, count: int) -> list[Figure]:
    folder.mkdir(parents=True, exist_ok=True)
    fill_rows(folder, count)
    engine, dice = reader(folder / MAIN, KEY), random.Random(7)
    with engine.begin() as db:
        low, high = db.execute(text("SELECT min(event_ms), max(event_ms) FROM shipment")).one()
    naive = text(_OFFSET.format(table="shipment", where="", by="event_ms DESC, row DESC"))

    def page() -> None:
        at = high - int(dice.random() * (high - low) * _DEPTH)
        _read(engine, {"ms": at, "row": 2**62})

    def skipping() -> None:
        with engine.begin() as db:
            db.execute(naive, {"skip": int(dice.random() * count * _DEPTH)}).all()

    try:
        return _rows(
            f"SQLite, {count:,} shipments: a page of 200", _each(page, _TIMES), _each(skipping, _NAIVE)
        )
    finally:
        engine.dispose()


def _read(engine: Engine, asked: dict[str, int]) -> None:
    with engine.begin() as db:
        db.execute(_LOCAL, asked).all()


def _rows(name: str, ours: list[float], naive: list[float]) -> list[Figure]:
    return spread("pages", name, ours, naive, peer="paging by OFFSET", percents=(50, 99), aim=_AIM)


def _each(work: Callable[[], None], times: int) -> list[float]:
    """Milliseconds of each, after a few that warm up."""
    for _ in range(5):
        work()
    took = []
    for _ in range(times):
        began = perf_counter()
        work()
        took.append((perf_counter() - began) * 1000)
    return took


def _below(at: datetime) -> ArchiveRow:
    """The last row of a page that nobody read: only its place counts."""
    return ArchiveRow(
        shipment_id=UUID(int=2**128 - 1), order_id=UUID(int=0), warehouse="", begun_at=at, order_number="", carrier="",
        service="", number="", parcels=1, status=TrackingStatus.DELIVERED, reason=IncidentReason.NONE, event_at=at,
        event_place="", state_fact="", customer="", place="",
    )  # fmt: skip
