"""What is worth knowing about an order's number before somebody scans it: nothing here keeps the order out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from wismo_desk.domain.reading import ReadKind, read

SHORTEST_SCAN: Final = 4  # signs; fewer in a row are a person's (ui/scan_router)
TOO_SHORT: Final = (
    "The number {number} is too short for the scanner. "
    "At the bench, type / and then {number}, followed by Enter."
)
IS_COMMAND: Final = (
    "The number {number} is a command barcode of the bench: a scan obeys it instead of opening the order. Type / and "
    "then {number}, followed by Enter."
)
IS_PRODUCT: Final = (
    "The number {number} is also a code of the product {sku}: while an order with that product is in hand, a scan "
    "means the product."
)
IS_TAKEN: Final = (
    "The number {number} also stands for the order {other} of the shop. While both wait, a scan asks which is meant: "
    "type / and then {own} for this one."
)


@dataclass(frozen=True, slots=True)
class NumberRemark:
    """`sentence` and `values` are a catalogue key and its arguments."""

    sentence: str
    values: tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True)
class LineRemark:
    """A remark on an order that came in, with the first of its lines as an editor counts."""

    line_no: int
    sentence: str
    values: tuple[tuple[str, object], ...] = ()


def number_remarks(number: str, own: str, *, sku: str = "", other: str = "") -> Iterator[NumberRemark]:
    """`own`: the shop's own code of the order; `sku`: a product with this code; `other`: the own code of another
    order that the number names as well."""
    said = ("number", number)
    if len(number) < SHORTEST_SCAN:
        yield NumberRemark(TOO_SHORT, (said,))
    if read(number).kind is ReadKind.COMMAND:
        yield NumberRemark(IS_COMMAND, (said,))
    if sku:
        yield NumberRemark(IS_PRODUCT, (said, ("sku", sku)))
    if other:
        yield NumberRemark(IS_TAKEN, (said, ("other", other), ("own", own)))
