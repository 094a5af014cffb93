"""One open question of the tray: what is asked, what the evidence says, and how it can be settled."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from wismo_desk.domain.effect import Effect, EffectKind
from wismo_desk.domain.watching import Doubt
from wismo_desk.ui.marks import Mark, paint_mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import empty
from wismo_desk.ui.page_terms import grouped
from wismo_desk.ui.parts import Button, Elided, Kind, write
from wismo_desk.ui.theme import Figures, Look, Weight, set_tone

_WAYS = 268  # px: the longest of the ways out in full, with its key


class Verdict(NamedTuple):
    """What the evidence says of an effect, and from what."""

    icon: str
    title: str
    why: str


def question(desk: Desk, doubt: Doubt) -> str:
    """The question in words."""
    words, number = desk.words, doubt.order_number
    if never_sent(doubt.effect):
        return words("Is the label of order {number} still to be printed?", number=number)
    if doubt.effect.kind is EffectKind.LABEL_PRINTED:
        return words("Did the label of order {number} come out?", number=number)
    if doubt.effect.kind is EffectKind.RETURN_BOUGHT:
        return words("Was the return label of order {number} bought?", number=number)
    if doubt.effect.kind is EffectKind.LABEL_AHEAD:
        return words(
            "Order {number}: is the label void that was bought ahead and not printed?", number=number
        )
    if doubt.effect.kind is EffectKind.LABEL_VOIDED:
        return words("Is the label of order {number} void?", number=number)
    return words("Was the label of order {number} bought?", number=number)


def never_sent(effect: Effect) -> bool:
    """A print that is known not to have gone: nobody needs to look for its paper."""
    from wismo_desk.flows.hand_over import NEVER_SENT  # brings the store along, after the first paint

    return effect.kind is EffectKind.LABEL_PRINTED and effect.details.get("error") == NEVER_SENT


def verdict(desk: Desk, effect: Effect) -> Verdict:
    """Judged for the reader from the printer's counter, else what the error said. Never a decision."""
    words, details = desk.words, effect.details
    why = error_words(desk, effect)
    if effect.kind is EffectKind.LABEL_AHEAD:
        unused = words(str(details.get("give_back") or ""))
        return Verdict("circle-help", words("Bought ahead, not used"), _both(unused, why) if unused else why)
    if effect.kind is not EffectKind.LABEL_PRINTED:
        return Verdict("refresh-cw", words("No answer came"), why or words("the request left the desk"))
    if never_sent(effect):
        return Verdict("circle-x", words("Nothing left the desk"), why)
    before, after = details.get("odo_before"), details.get("odo_after")
    if not isinstance(before, int) or not isinstance(after, int):
        return Verdict("circle-help", words("No clue"), why or words("this printer does not count labels"))
    counted = words.number(after)
    if after == before:
        said = words("counter stayed at {count}", count=counted)
        return Verdict("circle-x", words("Probably not"), _both(said, why))
    if after == before + 1:
        said = words("counter went to {count}, one more", count=counted)
        return Verdict("circle-check", words("Probably yes"), _both(said, why))
    said = words("counter went from {before} to {after}", before=words.number(before), after=counted)
    return Verdict("circle-help", words("No clue"), _both(said, why))


def error_words(desk: Desk, effect: Effect) -> str:
    """The error that put the effect in doubt, with the foreign code; empty when none was kept."""
    sentence, raw = effect.details.get("error"), effect.details.get("raw")
    if not sentence:
        return ""
    values = effect.details.get("error_values")
    said = desk.words(str(sentence), **(values if isinstance(values, dict) else {}))
    return f"{said} [{raw}]" if raw else said


def _both(first: str, second: str) -> str:
    return f"{first}. {second}" if second else first


class MarkWidget(QWidget):
    """A severity mark as a widget."""

    def __init__(self, look: Look, mark: Mark, px: int) -> None:
        super().__init__()
        self._look, self._mark = look, mark
        self.setFixedSize(px, px)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_mark(QPainter(self), self._mark, QRectF(self.rect()), self._look.theme)


class IconWidget(QWidget):
    """A line icon as a widget, in the colour of a token."""

    def __init__(self, look: Look, icon: str, px: int, tone: str = "muted") -> None:
        super().__init__()
        self._look, self._icon, self._tone = look, icon, tone
        self.setFixedSize(px, px)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._look.icons.paint(
            QPainter(self), self._icon, QRectF(self.rect()), self._look.theme.colour(self._tone)
        )


class DoubtRow(QFrame):
    """Only the selected row carries the primary button. `answered` names the way out that was pressed."""

    selected = Signal()
    answered = Signal(str)  # not_out | came_out | ask_again | decide

    def __init__(self, desk: Desk, doubt: Doubt, now: datetime) -> None:
        super().__init__()
        self._desk, self.doubt = desk, doubt
        self.setProperty("part", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        asked = question(desk, doubt)
        said = verdict(desk, doubt.effect)
        self.setAccessibleName(f"{asked} {said.title}: {said.why}")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 14, 16, 14)
        row.setSpacing(16)
        row.addWidget(MarkWidget(desk.look, Mark.WARN, 22), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(self._asked(asked, now), 5)
        line = QFrame()
        line.setProperty("part", "rule")
        line.setFixedWidth(1)
        row.addWidget(line)
        row.addLayout(self._evidence(said), 3)
        ways = QWidget()
        ways.setFixedWidth(_WAYS)
        self._ways = QVBoxLayout(ways)
        self._ways.setContentsMargins(0, 0, 0, 0)
        self._ways.setSpacing(4)
        row.addWidget(ways)
        self.choose(False)

    def _asked(self, asked: str, now: datetime) -> QVBoxLayout:
        doubt, words = self.doubt, self._desk.words
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(write(asked, 16, Weight.SEMIBOLD, wrap=True))
        what = [f"{doubt.carrier} {doubt.service}".strip(), grouped(doubt.tracking_number)]
        what.append(", ".join(part for part in (doubt.customer, doubt.place) if part))
        column.addWidget(Elided(" · ".join(part for part in what if part), 13, figures=Figures.TABULAR))
        when = words.moment(doubt.effect.changed_at, now=now)
        ago = words.span(now - doubt.effect.changed_at)
        printer = str(doubt.effect.details.get("printer") or "")
        sent = (
            words("Sent to {printer} at {when}, {span} ago", printer=printer, when=when, span=ago)
            if printer and not never_sent(doubt.effect)
            else words("Asked at {when}, {span} ago", when=when, span=ago)
        )
        column.addWidget(Elided(sent, 13, tone="muted", figures=Figures.TABULAR))
        return column

    def _evidence(self, said: Verdict) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(IconWidget(self._desk.look, said.icon, 18, "text"))
        head.addWidget(write(said.title, 14, Weight.SEMIBOLD), 1)
        column.addStretch()
        column.addLayout(head)
        column.addWidget(write(said.why, 13, tone="muted", wrap=True))
        column.addStretch()
        return column

    def choose(self, chosen: bool) -> None:
        """Accent border and the primary button for the selected row."""
        set_tone(self, "chosen", "true" if chosen else "false")
        words, look = self._desk.words, self._desk.look
        kind = Kind.PRIMARY if chosen else Kind.PLAIN
        key = "R" if chosen else ""
        empty(self._ways)
        ways: tuple[tuple[Button, str], ...]
        if self.doubt.effect.kind is EffectKind.LABEL_PRINTED:
            first = Button(look, words("Nothing came out, print"), icon="printer", key=key, kind=kind)
            second = Button(look, words("It came out"), kind=Kind.GHOST, small=True)
            ways = ((first, "not_out"), (second, "came_out"))
        elif self.doubt.effect.kind is EffectKind.LABEL_BOUGHT:
            first = Button(look, words("Ask again now"), icon="refresh-cw", key=key, kind=kind)
            second = Button(look, words("Decide without an answer"), kind=Kind.GHOST, small=True)
            ways = ((first, "ask_again"), (second, "decide"))
        else:
            first = Button(look, words("Decide"), key=key, kind=kind)
            ways = ((first, "decide"),)
        self._ways.addStretch()
        for button, way in ways:
            button.clicked.connect(lambda _=False, way=way: self.answered.emit(way))
            self._ways.addWidget(button)
        self._ways.addStretch()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.selected.emit()
        super().mousePressEvent(event)
