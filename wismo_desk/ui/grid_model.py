"""The grid's rows: a vector of 64-bit row ids and a small cache of pages around what is on the screen.

Reads happen on the READ lane; a row that is not here yet is None and comes with a `dataChanged`.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from wismo_desk.background.lanes import Lane
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.watching import Filter, ShipmentRow
from wismo_desk.ui.grid_cell import Column, Line
from wismo_desk.ui.grid_lines import ShipmentLines
from wismo_desk.ui.page_asks import Watch
from wismo_desk.ui.page_desk import Desk

PAGE: Final = 128
KEPT: Final = 96  # pages in memory: 12,288 rows
_FLASH_MS: Final = 600
_SETTLE_MS: Final = 1000  # the order of rows is read again at most once a second
_NOWHERE: Final = QModelIndex()
# Bound once: looking an enum up in Qt's classes costs more than the rest of `data` (desktop.md §2).
_DISPLAY: Final = Qt.ItemDataRole.DisplayRole
_TIP: Final = Qt.ItemDataRole.ToolTipRole
_READ_ALOUD: Final = Qt.ItemDataRole.AccessibleTextRole
_HORIZONTAL: Final = Qt.Orientation.Horizontal

Index = QModelIndex | QPersistentModelIndex


class ShipmentModel(QAbstractTableModel):
    """Asked with a Filter; tells what came by signals. `held` is asked before rows may change places."""

    loaded = Signal()  # the first page of what was asked is here
    failed = Signal(object)  # the Exception that the read raised
    changes_waiting = Signal(int)  # shipments that changed while `held`; 0: none any more

    def __init__(
        self, desk: Desk, watch: Watch, columns: Sequence[Column], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._watch, self.columns = desk, watch, tuple(columns)
        self._format = ShipmentLines(desk)
        self.held: Callable[[], bool] = lambda: False
        self._asked = Filter()
        self._turn = 0  # answers of an earlier question are dropped
        self._rows: array[int] = array("q")
        self._pages: OrderedDict[int, dict[int, tuple[int, ShipmentRow]]] = OrderedDict()
        self._lines: dict[int, Line] = {}
        self._missing: list[int] = []
        self._fetching = False
        self._flashing: dict[int, frozenset[int]] = {}
        self._touched: set[object] = set()
        self._pending: array[int] | None = None
        self._flash_over = self._timer(_FLASH_MS, self._end_flash)
        self._settle = self._timer(_SETTLE_MS, self._reread)
        self._minute = QTimer(self)
        self._minute.timeout.connect(self._new_minute)
        self._minute.start(60_000)

    def _timer(self, ms: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(ms)
        timer.timeout.connect(slot)
        return timer

    # Asking

    @property
    def asked(self) -> Filter:
        return self._asked

    def ask(self, asked: Filter) -> None:
        """Show what `asked` wants: its first page at once, the whole vector after it."""
        self._asked = asked
        self._turn += 1
        turn = self._turn

        def first() -> tuple[array[int], list[ShipmentRow]]:
            rows = self._watch.rows(asked, PAGE)
            return rows, self._watch.page(rows)

        self._desk.run(
            Lane.READ, first, lambda got: self._show_first(turn, *got), lambda e: self._fail(turn, e)
        )

    def _fail(self, turn: int, error: Exception) -> None:
        if turn == self._turn:
            self.failed.emit(error)

    def _show_first(self, turn: int, rows: array[int], page: list[ShipmentRow]) -> None:
        if turn != self._turn:
            return
        self.beginResetModel()
        self._rows = rows
        self._forget()
        self._keep_page(0, page)
        self.endResetModel()
        self.loaded.emit()
        if len(rows) == PAGE:
            self._desk.run(
                Lane.READ,
                lambda: self._watch.rows(self._asked),
                lambda whole: self._grow(turn, whole),
                lambda e: self._fail(turn, e),
            )

    def _grow(self, turn: int, whole: array[int]) -> None:
        if turn != self._turn:
            return
        have = len(self._rows)
        if whole[:have] != self._rows:
            self._swap(whole)
        elif len(whole) > have:
            self.beginInsertRows(QModelIndex(), have, len(whole) - 1)
            self._rows = whole
            self.endInsertRows()

    def _forget(self) -> None:
        self._pages.clear()
        self._lines.clear()
        self._missing.clear()
        self._flashing.clear()
        self._touched.clear()
        self._pending = None
        self.changes_waiting.emit(0)

    # Rows

    def line(self, row: int) -> Line | None:
        """The cells of a row, or None while its page is on its way."""
        key = self._rows[row]
        line = self._lines.get(key)
        if line is None:
            shipment = self.shipment(row)
            if shipment is None:
                return None
            line = self._lines[key] = self._format(shipment, self._desk.clock())
        return line

    def shipment(self, row: int) -> ShipmentRow | None:
        number = row // PAGE
        page = self._pages.get(number)
        if page is None:
            self._want(number)
            return None
        self._pages.move_to_end(number)
        found = page.get(self._rows[row])
        return found[1] if found else None

    def key(self, row: int) -> int:
        """The row id at this place."""
        return self._rows[row]

    def place(self, key: int) -> int:
        """Where this row id stands now, or -1."""
        try:
            return self._rows.index(key)
        except ValueError:
            return -1

    def flashing(self, key: int) -> frozenset[int]:
        """Columns of this row that changed within the last 600 ms."""
        return self._flashing.get(key, frozenset())

    def _want(self, number: int) -> None:
        if number not in self._missing:
            self._missing.append(number)
            del self._missing[:-4]  # what was scrolled past is not worth reading
        self._fetch()

    def _fetch(self) -> None:
        if self._fetching or not self._missing:
            return
        self._fetching = True
        number, turn = self._missing.pop(), self._turn
        rows = self._rows[number * PAGE : (number + 1) * PAGE]
        vector = self._rows

        def keep(page: list[ShipmentRow]) -> None:
            self._fetching = False
            if turn == self._turn and vector is self._rows:
                self._keep_page(number, page)
                first = number * PAGE
                self._redraw(first, min(first + PAGE, len(self._rows)) - 1)
            self._fetch()

        def fail(error: Exception) -> None:
            self._fetching = False
            self._fail(turn, error)

        self._desk.run(Lane.READ, lambda: self._watch.page(rows), keep, fail)

    def _keep_page(self, number: int, page: Iterable[ShipmentRow]) -> None:
        start = number * PAGE
        places = {key: start + offset for offset, key in enumerate(self._rows[start : start + PAGE])}
        self._pages[number] = {row.row: (places[row.row], row) for row in page if row.row in places}
        while len(self._pages) > KEPT:
            _, gone = self._pages.popitem(last=False)
            for key in gone:
                self._lines.pop(key, None)

    def _redraw(self, first: int, last: int) -> None:
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))

    # Live changes

    def apply(self, changes: Changes) -> None:
        """Repaint what was touched and is on view; the order of rows follows when nobody is in the table."""
        if not changes.shipments:
            return
        self._touched |= changes.shipments
        known = {key for page in self._pages.values() for key in page}
        turn = self._turn

        def touched() -> list[ShipmentRow]:
            ids = self._watch.row_ids(changes.shipments)
            return self._watch.page([key for key in ids.values() if key in known])

        self._desk.run(Lane.READ, touched, self._patch, lambda e: self._fail(turn, e))
        if not self._settle.isActive():
            self._settle.start()

    def _patch(self, fresh: list[ShipmentRow]) -> None:
        now = self._desk.clock()
        for row in fresh:
            for page in self._pages.values():
                if row.row in page:
                    self._patch_row(page, row, self._format(row, now))
                    break

    def _patch_row(self, page: dict[int, tuple[int, ShipmentRow]], row: ShipmentRow, line: Line) -> None:
        place, _ = page[row.row]
        old = self._lines.get(row.row)
        page[row.row] = (place, row)
        self._lines[row.row] = line
        if old is not None:
            differs = [i for i, (a, b) in enumerate(zip(old.cells, line.cells, strict=True)) if a != b]
            if differs:
                self._flashing[row.row] = frozenset(differs) | self.flashing(row.row)
                self._flash_over.start()
        self._redraw(place, place)

    def _end_flash(self) -> None:
        keys, self._flashing = set(self._flashing), {}
        for page in self._pages.values():
            for key in keys & page.keys():
                self._redraw(page[key][0], page[key][0])

    def _reread(self) -> None:
        turn = self._turn
        self._desk.run(
            Lane.READ,
            lambda: self._watch.rows(self._asked),
            lambda fresh: self._reorder(turn, fresh),
            lambda e: self._fail(turn, e),
        )

    def _reorder(self, turn: int, fresh: array[int]) -> None:
        if turn != self._turn:
            return
        if fresh == self._rows:
            self._touched.clear()
            self._pending = None
            self.changes_waiting.emit(0)
        elif self.held():
            self._pending = fresh
            self.changes_waiting.emit(len(self._touched))
        else:
            self._swap(fresh)

    def show_waiting(self) -> None:
        """Let the rows take their new places now."""
        if self._pending is not None:
            self._swap(self._pending)

    def _swap(self, fresh: array[int]) -> None:
        # The view finds its row and its scroll position again by these.
        self.beginResetModel()
        cached = {key: found[1] for page in self._pages.values() for key, found in page.items()}
        lines = self._lines
        self._rows, self._lines = fresh, {}
        self._pages.clear()
        for number in range(min(2, (len(fresh) + PAGE - 1) // PAGE)):
            keys = fresh[number * PAGE : (number + 1) * PAGE]
            if all(key in cached for key in keys):
                self._keep_page(number, [cached[key] for key in keys])
                self._lines |= {key: lines[key] for key in keys if key in lines}
        self._missing.clear()
        self._touched.clear()
        self._pending = None
        self.endResetModel()
        self.changes_waiting.emit(0)
        self.loaded.emit()

    def _new_minute(self) -> None:
        self._lines.clear()
        for page in self._pages.values():
            places = [place for place, _ in page.values()]
            if places:
                self._redraw(min(places), max(places))

    # Qt

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        if role not in (_DISPLAY, _TIP, _READ_ALOUD):
            return None
        line = self.line(index.row())
        if line is None:
            return None
        cell = line.cells[index.column()]
        if role == _TIP:
            return cell.tip or None
        return f"{cell.lead}{cell.rest}".strip(" ·")

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation == _HORIZONTAL and role in (_DISPLAY, _READ_ALOUD):
            return self.columns[section].title
        return None
