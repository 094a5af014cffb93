"""The side of the work list: why these are one cause, what can be done with its key, what was done so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from wismo_desk.domain.triage import NOTE_LENGTH, CareVerb, Group, HistoryItem, Standing
from wismo_desk.domain.watching import ShipmentRow
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Reason, empty, rule, scrolled
from wismo_desk.ui.parts import Answer, Button, write
from wismo_desk.ui.theme import Weight, font
from wismo_desk.ui.triage_lines import MARKS, TriageWords

_HISTORY: Final = 8


class TriagePane(QFrame):
    """`verb`: the key of what shall be done ("E", "Z", …); `noted`: a note for what is ticked."""

    verb = Signal(str)
    dropped = Signal()  # a question was cancelled
    noted = Signal(str)

    def __init__(self, desk: Desk, say: TriageWords) -> None:
        super().__init__()
        self._desk, self._say = desk, say
        words = desk.words
        self.setProperty("part", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = write("", 16, Weight.SEMIBOLD, wrap=True)
        self._about = write("", 13, tone="muted", wrap=True)
        self._answer = QVBoxLayout()
        self._question = QVBoxLayout()
        self._history = QVBoxLayout()
        self._history.setSpacing(8)
        self.buttons: dict[str, Button] = {}
        self.note = QLineEdit()
        self.note.setFont(font(14))
        self.note.setMaxLength(NOTE_LENGTH)
        self.note.setPlaceholderText(words("Add a note"))
        self.note.setAccessibleName(words("Add a note"))
        self.note.setToolTip(words("Kept for good and read at every desk: write no names of customers."))
        self.note.returnPressed.connect(self._note)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.title)
        column.addWidget(self._about)
        column.addLayout(self._answer)
        column.addLayout(self._question)
        self._actions = QWidget()
        self._lay_actions(QVBoxLayout(self._actions))
        column.addWidget(self._actions)
        self._past = write(words("Notes and history"), 14, Weight.SEMIBOLD)
        column.addWidget(rule())
        column.addWidget(self._past)
        column.addWidget(self.note)
        column.addLayout(self._history)
        column.addStretch()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolled(inner))

    def _lay_actions(self, column: QVBoxLayout) -> None:
        words = self._desk.words
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        pairs = (
            (("E", words("Seen"), "check"), ("Z", words("Put off"), "clock")),
            (("A", words("Assign"), "user-plus"), ("R", words("Settled"), "circle-check")),
            (("N", words("Tell the customers"), "mail"), ("C", words("Claim it"), "hand-coins")),
        )
        for pair in pairs:
            row = QHBoxLayout()
            row.setSpacing(8)
            for key, name, icon in pair:
                button = Button(self._desk.look, name, key=key, icon=icon)
                button.clicked.connect(lambda _=False, key=key: self.verb.emit(key))
                self.buttons[key] = button
                row.addWidget(button, 1)
            column.addLayout(row)

    # Showing

    def show_group(self, group: Group, count: int, first: ShipmentRow | None) -> None:
        """`count`: how many of it are ticked; `first`: one of them, for the reason in full."""
        words = self._desk.words
        said = self._say.group(group)
        self.title.setText(f"{words.number(count)} × {said.title}" if count != 1 else said.title)
        about = [said.span, words("Cause: {cause}", cause=said.cause.lower()), *group.owners]
        self._about.setText(" · ".join(about))
        empty(self._answer)
        if first is not None and first.anomalies:
            worst = first.anomalies[0]
            sentence = self._desk.terms.anomaly_words(worst, now=self._desk.clock())
            self._answer.addWidget(
                Answer(MARKS[worst.severity], f"{sentence.rstrip('.')}.", words(worst.step))
            )
        back = {Standing.SNOOZED: words("Wake"), Standing.SEEN: words("Seen")}
        self.buttons["E"].setVisible(group.standing is Standing.OPEN)
        self.buttons["Z"].setText(
            back.get(group.standing, "") if group.standing is Standing.SNOOZED else words("Put off")
        )
        for button in self.buttons.values():
            button.setEnabled(count > 0)
        note = (
            words("Add a note for {n} parcels", n=words.number(count)) if count > 1 else words("Add a note")
        )
        self.note.setPlaceholderText(note)

    def show_history(self, items: Sequence[HistoryItem]) -> None:
        empty(self._history)
        for item in items[:_HISTORY]:
            self._history.addWidget(self._item(item))

    def _item(self, item: HistoryItem) -> QWidget:
        words = self._desk.words
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(write(self._what(item), 14, wrap=True, tone="muted" if item.withdrawn else ""))
        who = item.by or item.station
        when = words.moment(item.at, now=self._desk.clock())
        several = [words("{n} parcels", n=item.shipments)] if item.shipments > 1 else []
        column.addWidget(write(" · ".join([who, when, *several]), 12, tone="muted"))
        return box

    def _what(self, item: HistoryItem) -> str:
        words = self._desk.words
        until = words.moment(item.until, now=self._desk.clock()) if item.until else ""
        said = {
            CareVerb.NOTE: item.text,
            CareVerb.ACKNOWLEDGE: words("Seen"),
            CareVerb.RESOLVE: words("Settled"),
            CareVerb.ASSIGN: words("Assigned to {name}", name=item.text)
            if item.text
            else words("Assigned to nobody"),
            CareVerb.SNOOZE: words("Put off until {when}", when=until) if until else words("Woken"),
            CareVerb.CONTEST: words("The customer says that it did not arrive"),
        }[item.verb]
        return words("{what} (taken back)", what=said) if item.withdrawn else said

    # Asking

    def ask(self, question: Reason, then: Callable[[str], None]) -> None:
        """An inline question in place of the actions, until it is answered or cancelled."""
        self.drop_question()
        question.setProperty("part", "card")
        question.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._actions.hide()
        self._question.addWidget(question)
        question.cancelled.connect(self.drop_question)
        question.cancelled.connect(self.dropped)
        question.confirmed.connect(then)
        question.show()
        question.setFocus()

    @property
    def asks(self) -> bool:
        return self._question.count() > 0

    def drop_question(self) -> None:
        empty(self._question)
        self._actions.show()

    def _note(self) -> None:
        if text := self.note.text().strip():
            self.noted.emit(text)
            self.note.clear()
