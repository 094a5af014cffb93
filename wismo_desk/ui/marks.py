"""Severity and progress marks: a shape, a glyph and a colour, so that colour never speaks alone."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from wismo_desk.ui.theme import Theme


class Mark(StrEnum):
    """How grave: the name is also the theme token of its words (`theme.colour(mark)`), muted for NEUTRAL."""

    OK = "ok"
    WARN = "warn"
    DANGER = "danger"
    INFO = "info"
    NEUTRAL = "muted"


class Stage(StrEnum):
    """How far a parcel is, as a pie that fills."""

    ANNOUNCED = "announced"
    HANDED_OVER = "handed_over"
    IN_TRANSIT = "in_transit"
    LAST_STAGE = "last_stage"
    DELIVERED = "delivered"
    RETURNED = "returned"


_TICK = ((4.6, 8.3), (7.0, 10.7), (11.4, 5.7))
_OCTAGON = ((5.05, 1), (10.95, 1), (15, 5.05), (15, 10.95), (10.95, 15), (5.05, 15), (1, 10.95), (1, 5.05))
_PIE = {Stage.HANDED_OVER: 1, Stage.IN_TRANSIT: 2, Stage.LAST_STAGE: 3}


def _polygon(points: tuple[tuple[float, float], ...]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in points])


def _pen(colour: QColor, width: float) -> QPen:
    return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def paint_mark(
    painter: QPainter,
    mark: Mark,
    box: QRectF,
    theme: Theme,
    *,
    shape: QColor | None = None,
    glyph: QColor | None = None,
) -> None:
    """Draw into `box` (square). On a solid page give `shape` white and `glyph` the page's colour."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / 16, box.height() / 16)
    painter.setPen(Qt.PenStyle.NoPen)
    cut = glyph or (theme.background if theme.dark else QColor("white"))
    painter.setBrush(shape or theme.colour(mark))
    if mark is Mark.OK:
        painter.drawEllipse(QPointF(8, 8), 7, 7)
        painter.setPen(_pen(cut, 1.9))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(_polygon(_TICK))
    elif mark is Mark.WARN:
        _paint_triangle(painter, theme, shape, glyph)
    elif mark is Mark.DANGER:
        painter.drawPolygon(_polygon(_OCTAGON))
        painter.setPen(_pen(cut, 1.9))
        painter.drawLine(QPointF(5.7, 5.7), QPointF(10.3, 10.3))
        painter.drawLine(QPointF(10.3, 5.7), QPointF(5.7, 10.3))
    elif mark is Mark.INFO:
        painter.drawRoundedRect(QRectF(1.4, 1.4, 13.2, 13.2), 2.4, 2.4)
        painter.setPen(_pen(cut, 1.8))
        painter.drawLine(QPointF(8, 7.4), QPointF(8, 11.3))
        painter.drawPoint(QPointF(8, 4.6))
    else:
        painter.setPen(_pen(shape or theme.muted, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(8, 8), 5.5, 5.5)
    painter.restore()


def _paint_triangle(painter: QPainter, theme: Theme, shape: QColor | None, glyph: QColor | None) -> None:
    path = QPainterPath(QPointF(8, 1.9))
    path.lineTo(14.7, 14)
    path.lineTo(1.3, 14)
    path.closeSubpath()
    # Amber alone is 2:1 on white; the edge makes it a shape. On dark and on solid pages the fill is enough.
    edge = shape or (theme.warn_solid if theme.dark else theme.warn)
    painter.setPen(_pen(edge, 1.3))
    painter.setBrush(shape or theme.warn_solid)
    painter.drawPath(path)
    painter.setPen(_pen(glyph or theme.on_warn, 1.7))
    painter.drawLine(QPointF(8, 6.4), QPointF(8, 9.3))
    painter.drawPoint(QPointF(8, 11.9))


def paint_stage(painter: QPainter, stage: Stage, box: QRectF, theme: Theme) -> None:
    """The state of a parcel; the word always follows (or sits in the tooltip)."""
    if stage is Stage.DELIVERED:
        paint_mark(painter, Mark.OK, box, theme)
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / 16, box.height() / 16)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    ring = QPen(theme.muted, 1.6)
    if stage is Stage.ANNOUNCED:
        ring.setDashPattern([1.1, 1.65])
    painter.setPen(ring)
    circle = QRectF(2, 2, 12, 12)
    if stage is Stage.RETURNED:
        painter.drawArc(circle, 150 * 16, -300 * 16)
        painter.drawPolyline(_polygon(((2.0, 1.6), (2.3, 5.2), (5.9, 4.9))))
    else:
        painter.drawEllipse(circle)
    if stage in _PIE:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.muted)
        painter.drawPie(QRectF(4, 4, 8, 8), 90 * 16, -_PIE[stage] * 90 * 16)
    painter.restore()
