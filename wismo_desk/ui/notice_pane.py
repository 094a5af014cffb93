"""One notice in full beside the list: its text as the customer reads it, how it ended, and what to do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.notice import Letter, NoticeRow
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.notices_model import NoticeTerms, is_overtaken, mark_of
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Reason, empty, rule, scrolled
from wismo_desk.ui.parts import Answer, Button, Elided, Kind, Tag, write
from wismo_desk.ui.theme import Weight

_AGAIN = (EffectState.FAILED, EffectState.IN_DOUBT, EffectState.DONE)


class NoticePane(QFrame):
    """The signals that end in `asked` carry the reason; the page does it and shows the row anew."""

    resend_asked = Signal(str)
    settle_asked = Signal(str)
    stop_asked = Signal(str)
    tell_asked = Signal(str)
    closed = Signal()

    def __init__(self, desk: Desk, terms: NoticeTerms) -> None:
        super().__init__()
        self._desk, self._terms = desk, terms
        self.row: NoticeRow | None = None
        self.question: Reason | None = None
        self.setProperty("part", "panel")
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        self._head = QVBoxLayout()
        self._head.setContentsMargins(16, 12, 16, 12)
        self._head.setSpacing(6)
        column.addLayout(self._head)
        column.addWidget(rule())
        inner = QWidget()
        self._body = QVBoxLayout(inner)
        self._body.setContentsMargins(16, 12, 16, 16)
        self._body.setSpacing(8)
        column.addWidget(scrolled(inner), 1)
        column.addWidget(rule())
        self._foot = QVBoxLayout()
        self._foot.setContentsMargins(16, 12, 16, 12)
        self._foot.setSpacing(8)
        column.addLayout(self._foot)

    @property
    def asking(self) -> bool:
        return self.question is not None

    def show_row(self, row: NoticeRow) -> None:
        """The letter follows by `show_letter` or `show_error`."""
        self.row = row
        self._fill_head(row)
        empty(self._body)
        self._fill_ways(row)

    def show_letter(self, letter: Letter, *, stopped: bool = False) -> None:
        """`stopped`: this customer asked for no more messages."""
        words = self._desk.words
        empty(self._body)
        if stopped:
            self._body.addWidget(Answer(Mark.INFO, words("This customer wants no more messages.")))
        # `to` may be missing: then the error above says so.
        to = words("To {address}", address=letter.to or "—")
        by = self._terms.channel[self.row.notice.channel] if self.row else ""
        self._body.addWidget(
            write(f"{by} · {to}" if letter.to or letter.subject else by, 13, tone="muted", wrap=True)
        )
        if letter.subject:
            self._body.addWidget(write(letter.subject, 15, Weight.SEMIBOLD, wrap=True))
        self._body.addWidget(rule())
        text = write(letter.text.strip(), 14, wrap=True)
        text.setAccessibleName(words("Text of the message"))
        self._body.addWidget(text)
        for line in self._history():
            self._body.addWidget(write(line, 13, tone="muted", wrap=True))
        self._body.addStretch()
        self._body.addWidget(self._peace(stopped))

    def _peace(self, stopped: bool) -> QWidget:
        """Whether this customer wants messages, and the way to change it."""
        words, look = self._desk.words, self._desk.look
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        said = words("Write to this customer again") if stopped else words("Write no more to this customer")
        row.addStretch()
        self.peace = Button(look, said, kind=Kind.GHOST, small=True)
        self.peace.clicked.connect(lambda: self.ask_peace(stopped=stopped))
        row.addWidget(self.peace)
        return line

    def ask_peace(self, *, stopped: bool) -> None:
        words = self._desk.words
        if stopped:
            title = words("How do you know that this customer wants to be written to again?")
            asked = [words("The customer asked for it")]
            self._ask(Reason(self._desk, title, asked, words("Write again")), self.tell_asked.emit)
            return
        title = words("How do you know? Only what is marked necessary is sent from then on.")
        answers = (words("The customer wrote so"), words("The customer said so on the telephone"))
        self._ask(Reason(self._desk, title, answers, words("Write no more")), self.stop_asked.emit)

    def show_error(self, sentence: str) -> None:
        empty(self._body)
        self._body.addWidget(Answer(Mark.WARN, sentence))
        self._body.addStretch()

    def _fill_head(self, row: NoticeRow) -> None:
        words, notice = self._desk.words, row.notice
        empty(self._head)
        top = QHBoxLayout()
        top.addWidget(Elided(self._terms.milestone[notice.milestone], 16, Weight.SEMIBOLD), 1)
        mark = mark_of(notice)
        state = self._terms.state_of(notice)
        top.addWidget(Tag(self._desk.look, state, mark if isinstance(mark, Mark) else Mark.NEUTRAL))
        self._head.addLayout(top)
        who = " · ".join(
            part for part in (words("Order {number}", number=notice.order_number), row.customer) if part
        )
        self._head.addWidget(Elided(who, 13, tone="muted"))
        error = self._terms.error(notice)
        if error:
            grave = {EffectState.FAILED: Mark.DANGER, EffectState.IN_DOUBT: Mark.WARN}
            how = Mark.INFO if is_overtaken(notice) else grave.get(notice.state, Mark.INFO)
            self._head.addWidget(Answer(how, error, str(notice.details.get("raw") or "")))

    def _history(self) -> list[str]:
        """What people decided, and on what ground."""
        known = self.row.notice.details.get("history") if self.row else None
        words = self._desk.words
        said = {"resent": words("sent again"), "sent": words("found to be sent")}
        return [
            words(
                "{who}: {what}. {reason}",
                who=each.get("by", ""),
                what=said.get(each.get("outcome"), ""),
                reason=each.get("reason", ""),
            )
            for each in (known if isinstance(known, list) else [])
        ]

    # Deciding

    def _fill_ways(self, row: NoticeRow) -> None:
        self.question = None
        empty(self._foot)
        words, look, state = self._desk.words, self._desk.look, row.notice.state
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        if state in _AGAIN:
            kind = Kind.PLAIN if state is EffectState.DONE else Kind.PRIMARY
            again = Button(look, words("Send it again"), icon="send", key="R", kind=kind)
            again.clicked.connect(self.ask_resend)
            buttons.addWidget(again, 1)
        if state is EffectState.IN_DOUBT:
            sent = Button(look, words("It was sent"), icon="check")
            sent.clicked.connect(self.ask_settle)
            buttons.addWidget(sent, 1)
        self._foot.addLayout(buttons)
        close = Button(look, words("Close"), key=words("Esc"), kind=Kind.GHOST, small=True)
        close.clicked.connect(self.closed)
        self._foot.addWidget(close)

    def ask_resend(self) -> None:
        if self.row is None or self.row.notice.state not in _AGAIN:
            return
        words = self._desk.words
        titles = {
            EffectState.FAILED: words("Why is it sent again? The reason is kept."),
            EffectState.IN_DOUBT: words(
                "How do you know that it did not arrive? The customer may get it twice."
            ),
            EffectState.DONE: words("Why is it sent a second time? The customer has it already."),
        }
        answers = (words("The customer has not received it"), words("The address was corrected"))
        question = Reason(self._desk, titles[self.row.notice.state], answers, words("Send it again"))
        self._ask(question, self.resend_asked.emit)

    def ask_settle(self) -> None:
        if self.row is None or self.row.notice.state is not EffectState.IN_DOUBT:
            return
        words = self._desk.words
        answers = (words("The mail server's list shows it"), words("The customer has it"))
        title = words("How do you know that it was sent?")
        self._ask(Reason(self._desk, title, answers, words("It was sent")), self.settle_asked.emit)

    def _ask(self, question: Reason, then: Callable[[str], None]) -> None:
        empty(self._foot)
        self.question = question
        self._foot.addWidget(question)
        question.confirmed.connect(then)
        question.cancelled.connect(self.stop_asking)
        question.setFocus()

    def stop_asking(self) -> None:
        if self.row is not None:
            self._fill_ways(self.row)
