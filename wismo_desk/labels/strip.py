"""One line of text in any script as a small 1-bit picture, for papers whose own fonts cannot shape it."""

from __future__ import annotations

from math import ceil

from wismo_desk.labels.fonts import Fonts
from wismo_desk.labels.items import Text, line_height
from wismo_desk.labels.paint import blank, paint_into, to_png
from wismo_desk.labels.text import STAND_IN, clean


def text_strip(text: str, px: int, *, bold: bool, fonts: Fonts) -> tuple[bytes, int, int]:
    """PNG, width and height in dots. Characters outside the bundled faces become □: a packing slip is read
    by the packer, who has the parcel in hand, so it is printed rather than refused."""
    shown = "".join(char if fonts.covers(char) else STAND_IN for char in clean(text)) or " "
    # A little more than the advance: the last letter of an Arabic or slanted word reaches beyond it.
    width = ceil(fonts.advance(shown, px, bold=bold)) + px // 4
    image = blank(width, line_height(px))
    paint_into(image, (Text(x=0, y=0, w=width, px=px, text=shown, bold=bold),), fonts=fonts)
    return to_png(image), width, line_height(px)
