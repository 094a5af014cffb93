"""What people and rules say of one order over what its shop said: service, pickup point, corrected fields.

Each is a value of a fact (`set(scope, order, value)`), so it is shared, and the same order from the shop again does
not undo it. Names and addresses never stand in a fact: of a corrected field only a 16-bit mark of the shop's word is
kept, which many words share, enough to see that the shop says something else now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import blake2s
from typing import Any, Final

from wismo_desk.domain.order import Party

ROUTE: Final = "order_route"  # carrier, service, hand, why, rule, ship_by
DUE: Final = "order_due"  # ship_by: closed days said after the order came in moved its truck
POINT: Final = "order_point"  # point, name, was, why
FIXED: Final = "order_fixed"  # fields {name: mark of the shop's word}, why
# The issue of its label that was bought ahead: parcel_no, issue_no, station, at (UTC ms), back.
LAID_ASIDE: Final = "label_ahead"
WITH_RETURN: Final = "order_return"  # on: whether a person wants a return label in the box
BOXED: Final = "return_label"  # that went into the box: number, carrier, parcel
ON_ROWS: Final = (ROUTE, DUE, POINT)  # scopes that change what the rows of an order say

FIELDS: Final = tuple(Party.__slots__)


def overlaid(
    said: Mapping[str, Any], said_by: str, choices: Mapping[str, tuple[Mapping[str, Any], str]]
) -> dict[str, Any]:
    """An order's data as it holds now. `said_by` and the second of each choice are the facts' hex ids: what a rule
    decided gives way to a later word of the shop, what a person chose does not; a pickup point holds as long as the
    shop names the one it was chosen instead of; another truck holds until a later word names one, which knew the
    closed days."""
    data, timed_by = dict(said), said_by
    if ROUTE in choices:
        route, fact = choices[ROUTE]
        if route["hand"] or fact > said_by:
            data |= {"carrier": route["carrier"], "service": route["service"]}
            if route.get("ship_by"):
                data["ship_by"], timed_by = route["ship_by"], fact
    if DUE in choices:
        due, fact = choices[DUE]
        if fact > timed_by:
            data["ship_by"] = due["ship_by"]
    if POINT in choices:
        point, _ = choices[POINT]
        if point["was"] == data["pickup_point"]:
            data["pickup_point"] = point["point"]
    return data


def mark(party: Party, field: str) -> int:
    """16 bits of one field, blind to letter size and blanks at the ends."""
    value = getattr(party, field)
    text = "\n".join(value) if isinstance(value, tuple) else str(value)
    return int.from_bytes(blake2s(text.strip().casefold().encode(), digest_size=2).digest(), "big")


def differing(one: Party, other: Party) -> tuple[str, ...]:
    """The names of the fields in which two parties differ."""
    return tuple(name for name in FIELDS if getattr(one, name) != getattr(other, name))


@dataclass(frozen=True, slots=True)
class Reconciled:
    """`recipient` as it shall be; `kept` fields stay as they were corrected here, of `overruled` ones the shop has
    changed its word since, and that is the later one."""

    recipient: Party
    kept: tuple[str, ...] = ()
    overruled: tuple[str, ...] = ()


def reconcile(shop: Party, here: Party, fixed: Mapping[str, int]) -> Reconciled:
    """What the shop says now, with what was corrected here. `fixed`: the marks of FIXED."""
    known = {name: value for name, value in fixed.items() if name in FIELDS}
    kept = tuple(name for name, value in known.items() if mark(shop, name) == value)
    overruled = tuple(name for name in known if name not in kept)
    return Reconciled(replace(shop, **{name: getattr(here, name) for name in kept}), kept, overruled)
