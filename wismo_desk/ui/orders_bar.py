"""The bar over the orders: views as chips, and what can be done with the order that is selected."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QSizePolicy

from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.parts import Button, Chip, Kind

TO_FIX: Final = "to_fix"
_GIVE_WAY: Final = ("in_hand", "paused", "waiting", "packed", "shipped")


class OrdersBar(QFrame):
    """`chosen` carries the key of a view. `can_fix`: the desk looks the queue over and changes orders."""

    chosen = Signal(str)

    def __init__(self, desk: Desk, *, can_fix: bool) -> None:
        super().__init__()
        words, look = desk.words, desk.look
        self.setProperty("part", "bar")
        self.setFixedHeight(48)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        names = {
            "open": words("To pack"),
            TO_FIX: words("To correct"),
            "waiting": words("Waiting"),
            "in_hand": words("In hand"),
            "paused": words("Paused"),
            "packed": words("Fully packed"),
            "shipped": words("Shipped"),
            "all": words("All"),
        }
        group = QButtonGroup(self)
        self.chips: dict[str, Chip] = {}
        for key, name in names.items():
            if key == TO_FIX and not can_fix:
                continue
            chip = Chip(look, name, 0, mark=Mark.WARN) if key == TO_FIX else Chip(look, name)
            group.addButton(chip)
            chip.clicked.connect(lambda _=False, key=key: self.chosen.emit(key))
            row.addWidget(chip)
            self.chips[key] = chip
        self.chips["open"].setChecked(True)
        row.addStretch()
        self.edit = Button(look, words("Change"), key="M", small=True)
        self.edit.setAccessibleName(words("Change an order"))
        self.slip = Button(look, words("Packing slip"), icon="clipboard-list", key="B", small=True)
        self.pack = Button(look, words("Pack"), icon="package-check", small=True)
        self.take_in = Button(look, words("Take in a file"), icon="download", kind=Kind.PRIMARY, small=True)
        for button in (self.edit, self.slip, self.pack, self.take_in):
            row.addWidget(button)
        self.edit.setVisible(can_fix)
        for button in (self.edit, self.slip, self.pack):
            button.setEnabled(False)
        self._can_fix = can_fix

    @property
    def fixing(self) -> bool:
        """The list of what to correct is on view."""
        return TO_FIX in self.chips and self.chips[TO_FIX].isChecked()

    def fold(self, room: int, *, importing: bool) -> None:
        """Where the bar is too short for all, the views that another one contains give way. `room`: px beside the
        pane at the right."""
        self.take_in.setVisible(not importing)
        buttons = [self.slip, self.pack, *([self.edit] if self._can_fix else [])]
        shown = [w for w in (*self.chips.values(), *buttons) if w is not self.chips["open"]]
        room -= 40 + self.chips["open"].sizeHint().width()
        room -= 0 if importing else self.take_in.sizeHint().width() + 8
        needed = sum(w.sizeHint().width() + 8 for w in shown)
        for key in _GIVE_WAY:
            chip = self.chips[key]
            hidden = needed > room and not chip.isChecked()
            needed -= chip.sizeHint().width() + 8 if hidden else 0
            chip.setVisible(not hidden)
        self.slip.setVisible(needed <= room)
