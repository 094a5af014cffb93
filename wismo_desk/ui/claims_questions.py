"""The questions of a claim, in the pane instead of dialogs: how it was sent, how much, what for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from wismo_desk.domain.amount import plain_amount
from wismo_desk.domain.claim import Claim, ClaimKind, Way
from wismo_desk.domain.claim_terms import ClaimTerm, Count, Start, Trust
from wismo_desk.ui.claims_words import ClaimWords
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Reason

Ask = tuple[Reason, Callable[[str], None]]
_DAYS: Final = re.compile(
    r"([0-9]{1,4})(?:\s[a-zà-ÿ\s]*)?", re.IGNORECASE
)  # one number, with words behind: "10 jours"


def sent_question(desk: Desk, say: ClaimWords, then: Callable[[Way, str], None]) -> Ask:
    """The note beside is the number that the carrier gave the case."""
    words = desk.words
    title = words("How was it sent? If the carrier gave a case number, write it into the note.")
    question = Reason(desk, title, [say.way[way] for way in Way], words("Mark it as sent"), note=True)
    return question, lambda _: then(list(Way)[question.chosen], question.note)


def kind_question(
    desk: Desk, say: ClaimWords, claim: Claim, then: Callable[[ClaimKind | None, str], None]
) -> Ask:
    """Another kind, another amount, or both."""
    words = desk.words
    amount = words.money(claim.requested, claim.currency)
    title = words("What is it for? The amount, now {amount}, goes into the note.", amount=amount)
    question = Reason(desk, title, [say.kind[kind] for kind in ClaimKind], words("Change it"), note=True)
    return question, lambda _: then(list(ClaimKind)[question.chosen], question.note)


def term_question(desk: Desk, claim: Claim, then: Callable[[ClaimTerm], None]) -> Ask:
    """So many days of which kind, from which day: the days go into the note."""
    words = desk.words
    choices = (
        (words("calendar days after delivery"), Count.CALENDAR, Start.DELIVERED),
        (words("working days after delivery"), Count.WORKING, Start.DELIVERED),
        (words("calendar days after handing over"), Count.CALENDAR, Start.HANDED_OVER),
        (words("working days after handing over"), Count.WORKING, Start.HANDED_OVER),
    )
    title = words("Until when may this be claimed, by your contract? The number of days goes into the note.")
    question = Reason(desk, title, [name for name, *_ in choices], words("Keep the limit"), note=True)

    def answered(_: str) -> None:
        _, count, start = choices[question.chosen]
        found = _DAYS.fullmatch(question.note.strip())
        then(
            ClaimTerm(
                carrier=claim.carrier,
                kind=claim.kind.value,
                reach=None,
                days=int(found[1]) if found else 0,  # 0 is refused, with the limits named
                count=count,
                start=start,
                source="",
                checked=None,
                trust=Trust.MERCHANT,
            )
        )

    return question, answered


def amount_question(
    desk: Desk, title: str, cents: int, currency: str, yes: str, then: Callable[[str], None]
) -> Ask:
    """The amount that is expected as a ready answer; `then` gets what was typed, or that amount plainly written."""
    ready = (desk.words.money(cents, currency),) if cents else ()
    return Reason(desk, title, ready, yes), lambda said: then(plain_amount(cents) if said in ready else said)


def text_question(
    desk: Desk, title: str, answers: tuple[str, ...], yes: str, then: Callable[[str], None]
) -> Ask:
    return Reason(desk, title, answers, yes), then


def address_question(desk: Desk, claim: Claim, then: Callable[[str], None]) -> Ask:
    """Where this carrier takes claims by mail: nobody here knows, the contract does."""
    words = desk.words
    without = words("Without an address")
    title = words("To which address does this carrier take claims? It is in your contract, and is kept.")
    question = Reason(desk, title, (without,), words("Make the draft"))
    return question, lambda said: then("" if said == without else said)
