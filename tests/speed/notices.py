"""A day of parcels told by e-mail, text message and webhook while all three companies fail: counts and pace.

`--shipments N` with N below 2,000 makes a shorter day. Ends with an error when anybody was told twice, backwards, in
the wrong language, or not at all.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from tests.speed.figures import Figure
from tests.speed.room import Room

_TESTS = Path(__file__).parents[1]
_PARCELS, _NAIVE = 2_000, 24


def measure(room: Room) -> list[Figure]:
    sys.path[:0] = [str(_TESTS / name) for name in ("notices", "channels", "sync")]
    from notice_day import a_day

    parcels = min(_PARCELS, room.shipments)
    naive = a_day(room.folder / "naive", min(parcels, _NAIVE), naive=True)
    if naive.is_right:
        raise SystemExit(f"a program that tries everything again was not caught: {naive}")
    outcome = a_day(room.folder / "notices", parcels)
    if not outcome.is_right:
        raise SystemExit(f"the day of {parcels} parcels went wrong: {outcome}")
    twin = Figure(
        chapter="notices",
        name="told twice by a program that tries everything again",
        value=naive.twice.total(),
        unit="",
        note=f"the naive twin, {min(parcels, _NAIVE)} parcels",
    )
    return [*_figures(outcome, parcels), twin]


def _figures(outcome: Any, parcels: int) -> list[Figure]:
    note = f"{parcels:,} parcels, {outcome.faults:,} failures of the three companies"
    counts = {
        "customers told twice": outcome.twice,
        "told by the ledger and received by nobody": outcome.lost,
        "told backwards": outcome.backwards,
        "in the wrong language": outcome.wrong_language,
        "in doubt, and shown": outcome.in_doubt,
        "refused for good, and shown": outcome.failed,
        "too old to be told": outcome.too_old,
        "left out for later news": outcome.left_out,
        "sent": outcome.sent,
    }
    rows = [
        Figure(
            chapter="notices",
            name=name,
            value=found.total(),
            unit="",
            note=", ".join(f"{channel} {count:,}" for channel, count in sorted(found.items()) if count),
        )
        for name, found in counts.items()
    ]
    pace = outcome.handed_over / outcome.seconds
    return [*rows, Figure(chapter="notices", name="messages", value=pace, unit="/s", note=note)]
