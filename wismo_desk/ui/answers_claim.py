"""A claim from the answer card: opened for the order that a customer asks about, or what has become of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from wismo_desk.background.lanes import Lane
from wismo_desk.domain.claim import Claim, ClaimState, fold_claims
from wismo_desk.domain.claim_asked import may_be_claimed
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.intent import Understood
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.domain.watching import Detail
from wismo_desk.flows.answer import Answer
from wismo_desk.ui.claims_asks import Opened
from wismo_desk.ui.claims_words import ClaimWords
from wismo_desk.ui.many_verbs import opened_words
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.parts import Button, write

OpenAsked = Callable[[UUID, Understood, str], Opened]  # order, question, what was written
_HERE: Final = frozenset({TrackingStatus.PLANNED, TrackingStatus.LABEL_CREATED, TrackingStatus.CANCELLED})
_SAID: Final = frozenset({FactKind.CLAIM_OPENED, FactKind.CLAIM_HANDLED})


class ClaimBar(QFrame):
    """Hidden where nobody can open one, or nothing has left. `done` carries a sentence."""

    changed = Signal(object)  # Changes
    done = Signal(str)
    failed = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk, self._say = desk, ClaimWords(desk)
        self.claim: OpenAsked | None = None
        self._found: Answer | None = None
        self._text = ""
        self.setProperty("part", "card")
        self.said = write("", 14, wrap=True)
        words = desk.words
        self.open = Button(desk.look, words("Claim it"), icon="hand-coins", key=words("Ctrl J"))
        self.open.clicked.connect(self.press)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(16)
        row.addWidget(self.said, 1)
        row.addWidget(self.open)
        self.hide()

    def show_answer(self, found: Answer, detail: Detail, text: str) -> None:
        """`text`: what the customer wrote, "" for a call."""
        self._found, self._text = found, text
        row, words = found.row, self._desk.words
        claims = fold_claims(fact for fact in detail.facts if fact.kind in _SAID)
        live = [claim for claim in claims if not claim.is_over and claim.double_of is None]
        asked = may_be_claimed(found.understood)
        if self.claim is None or row is None or row.status in _HERE:
            self.hide()
        elif live:
            self._show_state(live[-1])
        elif asked or row.anomalies or row.status is TrackingStatus.DELIVERED:
            self._show(
                words("What the customer says may be claimed from the carrier.")
                if asked
                else words("Nothing is claimed from the carrier for this order."),
                can=True,
            )
        else:
            self.hide()

    def _show_state(self, claim: Claim) -> None:
        state, kind = self._say.state[claim.state], self._say.kind[claim.kind]
        self._show(self._desk.words("Claim “{kind}”: {state}", kind=kind, state=state), can=False)

    def _show(self, sentence: str, *, can: bool) -> None:
        self.said.setText(sentence)
        self.setAccessibleName(sentence)
        self.open.setVisible(can)
        self.open.setEnabled(can)
        self.show()

    def press(self) -> None:
        """By the key too; once."""
        found, claim = self._found, self.claim
        if claim is None or found is None or found.order is None or not self._can:
            return
        self.open.setEnabled(False)
        order, asked, text = found.order.order_id, found.understood, self._text
        self._desk.run(
            Lane.STATION,
            lambda: claim(order, asked, text),
            partial(self._opened, order),
            partial(self._broke, order),
        )

    @property
    def _can(self) -> bool:
        return self.isVisible() and self.open.isVisible() and self.open.isEnabled()

    def _opened(self, order: UUID, opened: Opened) -> None:
        if opened.count and self._is(order):
            state = self._say.state[ClaimState.DRAFT]
            self._show(self._desk.words("Claim opened: {state}", state=state), can=False)
        self.changed.emit(opened.changes)
        self.done.emit(opened_words(self._desk, opened))

    def _broke(self, order: UUID, error: Exception) -> None:
        if self._is(order):
            self.open.setEnabled(True)
        self.failed.emit(error)

    def _is(self, order: UUID) -> bool:
        """Whether this order still stands in the card."""
        return (
            self._found is not None and self._found.order is not None and self._found.order.order_id == order
        )
