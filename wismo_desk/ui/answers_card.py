"""The answer card: one sentence with its proof, then the facts of one order as a person tells them on the phone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from wismo_desk.domain.anomaly import Severity
from wismo_desk.domain.boxed import boxed
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.status import ENDED, TrackingStatus
from wismo_desk.flows.answer import Answer
from wismo_desk.ui.answers_claim import ClaimBar
from wismo_desk.ui.answers_pick import PickOrder
from wismo_desk.ui.detail_parts import Facts, IconButton
from wismo_desk.ui.detail_words import Moment
from wismo_desk.ui.marks import Mark, paint_mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import empty, scrolled
from wismo_desk.ui.page_terms import MARKS, grouped
from wismo_desk.ui.parts import Card, Elided, write
from wismo_desk.ui.theme import Figures, Weight, set_tone
from wismo_desk.words import Words


class _Head(QFrame):
    """Mark, order, carrier, number; the sentence 22/31 below, on the tint of its severity."""

    copied = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._mark, self._bare = Mark.INFO, ""
        self.setProperty("part", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.order = write("", 14, Weight.SEMIBOLD)
        self.way = Elided("", 14, tone="muted")
        self.number = write("", 14, Weight.SEMIBOLD, figures=Figures.CODE)
        self.number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.copy = IconButton(desk.look, "copy", desk.words("Copy the tracking number"))
        self.copy.clicked.connect(lambda: self.copied.emit(self._bare))
        self.sentence = write("", 22, Weight.SEMIBOLD, wrap=True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addSpacing(30)
        row.addWidget(self.order)
        row.addWidget(self.way, 1)
        row.addWidget(self.number)
        row.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 16, 20, 20)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.sentence)

    def show_answer(self, found: Answer, sentence: str, mark: Mark) -> None:
        row = found.row
        assert row is not None
        self._mark, self._bare = mark, row.number
        words = self._desk.words
        self.order.setText(words("Order {number}", number=row.order_number))
        self.way.setText(f"{row.carrier_name or row.carrier} · {row.service_name or row.service}")
        self.number.setText(grouped(row.number))
        self.number.setVisible(bool(row.number))
        self.copy.setVisible(bool(row.number))
        self.sentence.setText(sentence)
        self.setAccessibleName(sentence)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter, theme = QPainter(self), self._desk.look.theme
        colour = theme.muted if self._mark is Mark.NEUTRAL else theme.colour(self._mark)
        painter.fillRect(QRectF(0, 0, 5, self.height()), colour)
        paint_mark(painter, self._mark, QRectF(28, 20, 20, 20), theme)


class AnswerCard(QWidget):
    """Scrolls; `copied` carries a tracking number."""

    copied = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        words = desk.words
        self.head = _Head(desk)
        self.head.copied.connect(self.copied)
        self.letter = Card(words("What the customer writes"))
        self._written = write("", 14, wrap=True)
        self._written.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.letter.body.addWidget(self._written)
        self.pick = PickOrder(desk)
        self.letter.body.addWidget(self.pick)
        self.claim = ClaimBar(desk)
        self.facts = Facts()
        told = Card(words("The facts"))
        told.body.addWidget(self.facts)
        self._course = Card(words("Journey"))
        self._moments = QVBoxLayout()
        self._moments.setSpacing(6)
        self._course.body.addLayout(self._moments)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(16)
        self._rest = (self.head, told, self._course)
        for part in (self.letter, self.head, self.claim, *self._rest[1:]):
            column.addWidget(part)
        column.addStretch()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolled(inner))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.show_letter("")

    def show_letter(self, text: str, *, alone: bool = False) -> None:
        """A mail's own words above the card; "" for none. `alone`: no order is known."""
        self._written.setText(text[:4000])
        self.letter.setVisible(bool(text))
        self.claim.hide()  # until it is known what is asked
        for part in self._rest:
            part.setVisible(not alone)

    @property
    def written(self) -> str:
        return self._written.text()

    def show_answer(self, found: Answer, moments: Sequence[Moment], *, facts: Sequence[Fact]) -> None:
        row, order = found.row, found.order
        if row is None or order is None:
            return
        self.head.show_answer(found, found.sentence, mark_of(found))
        words, terms, now = self._desk.words, self._desk.terms, self._desk.clock()
        worst = row.anomalies[0] if row.anomalies else None
        today = self._desk.today
        promised = words.day(row.promised_on, today=today) if row.promised_on else ""
        known = row.expected
        expected = ""
        if known is not None and row.status not in ENDED:
            low, high = words.day(known.low, today=today), words.day(known.high, today=today)
            expected = words("{low} to {high}, 8 times out of 10", low=low, high=high)
        cause = f"{terms.cause[worst.cause]}. {terms.anomaly_words(worst, now=now)}" if worst else ""
        goods = " ; ".join(f"{line.name or line.sku} ×{line.quantity}" for line in order.lines[:6])
        money = words.money(order.total_cents, order.currency) if order.total_cents else ""
        self.facts.show_facts(
            (
                (words("Cause"), cause),
                (words("Next step"), words(worst.step) if worst else ""),
                (words("Promised"), promised),
                (words("Expected"), expected),
                (words("Customer"), f"{order.recipient.name} · {row.place}"),
                (words("Contents"), " · ".join(part for part in (goods, money) if part)),
                (words("Return label"), back.number if (back := boxed(facts, ())) else ""),
                (words("Asked before"), _times(self._desk.words, contacts_in(facts))),
            )
        )
        self._show_moments(moments)

    def _show_moments(self, moments: Sequence[Moment]) -> None:
        empty(self._moments)
        for moment in moments[:12]:
            line = QHBoxLayout()
            line.setSpacing(12)
            when = self._desk.words.moment(moment.at, now=self._desk.clock()) if moment.at else ""
            at = write(when, 12, tone="muted", figures=Figures.TABULAR)
            at.setFixedWidth(96)
            line.addWidget(at)
            title = write(f"{'●' if moment.seen else '○'}  {moment.title}", 13, Weight.MEDIUM)
            if moment.gap:
                set_tone(title, "tone", "danger")
            line.addWidget(title)
            line.addWidget(Elided(moment.below, 12, tone="muted"), 1)
            self._moments.addLayout(line)


def mark_of(found: Answer) -> Mark:
    row = found.row
    if row is None:
        return Mark.NEUTRAL
    grave = MARKS[Severity(row.severity)]
    if grave is not None:
        return grave
    return Mark.OK if row.status is TrackingStatus.DELIVERED else Mark.INFO


def _times(words: Words, count: int) -> str:
    if count == 1:
        return words("once")
    return words("{count} times", count=count) if count else ""


def contacts_in(facts: Sequence[Fact]) -> int:
    return sum(fact.kind is FactKind.CONTACT_LOGGED for fact in facts)
