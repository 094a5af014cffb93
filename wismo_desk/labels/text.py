"""Making a person's words fit to print: cleaned, every character printable, and set in the room there is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from wismo_desk.errors import BadInput
from wismo_desk.labels.fonts import Fonts

STAND_IN: Final = "□"  # for a pictogram no bundled face can draw
_JOINERS: Final = "\u200c\u200d"  # Persian and Indic spelling needs them
_TOKENS: Final = re.compile(r"[^ -]*-|[^ -]+ ?| ")  # a line may end after a space or a hyphen
_STAND_INS: Final = re.compile(f"{STAND_IN}[{STAND_IN}{_JOINERS}]*")


@dataclass(frozen=True, slots=True)
class Setting:
    """Lines of one text and the font size in dots they all have."""

    lines: tuple[str, ...]
    px: int
    whole: bool  # nothing was cut off


def clean(text: str) -> str:
    """Composed, on one line, without control, direction-override or other invisible characters."""
    composed = unicodedata.normalize("NFC", text)
    kept = (" " if char.isspace() or unicodedata.category(char) == "Cc" else char for char in composed)
    visible = (c for c in kept if c in _JOINERS or unicodedata.category(c) not in ("Cf", "Cs", "Cn", "Co"))
    return " ".join("".join(c for c in visible if not "\ufe00" <= c <= "\ufe0f").split())


def printable(text: str, *, field: str, fonts: Fonts) -> str:
    """`text` cleaned, with only characters the bundled faces have.

    A pictogram becomes □: the parcel arrives without it. A letter, digit or mark raises BadInput naming
    the field: an address with a hole in it may go to another door, so a person has to spell it.
    """
    cleaned = clean(text)
    if all(fonts.covers(char) for char in cleaned):
        return cleaned
    shown = []
    for char in cleaned:
        if fonts.covers(char) or char in _JOINERS:
            shown.append(char)
        elif unicodedata.category(char).startswith("S"):
            shown.append(STAND_IN)
        else:
            raise BadInput(
                "The label cannot print the character “{char}” in the field {field}. "
                "Write it in Latin letters in the order.",
                field=field,
                char=char,
            )
    return _STAND_INS.sub(STAND_IN, "".join(shown))


def lost_signs(text: str, *, fonts: Fonts) -> str:
    """The pictograms of `text` for which the label shows □, each once."""
    signs = (char for char in clean(text) if char not in _JOINERS and not fonts.covers(char))
    return "".join(dict.fromkeys(char for char in signs if unicodedata.category(char).startswith("S")))


def set_text(
    text: str, width: int, sizes: Sequence[int], *, fonts: Fonts, bold: bool = False, lines: int = 1
) -> Setting:
    """Set `text` into `width` dots: shrunk through `sizes`, then wrapped to `lines`, then elided.

    `sizes` are font sizes in dots, the wished one first. An empty text has no lines.
    """
    if not text:
        return Setting((), sizes[0], True)
    for px in sizes:
        if fonts.advance(text, px, bold=bold) <= width:
            return Setting((text,), px, True)
    px = sizes[-1]
    wrapped = _wrap(text, width, px, fonts=fonts, bold=bold)
    shown = tuple(line.rstrip() for line in wrapped)
    if len(shown) <= lines:
        return Setting(shown, px, True)
    rest = "".join(wrapped[lines - 1 :])
    last = fonts.elided(rest, width, px, bold=bold)
    return Setting((*shown[: lines - 1], last), px, False)


def _wrap(text: str, width: int, px: int, *, fonts: Fonts, bold: bool) -> list[str]:
    lines = [""]
    for token in _TOKENS.findall(text):
        if fonts.advance((lines[-1] + token).rstrip(), px, bold=bold) <= width:
            lines[-1] += token
            continue
        pieces = _split(token, width, px, fonts=fonts, bold=bold)
        if lines[-1]:
            lines += pieces
        else:
            lines = [*lines[:-1], *pieces]
    return lines


def _split(word: str, width: int, px: int, *, fonts: Fonts, bold: bool) -> list[str]:
    """One word cut where it must be, never between a letter and its marks; Chinese has no spaces."""
    pieces = [""]
    for char in word:
        longer = pieces[-1] + char
        attached = char in _JOINERS or unicodedata.category(char).startswith("M")
        if pieces[-1] and not attached and fonts.advance(longer, px, bold=bold) > width:
            pieces.append(char)
        else:
            pieces[-1] = longer
    return pieces
