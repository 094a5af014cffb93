"""Claims as people say them: kinds, states, how long is left, what was done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from wismo_desk.domain.claim import Claim, ClaimKind, ClaimRow, ClaimState, ClaimVerb, Step, Way
from wismo_desk.ui.marks import Mark, Stage
from wismo_desk.ui.page_desk import Desk

ACT: Final = 2  # working days: from then on it is red


def near(rows: Iterable[ClaimRow]) -> int:
    """How many must be sent within two working days."""
    return sum(
        row.claim.state is ClaimState.DRAFT and row.left is not None and 0 <= row.left <= ACT for row in rows
    )


WATCH: Final = 5
MARKS: Final[Mapping[ClaimState, Mark | Stage]] = {
    ClaimState.DRAFT: Stage.ANNOUNCED,
    ClaimState.SENT: Stage.IN_TRANSIT,
    ClaimState.ANSWERED: Mark.WARN,
    ClaimState.ACCEPTED: Stage.LAST_STAGE,
    ClaimState.REFUSED: Mark.DANGER,
    ClaimState.PAID: Mark.OK,
    ClaimState.CLOSED: Mark.NEUTRAL,
}


class ClaimWords:
    """Built once, then look-ups."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        words = desk.words
        self.kind: Mapping[ClaimKind, str] = {
            ClaimKind.LOST: words("Lost on the way"),
            ClaimKind.DAMAGED: words("Damaged parcel"),
            ClaimKind.MISSING: words("Contents missing"),
            ClaimKind.NOT_RECEIVED: words("Delivered, not received"),
            ClaimKind.LATE: words("Delivered too late"),
            ClaimKind.OTHER: words("Other reason"),
        }
        self.state: Mapping[ClaimState, str] = {
            ClaimState.DRAFT: words("To be sent to the carrier"),
            ClaimState.SENT: words("With the carrier"),
            ClaimState.ANSWERED: words("The carrier answered"),
            ClaimState.ACCEPTED: words("Accepted, not paid"),
            ClaimState.REFUSED: words("Refused by the carrier"),
            ClaimState.PAID: words("Money received"),
            ClaimState.CLOSED: words("Given up"),
        }
        self.way: Mapping[Way, str] = {
            Way.FORM: words("In the carrier's customer area"),
            Way.MAIL: words("By e-mail"),
            Way.POST: words("By registered letter"),
            Way.PHONE: words("By telephone"),
        }

    def deadline(self, row: ClaimRow) -> tuple[str, Mark | None]:
        """How long it can still be claimed, and how grave that is. Of what was sent, nothing."""
        words, claim = self._desk.words, row.claim
        if claim.double_of is not None:
            return words("Double: opened at another desk before"), Mark.WARN
        if claim.state is not ClaimState.DRAFT:
            late = words("Sent after its last day") if claim.is_late and not claim.is_over else ""
            return late, Mark.WARN if late else None
        if claim.deadline is None or row.left is None:
            return words("No limit known here"), None
        day = words.day(claim.deadline, today=self._desk.today)
        if row.left < 0:
            return words("Since {day} too late", day=day), Mark.DANGER
        if row.left == 0:
            said = (
                words("Last day: today")
                if claim.deadline == self._desk.today
                else words("Act today: {day}", day=day)
            )
            return said, Mark.DANGER
        several = words("{n} working days left, {day}", n=row.left, day=day)
        said = words("1 working day left, {day}", day=day) if row.left == 1 else several
        return said, Mark.DANGER if row.left <= ACT else Mark.WARN if row.left <= WATCH else None

    def why(self, claim: Claim) -> str:
        """What made the program take it for this kind."""
        if not claim.why:
            return ""
        words, now = self._desk.words, self._desk.clock()
        when = words.moment(claim.why_when, now=now) if claim.why_when else ""
        return words(claim.why, when=when)

    def source(self, claim: Claim) -> str:
        """Where the limit is from, and that it is to be checked unless it is sure."""
        words = self._desk.words
        if claim.deadline is None:
            return words("Look into your contract with this carrier: no term of it could be read here.")
        own = words("From your contract.")
        said = words(claim.source) if claim.source else own
        return said if claim.trusted else f"{said} {words('To be checked in your contract.')}"

    def money(self, claim: Claim) -> str:
        """Asked, accepted, received, as far as it has come."""
        words = self._desk.words
        parts = [words("{amount} asked", amount=words.money(claim.requested, claim.currency))]
        if claim.approved is not None:
            parts.append(words("{amount} accepted", amount=words.money(claim.approved, claim.currency)))
        if claim.received:
            parts.append(words("{amount} received", amount=words.money(claim.received, claim.currency)))
        return " · ".join(parts)

    def step(self, step: Step, claim: Claim, *, now: datetime) -> str:
        """One line of the log."""
        words = self._desk.words
        amount = words.money(step.cents, claim.currency) if step.cents is not None else ""
        said = {
            None: words("Opened"),
            ClaimVerb.AMEND: words("Changed"),
            ClaimVerb.SEND: self.way[step.way] if step.way else "",
            ClaimVerb.ANSWER: words("Answer of the carrier"),
            ClaimVerb.ACCEPT: words("Accepted: {amount}", amount=amount),
            ClaimVerb.REFUSE: words("Refused by the carrier"),
            ClaimVerb.PAY: words("Received: {amount}", amount=amount),
            ClaimVerb.CLOSE: words("Given up"),
            ClaimVerb.NOTE: words("Note"),
            ClaimVerb.ATTACH: words("File added"),
            ClaimVerb.DETACH: words("File taken away"),
        }.get(step.verb, "")
        where = ", ".join(part for part in (words.moment(step.at, now=now), step.station) if part)
        line = words("{when}: {what}", when=where, what=said)
        if step.text:
            line = f"{line}. {step.text}"
        return f"{line} ({words('taken back')})" if step.withdrawn else line


def mark_of(claim: Claim) -> Mark | Stage:
    return Mark.NEUTRAL if claim.double_of is not None else MARKS[claim.state]
