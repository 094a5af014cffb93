"""Whether what a rule sends is insured, and up to what: ticked beside what the chosen service insures at most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from wismo_desk.domain.carrier import CarrierInfo
from wismo_desk.domain.cell_values import read_amount
from wismo_desk.domain.rules import Target
from wismo_desk.ui.page_checks import Check
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.parts import write
from wismo_desk.ui.theme import font, set_tone

_AMOUNT_WIDTH: Final = 110


class InsuranceFields(QWidget):
    """`insured_to` as a rule keeps it: cents, 0 for no bound, None for no insurance. An amount that cannot be read
    leaves the bound as it was."""

    changed = Signal()

    def __init__(self, desk: Desk, insured_to: int | None, carriers: Sequence[CarrierInfo]) -> None:
        super().__init__()
        self._words, self._carriers = desk.words, carriers
        self._kept = insured_to or 0
        words = desk.words
        self.on = Check(desk.look, words("insured for the value of the goods"))
        self.on.setChecked(insured_to is not None)
        self.on.toggled.connect(lambda _: self._toggled())
        self.most = QLineEdit("" if not insured_to else words.money(insured_to).replace("\u202f", ""))
        self.most.setFont(font(14))
        self.most.setFixedWidth(_AMOUNT_WIDTH)
        self.most.setPlaceholderText(words("no bound"))
        self.most.setAccessibleName(words("Insured at most for"))
        self.most.setEnabled(insured_to is not None)
        self.most.textEdited.connect(lambda _: self._edited())
        self.hint = write("", 12, tone="muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(36, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.on)
        row.addWidget(write(words("at most"), 14, tone="muted"))
        row.addWidget(self.most)
        row.addWidget(self.hint, 1)

    @property
    def insured_to(self) -> int | None:
        return self._kept if self.on.isChecked() else None

    def offer(self, target: Target, *, untick: bool = False) -> None:
        """What this service insures. `untick`: another one was chosen just now."""
        most = self._most(target)
        if untick and not most:
            self.on.setChecked(False)
        self.on.setEnabled(bool(most) or self.on.isChecked())
        self.hint.setText(self._said(target, most))

    def _most(self, target: Target) -> int:
        """Of the cheapest nobody knows before: what any of them insures."""
        offers = {
            (info.code, service.code): service.insured_to
            for info in self._carriers
            for service in info.services
        }
        if target.is_cheapest:
            return max(offers.values(), default=0)
        return offers.get((target.carrier, target.service), 0)

    def _said(self, target: Target, most: int) -> str:
        words = self._words
        if not most:
            return words("This service cannot be insured from here.")
        if target.is_cheapest:
            return words("Where the service can be insured from here.")
        return words("This service: {amount} at most.", amount=words.money(most))

    def _toggled(self) -> None:
        self.most.setEnabled(self.on.isChecked())
        self.changed.emit()

    def _edited(self) -> None:
        text = self.most.text().strip()
        cents = read_amount(text) if text else 0
        set_tone(self.most, "wrong", "true" if cents is None else "false")
        if cents is not None:
            self._kept = cents
            self.changed.emit()
