"""Envois: every shipment of the desk in one live grid, with its chips, its foot and the panel beside it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from wismo_desk.background.lanes import Lane
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.watching import Counts, Filter, ShipmentRow, Sort
from wismo_desk.ui import grid_lines
from wismo_desk.ui.detail_panel import DetailPanel
from wismo_desk.ui.grid_interval import Axis
from wismo_desk.ui.grid_model import ShipmentModel
from wismo_desk.ui.grid_view import GridView
from wismo_desk.ui.page_asks import Watch
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Foot, on_key
from wismo_desk.ui.parts import Blank, Button
from wismo_desk.ui.shipments_asks import GridAsks
from wismo_desk.ui.shipments_chips import ShipmentChips
from wismo_desk.ui.shipments_extras import ShipmentExtras

_TYPING_MS = 80
_COUNT_MS = 1000
_PANEL, _PANEL_NARROW = 420, 372
_NARROW = 1500


class ShipmentsPage(QWidget):
    """`search` is the frame's box; `apply` takes what any flow touched; `changed` is what the panel did."""

    context_changed = Signal(str)
    changed = Signal(object)  # Changes
    orders_wanted = Signal()  # nothing is here yet: take in a file

    def __init__(
        self,
        desk: Desk,
        watch: Watch,
        panel: Callable[[QWidget], DetailPanel],
        asks: GridAsks | None = None,
    ) -> None:
        super().__init__()
        self._desk, self._watch = desk, watch
        self._empty_asked = False
        self._open_first = False  # Return was pressed in the search box
        self.notice = ""  # what was done last, in the foot for a while
        words = desk.words
        self.chips = ShipmentChips(desk)
        self.model = ShipmentModel(desk, watch, grid_lines.columns(words), self)
        self.view = GridView(desk.look, self.model, grid_lines.WAY, name=words("Shipments"))
        self.view.show_days(lambda: Axis.at(desk.clock().astimezone(words.zone)))
        self.model.held = lambda: self.view.engaged
        self.model.seen = self.view.seen
        self.view.painted.connect(self.model.look)
        self.panel = panel(self)
        self.panel.hide()
        self.foot = Foot(
            desk.look,
            (
                (("↑", "↓"), words("row")),
                ((words("Space"),), words("tick")),
                ((words("Enter"),), words("detail")),
                (("S",), words("sort")),
                (("Ctrl C",), words("copy")),
            ),
        )
        self.extras = ShipmentExtras(desk, self, self, asks) if asks else None
        self._action = Button(desk.look, words("Try again"))
        self.blank = Blank(desk.look, "truck", words("Reading the shipments…"), self._action)
        self._action.clicked.connect(self._way_out)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        stack = QWidget()
        self._stack = QStackedLayout(stack)
        self._stack.addWidget(self.blank)
        self._stack.addWidget(self.view)
        column = QVBoxLayout()
        column.setSpacing(0)
        many = (self.extras.bar,) if self.extras else ()
        for widget in (self.chips, stack, *many, self.foot):
            column.addWidget(widget, 1 if widget is stack else 0)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(column, 1)
        row.addWidget(self.panel)

    def _connect(self) -> None:
        self._typing = self._timer(_TYPING_MS, self._search_now)
        self._recount = self._timer(_COUNT_MS, self._read_counts)
        self._text = ""
        self.chips.asked.connect(self._ask)
        self.chips.waiting_shown.connect(self.model.show_waiting)
        self.model.loaded.connect(self._show_rows)
        self.model.failed.connect(self._show_error)
        self.model.changes_waiting.connect(self.chips.show_waiting)
        self.model.rowsInserted.connect(lambda: self.say_foot())
        self.view.chosen.connect(self._follow)
        self.view.opened.connect(self._open)
        self.view.closed.connect(self.close_panel)
        self.view.copied.connect(self._copy)
        self.view.sort_asked.connect(self._sort)
        self.view.tick_changed.connect(lambda key: self.model.remember((key,)))
        self.view.fitted.connect(lambda _: self.say_foot())
        self.view.ticked.connect(lambda _: self.say_foot())
        self.panel.closed.connect(self.close_panel)
        self.panel.stepped.connect(lambda step: self.view.choose(self.view.row + step))
        self.panel.changed.connect(self.changed)
        for key, slot in (
            ("R", self.panel.action_bar.ask_reprint),
            ("V", self.panel.action_bar.ask_void),
            ("B", self.panel.action_bar.fetch_papers),
            ("L", self.panel.action_bar.ask_report),
            ("K", self.panel.action_bar.ask_correct),
            ("J", self.panel.action_bar.claim.press),
            ("W", self.panel.action_bar.back.ask),
            ("C", self.panel.copy_number),
        ):
            on_key(self, key, partial(self._for_one, key, slot))

    def _for_one(self, key: str, slot: Callable[[], object]) -> None:
        """What is ticked goes before the parcel in the panel."""
        if not (self.view.ticks and self.extras and self.extras.press(key)):
            slot()

    def _timer(self, ms: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(ms)
        timer.timeout.connect(slot)
        return timer

    # Asking

    def start(self) -> None:
        """Read the first page; called once the window is on the screen."""
        self.view.show_sort(self.chips.filter.sort, descending=self.chips.filter.descending)
        self._ask(self.chips.filter)
        self._read_counts()

    def search(self, text: str) -> None:
        """What is typed in the top bar; asked for once the typing rests 80 ms."""
        self._text, self._open_first = text, False
        self._typing.start()

    def search_entered(self, text: str) -> None:
        """Return in the search box: the first hit opens as soon as it is found."""
        self._typing.stop()
        self._text, self._open_first = text, True
        if text != self.chips.filter.text:
            self._search_now()
        elif self.model.rowCount():
            self._show_first()

    def _show_first(self) -> None:
        self._open_first = False
        self.view.choose(0)
        self._open(0)
        self.view.setFocus()

    def show_only(self, asked: Filter) -> None:
        """Another page, or a saved view, sends somebody here with a filter."""
        self.view.show_sort(asked.sort, descending=asked.descending)
        self.chips.ask_filter(asked)

    def _search_now(self) -> None:
        if self._text != self.chips.filter.text:
            self.chips.narrow(text=self._text)

    def _ask(self, asked: Filter) -> None:
        self.view.release()
        self.model.ask(asked)
        if self.extras:
            self.extras.show_filter(asked)

    def _sort(self, sort: Sort, descending: bool) -> None:
        self.view.show_sort(sort, descending=descending)
        self.chips.narrow(sort=sort, descending=descending)

    def _read_counts(self) -> None:
        self._desk.run(Lane.READ, self._watch.counts, self._show_counts, self._show_error)

    def _show_counts(self, counts: Counts) -> None:
        self.chips.show_counts(counts)
        words = self._desk.words
        self.context_changed.emit(words("{count} not ended", count=words.number(counts.open)))

    def apply(self, changes: Changes) -> None:
        """React to what a flow touched."""
        if changes.shipments:
            self.model.apply(changes)
            self.panel.apply(changes)
            if not self._recount.isActive():
                self._recount.start()

    # What is on view

    def _show_rows(self) -> None:
        if self.model.rowCount():
            self._stack.setCurrentWidget(self.view)
            self.view.refit()
            if self._open_first:
                self._show_first()
        else:
            self._open_first = False
            self._show_nothing()
        self.say_foot()

    def _show_nothing(self) -> None:
        words, asked = self._desk.words, self.chips.filter
        self._empty_asked = asked == Filter(sort=asked.sort, descending=asked.descending)
        if self._empty_asked:
            self.blank.say("truck", words("No shipment yet: they come with the first order file."))
            self._name_action(words("Take in a file"))
        elif asked.text:
            self.blank.say("search", words("Nothing here matches “{text}”.", text=asked.text))
            self._name_action(words("Show all shipments"))
        else:
            self.blank.say("circle-check", words("No shipment is in this view."))
            self._name_action(words("Show all shipments"))
        self._stack.setCurrentWidget(self.blank)

    def _show_error(self, error: Exception) -> None:
        self._empty_asked = False
        self.blank.say("circle-x", self._desk.told(error))
        self._name_action(self._desk.words("Try again"))
        self._stack.setCurrentWidget(self.blank)

    def _name_action(self, text: str) -> None:
        self._action.setText(text)
        self._action.setAccessibleName(text)
        self._action.updateGeometry()

    def _way_out(self) -> None:
        if self._empty_asked:
            self.orders_wanted.emit()
        elif self._action.text() == self._desk.words("Try again"):
            self.start()
        else:
            self.chips.show_all()

    def say_foot(self, said: str = "") -> None:
        words = self._desk.words
        rows = self.model.rowCount()
        several = words("{count} shipments", count=words.number(rows))
        parts = [words("1 shipment") if rows == 1 else several]
        if ticks := len(self.view.ticks):
            parts.append(words("{count} ticked", count=words.number(ticks)))
        if said or self.notice:
            parts.append(said or self.notice)
        self.foot.left.setText("   ".join(parts))
        hidden = self.view.gave_way
        stamp = words("Up to date at {time}", time=words.time(self._desk.clock()))
        told = words("Shortened or hidden: {columns}", columns=", ".join(hidden).lower()) if hidden else ""
        roomy = self.foot.width() > _NARROW
        self.foot.right.setText(stamp if roomy or not told else f"{told}   {stamp}")
        self.foot.setToolTip(told)
        self.foot.show_hints(roomy or not told)

    # The panel

    def _open(self, row: int) -> None:
        shipment = self.model.shipment(row)
        if shipment is not None:
            self._show_panel(shipment)

    def _show_panel(self, shipment: ShipmentRow) -> None:
        self._fit_panel()
        self.panel.show_shipment(shipment)
        self.panel.show()

    def _fit_panel(self) -> None:
        self.panel.setFixedWidth(_PANEL_NARROW if self.width() < _NARROW else _PANEL)

    def _follow(self, row: int) -> None:
        if row >= 0 and self.panel.isVisible() and not self.panel.busy:
            self._open(row)

    def close_panel(self) -> None:
        """First the panel, then the ticks, then the selection: one press of Escape each."""
        if self.panel.isVisible():
            self.panel.hide()
            self.view.setFocus()
        elif self.view.ticks:
            self.view.clear_ticks()
        else:
            self.view.release()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_panel()
        self.say_foot()

    # Copying

    def _copy(self) -> None:
        """The ticked rows, else the selected one, as a table for a spreadsheet or a message."""
        keys = sorted(self.view.ticks) or ([self.model.key(self.view.row)] if self.view.row >= 0 else [])
        if keys:
            self._desk.run(Lane.READ, lambda: self._watch.page(keys), self._to_clipboard, self._show_error)

    def _to_clipboard(self, rows: list[ShipmentRow]) -> None:
        QGuiApplication.clipboard().setText(grid_lines.as_table(self._desk, rows))
        words = self._desk.words
        self.say_foot(
            words("{count} rows copied", count=len(rows)) if len(rows) > 1 else words("1 row copied")
        )
