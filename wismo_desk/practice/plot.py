"""What becomes of a practice parcel, told in scenes; each practice server has its own codes for them. Pure.

The stories are inventions. The last digit of a number's serial decides: 7 falls silent after sorting,
8 finds nobody at home and comes again, 9 is refused and goes back; the others arrive.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class Scene(StrEnum):
    ANNOUNCED = "announced"
    TAKEN = "taken"
    SORTED = "sorted"
    ARRIVED = "arrived"
    ROUND = "round"
    DELIVERED = "delivered"
    AT_POINT = "at_point"
    FETCHED = "fetched"
    ABSENT = "absent"
    REFUSED = "refused"
    RETURNING = "returning"
    RETURNED = "returned"
    VOIDED = "voided"


_Step = tuple[float, Scene]  # hours after creation

_START: Final[tuple[_Step, ...]] = ((5, Scene.TAKEN), (12, Scene.SORTED))
_ROUND: Final[tuple[_Step, ...]] = ((22, Scene.ARRIVED), (24, Scene.ROUND))
_PICKUP: Final[tuple[_Step, ...]] = ((22, Scene.ARRIVED), (26, Scene.AT_POINT), (50, Scene.FETCHED))
_DELIVERED: Final[tuple[_Step, ...]] = ((28, Scene.DELIVERED),)
_STORIES: Final[dict[str, tuple[_Step, ...]]] = {
    "8": ((28, Scene.ABSENT), (48, Scene.ROUND), (51, Scene.DELIVERED)),
    "9": ((28, Scene.REFUSED), (32, Scene.RETURNING), (80, Scene.RETURNED)),
}
_SILENT: Final = "7"
HANDED_OVER: Final = timedelta(hours=_START[0][0])  # from then on a label cannot be voided any more


def scenes(
    digit: str, *, pickup: bool, created_at: datetime, now: datetime, voided_at: datetime | None = None
) -> Iterator[tuple[datetime, Scene]]:
    """Everything that has happened until `now`, oldest first, in the offset of `created_at`."""
    steps = (
        [(0.0, Scene.ANNOUNCED)] if voided_at else [(0.0, Scene.ANNOUNCED), *_START, *_rest(digit, pickup)]
    )
    for hours, scene in steps:
        at = created_at + timedelta(hours=hours)
        if at <= now:
            yield at, scene
    if voided_at is not None and voided_at <= now:
        yield voided_at, Scene.VOIDED


def _rest(digit: str, pickup: bool) -> tuple[_Step, ...]:
    if digit == _SILENT:
        return ()
    return _PICKUP if pickup else (*_ROUND, *_STORIES.get(digit, _DELIVERED))
