"""A chart on a card: its finding as the title, the painted chart, and the same as a table on request."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QSizePolicy,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from wismo_desk.domain.chart import Chart
from wismo_desk.ui.chart_paint import ChartPainter, chart_height
from wismo_desk.ui.parts import LEFT, RIGHT, Button, Card, Elided, Kind, write
from wismo_desk.ui.theme import Figures, Look, Weight, font
from wismo_desk.words import Words

_SCROLLS: Final = 8  # columns


class ChartView(QWidget):
    """The painted chart. A screen reader is given its table in words."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._chart: Chart | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_chart(self, chart: Chart) -> None:
        self._chart = chart
        self.setMinimumHeight(chart_height(chart))
        self.setAccessibleName(chart.title)
        self.setAccessibleDescription("; ".join(", ".join(row) for row in chart.grid.rows))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(520, chart_height(self._chart) if self._chart else 120)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._chart is not None:
            ChartPainter(QPainter(self), QRectF(self.rect()), self._look.theme).paint(self._chart)


class ChartTable(QTableWidget):
    """The figures of a chart, as many rows as it has lanes."""

    def __init__(self) -> None:
        super().__init__()
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setShowGrid(False)
        self.setFont(font(13, figures=Figures.TABULAR))
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setDefaultSectionSize(28)

    def show_chart(self, chart: Chart) -> None:
        grid = chart.grid
        self.setAccessibleName(chart.title)
        self.setColumnCount(len(grid.head))
        self.setRowCount(len(grid.rows))
        header = self.horizontalHeader()
        wide = len(grid.head) > _SCROLLS  # its names stay whole, the figures are scrolled to
        for column in range(len(grid.head)):
            fills = column == 0 and not wide
            mode = QHeaderView.ResizeMode
            stretch = mode.Stretch if fills else mode.ResizeToContents
            header.setSectionResizeMode(column, stretch)
            named = QTableWidgetItem(grid.head[column])
            named.setTextAlignment(LEFT if column == 0 else RIGHT)
            self.setHorizontalHeaderItem(column, named)
        for n, row in enumerate(grid.rows):
            for column, text in enumerate(row):
                item = QTableWidgetItem(text)
                item.setTextAlignment(LEFT if column == 0 else RIGHT)
                self.setItem(n, column, item)


class ChartCard(Card):
    """Shows whatever chart it is given last; keeps whether the reader wants tables."""

    def __init__(self, look: Look, words: Words) -> None:
        super().__init__()
        self._words = words
        head = QHBoxLayout()
        head.setSpacing(12)
        self._title = Elided("", 16, Weight.SEMIBOLD)
        self.switch = Button(look, words("Table"), icon="table-2", kind=Kind.GHOST, small=True)
        self.switch.setCheckable(True)
        self.switch.toggled.connect(self._turn)
        head.addWidget(self._title, 1)
        head.addWidget(self.switch)
        self.body.addLayout(head)
        self._subtitle = Elided("", 13, tone="muted")
        self.body.addWidget(self._subtitle)
        self.view, self.table = ChartView(look), ChartTable()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.table)
        self.body.addWidget(self._stack, 1)
        self._foot = write("", 13, Weight.SEMIBOLD, tone="warn", wrap=True)
        self.body.addWidget(self._foot)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_chart(self, chart: Chart) -> None:
        self.setAccessibleName(chart.title)
        self._title.setText(chart.title)
        self._subtitle.setText(chart.subtitle)
        self._foot.setText(chart.foot)
        self._foot.setVisible(bool(chart.foot))
        self.switch.setVisible(bool(chart.grid.rows))
        self.switch.setAccessibleName(f"{self._words('Table')}: {chart.title}")
        self.view.show_chart(chart)
        self.table.show_chart(chart)

    def _turn(self, as_table: bool) -> None:
        self._stack.setCurrentIndex(1 if as_table else 0)
        self.switch.setText(self._words("Chart") if as_table else self._words("Table"))
