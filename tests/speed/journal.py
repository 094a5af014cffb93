"""What one tick of an item costs on disk, on the filled station: journal, fsync, fold, judge."""

from __future__ import annotations

from collections.abc import Iterator

from tests.speed import goods
from tests.speed.figures import Figure, calmest, spread, timed
from tests.speed.fill import NOW
from tests.speed.room import Room
from wismo_desk.app.station import Station
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.store.journal import Entry

_TICKS = 150
_ROUNDS = 3
_TWIN = "the same with synchronous=OFF: nothing waits for the disk"


def measure(room: Room) -> list[Figure]:
    folder, _ = room.filled
    runs: dict[str, list[list[float]]] = {"FULL": [], "OFF": []}
    with room.station(folder) as station:
        ticks = _ticks(station, room.shipments)
        for _ in range(20):
            station.store.commit(next(ticks))
        for _ in range(_ROUNDS):
            for mode, found in runs.items():
                _synchronous(station, mode)
                found.append([_commit(station, next(ticks)) for _ in range(_TICKS)])
        _synchronous(station, "FULL")
    ours, twin = calmest(runs["FULL"]), calmest(runs["OFF"])
    return [
        *spread("journal", "one tick committed", ours, twin, peer=_TWIN, aim=5.0),
        Figure(
            chapter="journal",
            name="ticks one after the other",
            value=1000 * len(ours) / sum(ours),
            unit="/s",
            peer=_TWIN,
            peer_value=1000 * len(twin) / sum(twin),
            samples=len(ours),
        ),
    ]


def _commit(station: Station, entry: Entry) -> float:
    return timed(lambda: station.store.commit(entry))[0]


def _ticks(station: Station, shipments: int) -> Iterator[Entry]:
    """One piece of another waiting order each, from the youngest backwards."""
    for n in range(shipments - 1, 0, -1):
        order = goods.order(n, ordered_at=NOW)
        fact = station.pen.fact(
            FactKind.ITEM_SCANNED,
            order_id=order.order_id,
            shipment_id=shipment_id(order.order_id),
            line=str(order.lines[0].line_id),
            pieces=1,
            code=order.lines[0].ean,
            how="scan",
        )
        yield Entry(at=station.clock(), facts=(fact,))


def _synchronous(station: Station, mode: str) -> None:
    """Of the journal's one connection; the main file waits for nothing in either."""
    station.store._files[0].run(f"PRAGMA synchronous = {mode}")
