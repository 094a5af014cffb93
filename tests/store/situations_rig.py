"""Random shipments as rows of the main file, and rules that tell them apart."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from wismo_desk.domain.anomaly import AnomalyKind, Rules, to_ms
from wismo_desk.domain.anomaly_rules import DEFAULT, Mode, RuleException, Threshold
from wismo_desk.domain.calendar import Calendars, DeliveryDays, Zone
from wismo_desk.domain.closed_days import Closure
from wismo_desk.domain.status import IncidentReason, TrackingStatus
from wismo_desk.store.engine import Writer

PARIS = ZoneInfo("Europe/Paris")
OFF = {
    "FR": {date(2026, 12, 25), date(2026, 5, 1), date(2026, 11, 11)},
    "FR-57": {date(2026, 12, 25), date(2026, 12, 26), date(2026, 5, 1)},
}
DAYS = (DeliveryDays(carrier="gls", service="*", weekdays=frozenset(range(6))),)
K = AnomalyKind
NOW = datetime(2026, 10, 27, 10, tzinfo=PARIS)  # two days after the clocks went back
EVENINGS = time(20, 0)


def calendars() -> Calendars:
    found = Calendars(
        zone=PARIS,
        holidays=lambda region: OFF.get(region, ()),
        table=DAYS,
        first=date(2026, 1, 1),
        last=date(2026, 12, 31),
    )
    found.close((Closure(first=date(2026, 10, 29), last=date(2026, 10, 30)),))
    return found


def rules() -> Rules:
    """Thresholds by carrier, service and distance, one on trial, one off, one that only acts."""
    book = {
        **DEFAULT,
        K.NO_SCAN: replace(
            DEFAULT[K.NO_SCAN],
            exceptions=(
                RuleException(carrier="gls", threshold=Threshold(watch=1, act=2)),
                RuleException(carrier="ups", zone=Zone.EU, threshold=None),
                RuleException(service="express", threshold=Threshold(watch=None, act=1)),
            ),
        ),
        K.PICKUP_WAITING: replace(DEFAULT[K.PICKUP_WAITING], mode=Mode.SHADOW),
        K.RETURNING: replace(
            DEFAULT[K.RETURNING], exceptions=(RuleException(carrier="ups", threshold=None),)
        ),
        K.PREDICTED_LATE: replace(DEFAULT[K.PREDICTED_LATE], usual=Threshold(watch=30, act=None)),
        K.NUMBER_UNKNOWN: replace(DEFAULT[K.NUMBER_UNKNOWN], usual=Threshold(watch=None, act=24)),
        K.CARRIER_TROUBLE: replace(DEFAULT[K.CARRIER_TROUBLE], mode=Mode.OFF),
    }
    return Rules(zone=PARIS, day_ends=EVENINGS, book=book, calendars=calendars())


def a_moment(chance: random.Random, *, none: float = 0.2) -> int | None:
    """Around now above all, at whole hours now and then, and in years of long ago."""
    if chance.random() < none:
        return None
    if chance.random() < 0.02:
        return chance.choice(
            [1, 315_532_800_000, 631_152_000_000, 1_399_999_999_999, 2_100_000_000_000, 4_102_444_800_000]
        )
    hours = chance.choice([2, 30, 100, 400, 1200])
    at = NOW - timedelta(seconds=chance.randrange(-hours * 900, hours * 3600))
    return to_ms(at.replace(minute=0, second=0) if chance.random() < 0.3 else at)


def a_day(chance: random.Random) -> str | None:
    if chance.random() < 0.5:
        return None
    return (NOW.date() + timedelta(days=chance.randrange(-20, 20))).isoformat()


def a_row(chance: random.Random, n: int) -> dict[str, Any]:
    status = chance.choice(list(TrackingStatus)) if chance.random() < 0.9 else TrackingStatus.LABEL_CREATED
    care = json.dumps({"seen": {"no_scan": 2}}) if chance.random() < 0.03 else ""
    if chance.random() < 0.02:
        care = json.dumps({"contested": to_ms(NOW)})
    return {
        "row": n * chance.choice([1, 1, 1, 70_001]) % 16_000_000 or n,
        "shipment_id": f"{n:032x}", "order_id": f"{n:032x}", "order_number": str(n), "number": "", "parcels": 1,
        "customer": "", "place": "", "cycle": 0, "phase": 1, "tie_rank": 0, "state_fact": "", "event_place": "",
        "carrier": chance.choice(["colissimo", "gls", "ups", "own"]),
        "service": chance.choice(["home", "express", "é “x”"]),
        "region": chance.choice(["FR", "FR-57", "DE", "CA", ""]),
        "status": status.value,
        "reason": chance.choice(list(IncidentReason)).value if chance.random() < 0.4 else "",
        "occurred_ms": a_moment(chance) or 0,
        "event_ms": a_moment(chance) or 0,
        "ship_by_ms": a_moment(chance),
        "unchecked_ms": a_moment(chance),
        "loose_ms": a_moment(chance),
        "handed_ms": a_moment(chance, none=0.5),
        "promised_on": a_day(chance),
        "eta_high_on": a_day(chance),
        "late_chance": chance.choice([None, 0.0, 0.29, 0.3, 0.57, 0.58, 0.6, 1.0, chance.random()]),
        "lost_chance": chance.choice([None, 0.0, 0.25, 0.5, chance.random()]),
        "unmapped": chance.choice(["", "", "", "ZZ"]),
        "address_doubt": '{"sentence": "No number", "values": [], "certain": true}' if chance.random() < 0.05 else "",
        "twin": 1 if chance.random() < 0.02 else None,
        "misses": chance.choice([0, 0, 3]),
        "snoozed_ms": a_moment(chance, none=0.97),
        "care": care,
        "claim_on": chance.choice([""] * 30 + ["-", "2026-11-02"]),
        "verdict": chance.choice([0, 0, 2, 6**23 * 4 + 1, -6]),
        "severity": 0, "anomaly": "", "anomalies": "[]",
    }  # fmt: skip


def fill(file: Writer, rows: list[dict[str, Any]], again: dict[int, int | None]) -> None:
    names = list(rows[0])
    with file.begin() as connection:
        connection.exec_driver_sql(
            f"INSERT OR IGNORE INTO shipment ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
            [tuple(row.values()) for row in rows],
        )
        if again:
            connection.exec_driver_sql("INSERT OR IGNORE INTO agenda VALUES (?, ?)", list(again.items()))
