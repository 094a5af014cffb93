"""The manifest (bordereau): the parcels handed to one carrier's driver, for both to sign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from wismo_desk.documents.script import DrawsText
from wismo_desk.documents.sheet import BOTTOM, MARGIN, WIDTH, Sheet, write_sheets
from wismo_desk.domain.order import Party
from wismo_desk.words import Words

_FULL: Final = WIDTH - 2 * MARGIN
_RIGHT: Final = WIDTH - MARGIN
_ROW: Final = 6.0
_SIGN: Final = 38.0  # height of the signature boxes with what stands above them
_COLUMNS: Final = (MARGIN + 1.0, MARGIN + 12.0, MARGIN + 82.0, MARGIN + 132.0, _RIGHT - 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestParcel:
    """One parcel on the list; no name and no street: the driver does not need them."""

    number: str  # what the label's code says
    order_number: str
    postcode: str
    country: str = "FR"
    weight_g: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestSheet:
    """One list as it is printed. `forgotten` parcels have a label of this carrier and were not scanned onto
    the truck; `printed_at` is aware."""

    number: str
    carrier: str
    day: date
    printed_at: datetime
    shipper: Party
    station: str
    parcels: tuple[ManifestParcel, ...]
    forgotten: tuple[ManifestParcel, ...] = ()
    practice: bool = False


def manifest(sheet: ManifestSheet, *, words: Words, fonts: Path, draw: DrawsText | None = None) -> bytes:
    """PDF, A4: head, the parcels, totals, the forgotten ones in a box, and room for two signatures."""
    title = words("Manifest {number} · {carrier}", number=sheet.number, carrier=sheet.carrier)

    def write(page: Sheet) -> None:
        y = _table_head(page, words, _head(page, sheet, words))
        for place, parcel in enumerate(sheet.parcels, start=1):
            if y + _ROW > BOTTOM:
                page.next_page()
                page.text(MARGIN, 20.0, title, size=11, bold=True, width=_FULL)
                y = _table_head(page, words, 27.0)
            _row(page, parcel, words, y, place)
            y += _ROW
        y = _totals(page, sheet, words, y)
        y = _forgotten(page, sheet.forgotten, words, y)
        _signatures(page, words, _room(page, y, _SIGN))

    return write_sheets(write, words=words, fonts=fonts, title=title, draw=draw)


def _head(page: Sheet, sheet: ManifestSheet, words: Words) -> float:
    when = f"{words.date(sheet.printed_at.astimezone(words.zone).date())} {words.time(sheet.printed_at)}"
    page.text(MARGIN, 22.0, words("Manifest"), size=20, bold=True)
    page.text(_RIGHT, 22.0, sheet.carrier, size=20, bold=True, right=True, width=100.0)
    page.text(MARGIN, 29.0, words("No. {number}", number=sheet.number), size=10, width=90.0)
    page.text(_RIGHT, 29.0, words.date(sheet.day), size=12, bold=True, right=True)
    made = words("{station}, printed on {when}", station=sheet.station, when=when)
    page.text(_RIGHT, 34.5, made, size=9, grey=True, right=True, width=100.0)
    party = sheet.shipper
    place = f"{party.postcode} {party.city}".strip()
    y = 36.0
    page.text(MARGIN, y, words("SHIPPER"), size=8, bold=True)
    for text in (party.company or party.name, *party.street, place):
        if text:
            y += 5.0
            page.text(MARGIN, y, text, size=10, width=100.0)
    if sheet.practice:
        y += 4.0
        page.box(MARGIN, y, _FULL, 9.0, shade=0.0)
        page.box(MARGIN + 0.6, y + 0.6, _FULL - 1.2, 7.8, line=0)
        page.text(
            MARGIN + 4.0, y + 6.2, words("PRACTICE: no parcel leaves with this list"), size=12, bold=True
        )
        y += 9.0
    return y + 9.0


def _table_head(page: Sheet, words: Words, y: float) -> float:
    place, number, order, postcode, weight = _COLUMNS
    page.text(place, y, words("LINE"), size=7, bold=True)
    page.text(number, y, words("PARCEL NUMBER"), size=7, bold=True)
    page.text(order, y, words("ORDER"), size=7, bold=True)
    page.text(postcode, y, words("POSTCODE"), size=7, bold=True)
    page.text(weight, y, words("WEIGHT"), size=7, bold=True, right=True)
    page.rule(MARGIN, y + 1.6, _FULL, line=1.0)
    return y + 1.6


def _row(page: Sheet, parcel: ManifestParcel, words: Words, y: float, place: int) -> None:
    left, number, order, postcode, weight = _COLUMNS
    baseline = y + 4.3
    page.text(left, baseline, str(place), size=9, grey=True)
    page.text(number, baseline, parcel.number, size=10, width=68.0)
    page.text(order, baseline, parcel.order_number, size=9, width=48.0)
    page.text(postcode, baseline, f"{parcel.country} {parcel.postcode}", size=9, width=28.0)
    page.text(weight, baseline, words.kilos(parcel.weight_g), size=9, right=True)
    page.rule(MARGIN, y + _ROW, _FULL, line=0.2)


def _totals(page: Sheet, sheet: ManifestSheet, words: Words, y: float) -> float:
    y = _room(page, y, 16.0)
    grams = sum(parcel.weight_g for parcel in sheet.parcels)
    count = words("Parcels: {count}", count=words.number(len(sheet.parcels)))
    page.box(MARGIN, y + 3.0, _FULL, 11.0, shade=0.92)
    page.text(MARGIN + 4.0, y + 10.2, count, size=13, bold=True)
    total = words("Total weight: {weight}", weight=words.kilos(grams))
    page.text(_RIGHT - 4.0, y + 10.2, total, size=13, bold=True, right=True)
    return y + 16.0


def _forgotten(page: Sheet, parcels: tuple[ManifestParcel, ...], words: Words, y: float) -> float:
    """The box goes on over as many pages as there are parcels: none may be missing from it."""
    rest = list(parcels)
    while rest:
        y = _room(page, y, 30.0)
        lines = min(len(rest), int((BOTTOM - y - 14.0) / 5.0))
        page.box(MARGIN, y + 2.0, _FULL, 10.0 + 5.0 * lines, line=1.6)
        title = words("NOT ON THE TRUCK, label made: {count}", count=words.number(len(parcels)))
        page.text(MARGIN + 4.0, y + 8.0, title, size=11, bold=True)
        for n, parcel in enumerate(rest[:lines]):
            order = words("order {number}", number=parcel.order_number)
            text = f"{parcel.number} · {order} · {parcel.country} {parcel.postcode}"
            page.text(MARGIN + 4.0, y + 13.0 + 5.0 * n, text, size=10, width=_FULL - 8.0)
        y += 14.0 + 5.0 * lines
        rest = rest[lines:]
    return y


def _signatures(page: Sheet, words: Words, y: float) -> None:
    width = (_FULL - 8.0) / 2
    for x, title in ((MARGIN, words("The shipper")), (MARGIN + width + 8.0, words("The driver"))):
        page.box(x, y + 4.0, width, _SIGN - 6.0)
        page.text(x + 3.0, y + 9.0, title, size=9, bold=True)
        page.text(x + 3.0, y + 14.0, words("Name, date, time, signature"), size=8, grey=True)


def _room(page: Sheet, y: float, height: float) -> float:
    """y, or the top of a new page when `height` does not fit on this one."""
    if y + height <= BOTTOM:
        return y
    page.next_page()
    return 18.0
