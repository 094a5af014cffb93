"""When one shipment is expected: the days it will likely come on, against the promise, and from what that is known."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from wismo_desk.domain.expected import Expected
from wismo_desk.domain.watching import ShipmentRow
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.parts import CENTRE, write
from wismo_desk.ui.theme import Figures, Theme, Weight, font

_HIGH: Final = 70
_AXIS: Final = 44  # its line, from the top
_BAR: Final = 10
_SATURDAY: Final = 5
_LIKELY_LATE, _MAYBE_LATE = 0.6, 0.3
_MOST_DAYS: Final = 45


class ExpectedLine(QWidget):
    """Hidden where nothing is expected."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.bar = ExpectedBar(desk)
        self.chances = write("", 14, Weight.SEMIBOLD, wrap=True, figures=Figures.TABULAR)
        self.why = write("", 13, tone="muted", wrap=True, figures=Figures.TABULAR)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self.bar, self.chances, self.why):
            column.addWidget(widget)
        for label in (self.chances, self.why):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.hide()

    def show_row(self, row: ShipmentRow) -> None:
        self.setVisible(row.expected is not None)
        if row.expected is None:
            return
        self.bar.show_span(row.expected, row.promised_on)
        self.chances.setText(expected_words(self._desk, row.expected))
        self.why.setText(why_words(self._desk, row.expected))
        self.setAccessibleName(f"{self.chances.text()} {self.why.text()}")


def expected_words(desk: Desk, one: Expected) -> str:
    """ "lun. 24 to mer. 26, 8 times out of 10 · 31% late · 2% lost"."""
    words = desk.words
    low, high = (words.day(day, today=desk.today) for day in (one.low, one.high))
    when = (
        words("Expected {low}", low=low)
        if one.low == one.high
        else words("Expected {low} to {high}", low=low, high=high)
    )
    parts = [words("{when}, 8 times out of 10", when=when)]
    if one.late is not None and 0.005 < one.late < 1:
        parts.append(words("{share}% late", share=round(100 * one.late)))
    if one.lost is not None and one.lost >= 0.05:
        parts.append(words("{share}% lost", share=round(100 * one.lost)))
    return " · ".join(parts)


def why_words(desk: Desk, one: Expected) -> str:
    """The counted past behind the figures, with carriers and countries as people call them."""
    if not one.sentence:
        return ""
    values = dict(one.values)
    if "carrier" in values:
        values["carrier"] = desk.names.carrier(values["carrier"])
    if "zone" in values:
        values["zone"] = zone_words(desk, values["zone"])
    return desk.words(one.sentence, **values) + "."


def zone_words(desk: Desk, zone: str) -> str:
    """Of a destination as the forecast counts it (domain.expected.zone_name)."""
    special = {
        "FR-20": desk.words("Corsica"),
        "FR-97": desk.words("overseas"),
        "FR-98": desk.words("overseas"),
    }
    if zone in special:
        return special[zone]
    from babel import Locale  # not before the first paint

    territories = Locale.parse(desk.words.language).territories
    return str(territories.get(zone, zone)) if zone else desk.words("an unknown country")


class ExpectedBar(QWidget):
    """Days from left to right: weekends as stripes, now, the promise, and the span with its likeliest day."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._one: Expected | None = None
        self._promised: date | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(320, _HIGH)

    def show_span(self, one: Expected, promised: date | None) -> None:
        self._one, self._promised = one, promised
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._one is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _Picture(painter, self._desk, QRectF(self.rect()), self._one, self._promised).paint()


class _Picture:
    """One painting of the bar."""

    def __init__(
        self, painter: QPainter, desk: Desk, area: QRectF, one: Expected, promised: date | None
    ) -> None:
        self._painter, self._desk, self._area, self._one, self._promised = painter, desk, area, one, promised
        self._theme: Theme = desk.look.theme
        today = desk.today
        known = [today, one.low, one.high, *([promised] if promised else [])]
        self._first = max(min(known), today - timedelta(days=_MOST_DAYS)) - timedelta(days=1)
        last = min(max(known), today + timedelta(days=_MOST_DAYS)) + timedelta(days=1)
        self._days = (last - self._first).days + 1
        self._wide = area.width() / self._days

    def paint(self) -> None:
        self._stripes()
        painter, theme = self._painter, self._theme
        painter.fillRect(QRectF(0, _AXIS, self._area.width(), 1), theme.line_strong)
        self._span()
        now = self._x(self._desk.today) + self._wide / 2
        painter.fillRect(QRectF(now - 0.5, 16, 1, _AXIS - 10), theme.accent)
        spots: list[tuple[float, str, QColor, bool]] = [(now, self._desk.words("now"), theme.accent, True)]
        if self._promised is not None:
            x = self._x(self._promised) + self._wide / 2
            painter.fillRect(QRectF(x - 1, 20, 2, _AXIS - 12), theme.text)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.text)
            painter.drawPolygon(QPolygonF([QPointF(x - 4, 18), QPointF(x + 4, 18), QPointF(x, 24)]))
            spots.append((x, self._desk.words("promised"), theme.text, False))
        self._labels(spots)
        self._dates()

    def _x(self, day: date) -> float:
        return min(max((day - self._first).days, 0), self._days - 1) * self._wide

    def _stripes(self) -> None:
        for at in range(self._days):
            if (self._first + timedelta(days=at)).weekday() >= _SATURDAY:
                self._painter.fillRect(
                    QRectF(at * self._wide, 16, self._wide, _AXIS - 16), self._theme.weekend
                )

    def _span(self) -> None:
        """Grey up to the promise, beyond it in the colour of how sure the delay is."""
        theme, one = self._theme, self._one
        left, right = self._x(one.low) + 2, self._x(one.high) + self._wide - 2
        limit = right if self._promised is None else self._x(self._promised) + self._wide
        late = theme.danger if (one.late or 0) >= _LIKELY_LATE else theme.warn_solid
        if (one.late or 0) < _MAYBE_LATE:
            late = theme.bar
        top = _AXIS - _BAR - 4.0
        for start, end, colour in ((left, min(right, limit), theme.bar), (max(left, limit), right, late)):
            if end > start:
                self._painter.setPen(QPen(theme.warn, 1) if colour is theme.warn_solid else Qt.PenStyle.NoPen)
                self._painter.setBrush(colour)
                self._painter.drawRoundedRect(QRectF(start, top, end - start, _BAR), 2, 2)
        if one.high > one.low:
            notch = self._x(one.likely) + self._wide / 2
            self._painter.fillRect(QRectF(notch - 1.5, top, 3, _BAR), theme.surface)

    def _labels(self, spots: list[tuple[float, str, QColor, bool]]) -> None:
        """Above the axis; what would cover another one gives way."""
        taken: list[QRectF] = []
        for x, text, colour, bold in spots:
            box = self._box(x, text, 0, bold=bold)
            if any(box.intersects(other) for other in taken):
                side = box.width() if x >= taken[0].center().x() else -box.width()
                box.moveLeft(
                    min(
                        max(taken[0].center().x() + side - box.width() / 2, 0),
                        self._area.width() - box.width(),
                    )
                )
                if any(box.intersects(other.adjusted(2, 0, -2, 0)) for other in taken):
                    continue
            taken.append(box)
            self._write(box, text, colour, bold=bold)

    def _dates(self) -> None:
        """Under the axis: the likely day, and both ends where there is room."""
        one, words = self._one, self._desk.words
        taken: list[QRectF] = []
        for day, bold in ((one.likely, True), (one.low, False), (one.high, False)):
            text = words.day(day, today=self._desk.today)
            box = self._box(self._x(day) + self._wide / 2, text, _AXIS + 4, bold=bold)
            if not any(box.intersects(other) for other in taken):
                taken.append(box.adjusted(-6, 0, 6, 0))
                self._write(box, text, self._theme.text if bold else self._theme.muted, bold=bold)

    def _box(self, x: float, text: str, top: float, *, bold: bool) -> QRectF:
        self._painter.setFont(font(12, Weight.SEMIBOLD if bold else Weight.REGULAR, figures=Figures.TABULAR))
        wide = self._painter.fontMetrics().horizontalAdvance(text) + 4.0
        return QRectF(min(max(x - wide / 2, 0), self._area.width() - wide), top, wide, 16)

    def _write(self, box: QRectF, text: str, colour: QColor, *, bold: bool) -> None:
        self._painter.setFont(font(12, Weight.SEMIBOLD if bold else Weight.REGULAR, figures=Figures.TABULAR))
        self._painter.setPen(colour)
        self._painter.drawText(box, CENTRE, text)
