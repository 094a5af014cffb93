"""Whole orders as a bench leaves them, from the file to the label: five facts and a recipient each."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "sync"))  # the desks of its tests

from two_desks import Desk, make_order

from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.ids import order_id, shipment_id
from wismo_desk.store.codec import content_hash, order_data, party_data
from wismo_desk.store.journal import Entry


def pack(desk: Desk, numbers: range) -> None:
    """Orders from the file to the label, in one commit."""
    facts: list[Fact] = []
    parties = []
    for number in numbers:
        order = make_order(f"D{number}", "Anna Durand")
        data = order_data(order, carrier="own", service="home")
        data["content"] = content_hash(data, party_data(order.recipient, order.note))
        parties.append((order.order_id, order.recipient, order.note))
        key, parcel = order_id("test", f"D{number}"), desk.pen.new_id()
        facts += (
            desk.fact(FactKind.ORDER_TAKEN_IN, key, **data),
            desk.fact(FactKind.ORDER_IN_HAND, key),
            desk.fact(FactKind.ITEM_SCANNED, key, line=str(key), pieces=1, code="x", how="scan"),
            desk.fact(
                FactKind.PARCEL_CLOSED, key, parcel, parcel_no=1, weight_g=500, contents={}, last=True
            ),
            desk.pen.fact(
                FactKind.LABEL_BOUGHT, order_id=key, shipment_id=shipment_id(key), parcel_id=parcel, carrier="own",
                service="home", aliases=[], tracking_number=f"T{number:09}", reference=f"R{number:09}", parcel_no=1,
                issue_no=1, weight_g=500, last=True,
            ),
        )  # fmt: skip
    desk.store.commit(Entry(at=datetime.now(UTC), facts=tuple(facts), parties=tuple(parties)))
