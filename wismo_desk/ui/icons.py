"""Lucide icons (ISC), recoloured and sharp at any size; drawn once per size, colour and screen density."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer


def stroke(px: float) -> float:
    """Line width on the 24 grid that looks even beside Inter at `px` (mockups/NOTES.md, Icons)."""
    if px <= 14:
        return 2.25
    if px < 40:
        return 2.0
    return 1.75 if px < 160 else 1.5


class Icons:
    """The icons of one folder by name. A name that is not there is a bug and raises FileNotFoundError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sources: dict[str, str] = {}
        self._drawn: dict[tuple[str, float, int, float], QPixmap] = {}

    def paint(self, painter: QPainter, name: str, box: QRectF, colour: QColor) -> None:
        """Draw into the largest centred square of `box`."""
        side = min(box.width(), box.height())
        at = QRectF(box.center().x() - side / 2, box.center().y() - side / 2, side, side)
        self._renderer(name, side, colour).render(painter, at)

    def pixmap(self, name: str, px: float, colour: QColor, *, density: float = 1.0) -> QPixmap:
        """A square picture of `px` logical pixels."""
        key = (name, px, int(colour.rgba()), density)
        if key not in self._drawn:
            renderer = self._renderer(name, px, colour)
            picture = QPixmap(QSize(1, 1) * max(1, round(px * density)))
            picture.setDevicePixelRatio(density)
            picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(picture)
            renderer.render(painter, QRectF(0, 0, px, px))
            painter.end()
            self._drawn[key] = picture
        return self._drawn[key]

    def icon(self, name: str, px: int, colour: QColor, *, density: float = 1.0) -> QIcon:
        """For Qt's own widgets (actions of a line edit, menus)."""
        return QIcon(self.pixmap(name, px, colour, density=density))

    def _renderer(self, name: str, px: float, colour: QColor) -> QSvgRenderer:
        if name not in self._sources:
            self._sources[name] = (self._folder / f"{name}.svg").read_text("utf-8")
        text = self._sources[name].replace("currentColor", colour.name())
        text = text.replace('stroke-width="2"', f'stroke-width="{stroke(px)}"')
        return QSvgRenderer(QByteArray(text.encode()))
