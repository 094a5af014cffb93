"""Joins the settings' closed days and delivery days with the flows that keep them."""

from __future__ import annotations

from collections.abc import Callable

from wismo_desk.app.station import Station
from wismo_desk.domain.fact import Changes
from wismo_desk.flows.close_days import CloseDays
from wismo_desk.flows.set_delivery_days import SetDeliveryDays
from wismo_desk.ui.settings_closed import ClosedAsks
from wismo_desk.ui.settings_delivery import DeliveryAsks


def closed_asks(station: Station, changed: Callable[[Changes], None]) -> ClosedAsks:
    """For this station's warehouse; `changed` is what every page hears."""
    close = CloseDays(
        store=station.store,
        pen=station.pen,
        calendars=station.calendars,
        zone=station.settings.timezone,
        cut_off=lambda carrier: station.settings.cut_off(carrier),
    )
    return ClosedAsks(typed=close.typed, save=close, preview=close.preview, changed=changed)


def delivery_asks(station: Station, changed: Callable[[Changes], None]) -> DeliveryAsks:
    """For all desks; `changed` is what every page hears."""
    deliver = SetDeliveryDays(store=station.store, pen=station.pen, calendars=station.calendars)
    return DeliveryAsks(typed=deliver.typed, shipped=deliver.shipped, save=deliver, changed=changed)
