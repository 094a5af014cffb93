"""The header of a painted table: 28 px, quiet, the sorted column in strong with its arrow."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from wismo_desk.ui.grid_cell import Column
from wismo_desk.ui.grid_interval import Axis, paint_days
from wismo_desk.ui.grid_paint import BAR, PAD
from wismo_desk.ui.parts import LEFT
from wismo_desk.ui.theme import Look, Weight, font


class GridHeader(QHeaderView):
    """Paints the titles; `arrow` is the sorted section and its direction, or (-1, False)."""

    def __init__(self, look: Look, columns: tuple[Column, ...], parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._look, self._columns = look, columns
        self.arrow = (-1, False)
        self.axis: Callable[[], Axis] | None = None  # of a column of days
        # The desk's sheet pads headers, which would shift the sections against the columns.
        self.setStyleSheet("QHeaderView { padding: 0; }")
        self.setSectionsClickable(any(column.sort for column in columns))
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(1)
        self.setFixedHeight(28)
        self.setHighlightSections(False)

    def sizeHint(self) -> QSize:
        return QSize(100, 28)

    def show_arrow(self, section: int, *, descending: bool) -> None:
        self.arrow = (section, descending)
        self.viewport().update()

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        theme, column = self._look.theme, self._columns[section]
        painter.fillRect(rect, theme.sunken)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme.line)
        if column.days and self.axis is not None:
            paint_days(painter, self.axis(), column.days, rect, theme)
            return
        on = section == self.arrow[0]
        face = font(12, Weight.SEMIBOLD if on else Weight.MEDIUM)
        metrics = QFontMetricsF(face)
        left = rect.left() + (BAR + 28 if section == 0 and column.sort else PAD)
        room = rect.right() + 1 - PAD - left - (20 if on else 0)
        # Two letters and dots say less than nothing: the tooltip of the cells has the word.
        short = room < 48 and metrics.horizontalAdvance(column.title) > room
        text = "" if short else metrics.elidedText(column.title, Qt.TextElideMode.ElideRight, room)
        wide = metrics.horizontalAdvance(text)
        x = rect.right() + 1 - PAD - wide - (20 if on else 0) if column.right else float(left)
        painter.setFont(face)
        painter.setPen(theme.text if on else theme.muted)
        painter.drawText(QRectF(x, rect.top(), wide + 2, rect.height()), LEFT, text)
        if on:
            icon = "arrow-down-wide-narrow" if column.key == "anomaly" else "chevron-down"
            if not self.arrow[1]:
                icon = "chevron-up"
            box = QRectF(x + wide + 6, rect.top() + 7, 14, 14)
            self._look.icons.paint(painter, icon, box, theme.text)
