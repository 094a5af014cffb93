"""Which of Chronopost's parcels is which of ours, when one call registered several.

The answer names no reference of ours: a label that carries it (as a barcode, mode Z2D) tells which parcel it is for.
Without labels the order of the answer is that of the request.  # unverified: no document says so
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from wismo_desk.carriers.chronopost.answers import Sold, no_label
from wismo_desk.domain.shipment import Label, LabelRequest
from wismo_desk.domain.told_apart import told_apart
from wismo_desk.errors import DeskError, OutcomeUnknown


def matched(sold: Sequence[Sold], requests: Sequence[LabelRequest]) -> tuple[Sold | None, ...]:
    """The parcel of each request; None where the answer has none, or none that can be told from the others."""
    return told_apart([(each, each.zpl) for each in sold], [request.reference for request in requests])


def with_labels(sold: Sequence[Sold], zpl: bytes) -> tuple[Sold, ...]:
    """Those without a label get theirs out of what the reservation holds: the one that names their number."""
    pages = [b"^XA" + page for page in zpl.split(b"^XA")[1:]]

    def filled(each: Sold) -> Sold:
        mine = [page.rstrip() for page in pages if each.number.encode() in page and b"^XZ" in page]
        return each if each.zpl or len(mine) != 1 else replace(each, zpl=mine[0])

    return tuple(filled(each) for each in sold)


def outcome(sold: Sold | None, request: LabelRequest) -> Label | DeskError:
    if sold is None:
        return OutcomeUnknown(
            "Chronopost's answer lacks the label of parcel {parcel}. It may have been bought: check before asking "
            "again.",
            parcel=request.parcel_no,
            raw="resultMultiParcelValue",
        )
    return sold.label(request.service, request.reference) if sold.zpl else no_label(sold.number)
