"""The bundled faces, loaded once, and which characters they can print.

A label is painted with these faces only: a glyph borrowed from one PC's system fonts would make two desks
print two labels, so a character outside them counts as missing even where the system could draw it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF, QGuiApplication, QRawFont

from wismo_desk.errors import SettingsProblem

FAMILIES: Final = (
    "Inter",
    "Noto Sans",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Thai",
    "Noto Sans CJK SC",
)


class Fonts:
    """Fonts of a size in dots. Needs a QGuiApplication; SettingsProblem when `folder` lacks the faces."""

    def __init__(self, folder: Path) -> None:
        if QGuiApplication.instance() is None:
            raise RuntimeError("fonts need a QGuiApplication, made by the caller")
        files = sorted(path for path in folder.glob("*") if path.suffix in (".otf", ".ttf"))
        families: set[str] = set()
        for path in files:
            number = QFontDatabase.addApplicationFont(str(path))
            families.update(QFontDatabase.applicationFontFamilies(number))
        missing = [family for family in FAMILIES if family not in families]
        if missing:
            raise SettingsProblem(
                "The fonts {names} are missing from {folder}. Install the program again.",
                field="fonts",
                names=", ".join(missing),
                folder=str(folder),
            )
        # Coverage does not depend on the weight: the regular faces speak for the bold ones.
        self._faces = [QRawFont(str(path), 16.0) for path in files if "Regular" in path.name]
        self._covered: dict[str, bool] = {}
        self._fonts: dict[tuple[int, bool], QFont] = {}
        self._metrics: dict[tuple[int, bool], QFontMetricsF] = {}
        self._advances: dict[tuple[str, int, bool], float] = {}

    def font(self, px: int, *, bold: bool = False) -> QFont:
        found = self._fonts.get((px, bold))
        if found is None:
            found = QFont()
            found.setFamilies(list(FAMILIES))
            found.setPixelSize(px)
            found.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
            found.setStyleStrategy(QFont.StyleStrategy.NoAntialias)
            self._fonts[px, bold] = found
        return found

    def metrics(self, px: int, *, bold: bool = False) -> QFontMetricsF:
        found = self._metrics.get((px, bold))
        if found is None:
            found = self._metrics[px, bold] = QFontMetricsF(self.font(px, bold=bold))
        return found

    def advance(self, text: str, px: int, *, bold: bool = False) -> float:
        """Width of one line of text in dots, shaped. Remembered: the shipper's lines never change."""
        key = (text, px, bold)
        width = self._advances.get(key)
        if width is None:
            if len(self._advances) > 4096:
                self._advances.clear()
            width = self._advances[key] = self.metrics(px, bold=bold).horizontalAdvance(text)
        return width

    def covers(self, char: str) -> bool:
        """Whether one of the bundled faces has a glyph for this character."""
        known = self._covered.get(char)
        if known is None:
            known = any(face.supportsCharacter(ord(char)) for face in self._faces)
            self._covered[char] = known
        return known
