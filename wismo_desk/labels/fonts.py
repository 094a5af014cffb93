"""The bundled faces, loaded once, and which characters they can print.

A label is painted with these faces only: a glyph borrowed from one PC's system fonts would make two desks
print two labels, so a character outside them counts as missing even where the system could draw it.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF, QGuiApplication

from wismo_desk.errors import SettingsProblem
from wismo_desk.labels.coverage import characters

FAMILIES: Final = (
    "Inter",
    "Noto Sans",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Thai",
    "Noto Sans CJK SC",
)
_REMEMBERED: Final = 4096  # widths: names and addresses do not stay in memory for ever


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
        families = {family for path in files for family in _load(path)}
        missing = [family for family in FAMILIES if family not in families]
        if missing:
            raise SettingsProblem(
                "The fonts {names} are missing from {folder}. Install the program again.",
                field="fonts",
                names=", ".join(missing),
                folder=str(folder),
            )
        # Coverage does not depend on the weight: the regular faces speak for the bold ones.
        regular = (characters(path.read_bytes()) for path in files if "Regular" in path.name)
        self._characters = frozenset[int]().union(*regular)
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
        return found

    def metrics(self, px: int, *, bold: bool = False) -> QFontMetricsF:
        metrics = self._prepared.metrics
        found = metrics.get((px, bold))
        if found is None:
            found = metrics[px, bold] = QFontMetricsF(self.font(px, bold=bold))
        return found

    def advance(self, text: str, px: int, *, bold: bool = False) -> float:
        """Width of one line of text in dots, shaped. Remembered: the shipper's lines never change."""
        key = (text, px, bold)
        width = self._advances.get(key)
        if width is None:
            if len(self._advances) > _REMEMBERED:
                self._advances.clear()
            width = self._advances[key] = self.metrics(px, bold=bold).horizontalAdvance(text)
        return width

    def covers(self, char: str) -> bool:
        """Whether one of the bundled faces has a glyph for this character."""
        return ord(char) in self._characters


def _load(path: Path) -> list[str]:
    return QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(path)))
