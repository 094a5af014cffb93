"""The lines of one order become that order, or a sentence for each line: all of it or nothing.

Knows the cells of a file by our field names only; encodings, delimiters and headers are read before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final, TypeVar

from wismo_desk.domain.address import is_mobile
from wismo_desk.domain.cell_values import (
    MOST_PIECES,
    is_huge_count,
    is_scientific,
    read_amount,
    read_cents,
    read_count,
    read_day,
    read_grams,
    read_moment,
    read_tags,
)
from wismo_desk.domain.countries import country_code
from wismo_desk.domain.ids import line_id, order_id
from wismo_desk.domain.measures import WRONG_LENGTH, Size, is_nought, read_length, title_kilos, title_unit
from wismo_desk.domain.order import Order, OrderLine, Party
from wismo_desk.domain.order_columns import Field
from wismo_desk.domain.order_file_text import Refusal, Row
from wismo_desk.domain.states import state_code

Value = TypeVar("Value")

NO_ORDER: Final = "The line names no order: fill the column."
NO_ARTICLE: Final = "The line has neither a SKU nor an EAN: fill one of them."
SCIENTIFIC: Final = (
    "The spreadsheet shortened “{value}” and its last digits are lost. Format the column as text "
    "before typing or importing, then export the file again."
)
WRONG_QUANTITY: Final = "The quantity “{value}” is not a whole number of pieces from 1 on: correct it."
HUGE_QUANTITY: Final = "The quantity “{value}” is more than {most} pieces, the most of one line: correct it."
LONG_NUMBER: Final = (
    "The order number has {count} signs, and a label takes {most}: shorten it in the shop. "
    "It begins “{value}”."
)
WRONG_AMOUNT: Final = "The amount “{value}” cannot be read: write 1234,50 without a thousands separator."
WRONG_CENTS: Final = "The amount “{value}” is not a whole number of cents: correct it."
WRONG_DATE: Final = "The date “{value}” cannot be read: write 2026-11-24 or 24/11/2026."
WRONG_WEIGHT: Final = "The weight “{value}” cannot be read: write 250 (grams) or 0,25 kg."
WRONG_COUNTRY: Final = "The country “{value}” is not known: write its two-letter code, such as FR or BE."
DIFFERENT: Final = "“{value}” differs from “{other}” in line {line} of the same order: make them agree."
LINE_TWICE: Final = "Line {line} of the file has the same order line number and other content: correct one."
ORDER_OUT: Final = (
    "This line is in order, but line {line} of the same order is not: the order stays out whole."
)
NAMELESS_BESIDE: Final = (
    "Line {line} has no readable order number and may belong to this order: the order stays out whole."
)

_CODES: Final = (
    Field.ORDER,
    Field.NUMBER,
    Field.LINE,
    Field.SKU,
    Field.EAN,
    Field.PHONE,
    Field.PHONE2,
    Field.POSTCODE,
    Field.PICKUP_POINT,
)
_ADDRESS: Final = (Field.ADDRESS1, Field.ADDRESS2, Field.ADDRESS3)
_MUST_AGREE: Final = (
    Field.NUMBER,
    Field.COMPANY,
    Field.NAME,
    Field.FIRST_NAME,
    Field.LAST_NAME,
    *_ADDRESS,
    Field.POSTCODE,
    Field.CITY,
    Field.COUNTRY,
    Field.STATE,
    Field.PHONE,
    Field.PHONE2,
    Field.EMAIL,
    Field.NOTE,
    Field.CHOSEN_SERVICE,
    Field.PICKUP_POINT,
    Field.CURRENCY,
    Field.TAGS,
)
_FIRST_FILLED: Final = (Field.ORDERED_AT, Field.SHIP_BY, Field.PROMISED_ON)
_SIDES: Final = (Field.LENGTH, Field.WIDTH, Field.HEIGHT)
# Some shops write each line's own figure here: one for the order is then not known.
_ONE_FOR_ALL: Final = (Field.TOTAL_CENTS, Field.TOTAL, *_SIDES, Field.WEIGHT)
_STREET_LINES: Final = 3
MOST_SIGNS: Final = 60  # of an order number; a label's DataMatrix takes some more
_BEGINNING: Final = 24


class _Fault(Exception):
    def __init__(self, row: Row, field: Field | None, sentence: str, **values: object) -> None:
        super().__init__(sentence)
        self.row, self.field, self.sentence, self.values = row, field, sentence, values


@dataclass(frozen=True, slots=True)
class OrderReader:
    """Reads the orders of one file; holds what is the same for all of them. `columns`: field → index."""

    source: str
    zone: tzinfo
    received_at: datetime
    country: str
    columns: dict[Field, int]
    header: Sequence[str]

    def read_order(
        self, ref: str, rows: Sequence[Row], *, nameless_line: int = 0
    ) -> tuple[Order | None, list[Refusal], int]:
        """The order, or a refusal for each of its lines; and how many lines only repeated another.

        `nameless_line`: the number of a line beside this order that names none and may be a part of it.
        """
        if not ref:
            return None, [self._refuse(_Fault(row, Field.ORDER, NO_ORDER)) for row in rows], 0
        faults: list[_Fault] = []
        lines: dict[str, tuple[Row, OrderLine]] = {}
        seen: Counter[str] = Counter()
        for row in rows:
            try:
                self._check_number(row)
                name = self._line_name(row, seen)
                if name not in lines:
                    lines[name] = (row, self._read_line(ref, name, row))
                elif row.fields != lines[name][0].fields:
                    raise _Fault(row, Field.LINE, LINE_TWICE, line=lines[name][0].line_no)
            except _Fault as fault:
                faults.append(fault)
        if nameless_line and not faults:
            faults = [_Fault(row, None, NAMELESS_BESIDE, line=nameless_line) for row in rows]
        if not faults:
            try:
                order = self._build(ref, rows, tuple(line for _, line in lines.values()))
                return order, [], len(rows) - len(lines)
            except _Fault as fault:
                faults.append(fault)
        return None, self._refuse_all(rows, faults), 0

    def _refuse_all(self, rows: Sequence[Row], faults: list[_Fault]) -> list[Refusal]:
        bad = {fault.row.line_no for fault in faults}
        first = faults[0].row.line_no
        others = [_Fault(row, None, ORDER_OUT, line=first) for row in rows if row.line_no not in bad]
        return [self._refuse(fault) for fault in (*faults, *others)]

    def _refuse(self, fault: _Fault) -> Refusal:
        row, field = fault.row, fault.field
        known = field is not None and field in self.columns and not row.sentence
        return Refusal(
            line_no=row.line_no,
            field=self.header[self.columns[field]] if known and field else "",
            sentence=row.sentence or fault.sentence,
            values=row.values if row.sentence else tuple(fault.values.items()),
            raw_line=row.raw,
        )

    def _cell(self, row: Row, field: Field) -> str:
        index = self.columns.get(field)
        return "" if index is None else row.fields[index]

    def _check_number(self, row: Row) -> None:
        for field in (Field.ORDER, Field.NUMBER):
            value = "" if row.sentence else self._cell(row, field)
            if len(value) > MOST_SIGNS:
                begins = value[:_BEGINNING] + "…"
                raise _Fault(row, field, LONG_NUMBER, count=len(value), most=MOST_SIGNS, value=begins)

    def _line_name(self, row: Row, seen: Counter[str]) -> str:
        if row.sentence:
            raise _Fault(row, None, row.sentence)
        for field in _CODES:
            if is_scientific(value := self._cell(row, field)):
                raise _Fault(row, field, SCIENTIFIC, value=value)
        if line := self._cell(row, Field.LINE):
            return line
        article = self._cell(row, Field.SKU) or self._cell(row, Field.EAN)
        seen[article] += 1
        return f"{article}#{seen[article]}"

    def _read_line(self, ref: str, name: str, row: Row) -> OrderLine:
        sku, ean = self._cell(row, Field.SKU), self._cell(row, Field.EAN).replace(" ", "")
        if not sku and not ean:
            raise _Fault(row, Field.SKU, NO_ARTICLE)
        if is_huge_count(value := self._cell(row, Field.QUANTITY)):
            raise _Fault(row, Field.QUANTITY, HUGE_QUANTITY, value=value[:_BEGINNING], most=MOST_PIECES)
        quantity = self._read(row, Field.QUANTITY, read_count, WRONG_QUANTITY)
        if quantity is None:
            raise _Fault(row, Field.QUANTITY, WRONG_QUANTITY, value="")
        price = self._read(row, Field.PRICE, read_amount, WRONG_AMOUNT)
        whole = self._read(row, Field.LINE_CENTS, read_cents, WRONG_CENTS)
        if price is None and whole is not None:
            price = round(whole / quantity)
        return OrderLine(
            line_id=line_id(self.source, ref, name),
            sku=sku or ean,
            ean=ean,
            name=_one_line(self._cell(row, Field.DESCRIPTION)),
            quantity=quantity,
            price_cents=price,
        )

    def _read(
        self, row: Row, field: Field, reader: Callable[[str], Value | None], sentence: str
    ) -> Value | None:
        """None for an empty cell; a refusal of the line when the cell says something unreadable."""
        text = self._cell(row, field)
        value = reader(text) if text else None
        if text and value is None:
            raise _Fault(row, field, sentence, value=text)
        return value

    def _build(self, ref: str, rows: Sequence[Row], lines: tuple[OrderLine, ...]) -> Order:
        head = self._merge(rows)
        total = self._read(head, Field.TOTAL_CENTS, read_cents, WRONG_CENTS)
        if total is None:
            total = self._read(head, Field.TOTAL, read_amount, WRONG_AMOUNT)
        ordered_at = self._read(head, Field.ORDERED_AT, lambda text: read_moment(text, self.zone), WRONG_DATE)
        return Order(
            order_id=order_id(self.source, ref),
            source=self.source,
            source_ref=ref,
            number=self._cell(head, Field.NUMBER) or ref,
            ordered_at=ordered_at or self.received_at,
            recipient=self._read_party(head),
            lines=lines,
            chosen_service=_one_line(self._cell(head, Field.CHOSEN_SERVICE)),
            pickup_point=self._cell(head, Field.PICKUP_POINT),
            note=self._cell(head, Field.NOTE),
            total_cents=total,
            currency=self._cell(head, Field.CURRENCY).upper() or "EUR",
            ship_by=self._read(
                head, Field.SHIP_BY, lambda text: read_moment(text, self.zone, end_of_day=True), WRONG_DATE
            ),
            promised_on=self._read(
                head, Field.PROMISED_ON, lambda text: read_day(text, self.zone), WRONG_DATE
            ),
            tags=read_tags(self._cell(head, Field.TAGS)),
            size_mm=self._read_size(head),
            weight_g=self._read_weight(head),
        )

    def _read_size(self, head: Row) -> Size | None:
        """None unless all three sides are said."""
        length, width, height = (self._read_side(head, field) for field in _SIDES)
        return (length, width, height) if length and width and height else None

    def _read_side(self, head: Row, field: Field) -> int | None:
        if is_nought(self._cell(head, field)):
            return None
        unit = title_unit(self.header[self.columns[field]])
        return self._read(head, field, lambda text: read_length(text, unit=unit), WRONG_LENGTH)

    def _read_weight(self, head: Row) -> int | None:
        if is_nought(self._cell(head, Field.WEIGHT)):
            return None
        kilos = Field.WEIGHT in self.columns and title_kilos(self.header[self.columns[Field.WEIGHT]])
        return self._read(head, Field.WEIGHT, lambda text: read_grams(text, kilos=kilos), WRONG_WEIGHT)

    def _merge(self, rows: Sequence[Row]) -> Row:
        """One row that says what all of them say of the order; lines may leave out what the first says."""
        head = rows[0]
        if len(rows) == 1:
            return head
        cells = list(head.fields)
        for field, index in self.columns.items():
            if field in _MUST_AGREE:
                cells[index] = self._agreed(rows, field, index)
            elif field in _FIRST_FILLED:
                cells[index] = next((row.fields[index] for row in rows if row.fields[index]), "")
            elif field in _ONE_FOR_ALL and len({row.fields[index] for row in rows} - {""}) > 1:
                cells[index] = ""
        return head._replace(fields=cells)

    def _agreed(self, rows: Sequence[Row], field: Field, index: int) -> str:
        first: Row | None = None
        for row in rows:
            if not row.fields[index]:
                continue
            if first is None:
                first = row
            elif row.fields[index] != first.fields[index]:
                value, other = row.fields[index], first.fields[index]
                raise _Fault(row, field, DIFFERENT, value=value, other=other, line=first.line_no)
        return first.fields[index] if first else ""

    def _read_party(self, head: Row) -> Party:
        country = self._read(head, Field.COUNTRY, country_code, WRONG_COUNTRY) or self.country
        first, last = self._cell(head, Field.FIRST_NAME), self._cell(head, Field.LAST_NAME)
        street = [line for field in _ADDRESS for line in _lines(self._cell(head, field))]
        state = _one_line(self._cell(head, Field.STATE))
        phone, other = self._cell(head, Field.PHONE), self._cell(head, Field.PHONE2)
        if not phone or (other and not is_mobile(phone, country) and is_mobile(other, country)):
            phone = other
        return Party(
            name=_one_line(f"{first} {last}") or _one_line(self._cell(head, Field.NAME)),
            company=_one_line(self._cell(head, Field.COMPANY)),
            street=(*street[:2], ", ".join(street[2:])) if len(street) > _STREET_LINES else tuple(street),
            postcode=self._cell(head, Field.POSTCODE),
            city=_one_line(self._cell(head, Field.CITY)),
            country=country,
            # What is no state there stays as it is: the pre-flight names it.
            state=state_code(country, state) or state,
            phone=_one_line(phone),
            email=self._cell(head, Field.EMAIL),
        )


def _one_line(text: str) -> str:
    return " ".join(text.split("\n")).strip() if "\n" in text else text.strip()


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]
