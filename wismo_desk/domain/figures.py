"""How shipments went, as counts: on time, how long they took, whose doing it was. Team and lane only, never a person.

On time is delivered on or before the promised day. Due is what was promised for a day that has passed, delivered or
not: what never arrived is late, too. An attempt, or the arrival at the pickup point, is counted beside it, or, of
carriers of whom the merchant says so, as if it were the delivery.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from wismo_desk.domain.anomaly_kinds import AnomalyKind, Cause, cause_of
from wismo_desk.domain.claim import Sum

FIGURE_SCOPE = "figures"  # of VALUE_SET facts
CONTACT_COST = "contact_cost_cents"
LATE_TARGET = "late_target_percent"
ATTEMPTS_SCOPE = "attempt_delivers"  # of VALUE_SET facts: by carrier, whether an attempt counts as delivered
LONGEST = 8  # working days that a chart tells apart; more are "8+"


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def before(self) -> Period:
        """As many days just before it."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How promises were kept: of `due`, so many `late`; `tried`: of the late ones, those the carrier was there with in
    time; `never`: of the late ones, those that have not arrived."""

    due: int = 0
    late: int = 0
    tried: int = 0
    never: int = 0

    def __add__(self, other: Kept) -> Kept:
        return Kept(
            due=self.due + other.due,
            late=self.late + other.late,
            tried=self.tried + other.tried,
            never=self.never + other.never,
        )

    @property
    def share_late(self) -> float:
        return self.late / self.due if self.due else 0.0


@dataclass(frozen=True, slots=True, order=True)
class Lane:
    """Who carries it how and where to; `service` and `country` are "" for all of them."""

    carrier: str
    service: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transit:
    """Working days from the carrier's hands to the door, of what arrived: `bins[n]` took n days (the last one: that
    or more), `late[n]` of them arrived after their promise. `promised`: the days usually promised."""

    bins: tuple[int, ...]
    late: tuple[int, ...]
    promised: int | None = None

    @property
    def count(self) -> int:
        return sum(self.bins)

    def quantile(self, share: float) -> int:
        """The days within which that share of all arrived."""
        wanted, seen = share * self.count, 0
        for days, number in enumerate(self.bins):
            seen += number
            if seen >= wanted and seen:
                return days
        return len(self.bins) - 1

    @property
    def within_promise(self) -> float | None:
        """The share that took no more days than usually promised."""
        if self.promised is None or not self.count:
            return None
        return sum(self.bins[: self.promised + 1]) / self.count


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """Questions of customers that were answered, by kind, for so many parcels sent."""

    by_question: Mapping[str, int] = field(default_factory=dict)
    sent: int = 0

    @property
    def count(self) -> int:
        return sum(self.by_question.values())

    @property
    def per_hundred(self) -> float | None:
        return 100 * self.count / self.sent if self.sent else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All that the page, the paper and the command line show of one period."""

    period: Period
    lanes: Mapping[Lane, Kept] = field(default_factory=dict)  # each with service and country
    before: Kept = Kept()  # the same, all lanes together, in the period before
    weeks: Mapping[tuple[date, str], Kept] = field(default_factory=dict)  # by Monday and carrier
    transits: Mapping[Lane, Transit] = field(default_factory=dict)
    causes: Mapping[Cause, int] = field(default_factory=dict)
    hurdles: Mapping[Cause, Mapping[str, int]] = field(default_factory=dict)  # reasons behind each cause
    contacts: Contacts = Contacts()
    contacts_before: Contacts = Contacts()
    contact_cost_cents: int | None = None
    late_target: float | None = None  # share
    attempts: frozenset[str] = frozenset()  # the carriers of whom an attempt counts as delivered
    claims: tuple[Sum, ...] = ()  # opened in the period, by carrier code

    @property
    def total(self) -> Kept:
        return summed(self.lanes.values())

    @property
    def is_empty(self) -> bool:
        return not (self.total.due or self.transits or self.contacts.sent)


def summed(kept: Iterable[Kept]) -> Kept:
    return sum(kept, Kept())


def by_carrier(lanes: Mapping[Lane, Kept]) -> dict[Lane, Kept]:
    return _grouped(lanes, lambda lane: Lane(lane.carrier))


def by_service(lanes: Mapping[Lane, Kept]) -> dict[Lane, Kept]:
    return _grouped(lanes, lambda lane: Lane(lane.carrier, lane.service))


def by_country(lanes: Mapping[Lane, Kept]) -> dict[Lane, Kept]:
    """Of each carrier."""
    return _grouped(lanes, lambda lane: Lane(lane.carrier, country=lane.country))


def _grouped(lanes: Mapping[Lane, Kept], group: Callable[[Lane], Lane]) -> dict[Lane, Kept]:
    found: dict[Lane, Kept] = {}
    for lane, kept in lanes.items():
        key = group(lane)
        found[key] = found.get(key, Kept()) + kept
    return found


def worst_first(kept: Mapping[Lane, Kept], *, least: int = 1) -> list[tuple[Lane, Kept]]:
    """Those with at least so many due, the largest share of late ones first."""
    rows = [(lane, one) for lane, one in kept.items() if one.due >= least]
    return sorted(rows, key=lambda row: (-row[1].share_late, -row[1].due, row[0]))


def share_out(late: Iterable[tuple[bool, str, int]]) -> tuple[dict[Cause, int], dict[Cause, dict[str, int]]]:
    """Late shipments as (left late or not at all, the carrier's last reason, count) by whose doing it was. A parcel
    that left in time and met no reason is the carrier's."""
    causes: dict[Cause, int] = {}
    hurdles: dict[Cause, dict[str, int]] = {}
    for ours, reason, count in late:
        cause = Cause.WAREHOUSE if ours else cause_of(AnomalyKind.PROMISE_PASSED, reason)
        causes[cause] = causes.get(cause, 0) + count
        if reason and not ours:
            known = hurdles.setdefault(cause, {})
            known[reason] = known.get(reason, 0) + count
    return causes, hurdles


def transit(rows: Sequence[tuple[int, bool, int | None, int]]) -> Transit:
    """From (working days taken, late, working days promised, count)."""
    bins, late = [0] * (LONGEST + 1), [0] * (LONGEST + 1)
    promised: dict[int, int] = {}
    for days, was_late, wanted, count in rows:
        at = min(max(days, 0), LONGEST)
        bins[at] += count
        if was_late:
            late[at] += count
        if wanted is not None:
            promised[wanted] = promised.get(wanted, 0) + count
    usual = max(promised, key=lambda days: (promised[days], -days), default=None)
    return Transit(bins=tuple(bins), late=tuple(late), promised=usual)


def is_rising(shares: Sequence[float]) -> int:
    """For how many steps in a row the last values have risen; 0 when the last one did not."""
    steps = 0
    for earlier, later in zip(reversed(shares[:-1]), reversed(shares), strict=False):
        if later <= earlier:
            break
        steps += 1
    return steps
