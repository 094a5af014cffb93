"""Parcels of one shipment at Colissimo: a call each, the followers first, then the master, which names them.

Source: specs/colissimo-sls-openapi.json, “Group your Parcel”: each parcel says whether it is FOLLOWER or MASTER, its
place and how many there are, five at most; the master lists its followers' numbers, so it must be bought after them.
# unverified: overseas France only. The document names no products, but its sample numbers are an overseas product's,
# and the official shop plug-in offers it for the overseas departments and territories alone.
# unverified: that the last parcel may be the master; the shop plug-in makes it so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from wismo_desk.domain.shipment import Label, LabelRequest
from wismo_desk.errors import CarrierUnreachable, DeskError, OutcomeUnknown

MOST: Final = 5
TOGETHER: Final = frozenset({"overseas", "overseas_signature", "overseas_economy"})

Field = tuple[str, str]
Sell = Callable[[LabelRequest, Sequence[Field]], Label]


def group_fields(place: int, total: int, followers: Sequence[str]) -> tuple[Field, ...]:
    """What one parcel of a shipment says of itself; `place` counts from 1, and the last is the master."""
    last = place == total
    fields = (
        ("TYPE_MULTI_PARCEL", "MASTER" if last else "FOLLOWER"),
        ("PARCEL_ITERATION_NUMBER", str(place)),
        ("TOTAL_NUMBER_PARCEL", str(total)),
    )
    return (*fields, ("LIST_FOLLOWER_PARCEL", "/".join(followers))) if last else fields


def sell_in_turn(requests: Sequence[LabelRequest], sell: Sell) -> tuple[Label | DeskError, ...]:
    """One outcome a request, in order; parcels `beside` them are followers that got their number before. The first that
    brings no label is the last that is asked: a master cannot name a follower without a number. What came before it
    is bought, what comes after it is not. Raises where nothing at all was bought, nor may have been."""
    told: list[Label | DeskError] = []
    followers = list(requests[0].beside)
    total = len(followers) + len(requests)
    for request in requests:
        fields = group_fields(len(followers) + 1, total, followers) if total > 1 else ()
        try:
            label = sell(request, fields)
        except DeskError as error:
            if not told and not isinstance(error, OutcomeUnknown):
                raise
            told.append(error)
            break
        told.append(label)
        followers.append(label.tracking_number)
    after = requests[len(told) :]
    return (*told, *(_not_asked(request, requests[len(told) - 1]) for request in after))


def _not_asked(request: LabelRequest, stopped_at: LabelRequest) -> CarrierUnreachable:
    return CarrierUnreachable(
        "Colissimo was not asked for parcel {parcel}, because parcel {stopped} got no label: nothing was bought for "
        "it. See to parcel {stopped}, then scan the order again.",
        parcel=request.parcel_no,
        stopped=stopped_at.parcel_no,
        raw="TYPE_MULTI_PARCEL",
    )
