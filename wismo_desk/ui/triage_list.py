"""The groups of the work list as one painted list: cards that open into rows, all by keyboard.

A group of five hundred rows costs what is on view: nothing here is a widget.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final
from uuid import UUID

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame

from wismo_desk.domain.triage import Group
from wismo_desk.domain.watching import ShipmentRow
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.triage_lines import GroupKey, TriageWords, key_of
from wismo_desk.ui.triage_paint import CARD, EDGE, GAP, ROW, TriagePaint

_BOX: Final = 44.0  # of a row, at the left: a click there ticks


class Part(Enum):
    GROUP = "group"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Slot:
    """One line of the list and where it is."""

    part: Part
    top: int
    height: int
    group: int
    row: int = -1


class TriageList(QAbstractScrollArea):
    """`chosen`: another group has the cursor; `toggled`: it shall open or close; `ticked`: its rows count or not."""

    chosen = Signal(object)  # Group | None
    toggled = Signal(object)  # Group
    ticked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.words = TriageWords(desk)
        self._paint = TriagePaint(desk)
        self._groups: tuple[Group, ...] = ()
        self._rows: list[ShipmentRow] = []
        self._open: GroupKey | None = None
        self._at = 0  # index of the slot under the cursor
        self._slots: list[Slot] = []
        self.unticked: set[UUID] = set()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(desk.words("Work list"))
        self.verticalScrollBar().setSingleStep(ROW)

    # What it shows

    def show_groups(self, groups: Sequence[Group]) -> None:
        """The cursor stays on its group where that still is."""
        before = self.current
        at = next((n for n, one in enumerate(groups) if before and key_of(one) == key_of(before)), 0)
        self._groups = tuple(groups)
        if self._open not in {key_of(one) for one in groups}:
            self._open, self._rows = None, []
        self._lay_out()
        self._at = next((n for n, slot in enumerate(self._slots) if slot.group == at), 0)
        self._moved()

    def show_rows(self, group: Group, rows: Sequence[ShipmentRow]) -> None:
        """Open a group: these are its shipments."""
        if self._open != key_of(group):
            self.unticked.clear()
        self._open, self._rows = key_of(group), list(rows)
        self._lay_out()
        self._at = next(
            n for n, slot in enumerate(self._slots) if key_of(self._groups[slot.group]) == self._open
        )
        self._moved()

    def close_group(self) -> None:
        group = self.current
        self._open, self._rows = None, []
        self.unticked.clear()
        self._lay_out()
        if group is not None:
            index = self._groups.index(group)
            self._at = next(n for n, slot in enumerate(self._slots) if slot.group == index)
        self._moved()

    @property
    def current(self) -> Group | None:
        return self._groups[self._slots[self._at].group] if self._at < len(self._slots) else None

    @property
    def is_open(self) -> bool:
        """Whether the group under the cursor shows its rows."""
        return self.current is not None and self._open == key_of(self.current)

    @property
    def rows(self) -> Sequence[ShipmentRow]:
        """Of the open group."""
        return self._rows

    def _lay_out(self) -> None:
        self._slots, top = [], GAP
        for index, group in enumerate(self._groups):
            self._slots.append(Slot(Part.GROUP, top, CARD, index))
            top += CARD
            if key_of(group) == self._open:
                for row in range(len(self._rows)):
                    self._slots.append(Slot(Part.ROW, top, ROW, index, row))
                    top += ROW
            top += GAP
        self._height = top
        self._at = min(self._at, max(0, len(self._slots) - 1))
        self._fit()
        self.viewport().update()

    def _fit(self) -> None:
        room = self.viewport().height()
        self.verticalScrollBar().setPageStep(room)
        self.verticalScrollBar().setRange(0, max(0, self._height - room))

    # Moving

    def step(self, by: int) -> None:
        """To the next or the previous group."""
        current = self._slots[self._at].group if self._slots else 0
        wanted = max(0, min(len(self._groups) - 1, current + by))
        self._go(
            next((n for n, s in enumerate(self._slots) if s.group == wanted and s.part is Part.GROUP), 0)
        )

    def _go(self, index: int) -> None:
        if self._slots:
            self._at = max(0, min(len(self._slots) - 1, index))
            self._moved()

    def _moved(self) -> None:
        if self._slots:
            slot, bar = self._slots[self._at], self.verticalScrollBar()
            if slot.top - GAP < bar.value():
                bar.setValue(slot.top - GAP)
            elif slot.top + slot.height + GAP > bar.value() + self.viewport().height():
                bar.setValue(slot.top + slot.height + GAP - self.viewport().height())
            self.setAccessibleDescription(self._spoken(slot))
        self.viewport().update()
        self.chosen.emit(self.current)

    def _spoken(self, slot: Slot) -> str:
        group = self.words.group(self._groups[slot.group])
        if slot.part is Part.GROUP:
            return f"{group.count} {group.title}. {group.span}. {group.cause}"
        row = self.words.row(self._rows[slot.row])
        return f"{row.number}, {row.customer}, {row.place}, {row.said}"

    def toggle_tick(self) -> None:
        slot = self._slots[self._at] if self._slots else None
        if slot is not None and slot.part is Part.ROW:
            key = self._rows[slot.row].shipment_id
            self.unticked ^= {key}
            self.viewport().update()
            self.ticked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves: Mapping[int, int] = {
            Qt.Key.Key_Down: self._at + 1,
            Qt.Key.Key_Up: self._at - 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(self._slots) - 1,
            Qt.Key.Key_PageDown: self._at + 10,
            Qt.Key.Key_PageUp: self._at - 10,
        }
        if event.key() in moves:
            self._go(moves[event.key()])
        elif event.key() == Qt.Key.Key_Space:
            self.toggle_tick()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current is not None:
            self.toggled.emit(self.current)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._under(event.position())
        if index is None:
            return
        was, slot = self.current, self._slots[index]
        self._go(index)
        if slot.part is Part.ROW and event.position().x() < GAP + _BOX:
            self.toggle_tick()
        elif slot.part is Part.GROUP and (was is self.current or not self.is_open):
            self.toggled.emit(self.current)

    def _under(self, at: QPointF) -> int | None:
        y = at.y() + self.verticalScrollBar().value()
        return next((n for n, s in enumerate(self._slots) if s.top <= y < s.top + s.height), None)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scrolled, room = self.verticalScrollBar().value(), self.viewport().height()
        painter.translate(0, -scrolled)
        width = self.viewport().width() - 2 * EDGE
        for index, slot in enumerate(self._slots):
            if slot.top + slot.height < scrolled or slot.top > scrolled + room:
                continue
            box = QRectF(EDGE, slot.top, width, slot.height)
            here = index == self._at and self.hasFocus()
            group = self._groups[slot.group]
            if slot.part is Part.GROUP:
                is_open = key_of(group) == self._open
                chosen = bool(self._slots) and self._slots[self._at].group == slot.group
                self._paint.group(
                    painter, box, self.words.group(group), is_open=is_open, chosen=chosen, here=here
                )
            else:
                row = self._rows[slot.row]
                last = slot.row == len(self._rows) - 1
                ticked = row.shipment_id not in self.unticked
                self._paint.row(painter, box, self.words.row(row), ticked=ticked, here=here, last=last)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._slots:
            self._fit()
