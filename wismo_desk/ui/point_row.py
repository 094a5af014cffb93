"""One pickup point in a list: how far as a bar, where, when it is open today, and when it is away."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from wismo_desk.domain.pickup import PickupPoint, PointKind
from wismo_desk.ui.marks import Mark, paint_mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.parts import LEFT, RIGHT
from wismo_desk.ui.theme import Figures, Weight, font
from wismo_desk.words import Words

_HEIGHT = 92
_FAR = 64  # px of the whole bar
_WALKS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)


def kind_words(kind: PointKind, words: Words) -> str:
    return {
        PointKind.SHOP: words("Shop"),
        PointKind.LOCKER: words("Locker"),
        PointKind.POST_OFFICE: words("Post office"),
        PointKind.DEPOT: words("Depot"),
        PointKind.UNKNOWN: "",
    }[kind]


def distance_words(metres: int | None, words: Words) -> str:
    """ "240 m", "1,4 km", "" where the carrier does not say."""
    if metres is None:
        return ""
    if metres < 1000:
        return f"{words.number(metres)}\u00a0m"
    return f"{words.number(metres / 1000, digits=1)}\u00a0km"


class PointRow(QAbstractButton):
    """`furthest`: the distance that fills the bar, metres. Checked: it is the order's point."""

    def __init__(self, desk: Desk, point: PickupPoint, *, furthest: int, ship_on: date | None) -> None:
        super().__init__()
        self._desk, self.point, self._furthest = desk, point, max(1, furthest)
        words, today = desk.words, desk.today
        self._where = ", ".join(
            part for part in (point.street, f"{point.postcode} {point.city}".strip()) if part
        )
        self._kind = kind_words(point.kind, words)
        self._distance = distance_words(point.distance_m, words)
        self._hours, self._open = self._today(today)
        self._away = self._closed(ship_on or today)
        self.setText(point.name)
        said = (point.name, self._kind, self._distance, self._where, self._hours, self._away)
        self.setAccessibleName(", ".join(part for part in said if part))
        self.setToolTip(self._week())
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(280, _HEIGHT if self._away else _HEIGHT - 20)

    def _today(self, today: date) -> tuple[str, bool]:
        words, hours = self._desk.words, self.point.hours
        if hours is None:
            return words("Opening hours not told"), True
        said = hours[today.weekday()]
        if not said:
            return words("Closed today"), False
        if said.startswith("00:00") and said.endswith(("23:59", "24:00")):
            return words("Open day and night"), True
        return words("Today {hours}", hours=said), True

    def _closed(self, ship_on: date) -> str:
        """The holiday that touches this parcel, or the next one."""
        words = self._desk.words
        away = next(((first, last) for first, last in self.point.closed if last >= ship_on), None)
        if away is None:
            return ""
        return words("Closed from {first} to {last}", first=words.date(away[0]), last=words.date(away[1]))

    def _week(self) -> str:
        if self.point.hours is None:
            return ""
        from babel.dates import get_day_names

        names = get_day_names("abbreviated", locale=self._desk.words.language)
        shut = self._desk.words("closed")
        return "\n".join(f"{names[day]}  {hours or shut}" for day, hours in enumerate(self.point.hours))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The list walks: a button of Qt's would jump along the tab order."""
        if event.key() in _WALKS:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._desk.look.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self.hasFocus() or self.isChecked()
        painter.setPen(QPen(theme.accent if lit else theme.line, 2 if lit else theme.edge))
        painter.setBrush(theme.accent_tint if self.isChecked() or self.underMouse() else theme.surface)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        wide = self.width() - 12
        self._paint_distance(painter, wide)
        painter.setPen(theme.text)
        painter.setFont(font(14, Weight.SEMIBOLD))
        room = wide - _FAR - 24
        self._write(painter, QRectF(12, 8, room, 20), self.text())
        painter.setFont(font(13))
        painter.setPen(theme.muted)
        where = " · ".join(part for part in (self._kind, self._where) if part)
        self._write(painter, QRectF(12, 29, wide - 12, 18), where)
        painter.setPen(theme.text if self._open else theme.muted)
        self._write(painter, QRectF(12, 48, wide - 12, 18), self._hours)
        if self._away:
            paint_mark(painter, Mark.WARN, QRectF(12, 69, 14, 14), theme)
            painter.setPen(theme.warn)
            self._write(painter, QRectF(32, 67, wide - 32, 18), self._away)

    def _paint_distance(self, painter: QPainter, right: int) -> None:
        """A bar from the recipient's door, as long as the way; the figure before it."""
        if not self._distance:
            return
        theme = self._desk.look.theme
        left = right - _FAR
        painter.setFont(font(13, figures=Figures.TABULAR))
        painter.setPen(theme.muted)
        painter.drawText(QRectF(left, 6, _FAR, 16), RIGHT, self._distance)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.sunken)
        painter.drawRoundedRect(QRectF(left, 23, _FAR, 4), 2, 2)
        share = min(1.0, (self.point.distance_m or 0) / self._furthest)
        painter.setBrush(theme.bar)
        painter.drawRoundedRect(QRectF(left, 23, max(4.0, _FAR * share), 4), 2, 2)

    @staticmethod
    def _write(painter: QPainter, box: QRectF, text: str) -> None:
        fitted = QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, LEFT, fitted)
