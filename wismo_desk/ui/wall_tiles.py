"""What each tile of the wall says: words and marks, without a painter, so that a screen reader gets the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from wismo_desk.domain.printer import PrinterState
from wismo_desk.domain.wall import (
    Exceptions,
    Load,
    Pace,
    Truck,
    Wall,
    most_pressing,
    moved,
    project,
    remedy,
)
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_terms import Terms
from wismo_desk.words import Words

TRUCKS: Final = 4  # tiles for trucks; the other two are the list to settle and the machines


class Alarm(Enum):
    """Colour is only for the tile where someone must act."""

    NONE = "none"
    ACT = "act"
    MISSED = "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """`figure` at 208 px with `of` beside it; `said` at 48 px behind `mark`, `more` below it."""

    title: str
    aside: str = ""
    figure: str = ""
    of: str = ""
    mark: Mark | None = None
    said: str = ""
    more: str = ""
    alarm: Alarm = Alarm.NONE

    @property
    def spoken(self) -> str:
        return ", ".join(
            part for part in (self.title, self.aside, self.figure + self.of, self.said, self.more) if part
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The line to the other desks. `since`: when it last went up or down."""

    online: bool
    since: datetime
    waiting: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Machines:
    """The printers of this station by name, as last heard, and the line (None: this desk works alone)."""

    printers: Mapping[str, PrinterState] = field(default_factory=dict)
    line: Line | None = None


def tiles(
    wall: Wall, machines: Machines, now: datetime, words: Words, terms: Terms, *, assumed: int = 0
) -> tuple[Tile, ...]:
    """At most six. `assumed` is a number of stations that somebody tries out, 0 for the real one."""
    pace = moved(wall.pace, assumed)
    trucks = project(wall.loads, now, pace)
    shown, _ = most_pressing(trucks, TRUCKS)
    found = [_truck(truck, wall.loads, pace, now, words) for truck in shown]
    if len(found) in (0, 1, 3):
        found.append(_done(wall, trucks, words))
    return (*found, _settle(wall.exceptions, words, terms), _machines(machines, now, words, terms))


def left_out(wall: Wall, now: datetime, words: Words) -> str:
    """About the trucks that have no tile; "" when each has one."""
    _, rest = most_pressing(project(wall.loads, now, wall.pace), TRUCKS)
    if not rest:
        return ""
    left = sum(truck.load.left for truck in rest)
    return words("+ {count} for {carriers} more", carriers=words.number(len(rest)), count=words.number(left))


def pace_words(wall: Wall, words: Words, *, assumed: int = 0) -> str:
    """ "3 stations, 84 parcels/h", of what is or of what is tried out."""
    pace = moved(wall.pace, assumed)
    if pace is None:
        return words("no pace yet")
    rate = words("{count} parcels/h", count=words.number(round(pace.per_hour)))
    if pace.stations == 1:
        return words("1 station, {rate}", rate=rate)
    return words("{count} stations, {rate}", count=words.number(pace.stations), rate=rate)


def _truck(truck: Truck, loads: Sequence[Load], pace: Pace | None, now: datetime, words: Words) -> Tile:
    load = truck.load
    whole = words(
        "{done} of {all}", done=words.number(load.packed), all=words.number(load.packed + load.left)
    )
    tile = Tile(title=load.carrier, aside=words.time(load.leaves_at), figure=words.number(load.left))
    if truck.missed:
        said = words("the truck has left")
        return _with(tile, Mark.DANGER, said, whole, Alarm.MISSED)
    if not load.left:
        return _with(tile, Mark.OK, words("all packed"), whole)
    today, leaves = (when.astimezone(words.zone).date() for when in (now, load.leaves_at))
    if leaves != today:
        whole = words("truck {day}", day=words.day(leaves, today=today))
    if load.due is not None and load.due < load.left:
        due = words.number(load.due)
        whole = words("{count} must go with it", count=due) if load.due else words("none must go with it")
    if truck.finish_at is None:
        return _with(tile, Mark.NEUTRAL, words("no pace yet"), whole)
    when, ends = words.time(_whole(truck.finish_at)), truck.finish_at.astimezone(words.zone).date()
    if not truck.too_late or pace is None:
        when = when if ends == today else words.day(ends, today=today)
        return _with(tile, Mark.OK, words("done about {time}", time=when), whole)
    count = words.number(truck.too_late)
    said = words("{time}, {count} too late", time=when, count=count)
    if ends != today:
        said = words("{count} too late", count=count)
    return _with(tile, Mark.WARN, said, _remedy_words(loads, now, pace, load.carrier, words), Alarm.ACT)


def _remedy_words(loads: Sequence[Load], now: datetime, pace: Pace, carrier: str, words: Words) -> str:
    found = remedy(loads, now, pace, carrier)
    if found is None:
        return ""
    stations = words.number(found.stations)
    if found.too_late:
        return words(
            "{stations} stations: {count} late", stations=stations, count=words.number(found.too_late)
        )
    return words(
        "{stations} stations: done {time}", stations=stations, time=words.time(_whole(found.finish_at))
    )


def _whole(when: datetime) -> datetime:
    """The next full minute: who reads 17:00 expects to be done by then."""
    return when if when == when.replace(second=0, microsecond=0) else when + timedelta(minutes=1)


def _done(wall: Wall, trucks: Sequence[Truck], words: Words) -> Tile:
    left = sum(truck.load.left for truck in trucks)
    said = words("{count} left", count=words.number(left)) if left else words("no order waits")
    return Tile(title=words("Packed today"), figure=words.number(wall.done_today), said=said)


def _settle(found: Exceptions, words: Words, terms: Terms) -> Tile:
    tile = Tile(title=words("To settle"), figure=words.number(found.count + found.doubts))
    worst = ""
    if found.worst is not None:
        worst = words(
            "{count} × {kind}", kind=terms.anomaly[found.worst], count=words.number(found.worst_count)
        )
    if found.doubts:
        said = words("labels in doubt: {count}", count=words.number(found.doubts))
        return _with(tile, Mark.WARN, said, worst, Alarm.ACT)
    if found.urgent:
        return _with(tile, None, words("{count} urgent", count=words.number(found.urgent)), worst)
    if found.count:
        return _with(tile, Mark.OK, words("none urgent"), "")
    return _with(tile, Mark.OK, words("nothing is wrong"), "")


def _machines(machines: Machines, now: datetime, words: Words, terms: Terms) -> Tile:
    ready = [name for name, state in machines.printers.items() if state is PrinterState.READY]
    line = _line_words(machines.line, words)
    of = words("of {count}", count=words.number(len(machines.printers)))
    tile = Tile(title=words("Printers"), figure=words.number(len(ready)), of=of)
    if not machines.printers:
        return _with(Tile(title=words("Printers"), figure="–"), Mark.NEUTRAL, words("none set up"), line)
    bad = [(name, state) for name, state in machines.printers.items() if state is not PrinterState.READY]
    if bad:
        name, state = bad[0]
        tile = Tile(title=tile.title, aside=name, figure=tile.figure, of=of)
        return _with(tile, Mark.DANGER, terms.printer[state], line, Alarm.MISSED)
    if machines.line is not None and not machines.line.online:
        return _with(tile, Mark.WARN, line, words("the benches go on"))
    return _with(tile, Mark.OK, words("all ready"), line)


def _line_words(line: Line | None, words: Words) -> str:
    if line is None:
        return ""
    if not line.online:
        return words("alone since {time}", time=words.time(line.since))
    if line.waiting:
        return words("to share: {count}", count=words.number(line.waiting))
    return words("shared: up to date")


def _with(tile: Tile, mark: Mark | None, said: str, more: str, alarm: Alarm = Alarm.NONE) -> Tile:
    return Tile(
        title=tile.title,
        aside=tile.aside,
        figure=tile.figure,
        of=tile.of,
        mark=mark,
        said=said,
        more=more,
        alarm=alarm,
    )
