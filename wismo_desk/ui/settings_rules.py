"""Shipping rules as a supervisor reads them: sentences in their order, and what they would do to today's orders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from wismo_desk.domain.carrier import CarrierInfo
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.rules import CHEAPEST, Comparison, Condition, Preview, Rule, RuleBook, Subject
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Outcome, empty
from wismo_desk.ui.parts import Button, Card, Kind, write
from wismo_desk.ui.rule_fields import TargetChoice
from wismo_desk.ui.rule_preview import RulePreview
from wismo_desk.ui.rule_row import RuleRow
from wismo_desk.ui.settings_password import still
from wismo_desk.ui.theme import Weight

LANE = "rules"  # a preview reads every waiting order: nothing else waits for it
_REST_MS = 150
_UNDO_MS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAsks:
    """`save` takes the book and `apply`; `changed` hands on what it touched."""

    book: Callable[[], RuleBook]
    preview: Callable[[RuleBook], Preview]
    save: Callable[..., Changes]
    changed: Callable[[Changes], object]


class RulesCard(Card):
    """A draft beside the rules in force: nothing is saved before somebody says so, and that can be undone."""

    def __init__(self, desk: Desk, asks: RuleAsks, carriers: Sequence[CarrierInfo]) -> None:
        words = desk.words
        super().__init__(words("Shipping rules"), aside=words("the first one that holds decides"))
        self._desk, self._asks, self._carriers = desk, asks, [each for each in carriers if each.services]
        self.saved = RuleBook()
        self.draft = RuleBook()
        self._undo: tuple[RuleBook, bool] | None = None
        self._turn = self._moves = 0
        self.rows: list[RuleRow] = []
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self._otherwise = QHBoxLayout()
        self._otherwise.setSpacing(8)
        self.more = Button(desk.look, words("Add a rule"), icon="plus", small=True)
        self.more.clicked.connect(self.add)
        self.preview = RulePreview(desk)
        self.preview.hide()
        self.outcome = Outcome()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_REST_MS)
        self._soon.timeout.connect(self._ask)
        self._gone = QTimer(self)
        self._gone.setSingleShot(True)
        self._gone.setInterval(_UNDO_MS)
        self._gone.timeout.connect(self._forget_undo)
        self._lay_out()

    def _lay_out(self) -> None:
        words, look = self._desk.words, self._desk.look
        told = words(
            "An order goes with the first rule that holds for it. What somebody chose for one order stays, and so "
            "does what has its label."
        )
        self.body.addWidget(write(told, 13, tone="muted", wrap=True))
        self.body.addLayout(self._rows)
        self.body.addLayout(self._otherwise)
        row = QHBoxLayout()
        row.addWidget(self.more)
        row.addStretch()
        self.body.addLayout(row)
        self.body.addSpacing(8)
        self.body.addWidget(write(words("What would happen to today's orders"), 14, Weight.SEMIBOLD))
        self.body.addWidget(self.preview)
        self.apply = Button(
            look, words("Save, also for the orders that wait"), icon="check", kind=Kind.PRIMARY
        )
        self.save = Button(look, words("Save for new orders"))
        self.discard = Button(look, words("Discard"), kind=Kind.GHOST)
        self.undo = Button(look, words("Undo"), icon="undo-2", kind=Kind.GHOST)
        self.apply.clicked.connect(lambda: self._save(self.draft, apply=True))
        self.save.clicked.connect(lambda: self._save(self.draft, apply=False))
        self.discard.clicked.connect(self._discard)
        self.undo.clicked.connect(self._take_back)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.apply, self.save, self.discard):
            row.addWidget(button)
            button.hide()
        row.addStretch()
        row.addWidget(self.undo)
        self.undo.hide()
        self.body.addLayout(row)
        self.body.addWidget(self.outcome)

    # Reading

    def start(self) -> None:
        """When it is looked at: read the rules in force; a draft that somebody works on stays."""
        self._desk.run(LANE, self._asks.book, still(self, self._take), still(self, self._fail))

    def _take(self, book: RuleBook) -> None:
        if self.draft != self.saved:
            return
        self.saved = self.draft = book
        self._fill()
        self._ask()

    def _fail(self, error: Exception) -> None:
        self.outcome.say(Mark.DANGER, self._desk.told(error))

    def _fill(self, opened: int = -1) -> None:
        empty(self._rows)
        empty(self._otherwise)
        self.rows = []
        count = len(self.draft.rules)
        for place, rule in enumerate(self.draft.rules):
            row = RuleRow(self._desk, rule, place + 1, count, self._carriers)
            row.changed.connect(lambda rule, place=place: self._replace(place, rule))
            row.moved.connect(lambda way, place=place: self._move(place, way))
            row.removed.connect(lambda place=place: self._remove(place))
            row.opened.connect(lambda place=place: self._open(place))
            self._rows.addWidget(row)
            self.rows.append(row)
        words = self._desk.words
        self.default = TargetChoice(
            self._desk, self._carriers, self.draft.default, words("Service of all other orders")
        )
        self.default.activated.connect(lambda _: self._set(replace(self.draft, default=self.default.target)))
        self.default_count = write("", 13, tone="muted")
        self.default_count.hide()
        self._otherwise.addWidget(write(words("Otherwise"), 14, Weight.MEDIUM))
        self._otherwise.addWidget(write("→", 14, tone="muted"))
        self._otherwise.addWidget(self.default, 1)
        self._otherwise.addWidget(self.default_count)
        if opened >= 0:
            self._open(opened)

    # Editing

    def add(self) -> None:
        """A new rule at the end, open."""
        rule = Rule(
            conditions=(Condition(Subject.COUNTRY, Comparison.ONE_OF, "FR"),),
            target=self.draft.default if not self.draft.default.is_cheapest else CHEAPEST,
        )
        self._set(replace(self.draft, rules=(*self.draft.rules, rule)))
        self._fill(len(self.draft.rules) - 1)

    def _open(self, place: int) -> None:
        for number, row in enumerate(self.rows):
            if number != place:
                row.fold()
        self.rows[place].open()

    def _replace(self, place: int, rule: Rule) -> None:
        rules = self.draft.rules
        self._set(replace(self.draft, rules=(*rules[:place], rule, *rules[place + 1 :])))

    def _move(self, place: int, way: int) -> None:
        rules = list(self.draft.rules)
        rules.insert(place + way, rules.pop(place))
        self._set(replace(self.draft, rules=tuple(rules)))
        self._fill()
        moved = self.rows[place + way]
        wanted = moved.up if way < 0 else moved.down
        (wanted if wanted.isEnabled() else moved.edit).setFocus()

    def _remove(self, place: int) -> None:
        rules = self.draft.rules
        self._set(replace(self.draft, rules=(*rules[:place], *rules[place + 1 :])))
        self._fill()
        self.more.setFocus()

    def _set(self, book: RuleBook) -> None:
        self.draft = book
        self.outcome.clear()
        self._show_ways()
        self._soon.start()

    def _discard(self) -> None:
        self.draft = self.saved
        self._fill()
        self._show_ways()
        self._ask()
        self.more.setFocus()

    # What it would do

    def _ask(self) -> None:
        self._turn += 1
        turn, book = self._turn, self.draft
        self._desk.run(
            LANE,
            lambda: self._asks.preview(book),
            still(self, lambda preview: self._show(turn, preview)),
            still(self, self._fail),
        )

    def _show(self, turn: int, preview: Preview) -> None:
        if turn != self._turn:
            return
        self.preview.show_preview(preview)
        self.preview.show()
        for place, row in enumerate(self.rows):
            row.show_count(preview.counts.get(place, 0))
        words, left = self._desk.words, preview.counts.get(None, 0)
        self.default_count.setText(words("{count} waiting", count=words.number(left)))
        self.default_count.setVisible(bool(left))
        self._moves = len(preview.moved)
        self._show_ways()

    def _show_ways(self) -> None:
        """Buttons for what can be done now: nothing to save, nothing to press."""
        words = self._desk.words
        fresh = self.draft != self.saved
        said = words("Save, also for the orders that wait") if fresh else words("Send them by these rules")
        self.apply.setText(said)
        self.apply.setAccessibleName(said)
        self.apply.updateGeometry()
        self.apply.setVisible(bool(self._moves))
        self.save.setVisible(fresh)
        self.discard.setVisible(fresh)

    # Saving

    def _save(self, book: RuleBook, *, apply: bool, undo: bool = True) -> None:
        before = self.saved
        self._desk.run(
            LANE,
            lambda: self._asks.save(book, apply=apply),
            still(self, lambda changes: self._done(book, before if undo else None, apply, changes)),
            still(self, self._fail),
        )

    def _done(self, book: RuleBook, before: RuleBook | None, apply: bool, changes: Changes) -> None:
        words = self._desk.words
        self.saved = self.draft = book
        self._fill()
        count = len(changes.orders)
        rest = words("Orders that go another way now: {count}.", count=words.number(count)) if count else ""
        self.outcome.say(Mark.OK, words("Undone.") if before is None else words("Saved."), rest)
        self._undo = None if before is None else (before, apply)
        self.undo.setVisible(self._undo is not None)
        self._gone.start()
        self._asks.changed(changes)
        self._show_ways()
        self._ask()

    def _take_back(self) -> None:
        if self._undo is not None:
            before, applied = self._undo
            self._forget_undo()
            self._save(before, apply=applied, undo=False)

    def _forget_undo(self) -> None:
        self._undo = None
        self.undo.hide()
