"""What to correct before packing: the orders that would be stopped, each with its sentence and the fix beside it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from wismo_desk.domain.preflight import Concern, Fix
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.order_asks import CARRIERS_LANE, FLIGHT_LANE, Preflight
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Outcome, empty, scrolled
from wismo_desk.ui.parts import Button, Elided, write
from wismo_desk.ui.settings_password import still
from wismo_desk.ui.theme import Figures, Weight
from wismo_desk.ui.tray_row import MarkWidget

if TYPE_CHECKING:
    from wismo_desk.flows.preflight import Flagged, Looked

_MOST = 100
_REST_MS = 1_500  # no scan shall feel it


class FlaggedRow(QFrame):
    """One order. `wanted` carries the concern whose fix was pressed."""

    wanted = Signal(object)  # Concern

    def __init__(self, desk: Desk, flagged: Flagged) -> None:
        super().__init__()
        from wismo_desk.flows.preflight_words import spoken  # after the first paint

        self.flagged = flagged
        words, order = desk.words, flagged.order
        self.setProperty("part", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        mark = Mark.DANGER if flagged.certain else Mark.WARN
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 12, 12)
        row.setSpacing(14)
        row.addWidget(MarkWidget(desk.look, mark, 20), 0, Qt.AlignmentFlag.AlignTop)
        who = QWidget()
        who.setFixedWidth(248)
        left = QVBoxLayout(who)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(2)
        left.addWidget(write(order.number, 14, Weight.SEMIBOLD, figures=Figures.CODE))
        party = order.recipient
        left.addWidget(Elided(f"{party.name or party.company} · {party.city}", 13))
        left.addWidget(Elided(f"{flagged.carrier} {flagged.service}", 13, tone="muted"))
        left.addStretch()
        row.addWidget(who)
        said = QVBoxLayout()
        said.setSpacing(6)
        self.buttons: list[Button] = []
        names = {
            Fix.RECIPIENT: words("Correct the address"),
            Fix.SERVICE: words("Choose a service"),
            Fix.POINT: words("Choose a point"),
            Fix.PRODUCTS: words("Take in products"),
        }
        for concern in flagged.concerns:
            if concern.fix not in names:
                said.addWidget(write(spoken(concern, words), 14, wrap=True))
                continue
            button = Button(desk.look, names[concern.fix], small=True)
            button.setAccessibleName(words("{what}, order {number}", what=button.text(), number=order.number))
            button.setFixedWidth(176)
            button.clicked.connect(lambda _=False, concern=concern: self.wanted.emit(concern))
            line = QHBoxLayout()
            line.setSpacing(12)
            line.addWidget(write(spoken(concern, words), 14, wrap=True), 1)
            line.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
            said.addLayout(line)
            self.buttons.append(button)
        row.addLayout(said, 1)
        told = " ".join(spoken(concern, words) for concern in flagged.concerns)
        self.setAccessibleName(f"{words('Order {number}', number=order.number)}: {told}")


class PreflightView(QWidget):
    """`counted` says how many orders are on the list; `fix_wanted` carries the order's id, the Fix and the field."""

    counted = Signal(int)
    fix_wanted = Signal(object, object, str)

    def __init__(self, desk: Desk, flight: Preflight) -> None:
        super().__init__()
        self._desk, self._flight = desk, flight
        self._asking = False
        self._touched: frozenset[UUID] | None = frozenset()
        words = desk.words
        self.title = write(words("To correct before packing"), 16, Weight.SEMIBOLD)
        self.state = write("", 13, tone="muted", wrap=True)
        self.ask = Button(desk.look, words("Ask the carriers now"), icon="refresh-cw", small=True)
        self.ask.clicked.connect(self._start)
        head = QHBoxLayout()
        head.setSpacing(16)
        said = QVBoxLayout()
        said.setSpacing(2)
        said.addWidget(self.title)
        said.addWidget(self.state)
        head.addLayout(said, 1)
        head.addWidget(self.ask, 0, Qt.AlignmentFlag.AlignVCenter)
        self.outcome = Outcome()
        self.rows: list[FlaggedRow] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self.outcome)
        column.addLayout(self._list)
        column.addStretch()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolled(inner))
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_REST_MS)
        self._soon.timeout.connect(self._look)

    def read_soon(self, orders: frozenset[UUID] | None = None) -> None:
        """Once it rests, after a change of these orders, or (None) of what concerns all."""
        self._touched = None if orders is None or self._touched is None else self._touched | orders
        if not self._soon.isActive():
            self._soon.start()

    def read(self) -> None:
        """What is known of all of them now; asks no carrier."""
        self._touched = None
        self._look()

    def _look(self) -> None:
        touched, self._touched = self._touched, frozenset()
        look = partial(self._flight.look, touched)
        self._desk.run(FLIGHT_LANE, look, still(self, self._show), still(self, self._fail))

    def _start(self) -> None:
        self._flight.start(by_hand=True)
        self._asking = True
        self.ask.setEnabled(False)
        self._go_on()

    def _go_on(self) -> None:
        self._desk.run(CARRIERS_LANE, self._flight.ask, still(self, self._asked), still(self, self._fail))

    def _asked(self, put: int) -> None:
        self._look()
        if put:
            self._go_on()
        else:
            self._asking = False
            self.ask.setEnabled(True)

    def _fail(self, error: Exception) -> None:
        self._asking = False
        self.ask.setEnabled(True)
        self.outcome.say(Mark.DANGER, self._desk.told(error))

    def _show(self, looked: Looked) -> None:
        words = self._desk.words
        empty(self._list)
        self.rows = []
        for flagged in looked.flagged[:_MOST]:
            row = FlaggedRow(self._desk, flagged)
            row.wanted.connect(lambda concern, row=row: self._want(row, concern))
            self._list.addWidget(row)
            self.rows.append(row)
        more = len(looked.flagged) - len(self.rows)
        if more > 0:
            self._list.addWidget(write(words("and {count} more", count=words.number(more)), 13, tone="muted"))
        if looked.flagged:
            self.outcome.clear()
        elif looked.waiting:
            self.outcome.say(Mark.OK, words("Nothing would stop the orders that wait."))
        else:
            self.outcome.say(Mark.OK, words("No order waits."))
        self.state.setText(self._said(looked))
        self.ask.setVisible(bool(looked.to_ask))
        self.counted.emit(len(looked.flagged))

    def _said(self, looked: Looked) -> str:
        from wismo_desk.flows.preflight_words import said_short  # after the first paint

        words, number = self._desk.words, self._desk.words.number
        waiting = words("Waiting orders looked over: {count}.", count=number(looked.waiting))
        waiting = f"{waiting} {said_short(looked.too_short, words)}".rstrip()
        if not looked.to_ask:
            return waiting
        if self._asking:
            rest = words("The carriers are being asked about {count} of them…", count=number(looked.to_ask))
        elif looked.resting:
            rest = words(
                "{carriers} cannot be asked just now: it goes on by itself. Not asked yet: {count}.",
                carriers=", ".join(looked.resting),
                count=number(looked.to_ask),
            )
        else:
            rest = words(
                "Pickup points and carriers' own checks not asked yet: {count}.", count=number(looked.to_ask)
            )
        return f"{waiting} {rest}"

    def _want(self, row: FlaggedRow, concern: Concern) -> None:
        self.fix_wanted.emit(row.flagged.order.order_id, concern.fix, concern.field)
