"""Learning from the shop's own parcels as one piece of work that can be done in another process."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from wismo_desk.domain.expected import Expected
from wismo_desk.domain.status import ENDED, TrackingStatus
from wismo_desk.flows.foresee_calendar import LaneDays
from wismo_desk.store.engine import Source
from wismo_desk.store.foresight import JourneyQueries, Journeys, Legs, as_read, open_journeys, pack

if TYPE_CHECKING:
    from wismo_desk.flows.foresee_table import Learnt

_OVER: Final = frozenset(
    status.value for status in (*ENDED, TrackingStatus.READY_FOR_PICKUP, TrackingStatus.EXPIRED)
)


_BREATH_S: Final = 0.001  # behind each week of the past


@dataclass(frozen=True, slots=True)
class Learned:
    """The tables, and what is newly expected of open parcels as `Foresight.keep` takes it."""

    learnt: Learnt
    fresh: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """Call it anywhere: it opens the file for itself, only to read. `today` is counted in days from
    1970-01-01, `shift_ms` is what the local clock is ahead of UTC."""

    source: Source
    since: datetime
    shift_ms: int
    today: int
    home: str
    days: LaneDays
    defaults: str
    false_alarms: float

    def __call__(self) -> Learned:
        with open_journeys(self.source) as read:
            return self.study(read)

    def study(self, read: JourneyQueries) -> Learned:
        """Read the history, fit, check against the record, and say what is expected of everything open."""
        from wismo_desk.flows.foresee_table import learn_journeys

        journeys = read.journeys(self.since, self.shift_ms)
        legs = read.legs(self.shift_ms)
        learnt = learn_journeys(
            journeys,
            legs,
            today=self.today,
            home=self.home,
            days=self.days,
            defaults=self.defaults,
            false_alarms=self.false_alarms,
            pause=_breathe,
        )
        return Learned(learnt, tuple(pack(newly_expected(learnt, journeys, legs))))


def _breathe() -> None:
    """Where it is learnt beside the bench, whoever waits for the interpreter goes first."""
    time.sleep(_BREATH_S)


def newly_expected(learnt: Learnt, journeys: Journeys, legs: Legs) -> list[tuple[int, Expected | None]]:
    """By row, what is expected of those of which something else was said before."""
    is_open = [at for at, status in enumerate(journeys.status) if status not in _OVER]
    expected = dict(zip(is_open, learnt.expect(journeys, legs, is_open), strict=True))
    return [
        (row, expected.get(at))
        for at, (row, said) in enumerate(zip(journeys.row, journeys.said, strict=True))
        if said != as_read(expected.get(at))
    ]
