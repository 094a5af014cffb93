"""The record of a made-up year and a few expectations, as the windows get them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache

from page_fakes import NOW, RESOURCES

from wismo_desk.domain.expected import Expected
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.foresight import ForesightReport
from wismo_desk.flows import foresee_table
from wismo_desk.forecast.defaults import read_defaults
from wismo_desk.forecast.history_file import read_history
from wismo_desk.forecast.record import write_record
from wismo_desk.forecast.scan_file import read_scans
from wismo_desk.forecast.walk import ENOUGH, Walk
from wismo_desk.forecast.way import ScanWalk
from wismo_desk.forecast.way_record import write_way
from wismo_desk.practice.histories import SHOP, make_history
from wismo_desk.practice.trails import make_trails
from wismo_desk.ui.foresight_record import ForesightAsks

TODAY = NOW.date()


@cache
def report_of_both() -> ForesightReport:
    """With scans: what was shown on the way stands beside what was said from the hand-over."""
    world = make_history(9000, first=TODAY - timedelta(days=300), days=300, seed=5, world=SHOP)
    history = read_history(world.text())
    scanned = read_scans(make_trails(world, seed=6, world=SHOP).text(world), history)
    defaults = read_defaults((RESOURCES / "forecast" / "defaults.csv").read_text())
    walk = Walk(history.parcels, defaults)
    along = ScanWalk(walk, scanned.scans, defaults)
    along.run(walk.end)
    way, by_month = write_way(along, walk.end)
    return replace(
        report(),
        on_the_way=way,
        on_the_way_by_month=tuple(by_month),
        limits=tuple(sorted(along.limits.items())),
        limit=along.one_limit(walk.end),
    )


@cache
def report() -> ForesightReport:
    history = make_history(9000, first=TODAY - timedelta(days=300), days=300, seed=5, world=SHOP)
    parcels = read_history(history.text()).parcels
    walk = Walk(parcels, read_defaults((RESOURCES / "forecast" / "defaults.csv").read_text()))
    walk.run(walk.end)
    whole, by_month = write_record(parcels, walk.foreseen, walk.end)
    return ForesightReport(
        learnt_on=TODAY,
        known=walk.known,
        enough=ENOUGH,
        false_alarms=0.05,
        whole=whole,
        by_month=tuple(by_month),
        limits=tuple(sorted(walk.limits.items())),
        limit=walk.one_limit(walk.end),
    )


@dataclass
class FakeForesight:
    """Keeps what it is told."""

    known: ForesightReport | None = None
    rate: float = 0.05
    watched: int | None = 30
    said: list[object] = field(default_factory=list)

    def asks(self) -> ForesightAsks:
        return ForesightAsks(
            report=lambda: self.known,
            false_alarms=lambda: self.rate,
            allow=self._allow,
            rule=lambda: self.watched,
            set_rule=self._watch,
        )

    def _allow(self, rate: float) -> Changes:
        self.rate = rate
        if self.known is not None:
            self.known = replace(self.known, false_alarms=rate)
        return Changes(values=True)

    def _watch(self, percent: int) -> Changes:
        self.watched = percent
        return Changes(values=True)


def day(ahead: int) -> date:
    return TODAY + timedelta(days=ahead)


ON_TIME = Expected(
    day(1),
    day(1),
    day(2),
    0.04,
    0.01,
    foresee_table.LATE_TO,
    (("count", "412"), ("carrier", "colissimo"), ("zone", "FR"), ("day", "2"), ("share", "3")),
)
LATE = Expected(
    day(2),
    day(4),
    day(8),
    0.71,
    0.06,
    foresee_table.LATE_TO,
    (("count", "240"), ("carrier", "dpd"), ("zone", "ES"), ("day", "4"), ("share", "31")),
)
OVERDUE = Expected(
    day(0),
    day(3),
    day(12),
    1.0,
    0.22,
    foresee_table.FROM,
    (("count", "57"), ("carrier", "chronopost"), ("day", "9")),
)
TODAY_ONLY = Expected(
    day(0), day(0), day(0), 0.0, 0.0, foresee_table.AFTER_SCAN, (("count", "1240"), ("carrier", "colissimo"))
)
