"""The line to PostgreSQL is cut: both benches go on, pack one order both, and agree again once it is mended."""

from __future__ import annotations

import csv
import io
import time
from uuid import UUID

from wismo_desk.demo.bench import Bench
from wismo_desk.demo.pace import Delays
from wismo_desk.demo.stage import Stage, is_online, nudge
from wismo_desk.domain.order import Order
from wismo_desk.resources import resources_dir

_FRESH = "C"  # how the numbers of the orders begin that come in meanwhile
_EACH_S = 0.1  # between two scans of one bench, at the least


class Outage:
    """`seconds` long. `twice` is the order that both packed."""

    def __init__(self, stage: Stage, seconds: float, *, orders: int) -> None:
        self._stage, self._seconds, self._orders = stage, seconds, orders
        self._one, self._two = stage.house.desks
        self.twice: UUID | None = None
        self._mended = 0.0

    def __call__(self) -> None:
        self._go_on_alone()
        self._agree()
        self._void_one()

    def _fresh(self) -> list[Order]:
        """Both take the same file in: the same orders, though neither knows of the other."""
        file = fresh_orders(self._orders)
        found = []
        for desk in self._stage.house.desks:
            desk.take_in(file, "coupure.csv")
            found.append([each for each in self._stage.waiting(desk) if each.number.startswith(_FRESH)])
        assert [each.order_id for each in found[0]] == [each.order_id for each in found[1]]
        return found[0]

    def _go_on_alone(self) -> None:
        """Half of the file packed at each, and one order of it at both."""
        stage = self._stage
        stage.house.line.cut()
        began = time.monotonic()
        print(f"the line to PostgreSQL is cut for {self._seconds:g} s", flush=True)
        both, *orders = self._fresh()
        for desk in stage.house.desks:
            bench = Bench(desk)
            bench.pack(both)
            bench.close()
        self.twice = both.order_id
        stage.packed.add(both.order_id)
        stage.read, stage.painted = Delays(), Delays()  # what waits for the line is no delay of it
        scans = sum(2 + line.quantity for order in orders for line in order.lines)
        times = stage.at_both(orders, max(_EACH_S, 0.8 * self._seconds / (scans / 2)))
        stage.until(lambda: time.monotonic() >= began + self._seconds, patience=self._seconds + 1)
        away = [desk.settings.station for desk in stage.house.desks if not is_online(desk)]
        stage.house.line.mend()
        self._mended = time.monotonic()
        lasted = self._mended - began
        stage.rows.add(
            "PostgreSQL away",
            f"{lasted:.0f} s, {sum(map(len, times))} scans meanwhile, offline: {', '.join(away)}",
            bar=f"{self._seconds:g} s, both benches go on",
            kept=lasted >= self._seconds and all(times) and len(away) == 2,
        )

    def _agree(self) -> None:
        house, rows = self._stage.house, self._stage.rows
        written: set[UUID] = set()

        def alike() -> bool:
            written.update(house.written())
            return all(house.known(station) == written for station in house.stations)

        agreed = self._stage.until(alike)
        waited = time.monotonic() - self._mended
        shared = house.shared()
        lost = len(written - set(shared)) + sum(len(written - house.known(one)) for one in house.stations)
        rows.add(
            "the desks and the worker know the same", f"after {waited:.1f} s", bar="all alike", kept=agreed
        )
        rows.add(
            "facts lost / doubled",
            f"{lost} / {len(shared) - len(set(shared))} of {len(written)}",
            bar="0 / 0",
            kept=lost == 0 and len(shared) == len(set(shared)),
        )

    def _void_one(self) -> None:
        """A task at both desks, settled at one of them."""
        desks = self._stage.house.desks
        tasks = [desk.twice_labelled() for desk in desks]
        numbers = [label.number for task in tasks[0] for label in task.labels]
        for task in tasks[1][:1]:
            self._two.void(task.labels[1].parcel_id, reason="packed at both while the line was cut")
            nudge(self._two)
        gone = self._stage.until(lambda: not any(desk.twice_labelled() for desk in desks))
        self._stage.rows.add(
            "packed twice while the line was down",
            f"{' and '.join(numbers)}: one voided" if gone else "not settled",
            bar="found at both desks, one voided",
            kept=gone and [len(task) for task in tasks] == [1, 1] and len(numbers) == 2,
        )


def fresh_orders(count: int) -> bytes:
    """An order file like the sample's, for `count` other people: an own delivery of one piece each."""
    sample = (resources_dir() / "practice" / "commandes-exemple.csv").read_text("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(sample)))
    own = [line for line in lines if line["chosenDeliveryService"] == "Livraison magasin"]
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(lines[0]), lineterminator="\n")
    writer.writeheader()
    for number in range(count):
        order = f"{_FRESH}{number:04d}"
        other = {"email": f"client.{order}@example.org", "quantity": "1", "lineId": "1"}
        writer.writerow({**own[number % len(own)], "orderId": order, "originRef": order, **other})
    return text.getvalue().encode()
