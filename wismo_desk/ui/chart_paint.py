"""Paints charts: flat bars from zero, spreads of days, lines over weeks; every mark is labelled in its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from wismo_desk.domain.chart import Bar, Chart, Series, Spread, ceiling
from wismo_desk.ui.parts import CENTRE, LEFT, RIGHT
from wismo_desk.ui.theme import Figures, Theme, Weight, font

_ROW: Final = 42.0
_BAR: Final = 24.0
_SPREAD: Final = 56.0
_TOP: Final = 26.0  # room for the name of a target
_AXIS: Final = 26.0
_MANY: Final = 0.05  # a bin's share that is worth its number


def _plain() -> QFont:
    return font(13, figures=Figures.TABULAR)


def _strong() -> QFont:
    return font(13, Weight.SEMIBOLD, figures=Figures.TABULAR)


def chart_height(chart: Chart) -> int:
    """px that the chart wants."""
    if chart.is_empty:
        return 120
    if chart.bars:
        return round(_TOP + _ROW * len(chart.bars) + 8)
    if chart.spreads:
        return round(14 + _SPREAD * len(chart.spreads) + _AXIS)
    return 240


class ChartPainter:
    """One chart on one painter, in `box`."""

    def __init__(self, painter: QPainter, box: QRectF, theme: Theme) -> None:
        self.painter, self.box, self.theme = painter, box, theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def paint(self, chart: Chart) -> None:
        if chart.bars:
            self._bars(chart)
        elif chart.spreads:
            self._spreads(chart)
        elif chart.lines:
            self._lines(chart)
        else:
            self.write(self.box, chart.empty, _plain(), self.theme.muted, CENTRE, wrap=True)

    def write(
        self,
        box: QRectF,
        text: str,
        face: QFont,
        colour: QColor,
        align: Qt.AlignmentFlag = LEFT,
        *,
        wrap: bool = False,
    ) -> None:
        self.painter.setFont(face)
        self.painter.setPen(colour)
        flags = int(align) | (int(Qt.TextFlag.TextWordWrap) if wrap else 0)
        self.painter.drawText(box, flags, text)

    def fit(
        self, box: QRectF, text: str, face: QFont, colour: QColor, align: Qt.AlignmentFlag = LEFT
    ) -> None:
        cut = QFontMetricsF(face).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        self.write(box, cut, face, colour, align)

    def _fill(self, box: QRectF, *, loud: bool) -> None:
        """Amber alone is too pale on white: where it carries data it has an edge."""
        theme = self.theme
        self.painter.setBrush(theme.warn_solid if loud else theme.bar)
        self.painter.setPen(QPen(theme.warn, 1) if loud else Qt.PenStyle.NoPen)
        inset = 0.5 if loud and box.width() > 2 and box.height() > 2 else 0
        self.painter.drawRect(box.adjusted(inset, inset, -inset, -inset))

    def _rule(self, x1: float, y1: float, x2: float, y2: float, pen: QPen) -> None:
        self.painter.setPen(pen)
        self.painter.drawLine(QPointF(x1, y1), QPointF(x2, y2))

    def _bars(self, chart: Chart) -> None:
        theme, box = self.theme, self.box
        names = QFontMetricsF(_strong())
        wide = min(box.width() * 0.34, max(names.horizontalAdvance(bar.label) for bar in chart.bars) + 4)
        left, top = box.left() + wide + 12, box.top() + _TOP
        told = max(_advance(_strong(), bar.said) + _advance(_plain(), bar.note) + 24 for bar in chart.bars)
        room = max(60.0, box.right() - left - min(told, box.width() * 0.5))
        most = max(*(bar.value for bar in chart.bars), chart.target or 0.0, 1e-9)
        bottom = top + _ROW * len(chart.bars)
        if chart.target is not None:
            x = left + room * chart.target / most
            self._rule(x, top, x, bottom, QPen(theme.text, 1))
            said = _advance(_plain(), chart.target_said)
            at = QRectF(max(left, x - said / 2), box.top(), said + 4, _TOP - 4)
            self.write(at, chart.target_said, _plain(), theme.text, LEFT)
        self._rule(left, top, left, bottom, QPen(theme.bar, 1))
        for n, bar in enumerate(chart.bars):
            row = QRectF(box.left(), top + n * _ROW, box.width(), _ROW)
            self._bar(bar, row, left, room * bar.value / most, wide)

    def _bar(self, bar: Bar, row: QRectF, left: float, length: float, wide: float) -> None:
        theme = self.theme
        face = _strong() if bar.loud else _plain()
        self.fit(QRectF(row.left(), row.top(), wide, row.height()), bar.label, face, theme.text, RIGHT)
        self._fill(QRectF(left, row.center().y() - _BAR / 2, length, _BAR), loud=bar.loud)
        x = left + length + 8
        said = _advance(_strong(), bar.said)
        note = min(_advance(_plain(), bar.note), max(0.0, row.right() - x - said - 12))
        back = QRectF(x - 4, row.center().y() - 10, said + note + 24, 20)
        self.painter.fillRect(back, theme.surface)  # a line of the chart may cross the words
        self.write(QRectF(x, row.top(), said + 4, row.height()), bar.said, _strong(), theme.text)
        at = QRectF(x + said + 12, row.top(), note + 2, row.height())
        self.fit(at, bar.note, _plain(), theme.muted)

    def _spreads(self, chart: Chart) -> None:
        theme, box = self.theme, self.box
        named = max(_advance(_plain(), spread.label) for spread in chart.spreads) + 4
        wide, side = min(max(named, 90.0), box.width() * 0.36), 120.0
        left = box.left() + wide + 12
        step = (box.right() - side - 12 - left) / len(chart.marks)
        for n, spread in enumerate(chart.spreads):
            top = box.top() + 14 + n * _SPREAD
            name = QRectF(box.left(), top + 8, wide, 18)
            self.fit(name, spread.label, _plain(), theme.text)
            self.write(name.translated(0, 18), spread.note, _plain(), theme.muted)
            self._spread(spread, chart, left, top, step)
            told = QRectF(box.right() - side, top + 8, side, 18)
            self.fit(told, spread.said, _strong(), theme.text)
            self.fit(told.translated(0, 18), spread.more, _plain(), theme.muted)
        bottom = box.top() + 14 + _SPREAD * len(chart.spreads)
        for n, mark in enumerate(chart.marks):
            self.write(QRectF(left + n * step, bottom, step, _AXIS), mark, _plain(), theme.muted, CENTRE)
        self.fit(QRectF(box.right() - side, bottom, side, _AXIS), chart.axis, _plain(), theme.muted)

    def _spread(self, spread: Spread, chart: Chart, left: float, top: float, step: float) -> None:
        theme, whole = self.theme, max(1, sum(spread.bins))
        base, high = top + 40, 36.0
        most = max(*spread.bins, 1)
        self._rule(left, base, left + step * len(spread.bins), base, QPen(theme.line_strong, 1))
        for n, (count, late) in enumerate(zip(spread.bins, spread.late, strict=True)):
            if not count:
                continue
            tall, over = high * count / most, high * late / most
            x = left + n * step + 2
            self._fill(QRectF(x, base - tall, step - 4, tall - over), loud=False)
            if late:
                self._fill(QRectF(x, base - tall, step - 4, max(1.5, over)), loud=True)
            if count / whole >= _MANY and tall < high - 14:
                said = QRectF(x - 6, base - tall - 16, step + 8, 15)
                self.write(said, f"{100 * count / whole:.0f}", _plain(), theme.muted, CENTRE)
            elif count / whole >= _MANY:
                inside = QRectF(x, base - 18, step - 4, 16)
                on_amber = late * 2 > count
                self.write(
                    inside,
                    f"{100 * count / whole:.0f}",
                    _strong(),
                    theme.on_warn if on_amber else _on(theme),
                    CENTRE,
                )
        self._band(spread, chart.first, left, base + 5, step)
        if spread.promised is not None:
            x = left + min(len(spread.bins), spread.promised - chart.first + 1) * step
            self._rule(x, top - 2, x, base, QPen(theme.text, 1.5))
            self.painter.setBrush(theme.text)
            self.painter.setPen(Qt.PenStyle.NoPen)
            self.painter.drawPolygon(
                QPolygonF([QPointF(x - 3.5, top - 4), QPointF(x + 3.5, top - 4), QPointF(x, top + 1)])
            )

    def _band(self, spread: Spread, first: int, left: float, y: float, step: float) -> None:
        """Eight of ten, and the median as a thick tick."""
        theme = self.theme
        low, high = (max(0, days - first) for days in (spread.low, spread.high))
        self.painter.fillRect(
            QRectF(left + low * step + 2, y - 1.5, (high - low + 1) * step - 4, 3), theme.muted
        )
        x = left + (max(0, spread.middle - first) + 0.5) * step
        self.painter.fillRect(QRectF(x - 1.5, y - 4, 3, 8), theme.text)

    def _lines(self, chart: Chart) -> None:
        theme, box = self.theme, self.box
        values = [value for line in chart.lines for value in line.values if value is not None]
        most, unit = ceiling(max(*values, chart.target or 0.0, 0.01))
        side = max(_advance(_strong(), line.said) for line in chart.lines) + 16
        side = min(max(side, _advance(_plain(), chart.target_said) + 16), box.width() * 0.4)
        plot = QRectF(box.left() + 44, box.top() + 10, box.width() - 44 - side, box.height() - 10 - _AXIS)

        def y(value: float) -> float:
            return plot.bottom() - plot.height() * value / most

        level = 0.0
        while level <= most + 1e-9:
            self._rule(plot.left(), y(level), plot.right(), y(level), QPen(theme.line, 1))
            at = QRectF(box.left(), y(level) - 9, 36, 18)
            self.write(at, f"{100 * level:.0f}{chart.unit}", _plain(), theme.muted, RIGHT)
            level += unit
        step = plot.width() / max(1, len(chart.marks) - 1)
        every = max(1, round(70 / step))
        for n, mark in enumerate(chart.marks):
            if (len(chart.marks) - 1 - n) % every == 0:
                at = QRectF(plot.left() + n * step - 40, plot.bottom() + 4, 80, _AXIS - 4)
                self.write(at, mark, _plain(), theme.muted, CENTRE)
        if chart.target is not None:
            dashed = QPen(theme.text, 1, Qt.PenStyle.DashLine)
            self._rule(plot.left(), y(chart.target), plot.right(), y(chart.target), dashed)
        ends = [(y(_last(line)), line.said, line.loud) for line in chart.lines]
        if chart.target is not None:
            ends.append((y(chart.target), chart.target_said, False))
        for line in sorted(chart.lines, key=lambda line: line.loud):
            self._line(
                line,
                [
                    QPointF(plot.left() + n * step, y(v)) if v is not None else None
                    for n, v in enumerate(line.values)
                ],
            )
        for at_y, said, loud in _apart(ends):
            named = QRectF(plot.right() + 12, at_y - 9, side - 12, 18)
            self.fit(named, said, _strong() if loud else _plain(), theme.text)

    def _line(self, line: Series, points: Sequence[QPointF | None]) -> None:
        """A week without a figure is a gap, not a zero."""
        theme = self.theme
        runs: list[list[QPointF]] = [[]]
        for point in points:
            if point is None:
                runs.append([])
            else:
                runs[-1].append(point)
        pens = [QPen(theme.warn, 4), QPen(theme.warn_solid, 2.5)] if line.loud else [QPen(theme.bar, 2)]
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in pens:
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            self.painter.setPen(pen)
            for run in runs:
                self.painter.drawPolyline(QPolygonF(run))
        last = next((point for point in reversed(points) if point is not None), None)
        if last is not None:
            self.painter.setPen(QPen(theme.warn, 1) if line.loud else Qt.PenStyle.NoPen)
            self.painter.setBrush(theme.warn_solid if line.loud else theme.bar)
            self.painter.drawEllipse(last, 4, 4)


def _on(theme: Theme) -> QColor:
    """Words on a quiet bar."""
    if theme.bar.lightness() < 100:
        return theme.surface
    return theme.on_accent if theme.dark else theme.text


def _advance(face: QFont, text: str) -> float:
    return QFontMetricsF(face).horizontalAdvance(text)


def _last(line: Series) -> float:
    return next((value for value in reversed(line.values) if value is not None), 0.0)


def _apart(ends: list[tuple[float, str, bool]]) -> list[tuple[float, str, bool]]:
    """Words at the ends of lines, moved so that none covers another."""
    found: list[tuple[float, str, bool]] = []
    for y, said, loud in sorted(ends):
        at = y if not found else max(y, found[-1][0] + 18)
        found.append((at, said, loud))
    return found
