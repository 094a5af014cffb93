"""The small widgets every page is made of: text, button, chip, tag, card, tile, status dot, empty state.

Measures are those of mockups/NOTES.md "Components". Each paints itself from `Look` at paint time, so a
change of theme needs no rebuilding.
"""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from wismo_desk.ui.marks import Mark, paint_mark
from wismo_desk.ui.theme import Figures, Look, Theme, Weight, font, set_tone

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def write(
    text: str = "",
    px: int = 14,
    weight: Weight = Weight.REGULAR,
    *,
    tone: str = "",
    figures: Figures = Figures.PLAIN,
    wrap: bool = False,
) -> QLabel:
    """A label; `tone` is muted, accent, ok, warn, danger or info (see `set_tone`). Never rich text."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setFont(font(px, weight, figures=figures))
    label.setWordWrap(wrap)
    if tone:
        label.setProperty("tone", tone)
    return label


class Elided(QLabel):
    """One line that ends in "…" where it does not fit (in the middle for codes); the whole in the tooltip."""

    def __init__(
        self,
        text: str = "",
        px: int = 14,
        weight: Weight = Weight.REGULAR,
        *,
        tone: str = "",
        figures: Figures = Figures.PLAIN,
    ) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font(px, weight, figures=figures))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._mode = Qt.TextElideMode.ElideMiddle if figures is Figures.CODE else Qt.TextElideMode.ElideRight
        if tone:
            self.setProperty("tone", tone)
        self.setText(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        cut = self.fontMetrics().elidedText(self.text(), self._mode, self.width())
        self.setToolTip(self.text() if cut != self.text() else "")
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), LEFT, cut)


class Kind(Enum):
    """How loud a button is. One PRIMARY per screen."""

    PLAIN = "plain"
    PRIMARY = "primary"
    GHOST = "ghost"
    DANGER = "danger"


def paint_key(painter: QPainter, text: str, box: QRectF, pen: QColor, edge: QColor, *, px: int = 11) -> None:
    """A key cap filling `box`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(edge, max(1.0, px / 12)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    radius = 4 * px / 11
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    painter.setFont(font(px, Weight.MEDIUM))
    painter.setPen(pen)
    painter.drawText(box, CENTRE, text)
    painter.restore()


def key_width(text: str, *, px: int = 11) -> float:
    """Width of a key cap in px for `text`."""
    least = 18 * px / 11
    return max(least, QFontMetricsF(font(px, Weight.MEDIUM)).horizontalAdvance(text) + 10 * px / 11)


class Button(QAbstractButton):
    """Icon, words and key cap. The cap only tells; the page owns its keys. Named by its words."""

    def __init__(
        self,
        look: Look,
        text: str,
        *,
        icon: str = "",
        key: str = "",
        kind: Kind = Kind.PLAIN,
        small: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._icon, self._key, self.kind = look, icon, key, kind
        self._height = 28 if small else 32
        self.setText(text)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    @property
    def _weight(self) -> Weight:
        return Weight.SEMIBOLD if self.kind is Kind.PRIMARY else Weight.MEDIUM

    def sizeHint(self) -> QSize:
        wide = 24 + QFontMetricsF(font(14, self._weight)).horizontalAdvance(self.text())
        wide += 24 if self._icon else 0
        wide += key_width(self._key) + 8 if self._key else 0
        return QSize(round(wide + 0.5), self._height)

    def _colours(self, theme: Theme) -> tuple[QColor | None, QColor, QColor | None]:
        """Fill, words, border."""
        if not self.isEnabled():
            return theme.sunken, theme.muted, theme.line
        if self.kind is Kind.PRIMARY:
            return theme.accent, theme.on_accent, None
        if self.kind is Kind.DANGER:
            return theme.danger_solid, theme.on_danger, None
        lit = theme.accent_tint if self.underMouse() or self.isDown() else None
        if self.kind is Kind.GHOST:
            return lit, theme.accent, None
        return lit or theme.surface, theme.text, theme.line_strong

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._look.theme
        fill, words, border = self._colours(theme)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        painter.setBrush(fill or Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(border, theme.edge) if border else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(words if fill == theme.accent else theme.accent, 2))
            inset = 3 if fill == theme.accent else 1
            painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), 5, 5)
        self._paint_inside(painter, words)

    def _paint_inside(self, painter: QPainter, words: QColor) -> None:
        hint = self.sizeHint().width()
        left = max(12.0, (self.width() - hint) / 2 + 12)
        middle = self.height() / 2
        if self._icon:
            self._look.icons.paint(painter, self._icon, QRectF(left, middle - 8, 16, 16), words)
            left += 24
        painter.setFont(font(14, self._weight))
        painter.setPen(words)
        room = self.width() - left - 12 - (key_width(self._key) + 8 if self._key else 0)
        text = QFontMetricsF(painter.font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, room + 1)
        painter.drawText(QRectF(left, 0, room + 2, self.height()), LEFT, text)
        if self._key:
            wide = key_width(self._key)
            left += QFontMetricsF(painter.font()).horizontalAdvance(text) + 8
            theme = self._look.theme
            solid = self.kind in (Kind.PRIMARY, Kind.DANGER)
            paint_key(
                painter,
                self._key,
                QRectF(left, middle - 9, wide, 18),
                words if solid else theme.muted,
                words if solid else theme.line_strong,
            )

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()


class Chip(QAbstractButton):
    """A filter with its count. The count keeps its width, so that chips stay put while data moves."""

    def __init__(self, look: Look, text: str, count: int | None = None, *, mark: Mark | None = None) -> None:
        super().__init__()
        self._look, self._count, self._mark = look, count, mark
        self.setText(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._rename()

    def set_count(self, count: int | None) -> None:
        self._count = count
        self._rename()
        self.update()

    def _rename(self) -> None:
        self.setAccessibleName(self.text() if self._count is None else f"{self.text()} {self._count}")

    def _words_width(self) -> float:
        return QFontMetricsF(font(13, Weight.MEDIUM)).horizontalAdvance(self.text())

    def sizeHint(self) -> QSize:
        wide = 20 + self._words_width() + (20 if self._mark else 0)
        if self._count is not None:
            digits = QFontMetricsF(font(13, Weight.SEMIBOLD, figures=Figures.TABULAR))
            wide += 8 + digits.horizontalAdvance("0" * max(4, len(str(self._count))))
        return QSize(round(wide + 0.5), 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, on = self._look.theme, self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = theme.accent_tint if on else theme.surface
        painter.setBrush(lit)
        edge = 2 if self.hasFocus() else theme.edge
        painter.setPen(QPen(theme.accent if on or self.hasFocus() else theme.line, edge))
        inset = edge / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 6, 6)
        left = 10.0
        if self._mark:
            paint_mark(painter, self._mark, QRectF(left, 7, 14, 14), theme)
            left += 20
        words = theme.accent if on else theme.text
        painter.setPen(words)
        painter.setFont(font(13, Weight.MEDIUM))
        painter.drawText(QRectF(left, 0, self._words_width() + 2, self.height()), LEFT, self.text())
        if self._count is not None:
            painter.setFont(font(13, Weight.SEMIBOLD, figures=Figures.TABULAR))
            left += self._words_width() + 8
            painter.drawText(QRectF(left, 0, self.width() - left, self.height()), LEFT, str(self._count))


class Tag(QWidget):
    """A state in a word: tint, mark, 12/600. Its accessible name is its word."""

    def __init__(self, look: Look, text: str, mark: Mark = Mark.NEUTRAL) -> None:
        super().__init__()
        self._look = look
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_state(text, mark)

    def show_state(self, text: str, mark: Mark) -> None:
        self._text, self._mark = text, mark
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        wide = QFontMetricsF(font(12, Weight.SEMIBOLD)).horizontalAdvance(self._text)
        return QSize(round(wide + 36.5), 22)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour(self._mark), theme.edge) if theme.edge > 1 else Qt.PenStyle.NoPen)
        neutral = self._mark is Mark.NEUTRAL
        painter.setBrush(theme.sunken if neutral else theme.colour(f"{self._mark}_tint"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        paint_mark(painter, self._mark, QRectF(8, 4, 14, 14), theme)
        painter.setFont(font(12, Weight.SEMIBOLD))
        painter.setPen(theme.colour(self._mark))
        painter.drawText(QRectF(27, 0, self.width() - 27, self.height()), LEFT, self._text)


class Choice(QComboBox):
    """A drop-down list; the style sheet takes Qt's arrow away, so it paints the chevron itself."""

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self._look = look
        self.setAccessibleName(name)
        self.setFont(font(14))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        box = QRectF(self.width() - 24, self.height() / 2 - 7, 14, 14)
        self._look.icons.paint(QPainter(self), "chevron-down", box, self._look.theme.muted)


class Card(QFrame):
    """A surface with a hairline; `body` is its layout (16 px inside), under an optional title 16/600."""

    def __init__(self, title: str = "", *, aside: str = "", pad: int = 16) -> None:
        super().__init__()
        self.setProperty("part", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(pad, pad - 2, pad, pad)
        self.body.setSpacing(8)
        if title:
            head = QHBoxLayout()
            head.addWidget(write(title, 16, Weight.SEMIBOLD))
            head.addStretch()
            if aside:
                head.addWidget(write(aside, 12, tone="muted"))
            self.body.addLayout(head)
            self.setAccessibleName(title)

    def choose(self, chosen: bool) -> None:
        """The accent border of a selected card."""
        set_tone(self, "chosen", "true" if chosen else "false")


class Answer(QFrame):
    """One sentence that matters, on its tint with a 4 px edge: the first in 600, the rest plain."""

    def __init__(self, mark: Mark, first: str, rest: str = "") -> None:
        super().__init__()
        self.setProperty("part", "answer")
        self.setProperty("severity", mark.value)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(2)
        column.addWidget(write(first, 15, Weight.SEMIBOLD, wrap=True))
        if rest:
            column.addWidget(write(rest, 15, wrap=True))


class Blank(QWidget):
    """What a page shows instead of rows: empty, loading, offline, error: one sentence, one action."""

    def __init__(self, look: Look, icon: str, sentence: str, action: Button | None = None) -> None:
        super().__init__()
        self._look, self._icon = look, icon
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(16)
        column.addStretch()
        column.addSpacing(64)
        self._sentence = write(sentence, 16, tone="muted", wrap=True)
        self._sentence.setAlignment(CENTRE)
        column.addWidget(self._sentence)
        if action is not None:
            column.addWidget(action, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()

    def say(self, icon: str, sentence: str) -> None:
        self._icon = icon
        self._sentence.setText(sentence)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        top = self._sentence.geometry().top() - 64
        box = QRectF(self.width() / 2 - 24, top, 48, 48)
        self._look.icons.paint(QPainter(self), self._icon, box, self._look.theme.muted)
