"""Above the claims: chips for what is open, and the money of all of them; the months behind a button."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from wismo_desk.domain.claim import ClaimRow, Sum, whole
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import empty
from wismo_desk.ui.parts import LEFT, RIGHT, Button, Chip, Choice, Elided, write
from wismo_desk.ui.theme import Figures, Weight

VIEWS: Final = ("open", "over", "all")
_MONTHS: Final = 18
_FIGURES: Final = 2  # columns from there on


class ClaimsBar(QFrame):
    """`chosen` after a chip or a carrier was picked."""

    chosen = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.view_key = "open"
        words = desk.words
        self.setProperty("part", "bar")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(8)
        column.addLayout(row)
        names = {"open": words("Under way"), "over": words("Ended"), "all": words("All claims")}
        group = QButtonGroup(self)
        self.chips: dict[str, Chip] = {}
        for key in VIEWS:
            chip = self.chips[key] = Chip(desk.look, names[key], 0)
            group.addButton(chip)
            chip.clicked.connect(lambda _=False, key=key: self.show_view(key))
            row.addWidget(chip)
        self.chips["open"].setChecked(True)
        self.carriers = Choice(desk.look, words("Carrier"))
        self.carriers.addItem(words("All carriers"), "")
        self.carriers.currentIndexChanged.connect(lambda _: self.chosen.emit())
        row.addWidget(self.carriers)
        self.money = Elided("", 13, tone="muted")
        self.months = Button(desk.look, words("By month"), icon="chart-column", key="B", small=True)
        self.months.clicked.connect(self.toggle_months)
        row.addWidget(self.money, 1)
        row.addWidget(self.months)
        self._table = QWidget()
        self._grid = QGridLayout(self._table)
        self._grid.setContentsMargins(0, 4, 0, 4)
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(4)
        column.addWidget(self._table)
        self._table.hide()
        self._sums: tuple[Sum, ...] = ()

    @property
    def is_open(self) -> bool | None:
        return {"open": True, "over": False}.get(self.view_key)

    @property
    def carrier(self) -> str:
        return str(self.carriers.currentData() or "")

    def show_view(self, key: str) -> None:
        self.view_key = key
        self.chips[key].setChecked(True)
        self.chosen.emit()

    def show_counts(self, rows: Sequence[ClaimRow]) -> None:
        """`rows`: all there are."""
        over = sum(row.claim.is_over for row in rows)
        counts = {"open": len(rows) - over, "over": over, "all": len(rows)}
        for key, chip in self.chips.items():
            chip.set_count(counts[key])
        known = {self.carriers.itemData(n) for n in range(self.carriers.count())}
        for code, name in sorted({(row.claim.carrier, row.carrier_name) for row in rows}):
            if code not in known:
                self.carriers.addItem(name, code)
        self.carriers.setVisible(self.carriers.count() > 2)

    def show_sums(self, found: Sequence[Sum]) -> None:
        words, total = self._desk.words, whole(found)
        self._sums = tuple(found)
        self.months.setVisible(bool(found))
        if not found:
            self.money.setText("")
            return
        asked, received = (words.money(cents, total.currency) for cents in (total.asked, total.received))
        self.money.setText(words("{received} received of {asked} asked", received=received, asked=asked))
        self._fill()

    def toggle_months(self) -> None:
        self._table.setVisible(self._table.isHidden())

    def _fill(self) -> None:
        words = self._desk.words
        empty(self._grid)
        heads = (
            words("Month"),
            words("Carrier"),
            words("Claims"),
            words("Asked"),
            words("Accepted"),
            words("Received"),
        )
        for n, head in enumerate(heads):
            self._put(write(head, 12, Weight.MEDIUM, tone="muted"), 0, n)
        for row, one in enumerate(self._sums[:_MONTHS], start=1):
            money = [words.money(cents, one.currency) for cents in (one.asked, one.accepted, one.received)]
            for n, said in enumerate((_month(one.month), one.carrier, words.number(one.claims), *money)):
                self._put(write(said, 13, figures=Figures.TABULAR), row, n)
        self._grid.setColumnStretch(len(heads), 1)

    def _put(self, cell: QWidget, row: int, column: int) -> None:
        """Figures stand at the right."""
        self._grid.addWidget(cell, row, column, RIGHT if column >= _FIGURES else LEFT)


def _month(key: str) -> str:
    """ "2026-11" as "11/2026"."""
    year, _, month = key.partition("-")
    return f"{month}/{year}"
