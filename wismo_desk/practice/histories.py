"""Plausible histories of parcels with a known truth: several carriers, weekends, strikes, drift, some lost.

Carriers, lanes and figures are made up; nothing here describes a real company.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

COLUMNS: Final = (
    "shipment,carrier,service,origin_zone,destination_zone,handed_over_at,promised_on,delivered_at,closed_at"
)
_NEVER: Final = 10**6
_LOST: Final = 0.012
_GIVEN_UP: Final = 30  # calendar days behind the promise
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """How the made-up carriers of one market work. Times are working days."""

    carriers: tuple[tuple[str, str, bool, float, float], ...]  # name, service, Saturdays, pace, spread
    zones: tuple[tuple[str, float, float], ...]  # name, share of the parcels, further days
    origins: tuple[tuple[str, float, float], ...]
    generous: float  # days that the promise lies behind what usually suffices
    strikes: int = 2  # weeks in which one carrier hardly moves


EUROPE: Final = World(
    carriers=(
        ("alba", "home", True, 1.6, 0.45),
        ("alba", "pickup", True, 2.4, 0.4),
        ("brise", "parcel", False, 1.9, 0.35),
        ("cime", "express", True, 1.05, 0.3),
    ),
    zones=(
        ("FR", 0.62, 0.0),
        ("BE", 0.1, 0.8),
        ("DE", 0.1, 1.0),
        ("ES", 0.08, 2.0),
        ("IT", 0.07, 2.2),
        ("PT", 0.03, 3.0),
    ),
    origins=(("FR", 1.0, 0.0),),
    generous=1.0,
)
# What a practice desk lived through: its own rounds and the practice carrier.
SHOP: Final = World(
    carriers=(
        ("practice", "home", True, 1.7, 0.35),
        ("practice", "pickup", True, 2.3, 0.4),
        ("own", "home", False, 1.1, 0.25),
    ),
    zones=(("FR", 0.8, 0.0), ("BE", 0.09, 0.8), ("DE", 0.06, 1.0), ("ES", 0.05, 2.2)),
    origins=(("FR", 1.0, 0.0),),
    generous=0.2,
    strikes=2,
)
MARKETPLACE: Final = World(
    carriers=(("market", "", False, 4.5, 0.62),),
    zones=tuple((f"Z{at:02}", 1.6 / (at + 1.5), 0.45 * at) for at in range(24)),
    origins=tuple((f"O{at:02}", 3.0 / (at + 1) ** 2, 0.3 * at) for at in range(12)),
    generous=6.0,
    strikes=1,
)


@dataclass(frozen=True, slots=True)
class History:
    """Columns of one made-up history; days as `date` ordinals. `lost` is the truth about each."""

    carrier: tuple[str, ...]
    service: tuple[str, ...]
    origin: tuple[str, ...]
    zone: tuple[str, ...]
    handed: Ints
    promised: Ints
    delivered: Ints  # a million where never
    closed: Ints
    lost: npt.NDArray[np.bool_]
    until: int

    def arrived(self) -> History:
        """Only what has arrived by the last day: nobody is asked about it any more."""
        which = np.flatnonzero(self.delivered <= self.until)

        def words(column: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(column[at] for at in which)

        return History(
            carrier=words(self.carrier),
            service=words(self.service),
            origin=words(self.origin),
            zone=words(self.zone),
            handed=self.handed[which],
            promised=self.promised[which],
            delivered=self.delivered[which],
            closed=self.closed[which],
            lost=self.lost[which],
            until=self.until,
        )

    def rows(self) -> list[tuple[str, ...]]:
        """As of the last day: what was not delivered by then is open."""
        return [
            (
                f"P{at:07}",
                self.carrier[at],
                self.service[at],
                self.origin[at],
                self.zone[at],
                date.fromordinal(int(self.handed[at])).isoformat(),
                date.fromordinal(int(self.promised[at])).isoformat(),
                _shown(int(self.delivered[at]), self.until),
                _shown(int(self.closed[at]), self.until),
            )
            for at in range(len(self.handed))
        ]

    def text(self) -> str:
        """As a CSV file for `wismo-desk forecast backtest`."""
        return "\n".join([COLUMNS, *(",".join(row) for row in self.rows())]) + "\n"


def _shown(day: int, until: int) -> str:
    return date.fromordinal(day).isoformat() if day <= until else ""


def make_history(
    count: int, *, first: date, days: int, seed: int, world: World = EUROPE, drift: float = 0.15
) -> History:
    """`count` parcels handed over on working days in `days` days from `first`. Over that time all carriers become
    slower by the share `drift`."""
    chance = np.random.default_rng(seed)
    kind = chance.choice(
        len(world.carriers), count, p=_shares([1.0 / (at + 1.5) for at in range(len(world.carriers))])
    )
    zone = chance.choice(len(world.zones), count, p=_shares([share for _, share, _ in world.zones]))
    origin = chance.choice(len(world.origins), count, p=_shares([share for _, share, _ in world.origins]))
    start = first.toordinal()
    handed = np.sort(_handed(chance, start, days, count))
    pace = np.array([row[3] for row in world.carriers])[kind]
    spread = np.array([row[4] for row in world.carriers])[kind]
    far = (
        np.array([row[2] for row in world.zones])[zone] + np.array([row[2] for row in world.origins])[origin]
    )
    slower = 1 + drift * (handed - start) / max(days, 1) + 0.06 * np.sin((handed - start) / 29)
    usual = (pace + far) * chance.normal(1.0, 0.12, count).clip(0.6, 1.5)
    took = usual * slower * np.exp(chance.normal(0, spread))
    for _ in range(world.strikes):
        began = start + int(chance.integers(days // 8, max(days, 9)))
        struck = (kind == chance.integers(len(world.carriers))) & (handed >= began) & (handed < began + 6)
        took = np.where(struck, took + chance.uniform(1.5, 5.0, count), took)
    lost = chance.random(count) < _LOST
    saturdays = np.array([row[2] for row in world.carriers])[kind]
    delivered = _count_on(handed, np.ceil(took).astype(np.int64), saturdays)
    promised = _count_on(
        handed, np.ceil(usual * 1.35 + world.generous).astype(np.int64), np.zeros(count, dtype=np.bool_)
    )
    delivered = np.where(lost, _NEVER, delivered)
    return History(
        carrier=tuple(world.carriers[at][0] for at in kind),
        service=tuple(world.carriers[at][1] for at in kind),
        origin=tuple(world.origins[at][0] for at in origin),
        zone=tuple(world.zones[at][0] for at in zone),
        handed=handed,
        promised=promised,
        delivered=delivered,
        closed=np.where(lost, promised + _GIVEN_UP, _NEVER),
        lost=lost,
        until=start + days - 1,
    )


def _shares(weights: list[float]) -> npt.NDArray[np.float64]:
    return np.array(weights) / sum(weights)


def _handed(chance: np.random.Generator, start: int, days: int, count: int) -> Ints:
    """Mondays are full, Saturdays nearly empty, Sundays closed."""
    each = np.array([1.4, 1.1, 1.0, 1.0, 1.0, 0.1, 0.0])
    weights = each[(np.arange(start, start + days) - 1) % 7]
    return start + chance.choice(days, count, p=weights / weights.sum()).astype(np.int64)


def _count_on(start: Ints, working: Ints, saturdays: npt.NDArray[np.bool_]) -> Ints:
    """So many delivery days behind `start`: a day at a time, all parcels at once."""
    day, left = start.copy(), working.copy()
    while (left > 0).any():
        day = np.where(left > 0, day + 1, day)
        weekday = (day - 1) % 7
        counts = (weekday < 5) | ((weekday == 5) & saturdays)
        left = np.where(counts, left - 1, left)
    return day


def days_ago(today: date, count: int) -> date:
    """The first day of a history that ends today."""
    return today - timedelta(days=count - 1)
