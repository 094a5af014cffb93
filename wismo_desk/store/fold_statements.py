"""The statements that fold one fact, built once: to build them for each fact took longer than to run them."""

from __future__ import annotations

from functools import cache
from typing import Final

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.dialects.sqlite import insert as upsert

from wismo_desk.store import main_tables as t

KEY: Final = ("cycle", "phase", "occurred_ms", "tie_rank", "state_fact")
_parcel = t.parcel.c

WORDS: Final = select(t.fact).where(
    t.fact.c.order_id.in_(bindparam("orders", expanding=True)),
    t.fact.c.kind.in_(bindparam("kinds", expanding=True)),
)
STAND: Final = (
    update(t.orders)
    .where(t.orders.c.order_id == bindparam("key"))
    .values(state=bindparam("now"), state_fact=bindparam("word"), station=bindparam("where"))
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
