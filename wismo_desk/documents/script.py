"""Which text a paper's own fonts can print, and who draws the rest.

reportlab and receipt printers neither shape Arabic nor hold Chinese; such a line is drawn elsewhere (by the
labels room, handed in as a callable) and placed as a picture. Without a drawer it is printed with "?".
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Protocol

# Latin with its marks, Greek, Cyrillic, the signs of French print, €: in Noto Sans, and none needs shaping.
_SIMPLE: Final = re.compile(
    "[ -~\u00a0-\u024f\u0370-\u03e1\u03f0-\u03ff\u0400-\u04ff"
    "\u1e00-\u1fff\u2010-\u2026\u202f\u2030-\u203a\u20ac]*"
)


class DrawsText(Protocol):
    """One line in any script as 1-bit PNG, with its width and height in dots. Its font size is `px`, its
    baseline `px` below the top. `LabelPainter.draw_text` is one."""

    def __call__(self, text: str, px: int, *, bold: bool = False) -> tuple[bytes, int, int]: ...


def clean(text: str) -> str:
    """Composed, on one line, without control and direction-override characters."""
    composed = unicodedata.normalize("NFC", text)
    kept = (" " if char.isspace() or unicodedata.category(char) == "Cc" else char for char in composed)
    return " ".join(
        "".join(c for c in kept if c in "\u200c\u200d" or unicodedata.category(c) != "Cf").split()
    )


def is_simple(text: str) -> bool:
    """Whether Noto Sans prints it as it stands, letter after letter."""
    return _SIMPLE.fullmatch(text) is not None


def simple(text: str) -> str:
    """`text` with "?" for what is not simple: the last resort, when nobody can draw it."""
    return "".join(char if is_simple(char) else "?" for char in text)
