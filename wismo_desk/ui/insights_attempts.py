"""Of which carriers an attempt counts as delivered: a chip for each, on the page Chiffres."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from wismo_desk.ui.parts import Chip, write
from wismo_desk.ui.theme import Look
from wismo_desk.words import Words

_ACROSS: Final = 7


class AttemptChips(QWidget):
    """`chosen(carrier, bool)` when somebody says otherwise than what is shown."""

    chosen = Signal(str, bool)

    def __init__(self, look: Look, words: Words, carriers: Sequence[tuple[str, str]]) -> None:
        """`carriers`: code and name."""
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(write(words("An attempt in time counts as delivered"), 14))
        grid = QGridLayout()
        grid.setSpacing(8)
        self._chips: dict[str, Chip] = {}
        for place, (code, name) in enumerate(carriers):
            chip = self._chips[code] = Chip(look, name)
            chip.setAccessibleDescription(words("An attempt in time counts as delivered"))
            chip.clicked.connect(lambda on, code=code: self.chosen.emit(code, on))
            grid.addWidget(chip, place // _ACROSS, place % _ACROSS)
        grid.setColumnStretch(_ACROSS, 1)
        column.addLayout(grid)

    def show_chosen(self, codes: Collection[str]) -> None:
        for code, chip in self._chips.items():
            chip.setChecked(code in codes)
