"""When a shipment is expected, how likely it is late or lost, and from how many past parcels that is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Expected:
    """`low` and `high` are P10 and P90, `likely` the median; `late` and `lost` are chances of 0 to 1 (None: no
    promise was made, or nothing is known). `sentence` is a catalogue key with the names of `values` in it: the
    count of past parcels behind the figures."""

    low: date
    likely: date
    high: date
    late: float | None = None
    lost: float | None = None
    sentence: str = ""
    values: tuple[tuple[str, str], ...] = ()


def zone_name(country: str, postcode: str, *, known: bool = True) -> str:
    """Where to, as the forecast counts it: a country; of France also Corsica and overseas by themselves ("FR-20",
    "FR-97"); "" where nobody knows any more."""
    if not known:
        return ""
    country = country.strip().upper()
    digits = "".join(ch for ch in postcode if ch.isdigit())
    if country == "FR" and len(digits) == 5 and digits[:2] in ("20", "97", "98"):
        return f"FR-{digits[:2]}"
    return country
