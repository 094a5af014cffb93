"""Fields of the page Chiffres: a day as people write it, and an amount that may be empty."""

from __future__ import annotations

import re
from datetime import date, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit

from wismo_desk.ui.theme import Figures, font, set_tone
from wismo_desk.words import Words

_FORMS = ("%d/%m/%Y", "%Y-%m-%d", "%d/%m/%y", "%d %b %Y", "%d.%m.%Y")


class DayField(QLineEdit):
    """`entered(date)`; what is no day gets the red border and changes nothing."""

    entered = Signal(object)

    def __init__(self, words: Words, name: str) -> None:
        super().__init__()
        self._words = words
        self._day: date | None = None
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setFont(font(13, figures=Figures.TABULAR))
        self.setFixedWidth(116)
        self.editingFinished.connect(self._read)

    def show_day(self, day: date) -> None:
        self._day = day
        self.setText(self._words.date(day))
        set_tone(self, "wrong", "false")

    def _read(self) -> None:
        day = read_day(self.text())
        if day is None:
            set_tone(self, "wrong", "true")
        elif day != self._day:
            self.show_day(day)
            self.entered.emit(day)


class AmountField(QLineEdit):
    """`entered(float or None)`: None when it was emptied. `digits` behind the comma, nothing above `most`."""

    entered = Signal(object)

    def __init__(self, words: Words, name: str, *, unit: str, digits: int, most: float) -> None:
        super().__init__()
        self._words, self._unit, self._digits, self._most = words, unit, digits, most
        self._amount: float | None = None
        self.setAccessibleName(name)
        self.setPlaceholderText("–")
        self.setFont(font(14, figures=Figures.TABULAR))
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFixedWidth(120)
        self.editingFinished.connect(self._read)

    def show_amount(self, amount: float | None) -> None:
        self._amount = amount
        said = (
            "" if amount is None else f"{self._words.number(amount, digits=self._digits)}\u00a0{self._unit}"
        )
        self.setText(said)
        set_tone(self, "wrong", "false")

    def _read(self) -> None:
        text = re.sub(r"[\s€%]", "", self.text()).replace(",", ".")
        try:
            amount = round(float(text), self._digits) if text else None
        except ValueError:
            amount = -1.0
        if amount is not None and not 0 <= amount <= self._most:
            set_tone(self, "wrong", "true")
        elif (amount or None) != self._amount:
            self.show_amount(amount or None)
            self.entered.emit(amount or None)


def read_day(text: str) -> date | None:
    for form in _FORMS:
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None
