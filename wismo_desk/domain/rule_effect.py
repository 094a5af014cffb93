"""What a setting of an anomaly rule would have done: figures for whoever sets it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from wismo_desk.domain.anomaly_rules import Unit

# Figures tried beside the one that is set, by unit.
SWEPT: Final[Mapping[Unit, tuple[int, ...]]] = {
    Unit.DAYS: (1, 2, 3, 4, 5, 7),
    Unit.HOURS: (1, 2, 4, 12, 24, 48),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """`right`: the parcel was late or never came; `wrong`: it came in time; of the others nobody can say yet."""

    times: int
    right: int
    wrong: int
    by_day: tuple[tuple[date, int], ...]  # the last seven days, oldest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """`by_threshold`: (figure, how often it would have fired, how often rightly); `examples`: number, carrier's code,
    when, whether rightly."""

    looked_at: int
    trial: Trial
    in_force: Trial
    by_threshold: tuple[tuple[int, int, int], ...] = ()
    examples: tuple[tuple[str, str, datetime, bool | None], ...] = ()
