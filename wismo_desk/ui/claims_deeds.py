"""What is done to a claim after a question: which question a key asks, and which step its answer takes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from wismo_desk.domain.amount import cents_of
from wismo_desk.domain.claim import Claim, ClaimKind, Way
from wismo_desk.domain.claim_terms import ClaimTerm
from wismo_desk.errors import DeskError
from wismo_desk.ui.claims_asks import ClaimAsks, Moved
from wismo_desk.ui.claims_questions import (
    Ask,
    amount_question,
    kind_question,
    sent_question,
    term_question,
    text_question,
)
from wismo_desk.ui.claims_words import ClaimWords
from wismo_desk.ui.page_desk import Desk


class Does(Protocol):
    """The page: takes a step on its lane and says `said` once it is taken."""

    def __call__(self, said: str, verb: Callable[[], Moved], /) -> None: ...


class ClaimDeeds:
    """`fail` tells an answer that cannot be taken."""

    def __init__(
        self, desk: Desk, asks: ClaimAsks, say: ClaimWords, *, do: Does, fail: Callable[[Exception], None]
    ) -> None:
        self._desk, self._asks, self._say, self._do, self._fail = desk, asks, say, do, fail

    def question(self, key: str, claim: Claim) -> Ask:
        """What that key asks first."""
        desk, words, steps = self._desk, self._desk.words, self._asks.steps
        match key:
            case "S":
                return sent_question(desk, self._say, partial(self._sent, claim))
            case "M":
                return kind_question(desk, self._say, claim, partial(self._amend, claim))
            case "K":
                return term_question(desk, claim, partial(self._term, claim))
            case "A":
                title = words("How much does the carrier accept?")
                then = partial(self._amount, words("Accepted."), lambda n: steps.accept(claim, approved=n))
                return amount_question(desk, title, claim.requested, claim.currency, words("Accepted"), then)
            case "P":
                title = words("How much money came?")
                expected = claim.approved if claim.approved is not None else claim.requested
                then = partial(self._amount, words("Received."), lambda n: steps.pay(claim, received=n))
                return amount_question(desk, title, expected, claim.currency, words("Money came"), then)
        return self._in_words(key, claim)

    def _in_words(self, key: str, claim: Claim) -> Ask:
        desk, words, steps = self._desk, self._desk.words, self._asks.steps
        match key:
            case "R":
                why = (words("Too late"), words("Not proven"), words("Packaging"))
                title = words("What reason does the carrier give?")
                return text_question(desk, title, why, words("Refused"), self._texts(steps.refuse, claim))
            case "Q":
                said = (words("They look for it"), words("They want more evidence"))
                title = words("What does the carrier say?")
                return text_question(desk, title, said, words("Note it"), self._texts(steps.answer, claim))
            case "X":
                why = (words("The parcel was found"), words("Opened twice"), words("Not worth it"))
                title = words("Why is it given up? It can be taken back.")
                return text_question(desk, title, why, words("Give up"), self._texts(steps.close, claim))
        title = words("What shall be noted?")
        return text_question(desk, title, (), words("Note it"), self._texts(steps.note, claim))

    def _sent(self, claim: Claim, way: Way, reference: str) -> None:
        self._do(
            self._desk.words("Sent."), lambda: self._asks.steps.send(claim, how=way, reference=reference)
        )

    def _amend(self, claim: Claim, kind: ClaimKind | None, amount: str) -> None:
        try:
            cents = cents_of(amount) if amount else None
        except DeskError as error:
            self._fail(error)
            return
        said = self._desk.words("Changed.")
        self._do(said, lambda: self._asks.steps.amend(claim, kind=kind, requested=cents))

    def _term(self, claim: Claim, term: ClaimTerm) -> None:
        """The merchant's own limit holds for what is opened from now on, and for this claim."""
        asks = self._asks

        def work() -> Moved:
            asks.claims.set_term(claim.carrier, claim.kind, term)
            return asks.steps.amend(claim, kind=claim.kind)

        self._do(self._desk.words("Limit of the contract kept."), work)

    def _amount(self, said: str, verb: Callable[[int], Moved], text: str) -> None:
        try:
            cents = cents_of(text)
        except DeskError as error:
            self._fail(error)
            return
        self._do(said, lambda: verb(cents))

    def _texts(self, verb: Callable[..., Moved], claim: Claim) -> Callable[[str], None]:
        return lambda text: self._do(self._desk.words("Noted."), lambda: verb(claim, text=text))
