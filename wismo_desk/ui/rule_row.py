"""One shipping rule as a sentence: on or off, its place in the order, and its fields while it is edited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from wismo_desk.domain.carrier import CarrierInfo
from wismo_desk.domain.rules import Rule
from wismo_desk.flows.rule_words import goes_words, rule_words
from wismo_desk.ui.detail_parts import IconButton
from wismo_desk.ui.page_checks import Check
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.parts import Button, write
from wismo_desk.ui.rule_fields import RuleFields
from wismo_desk.ui.theme import Weight, set_tone


class RuleRow(QFrame):
    """`changed` carries the rule, `moved` -1 or 1; the card owns the order."""

    changed = Signal(object)  # Rule
    moved = Signal(int)
    removed = Signal()
    opened = Signal()

    def __init__(self, desk: Desk, rule: Rule, number: int, of: int, carriers: Sequence[CarrierInfo]) -> None:
        super().__init__()
        self._desk, self._carriers, self.rule = desk, carriers, rule
        words = desk.words
        self.setProperty("part", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.fields: RuleFields | None = None
        self.on = Check(desk.look, "")
        self.on.setAccessibleName(words("Rule {number} is in force", number=number))
        self.on.setFixedWidth(22)
        self.on.setChecked(rule.on)
        self.sentence = write("", 14, Weight.MEDIUM, wrap=True)
        self.target = write("", 14, wrap=True)
        self.count = write("", 13, tone="muted")
        self.up = IconButton(desk.look, "chevron-up", words("Move rule {number} up", number=number))
        self.down = IconButton(desk.look, "chevron-down", words("Move rule {number} down", number=number))
        self.edit = Button(desk.look, words("Change"), small=True)
        self.edit.setAccessibleName(words("Change rule {number}", number=number))
        away = IconButton(desk.look, "x", words("Remove rule {number}", number=number))
        self.up.setEnabled(number > 1)
        self.down.setEnabled(number < of)
        self._lay_out(away)
        self._say()
        self.on.toggled.connect(self._switch)
        self.up.clicked.connect(lambda: self.moved.emit(-1))
        self.down.clicked.connect(lambda: self.moved.emit(1))
        self.edit.clicked.connect(self.opened)
        away.clicked.connect(self.removed)

    def _lay_out(self, away: IconButton) -> None:
        said = QVBoxLayout()
        said.setSpacing(2)
        said.addWidget(self.sentence)
        said.addWidget(self.target)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.on, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(said, 1)
        top.addWidget(self.count, 0, Qt.AlignmentFlag.AlignVCenter)
        for part in (self.edit, self.up, self.down, away):
            top.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 10, 8, 10)
        self._column.setSpacing(8)
        self._column.addLayout(top)

    def show_count(self, count: int) -> None:
        """How many of the waiting orders this rule takes."""
        words = self._desk.words
        self.count.setText(words("{count} waiting", count=words.number(count)) if count else "")

    def open(self) -> None:
        """Show the fields below the sentence, which follows what is typed."""
        if self.fields is not None:
            return
        self.fields = RuleFields(self._desk, self.rule, self._carriers)
        self.fields.changed.connect(self._edited)
        self.fields.finished.connect(self.fold)
        self._column.addWidget(self.fields)
        self.edit.hide()
        set_tone(self, "chosen", "true")
        first = self.fields.fields[0].subject if self.fields.fields else self.fields.more
        first.setFocus()

    def fold(self) -> None:
        if self.fields is None:
            return
        fields, self.fields = self.fields, None
        self._column.removeWidget(fields)
        fields.hide()
        fields.deleteLater()
        self.edit.show()
        self.edit.setFocus()
        set_tone(self, "chosen", "false")

    def _edited(self, rule: Rule) -> None:
        self.rule = replace(rule, on=self.rule.on)
        self._say()
        self.changed.emit(self.rule)

    def _switch(self, on: bool) -> None:
        self.rule = replace(self.rule, on=on)
        self._say()
        self.changed.emit(self.rule)

    def _say(self) -> None:
        words, names = self._desk.words, self._desk.names
        self.sentence.setText(rule_words(self.rule, words))
        goes = goes_words(self.rule, words, lambda c, s: (names.carrier(c), f"· {names.service(c, s)}"))
        rest = ""
        if not self.rule.is_whole:
            rest = words("Not finished: it decides nothing yet.")
        elif not self.rule.on:
            rest = words("Off.")
        self.target.setText(f"→ {goes}" + (f"   {rest}" if rest else ""))
        set_tone(self.target, "tone", "warn" if not self.rule.is_whole else "" if self.rule.on else "muted")
        set_tone(self.sentence, "tone", "" if self.rule.on else "muted")
