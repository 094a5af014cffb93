"""Commandes: what is to be packed and what was, with the import of order files beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from wismo_desk.background.lanes import Lane
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.order import OrderState
from wismo_desk.domain.watching import OrderRow
from wismo_desk.ui import orders_model
from wismo_desk.ui.grid_view import GridView
from wismo_desk.ui.orders_import import ImportPane
from wismo_desk.ui.orders_model import OrderModel
from wismo_desk.ui.orders_waiting import WaitingFiles
from wismo_desk.ui.page_asks import Papers, Swept, TakeIn, Watch, WatchedFolder
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_papers import PaperLine
from wismo_desk.ui.page_parts import Foot, on_key
from wismo_desk.ui.parts import Blank, Button, Chip, Kind

_TYPING_MS = 80
_VIEWS: dict[str, tuple[OrderState, ...]] = {
    "open": (OrderState.WAITING, OrderState.IN_HAND, OrderState.PAUSED),
    "waiting": (OrderState.WAITING,),
    "in_hand": (OrderState.IN_HAND,),
    "paused": (OrderState.PAUSED,),
    "packed": (OrderState.PACKED,),
    "shipped": (OrderState.SHIPPED,),
    "all": (),
}

_GIVE_WAY = ("in_hand", "paused", "waiting", "packed", "shipped")


class OrdersPage(QWidget):
    """`pack_requested` opens an order at the bench; `changed` hands on what an import touched."""

    context_changed = Signal(str)
    pack_requested = Signal(str)  # the order's number
    counted = Signal(int)  # files of the watched folder that wait for their columns
    changed = Signal(object)  # Changes

    def __init__(
        self,
        desk: Desk,
        watch: Watch,
        take_in: TakeIn,
        papers: Papers,
        *,
        documents: Path,
        watched: Path | None,
        inbox: WatchedFolder | None = None,
    ) -> None:
        super().__init__()
        self._desk, self._watch, self._papers = desk, watch, papers
        self._inbox = inbox
        self._text, self._view_key = "", "open"
        self._turn = 0
        words = desk.words
        self.setAcceptDrops(True)
        self.model = OrderModel(desk, self)
        self.view = GridView(desk.look, self.model, orders_model.WAY, name=words("Orders"))
        self.pane = ImportPane(desk, take_in, watched=watched, inbox=inbox)
        self.waiting = WaitingFiles(desk)
        self.pane.setFixedWidth(420)
        self.pane.hide()
        self.paper = PaperLine(desk, documents)
        self._action = Button(desk.look, words("Take in a file"))
        self.blank = Blank(desk.look, "clipboard-list", words("Reading the orders…"), self._action)
        self._action.clicked.connect(self._way_out)
        hints = (
            (("↑", "↓"), words("row")),
            ((words("Enter"),), words("pack")),
            (("B",), words("packing slip")),
            (("I",), words("take in")),
        )
        self.foot = Foot(desk.look, hints)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        stack = QWidget()
        self._stack = QStackedLayout(stack)
        self._stack.addWidget(self.blank)
        self._stack.addWidget(self.view)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self._bar())
        column.addWidget(self.paper)
        column.addWidget(self.waiting)
        column.addWidget(stack, 1)
        column.addWidget(self.foot)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(column, 1)
        row.addWidget(self.pane)

    def _bar(self) -> QFrame:
        words, look = self._desk.words, self._desk.look
        bar = QFrame()
        bar.setProperty("part", "bar")
        bar.setFixedHeight(48)
        bar.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        names = {
            "open": words("To pack"),
            "waiting": words("Waiting"),
            "in_hand": words("In hand"),
            "paused": words("Paused"),
            "packed": words("Fully packed"),
            "shipped": words("Shipped"),
            "all": words("All"),
        }
        group = QButtonGroup(self)
        self.chips: dict[str, Chip] = {}
        for key, name in names.items():
            chip = Chip(look, name)
            group.addButton(chip)
            chip.clicked.connect(lambda _=False, key=key: self.show_view(key))
            row.addWidget(chip)
            self.chips[key] = chip
        self.chips["open"].setChecked(True)
        row.addStretch()
        self.slip = Button(look, words("Packing slip"), icon="clipboard-list", key="B", small=True)
        self.pack = Button(look, words("Pack"), icon="package-check", small=True)
        self.take_in = Button(look, words("Take in a file"), icon="download", kind=Kind.PRIMARY, small=True)
        self.slip.clicked.connect(self._slip)
        self.pack.clicked.connect(lambda: self._pack(self.view.row))
        self.take_in.clicked.connect(self.open_pane)
        for button in (self.slip, self.pack, self.take_in):
            row.addWidget(button)
        self.slip.setEnabled(False)
        self.pack.setEnabled(False)
        return bar

    def _connect(self) -> None:
        self._typing = self._timer(_TYPING_MS, self._read)
        self._soon = self._timer(500, self._read)
        self.view.opened.connect(self._pack)
        self.view.chosen.connect(self._chosen)
        self.view.closed.connect(self._close)
        self.pane.closed.connect(self._close)
        self.pane.taken.connect(self._taken)
        self.pane.mapped.connect(self._read_waiting)
        self.waiting.chosen.connect(self._say_columns)
        on_key(self, "B", self._slip)
        on_key(self, "I", self.open_pane)
        on_key(self, "O", self._choose)

    def _timer(self, ms: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(ms)
        timer.timeout.connect(slot)
        return timer

    # Reading

    def start(self) -> None:
        self._read()
        self._read_waiting()

    def search(self, text: str) -> None:
        self._text = text
        self._typing.start()

    def search_entered(self, text: str) -> None:
        """Return in the search box: the keyboard goes to the first hit; Return there packs it."""
        self._text = text
        self._typing.stop()
        self._read()
        self.view.setFocus()

    def show_view(self, key: str) -> None:
        """One of the chips: open, waiting, in_hand, paused, packed, shipped, all."""
        self._view_key = key
        self.chips[key].setChecked(True)
        self._read()

    def apply(self, changes: Changes) -> None:
        if changes.orders and not self._soon.isActive():
            self._soon.start()

    def _read(self) -> None:
        self._turn += 1
        turn, states, text = self._turn, _VIEWS[self._view_key], self._text
        self._desk.run(
            Lane.READ,
            lambda: self._watch.orders(states=states, text=text),
            lambda rows: self._show(turn, rows),
            self._fail,
        )

    def _show(self, turn: int, rows: list[OrderRow]) -> None:
        if turn != self._turn:
            return
        self.model.show_orders(rows)
        words = self._desk.words
        self.foot.left.setText(words("{count} orders", count=words.number(len(rows))))
        stamp = words("Up to date at {time}", time=words.time(self._desk.clock()))
        self.foot.right.setText(stamp)
        if self._view_key == "open" and not self._text:
            self.context_changed.emit(words("{count} to pack", count=words.number(len(rows))))
        if rows:
            self._stack.setCurrentWidget(self.view)
            self.view.refit()
            return
        if self._text:
            said, way = words("Nothing here matches “{text}”.", text=self._text), words("Show all orders")
        elif self._view_key == "open":
            said, way = words("Nothing is left to pack."), words("Take in a file")
        else:
            said, way = words("No order is in this view."), words("Show all orders")
        self._say("clipboard-list", said, way)

    def _fail(self, error: Exception) -> None:
        self._say("circle-x", self._desk.told(error), self._desk.words("Try again"))

    def _say(self, icon: str, sentence: str, action: str) -> None:
        self.blank.say(icon, sentence)
        self._action.setText(action)
        self._action.setAccessibleName(action)
        self._action.updateGeometry()
        self._stack.setCurrentWidget(self.blank)

    def _way_out(self) -> None:
        words = self._desk.words
        if self._action.text() == words("Take in a file"):
            self.open_pane()
        elif self._action.text() == words("Try again"):
            self._read()
        else:
            self._text = ""
            self.show_view("all")

    # The watched folder

    def show_swept(self, swept: Swept) -> None:
        """What became of one file that came in by itself."""
        if swept.report is not None:
            self.waiting.forget(swept.name)
            self.pane.tell(swept.name, swept.report)
        elif swept.error is not None:
            self.waiting.show_failed(swept.name, self._desk.told(swept.error))
        if swept.to_map:
            self._read_waiting()

    def _read_waiting(self) -> None:
        if self._inbox is not None:
            self._desk.run(Lane.INTAKE, self._inbox.waiting, self._show_waiting, self._fail)

    def _show_waiting(self, paths: list[Path]) -> None:
        self.waiting.show_waiting(paths)
        self.counted.emit(len(paths))

    def _say_columns(self, path: Path) -> None:
        self.open_pane()
        self.pane.take_waiting(path)

    # Doing

    def _chosen(self, row: int) -> None:
        self.slip.setEnabled(row >= 0)
        self.pack.setEnabled(row >= 0 and self.model.order(row).state in _VIEWS["open"])

    def _pack(self, row: int) -> None:
        if row >= 0:
            self.pack_requested.emit(self.model.order(row).number)

    def _slip(self) -> None:
        row = self.view.row
        if row < 0:
            return
        order = self.model.order(row)
        order_id: UUID = order.order_id
        name = self._desk.words("Packing slip {number}", number=order.number)
        self.paper.make(name, lambda: self._papers.packing_slip(order_id))

    def open_pane(self) -> None:
        self.pane.show()
        self._fold()
        self.pane.zone.choose.setFocus()

    def _choose(self) -> None:
        if self.pane.isVisible():
            self.pane.choose()

    def _taken(self, changes: Changes) -> None:
        self.changed.emit(changes)
        self._read()

    def _close(self) -> None:
        if self.pane.isVisible():
            self.pane.hide()
            self._fold()
            self.view.setFocus()
        else:
            self.view.release()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._close()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A file over the page opens the pane it is to fall on."""
        if event.mimeData().hasUrls():
            self.pane.show()
            self._fold()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.pane.setFixedWidth(372 if self.width() < 1500 else 420)
        self.foot.show_hints(self.foot.width() > 900)
        self._fold()

    def _fold(self) -> None:
        """Where the bar is too short for all, the views that another one contains give way."""
        self.take_in.setVisible(not self.pane.isVisible())
        shown = [w for w in (*self.chips.values(), self.slip, self.pack) if w is not self.chips["open"]]
        room = self.width() - (self.pane.width() if self.pane.isVisible() else 0) - 40
        room -= self.chips["open"].sizeHint().width()
        room -= 0 if self.pane.isVisible() else self.take_in.sizeHint().width() + 8
        needed = sum(w.sizeHint().width() + 8 for w in shown)
        for key in _GIVE_WAY:
            chip = self.chips[key]
            hidden = needed > room and not chip.isChecked()
            needed -= chip.sizeHint().width() + 8 if hidden else 0
            chip.setVisible(not hidden)
