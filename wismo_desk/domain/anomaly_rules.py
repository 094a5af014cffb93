"""The rules as data: which are on, after how long each watches and acts, by carrier, service and distance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import time, tzinfo
from enum import StrEnum
from typing import Any, Final

from wismo_desk.domain.anomaly_kinds import AnomalyKind
from wismo_desk.domain.calendar import Calendars, Zone, zone_of
from wismo_desk.domain.claim_clock import ClaimClock
from wismo_desk.domain.working_days import WorkingTime

RULE_SCOPE: Final = "anomaly_rule"  # of VALUE_SET facts; the key is the kind
HOUR_MS: Final = 3600 * 1000
DAY_MS: Final = 24 * HOUR_MS


class Unit(StrEnum):
    """What the figures of a rule count."""

    NOTHING = ""  # it holds or it does not
    HOURS = "hours"  # worked
    DAYS = "days"  # worked
    PERCENT = "percent"


class Mode(StrEnum):
    ON = "on"
    SHADOW = "shadow"  # it is judged and counted, and shows nowhere
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """`watch` and `act` in the rule's unit; None never comes to that. Where the unit is NOTHING, 0 is at once."""

    watch: int | None = None
    act: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleException:
    """Other figures, or none at all, for a carrier, one of its services, a distance; "" is any."""

    carrier: str = ""
    service: str = ""
    zone: Zone | None = None
    threshold: Threshold | None = None  # None: the rule does not hold there

    def fits(self, carrier: str, service: str, zone: Zone) -> bool:
        return self.carrier in ("", carrier) and self.service in ("", service) and self.zone in (None, zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`by_zone` stands over `usual`, an exception over both, the last that fits wins."""

    kind: AnomalyKind
    unit: Unit = Unit.NOTHING
    usual: Threshold = Threshold()
    by_zone: Mapping[Zone, Threshold] = field(default_factory=dict)
    exceptions: tuple[RuleException, ...] = ()
    mode: Mode = Mode.ON

    def threshold(self, carrier: str, service: str, zone: Zone) -> Threshold | None:
        found: Threshold | None = self.by_zone.get(zone, self.usual)
        for exception in self.exceptions:
            if exception.fits(carrier, service, zone):
                found = exception.threshold
        return found


_ACT: Final = Threshold(act=0)
_WATCH: Final = Threshold(watch=0)
_K: Final = AnomalyKind


def _rule(kind: AnomalyKind, unit: Unit, watch: int | None, act: int | None) -> Rule:
    return Rule(kind=kind, unit=unit, usual=Threshold(watch=watch, act=act))


DEFAULTS: Final[tuple[Rule, ...]] = (
    Rule(
        kind=_K.NO_SCAN,
        unit=Unit.DAYS,
        usual=Threshold(watch=3, act=4),
        by_zone={
            Zone.HOME: Threshold(watch=3, act=4),
            Zone.EU: Threshold(watch=5, act=7),
            Zone.BEYOND: Threshold(watch=7, act=10),
        },
    ),
    Rule(kind=_K.ORDER_LATE, usual=_ACT),
    _rule(_K.LABEL_UNCHECKED, Unit.HOURS, 2, None),
    _rule(_K.NO_FIRST_SCAN, Unit.HOURS, 24, 48),
    Rule(kind=_K.NOT_MANIFESTED, usual=_ACT),
    Rule(kind=_K.PROMISE_PASSED, usual=_ACT),
    _rule(_K.PREDICTED_LATE, Unit.PERCENT, 30, 60),
    Rule(kind=_K.INTERVAL_PASSED, usual=_WATCH),
    _rule(_K.PROBABLY_LOST, Unit.PERCENT, 25, 50),
    _rule(_K.ATTEMPT_FAILED, Unit.DAYS, 0, 2),
    Rule(kind=_K.PICKUP_TROUBLE, usual=_ACT),
    _rule(_K.PICKUP_WAITING, Unit.DAYS, 4, 6),
    Rule(kind=_K.RETURNING, usual=_ACT),
    Rule(kind=_K.DAMAGED, usual=_ACT),
    _rule(_K.CLAIM_DUE, Unit.DAYS, 5, 2),  # before the last day, so that it acts at the smaller figure
    Rule(kind=_K.REFUSED, usual=_ACT),
    _rule(_K.CUSTOMS_HELD, Unit.DAYS, 2, 5),
    _rule(_K.CARRIER_TROUBLE, Unit.DAYS, 0, 2),
    Rule(kind=_K.LOST, usual=_ACT),
    Rule(kind=_K.CONTESTED, usual=_ACT),
    _rule(_K.NUMBER_UNKNOWN, Unit.HOURS, 12, 24),
    Rule(kind=_K.DOUBLE_LABEL, usual=_ACT),
    Rule(kind=_K.ADDRESS_DOUBTFUL, usual=_ACT),
    Rule(kind=_K.STATUS_UNKNOWN, usual=_WATCH),
)
DEFAULT: Final = {rule.kind: rule for rule in DEFAULTS}


def rule_to_data(rule: Rule) -> dict[str, Any]:
    """JSON of a rule, for its fact."""
    return {
        "mode": rule.mode.value,
        "usual": _pair(rule.usual),
        "by_zone": {zone.value: _pair(one) for zone, one in rule.by_zone.items()},
        "exceptions": [
            {
                "carrier": one.carrier,
                "service": one.service,
                "zone": one.zone.value if one.zone else "",
                "threshold": _pair(one.threshold) if one.threshold else None,
            }
            for one in rule.exceptions
        ],
    }


def rule_from_data(kind: AnomalyKind, data: Mapping[str, Any] | None) -> Rule:
    """None is the default again. The unit is the program's, never the fact's."""
    known = DEFAULT[kind]
    if data is None:
        return known
    return replace(
        known,
        mode=Mode(data["mode"]),
        usual=_threshold(data["usual"]),
        by_zone={Zone(zone): _threshold(one) for zone, one in data["by_zone"].items()},
        exceptions=tuple(
            RuleException(
                carrier=one["carrier"],
                service=one["service"],
                zone=Zone(one["zone"]) if one["zone"] else None,
                threshold=_threshold(one["threshold"]) if one["threshold"] else None,
            )
            for one in data["exceptions"]
        ),
    )


def _pair(threshold: Threshold) -> list[int | None]:
    return [threshold.watch, threshold.act]


def _threshold(said: Any) -> Threshold:
    watch, act = said
    return Threshold(watch=watch, act=act)


Limit = tuple[int | None, int | None]  # watch and act: ms of worked time, or percent


@dataclass(frozen=True, slots=True)
class Lane:
    """What holds for one carrier, service and region. A kind that is off is not in `limits`."""

    zone: Zone
    calendar: WorkingTime
    limits: Mapping[AnomalyKind, Limit]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """All that judging needs beside the shipment: the rules, the calendars, when a day at the warehouse ends."""

    zone: tzinfo
    day_ends: time = time(20, 0)
    book: Mapping[AnomalyKind, Rule] = field(default_factory=lambda: DEFAULT)
    calendars: Calendars | None = None
    claims: ClaimClock | None = None  # None: no limits of claims are known
    shadow: frozenset[AnomalyKind] = field(init=False, default=frozenset())  # kinds that show nowhere
    _lanes: dict[tuple[str, str, str], Lane] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def __post_init__(self) -> None:
        if self.calendars is None:  # weekends only
            object.__setattr__(self, "calendars", Calendars(zone=self.zone))
        tried = frozenset(kind for kind, rule in self.book.items() if rule.mode is Mode.SHADOW)
        object.__setattr__(self, "shadow", tried)

    @property
    def home(self) -> WorkingTime:
        """The working time of the warehouse."""
        assert self.calendars is not None
        return self.calendars.here()

    def lane(self, carrier: str, service: str, region: str) -> Lane:
        key = (carrier, service, region)
        found = self._lanes.get(key)
        if found is None:
            found = self._lanes[key] = self._make(carrier, service, region)
        return found

    def _make(self, carrier: str, service: str, region: str) -> Lane:
        calendars = self.calendars
        assert calendars is not None
        home = calendars.home
        zone = zone_of(region or home, home[:2])
        limits: dict[AnomalyKind, Limit] = {}
        for kind, rule in self.book.items():
            found = rule.threshold(carrier, service, zone) if rule.mode is not Mode.OFF else None
            if found is not None and (found.watch, found.act) != (None, None):
                scale = {Unit.HOURS: HOUR_MS, Unit.DAYS: DAY_MS}.get(rule.unit, 1)
                limits[kind] = (_scaled(found.watch, scale), _scaled(found.act, scale))
        return Lane(zone, calendars.of(region or home, carrier, service), limits)


def _scaled(figure: int | None, scale: int) -> int | None:
    return None if figure is None else figure * scale
