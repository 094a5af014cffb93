"""Whether this bench buys labels before their parcels are packed: the `[ahead]` section of `station.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any


class AheadMode(StrEnum):
    OFF = "off"
    OPENED = "opened"  # when the order is scanned
    QUEUE = "queue"  # also for the next orders that wait


@dataclass(frozen=True, slots=True, kw_only=True)
class AheadSettings:
    """`orders`: so many that wait have their label, with QUEUE. `weight_g`: what every parcel weighs; 0, the sum of its
    products. `tolerance_g`: a parcel that weighs more or less than that beside its label gets a new one."""

    mode: AheadMode = AheadMode.OFF
    orders: int = 5
    weight_g: int = 0
    tolerance_g: int = 100


def ahead_to_toml(settings: AheadSettings) -> dict[str, Any]:
    return {each.name: getattr(settings, each.name) for each in fields(settings)} | {
        "mode": settings.mode.value
    }


def ahead_from_toml(data: Mapping[str, Any]) -> AheadSettings:
    """Raises ValueError for a value that cannot be used; unknown keys are left alone."""
    known = {each.name for each in fields(AheadSettings)}
    values: dict[str, Any] = {name: value for name, value in data.items() if name in known}
    if "mode" in values:
        values["mode"] = AheadMode(values["mode"])
    settings = AheadSettings(**values)
    numbers = (settings.orders, settings.weight_g, settings.tolerance_g)
    if any(not isinstance(number, int) or number < 0 for number in numbers):
        raise ValueError("ahead.orders, ahead.weight_g and ahead.tolerance_g are numbers from 0 on")
    return settings
