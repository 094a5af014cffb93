"""Learns each night from the shop's own parcels when the open ones arrive, and writes it beside them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta, tzinfo
from typing import TYPE_CHECKING, Final
from uuid import UUID

from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.domain.foresight import ForesightReport
from wismo_desk.errors import BadInput
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
_EPOCH: Final = date(1970, 1, 1).toordinal()


@dataclass(slots=True)
class Foresee:
    """`tick` on a lane of its own, now and then: the first of a day learns anew and looks at everything open, later
    ones look at what moved. `holidays`: days without delivery in the country of the warehouse. `home`: that country.
    `defaults`: the text of the default tables. `compute` does the lesson, here or in a process of its own. numpy is
    loaded by what moves after it, not before."""

    store: Store
    clock: Clock
    zone: tzinfo
    home: Callable[[], str]
    holidays: Callable[[str], Iterable[date]]
    defaults: Callable[[], str]
    pen: Pen
    compute: Callable[[Lesson], Learned] = Lesson.__call__
    learnt: Learnt | None = None
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
            raise BadInput("Between 0.1 % and 50 % can be wanted.", field="false_alarms")
        fact = self.pen.fact(FactKind.VALUE_SET, scope=SCOPE, key=FALSE_ALARMS, value=false_alarms)
        changes = self.store.commit(Entry(at=self.pen.clock(), facts=(fact,)))
        self.learnt = None
        return changes

    def report(self) -> ForesightReport | None:
        """The record of what was learnt last; None before the first time."""
        return self.learnt.report() if self.learnt is not None else None

    def tick(self) -> Changes:
        today = self._today()
        with self._lock:
            moved, self._moved = self._moved, set()
        if self.learnt is None or self.learnt.today != today:
            return self.learn()
        return self._look(sorted(self.store.read.journeys.rows(moved))) if moved else Changes()

    def learn(self) -> Changes:
        """Learn anew, and write what is expected of everything open, little by little."""
        lesson = Lesson(
            source=self.store.source,
            since=self.clock() - HISTORY,
            shift_ms=self._shift(),
            today=self._today(),
            home=self.home(),
            holidays=tuple(day.toordinal() - _EPOCH for day in self.holidays(self.home())),
            defaults=self.defaults(),
            false_alarms=self.false_alarms,
        )
        learned = self.compute(lesson)
        self.learnt = learned.learnt
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
