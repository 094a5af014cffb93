"""The statements that fold one fact, built once: to build them for each fact took longer than to run them."""

from __future__ import annotations

from functools import cache
from typing import Final

from sqlalchemy import bindparam, func, select, tuple_, update
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.dialects.sqlite import insert as upsert

from wismo_desk.store import main_tables as t

KEY: Final = ("cycle", "phase", "occurred_ms", "tie_rank", "state_fact")
_WEARS: Final = ("carrier", "service", "number")
_shipment, _parcel = t.shipment.c, t.parcel.c

KEEP_FACT: Final = upsert(t.fact).on_conflict_do_nothing()
WORDS: Final = select(t.fact).where(
    t.fact.c.order_id.in_(bindparam("orders", expanding=True)),
    t.fact.c.kind.in_(bindparam("kinds", expanding=True)),
)
STAND: Final = (
    update(t.orders)
    .where(t.orders.c.order_id == bindparam("key"))
    .values(state=bindparam("now"), state_fact=bindparam("word"), station=bindparam("where"))
)
# Carrier and number are those of the first parcel's latest label, in whatever order labels came; of two that two
# desks bought, the one that is not void.
WORN: Final = (
    select(_parcel.carrier, _parcel.service, _parcel.tracking_number.label("number"))
    .where(_parcel.shipment_id == bindparam("key"), _parcel.reference != "")
    .order_by(_parcel.parcel_no, _parcel.issue_no.desc(), _parcel.voided, _parcel.parcel_id)
    .limit(1)
)
WEAR: Final = (
    update(t.shipment)
    .where(_shipment.shipment_id == bindparam("key"))
    .values({name: bindparam(name) for name in _WEARS})
)
COUNT_PARCELS: Final = (
    update(t.shipment)
    .where(_shipment.shipment_id == bindparam("key"))
    .values(
        parcels=select(func.count())
        .select_from(t.parcel)
        .where(_parcel.shipment_id == _shipment.shipment_id, ~_parcel.voided)
        .correlate(t.shipment)
        .scalar_subquery()
    )
)
# `new_…` are the parts of a fold key; the larger key wins, whichever came first.
SET_STATUS: Final = (
    update(t.shipment)
    .where(
        _shipment.shipment_id == bindparam("key"),
        tuple_(*(_shipment[name] for name in KEY))
        < tuple_(*(bindparam(f"new_{name}", type_=_shipment[name].type) for name in KEY)),
    )
    .values(
        {
            "status": bindparam("status"),
            "reason": bindparam("reason"),
            **{name: bindparam(f"new_{name}", type_=_shipment[name].type) for name in KEY},
        }
    )
)
# Only the newest event counts: what a later, known one says is clear again.
NOTE_CODE: Final = (
    update(t.shipment)
    .where(_shipment.shipment_id == bindparam("key"), _shipment.event_ms <= bindparam("at"))
    .values(unmapped=bindparam("unmapped"))
)


@cache
def mark_parcel(names: tuple[str, ...]) -> Insert:
    """A whole parcel row, of which a row that is there takes `names`; of two manifests the larger stays."""
    statement = upsert(t.parcel)
    new = statement.excluded
    fresh = {
        name: func.max(_parcel.manifest, new.manifest) if name == "manifest" else new[name] for name in names
    }
    return statement.on_conflict_do_update(index_elements=["parcel_id"], set_=fresh)
