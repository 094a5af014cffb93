"""What the shared database's archive knows beyond this desk: a plain list, and a journey to read. Nothing is done here.

It stands where the grid of Envois stands, and goes with Escape. The line is asked on a lane of its own: nobody waits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from wismo_desk.domain.archive import ArchivedShipment, ArchivePage, ArchiveRow
from wismo_desk.ui.answers_list import Entry, EntryList
from wismo_desk.ui.detail_timeline import TimelineView
from wismo_desk.ui.detail_words import Moment
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Outcome, rule, scrolled
from wismo_desk.ui.page_terms import STAGES, grouped
from wismo_desk.ui.parts import Blank, Button, Elided, write
from wismo_desk.ui.theme import Figures, Weight

_LANE: Final = "archive"
_LIST: Final = 520


class Archived(Protocol):
    def __call__(self, typed: str, /, *, below: ArchiveRow | None = None) -> ArchivePage: ...

    def open(self, row: ArchiveRow, /) -> ArchivedShipment: ...


@dataclass(frozen=True, slots=True)
class ArchiveAsks:
    """`moments` words a journey's facts, newest first."""

    find: Archived
    moments: Callable[[ArchivedShipment], list[Moment]]


class ArchiveView(QWidget):
    """`ask` reads what a text means there; `closed` when Escape was pressed."""

    closed = Signal()

    def __init__(self, desk: Desk, asks: ArchiveAsks) -> None:
        super().__init__()
        self._desk, self._asks = desk, asks
        self._typed = ""
        self._turn = 0  # of the question asked last: answers to earlier ones come too late
        self._rows: list[ArchiveRow] = []
        words, look = desk.words, desk.look
        self.list = EntryList(look, words("Archive"))
        self.list.chosen.connect(self._choose)
        self.more = Button(look, words("Show older ones"), small=True)
        self.more.clicked.connect(self._older)
        self.again = Button(look, words("Try again"), small=True)
        self.again.clicked.connect(lambda: self.ask(self._typed))
        self.head = write("", 16, Weight.SEMIBOLD)
        self.below = write("", 13, tone="muted", wrap=True)
        self.told = Outcome()
        self.detail = ArchiveDetail(desk)
        self._nothing = Blank(look, "search", words("Choose a shipment to read its journey."))
        self._lay_out()

    def _lay_out(self) -> None:
        left = QFrame()
        left.setProperty("part", "list")
        left.setFixedWidth(_LIST)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 12, 0, 8)
        column.setSpacing(8)
        titles = QVBoxLayout()
        titles.setContentsMargins(16, 0, 16, 0)
        titles.setSpacing(2)
        back = Button(self._desk.look, self._desk.words("Back to the desk's own list"), key="Esc", small=True)
        back.clicked.connect(self.closed)
        for widget in (self.head, self.below):
            titles.addWidget(widget)
        titles.addSpacing(6)
        titles.addWidget(self.told)
        feet = QHBoxLayout()
        feet.setContentsMargins(16, 0, 16, 0)
        feet.setSpacing(8)
        for button in (back, self.more, self.again):
            feet.addWidget(button)
        feet.addStretch()
        column.addLayout(titles)
        column.addWidget(self.list, 1)
        column.addLayout(feet)
        right = QWidget()
        self._side = QStackedLayout(right)
        self._side.addWidget(self._nothing)
        self._side.addWidget(self.detail)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(left)
        row.addWidget(right, 1)

    # Asking

    def ask(self, typed: str) -> None:
        """From the beginning: the newest shipments that this text means."""
        self._typed, self._rows = typed.strip(), []
        self._show()
        self._side.setCurrentWidget(self._nothing)
        self.head.setText(self._desk.words("Asking the archive…"))
        self._read(None)

    def _older(self) -> None:
        self.more.setEnabled(False)
        self._read(self._rows[-1])

    def _read(self, below: ArchiveRow | None) -> None:
        self._turn += 1
        turn, typed = self._turn, self._typed
        self.told.clear()
        self.again.hide()
        self._desk.run(
            _LANE,
            lambda: self._asks.find(typed, below=below),
            lambda page: self._take(page) if turn == self._turn else None,
            lambda error: self._fail(error) if turn == self._turn else None,
        )

    def _take(self, page: ArchivePage) -> None:
        words, first = self._desk.words, not self._rows
        self._rows += page.rows
        count = len(self._rows)
        known = {0: words("Nothing in the archive either"), 1: words("1 shipment in the archive")}
        many = words("More than {count} shipments in the archive", count=count)
        some = words("{count} shipments in the archive", count=count)
        self.head.setText(many if page.more else known.get(count, some))
        self._show()
        self.more.setVisible(page.more)
        self.more.setEnabled(True)
        self._warn(page)
        if first and self._rows:
            self.list.choose(0)
            self.list.setFocus()

    def _warn(self, page: ArchivePage) -> None:
        words = self._desk.words
        if page.behind:
            self.told.say(
                Mark.INFO, words("The archive is still taking in older shipments: some may be missing.")
            )
        elif page.unfolded:
            said = words("{count} shipments could not be read by the archive.", count=page.unfolded)
            self.told.say(Mark.WARN, said, words("Search for them on the desk that packed them."))
        elif not page.same_codes:
            said = words("The archive reads carriers' codes by another version's tables.")
            self.told.say(Mark.INFO, said, words("Run `wismo-desk db upgrade` with the newest version."))

    def _fail(self, error: Exception) -> None:
        self.head.setText(self._desk.words("The archive was not read"))
        self.told.say(Mark.WARN, self._desk.told(error))
        self.more.hide()
        self.again.show()

    def _show(self) -> None:
        words = self._desk.words
        self.below.setText(
            words("for “{text}”", text=self._typed) if self._typed else words("The newest first")
        )
        chosen = self.list.currentIndex()
        keep = self.list.entries.entries[chosen.row()].key if chosen.isValid() else ""
        self.list.show_entries([self._entry(row) for row in self._rows], keep=keep)
        self.more.hide()
        self.again.hide()

    def _entry(self, row: ArchiveRow) -> Entry:
        words, terms = self._desk.words, self._desk.terms
        status = terms.status[row.status]
        carrier = f"{row.carrier_name} {row.service_name}".strip()
        below = " · ".join(part for part in (status, row.customer, carrier, grouped(row.number)) if part)
        day = words.date(row.begun_at.astimezone(words.zone).date())
        return Entry(_key(row), STAGES[row.status], row.order_number, day, below)

    def _choose(self, key: str) -> None:
        row = next(one for one in self._rows if _key(one) == key)
        self.detail.show_row(row)
        self._side.setCurrentWidget(self.detail)

        def fail(error: Exception) -> None:
            if self.detail.row is row:
                self.detail.fail(error)

        def take(found: ArchivedShipment) -> None:
            if self.detail.row is row:
                self.detail.show_journey(found, self._asks.moments(found))

        self._desk.run(_LANE, lambda: self._asks.find.open(row), take, fail)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)


class ArchiveDetail(QWidget):
    """One shipment of the archive: head, where it stands, its journey. To read only."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.row: ArchiveRow | None = None
        self._name = Elided("", 16, Weight.SEMIBOLD)
        self._order = write("", 14, tone="muted")
        self._service = Elided("", 13, tone="muted")
        self._number = write("", 14, Weight.SEMIBOLD, figures=Figures.CODE)
        self._number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.answer, self.doubt = Outcome(), Outcome()
        self.timeline = TimelineView(desk)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(12)
        for widget in (
            self.answer,
            self.doubt,
            write(desk.words("Journey"), 14, Weight.SEMIBOLD),
            self.timeline,
        ):
            column.addWidget(widget)
        column.addStretch()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._head())
        whole.addWidget(rule())
        whole.addWidget(scrolled(body), 1)

    def _head(self) -> QWidget:
        head = QWidget()
        head.setFixedHeight(72)
        column = QVBoxLayout(head)
        column.setContentsMargins(16, 8, 16, 8)
        column.setSpacing(0)
        for widgets in ((self._name, self._order), (self._service, self._number)):
            line = QHBoxLayout()
            line.setSpacing(8)
            for widget in widgets:
                line.addWidget(widget, 1 if isinstance(widget, Elided) else 0)
            column.addLayout(line)
        return head

    def show_row(self, row: ArchiveRow) -> None:
        """From the list at once; the journey when it is read."""
        self.row = row
        words, terms = self._desk.words, self._desk.terms
        self._name.setText(
            ", ".join(part for part in (row.customer, row.place) if part) or words("Recipient not kept")
        )
        self._order.setText(words("order {number}", number=row.order_number))
        self._service.setText(f"{row.carrier_name} {row.service_name}")
        self._number.setText(grouped(row.number))
        reason = terms.reason[row.reason]
        status = terms.status[row.status]
        said = words("{status}: {reason}.", status=status, reason=reason) if reason else f"{status}."
        seen = words("Last seen at {place}, {when}.", place=row.event_place, when=terms.exactly(row.event_at))
        self.answer.say(Mark.INFO, said, seen if row.event_place else "")
        self.doubt.clear()
        self.timeline.show_moments(())

    def show_journey(self, found: ArchivedShipment, moments: list[Moment]) -> None:
        self.timeline.show_moments(moments)
        if not found.agrees:
            words = self._desk.words
            said = words("The archive's status and the journey below do not agree.")
            self.doubt.say(Mark.WARN, said, words("Trust the journey: it is what the carrier said."))

    def fail(self, error: Exception) -> None:
        self.doubt.say(Mark.WARN, self._desk.told(error))


def _key(row: ArchiveRow) -> str:
    """Two warehouses that worked on one order have a row each."""
    return f"{row.warehouse}/{row.shipment_id}"
