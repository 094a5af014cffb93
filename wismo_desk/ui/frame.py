"""The main window: rail, top bar, practice band, the page in front, and one line for undo.

It knows pages only as (key, icon, title, widget): a page that does not exist has no button.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMainWindow,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from wismo_desk.ui.marks import Mark, paint_mark
from wismo_desk.ui.parts import LEFT, Button, Elided, Kind, key_width, paint_key, write
from wismo_desk.ui.rail import Page, Rail, RailHandle
from wismo_desk.ui.status_dot import StatusDot
from wismo_desk.ui.theme import Look, Weight, font
from wismo_desk.words import Words

NARROW_BELOW: Final = 1440  # px of the window
UNDO_MS: Final = 10_000

__all__ = ["DeskWindow", "Page"]


class SearchBox(QLineEdit):
    """The one search box: Ctrl K, Escape clears and leaves. The icon and the key cap are painted inside."""

    left = Signal()

    def __init__(self, look: Look, words: Words) -> None:
        super().__init__()
        self._look, self._words = look, words
        self.setFont(font(14))
        self.setFixedHeight(32)
        self.setMinimumWidth(200)
        self.setMaximumWidth(440)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setTextMargins(26, 0, 0, 0)
        self.setPlaceholderText(words("Order, name, e-mail, phone, parcel number"))
        self.setAccessibleName(words("Search"))

    def sizeHint(self) -> QSize:
        return QSize(440, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        theme, painter = self._look.theme, QPainter(self)
        middle = self.height() / 2
        self._look.icons.paint(painter, "search", QRectF(11, middle - 8, 16, 16), theme.muted)
        if not self.text():
            cap = self._words("Ctrl K")
            wide = key_width(cap)
            box = QRectF(self.width() - wide - 8, middle - 9, wide, 18)
            painter.fillRect(box.adjusted(-8, 0, 0, 0), theme.surface)
            paint_key(painter, cap, box, theme.muted, theme.line_strong)


class TopBar(QFrame):
    """Where am I, the search box, the station, and four quiet dots."""

    def __init__(self, look: Look, words: Words, station: str) -> None:
        super().__init__()
        self._look = look
        self.setProperty("part", "bar")
        self.setFixedHeight(48)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 16, 0)
        row.setSpacing(12)
        self.title = write("", 18, Weight.SEMIBOLD)
        self.context = Elided("", 14, tone="muted")
        where = QHBoxLayout()
        where.setSpacing(12)
        where.addWidget(self.title)
        where.addWidget(self.context, 1)
        row.addLayout(where, 1)
        self.search = SearchBox(look, words)
        row.addWidget(self.search)
        health = QHBoxLayout()
        health.setSpacing(10)
        health.addStretch()
        self.station = write(station, 13, Weight.MEDIUM)
        health.addWidget(self.station)
        self.dots = {
            "printer": StatusDot(look, "printer", words("Printer")),
            "scale": StatusDot(look, "scale", words("Scale")),
            "sync": StatusDot(look, "refresh-cw", words("Sharing")),
            "carrier": StatusDot(look, "truck", words("Carriers")),
        }
        for dot in self.dots.values():
            health.addWidget(dot)
        row.addLayout(health, 1)


class PracticeBand(QWidget):
    """28 px on every screen while nothing is real."""

    def __init__(self, look: Look, words: Words) -> None:
        super().__init__()
        self._look = look
        self._text = words("Practice: nothing is bought, nothing leaves this computer")
        self.setFixedHeight(28)
        self.setAccessibleName(self._text)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._look.theme, QPainter(self)
        painter.fillRect(self.rect(), theme.info_tint)
        painter.fillRect(0, self.height() - theme.edge, self.width(), theme.edge, theme.line)
        paint_mark(painter, Mark.INFO, QRectF(16, 6, 16, 16), theme)
        painter.setFont(font(13, Weight.SEMIBOLD))
        painter.setPen(theme.info)
        painter.drawText(QRectF(40, 0, self.width() - 56, self.height()), LEFT, self._text)


class UndoLine(QFrame):
    """What was just done, and its undo, for ten seconds."""

    def __init__(self, look: Look, words: Words) -> None:
        super().__init__()
        self.setProperty("part", "foot")
        self.setFixedHeight(40)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(12)
        self._said = write("", 14)
        row.addWidget(self._said)
        self._button = Button(look, words("Undo"), icon="undo-2", key="Ctrl Z", kind=Kind.GHOST, small=True)
        self._button.clicked.connect(self.undo)
        row.addWidget(self._button)
        row.addStretch()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self._undo: Callable[[], None] | None = None
        self.hide()

    def offer(self, said: str, undo: Callable[[], None] | None) -> None:
        self._said.setText(said)
        self._undo = undo
        self._button.setVisible(undo is not None)
        self.show()
        self._timer.start(UNDO_MS)

    def undo(self) -> None:
        undo, self._undo = self._undo, None
        self.hide()
        if undo is not None:
            undo()


class DeskWindow(QMainWindow):
    """`searched(str)` on every edit and `search_entered(str)` on Return; `page_shown(key)`; `closed` once."""

    searched = Signal(str)
    search_entered = Signal(str)
    page_shown = Signal(str)
    closed = Signal()

    def __init__(
        self, look: Look, words: Words, pages: Sequence[Page], *, station: str = "", practice: bool = False
    ) -> None:
        super().__init__()
        self._look, self._words = look, words
        self._pages: dict[str, Page] = {}
        self._contexts: dict[str, str] = {}
        self._searches: dict[str, str] = {}  # what stands in the search box of each page
        self._shown = ""
        self.setWindowTitle("WISMO Desk")
        self.rail = Rail(look, words)
        self.top = TopBar(look, words, station)
        self.undo_line = UndoLine(look, words)
        self.stack = QStackedWidget()
        self.handle = RailHandle(look, words, self.stack)
        self._lay_out(practice)
        self._bind()
        self.add_pages(pages)
        if pages:
            self.show_page(pages[0].key)

    def add_pages(self, pages: Sequence[Page]) -> None:
        """Pages that need the store come once it is open; the window is there before them."""
        for page in pages:
            self._pages[page.key] = page
            self.stack.addWidget(page.widget)
            self.rail.add(page)
            number, show = len(self._pages), partial(self.show_page, page.key)
            if number <= 10:
                self._key(f"Ctrl+{number % 10}", show)
            if number <= 12 and number not in (2, 11):  # F2 is the bench's entry key, F11 the wall
                self._key(f"F{number}", show)
        self._show_handle()

    def _lay_out(self, practice: bool) -> None:
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        if practice:
            column.addWidget(PracticeBand(self._look, self._words))
        column.addWidget(self.stack, 1)
        column.addWidget(self.undo_line)
        base = QWidget()
        row = QHBoxLayout(base)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addWidget(whole, 1)
        self._beside = row
        self.setCentralWidget(base)

    def _bind(self) -> None:
        self.rail.chosen.connect(self.show_page)
        self.handle.clicked.connect(self._show_rail)
        self.top.search.textEdited.connect(self.searched)
        self.top.search.returnPressed.connect(lambda: self.search_entered.emit(self.top.search.text()))
        self._key("Ctrl+K", self._to_search)
        self._key("Ctrl+Z", self.undo_line.undo)

    def _key(self, keys: str, act: Callable[[], None]) -> None:
        QShortcut(QKeySequence(keys), self).activated.connect(act)

    def _show_rail(self) -> None:
        self.rail.show()
        self.handle.hide()

    def _to_search(self) -> None:
        if self._pages and self._pages[self._shown].bare:
            wide = next((page.key for page in self._pages.values() if not page.bare), "")
            if not wide:
                return
            self.show_page(wide)
        self.top.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.top.search.selectAll()

    @property
    def shown(self) -> str:
        """Key of the page in front."""
        return self._shown

    def show_page(self, key: str) -> None:
        """Bring a page to the front and give it the keyboard; a bare page hides rail and top bar."""
        page = self._pages[key]
        if key != self._shown:
            self._searches[self._shown] = self.top.search.text()
            self.top.search.setText(self._searches.get(key, ""))
        self._shown = key
        self.rail.setVisible(not page.bare)
        self.top.setVisible(not page.bare)
        self._show_handle()
        self.rail.buttons[key].setChecked(True)
        self.top.title.setText(page.title)
        self.top.context.setText(self._contexts.get(key, ""))
        self.stack.setCurrentWidget(page.widget)
        self.handle.raise_()
        page.widget.setFocus(Qt.FocusReason.OtherFocusReason)
        self.page_shown.emit(key)

    def carry_search(self, key: str, text: str) -> None:
        """What is being typed goes on on another page."""
        typing = self.top.search.hasFocus()
        self.show_page(key)
        self.top.search.setText(text)
        if typing:
            self.top.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_handle(self) -> None:
        """A page without a rail shows the way to the others as soon as there are others."""
        shown = self._pages.get(self._shown)
        self.handle.setVisible(shown is not None and shown.bare and len(self._pages) > 1)

    def set_side(self, widget: QWidget, keys: str) -> None:
        """Something that stands beside every page (practice); `keys` hide it and bring it back."""
        self._beside.addWidget(widget)
        self._key(keys, lambda: widget.setVisible(not widget.isVisible()))

    def set_context(self, key: str, text: str) -> None:
        """The muted words beside a page's title."""
        self._contexts[key] = text
        if key == self._shown:
            self.top.context.setText(text)

    def set_badge(self, key: str, count: int) -> None:
        self.rail.buttons[key].set_badge(count)

    def set_station(self, name: str) -> None:
        self.top.station.setText(name)

    def set_health(self, part: str, mark: Mark, said: str = "", *, detail: str = "") -> None:
        """`part` is printer, scale, sync or carrier; words are shown only for WARN and DANGER."""
        self.top.dots[part].show_state(mark, said, detail=detail)

    def show_undo(self, said: str, undo: Callable[[], None] | None = None) -> None:
        self.undo_line.offer(said, undo)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.rail.set_narrow(event.size().width() < NARROW_BELOW)
        super().resizeEvent(event)
        self.handle.move(0, max(0, (self.height() - self.handle.height()) // 2))

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)
