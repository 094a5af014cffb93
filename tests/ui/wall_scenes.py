"""A warehouse at 15:20 for the tests and pictures of the wall."""

from __future__ import annotations

from datetime import datetime, timedelta

from page_fakes import NOW

from wismo_desk.domain.anomaly import AnomalyKind
from wismo_desk.domain.printer import PrinterState
from wismo_desk.domain.wall import Exceptions, Load, Pace, Wall
from wismo_desk.ui.wall_tiles import Line, Machines


def at(hour: int, minute: int) -> datetime:
    return NOW.replace(hour=hour, minute=minute)


def load(carrier: str, leaves: datetime, packed: int, left: int) -> Load:
    return Load(carrier=carrier, leaves_at=leaves, packed=packed, left=left)


BUSY = Wall(
    at=NOW,
    loads=(
        load("Mondial Relay", at(16, 45), 106, 22),
        load("DPD", at(17, 0), 76, 18),
        load("Colissimo", at(17, 30), 264, 148),
        load("Chronopost", at(18, 0), 62, 24),
    ),
    pace=Pace(per_hour=84, stations=3),
    exceptions=Exceptions(count=61, urgent=18, worst=AnomalyKind.PROMISE_PASSED, worst_count=11),
    done_today=508,
)
ALL_READY = Machines(
    printers={f"QUAI-{n}": PrinterState.READY for n in range(1, 5)},
    line=Line(online=True, since=NOW - timedelta(hours=6)),
)
TROUBLE = Machines(
    printers={"QUAI-1": PrinterState.READY, "QUAI-2": PrinterState.PAPER_OUT},
    line=Line(online=False, since=NOW - timedelta(hours=1), waiting=40),
)
