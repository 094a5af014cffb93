"""The statements that fold one fact, built once: to build them for each fact took longer than to run them."""

from __future__ import annotations

from functools import cache
from typing import Final

KEY: Final = ("cycle", "phase", "occurred_ms", "tie_rank", "state_fact")
_THESE: Final = "IN (SELECT value FROM json_each(?))"
WORDS: Final = f"FROM fact WHERE order_id {_THESE} AND kind {_THESE}"
OF_PARCELS: Final = f"SELECT DISTINCT shipment_id FROM parcel WHERE parcel_id {_THESE}"  # noqa: S608 - our own words
STAND: Final = ("state", "state_fact", "station")
LEGS_KEPT: Final = (
    "INSERT OR IGNORE INTO leg (row, status, at_ms) SELECT shipment.row, said.value ->> 1, said.value ->> 2 "
    "FROM jsonb_each(?) AS said CROSS JOIN shipment ON shipment.shipment_id = said.value ->> 0"
)


@cache
def mark_parcel(names: tuple[str, ...]) -> str:
    """What of a whole parcel row a row that is there takes; of two manifests the larger stays."""
    fresh = ", ".join(
        "manifest = max(parcel.manifest, excluded.manifest)"
        if name == "manifest"
        else f"{name} = excluded.{name}"
        for name in names
    )
    return f"ON CONFLICT (parcel_id) DO UPDATE SET {fresh}"
