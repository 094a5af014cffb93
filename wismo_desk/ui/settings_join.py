"""A desk that worked alone comes to the others: two ways, each explained, and nothing lost by mistake."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout

from wismo_desk.errors import Refused
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_checks import Radio
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Outcome, Reason, empty, rule
from wismo_desk.ui.parts import Button, Card, Kind, write
from wismo_desk.ui.settings_password import still
from wismo_desk.ui.theme import Weight

LANE = "sharing"
_LOOK_MS: Final = 250


class Join(Protocol):
    """Returns how many events and recipients were given to the others. Raises Refused when something would
    be lost and `forced` does not allow it."""

    def __call__(self, *, fresh: bool, forced: bool = False) -> tuple[int, int]: ...


Progress = Callable[[], tuple[int, int] | None]  # (done, total) of a join under way


class JoinCard(Card):
    """Inline, so that the bench can go on meanwhile; `joined` once it is done."""

    joined = Signal(str)  # the outcome, for the pane: this card goes away

    def __init__(self, desk: Desk, join: Join, progress: Progress) -> None:
        super().__init__(desk.words("Join the shared database"))
        self._desk, self._join, self._progress = desk, join, progress
        self.busy = False
        words = desk.words
        told = words("This desk has orders that the others do not know. Choose what becomes of them.")
        self.body.addWidget(write(told, 14, wrap=True))
        self.bring = Button(desk.look, words("Bring its orders along"), icon="send", kind=Kind.PRIMARY)
        self.bring.clicked.connect(lambda: self._go(fresh=False))
        explained = words(
            "The orders, labels and recipients of this desk go to the shared database, and the others see "
            "them. Nothing is lost or doubled; broken off, it goes on by itself."
        )
        self.body.addLayout(self._way(words("All that this desk knows"), explained, self.bring))
        self.body.addWidget(rule())
        self.fresh = Button(desk.look, words("Start with what the others have"), icon="download")
        self.fresh.clicked.connect(lambda: self._go(fresh=True))
        explained = words(
            "This desk forgets its own orders and reads those of the others: for a desk that was tried out, "
            "or whose orders are in the shared database already. Back up first."
        )
        self.body.addLayout(self._way(words("A clean start"), explained, self.fresh))
        self._asked = QVBoxLayout()
        self.body.addLayout(self._asked)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._bar.setAccessibleName(words("Joining…"))
        self._bar.hide()
        self.outcome = Outcome()
        self.body.addWidget(self._bar)
        self.body.addWidget(self.outcome)
        self.question: Reason | None = None
        self._said, self._seen = "", (-1, -1)
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self.look)

    def follow(self) -> None:
        """A join of an earlier run goes on by itself: show how far it is until it is over."""
        if not self.busy and self._progress() is not None:
            self._begin(self._desk.words("Its orders go to the others…"))
            self._look.timeout.connect(self._followed)

    def _followed(self) -> None:
        if self._progress() is None:
            self._look.timeout.disconnect(self._followed)
            self._work(False)
            self.outcome.clear()

    def look(self) -> None:
        """How far it is."""
        now, words = self._progress(), self._desk.words
        if now is None or now == self._seen:
            return
        done, total = self._seen = now
        self._bar.setRange(0, max(1, total))
        self._bar.setValue(done)
        counted = words("{done} of {total}", done=words.number(done), total=words.number(total))
        self.outcome.say(Mark.INFO, f"{self._said} {counted}", words("The bench may go on meanwhile."))

    def _way(self, title: str, explained: str, button: Button) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(4)
        column.setContentsMargins(0, 4, 0, 4)
        column.addWidget(write(title, 14, Weight.SEMIBOLD))
        column.addWidget(write(explained, 14, tone="muted", wrap=True))
        row = QHBoxLayout()
        row.addWidget(button)
        row.addStretch()
        column.addSpacing(4)
        column.addLayout(row)
        return column

    def _go(self, *, fresh: bool, forced: bool = False) -> None:
        if self.busy:
            return
        self._unask()
        words = self._desk.words
        said = words("The orders of the others come in…") if fresh else words("Its orders go to the others…")
        self._begin(said)
        self._desk.run(
            LANE,
            lambda: self._join(fresh=fresh, forced=forced),
            still(self, lambda gave: self._done(fresh, *gave)),
            still(self, lambda error: self._failed(error, may_force=fresh and not forced)),
        )

    def _begin(self, said: str) -> None:
        self._work(True)
        self._said = said
        self._bar.setRange(0, 0)  # until it is counted
        self.outcome.say(Mark.INFO, said, self._desk.words("The bench may go on meanwhile."))

    def _work(self, busy: bool) -> None:
        self.busy = busy
        self._bar.setVisible(busy)
        if busy:
            self._look.start()
        else:
            self._look.stop()
        for button in (self.bring, self.fresh):
            button.setEnabled(not busy)

    def _done(self, fresh: bool, events: int, people: int) -> None:
        self._work(False)
        self.outcome.clear()
        words = self._desk.words
        if fresh:
            said = words("Joined. What the others have comes in by itself.")
        else:
            said = words(
                "Joined. The others now have the {events} events and {people} recipients of this desk.",
                events=words.number(events),
                people=words.number(people),
            )
        self.joined.emit(said)

    def _failed(self, error: Exception, *, may_force: bool) -> None:
        self._work(False)
        if may_force and isinstance(error, Refused) and error.field != "in_hand":
            self.outcome.clear()
            self._ask(self._desk.told(error))
        else:
            self.outcome.say(Mark.DANGER, self._desk.told(error))

    def _ask(self, why: str) -> None:
        """Something would be lost for good: it takes a tick and a red button."""
        words = self._desk.words
        question = Reason(
            self._desk,
            why,
            (words("What only this desk knows may be lost for good"),),
            words("Forget it and start clean"),
            danger=True,
        )
        question.without_note()
        question.confirmed.connect(lambda _: self._go(fresh=True, forced=True))
        question.cancelled.connect(self._unask)
        holder = QFrame()
        holder.setProperty("part", "answer")
        holder.setProperty("severity", Mark.WARN.value)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(question)
        self._asked.addWidget(holder)
        self.question = question
        tick = question.findChild(Radio)
        assert tick is not None
        tick.setFocus()

    def _unask(self) -> None:
        empty(self._asked)
        self.question = None
