"""The calendars and rules of this desk: where its warehouse is, whose holidays count, when its day ends."""

from __future__ import annotations

from functools import lru_cache

from wismo_desk.domain.anomaly_rules import Rules
from wismo_desk.domain.calendar import Calendars, read_delivery_days, region_of
from wismo_desk.domain.claim_clock import ClaimClock
from wismo_desk.domain.claim_terms import read_terms
from wismo_desk.resources import claim_terms, delivery_days
from wismo_desk.resources.days_off import FIRST, LAST, days_off
from wismo_desk.settings import Settings
from wismo_desk.settings.station import clock_time


def calendars_of(settings: Settings) -> Calendars:
    """Without a shipper's address the warehouse is taken to be in France."""
    home = region_of(settings.shipper.country, settings.shipper.postcode) or "FR"
    return Calendars(
        zone=settings.timezone,
        home=home,
        holidays=days_off,
        table=read_delivery_days(delivery_days()),
        first=FIRST,
        last=LAST,
        place=settings.warehouse,
    )


def rules_of(settings: Settings, calendars: Calendars) -> Rules:
    clock = ClaimClock(
        zone=settings.timezone,
        terms=read_terms(claim_terms()),
        home=calendars.home,
        holidays=lru_cache(days_off),
    )
    return Rules(
        zone=settings.timezone,
        day_ends=clock_time(settings.day_ends),
        calendars=calendars,
        claims=clock,
    )
