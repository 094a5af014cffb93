"""Made-up figures of four weeks for tests and pictures: no real carrier went like this."""

from __future__ import annotations

import random
from datetime import date, timedelta

from wismo_desk.domain.anomaly_kinds import Cause
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.figures import Contacts, Figures, Kept, Lane, Period, Transit

PERIOD = Period(date(2026, 11, 2), date(2026, 11, 29))
LANES = {
    Lane("colissimo", "home", "FR"): Kept(due=3968, late=183, tried=40, never=9),
    Lane("colissimo", "home", "BE"): Kept(due=120, late=14, tried=2, never=1),
    Lane("dpd", "home", "FR"): Kept(due=732, late=69, tried=12, never=3),
    Lane("dpd", "home", "ES"): Kept(due=74, late=23, tried=1, never=2),
    Lane("own", "home", "FR"): Kept(due=212, late=6, tried=6),
}
TRANSITS = {
    Lane("colissimo", "home"): Transit(
        bins=(0, 700, 2200, 320, 90, 40, 15, 8, 9), late=(0, 0, 0, 0, 90, 40, 15, 8, 9), promised=3
    ),
    Lane("dpd", "home"): Transit(
        bins=(0, 100, 560, 70, 40, 20, 10, 4, 2), late=(0, 0, 0, 70, 40, 20, 10, 4, 2), promised=2
    ),
    Lane("own", "home"): Transit(
        bins=(180, 26, 6, 0, 0, 0, 0, 0, 0), late=(0, 0, 6, 0, 0, 0, 0, 0, 0), promised=1
    ),
}


def weeks() -> dict[tuple[date, str], Kept]:
    chance = random.Random(4)
    found = {}
    for n in range(12):
        monday = date(2026, 11, 23) - timedelta(weeks=n)
        found[monday, "dpd"] = Kept(due=200, late=max(4, 31 - 3 * n + chance.randrange(3)))
        found[monday, "colissimo"] = Kept(due=1000, late=40 + chance.randrange(12))
        found[monday, "own"] = Kept(due=50, late=chance.randrange(3))
    return found


FULL = Figures(
    period=PERIOD,
    lanes=LANES,
    before=Kept(due=5000, late=260),
    weeks=weeks(),
    transits=TRANSITS,
    causes={Cause.WAREHOUSE: 121, Cause.CARRIER: 93, Cause.CUSTOMER: 51, Cause.DATA: 30},
    contacts=Contacts(
        by_question={"where_is_it": 61, "absent": 20, "change_address": 11, "other": 4}, sent=5106
    ),
    contacts_before=Contacts(by_question={"where_is_it": 90}, sent=5000),
    contact_cost_cents=600,
    late_target=0.05,
)


class FakeInsights:
    """Gives what it was given, and keeps what it was asked."""

    def __init__(self, figures: Figures = FULL) -> None:
        self.figures = figures
        self.day = PERIOD.last
        self.asked: list[tuple[Period, str]] = []
        self.cost: list[int | None] = []
        self.target: list[int | None] = []
        self.attempts: list[tuple[str, bool]] = []

    def last(self, days: int) -> Period:
        return Period(self.day - timedelta(days=days - 1), self.day)

    def __call__(self, period: Period, *, carrier: str = "") -> Figures:
        self.asked.append((period, carrier))
        return self.figures

    def set_contact_cost(self, cents: int | None) -> Changes:
        self.cost.append(cents)
        return Changes(values=True)

    def set_late_target(self, percent: int | None) -> Changes:
        self.target.append(percent)
        return Changes(values=True)

    def count_attempts(self, carrier: str, *, as_delivered: bool) -> Changes:
        self.attempts.append((carrier, as_delivered))
        return Changes(values=True)
