"""An order file becomes orders, or sentences: a CSV export read line by line, nothing guessed, no I/O.

**A bad line keeps its whole order out.** A half order must never be packed, so every line of that order
is refused with a sentence, and all other orders come in. A line with shifted columns belongs to the order
it names anywhere; a line without a readable order number may belong to the order before or after it, and
keeps both out.

One line is one order line; the columns about the order are repeated on each (or stand on the first one).
The same line twice, alike in every column, counts once; two different lines with one line number are
refused. Ids are those of `ids`, so two stations that import one file agree. Without a line-number column
a line is named by its SKU and how often that SKU came before in the order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import chain, pairwise
from typing import Final

from wismo_desk.domain.order import Order
from wismo_desk.domain.order_columns import Field, Mapping, fingerprint, guess_mapping, is_shippingbo
from wismo_desk.domain.order_file_text import (
    RAGGED,
    TOO_LONG,
    UNCLOSED,
    Progress,
    Refusal,
    Row,
    error_file,
    read_table,
)
from wismo_desk.domain.order_rows import OrderReader
from wismo_desk.domain.order_state_column import LOOKED_AT, whole_guess
from wismo_desk.errors import BadInput

__all__ = ["Mapping", "OrderFile", "Refusal", "error_file", "fingerprint", "guess_mapping", "parse_orders"]

NO_ORDER_COLUMN: Final = (
    "The file has no column for the order number. Its columns are: {header}. Say which one it is."
)
NO_QUANTITY_COLUMN: Final = (
    "The file has no column for the quantity. Its columns are: {header}. Say which one it is."
)
NO_ARTICLE_COLUMN: Final = (
    "The file has no column for the SKU or the EAN. Its columns are: {header}. Say which one it is."
)
BROKEN_NUMBER: Final = "The order number “{value}” contains a quotation mark: remove it."
COLUMN_TWICE: Final = "The column “{column}” is twice in the header: remove one of them."

_NO_COLUMN: Final = {
    Field.ORDER: NO_ORDER_COLUMN,
    Field.QUANTITY: NO_QUANTITY_COLUMN,
    Field.SKU: NO_ARTICLE_COLUMN,
}
_LONG_CELL: Final = 80  # no order number is longer; the search for one stays quick


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFile:
    """What one file gave. `profile` is "shippingbo", "remembered" (a mapping was given) or "guessed";
    `lines` counts the records read, `repeated` those that were a line once more."""

    orders: tuple[Order, ...]
    refusals: tuple[Refusal, ...]
    encoding: str
    delimiter: str
    profile: str
    header: tuple[str, ...]
    mapping: Mapping
    lines: int = 0
    repeated: int = 0
    first_lines: tuple[int, ...] = ()  # of each order, in their order


def parse_orders(
    data: bytes,
    *,
    source: str,
    zone: tzinfo,
    received_at: datetime,
    mapping: Mapping | None = None,
    country: str = "FR",
    progress: Progress | None = None,
) -> OrderFile:
    """Read one order file. `zone`: of dates without an offset; `received_at`: of orders without a date;
    `country`: of addresses without one; `progress` hears how many lines were read so far.

    BadInput only when nothing at all can be read: no text, no header, or columns missing that every
    line needs. All else is a Refusal of its line.
    """
    table = read_table(data, progress)
    chosen = mapping or whole_guess(table.header, [row.fields for row in table.rows[:LOOKED_AT]])
    columns = _columns(table.header, chosen)
    reader = OrderReader(source, zone, received_at, country, columns, table.header)
    orders: list[Order] = []
    refusals: list[Refusal] = []
    first_lines: list[int] = []
    repeated = 0
    groups, nameless = _by_order(table.rows, columns[Field.ORDER], table.delimiter)
    for ref, rows in groups.items():
        order, refused, twice = reader.read_order(ref, rows, nameless_line=nameless.get(ref, 0))
        repeated += twice
        refusals += refused
        if order:
            orders.append(order)
            first_lines.append(rows[0].line_no)
    shippingbo = mapping is None and is_shippingbo(table.header)
    return OrderFile(
        orders=tuple(orders),
        refusals=tuple(sorted(refusals, key=lambda refusal: refusal.line_no)),
        encoding=table.encoding,
        delimiter=table.delimiter,
        profile="shippingbo" if shippingbo else "remembered" if mapping else "guessed",
        header=table.header,
        mapping=chosen,
        lines=len(table.rows),
        repeated=repeated,
        first_lines=tuple(first_lines),
    )


def _columns(header: Sequence[str], mapping: Mapping) -> dict[Field, int]:
    """Where each mapped field stands. A remembered mapping may name columns this file does not have."""
    present = Mapping(tuple(pair for pair in mapping.columns if pair[1] in header))
    if present.missing:
        field = present.missing[0]
        raise BadInput(_NO_COLUMN[field], field=field, header=", ".join(header))
    twice = next((name for _, name in present.columns if header.count(name) > 1), None)
    if twice:
        raise BadInput(COLUMN_TWICE, field=twice, column=twice)
    return {field: header.index(name) for field, name in present.columns}


def _by_order(
    rows: Sequence[Row], column: int, delimiter: str
) -> tuple[dict[str, list[Row]], dict[str, int]]:
    """The lines of each order, in the file's order ("" gathers lines that name none), and the orders that
    stand beside such a line, with its number."""
    known = {_plain(row.fields[column]) for row in rows if not row.sentence}
    known.discard("")
    groups: dict[str, list[Row]] = {}
    owners = []
    before = ""  # where a line broke off, if the one before this was cut
    for row in rows:
        cell = row.fields[column] if column < len(row.fields) else ""
        owner = _plain(cell)
        if row.sentence in (RAGGED, TOO_LONG, UNCLOSED) and owner not in known:
            seam = before + row.fields[0]
            owner = seam if seam in known else _named_anywhere(row, column, delimiter, known) or owner
        before = row.fields[-1] if row.sentence == RAGGED else ""
        if (owner not in known and not cell.isprintable()) or "\ufffd" in cell:
            owner = ""
        if not row.sentence and owner != cell:
            row = row._replace(sentence=BROKEN_NUMBER, values=(("value", cell),))
        owners.append(owner)
        groups.setdefault(owner, []).append(row)
    nameless = {
        owners[beside]: row.line_no
        for place, row in enumerate(rows)
        if not owners[place]
        for beside in (place - 1, place + 1)
        if 0 <= beside < len(rows)
    }
    return groups, nameless


def _plain(number: str) -> str:
    """An order number without what damage puts into it: quotation marks and control characters."""
    return number if number.isalnum() else "".join(c for c in number if c != '"' and c.isprintable())


def _named_anywhere(row: Row, column: int, delimiter: str, known: set[str]) -> str:
    """The order a line with shifted columns names: in another cell, or cut in two or grown together with
    a neighbour by the separator too many or too few. Better one order too many kept out."""
    bare = [cell.strip() for cell in row.raw.replace('"', "").split(delimiter)]
    near = [cell for cell in bare[max(0, column - 1) : column + 2] if len(cell) < _LONG_CELL]
    joined = (one + other for one, other in pairwise(near))
    parts = (part for cell in near for cut in range(1, len(cell)) for part in (cell[:cut], cell[cut:]))
    return next((text for text in chain(row.fields, bare, joined, parts) if text in known), "")
