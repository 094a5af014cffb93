"""The grid's rows: a vector of 32-bit row ids and a small cache of pages around what is on the screen.

Reads happen on the READ lane; a row that is not here yet is None and comes with a `dataChanged`.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Final
from uuid import UUID

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from wismo_desk.background.gathered import GatheredIds
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.watching import Filter, ShipmentRow
from wismo_desk.ui.grid_cell import Column, Line
from wismo_desk.ui.grid_lines import ShipmentLines
from wismo_desk.ui.grid_pages import PAGE, Pages
from wismo_desk.ui.grid_reads import ORDERS, PAGES, Reads, Stale, Underway, once, worded
from wismo_desk.ui.page_asks import Watch
from wismo_desk.ui.page_desk import Desk

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
    whole = Signal()  # and now every row of it has its place
    failed = Signal(object)  # the Exception that the read raised
    changes_waiting = Signal(int)  # shipments that changed while `held`; 0: none any more

    def __init__(
        self, desk: Desk, watch: Watch, columns: Sequence[Column], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._watch, self.columns = desk, watch, tuple(columns)
        self._format = ShipmentLines(desk)
        self.held: Callable[[], bool] = lambda: False
        self.seen: Callable[[], tuple[int, int]] = lambda: (0, PAGE)  # first and last row on the screen
        self._asked = Filter()
        self._reads = Reads(desk, failed=self._fail, missed=lambda *some: self._stale.add(*some))
        self._rows: array[int] = array("i")
        self._pages = Pages()
        self._lines: dict[int, Line] = {}
        self._fetching = False
        self._flashing: dict[int, frozenset[int]] = {}
        self._touched = GatheredIds()  # since the order was read
        self._stale = Stale(self, self._read_stale)
        self._coming = Underway()  # orders, and the rows that they bring to the screen
        self._ids: dict[int, UUID] = {}  # of the ticked rows
        self._pending: array[int] | None = None
        self._flash_over = once(self, _FLASH_MS, self._end_flash)
        self._settle = once(self, _SETTLE_MS, self._reread)
        self._minute = QTimer(self)
        self._minute.timeout.connect(self._new_minute)
        self._minute.start(60_000)

    # Asking

    def ask(self, asked: Filter) -> None:
        """Show what `asked` wants: its first page at once, the whole vector after it."""
        self._asked = asked
        self._reads.anew()

        def first() -> tuple[array[int], list[ShipmentRow]]:
            rows = self._watch.rows(asked, PAGE)
            return rows, self._watch.page(rows)

        self._reads.bring(first, lambda got: self._show_first(*got))

    def _show_first(self, rows: array[int], page: list[ShipmentRow]) -> None:
        self.beginResetModel()
        self._rows = rows
        self._lines.clear()
        self._flashing.clear()
        self._pages.clear()
        self._pages.keep(0, rows, page)
        self._settled()
        self.endResetModel()
        self.loaded.emit()
        if len(rows) == PAGE:
            asked = self._asked
            self._reads.read(ORDERS, lambda: self._watch.rows(asked), self._grow)
        else:
            self.whole.emit()

    def _grow(self, whole: array[int]) -> None:
        self._desk.run(ORDERS, self._watch.prepare, lambda _: None, self.failed.emit)
        have = len(self._rows)
        if whole[:have] != self._rows:
            self._swap(whole)
        elif len(whole) > have:
            self.beginInsertRows(QModelIndex(), have, len(whole) - 1)
            self._rows = whole
            self.endInsertRows()
        self.whole.emit()

    def _fail(self, error: Exception) -> None:
        """Nobody knows which of the rows in memory say what is true: whoever looks has them read."""
        self._pages.clear()
        self._lines.clear()
        self.failed.emit(error)

    def _settled(self) -> None:
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

    def look(self, first: int, last: int) -> None:
        """These rows were painted: those that scrolling on would show are read before somebody gets there."""
        self._pages.look(first, last)
        self._fetch()

    def shipment(self, row: int) -> ShipmentRow | None:
        found = self._pages.find(row, self._rows[row])
        if found is None:
            self._fetch()
        return found

    def shipments(self, keys: Iterable[int]) -> list[UUID]:
        """Of these row ids, ticked here though they may have left the memory."""
        return [self._ids[key] for key in keys if key in self._ids]

    def remember(self, keys: Iterable[int]) -> None:
        """Keep which shipments these rows are."""
        known = self._pages.rows()
        self._ids |= {key: known[key].shipment_id for key in keys if key in known and key not in self._ids}

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

    def _fetch(self) -> None:
        number = None if self._fetching else self._pages.next_wanted(len(self._rows))
        if number is None:
            return
        self._fetching = True
        vector = self._rows
        rows = vector[number * PAGE : (number + 1) * PAGE]

        def ended() -> None:
            self._fetching = False

        def keep(got: tuple[list[ShipmentRow], list[Line]]) -> None:
            page, lines = got
            if vector is self._rows:
                for key in self._pages.keep(number, vector, page):
                    self._lines.pop(key, None)
                # A line that says the same stays the same object: its picture holds.
                self._lines |= {line.key: line for line in lines if self._lines.get(line.key) != line}
                self._redraw(number * PAGE, number * PAGE + len(rows) - 1)
            self._fetch()

        self._reads.bring(partial(worded, self._desk, self._watch, rows), keep, ended=ended)

    def _redraw(self, first: int, last: int) -> None:
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))

    # Live changes

    def apply(self, changes: Changes) -> None:
        """Repaint what was touched and is in memory; rows take new places when nobody is in the table."""
        if not changes.shipments:
            return
        self._touched.add(changes.shipments)
        self._reads.changed(changes.shipments)
        self._stale.add(changes.shipments)
        if not self._settle.isActive():
            self._settle.start()

    def _read_stale(self, stale: list[frozenset[UUID]], done: Callable[[], None]) -> None:
        """Of these shipments those that are in memory and near."""
        known = {key for some in stale for key in self._pages.known(some)}
        near, gone = self._pages.forget_far(known, *self.seen())
        for key in gone:
            self._lines.pop(key, None)
        if near:
            self._reads.read(PAGES, lambda: self._watch.page(near), self._patch, ended=done)
        else:
            done()

    def _patch(self, fresh: list[ShipmentRow]) -> None:
        """Words are found anew where somebody looks; elsewhere when somebody does."""
        now = self._desk.clock()
        first, last = self.seen()
        places = []
        for row in fresh:
            place = self._pages.replace(row)
            if place is None:
                continue
            if first <= place <= last:
                self._patch_line(row.row, self._format(row, now))
                places.append(place)
            else:
                self._lines.pop(row.row, None)
        if places:
            self._redraw(min(places), max(places))

    def _patch_line(self, key: int, line: Line) -> None:
        old, self._lines[key] = self._lines.get(key), line
        if old is None:
            return
        differs = [i for i, (a, b) in enumerate(zip(old.cells, line.cells, strict=True)) if a != b]
        if differs:
            self._flashing[key] = self.flashing(key) | frozenset(differs)
            self._flash_over.start()

    def _end_flash(self) -> None:
        keys, self._flashing = set(self._flashing), {}
        for place in self._pages.places(keys):
            self._redraw(place, place)

    def _reread(self) -> None:
        if self._coming:
            self._settle.start()  # the machine is slower than the changes: at most one order is on its way
            return
        self._coming.begin()
        asked = self._asked
        self._reads.read(ORDERS, lambda: self._watch.rows(asked), self._reorder, ended=self._coming.end)

    def _reorder(self, fresh: array[int]) -> None:
        if self._coming:
            self._settle.start()  # somebody asked for the one before: this one is read again behind it
        elif fresh == self._rows:
            self._settled()
        elif self.held():
            self._pending = fresh
            self.changes_waiting.emit(len(self._touched.all()))
        else:
            self._bring_in(fresh)

    def show_waiting(self) -> None:
        """Let the rows take their new places now."""
        if self._pending is not None:
            self._bring_in(self._pending, asked=True)

    def _bring_in(self, fresh: array[int], *, asked: bool = False) -> None:
        """A new order, with the rows that it brings to the screen: else the screen goes white until they are read.
        `asked`: by whoever is in the table."""
        lacking = self._pages.lacking(fresh, *self.seen())
        if not lacking:
            self._swap(fresh)
            return

        def swap(got: tuple[list[ShipmentRow], list[Line]]) -> None:
            if asked or not self.held():
                self._swap(fresh, *got)
            else:
                self._reorder(fresh)

        self._coming.begin()
        self._reads.bring(partial(worded, self._desk, self._watch, lacking), swap, ended=self._coming.end)

    def _swap(self, fresh: array[int], more: Sequence[ShipmentRow] = (), lines: Sequence[Line] = ()) -> None:
        """Rows take new places; those in memory at the top and around the screen stay, so that nothing blinks."""
        seen = self.seen()
        self.beginResetModel()
        self._rows = fresh
        self._pages.carry_over(fresh, *seen, more)
        known = self._pages.rows()
        # Words of rows that left the memory would be shown again, however old, once somebody scrolls there.
        self._lines = {line.key: line for line in (*lines, *self._lines.values()) if line.key in known}
        self._settled()
        self.endResetModel()
        self.loaded.emit()

    def _new_minute(self) -> None:
        self._lines.clear()
        for first, last in self._pages.spans():
            self._redraw(first, last)

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
            return cell.tip or (self._desk.terms.exactly(cell.moment) if cell.moment else None)
        return cell.text

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation == _HORIZONTAL and role in (_DISPLAY, _READ_ALOUD):
            return self.columns[section].title
        return None
