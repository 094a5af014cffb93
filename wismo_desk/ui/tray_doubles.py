"""The tray's tasks of two labels on one parcel: both numbers, who bought them, and a button to void each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from wismo_desk.background.lanes import Lane
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.watching import OneLabel, TwoLabels
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_asks import Void
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Outcome, Reason, empty
from wismo_desk.ui.page_terms import grouped
from wismo_desk.ui.parts import Button, Elided, write
from wismo_desk.ui.theme import Figures, Weight
from wismo_desk.ui.tray_row import MarkWidget

Find = Callable[[], list[TwoLabels]]


class DoubleRow(QFrame):
    """One parcel with too many labels. `chosen` carries the one that is to go."""

    chosen = Signal(object)  # OneLabel

    def __init__(self, desk: Desk, task: TwoLabels, now: datetime) -> None:
        super().__init__()
        self.task = task
        words = desk.words
        self.setProperty("part", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        asked = words("Two labels for order {number}: which one is void?", number=task.order_number)
        self.setAccessibleName(asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 14, 16, 14)
        row.setSpacing(16)
        row.addWidget(MarkWidget(desk.look, Mark.DANGER, 22), 0, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addWidget(write(asked, 16, Weight.SEMIBOLD, wrap=True))
        who = ", ".join(part for part in (task.customer, task.place) if part)
        which = words("Parcel {number}", number=task.parcel_no)
        column.addWidget(Elided(" · ".join(part for part in (which, who) if part), 13))
        told = words(
            "Two desks packed it while the line between them was down. One label stays on the parcel."
        )
        column.addWidget(write(told, 13, tone="muted", wrap=True))
        for label in task.labels:
            column.addLayout(self._label(desk, label, now))
        row.addLayout(column, 1)

    def _label(self, desk: Desk, label: OneLabel, now: datetime) -> QHBoxLayout:
        words = desk.words
        line = QHBoxLayout()
        line.setSpacing(12)
        number = Elided(grouped(label.number), 14, Weight.SEMIBOLD, figures=Figures.CODE)
        when = words.moment(label.bought_at, now=now)
        where = words("{station}, {when}", station=label.station, when=when)
        line.addWidget(number, 2)
        line.addWidget(Elided(f"{label.carrier_name} · {where}", 13, tone="muted"), 3)
        if label.has_left:
            line.addWidget(write(words("on a manifest: this one stays"), 13, tone="muted"))
            return line
        button = Button(desk.look, words("Void this one"), small=True)
        button.setAccessibleName(words("Void the label {number}", number=label.number))
        button.clicked.connect(lambda: self.chosen.emit(label))
        line.addWidget(button)
        return line


class Doubles(QWidget):
    """Reads its tasks when it is told to; takes no room while there are none."""

    changed = Signal(object)  # Changes
    counted = Signal(int)

    def __init__(self, desk: Desk, find: Find, void: Void) -> None:
        super().__init__()
        self._desk, self._find, self._void = desk, find, void
        self._asking = self._again = False
        self.rows: list[DoubleRow] = []
        self.question: Reason | None = None
        self._for: UUID | None = None  # the parcel that the open question is about
        self.outcome = Outcome()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self._list = QVBoxLayout()
        self._list.setSpacing(12)
        column.addWidget(self.outcome)
        column.addLayout(self._list)

    def start(self) -> None:
        """At most one reading at a time: other desks' work comes in several times a second."""
        if self._asking:
            self._again = True
            return
        self._asking = True
        self._desk.run(Lane.READ, self._find, self._show, self._fail)

    def _show(self, tasks: list[TwoLabels]) -> None:
        self._asking = False
        known = {label.parcel_id for task in tasks for label in task.labels}
        if self.question is None or self._for not in known:
            self.drop_question()
            if [row.task for row in self.rows] != tasks:
                self._fill(tasks)
        self.counted.emit(len(tasks))
        if self._again:
            self._again = False
            self.start()

    def _fill(self, tasks: list[TwoLabels]) -> None:
        empty(self._list)
        now = self._desk.clock()
        self.rows = [DoubleRow(self._desk, task, now) for task in tasks]
        for row in self.rows:
            row.chosen.connect(lambda label, row=row: self._ask(row, label))
            self._list.addWidget(row)

    def _ask(self, row: DoubleRow, label: OneLabel) -> None:
        """A label once void cannot be used again: it takes an answer."""
        words = self._desk.words
        self.drop_question()
        self.outcome.clear()
        others = [other.number for other in row.task.labels if other.parcel_id != label.parcel_id]
        title = words(
            "Void {number}? The parcel keeps {other}.", number=label.number, other=", ".join(others)
        )
        answers = (
            words("The parcel wears the other label"),
            words("There are two parcels: this one is unpacked"),
        )
        question = Reason(self._desk, title, answers, words("Void the label"), danger=True)
        question.setProperty("part", "card")
        question.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        question.cancelled.connect(self.drop_question)
        question.confirmed.connect(lambda reason: self._go(label, reason))
        self._list.insertWidget(self.rows.index(row) + 1, question)
        self.question, self._for = question, label.parcel_id
        question.show()
        question.setFocus()

    def drop_question(self) -> None:
        question, self.question, self._for = self.question, None, None
        if question is not None:
            self._list.removeWidget(question)
            question.hide()
            question.deleteLater()

    def _go(self, label: OneLabel, reason: str) -> None:
        self.drop_question()
        # The carrier is asked over the network: never on STATION, where scans are.
        self._desk.run(
            f"carrier:{label.carrier}",
            lambda: self._void(label.parcel_id, reason=reason),
            lambda changes: self._voided(label, changes),
            self._refused,
        )

    def _voided(self, label: OneLabel, changes: Changes) -> None:
        words = self._desk.words
        self.outcome.say(Mark.OK, words("Label {number} is void.", number=label.number))
        self.changed.emit(changes)
        self.start()

    def _refused(self, error: Exception) -> None:
        self.outcome.say(Mark.DANGER, self._desk.told(error))
        self.start()

    def _fail(self, error: Exception) -> None:
        self._asking = False
        self.outcome.say(Mark.DANGER, self._desk.told(error))
