"""A table that paints its own rows; selection, keys, scrolling and accessibility stay Qt's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol, cast

from PySide6.QtCore import QAbstractItemModel, QItemSelection, QModelIndex, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from wismo_desk.domain.watching import Sort
from wismo_desk.ui.grid_cell import Column, Fit, Line, fit
from wismo_desk.ui.grid_header import GridHeader
from wismo_desk.ui.grid_interval import Axis
from wismo_desk.ui.grid_paint import ROW, RowPainter
from wismo_desk.ui.grid_pictures import RowPictures
from wismo_desk.ui.theme import Look

_FOLLOW_MS: Final = 120  # a panel follows the selection once it rests


class Rows(Protocol):
    """What the view needs of its model beside Qt's own."""

    @property
    def columns(self) -> tuple[Column, ...]: ...

    def line(self, row: int) -> Line | None: ...

    def key(self, row: int) -> int: ...

    def place(self, key: int) -> int: ...

    def flashing(self, key: int) -> frozenset[int]: ...


class GridView(QTableView):
    """`fitted` tells the titles of the columns that gave way; `chosen` the row that rests selected."""

    chosen = Signal(int)  # row, after 120 ms of rest; -1: none
    opened = Signal(int)  # row: Enter or double click
    closed = Signal()  # Escape
    copied = Signal()  # Ctrl+C
    sort_asked = Signal(object, bool)  # Sort, descending
    painted = Signal(int, int)  # first and last row
    fitted = Signal(object)  # tuple of titles hidden or shortened
    ticked = Signal(int)  # how many rows are ticked
    tick_changed = Signal(object)  # the row id that was ticked or is no more

    def __init__(self, look: Look, model: QAbstractItemModel, way: Sequence[str], *, name: str) -> None:
        super().__init__()
        self._look, self._way = look, tuple(way)
        self._lines = cast(Rows, model)
        self._painter = RowPainter(look)
        self._pictures = RowPictures(look, self._painter)
        self._fits: tuple[Fit, ...] = ()
        self._ticks: set[int] = set()
        self._kept: tuple[int, int, int] | None = None
        self.descending = True
        self._hidden: frozenset[str] = frozenset()
        self._axis: Callable[[], Axis] | None = None
        self.gave_way: tuple[str, ...] = ()  # titles of columns hidden or shortened
        self.setAccessibleName(name)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_FOLLOW_MS)
        self._rest.timeout.connect(self._tell_chosen)
        self._dress(model)
        model.modelAboutToBeReset.connect(self._keep_place)
        model.modelReset.connect(self._find_place)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))

    def _dress(self, model: QAbstractItemModel) -> None:
        self.setModel(model)
        header = GridHeader(self._look, self._lines.columns, self)
        self.setHorizontalHeader(header)
        header.setVisible(True)
        header.sectionClicked.connect(self._sort_by)
        down = self.verticalHeader()
        down.setVisible(False)
        # Fixed: ResizeToContents measures every row and takes minutes (desktop.md §2).
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setMinimumSectionSize(ROW)
        down.setDefaultSectionSize(ROW)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # paintEvent fills all of it

    # State

    @property
    def header(self) -> GridHeader:
        return cast(GridHeader, self.horizontalHeader())

    @property
    def row(self) -> int:
        """The selected row, or -1."""
        rows = self.selectionModel().selectedRows()
        return rows[0].row() if rows else -1

    @property
    def ticks(self) -> frozenset[int]:
        """Row ids that are ticked, on view or not."""
        return frozenset(self._ticks)

    @property
    def engaged(self) -> bool:
        """Someone is at work in the table: its rows must not move."""
        return self.viewport().underMouse() or self.row >= 0

    def seen(self) -> tuple[int, int]:
        """First and last row on the screen, those cut off too."""
        top = self.verticalOffset()
        return top // ROW, (top + self.viewport().height()) // ROW

    def clear_ticks(self) -> None:
        self._ticks.clear()
        self.ticked.emit(0)
        self.viewport().update()

    def choose(self, row: int) -> None:
        """Select a row and bring it into view."""
        if 0 <= row < self.model().rowCount():
            self.selectRow(row)
            self.scrollTo(self.model().index(row, 0))

    def release(self) -> None:
        """No row is selected any more."""
        self.clearSelection()
        self.setCurrentIndex(QModelIndex())

    def selectionChanged(self, now: QItemSelection, before: QItemSelection) -> None:
        super().selectionChanged(now, before)
        # One row above too: it carries the upper accent line of the selection.
        self.viewport().update()
        self._rest.start()

    def _tell_chosen(self) -> None:
        self.chosen.emit(self.row)

    def _keep_place(self) -> None:
        row = self.row
        if row >= 0:
            self._kept = (self._lines.key(row), self.rowViewportPosition(row), row)

    def _find_place(self) -> None:
        kept, self._kept = self._kept, None
        if kept is None:
            return
        key, top, _ = kept
        row = self._lines.place(key)
        if row < 0:
            self._rest.start()
            return
        blocked = self.selectionModel().blockSignals(True)
        self.selectRow(row)
        self.selectionModel().blockSignals(blocked)
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + self.rowViewportPosition(row) - top)

    # Columns

    def show_sort(self, sort: Sort, *, descending: bool) -> None:
        self.descending = descending
        section = next((i for i, c in enumerate(self._lines.columns) if c.sort is sort), -1)
        self.header.show_arrow(section, descending=descending)

    def _sort_by(self, section: int) -> None:
        sort = self._lines.columns[section].sort
        if sort is None:
            return
        again = section == self.header.arrow[0]
        # Worst and latest first is what a first click means, but names are read from A.
        first = sort not in (Sort.CARRIER, Sort.NUMBER, Sort.PROMISED, Sort.CUSTOMER)
        self.sort_asked.emit(sort, not self.descending if again else first)

    @property
    def hidden(self) -> frozenset[str]:
        """Keys of columns that nobody wants to see."""
        return self._hidden

    def hide_columns(self, keys: frozenset[str]) -> None:
        self._hidden = keys
        self.refit()
        self.viewport().update()

    def show_days(self, axis: Callable[[], Axis]) -> None:
        """The days of the interval column, asked at each paint."""
        self._axis = self.header.axis = axis

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refit()

    def refit(self) -> None:
        """Give the columns the width there is."""
        columns = self._lines.columns
        fits = fit(columns, self._way, self.viewport().width(), hidden=self._hidden)
        if fits == self._fits:
            return
        self._fits = fits
        header = self.header
        for section, one in enumerate(fits):
            header.setSectionHidden(section, one.width == 0)
            if one.width:
                header.resizeSection(section, one.width)
        gave = tuple(
            c.title
            for c, one in zip(columns, fits, strict=True)
            if c.key not in self._hidden and (one.short or not one.width)
        )
        self.gave_way = gave
        self.fitted.emit(gave)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        area = event.rect()
        count = self.model().rowCount()
        top = self.verticalOffset()
        first = max(0, (top + area.top()) // ROW)
        last = min(count - 1, (top + area.bottom() + 1) // ROW)
        width = self.viewport().width()
        surface = self._look.theme.surface
        below = (last + 1) * ROW - top
        painter.fillRect(0, below, width, self.viewport().height() - below, surface)
        chosen, focused = self.row, self.hasFocus()
        lines, columns = self._lines, self._lines.columns
        self._painter.axis = self._axis() if self._axis else None
        self._pictures.begin(self._fits, self.viewport().size(), painter.device().devicePixelRatio())
        for row in range(first, last + 1):
            box = QRect(0, row * ROW - top, width, ROW)
            line = lines.line(row)
            if line is None:
                painter.fillRect(box, surface)
                self._painter.waiting(painter, box)
                continue
            ticked, flash = line.key in self._ticks, lines.flashing(line.key)
            if row == chosen:
                painter.fillRect(box, surface)
                self._painter.row(
                    painter,
                    line,
                    box,
                    columns,
                    self._fits,
                    chosen=True,
                    ticked=ticked,
                    flash=flash,
                    focused=focused,
                )
            else:
                self._pictures.row(painter, line, box, columns, self._fits, ticked=ticked, flash=flash)
        if last >= first:
            self.painted.emit(*self.seen())

    # Keys

    def keyboardSearch(self, search: str) -> None:
        """Nothing: Qt's would walk through a million rows, and letters are commands here."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, row = event.key(), self.row
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row >= 0:
            self.opened.emit(row)
        elif key == Qt.Key.Key_Space and row >= 0:
            self._toggle(row)
        elif key == Qt.Key.Key_Escape:
            self.closed.emit()
        elif event.modifiers() == Qt.KeyboardModifier.ControlModifier and key == Qt.Key.Key_C:
            self.copied.emit()
        elif key == Qt.Key.Key_S and event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.ShiftModifier,
        ):
            self._sort_next(turn=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif key == Qt.Key.Key_Down and row < 0:
            self.choose(0)
        else:
            super().keyPressEvent(event)

    def _toggle(self, row: int) -> None:
        self._ticks ^= {self._lines.key(row)}
        self.tick_changed.emit(self._lines.key(row))
        self.ticked.emit(len(self._ticks))
        self.choose(row + 1)
        self.viewport().update()

    def _sort_next(self, *, turn: bool) -> None:
        """S sorts by the next column, Shift+S turns the order round."""
        sections = [i for i, c in enumerate(self._lines.columns) if c.sort and self._fits[i].width]
        now = self.header.arrow[0]
        if turn or not sections:
            self._sort_by(now)
        else:
            at = sections.index(now) + 1 if now in sections else 0
            self._sort_by(sections[at % len(sections)])

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        found: Any = super().moveCursor(action, modifiers)
        # Home and End go to the first and last row: columns are no places here.
        if action is QAbstractItemView.CursorAction.MoveHome:
            return self.model().index(0, 0)
        if action is QAbstractItemView.CursorAction.MoveEnd:
            return self.model().index(self.model().rowCount() - 1, 0)
        return cast(QModelIndex, found)
