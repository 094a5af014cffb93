"""The calendars and rules of this desk: where its warehouse is, whose holidays count, when its day ends."""

from __future__ import annotations

from wismo_desk.domain.anomaly_rules import Rules
from wismo_desk.domain.calendar import Calendars, read_delivery_days, region_of
from wismo_desk.resources import delivery_days
from wismo_desk.settings import Settings
from wismo_desk.settings.days_off import FIRST, LAST, days_off
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
    )


def rules_of(settings: Settings, calendars: Calendars) -> Rules:
    return Rules(zone=settings.timezone, day_ends=clock_time(settings.day_ends), calendars=calendars)
