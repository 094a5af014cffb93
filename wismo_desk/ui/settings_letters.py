"""What customers read: any news of a real order, as it would go out now, before a single message is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from wismo_desk.domain.notice import Letter, Milestone
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.notices_model import NoticeTerms
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Outcome, empty, rule
from wismo_desk.ui.parts import write
from wismo_desk.ui.settings_form import Form
from wismo_desk.ui.settings_password import still
from wismo_desk.ui.theme import Weight

_LANE = "settings:letters"


class Sample(Protocol):
    """The letter of one order's news; without a number, of the newest. Raises DeskError."""

    def __call__(self, number: str, milestone: Milestone, *, language: str = "") -> Letter: ...


class LettersCard(QWidget):
    """Written anew whenever one of its fields changes; reads only."""

    def __init__(self, desk: Desk, sample: Sample, own_texts: Path) -> None:
        """`own_texts`: the folder whose files replace ours."""
        super().__init__()
        self._desk, self._sample = desk, sample
        self._number, self._milestone, self._language = "", Milestone.SHIPPED, ""
        self._turn = 0
        words = desk.words
        form = Form(desk, words("What customers read"))
        names = NoticeTerms(words).milestone
        self.news = form.choice(
            words("News"),
            [(milestone.value, names[milestone]) for milestone in Milestone],
            self._milestone.value,
            lambda value: self._change(milestone=Milestone(value)),
        )
        languages = (("", words("By the country of the order")), ("fr", "Français"), ("en", "English"))
        self.language = form.choice(
            words("Language"), languages, "", lambda value: self._change(language=value)
        )
        self.number = form.text(
            words("Order"),
            "",
            lambda text: self._change(number=text),
            hint=words("Empty, the newest one."),
            code=True,
        )
        self.outcome = Outcome()
        form.body.addWidget(self.outcome)
        self.sheet = QFrame()
        self.sheet.setProperty("part", "card")
        self._lines = QVBoxLayout(self.sheet)
        self._lines.setContentsMargins(16, 12, 16, 12)
        self._lines.setSpacing(8)
        self.sheet.hide()
        form.body.addWidget(self.sheet)
        hint = words("Your own texts go into {folder}: a file there replaces ours.", folder=str(own_texts))
        form.body.addWidget(write(hint, 13, tone="muted", wrap=True))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(form)

    def _change(
        self, *, number: str | None = None, milestone: Milestone | None = None, language: str | None = None
    ) -> None:
        self._number = self._number if number is None else number
        self._milestone = milestone or self._milestone
        self._language = self._language if language is None else language
        self.ask()

    def ask(self) -> None:
        """As it would be written now: also after a text was edited."""
        self._turn += 1
        turn, number, milestone, language = self._turn, self._number, self._milestone, self._language
        self._desk.run(
            _LANE,
            lambda: self._sample(number, milestone, language=language),
            still(self, lambda letter: self._show(turn, letter)),
            still(self, lambda error: self._fail(turn, error)),
        )

    def _show(self, turn: int, letter: Letter) -> None:
        if turn != self._turn:
            return
        words = self._desk.words
        self.outcome.clear()
        empty(self._lines)
        to = words("To {address}", address=letter.to or "—")
        self._lines.addWidget(write(to, 13, tone="muted", wrap=True))
        self._lines.addWidget(write(letter.subject, 15, Weight.SEMIBOLD, wrap=True))
        self._lines.addWidget(rule())
        text = write(letter.text.strip(), 14, wrap=True)
        text.setAccessibleName(words("Text of the message"))
        self._lines.addWidget(text)
        self.sheet.show()

    def _fail(self, turn: int, error: Exception) -> None:
        if turn == self._turn:
            self.sheet.hide()
            self.outcome.say(Mark.WARN, self._desk.told(error))
