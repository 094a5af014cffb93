"""A bench that sells an order's parcels in one call, and such orders."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desk_rig import MUG, Bench, bench, line, machines

from wismo_desk.carriers.practice import PracticeCarrier
from wismo_desk.web.client import Http

NEXT = "WD-COLIS"
PEN = "9520000003111"


@contextmanager
def bench_together(folder: Path) -> Iterator[Bench]:
    """Its carrier is not silent for long."""
    with machines() as (printer, carrier), bench(folder, printer, carrier, parcels_together=True) as made:
        carrier.silent_s = 0.2
        made.station.carriers["practice"] = PracticeCarrier(carrier.url, Http(read_s=10.0))
        yield made


def order(number: str = "1", service: str = "Exercice") -> tuple[str, ...]:
    """Two of one thing and a mug."""
    return line(number, quantity=2, service=service), line(number, "MUG", MUG, service=service)


def calls(desk: Bench) -> int:
    """Answers that sold something."""
    return sum(reply.status == 201 for reply in desk.carrier.replies)
