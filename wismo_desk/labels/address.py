"""An address on a label: its lines, how they share the room there is, and the mark a driver sorts by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from wismo_desk.domain.order import Party
from wismo_desk.errors import BadInput
from wismo_desk.labels.items import Text, line_height
from wismo_desk.labels.pen import SMALLEST_MM, Pen
from wismo_desk.labels.text import Setting, clean, set_text

# How the lines are tried, in order: size against the wished one, and how many lines one may take.
_TRIES: Final = ((1.0, 1), (0.9, 1), (0.8, 1), (0.8, 2), (0.65, 2))
_LONG: Final = {
    "name": "The recipient's name has {count} characters: two lines of the smallest readable size do not hold it. "
    "Shorten it in the order.",
    "company": "The recipient's company has {count} characters: two lines of the smallest readable size do not hold "
    "it. Shorten it in the order.",
    "street": "A line of the recipient's street has {count} characters: two lines of the smallest readable size do "
    "not hold it. Shorten it in the order.",
}
_OVERSEAS: Final = ("97", "98")  # French postcodes whose department has three digits


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an address: wished size in mm. `whole` may shrink and wrap, but loses no letter."""

    text: str
    size: float
    bold: bool = False
    whole: bool = False
    field: str = ""


def address_lines(party: Party, pen: Pen, *, who: str) -> list[Line]:
    """Name, company, street, postcode and city, as far as there are any. `who` begins the field's name
    in the error of a letter that cannot be printed: "recipient" gives "recipient_city"."""

    def line(field: str, text: str, size: float, *, bold: bool = False, whole: bool = False) -> Line:
        name = f"{who}_{field}"
        return Line(pen.printable(text, name), size, bold, whole, name)

    lines = (
        line("name", party.name, 5.2, bold=True),
        line("company", party.company, 4.2, bold=not party.name),
        *(line("street", street, 4.2) for street in party.street[:3]),
        line("city", f"{party.postcode} {party.city}", 6.2, bold=True, whole=True),
    )
    return [line for line in lines if line.text]


def set_address(lines: Sequence[Line], pen: Pen, *, x: float, y: float, w: float, h: float) -> list[Text]:
    """The lines in their room: all shrunk alike, then wrapped, then elided; postcode and city whole.

    BadInput: even so they do not fit.
    """
    d = pen.media.dots
    for line in lines:
        _check_length(line, pen, d(w))
    settings = _settle(lines, pen, d(w), d(h))
    items = []
    top = d(y)
    for line, setting in zip(lines, settings, strict=True):
        for text in setting.lines:
            items.append(Text(x=d(x), y=top, w=d(w), px=setting.px, text=text, bold=line.bold))
            top += line_height(setting.px)
    return items


def _check_length(line: Line, pen: Pen, width: int) -> None:
    """BadInput for a line that loses letters even on two lines of the smallest size anybody can read."""
    if line.whole or _set_line(line, pen, width, _TRIES[-1][0], 2).whole:
        return
    sentence = _LONG.get(line.field.rpartition("_")[2], _LONG["street"])
    raise BadInput(sentence, field=line.field, count=len(line.text))


@lru_cache(maxsize=64)
def country_name(code: str, language: str) -> str:
    """FR → FRANCE, DE → ALLEMAGNE; a code nobody knows stays itself."""
    from babel import Locale

    return str(Locale(language).territories.get(code.upper(), code)).upper()


def routing_mark(party: Party) -> str:
    """Country and the start of the postcode: "FR 37", "FR 974", "GB SW". ASCII only: it is for drivers."""
    start = "".join(c for c in clean(party.postcode).upper() if c.isascii() and c.isalnum())
    digits = 3 if party.country.upper() == "FR" and start.startswith(_OVERSEAS) else 2
    return f"{party.country.upper()} {start[:digits]}".strip()


def _settle(lines: Sequence[Line], pen: Pen, width: int, room: int) -> list[Setting]:
    for scale, most in _TRIES:
        settings = [_set_line(line, pen, width, scale, most) for line in lines]
        if _height(settings) <= room and all(setting.whole for setting in settings):
            return settings
    settings = [_set_line(line, pen, width, _TRIES[-1][0], 1) for line in lines]
    # What must lose letters loses as few as there is room for; from the street up, it matters most.
    for n in reversed(range(len(lines))):
        longer = _set_line(lines[n], pen, width, _TRIES[-1][0], 2)
        if _height([*settings[:n], longer, *settings[n + 1 :]]) <= room:
            settings[n] = longer
    lost = any(line.whole and not setting.whole for line, setting in zip(lines, settings, strict=True))
    if _height(settings) > room or lost:
        raise BadInput(
            "The recipient's address does not fit on the label. Shorten the city or street in the order.",
            field="recipient_city",
        )
    return settings


def _height(settings: Sequence[Setting]) -> int:
    return sum(line_height(setting.px) * len(setting.lines) for setting in settings)


def _set_line(line: Line, pen: Pen, width: int, scale: float, most: int) -> Setting:
    steps = (scale, scale * 0.9, scale * 0.8)
    sizes = dict.fromkeys(pen.media.dots(max(line.size * step, SMALLEST_MM)) for step in steps)
    lines = 2 if line.whole else most
    setting = set_text(line.text, width, tuple(sizes), fonts=pen.fonts, bold=line.bold, lines=lines)
    if line.whole and not setting.whole:
        least = (pen.media.dots(SMALLEST_MM),)
        return set_text(line.text, width, least, fonts=pen.fonts, bold=line.bold, lines=3)
    return setting
