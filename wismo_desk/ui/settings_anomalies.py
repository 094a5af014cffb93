"""Réglages → Règles d'alerte: the rules, one of them as a draft, and what the draft would have done last week."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from wismo_desk.background.lanes import Lane
from wismo_desk.domain.anomaly_kinds import AnomalyKind
from wismo_desk.domain.anomaly_rules import Rule, Unit
from wismo_desk.domain.carrier import CarrierInfo
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.rule_effect import Effect
from wismo_desk.ui.anomaly_editor import AnomalyEditor
from wismo_desk.ui.anomaly_effect import AnomalyEffect
from wismo_desk.ui.anomaly_rule_list import RuleLine
from wismo_desk.ui.anomaly_rule_words import unit_names
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Outcome, on_key, scrolled
from wismo_desk.ui.parts import Button, Kind, write
from wismo_desk.ui.settings_password import still
from wismo_desk.ui.theme import Weight

LANE: Final = "anomaly_rules"  # a week played again takes a second or two: nothing else waits for it
_REST_MS: Final = 250
_NARROW: Final = 1250


class AnomalyRules(Protocol):
    """flows/anomaly_rules.py."""

    def book(self) -> tuple[Rule, ...]: ...

    def fired(self) -> dict[AnomalyKind, int]: ...

    def effect(self, rule: Rule, /) -> Effect: ...

    def save(self, rule: Rule, /) -> Changes: ...

    def reset(self, kind: AnomalyKind, /) -> Changes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AnomalyAsks:
    rules: AnomalyRules
    changed: Callable[[Changes], object]


class AnomalyPane(QWidget):
    """Nothing is saved before somebody says so; what was saved can be taken back."""

    def __init__(
        self, desk: Desk, asks: AnomalyAsks, carriers: Sequence[CarrierInfo], *cards: QWidget
    ) -> None:
        """`cards`: what is set beside the rules, below them."""
        super().__init__()
        self._cards = cards
        self._desk, self._asks = desk, asks
        self._book: dict[AnomalyKind, Rule] = {}
        self._fired: dict[AnomalyKind, int] = {}
        self._at: AnomalyKind | None = None
        self._before: Rule | None = None
        self._turn = 0
        self.lines: dict[AnomalyKind, RuleLine] = {}
        self.editor = AnomalyEditor(desk, carriers)
        self.effect = AnomalyEffect(desk)
        self.outcome = Outcome()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_REST_MS)
        self._soon.timeout.connect(self._ask)
        self.editor.edited.connect(lambda _: self._touched())
        self._lay_out()

    def _lay_out(self) -> None:
        words = self._desk.words
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._list())
        right = QVBoxLayout()
        right.setContentsMargins(24, 16, 24, 0)
        right.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(8)
        self.title = write("", 22, Weight.SEMIBOLD)
        self.save = Button(self._desk.look, words("Save"), key="Ctrl S", kind=Kind.PRIMARY)
        self.discard = Button(self._desk.look, words("Discard"))
        self.reset = Button(self._desk.look, words("As it came"), kind=Kind.GHOST)
        self.save.clicked.connect(self._save)
        self.discard.clicked.connect(lambda: self._choose(self._at))
        self.reset.clicked.connect(self._reset)
        head.addWidget(self.title, 1)
        for button in (self.reset, self.discard, self.save):
            head.addWidget(button)
        right.addLayout(head)
        right.addWidget(self.outcome)
        inner = QWidget()
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight, inner)
        self._both.setContentsMargins(0, 0, 0, 16)
        self._both.setSpacing(16)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(self.editor)
        for card in self._cards:
            column.addWidget(card)
        column.addStretch()
        self._both.addWidget(left, 3)
        self._both.addWidget(self.effect, 2)
        right.addWidget(scrolled(inner), 1)
        row.addLayout(right, 1)
        on_key(self, "Ctrl+S", self._save)

    def _list(self) -> QFrame:
        words = self._desk.words
        frame = QFrame()
        frame.setProperty("part", "panel")
        frame.setFixedWidth(288)
        column = QVBoxLayout(frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(16, 16, 16, 8)
        self._count = write("", 16, Weight.SEMIBOLD)
        head.addWidget(self._count)
        head.addWidget(write(words("with the alarms of the last seven days"), 12, tone="muted"))
        column.addLayout(head)
        inner = QWidget()
        self._rows = QVBoxLayout(inner)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        self._rows.addStretch()
        self._group = QButtonGroup(self)
        column.addWidget(scrolled(inner), 1)
        foot = words("No rule counts weekends or public holidays.")
        said = write(foot, 12, tone="muted", wrap=True)
        said.setContentsMargins(16, 8, 16, 12)
        column.addWidget(said)
        return frame

    # Reading

    def start(self) -> None:
        """When it is looked at; a draft that somebody works on stays."""
        work = partial(_look, self._asks.rules)
        self._desk.run(Lane.READ, work, still(self, lambda got: self._show(*got)), self._fail)

    def _show(self, book: tuple[Rule, ...], fired: dict[AnomalyKind, int]) -> None:
        draft = self.editor.draft if self._is_touched else None
        self._book, self._fired = {rule.kind: rule for rule in book}, fired
        self._count.setText(self._desk.words("{n} rules", n=len(book)))
        for n, rule in enumerate(book):
            line = self.lines.get(rule.kind)
            if line is None:
                line = self.lines[rule.kind] = RuleLine(self._desk, rule, 0)
                line.clicked.connect(lambda _=False, kind=rule.kind: self._choose(kind))
                self._group.addButton(line)
                self._rows.insertWidget(n, line)
            line.show_rule(rule, fired.get(rule.kind, 0))
        if draft is None and book:
            self._choose(self._at or book[0].kind)

    def _choose(self, kind: AnomalyKind | None) -> None:
        if kind is None:
            return
        self._at = kind
        self.lines[kind].setChecked(True)
        self.title.setText(self._desk.terms.anomaly[kind])
        self.editor.show_rule(self._book[kind])
        self._touched()

    @property
    def _is_touched(self) -> bool:
        return self._at is not None and self.editor.draft != self._book.get(self._at)

    def _touched(self) -> None:
        self.save.setEnabled(self._is_touched)
        self.discard.setEnabled(self._is_touched)
        self._soon.start()

    def _ask(self) -> None:
        draft = self.editor.draft
        if draft is None:
            return
        self._turn += 1
        turn = self._turn
        self.effect.wait()

        def show(effect: Effect) -> None:
            self._show_effect(turn, draft, effect)

        done = still(self, show)
        self._desk.run(LANE, lambda: self._asks.rules.effect(draft), done, self._fail)

    def _show_effect(self, turn: int, draft: Rule, effect: Effect) -> None:
        if turn != self._turn:
            return
        first = next(iter(draft.by_zone.values()), draft.usual)
        short, _ = unit_names(self._desk.words)[draft.unit]
        self.effect.show_effect(
            effect, figure=first.watch if draft.unit is not Unit.NOTHING else None, unit=short
        )

    # Saving

    def _save(self) -> None:
        draft = self.editor.draft
        if draft is not None and self._is_touched:
            self._before = self._book[draft.kind]
            self._write(lambda: self._asks.rules.save(draft), self._desk.words("Saved."))

    def _reset(self) -> None:
        kind = self._at
        if kind is not None:
            self._before = self._book[kind]
            self._write(lambda: self._asks.rules.reset(kind), self._desk.words("As it came."))

    def _write(self, work: Callable[[], Changes], said: str) -> None:
        self._desk.run(
            Lane.STATION, work, still(self, lambda changes: self._saved(changes, said)), self._fail
        )

    def _saved(self, changes: Changes, said: str) -> None:
        words, before = self._desk.words, self._before
        self.outcome.say(Mark.OK, said, words("What is under way is judged again within a minute or two."))
        if before is not None:
            back = Button(self._desk.look, words("Undo"), icon="undo-2", small=True)
            back.clicked.connect(lambda: self._take_back(before))
            self.outcome.add(back)
        self.editor.draft = None
        self._asks.changed(changes)
        self.start()

    def _take_back(self, before: Rule) -> None:
        self._before = None
        self._write(lambda: self._asks.rules.save(before), self._desk.words("Undone."))

    def _fail(self, error: Exception) -> None:
        self.outcome.say(Mark.DANGER, self._desk.told(error))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._both.setDirection(way)


def _look(rules: AnomalyRules) -> tuple[tuple[Rule, ...], dict[AnomalyKind, int]]:
    return rules.book(), rules.fired()
