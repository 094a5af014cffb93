"""Says which column of an unknown file is which field of ours, with the file's own values beside each."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from wismo_desk.flows.intake_words import UNCLEAR_STATE
from wismo_desk.ui.page_asks import IntakeLook
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.parts import Button, Choice, Elided, Kind, write
from wismo_desk.ui.theme import Weight

TWICE: Final = (
    "The column “{column}” is chosen for two fields, “{first}” and “{second}”. A column holds one of them."
)
_EITHER = ("sku", "ean")  # one of them names what was bought


class ColumnChooser(QWidget):
    """`confirmed` carries our field's key to their column's name; it is remembered for the next such file."""

    confirmed = Signal(object)  # dict[str, str]
    cancelled = Signal()

    def __init__(self, desk: Desk, look: IntakeLook) -> None:
        super().__init__()
        self._look = look
        words = desk.words
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(write(words("Which column is what?"), 16, Weight.SEMIBOLD))
        told = words("This file is new here. Say it once: files with the same columns come in by themselves.")
        column.addWidget(write(told, 13, tone="muted", wrap=True))
        if look.unclear:
            column.addWidget(write(words(UNCLEAR_STATE, column=look.unclear), 13, tone="warn", wrap=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        self._choices: dict[str, Choice] = {}
        self._samples: dict[str, Elided] = {}
        for row, (key, sentence, required) in enumerate(look.fields):
            name = words(sentence) + (" *" if required else "")
            choice = Choice(desk.look, name)
            choice.addItem("—", "")
            for header in look.header:
                choice.addItem(header, header)
            choice.setCurrentIndex(max(0, choice.findData(look.mapping.get(key, ""))))
            choice.currentIndexChanged.connect(lambda _: self._check())
            sample = Elided("", 12, tone="muted")
            grid.addWidget(write(name, 13, wrap=True), 2 * row, 0)
            grid.addWidget(choice, 2 * row, 1)
            grid.addWidget(sample, 2 * row + 1, 1)
            self._choices[key], self._samples[key] = choice, sample
        column.addLayout(grid)
        self._missing = write("", 13, tone="warn", wrap=True)
        column.addWidget(self._missing)
        self.confirm = Button(desk.look, words("Take in"), kind=Kind.PRIMARY)
        back = Button(desk.look, words("Back"))
        self.confirm.clicked.connect(lambda: self.confirmed.emit(self.mapping))
        back.clicked.connect(self.cancelled)
        buttons = QHBoxLayout()
        buttons.addWidget(self.confirm, 1)
        buttons.addWidget(back)
        column.addLayout(buttons)
        self._words = words
        self._check()

    @property
    def mapping(self) -> dict[str, str]:
        return {key: choice.currentData() for key, choice in self._choices.items() if choice.currentData()}

    def choose(self, key: str, header: str) -> None:
        """Give one of our fields a column."""
        choice = self._choices[key]
        choice.setCurrentIndex(choice.findData(header))

    @property
    def missing(self) -> tuple[str, ...]:
        """Sentences of the fields that are needed and have no column."""
        chosen = self.mapping
        has_item = any(key in chosen for key in _EITHER)
        return tuple(
            sentence
            for key, sentence, required in self._look.fields
            if required and key not in chosen and not (key in _EITHER and has_item)
        )

    @property
    def twice(self) -> tuple[str, str, str] | None:
        """The first column that two fields have, and the sentences of both."""
        sentences = {key: sentence for key, sentence, _ in self._look.fields}
        first: dict[str, str] = {}
        for key, column in self.mapping.items():
            if first.setdefault(column, key) != key:
                return column, sentences[first[column]], sentences[key]
        return None

    def _check(self) -> None:
        for key, choice in self._choices.items():
            header = choice.currentData()
            at = self._look.header.index(header) if header else -1
            values = [row[at] for row in self._look.sample if 0 <= at < len(row) and row[at]]
            self._samples[key].setText(" · ".join(values))
        missing = ", ".join(self._words(sentence) for sentence in self.missing)
        twice = self.twice
        said = []
        if twice is not None:
            column, first, second = twice
            first, second = self._words(first), self._words(second)
            said.append(self._words(TWICE, column=column, first=first, second=second))
        if missing:
            said.append(self._words("Still needed: {fields}", fields=missing))
        self._missing.setText("\n".join(said))
        self.confirm.setEnabled(not said)
