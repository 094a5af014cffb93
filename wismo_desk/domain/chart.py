"""What a chart says, without a painter: the window and the paper draw the same, and each can be read as a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The chart as a table; every row is as long as `head`. The first column is words, the others figures."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """`value` from a baseline of zero; `said` and `note` stand behind the bar. `loud`: the one the title speaks of."""

    label: str
    value: float
    said: str
    note: str = ""
    loud: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How many took how long: `bins[i]` stands at `first + i` of the chart, of which `late[i]` after their promise.
    `low`, `middle` and `high` are P10, the median and P90."""

    label: str
    note: str
    bins: tuple[int, ...]
    late: tuple[int, ...]
    low: int
    middle: int
    high: int
    promised: int | None = None
    said: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One line; None where nothing was counted. `said` stands at its end."""

    label: str
    values: tuple[float | None, ...]
    said: str
    loud: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """`title` is a finding with its figure. One of `bars`, `spreads` and `lines` is filled; all empty: `empty` says
    why. `marks` are the words below the axis (of spreads: one per bin; of lines: one per value)."""

    title: str
    subtitle: str
    grid: Grid
    bars: tuple[Bar, ...] = ()
    spreads: tuple[Spread, ...] = ()
    lines: tuple[Series, ...] = ()
    marks: tuple[str, ...] = ()
    axis: str = ""
    target: float | None = None  # in the unit of the values
    target_said: str = ""
    first: int = 0
    foot: str = ""
    empty: str = ""
    unit: str = "%"  # as it stands behind a number of the axis

    @property
    def is_empty(self) -> bool:
        return not (self.bars or self.spreads or self.lines)


class Trend(Enum):
    """Whether a change is for the better."""

    NONE = ""
    BETTER = "ok"
    WORSE = "danger"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigure:
    """A number tile."""

    label: str
    figure: str
    context: str = ""
    change: str = ""
    trend: Trend = Trend.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A period as it is shown."""

    title: str
    period: str
    figures: tuple[KeyFigure, ...] = ()
    charts: tuple[Chart, ...] = field(default_factory=tuple)
    notes: tuple[str, ...] = ()
    empty: str = ""


def ceiling(most: float) -> tuple[float, float]:
    """(top of an axis of shares, distance of its lines), both round."""
    for unit in (0.01, 0.02, 0.05, 0.1, 0.2, 0.25):
        if most <= unit * 4:
            steps = int(most / unit - 1e-9) + 1
            return unit * steps, unit
    return 1.0, 0.25
