"""Verbs for the ticked shipments, or for the one under the hand: a bar with its keys, questions without dialogs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from wismo_desk.background.lanes import Lane
from wismo_desk.ui.many_verbs import ManyVerbs
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Reason, on_key
from wismo_desk.ui.parts import Button, write
from wismo_desk.ui.shipments_asks import Done, GridAsks
from wismo_desk.ui.theme import Figures, Weight
from wismo_desk.ui.triage_asks import Handled
from wismo_desk.ui.triage_questions import owner_question, until_question

_WIDE: Final = 460


class ManyBar(QFrame):
    """`shipments` is asked when a key falls; shown while something is ticked. `done`: a sentence, and how to undo
    it (or None)."""

    changed = Signal(object)  # Changes
    done = Signal(str, object)
    failed = Signal(object)
    closed = Signal()  # the question is over: back to the rows

    def __init__(self, desk: Desk, asks: GridAsks, shipments: Callable[[], Sequence[UUID]]) -> None:
        super().__init__()
        self._desk, self._asks, self._shipments = desk, asks, shipments
        self._question: Reason | None = None
        self.setProperty("part", "bar")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        words = desk.words
        self.count = write("", 14, Weight.SEMIBOLD, figures=Figures.TABULAR)
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(8)
        row.addWidget(self.count)
        self.buttons: dict[str, Button] = {}
        self._verbs = ManyVerbs(desk, claim=asks.claim, tell=asks.tell, ask=self._open, close=self._close)
        for signal, mine in (
            (self._verbs.changed, self.changed),
            (self._verbs.done, self.done),
            (self._verbs.failed, self.failed),
        ):
            signal.connect(mine)
        told = ("N", "mail", words("Tell"), self.notify)
        claimed = ("C", "hand-coins", words("Claim it"), self.claim)
        for key, icon, said, slot in (
            ("E", "check", words("Seen"), self.acknowledge),
            ("Z", "clock", words("Put off"), self.snooze),
            ("A", "user-plus", words("Assign"), self.assign),
            ("M", "message-square", words("Note"), self.note),
            ("P", "refresh-cw", words("Ask the carrier"), self.ask_carriers),
            *((told,) if asks.tell else ()),
            *((claimed,) if asks.claim else ()),
            ("R", "printer", words("Print again"), self.reprint),
            ("V", "x", words("Void"), self.void),
        ):
            button = self.buttons[key] = Button(desk.look, said, icon=icon, key=key, small=True)
            button.clicked.connect(slot)
            row.addWidget(button)
        row.addStretch()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(line)
        self.hide()

    def bind(self, page: QWidget, *, taken: Sequence[str]) -> None:
        """The keys of the bar on its page, but those that the page gives out itself."""
        for key, button in self.buttons.items():
            if key not in taken:
                on_key(page, key, button.click)

    def show_count(self, count: int) -> None:
        """How many are ticked; with none the bar goes."""
        words = self._desk.words
        self.count.setText(words("{count} ticked", count=words.number(count)))
        if not count:
            self._close()
        self.setVisible(count > 0)

    # Verbs

    def acknowledge(self) -> None:
        self._care(self._desk.words("Seen"), self._asks.care.acknowledge)

    def snooze(self) -> None:
        words, care = self._desk.words, self._asks.care
        self._open(
            *until_question(
                self._desk, lambda until: self._care(words("Put off"), lambda some: care.snooze(some, until))
            )
        )

    def assign(self) -> None:
        self._desk.run(Lane.READ, self._asks.care.owners, self._ask_owner, self.failed.emit)

    def _ask_owner(self, owners: tuple[str, ...]) -> None:
        words, care = self._desk.words, self._asks.care
        self._open(
            *owner_question(
                self._desk,
                owners,
                lambda owner: self._care(words("Assigned"), lambda some: care.assign(some, owner)),
            )
        )

    def note(self) -> None:
        words, care = self._desk.words, self._asks.care
        question = Reason(self._desk, words("What shall be noted?"), (), words("Note it"))
        self._open(question, lambda text: self._care(words("Noted"), lambda some: care.note(some, text)))

    def reprint(self) -> None:
        words = self._desk.words
        reasons = (words("Torn or badly printed"), words("Lost between printer and parcel"))
        title = words("Why are these labels printed again? The numbers stay the same.")
        question = Reason(self._desk, title, reasons, words("Print again"))
        many = self._asks.many
        self._open(question, lambda why: self._many(lambda some: many.reprint(some, reason=why)))

    def void(self) -> None:
        words = self._desk.words
        reasons = (words("Order cancelled by the customer"), words("Wrong service or wrong address"))
        title = words("Why are these labels void?")
        question = Reason(self._desk, title, reasons, words("Void the labels"), danger=True)
        many = self._asks.many
        self._open(question, lambda why: self._many(lambda some: many.void(some, reason=why)))

    def ask_carriers(self) -> None:
        self._many(self._asks.many.ask_carriers)

    def notify(self) -> None:
        self._close()
        self._verbs.tell(self._chosen())

    def claim(self) -> None:
        self._close()
        self._verbs.claim(self._chosen())

    def _chosen(self) -> Callable[[], Sequence[UUID]]:
        """As they are now, whatever is ticked when the work is done."""
        some = tuple(self._shipments())
        return lambda: some

    # Doing it

    def _care(self, said: str, verb: Callable[[Sequence[UUID]], Handled]) -> None:
        self._close()
        if some := tuple(self._shipments()):
            self._desk.run(Lane.STATION, lambda: verb(some), partial(self._handled, said), self.failed.emit)

    def _handled(self, said: str, handled: Handled) -> None:
        words = self._desk.words
        self.changed.emit(handled.changes)
        self.done.emit(
            words("{what}: {count} shipments", what=said, count=words.number(handled.shipments)),
            lambda: self._undo(handled),
        )

    def _undo(self, handled: Handled) -> None:
        self._desk.run(
            Lane.STATION,
            lambda: self._asks.care.undo(handled),
            lambda back: self.changed.emit(back.changes),
            self.failed.emit,
        )

    def _many(self, verb: Callable[[Sequence[UUID]], Done]) -> None:
        self._close()
        if some := tuple(self._shipments()):
            self._desk.run(Lane.STATION, lambda: verb(some), self._did, self.failed.emit)

    def _did(self, found: Done) -> None:
        words = self._desk.words
        if self._asks.on_print_many is not None:
            self._asks.on_print_many(found.jobs)
        else:
            for job in found.jobs:
                self._asks.on_print(job)
        self.changed.emit(found.changes)
        said = words("{count} parcels done", count=words.number(found.count))
        if found.refused:
            number, error = found.refused[0]
            said = words(
                "{said}, {refused} not. Order {number}: {why}",
                said=said,
                refused=len(found.refused),
                number=number,
                why=self._desk.told(error),
            )
        self.done.emit(said, None)

    # Questions

    def _open(self, question: Reason, then: Callable[[Any], None]) -> None:
        self._close()
        if not self._shipments():
            question.deleteLater()
            return
        self._question = question
        question.setMaximumWidth(_WIDE)
        question.confirmed.connect(then)
        question.cancelled.connect(self._close)
        self._column.addWidget(question)
        self.show()
        question.show()
        question.setFocus()

    def _close(self) -> None:
        question, self._question = self._question, None
        if question is not None:
            question.hide()
            question.deleteLater()
            self.closed.emit()
