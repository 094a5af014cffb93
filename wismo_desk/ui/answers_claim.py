"""A claim from the answer card: opened for the order that a customer asks about, or what has become of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, Protocol
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from wismo_desk.background.lanes import Lane
from wismo_desk.domain.claim import Claim, ClaimState
from wismo_desk.domain.claim_asked import may_be_claimed
from wismo_desk.domain.intent import Understood
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.domain.watching import Detail
from wismo_desk.flows.answer import Answer
from wismo_desk.ui.claims_asks import Opened
from wismo_desk.ui.claims_words import ClaimWords
from wismo_desk.ui.detail_claim import live_claim
from wismo_desk.ui.many_verbs import opened_words
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.parts import Button, write


class OpenedHere(Opened, Protocol):
    @property
    def claims(self) -> Sequence[Claim]: ...


OpenAsked = Callable[[UUID, Understood, str], OpenedHere]  # order, question, what was written
_HERE: Final = frozenset({TrackingStatus.PLANNED, TrackingStatus.LABEL_CREATED, TrackingStatus.CANCELLED})


class ClaimBar(QFrame):
    """Hidden where nobody can open one, or nothing has left. `done` carries a sentence, `wanted` the id of a claim that
    is there and shall be shown."""

    changed = Signal(object)  # Changes
    done = Signal(str)
    failed = Signal(object)
    wanted = Signal(object)  # UUID

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk, self._say = desk, ClaimWords(desk)
        self.claim: OpenAsked | None = None
        self._found: Answer | None = None
        self._text = ""
        self._there: UUID | None = None  # the claim that the button shows
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
        live = live_claim(detail.facts)
        asked = may_be_claimed(found.understood)
        if self.claim is None or row is None or row.status in _HERE:
            self.hide()
        elif live is not None:
            self._show_state(live)
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
        said = self._desk.words("Claim “{kind}”: {state}", kind=kind, state=state)
        self._show(said, can=False, there=claim.claim_id)

    def _show(self, sentence: str, *, can: bool, there: UUID | None = None) -> None:
        words = self._desk.words
        self.said.setText(sentence)
        self.setAccessibleName(sentence)
        self._there = there
        self.open.setText(words("Show the claim") if there else words("Claim it"))
        self.open.setAccessibleName(self.open.text())
        self.open.setVisible(can or there is not None)
        self.open.setEnabled(can or there is not None)
        self.show()

    def press(self) -> None:
        """By the key too; once."""
        found, claim = self._found, self.claim
        if self._there is not None and self._can:
            self.wanted.emit(self._there)
            return
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

    def _opened(self, order: UUID, opened: OpenedHere) -> None:
        if opened.count and self._is(order):
            state = self._say.state[ClaimState.DRAFT]
            there = opened.claims[-1].claim_id if opened.claims else None
            self._show(self._desk.words("Claim opened: {state}", state=state), can=False, there=there)
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
