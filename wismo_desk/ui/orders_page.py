"""Commandes: what is to be packed and what was, with the import of order files beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from wismo_desk.background.lanes import Lane
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.order import OrderState
from wismo_desk.domain.preflight import Fix
from wismo_desk.domain.watching import OrderRow
from wismo_desk.ui import orders_model
from wismo_desk.ui.grid_view import GridView
from wismo_desk.ui.order_asks import OrderAsks
from wismo_desk.ui.order_pane import OrderPane
from wismo_desk.ui.orders_bar import TO_FIX, OrdersBar
from wismo_desk.ui.orders_import import ImportPane
from wismo_desk.ui.orders_model import OrderModel
from wismo_desk.ui.orders_preflight import PreflightView
from wismo_desk.ui.orders_waiting import WaitingFiles
from wismo_desk.ui.page_asks import HandToFile, Papers, Swept, TakeIn, Watch, WatchedFolder
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_papers import PaperLine
from wismo_desk.ui.page_parts import Foot, on_key
from wismo_desk.ui.parts import Blank, Button
from wismo_desk.words import Words

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
        hand_to_file: HandToFile | None = None,
        changes: OrderAsks | None = None,
    ) -> None:
        """`changes`: what sends orders another way, corrects them and looks the queue over."""
        super().__init__()
        self._desk, self._watch, self._papers = desk, watch, papers
        self._inbox = inbox
        self._text, self._view_key = "", "open"
        self._turn = 0
        words = desk.words
        self.setAcceptDrops(True)
        self.model = OrderModel(desk, self)
        self.view = GridView(desk.look, self.model, orders_model.WAY, name=words("Orders"))
        self.pane = ImportPane(desk, take_in, watched=watched, inbox=inbox, hand_to_file=hand_to_file)
        self.waiting = WaitingFiles(desk)
        self.pane.setFixedWidth(420)
        self.pane.hide()
        self.order_pane = OrderPane(desk, changes) if changes else None
        self.flight = PreflightView(desk, changes.preflight) if changes else None
        self.paper = PaperLine(desk, documents)
        self.bar = OrdersBar(desk, can_fix=changes is not None)
        self.chips, self.slip, self.pack = self.bar.chips, self.bar.slip, self.bar.pack
        self.take_in = self.bar.take_in
        self._action = Button(desk.look, words("Take in a file"))
        self.blank = Blank(desk.look, "clipboard-list", words("Reading the orders…"), self._action)
        self._action.clicked.connect(self._way_out)
        hints = (
            (("↑", "↓"), words("row")),
            ((words("Enter"),), words("pack")),
            *([(("M",), words("change"))] if changes else []),
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
        if self.flight is not None:
            self._stack.addWidget(self.flight)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.paper)
        column.addWidget(self.waiting)
        column.addWidget(stack, 1)
        column.addWidget(self.foot)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(column, 1)
        row.addWidget(self.pane)
        if self.order_pane is not None:
            self.order_pane.hide()
            row.addWidget(self.order_pane)

    def _connect(self) -> None:
        self._typing = _timer(self, _TYPING_MS, self._read)
        self._soon = _timer(self, 500, self._read)
        self.bar.chosen.connect(self.show_view)
        self.bar.edit.clicked.connect(self._edit)
        self.slip.clicked.connect(self._slip)
        self.pack.clicked.connect(lambda: self._pack(self.view.row))
        self.take_in.clicked.connect(self.open_pane)
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
        on_key(self, "M", self._edit)
        if self.flight is not None and self.order_pane is not None:
            self.flight.fix_wanted.connect(self._fix)
            self.flight.counted.connect(self.chips[TO_FIX].set_count)
            self.order_pane.changed.connect(self._taken)
            self.order_pane.closed.connect(self._close)

    # Reading

    def start(self) -> None:
        self._read()
        self._read_waiting()
        if self.flight is not None:
            self.flight.read()

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
        """One of the chips: open, to_fix, waiting, in_hand, paused, packed, shipped, all."""
        self.chips[key].setChecked(True)
        if key == TO_FIX and self.flight is not None:
            self.view.release()
            self._stack.setCurrentWidget(self.flight)
            return
        self._view_key = key
        self._read()

    def apply(self, changes: Changes) -> None:
        if changes.orders and not self._soon.isActive():
            self._soon.start()
        if self.flight is not None and (changes.orders or changes.values):
            self.flight.read_soon(None if changes.values else changes.orders)

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
        several = words("{count} orders", count=words.number(len(rows)))
        self.foot.left.setText(words("1 order") if len(rows) == 1 else several)
        self.foot.right.setText(words("Up to date at {time}", time=words.time(self._desk.clock())))
        if self._view_key == "open" and not self._text:
            self.context_changed.emit(words("{count} to pack", count=words.number(len(rows))))
        if self.bar.fixing:
            return
        if rows:
            self._stack.setCurrentWidget(self.view)
            self.view.refit()
            return
        said, way = _nothing(words, self._text, self._view_key)
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
        self.pane.how_far.clear()
        if swept.report is not None:
            self.waiting.forget(swept.name)
            self.waiting.show_report(swept.name, swept.moved.stem, swept.report, swept.errors)
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
        self.bar.edit.setEnabled(row >= 0)
        if row >= 0 and self.order_pane is not None and self.order_pane.isVisible():
            self.order_pane.open(self.model.order(row).order_id, fix=Fix.PRODUCTS)
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

    def _edit(self) -> None:
        if self.view.row >= 0 and not self.bar.fixing:
            self._fix(self.model.order(self.view.row).order_id, Fix.SERVICE, "")

    def _fix(self, order_id: UUID, fix: Fix, field: str) -> None:
        """What is corrected in the product list comes with a file; the rest in a pane of the order."""
        if self.order_pane is None or fix is Fix.PRODUCTS:
            self.open_pane()
        else:
            self.pane.hide()
            self.order_pane.show()
            self._fold()
            self.order_pane.open(order_id, fix=fix, field=field)

    def open_pane(self) -> None:
        if self.order_pane is not None:
            self.order_pane.hide()
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
        if self._side is not None:
            self._side.hide()
            self._fold()
            self.view.setFocus()
        else:
            self.view.release()

    @property
    def _side(self) -> QWidget | None:
        """The pane at the right that is open."""
        return next((pane for pane in (self.pane, self.order_pane) if pane and pane.isVisible()), None)

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
        for pane in (self.pane, self.order_pane):
            if pane is not None:
                pane.setFixedWidth(372 if self.width() < 1500 else 420)
        self.foot.show_hints(self.foot.width() > 900)
        self._fold()

    def _fold(self) -> None:
        side = self._side
        self.bar.fold(self.width() - (side.width() if side else 0), importing=side is self.pane)


def _timer(page: QWidget, ms: int, slot: Callable[[], None]) -> QTimer:
    timer = QTimer(page)
    timer.setSingleShot(True)
    timer.setInterval(ms)
    timer.timeout.connect(slot)
    return timer


def _nothing(words: Words, text: str, view: str) -> tuple[str, str]:
    """Why there is no row, and the way out."""
    if text:
        return words("Nothing here matches “{text}”.", text=text), words("Show all orders")
    if view == "open":
        return words("Nothing is left to pack."), words("Take in a file")
    return words("No order is in this view."), words("Show all orders")
