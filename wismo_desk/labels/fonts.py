"""The bundled faces, loaded once, and which characters they can print.

A label is painted with these faces only: a glyph borrowed from one PC's system fonts would make two desks
print two labels, so a character outside them counts as missing even where the system could draw it.
"""

from __future__ import annotations

import threading
from itertools import chain
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF, QGuiApplication

from wismo_desk.errors import SettingsProblem
from wismo_desk.labels.coverage import Covered, characters

FAMILIES: Final = (
    "Inter",
    "Noto Sans",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Thai",
    "Noto Sans CJK SC",
)
_REMEMBERED: Final = 4096  # widths: names and addresses do not stay in memory for ever


_LOADED: Final[dict[tuple[int, Path], list[str]]] = {}


class _Prepared(threading.local):
    """Qt's font objects, each thread its own: two threads may not use one QFont at the same moment."""

    def __init__(self) -> None:
        self.fonts: dict[tuple[int, bool], QFont] = {}
        self.metrics: dict[tuple[int, bool], QFontMetricsF] = {}


class Fonts:
    """Fonts of a size in dots, from any thread. Needs a QGuiApplication; SettingsProblem when `folder`
    lacks a face."""

    def __init__(self, folder: Path) -> None:
        if QGuiApplication.instance() is None:
            raise RuntimeError("fonts need a QGuiApplication, made by the caller")
        files = sorted(path for path in folder.glob("*") if path.suffix in (".otf", ".ttf"))
        families = {family for path in files for family in load_face(path)}
        missing = [family for family in FAMILIES if family not in families]
        if missing:
            raise SettingsProblem(
                "The fonts {names} are missing from {folder}. Install the program again.",
                field="fonts",
                names=", ".join(missing),
                folder=str(folder),
            )
        with_bold = {path.name.split("-")[0] for path in files if "Bold" in path.name}
        # Coverage does not depend on the weight: the regular faces speak for the bold ones.
        regular = {path: characters(path.read_bytes()) for path in files if "Regular" in path.name}
        bold = (found for path, found in regular.items() if path.name.split("-")[0] in with_bold)
        self._characters = Covered(chain.from_iterable(regular.values()))
        self._bold_characters = Covered(chain.from_iterable(bold))
        self._prepared = _Prepared()
        self._advances: dict[tuple[str, int, bool], float] = {}

    def font(self, px: int, *, bold: bool = False) -> QFont:
        fonts = self._prepared.fonts
        found = fonts.get((px, bold))
        if found is None:
            found = fonts[px, bold] = QFont()
            found.setFamilies(list(FAMILIES))
            found.setPixelSize(px)
            found.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
            found.setStyleStrategy(QFont.StyleStrategy.NoAntialias)
            # Said, since the default follows the PC's fontconfig: other advances, other dots.
            found.setHintingPreference(QFont.HintingPreference.PreferFullHinting)
        return found

    def weight(self, text: str, *, bold: bool) -> bool:
        """Whether this text is set in bold. Chinese, Japanese and Korean never are: no bold face of them is
        bundled, and a PC that happens to have one would paint other dots than its neighbour."""
        return bold and (text.isascii() or all(ord(char) in self._bold_characters for char in text))

    def advance(self, text: str, px: int, *, bold: bool = False) -> float:
        """Width of one line of text in dots, shaped. Remembered: the shipper's lines never change."""
        key = (text, px, bold)
        width = self._advances.get(key)
        if width is None:
            if len(self._advances) > _REMEMBERED:
                self._advances.clear()
            width = self._advances[key] = self._metrics(text, px, bold).horizontalAdvance(text)
        return width

    def elided(self, text: str, width: int, px: int, *, bold: bool = False) -> str:
        """`text` cut with "…" to fit into `width` dots."""
        return self._metrics(text, px, bold).elidedText(text, Qt.TextElideMode.ElideRight, width)

    def _metrics(self, text: str, px: int, bold: bool) -> QFontMetricsF:
        key = (px, self.weight(text, bold=bold))
        found = self._prepared.metrics.get(key)
        if found is None:
            found = self._prepared.metrics[key] = QFontMetricsF(self.font(px, bold=key[1]))
        return found

    def covers(self, char: str) -> bool:
        """Whether one of the bundled faces has a glyph for this character."""
        return ord(char) in self._characters


def load_face(path: Path) -> list[str]:
    """The families of a font file, made known to Qt once in the life of the application: each time more costs ten
    megabytes for the Chinese face, and every text is slower to paint from then on."""
    key = (id(QGuiApplication.instance()), path)
    if key not in _LOADED:
        _LOADED[key] = QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(path)))
    return _LOADED[key]
