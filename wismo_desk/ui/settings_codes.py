"""Codes of carriers that nobody mapped: what each means is said once, and history is read again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from wismo_desk.background.lanes import Lane
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.domain.watching import UnmappedCode
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_checks import Check
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Outcome, empty
from wismo_desk.ui.parts import Button, Card, Choice, Elided, write
from wismo_desk.ui.settings_password import still

_SHOWN = 20
_NEVER_SAID = (TrackingStatus.PLANNED, TrackingStatus.UNKNOWN)


class Classify(Protocol):
    """flows.classify.Classify."""

    def unmapped(self) -> Sequence[UnmappedCode]: ...

    def __call__(
        self, code: UnmappedCode, status: TrackingStatus, *, these_words_only: bool = False
    ) -> Changes: ...

    def take_back(self, code: UnmappedCode) -> Changes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeAsks:
    classify: Classify
    changed: Callable[[Changes], object]


class CodesCard(Card):
    """The most frequent ones; a line goes once its meaning is kept, and can be taken back for as long as it shows."""

    def __init__(self, desk: Desk, asks: CodeAsks, refuse: Callable[[Exception], None]) -> None:
        words = desk.words
        super().__init__(words("Codes to classify"), aside=words("what carriers said and nobody mapped"))
        self._desk, self._asks, self._refuse = desk, asks, refuse
        self.outcome = Outcome()
        self.none = write(words("Every code that carriers sent is known."), 14, tone="muted", wrap=True)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self.body.addWidget(self.outcome)
        self.body.addWidget(self.none)
        self.body.addLayout(self._rows)
        self.start()

    def start(self) -> None:
        self._desk.run(Lane.READ, self._asks.classify.unmapped, still(self, self.show_codes), self._refuse)

    def show_codes(self, codes: Sequence[UnmappedCode]) -> None:
        empty(self._rows)
        self.none.setVisible(not codes)
        for code in codes[:_SHOWN]:
            self._rows.addWidget(self._row(code))
        if len(codes) > _SHOWN:
            more = self._desk.words("and {count} more", count=self._desk.words.number(len(codes) - _SHOWN))
            self._rows.addWidget(write(more, 13, tone="muted"))

    def _row(self, code: UnmappedCode) -> QWidget:
        desk, words = self._desk, self._desk.words
        said = self.said(code)
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(12)
        name = Elided(said, 14)
        name.setToolTip(code.label)
        choice = Choice(desk.look, words("What {code} means", code=code.code or code.label))
        choice.addItem(words("Choose what it means"), "")
        for status in TrackingStatus:
            if status not in _NEVER_SAID:
                choice.addItem(desk.terms.status[status], status.value)
        choice.addItem(words("Only a message, no scan"), TrackingStatus.UNKNOWN.value)
        only = Check(desk.look, words("with these words only"))
        only.setVisible(bool(code.code))
        keep = Button(desk.look, words("Keep"), small=True)
        keep.setEnabled(False)
        choice.activated.connect(lambda _: keep.setEnabled(bool(choice.currentData())))
        keep.clicked.connect(
            lambda: self._keep(code, TrackingStatus(str(choice.currentData())), only=only.isChecked())
        )
        line.addWidget(name, 2)
        line.addWidget(choice, 1)
        line.addWidget(only)
        line.addWidget(keep)
        return row

    def said(self, code: UnmappedCode) -> str:
        """Carrier, code, its words, and how often: what a supervisor needs to know it again."""
        words = self._desk.words
        carrier = self._desk.names.carrier(code.carrier)
        often = words("{count} times", count=words.number(code.times)) if code.times > 1 else words("once")
        last = words.moment(code.last_at, now=self._desk.clock())
        return " · ".join(
            filter(None, (carrier, code.code, f"“{code.label}”" if code.label else "", often, last))
        )

    def _keep(self, code: UnmappedCode, status: TrackingStatus, *, only: bool) -> None:
        work = partial(self._asks.classify, code, status, these_words_only=only)
        self._desk.run(Lane.STATION, work, still(self, partial(self._kept, code)), self._refuse)

    def _kept(self, code: UnmappedCode, changes: Changes) -> None:
        words = self._desk.words
        self.outcome.say(
            Mark.OK,
            words("Kept: {code}", code=code.code or code.label),
            words("{count} shipments were read again.", count=words.number(len(changes.shipments))),
        )
        back = Button(self._desk.look, words("Undo"), icon="undo-2", small=True)
        back.clicked.connect(lambda: self._take_back(code))
        self.outcome.add(back)
        self._asks.changed(changes)
        self.start()

    def _take_back(self, code: UnmappedCode) -> None:
        def done(changes: Changes) -> None:
            self.outcome.clear()
            self._asks.changed(changes)
            self.start()

        self._desk.run(
            Lane.STATION, lambda: self._asks.classify.take_back(code), still(self, done), self._refuse
        )
