"""The anomaly rules as a list of lines: in force or not, name, how often each fired last week."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton

from wismo_desk.domain.anomaly_rules import Mode, Rule
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.parts import LEFT, RIGHT
from wismo_desk.ui.theme import Figures, Weight, font


class RuleLine(QAbstractButton):
    """36 px: a knob (filled in force, ring on trial, empty off), the name, the figure of the week."""

    def __init__(self, desk: Desk, rule: Rule, fired: int) -> None:
        super().__init__()
        self._desk = desk
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedHeight(36)
        self.show_rule(rule, fired)

    def show_rule(self, rule: Rule, fired: int) -> None:
        words = self._desk.words
        self.rule, self._fired = rule, fired
        self.setText(self._desk.terms.anomaly[rule.kind])
        self._aside = {
            Mode.ON: words.number(fired),
            Mode.SHADOW: words("trial: {n}", n=words.number(fired)),
            Mode.OFF: words("off"),
        }[rule.mode]
        self.setAccessibleName(f"{self.text()}: {self._aside}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(288, 36)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._desk.look.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        if self.isChecked():
            painter.fillRect(box, theme.accent_tint)
            painter.fillRect(QRectF(0, 0, 3, box.height()), theme.accent)
        if self.hasFocus():
            painter.setPen(QPen(theme.accent, 2))
            painter.drawRect(box.adjusted(1, 1, -1, -1))
        painter.setPen(QPen(theme.line, 1))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        self._knob(painter, QRectF(16, 9, 32, 18))
        off = self.rule.mode is Mode.OFF
        painter.setFont(font(13, figures=Figures.TABULAR))
        painter.setPen(theme.muted)
        wide = QFontMetricsF(painter.font()).horizontalAdvance(self._aside)
        painter.drawText(box.adjusted(0, 0, -16, 0), RIGHT, self._aside)
        painter.setFont(font(13, Weight.SEMIBOLD if self.isChecked() else Weight.MEDIUM))
        painter.setPen(theme.muted if off else theme.text)
        room = box.width() - 60 - wide - 28
        name = QFontMetricsF(painter.font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(60, 0, room, box.height()), LEFT, name)

    def _knob(self, painter: QPainter, box: QRectF) -> None:
        theme, mode = self._desk.look.theme, self.rule.mode
        on = mode is Mode.ON
        painter.setPen(QPen(theme.accent if mode is not Mode.OFF else theme.line_strong, 1.5))
        painter.setBrush(theme.accent if on else theme.surface)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 9, 9)
        left = {Mode.ON: box.right() - 16, Mode.SHADOW: box.center().x() - 7, Mode.OFF: box.left() + 2}[mode]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(
            theme.on_accent if on else theme.accent if mode is Mode.SHADOW else theme.line_strong
        )
        painter.drawEllipse(QRectF(left, box.top() + 2, 14, 14))
