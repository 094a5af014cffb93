"""Unknown outcomes: what may have been bought, printed or labelled twice, each a question closed by evidence or by a
person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from wismo_desk.background.lanes import Lane
from wismo_desk.domain.effect import Effect, EffectKind
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.watching import Doubt
from wismo_desk.ui import tray_questions
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_asks import Asked, Print, Resolve, Void
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Outcome, Reason, empty, on_key, scrolled
from wismo_desk.ui.parts import Blank, Button, write
from wismo_desk.ui.theme import Weight
from wismo_desk.ui.tray_cleared import Cleared
from wismo_desk.ui.tray_doubles import Doubles, Find
from wismo_desk.ui.tray_journal import TrayJournal
from wismo_desk.ui.tray_row import DoubtRow, IconWidget

_NARROW = 1500
_WITH_JOURNAL = 1060  # px of the page


class Banner(QWidget):
    """The one instruction of the tray, and what the last scan met."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._look = desk.look
        words = desk.words
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 16, 24, 16)
        row.setSpacing(24)
        row.addWidget(IconWidget(desk.look, "scan-barcode", 56, "accent"))
        column = QVBoxLayout()
        column.setSpacing(2)
        self._first = write(
            words("Scan the label that came out: its line closes by itself."), 22, Weight.SEMIBOLD, wrap=True
        )
        self._second = write(
            words("From any station. Nothing is printed or bought twice."), 14, tone="muted", wrap=True
        )
        column.addWidget(self._first)
        column.addWidget(self._second)
        row.addLayout(column, 1)

    def say(self, sentence: str) -> None:
        self._second.setText(sentence)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._look.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.accent, 2))
        painter.setBrush(theme.accent_tint)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)


class TrayPage(QWidget):
    """`scanned` is told every scan of the window; the bench's own flow is what settles the effect."""

    context_changed = Signal(str)
    changed = Signal(object)  # Changes
    counted = Signal(int)  # open questions, for the badge in the rail

    def __init__(
        self,
        desk: Desk,
        resolve: Resolve,
        on_print: Print,
        *,
        carriers: Callable[[str], str],
        twice: Find,
        void: Void,
    ) -> None:
        """`carriers` finds the lane's code of a carrier by the name in a Doubt; `twice` the parcels with two
        labels, of which `void` cancels one."""
        super().__init__()
        self._desk, self._resolve, self._on_print, self._code_of = desk, resolve, on_print, carriers
        self._rows: list[DoubtRow] = []
        self._chosen: UUID | None = None
        self._has_journal = False
        self._question: QWidget | None = None
        self._doubts: list[Doubt] = []
        self._tasks = 0
        words = desk.words
        self.banner = Banner(desk)
        self.outcome = Outcome()
        self.journal = TrayJournal(desk)
        self._list = QVBoxLayout()
        self._list.setSpacing(12)
        self._cleared = Cleared(desk)
        self.doubles = Doubles(desk, twice, void)
        self.doubles.changed.connect(self.changed)
        self.doubles.counted.connect(self._doubled)
        again = Button(desk.look, words("Look again"))
        again.clicked.connect(self.start)
        self._blank = Blank(desk.look, "circle-check", words("No outcome is unknown."), again)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(20, 20, 20, 20)
        column.setSpacing(12)
        for widget in (self.banner, self.outcome, self.doubles):
            column.addWidget(widget)
        column.addLayout(self._list)
        column.addWidget(self._blank)
        column.addWidget(self._cleared)
        column.addStretch(1)  # else the rows would share what is left
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._area = scrolled(inner)
        row.addWidget(self._area, 1)
        row.addWidget(self.journal)
        on_key(self, "R", self._first_way)
        on_key(self, "J", lambda: self._step(1))
        on_key(self, "K", lambda: self._step(-1))

    # Showing

    def start(self) -> None:
        """Read the open questions and what was settled today."""
        self._desk.run(
            Lane.READ,
            lambda: (self._resolve.doubts(), self._resolve.cleared_today()),
            lambda got: self._show(*got),
            self._fail,
        )
        self.doubles.start()

    def apply(self, changes: Changes) -> None:
        if changes.effects:
            self.start()
        elif changes.shipments:
            self.doubles.start()

    def _doubled(self, count: int) -> None:
        self._tasks = count
        self._say_context()

    def _show(self, doubts: list[Doubt], cleared: list[Doubt]) -> None:
        if self._question is not None and self._chosen in {d.effect.effect_id for d in doubts}:
            # Somebody is answering: only what is settled meanwhile is taken away, at the next turn.
            self._cleared.show_doubts(cleared)
            return
        self._drop_question()
        empty(self._list)
        now = self._desk.clock()
        self._rows = [DoubtRow(self._desk, doubt, now) for doubt in doubts]
        for row in self._rows:
            row.selected.connect(lambda row=row: self.choose(row.doubt.effect.effect_id))
            row.answered.connect(lambda way, row=row: self._answer(row, way))
            self._list.addWidget(row)
        known = {row.doubt.effect.effect_id for row in self._rows}
        if self._chosen not in known:
            self._chosen = self._rows[0].doubt.effect.effect_id if self._rows else None
        self.choose(self._chosen)
        self.banner.setVisible(any(d.effect.kind is EffectKind.LABEL_PRINTED for d in doubts))
        self._cleared.show_doubts(cleared)
        self._doubts = doubts
        self._say_context()

    def _say_context(self) -> None:
        words, doubts = self._desk.words, self._doubts
        self._blank.setVisible(not doubts and not self._tasks)
        prints = sum(1 for d in doubts if d.effect.kind is EffectKind.LABEL_PRINTED)
        parts = []
        if prints:
            parts.append(words("{count} labels", count=prints) if prints > 1 else words("1 label"))
        if other := len(doubts) - prints:
            parts.append(words("{count} purchases", count=other) if other > 1 else words("1 purchase"))
        if self._tasks:
            twice = words("{count} parcels with two labels", count=self._tasks)
            parts.append(twice if self._tasks > 1 else words("1 parcel with two labels"))
        self.context_changed.emit(", ".join(parts))
        self.counted.emit(len(doubts) + self._tasks)

    def choose(self, effect_id: UUID | None) -> None:
        """Select a question: its journal at the right, its button primary."""
        if effect_id != self._chosen:
            self._drop_question()
        self._chosen = effect_id
        found = None
        for row in self._rows:
            mine = row.doubt.effect.effect_id == effect_id
            row.choose(mine)
            found = row.doubt if mine else found
        self.journal.show_doubt(found)
        self._has_journal = found is not None
        self._place_journal()

    def _step(self, by: int) -> None:
        ids = [row.doubt.effect.effect_id for row in self._rows]
        if self._chosen in ids:
            self.choose(ids[max(0, min(len(ids) - 1, ids.index(self._chosen) + by))])

    @property
    def _chosen_row(self) -> DoubtRow | None:
        return next((row for row in self._rows if row.doubt.effect.effect_id == self._chosen), None)

    def scanned(self, code: str) -> None:
        """Say at once what the scan met; the line itself goes with the Changes of the bench's flow."""
        words = self._desk.words
        for row in self._rows:
            number = row.doubt.tracking_number
            if number and (number in code or code in number):
                self.choose(row.doubt.effect.effect_id)
                self.banner.say(words("Scanned: the label of order {number}.", number=row.doubt.order_number))
                return
        self.banner.say(words("Scanned: no open question is about {code}.", code=code))

    # Answering

    def _first_way(self) -> None:
        row = self._chosen_row
        if row is not None:
            first = {EffectKind.LABEL_PRINTED: "not_out", EffectKind.LABEL_BOUGHT: "ask_again"}
            self._answer(row, first.get(row.doubt.effect.kind, "decide"))

    def _answer(self, row: DoubtRow, way: str) -> None:
        self.choose(row.doubt.effect.effect_id)
        self.outcome.clear()
        doubt = row.doubt
        effect_id = doubt.effect.effect_id
        if way == "ask_again":
            # Over the network: on the carrier's lane, where its purchases are.
            lane = f"carrier:{self._code_of(doubt.carrier)}"
            self._run(lane, lambda: self._resolve.ask_again(effect_id), self._asked_again)
        elif way == "not_out":
            self._ask(
                row,
                tray_questions.not_out(self._desk),
                lambda reason: self._run(
                    Lane.STATION, lambda: self._resolve.not_out(effect_id, reason=reason), self._print_again
                ),
            )
        elif way == "came_out":
            self._ask(
                row,
                tray_questions.came_out(self._desk),
                lambda reason: self._run(
                    Lane.STATION, lambda: self._resolve.came_out(effect_id, reason=reason), self._settled
                ),
            )
        else:
            self._ask_decision(row)

    def _ask_decision(self, row: DoubtRow) -> None:
        effect_id = row.doubt.effect.effect_id
        question = tray_questions.Decision(self._desk, row.doubt)

        def decide(_: str) -> None:
            bought, number, reason = question.bought, question.number, question.reason
            self._run(
                Lane.STATION,
                lambda: self._resolve.decide(effect_id, bought=bought, number=number, reason=reason),
                self._settled,
            )

        # It stays while the answer is refused: a number may be missing.
        self._ask(row, question, decide, close=False)

    def _ask(
        self, row: DoubtRow, question: Reason, then: Callable[[str], None], *, close: bool = True
    ) -> None:
        self._drop_question()
        question.setProperty("part", "card")
        question.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._list.insertWidget(self._rows.index(row) + 1, question)
        self._question = question
        question.cancelled.connect(self._drop_question)
        if close:
            question.confirmed.connect(lambda _: self._drop_question())
        question.confirmed.connect(then)
        question.show()
        question.setFocus()
        # Once it is laid out: a question below the edge of the window would go unseen.
        QTimer.singleShot(0, question, lambda: self._area.ensureWidgetVisible(question, 0, 24))

    def _drop_question(self) -> None:
        question, self._question = self._question, None
        if question is not None:
            self._list.removeWidget(question)
            question.hide()
            question.deleteLater()

    def _run(self, lane: str, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self._desk.run(lane, work, done, self._fail)

    def _settled(self, changes: Changes) -> None:
        self._drop_question()
        self.outcome.say(Mark.OK, self._desk.words("Settled."))
        self.changed.emit(changes)
        self.start()

    def _print_again(self, job: Effect) -> None:
        self._on_print(job)
        words = self._desk.words
        self.outcome.say(
            Mark.OK, words("Sent again under the same number."), words("Scan the label when it comes out.")
        )
        self.changed.emit(Changes(effects=True))
        self.start()

    def _asked_again(self, asked: Asked) -> None:
        words = self._desk.words
        if asked.error is not None:
            self.outcome.say(Mark.WARN, self._desk.told(asked.error))
        else:
            self.outcome.say(Mark.OK, words("The carrier answered."))
        if asked.job is not None:
            self._on_print(asked.job)
        self.changed.emit(asked.changes)
        self.start()

    def _fail(self, error: Exception) -> None:
        self.outcome.say(Mark.DANGER, self._desk.told(error))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_journal()

    def _place_journal(self) -> None:
        """Beside the questions, where both have room; without a question there is nothing to tell."""
        self.journal.setFixedWidth(320 if self.width() < _NARROW else 372)
        self.journal.setVisible(self._has_journal and self.width() >= _WITH_JOURNAL)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._question is not None:
            self._drop_question()
        else:
            super().keyPressEvent(event)
