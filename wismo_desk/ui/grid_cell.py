"""What one row of a painted table says: cells ready to draw, and how columns give way to a narrow window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from wismo_desk.domain.watching import Sort
from wismo_desk.ui.grid_interval import Interval
from wismo_desk.ui.marks import Mark, Stage
from wismo_desk.ui.theme import Figures


class Cell(NamedTuple):
    """`lead` is written in `tone`, `rest` muted behind it; `tint` is the token of the cell's ground."""

    lead: str = ""
    rest: str = ""
    mark: Mark | Stage | None = None
    tone: str = "text"
    tint: str = ""
    tip: str = ""
    moment: datetime | None = None  # the tooltip tells it in full
    interval: Interval | None = None  # drawn instead of words; `lead` is then for reading aloud
    boxed: bool = False  # `lead` in a small box

    @property
    def text(self) -> str:
        """As one would copy it or read it aloud."""
        return f"{self.lead}{self.rest}".strip(" ·")


class Line(NamedTuple):
    """One row: the key ticks and flashes go by, the severity bar, and a cell per column."""

    key: int
    bar: Mark | None
    cells: tuple[Cell, ...]


class Keeps(Enum):
    """What a shortened column still shows; the rest goes to the tooltip."""

    LEAD = "lead"
    REST = "rest"
    MARK = "mark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`stretch` shares what is left over; `sort` makes the header a button. A `vital` column goes only when the
    others have given all they can, down to their `least`, and there is still no room."""

    key: str
    title: str
    width: int  # px, the least in full
    short: int = 0  # px when shortened; 0: it is never shortened
    least: int = 0  # px it may shrink to, nothing left out, before a vital column goes
    vital: bool = False
    keeps: Keeps = Keeps.LEAD
    stretch: int = 0
    right: bool = False
    strong: bool = False  # `lead` in 500
    figures: Figures = Figures.TABULAR
    sort: Sort | None = None
    days: tuple[str, ...] = ()  # letters of the week from Monday: the header is an axis of days


class Fit(NamedTuple):
    """How wide a column is now; 0 px is hidden."""

    width: int
    short: bool


def fit(
    columns: Sequence[Column], way: Sequence[str], width: int, *, hidden: frozenset[str] = frozenset()
) -> tuple[Fit, ...]:
    """Widths that fill `width`. `way` names, in order, what gives way: a column that can be shortened is,
    the others are hidden; the last ones stay even if the window is narrower still. `hidden`: not wanted."""
    state = _gentle(columns, way, width, hidden) or _give_way(columns, way, width, hidden)
    spare = max(0, width - sum(one.width for one in state.values()))
    shares = {c.key: c.stretch for c in columns if state[c.key].width}
    total = sum(shares.values())
    fits = [state[c.key] for c in columns]
    if not total:
        return tuple(fits)
    given = [spare * shares.get(c.key, 0) // total for c in columns]
    given[next(i for i, c in enumerate(columns) if c.stretch)] += spare - sum(given)
    return tuple(Fit(one.width + extra, one.short) for one, extra in zip(fits, given, strict=True))


def _gentle(
    columns: Sequence[Column], way: Sequence[str], width: int, hidden: frozenset[str]
) -> dict[str, Fit] | None:
    """The widths with every vital column in full; None when there is no vital one, or no room."""
    vital = {column.key for column in columns if column.vital}
    state = _give_way(columns, [key for key in way if key not in vital], width, hidden, shrinks=True)
    return state if vital and sum(one.width for one in state.values()) <= width else None


def _give_way(
    columns: Sequence[Column],
    way: Sequence[str],
    width: int,
    hidden: frozenset[str],
    *,
    shrinks: bool = False,
) -> dict[str, Fit]:
    """`shrinks`: a column with a `least` takes its turn in `way`; else it keeps its width."""
    state = {column.key: Fit(0 if column.key in hidden else column.width, short=False) for column in columns}
    by_key = {column.key: column for column in columns}
    for key in way:
        column = by_key[key]
        if not state[key].width or (column.least and not shrinks):
            continue
        if sum(one.width for one in state.values()) <= width:
            break
        state[key] = Fit(column.least, short=False) if column.least else Fit(column.short, column.short > 0)
    return state
