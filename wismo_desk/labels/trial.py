"""The test label of a printer: what shows a worn head, a wrong offset, a wrong resolution or a missing font.

Rulers count millimetres from the paper's edges; the frame is 25 × 20 mm with its centre 131 mm from the top.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Final

from wismo_desk.domain.printer import PrinterProfile
from wismo_desk.labels.fonts import Fonts
from wismo_desk.labels.items import HEIGHT_MM, WIDTH_MM, Align, Box, Item, Media, Page, Symbol
from wismo_desk.labels.pen import Pen
from wismo_desk.labels.symbols import Code, Symbology, modules
from wismo_desk.words import Words

PREFIX: Final = "WD-TEST-"
_TEXT: Final = 7.0
_FULL: Final = 86.0
_MIDDLE: Final = 50.0
_CROSS: Final = 131.0
_SHARPNESS: Final = (1, 2, 3, 4, 6)  # line widths in dots


def trial_code(profile: PrinterProfile) -> str:
    """What every code of the test label says: "WD-TEST-QUAI-3", at most 24 characters, plain ASCII."""
    ascii_name = unicodedata.normalize("NFKD", profile.name).encode("ascii", "ignore").decode()
    kept = "".join(char if char.isalnum() or char == "-" else "-" for char in ascii_name.upper())
    return PREFIX + kept[:16]


def lay_out_trial(profile: PrinterProfile, *, station: str, at: datetime, fonts: Fonts, words: Words) -> Page:
    """The test page at the printer's resolution. `at` is an aware time, shown in the words' zone."""
    pen = Pen(Media(profile.dpi), fonts)
    local = at.astimezone(words.zone)
    when = f"{words.date(local.date())} {words.time(at)}"
    items: list[Item] = [
        *_rulers(pen.media),
        *_head(profile, pen, words),
        *_codes(profile, pen, words),
        *_sharpness(pen, words),
        *_cross(pen, words),
        *pen.text(_TEXT, 142.0, 60.0, pen.printable(f"{station} · {when}", "station"), sizes=(2.7, 2.5)),
    ]
    return Page(pen.media, tuple(items))


def _rulers(media: Media) -> list[Item]:
    """A tick per millimetre along the four edges, longer at 5 and 10."""
    d, thick = media.dots, max(1, media.dots(0.12))
    ticks: list[Item] = []
    for mm in range(4, HEIGHT_MM - 3):
        long, at = _tick(media, mm), d(mm)
        ticks.append(Box(x=0, y=at, w=long, h=thick))
        ticks.append(Box(x=media.width - long, y=at, w=long, h=thick))
        if mm <= WIDTH_MM - 4:
            ticks.append(Box(x=at, y=0, w=thick, h=long))
            ticks.append(Box(x=at, y=media.height - long, w=thick, h=long))
    return ticks


def _tick(media: Media, mm: int) -> int:
    return media.dots(3.5 if mm % 10 == 0 else 2.5 if mm % 5 == 0 else 1.5)


def _head(profile: PrinterProfile, pen: Pen, words: Words) -> list[Item]:
    title = words("Test label · 100 × 150 mm · {dpi} dpi", dpi=profile.dpi)
    name = pen.printable(profile.name, "name")
    accents = words("Accents: {letters}", letters="éèêëàçœïôù É Ç Œ Æ € °")
    small = words(
        "Small text {size}: {text}",
        size=f"{words.number(2.7, digits=1)}\u00a0mm",
        text="Lefèvre, Ÿsabelle, Guénaël",
    )
    smaller = words(
        "Very small text {size}: {text}",
        size=f"{words.number(2.2, digits=1)}\u00a0mm",
        text="69800 SAINT-PRIEST",
    )
    return [
        *pen.text(_TEXT, 5.0, _FULL, name, sizes=(8.0, 6.0, 4.0), bold=True),
        *pen.text(_TEXT, 15.5, _FULL, title, sizes=(3.6, 3.2)),
        pen.rule(_TEXT, 22.0, _FULL),
        *pen.text(_TEXT, 24.0, _FULL, accents, sizes=(3.8, 3.4)),
        *pen.text(_TEXT, 30.0, _FULL, small, sizes=(2.7,)),
        *pen.text(_TEXT, 34.2, _FULL, smaller, sizes=(2.2,)),
    ]


def _codes(profile: PrinterProfile, pen: Pen, words: Words) -> list[Item]:
    d = pen.media.dots
    text = trial_code(profile)
    bars = Code(Symbology.CODE_128, text)
    count = len(modules(bars)[0])
    module = min(d(0.5), d(_FULL) // (count + 20))
    x = (pen.media.width - count * module) // 2
    caption = words("DataMatrix and QR, {size}", size="19\u00a0mm")
    solid = words("SOLID")
    return [
        Symbol(x=x, y=d(40.0), module=module, code=bars, height=d(18.0)),
        *pen.text(_TEXT, 59.0, _FULL, text, sizes=(3.6, 3.0), bold=True, align=Align.CENTRE),
        _square(Code(Symbology.DATA_MATRIX, text), pen.media, 12.0),
        _square(Code(Symbology.QR, text), pen.media, 40.0),
        *pen.text(67.0, 67.0, 25.0, caption, sizes=(3.0, 2.7), lines=2),
        pen.filled(67.0, 76.0, 26.0, 11.0),
        *pen.text(67.0, 78.6, 26.0, solid, sizes=(4.8,), bold=True, align=Align.CENTRE, white=True),
        pen.rule(_TEXT, 92.0, _FULL),
    ]


def _square(code: Code, media: Media, x: float) -> Symbol:
    module = media.dots(19.0) // len(modules(code))
    return Symbol(x=media.dots(x), y=media.dots(67.5), module=module, code=code)


def _sharpness(pen: Pen, words: Words) -> list[Item]:
    """Bars of 1 to 6 dots with gaps of the same width: grey or clotted ones show heat and wear."""
    d = pen.media.dots
    title = words("Sharpness, in dots")
    items: list[Item] = [*pen.text(_TEXT, 95.5, 20.0, title, sizes=(3.0, 2.7), lines=2)]
    for place, width in enumerate(_SHARPNESS):
        x = 29.0 + place * 13.0
        room = d(10.0)
        lines = room // (2 * width)
        items += [Box(x=d(x) + 2 * n * width, y=d(95.0), w=width, h=d(6.0)) for n in range(lines)]
        items += pen.text(x - 1.0, 102.0, 12.0, str(width), sizes=(2.7,), align=Align.CENTRE)
    return items


def _cross(pen: Pen, words: Words) -> list[Item]:
    w, h, over = 25.0, 20.0, 2.5
    left, top = _MIDDLE - w / 2, _CROSS - h / 2
    frame = words("Frame of {size}", size="25\u00a0×\u00a020\u00a0mm")
    centre = words("Centre {size} from the top", size="131\u00a0mm")
    return [
        pen.frame(left, top, w, h),
        pen.rule(left - over, _CROSS, w + 2 * over),
        pen.upright(_MIDDLE, top - over, h + 2 * over),
        *pen.text(_TEXT, 126.0, 26.0, frame, sizes=(3.0, 2.7), lines=2),
        *pen.text(68.0, 126.0, 25.0, centre, sizes=(3.0, 2.7), lines=2),
    ]
