"""The packing slip: what goes in the box, where it lies, and a code that opens the order on the bench."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from wismo_desk.documents.bars import QUIET, code_128, has_code
from wismo_desk.documents.script import DrawsText
from wismo_desk.documents.sheet import BOTTOM, MARGIN, WIDTH, Sheet, write_sheets
from wismo_desk.domain.order import Order, OrderLine, Party, Product
from wismo_desk.words import Words

_ROW: Final = 10.0
_RIGHT: Final = WIDTH - MARGIN
_FULL: Final = WIDTH - 2 * MARGIN
_COLUMNS: Final = (MARGIN + 9.0, MARGIN + 29.0, MARGIN + 66.0, _RIGHT)  # aisle, sku, name, quantity


def packing_slip(
    order: Order,
    *,
    products: Mapping[str, Product],
    words: Words,
    fonts: Path,
    draw: DrawsText | None = None,
) -> bytes:
    """PDF, A4, as many pages as the lines need. `products` by sku gives aisle, name and variant; lines come
    in the order one walks the aisles. `draw` draws names that Noto Sans cannot shape (see `script`)."""
    title = words("Packing slip {number}", number=order.number)

    def write(sheet: Sheet) -> None:
        y = _head(sheet, order, words)
        y = _table_head(sheet, words, y)
        for line in walk(order.lines, products):
            if y + _ROW > BOTTOM:
                sheet.next_page()
                sheet.text(MARGIN, 20.0, title, size=12, bold=True, width=_FULL)
                y = _table_head(sheet, words, 26.0)
            _line(sheet, line, products.get(line.sku), y)
            y += _ROW
        pieces = sum(line.quantity for line in order.lines)
        if y + _ROW > BOTTOM:
            sheet.next_page()
            y = 20.0
        total = words("Pieces in all: {count}", count=pieces)
        sheet.text(_RIGHT, y + 7.0, total, size=12, bold=True, right=True)

    return write_sheets(write, words=words, fonts=fonts, title=title, draw=draw)


def walk(lines: tuple[OrderLine, ...], products: Mapping[str, Product]) -> list[OrderLine]:
    """Lines by aisle as people number them (A2 before A10), those without one last, else as ordered."""

    def place(line: OrderLine) -> tuple[bool, list[tuple[bool, int, str]]]:
        aisle = products[line.sku].aisle if line.sku in products else ""
        parts = re.findall(r"\d+|\D+", aisle.casefold())
        return not aisle, [(not p.isdecimal(), int(p) if p.isdecimal() else 0, p) for p in parts]

    return sorted(lines, key=place)


def line_name(line: OrderLine, product: Product | None) -> str:
    """The name as the shelf knows it, with its variant; else as the channel wrote it."""
    if product is None or not product.name:
        return line.name or line.sku
    return f"{product.name} · {product.variant}" if product.variant else product.name


def recipient_lines(party: Party) -> list[str]:
    """Name and address, one thing a line, without phone and e-mail: the slip does not need them."""
    place = f"{party.postcode} {party.city}".strip()
    lines = (party.name, party.company, *party.street, place, party.country)
    return [line for line in lines if line]


def _head(sheet: Sheet, order: Order, words: Words) -> float:
    sheet.text(MARGIN, 22.0, words("Packing slip"), size=20, bold=True)
    _order_code(sheet, order.number)
    sheet.text(_RIGHT, 39.0, order.number, size=14, bold=True, right=True, width=90.0)
    when = words("Ordered on {date}", date=words.date(order.ordered_at.astimezone(words.zone).date()))
    sheet.text(MARGIN, 30.0, when, size=9, grey=True)
    if order.chosen_service:
        service = words("Service: {service}", service=order.chosen_service)
        sheet.text(MARGIN, 35.5, service, size=9, width=85.0)
    y = 46.0
    sheet.text(MARGIN, y, words("RECIPIENT"), size=8, bold=True)
    for text in recipient_lines(order.recipient):
        y += 5.4
        sheet.text(MARGIN, y, text, size=11, width=_FULL)
    if order.note:
        y += 5.0
        sheet.box(MARGIN, y, _FULL, 11.0, shade=0.92)
        sheet.text(
            MARGIN + 3.0, y + 7.2, words("Note: {note}", note=order.note), bold=True, width=_FULL - 6.0
        )
        y += 11.0
    return y + 8.0


def _order_code(sheet: Sheet, number: str) -> None:
    """At the top right, as wide as it may be. None for an order number no scanner could type, or so long
    that its bars would be thinner than a quarter of a millimetre."""
    if not has_code(number):
        return
    room, dot = 105.0, 25.4 / 600
    modules = len(code_128(number))
    dots = min(10, int(room / dot / (modules + 2 * QUIET)))
    if dots < 6:
        return
    width = modules * dots * dot
    sheet.code(_RIGHT - width, 15.0, number, height=16.0, dots=dots)


def _table_head(sheet: Sheet, words: Words, y: float) -> float:
    aisle, sku, name, right = _COLUMNS
    sheet.text(aisle, y, words("AISLE"), size=8, bold=True)
    sheet.text(sku, y, words("REFERENCE"), size=8, bold=True)
    sheet.text(name, y, words("ITEM"), size=8, bold=True)
    sheet.text(right, y, words("QUANTITY"), size=8, bold=True, right=True)
    sheet.rule(MARGIN, y + 1.8, _FULL, line=1.0)
    return y + 1.8


def _line(sheet: Sheet, line: OrderLine, product: Product | None, y: float) -> None:
    aisle, sku, name, right = _COLUMNS
    baseline = y + 6.4
    sheet.box(MARGIN, y + 2.6, 4.8, 4.8, line=0.9)
    sheet.text(aisle, baseline, product.aisle if product else "", size=11, bold=True, width=18.0)
    sheet.text(sku, baseline, line.sku, size=9, width=35.0)
    sheet.text(name, baseline, line_name(line, product), size=10, width=right - name - 16.0)
    # One piece is the rule: more than one stands out, for it is what gets forgotten.
    sheet.text(
        right, baseline, str(line.quantity), size=14 if line.quantity > 1 else 11, bold=True, right=True
    )
    sheet.rule(MARGIN, y + _ROW, _FULL, line=0.3)
