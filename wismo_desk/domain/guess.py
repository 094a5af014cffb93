"""One possible meaning of a scanned code: what it may be, whose, and under which key to look it up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ReadKind(StrEnum):
    """What a scan can be. Closed vocabulary."""

    COMMAND = "command"  # a barcode of the command sheet
    OWN_LABEL = "own_label"  # the DataMatrix this desk prints on its labels
    SSCC = "sscc"
    GTIN = "gtin"
    CARRIER_NUMBER = "carrier_number"
    TEXT = "text"  # an order number, a SKU, a shelf: only the database can tell
    UNKNOWN = "unknown"  # nothing that could be looked up


@dataclass(frozen=True, slots=True)
class Guess:
    """`check_ok`: the check digit of this shape matches, does not, or (None) the code carries none.

    `partial`: `key` is only a stretch of the number; look for numbers of the carrier that contain it.
    """

    kind: ReadKind
    carrier: str
    key: str
    check_ok: bool | None = None
    partial: bool = False
