"""The interval cell: when a shipment is expected, against what was promised, on one axis of eight days."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Final, NamedTuple

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from wismo_desk.domain.anomaly_kinds import Severity
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.domain.watching import ShipmentRow
from wismo_desk.ui.theme import Theme, Weight, font

DAYS: Final = 8  # from yesterday
_MORNING, _EVENING = 8 / 24, 20 / 24  # parcels arrive between these
_HIGH: Final = 8  # px of the bar


class Ended(Enum):
    """What stands there instead of a bar."""

    DELIVERED = "delivered"
    WAITING = "waiting"  # at the pickup point


class Interval(NamedTuple):
    """Days as ordinals; the bar from `low` to `high` with its notch at `likely`, 0 where nothing is foreseen."""

    low: int = 0
    likely: int = 0
    high: int = 0
    promised: int = 0
    ended: Ended | None = None
    ended_on: int = 0
    severity: Severity = Severity.NONE


class Axis(NamedTuple):
    """The eight days of the whole column, and now."""

    first: int  # ordinal of yesterday
    now: float  # days after `first`

    @classmethod
    def at(cls, when: datetime) -> Axis:
        """`when` in local time."""
        return cls(when.date().toordinal() - 1, 1 + (when.hour * 60 + when.minute) / 1440)

    def weekday(self, day: int) -> int:
        return date.fromordinal(self.first + day).weekday()


def interval_of(row: ShipmentRow, *, zone_day: date) -> Interval:
    """`zone_day`: the local day of its last event."""
    promised = row.promised_on.toordinal() if row.promised_on else 0
    severity = Severity(row.severity)
    if row.status is TrackingStatus.DELIVERED:
        return Interval(promised=promised, ended=Ended.DELIVERED, ended_on=zone_day.toordinal())
    if row.status is TrackingStatus.READY_FOR_PICKUP:
        return Interval(
            promised=promised, ended=Ended.WAITING, ended_on=zone_day.toordinal(), severity=severity
        )
    if row.expected is None:
        return Interval(promised=promised, severity=severity)
    found = row.expected
    return Interval(
        low=found.low.toordinal(),
        likely=found.likely.toordinal(),
        high=found.high.toordinal(),
        promised=promised,
        severity=severity,
    )


def paint_interval(painter: QPainter, said: Interval, axis: Axis, area: QRect, theme: Theme) -> None:
    """Into the cell `area`; weekends and the line of now go through every row."""
    left, wide = _span(area)
    day = wide / DAYS
    for number in range(DAYS):
        if axis.weekday(number) >= 5:
            painter.fillRect(QRectF(left + number * day, area.top(), day, area.height() + 1), theme.weekend)
    painter.save()
    painter.setClipRect(area)
    middle = area.top() + area.height() / 2
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def x(ordinal: int, hour: float) -> float:
        return left + (min(max(ordinal - axis.first + hour, 0.0), DAYS)) * day

    if said.low and said.high >= axis.first:
        _bar(painter, said, theme, middle, x)
    if said.promised and said.promised < axis.first:
        _arrow(painter, left + 1, middle, theme.ok if said.ended is Ended.DELIVERED else theme.text)
    elif said.promised and said.promised < axis.first + DAYS and said.ended is not Ended.DELIVERED:
        _promise(painter, x(said.promised, _EVENING), area, theme)
    now = float(round(left + axis.now * day))  # a whole pixel: the same line in every row
    painter.fillRect(QRectF(now, area.top(), 1, area.height() + 1), theme.accent)
    if said.ended is not None:
        at = x(said.ended_on, 0.5)
        if said.ended is Ended.DELIVERED:
            if said.ended_on >= axis.first:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.ok)
                painter.drawEllipse(QPointF(at, middle), 4, 4)
        else:
            at = max(at, left + 5)
            painter.setPen(QPen(theme.muted, 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(at + 4, middle), QPointF(max(now, at + 4), middle))
            painter.setPen(QPen(theme.muted, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(at, middle), 3.2, 3.2)
    painter.restore()


def _span(area: QRect) -> tuple[float, float]:
    return area.left() + 8.0, max(64.0, area.width() - 16.0)


def _bar(
    painter: QPainter, said: Interval, theme: Theme, middle: float, x: Callable[[int, float], float]
) -> None:
    begin, end = x(said.low, _MORNING), x(said.high, _EVENING)
    until = x(said.promised, _EVENING) if said.promised else end
    top = middle - _HIGH / 2
    painter.setPen(Qt.PenStyle.NoPen)
    kept = min(max(until, begin), end)
    if kept > begin:
        painter.setBrush(theme.bar)
        painter.drawRoundedRect(QRectF(begin, top, kept - begin, _HIGH), 1.5, 1.5)
    if end > kept:
        fill, edge = _late(said.severity, theme)
        painter.setBrush(fill)
        painter.setPen(QPen(edge, 1))
        painter.drawRoundedRect(QRectF(kept + 0.5, top + 0.5, end - kept - 1, _HIGH - 1), 1.5, 1.5)
    painter.fillRect(QRectF(x(said.likely, 0.5) - 1, top, 2, _HIGH), theme.surface)


def _late(severity: Severity, theme: Theme) -> tuple[QColor, QColor]:
    if severity is Severity.ACT:
        return theme.danger, theme.danger
    return theme.warn_solid, theme.warn


def _promise(painter: QPainter, at: float, area: QRect, theme: Theme) -> None:
    painter.fillRect(QRectF(at - 0.75, area.top() + 5, 1.5, area.height() - 9), theme.text)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.text)
    top = area.top() + 4.0
    painter.drawPolygon(QPolygonF([QPointF(at - 3.5, top), QPointF(at + 3.5, top), QPointF(at, top + 4.5)]))


def _arrow(painter: QPainter, at: float, middle: float, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(
        QPolygonF([QPointF(at, middle), QPointF(at + 5, middle - 4), QPointF(at + 5, middle + 4)])
    )


def paint_days(painter: QPainter, axis: Axis, letters: Sequence[str], area: QRect, theme: Theme) -> None:
    """The header of the column: a letter a day, today in accent."""
    left, wide = _span(area)
    day = wide / DAYS
    for number in range(DAYS):
        today = number == 1
        face = font(12, Weight.BOLD if today else Weight.MEDIUM)
        painter.setFont(face)
        painter.setPen(theme.accent if today else theme.muted)
        text = letters[axis.weekday(number)]
        at = left + (number + 0.5) * day - QFontMetricsF(face).horizontalAdvance(text) / 2
        painter.drawText(QPointF(at, area.top() + 18), text)
