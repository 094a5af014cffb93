"""Learns each night from the shop's own parcels when the open ones arrive, and writes it beside them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final
from uuid import UUID

from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.domain.foresight import ForesightReport
from wismo_desk.errors import BadInput
from wismo_desk.flows.foresee_calendar import LaneDays
from wismo_desk.flows.foresee_kept import Kept, KeptTable, night_of
from wismo_desk.flows.foresee_lesson import Learned, Lesson, newly_expected
from wismo_desk.flows.pen import Clock, Pen
from wismo_desk.store.foresight import pack
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

if TYPE_CHECKING:
    from wismo_desk.flows.foresee_table import Learnt

HISTORY: Final = timedelta(days=400)
SCOPE: Final = "foresight"  # of VALUE_SET facts
FALSE_ALARMS: Final = "false_alarms"
USUAL_RATE: Final = 0.05
_BEFORE: Final = timedelta(days=1)  # what carriers say is up to a day old when it is heard
_EPOCH: Final = date(1970, 1, 1).toordinal()


@dataclass(slots=True)
class Foresee:
    """`tick` on a lane of its own, now and then: the first behind 3:00 learns anew and looks at everything open, the
    others look at what moved; what was learnt is kept for the next start. `days`: on which days parcels move, by
    destination. `home`: the country of the warehouse. `defaults`: the text of the default tables. `compute` does the
    lesson, here or in a process of its own. numpy is loaded by what moves after it, not before."""

    store: Store
    clock: Clock
    zone: tzinfo
    home: Callable[[], str]
    days: Callable[[], LaneDays]
    defaults: Callable[[], str]
    pen: Pen
    compute: Callable[[Lesson], Learned] = Lesson.__call__
    learnt: Learnt | None = None
    learnt_at: datetime | None = None
    _moved: set[UUID] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def moved(self, shipments: Iterable[UUID]) -> None:
        """These are to be looked at by the next tick. From any thread."""
        with self._lock:
            self._moved.update(shipments)

    @property
    def false_alarms(self) -> float:
        """The share of punctual parcels that may be named late, as the supervisor set it."""
        said = self.store.read.value(SCOPE, FALSE_ALARMS)
        return said if isinstance(said, float) and 0 < said < 1 else USUAL_RATE

    def allow(self, false_alarms: float) -> Changes:
        """Set that share, 0.001 to 0.5; thresholds and record follow with the next tick."""
        if not 0.001 <= false_alarms <= 0.5:
            raise BadInput("Between 0.1% and 50% can be wanted.", field="false_alarms")
        fact = self.pen.fact(FactKind.VALUE_SET, scope=SCOPE, key=FALSE_ALARMS, value=false_alarms)
        changes = self.store.commit(Entry(at=self.pen.clock(), facts=(fact,)))
        self.learnt = None
        return changes

    def report(self) -> ForesightReport | None:
        """The record of what was learnt last; None before the first time."""
        return self.learnt.report() if self.learnt is not None else None

    def tick(self, may_learn: Callable[[], bool] = lambda: True) -> Changes:
        """`may_learn` is asked when it is due: whether the bench has rested long enough."""
        if self.learnt is None:
            self._remember()
        if self.is_due() and may_learn():
            with self._lock:
                self._moved.clear()
            return self.learn()
        if self.learnt is None:
            return Changes()
        with self._lock:
            moved, self._moved = self._moved, set()
        return self._look(sorted(self.store.read.journeys.rows(moved))) if moved else Changes()

    def is_due(self) -> bool:
        """Whether the table is older than the last night, or learnt for other settings."""
        learnt, at = self.learnt, self.learnt_at
        if learnt is None or at is None or night_of(at, self.zone) != night_of(self.clock(), self.zone):
            return True
        wanted = (self.false_alarms, self.home(), self.days())
        return (learnt.false_alarms, learnt.home, learnt.days) != wanted

    def _remember(self) -> None:
        """What an earlier start learnt, and what moved since without being looked at."""
        kept = self._table().read()
        if kept is not None and kept.at <= self.clock():
            self.learnt, self.learnt_at = kept.learnt, kept.at
            self.moved(self.store.read.journeys.moved_since(kept.at - _BEFORE))

    def _table(self) -> KeptTable:
        return KeptTable.beside(self.store.source)

    def learn(self) -> Changes:
        """Learn anew, and write what is expected of everything open, little by little."""
        began = self.clock()
        lesson = Lesson(
            source=self.store.source,
            since=self.clock() - HISTORY,
            shift_ms=self._shift(),
            today=self._today(),
            home=self.home(),
            days=self.days(),
            defaults=self.defaults(),
            false_alarms=self.false_alarms,
        )
        learned = self.compute(lesson)
        self.learnt, self.learnt_at = learned.learnt, began
        self._table().write(Kept(learned.learnt, began))
        return Changes(shipments=self.store.foresight.keep(learned.fresh))

    def _look(self, rows: Sequence[int]) -> Changes:
        if not rows:
            return Changes()
        assert self.learnt is not None
        shift = self._shift()
        journeys = self.store.read.journeys.journeys(self.clock(), shift, rows)
        legs = self.store.read.journeys.legs(shift, rows)
        fresh = newly_expected(self.learnt, journeys, legs)
        return Changes(shipments=self.store.foresight.keep(pack(fresh)))

    def _today(self) -> int:
        return self.clock().astimezone(self.zone).date().toordinal() - _EPOCH

    def _shift(self) -> int:
        offset = self.clock().astimezone(self.zone).utcoffset() or timedelta()
        return int(offset.total_seconds() * 1000)
