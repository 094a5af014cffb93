"""Whether this bench buys labels before their parcels are packed: the `[ahead]` section of `station.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Final

from wismo_desk.errors import SettingsProblem

# The most that each may be; the least is 0.
LIMITS: Final[Mapping[str, int]] = {"orders": 50, "weight_g": 30_000, "tolerance_g": 2_000}


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


def ahead_from_toml(data: object) -> AheadSettings:
    """Raises SettingsProblem for a value that cannot be used; unknown keys are left alone."""
    if not isinstance(data, Mapping):
        raise SettingsProblem(
            "In station.toml, ahead is a section: write [ahead] on a line of its own, and below it orders = 5.",
            field="ahead",
        )
    values: dict[str, Any] = {}
    if "mode" in data:
        values["mode"] = _mode(data["mode"])
    for name, most in LIMITS.items():
        if name not in data:
            continue
        number = data[name]
        if type(number) is not int or not 0 <= number <= most:  # `true` is an int, too
            raise SettingsProblem(
                "In station.toml, {name} in the section [ahead] is a whole number from 0 to {most}, not {value}.",
                name=name,
                most=most,
                value=_as_toml(number),
                field=f"ahead.{name}",
            )
        values[name] = number
    return AheadSettings(**values)


def _mode(value: object) -> AheadMode:
    if value not in tuple(AheadMode):
        raise SettingsProblem(
            "In station.toml, mode in the section [ahead] is one of {known}, not {value}.",
            known=", ".join(AheadMode),
            value=_as_toml(value),
            field="ahead.mode",
        )
    return AheadMode(str(value))


def _as_toml(value: object) -> str:
    """As it stands in the file."""
    return str(value).lower() if isinstance(value, bool) else str(value)
