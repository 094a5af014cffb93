"""Where a parcel from France goes through customs, and what its declaration needs.

The customs territory of the Union is not its list of countries: France's overseas departments are in it for
customs and out of it for VAT, and postal operators ask for a CN22/CN23 there all the same (Union Customs Code,
Regulation (EU) 952/2013, article 4; Directive 2006/112/EC, article 6).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

EU: Final = frozenset(
    {
        *(
            "AT",
            "BE",
            "BG",
            "CY",
            "CZ",
            "DE",
            "DK",
            "EE",
            "ES",
            "FI",
            "FR",
            "GR",
            "HR",
            "HU",
            "IE",
            "IT",
            "LT",
        ),
        *("LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    }
)
_WITHIN: Final = EU | {"MC"}  # Monaco is in the customs territory and the VAT territory (through France)
# Postcodes of regions that are outside the VAT territory, or outside the Union for customs.
_OUTSIDE: Final = {
    "ES": ("35", "38", "51", "52"),  # Canary Islands, Ceuta, Melilla
    "DE": ("27498", "78266"),  # Heligoland, Büsingen
    "IT": ("23041",),  # Livigno
    "FI": ("22",),  # Åland
    "GR": ("63086",),  # Mount Athos
}


def needs_customs(country: str, postcode: str, *, sender: str = "FR", sender_postcode: str = "") -> bool:
    """Whether a parcel between the two is declared."""
    if country == sender and not _is_outside(country, postcode) and not _is_outside(sender, sender_postcode):
        return False
    return any(
        code not in _WITHIN or _is_outside(code, place)
        for code, place in ((country, postcode), (sender, sender_postcode))
    )


def _is_outside(country: str, postcode: str) -> bool:
    beginnings: Iterable[str] = _OUTSIDE.get(country, ())
    if country == "FR":
        beginnings = ("97", "98")  # where a shop writes FR for an overseas department
    return postcode.replace(" ", "").startswith(tuple(beginnings))
