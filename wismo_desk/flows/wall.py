"""What the wall board shows, read in one go: trucks, pace, and what somebody must look at."""

from __future__ import annotations

from dataclasses import dataclass

from wismo_desk.domain.anomaly import AnomalyKind, Severity
from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.wall import Exceptions, Wall
from wismo_desk.flows.departures import Departures
from wismo_desk.store.store import Store

_DOUBTS_SHOWN = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadWall:
    """Call it on the READ lane."""

    store: Store
    departures: Departures

    def __call__(self) -> Wall:
        now = self.departures.clock()
        loads, pace, done = self.departures.loads(now)
        return Wall(at=now, loads=loads, pace=pace, done_today=done, exceptions=self._exceptions())

    def _exceptions(self) -> Exceptions:
        count = 0
        urgent: dict[AnomalyKind, int] = {}
        for kind, severity, number in self.store.read.figures.wrong_shipments():
            count += number
            if severity is Severity.ACT:
                urgent[kind] = urgent.get(kind, 0) + number
        worst = max(urgent, key=lambda kind: urgent[kind], default=None)
        doubts = self.store.journal.effects(states=(EffectState.IN_DOUBT,), limit=_DOUBTS_SHOWN)
        return Exceptions(
            count=count,
            urgent=sum(urgent.values()),
            doubts=len(doubts),
            worst=worst,
            worst_count=urgent[worst] if worst is not None else 0,
        )
