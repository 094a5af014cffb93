"""The label of the merchant's own deliveries: where everything stands on 100 × 150 mm.

From the top: a band (practice or reprint only), carrier and order, shipper and facts, recipient, routing
with the DataMatrix, SSCC.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from wismo_desk.domain.shipment import LabelRequest
from wismo_desk.domain.sscc import DEMO_PREFIX, is_sscc, sscc_element
from wismo_desk.errors import BadInput
from wismo_desk.labels.address import Line, address_lines, country_name, routing_mark, set_address
from wismo_desk.labels.fonts import Fonts
from wismo_desk.labels.items import Align, Item, Media, Page, Symbol, Text
from wismo_desk.labels.pen import SMALLEST_MM, Pen
from wismo_desk.labels.symbols import Code, Symbology, modules
from wismo_desk.labels.text import clean
from wismo_desk.words import Words

PAYLOAD_VERSION: Final = "WD1"
SSCC_MODULE_MM: Final = 0.495  # least X and height of an SSCC on a logistic label: GS1 General
SSCC_HEIGHT_MM: Final = 32.0  # Specifications §5.12.3 (figures as in printing.md §6)
MATRIX_MODULE_MM: Final = 0.375  # our own floor; a short payload gets twice this
MATRIX_ROOM_MM: Final = 17.0

_LEFT: Final = 2.5
_WIDTH: Final = 95.0
_TOP: Final = 2.0
_BOTTOM: Final = 148.0
_BAND: Final = 7.5
_HEADER: Final = 13.0
_SHIPPER: Final = 21.5
_ROUTING: Final = 21.0
_SSCC: Final = 44.5
_TEXT: Final = _LEFT + 2.0  # where text begins, and how wide a full line may be
_FULL: Final = _WIDTH - 4.0
_BLOCK: Final = 40.0  # the black routing block
_CAPTION: Final = (SMALLEST_MM, 2.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLabel:
    """Everything one own-delivery label says; `carrier` and `service` as people say them. `copy` counts
    the prints of this label from 1."""

    request: LabelRequest
    carrier: str
    service: str
    copy: int = 1


def payload(request: LabelRequest) -> str:
    """What the DataMatrix says: `WD1|<reference>|<sscc>|<order number>`, printable ASCII.

    The order number stands last and may hold a "|". What is not ASCII, and the signs a ZPL printer would
    take for commands, become "?": the reference before it is what identifies the label.
    """
    kept = (c if " " <= c <= "}" and c not in "^\\" else "?" for c in clean(request.order_number))
    return f"{PAYLOAD_VERSION}|{request.reference}|{request.sscc}|{''.join(kept)}"


def lay_out(label: OwnLabel, *, fonts: Fonts, words: Words) -> Page:
    """Every item in its place, at `label.request.dpi`.

    BadInput: the SSCC is not one, or is a demonstration number on a real label; a letter has no glyph;
    the address or the order number does not fit.
    """
    _check(label.request)
    pen = Pen(Media(label.request.dpi), fonts)
    items: list[Item] = [pen.frame(_LEFT, _TOP, _WIDTH, _BOTTOM - _TOP)]
    y = _TOP
    if marks := _marks(label, words):
        items += _band(marks, pen, y)
        y += _BAND
    items += _header(label, pen, words, y)
    y += _HEADER
    items += _shipper(label.request, pen, words, y)
    y += _SHIPPER
    bottom = _BOTTOM - _SSCC - _ROUTING
    items += _recipient(label.request, pen, words, y, bottom - y)
    items += _routing(label, pen, words, bottom)
    items += _sscc(label.request, pen, words, _BOTTOM - _SSCC)
    return Page(pen.media, tuple(items))


def _check(request: LabelRequest) -> None:
    if not is_sscc(request.sscc):
        raise BadInput(
            "The label needs an SSCC of 18 digits with the right check digit, and got “{code}”. "
            "Check the GS1 prefix in the settings.",
            field="sscc",
            code=request.sscc,
        )
    if request.sscc[1:4] == DEMO_PREFIX and not request.practice:
        raise BadInput(
            "SSCC {code} is a demonstration number and may not stand on a real label. "
            "Set your own GS1 prefix in the settings.",
            field="sscc",
            code=request.sscc,
        )


def _marks(label: OwnLabel, words: Words) -> str:
    """What must catch the eye before anybody sticks this label on a parcel."""
    said = [words("PRACTICE, DO NOT SHIP")] if label.request.practice else []
    if label.copy > 1:
        said.append(words("COPY {number}", number=label.copy))
    return "  ·  ".join(said)


def _band(marks: str, pen: Pen, y: float) -> list[Item]:
    sizes = (4.8, 4.2, 3.6)
    text = pen.text(_TEXT, y + 0.9, _FULL, marks, sizes=sizes, bold=True, align=Align.CENTRE, white=True)
    return [pen.filled(_LEFT, y, _WIDTH, _BAND), *text]


def _header(label: OwnLabel, pen: Pen, words: Words, y: float) -> list[Item]:
    carrier = pen.printable(label.carrier, "carrier")
    service = pen.printable(label.service, "service")
    number = pen.printable(label.request.order_number, "order_number")
    x, w, right = 62.5, 33.0, Align.RIGHT
    return [
        *pen.text(_TEXT, y + 0.8, 57.0, carrier, sizes=(5.6, 4.8, 4.0), bold=True),
        *pen.text(_TEXT, y + 8.0, 57.0, service, sizes=(3.2, 2.8)),
        *pen.text(x, y + 1.0, w, words("ORDER"), sizes=_CAPTION, bold=True, align=right),
        *pen.text(x, y + 4.4, w, number, sizes=(6.0, 5.0, 4.0, 3.0), bold=True, align=right),
        pen.rule(_LEFT, y + _HEADER, _WIDTH),
    ]


def _shipper(request: LabelRequest, pen: Pen, words: Words, y: float) -> list[Item]:
    middle = 52.0
    items: list[Item] = [
        *pen.text(_TEXT, y + 1.0, 45.0, words("SHIPPER"), sizes=_CAPTION, bold=True),
        pen.upright(middle, y, _SHIPPER),
        pen.rule(_LEFT, y + _SHIPPER, _WIDTH),
    ]
    for row, line in enumerate(address_lines(request.shipper, pen, who="shipper")[:5]):
        items += pen.text(_TEXT, y + 4.3 + row * 3.3, 45.0, line.text, sizes=(2.7, SMALLEST_MM))
    facts = (
        (words("PARCEL"), str(request.parcel_no)),
        (words("WEIGHT"), words.kilos(request.weight_g) if request.weight_g else "–"),
        (words("DATE"), words.date(request.ship_on)),
        (words("REF."), pen.printable(request.reference, "reference")),
    )
    for row, (name, value) in enumerate(facts):
        top = y + 1.0 + row * 4.9
        items += pen.text(middle + 2.0, top + 0.8, 12.0, name, sizes=_CAPTION, bold=True)
        items += pen.text(middle + 15.0, top, 28.5, value, sizes=(3.4, 3.0, SMALLEST_MM))
    return items


def _recipient(request: LabelRequest, pen: Pen, words: Words, y: float, h: float) -> list[Item]:
    lines = address_lines(request.recipient, pen, who="recipient")
    country = country_name(request.recipient.country, words.language)
    lines.append(Line(pen.printable(country, "recipient_country"), 4.0))
    phone = pen.printable(request.recipient.phone, "recipient_phone")
    return [
        *pen.text(_TEXT, y + 1.0, 45.0, words("RECIPIENT"), sizes=_CAPTION, bold=True),
        *pen.text(50.0, y + 0.8, 45.5, phone, sizes=(3.0, SMALLEST_MM), align=Align.RIGHT),
        *set_address(lines, pen, x=_TEXT, y=y + 4.8, w=_FULL, h=h - 5.6),
    ]


def _routing(label: OwnLabel, pen: Pen, words: Words, y: float) -> list[Item]:
    mark = routing_mark(label.request.recipient)
    caption, text = _way(label, pen, words)
    x, w = _LEFT + _BLOCK + 2.0, 32.0
    return [
        pen.filled(_LEFT, y, _BLOCK, _ROUTING),
        _mark(mark, pen, y),
        *pen.text(x, y + 1.5, w, caption, sizes=_CAPTION, bold=True),
        *pen.text(x, y + 5.0, w, text, sizes=(4.4, 3.8, 3.2), bold=True, lines=3),
        _matrix(label.request, pen, y),
        pen.rule(_LEFT, y, _WIDTH),
        pen.rule(_LEFT, y + _ROUTING, _WIDTH),
    ]


def _mark(mark: str, pen: Pen, y: float) -> Text:
    """The routing mark as large as its block takes it, in the middle of the height."""
    big = (13.0, 11.0, 9.5, 8.0, 6.5)
    style = pen.text(_LEFT + 1.5, y, _BLOCK - 3.0, mark, sizes=big, bold=True, align=Align.CENTRE, white=True)
    capitals = 0.727  # of the size, in Inter
    baseline = pen.media.dots(y + _ROUTING / 2) + round(style[0].px * capitals / 2)
    return replace(style[0], y=baseline - style[0].px)


def _way(label: OwnLabel, pen: Pen, words: Words) -> tuple[str, str]:
    """The routing row's caption and words: what the driver needs most."""
    request = label.request
    if request.pickup_point:
        return words("PICKUP POINT"), pen.printable(request.pickup_point, "pickup_point")
    if request.note:
        return words("NOTE"), pen.printable(request.note, "note")
    return words("SERVICE"), pen.printable(label.service, "service")


def _matrix(request: LabelRequest, pen: Pen, y: float) -> Symbol:
    d = pen.media.dots
    code = Code(Symbology.DATA_MATRIX, payload(request))
    size = len(modules(code))
    module = d(MATRIX_ROOM_MM) // size
    if module < pen.media.module(MATRIX_MODULE_MM):
        raise BadInput(
            "Order number “{number}” is too long for the label's DataMatrix. Shorten it in the shop.",
            field="order_number",
            number=request.order_number,
        )
    spare = (d(_ROUTING) - size * module) // 2
    x = d(_LEFT + _WIDTH) - spare - size * module
    return Symbol(x=x, y=d(y) + spare, module=module, code=code)


def _sscc(request: LabelRequest, pen: Pen, words: Words, y: float) -> list[Item]:
    code = Code(Symbology.GS1_128, sscc_element(request.sscc))
    module = pen.media.module(SSCC_MODULE_MM)
    width = len(modules(code)[0]) * module
    x = (pen.media.width - width) // 2
    height = pen.media.module(SSCC_HEIGHT_MM)  # rounded up: never under the clause's least
    number = f"(00) {request.sscc[0]} {request.sscc[1:]}"
    return [
        *pen.text(_TEXT, y + 1.0, 60.0, words("PARCEL NUMBER (SSCC)"), sizes=_CAPTION, bold=True),
        Symbol(x=x, y=pen.media.dots(y + 5.0), module=module, code=code, height=height),
        *pen.text(_TEXT, y + 37.6, _FULL, number, sizes=(4.6,), bold=True, align=Align.CENTRE),
    ]
