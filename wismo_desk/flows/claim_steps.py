"""Takes a claim further: sent, answered, accepted, refused, paid, closed. Each is a fact, each can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from wismo_desk.domain.claim import (
    MOST_CENTS,
    NOTE_LENGTH,
    REFERENCE_LENGTH,
    Attachment,
    Claim,
    ClaimKind,
    ClaimState,
    ClaimVerb,
    Way,
)
from wismo_desk.domain.fact import Changes, Fact, FactKind
from wismo_desk.errors import BadInput, Refused
from wismo_desk.flows.claim import OpenClaims, said_limit
from wismo_desk.flows.claim_photos import media_of, plain_name
from wismo_desk.store.claim_files import KeptFile
from wismo_desk.store.journal import Entry

MOST_BYTES: Final = 8 * 1024 * 1024
MOST_FILES: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What was done: `changes` to redraw, `fact` for `ClaimSteps.undo`."""

    changes: Changes
    fact: Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimSteps:
    """On the lane of the station. Verbs take the claim as it was shown; what happened to it since still counts."""

    claims: OpenClaims

    def amend(
        self,
        claim: Claim,
        *,
        kind: ClaimKind | None = None,
        requested: int | None = None,
        text: str | None = None,
    ) -> Moved:
        """Another kind brings another limit. Raises Refused once it was sent, BadInput for what cannot be."""
        now = self._live(claim)
        if now.state is not ClaimState.DRAFT:
            raise Refused("This claim was sent: say what changed in a note.")
        said: dict[str, Any] = {}
        if kind is not None:
            said |= {"wrong": kind.value, **said_limit(self._limit(claim, kind))}
        if requested is not None:
            said["requested"] = _cents(requested)
        if text is not None:
            said["text"] = _text(text)
        return self._say(claim, ClaimVerb.AMEND, said)

    def send(self, claim: Claim, *, how: Way, reference: str = "") -> Moved:
        """It is with the carrier; `reference` is the number that the carrier gave the case."""
        now = self._live(claim)
        if now.double_of is not None:
            raise Refused("Another claim is open for this parcel, opened before. Close this one.")
        number = " ".join(reference.split())[:REFERENCE_LENGTH]
        return self._say(claim, ClaimVerb.SEND, {"how": how.value, "reference": number})

    def answer(self, claim: Claim, *, text: str) -> Moved:
        self._sent(claim)
        return self._say(claim, ClaimVerb.ANSWER, {"text": _needed(text)})

    def accept(self, claim: Claim, *, approved: int, text: str = "") -> Moved:
        self._sent(claim)
        return self._say(claim, ClaimVerb.ACCEPT, {"approved": _cents(approved), "text": _text(text)})

    def refuse(self, claim: Claim, *, text: str) -> Moved:
        self._sent(claim)
        return self._say(claim, ClaimVerb.REFUSE, {"text": _needed(text)})

    def pay(self, claim: Claim, *, received: int) -> Moved:
        """Money has come; said again, it is more money."""
        self._sent(claim)
        if not received:
            raise BadInput("Say how much money came.", field="received")
        return self._say(claim, ClaimVerb.PAY, {"received": _cents(received)})

    def close(self, claim: Claim, *, text: str) -> Moved:
        """Given up, or double."""
        self._live(claim)
        return self._say(claim, ClaimVerb.CLOSE, {"text": _needed(text)})

    def note(self, claim: Claim, *, text: str) -> Moved:
        return self._say(claim, ClaimVerb.NOTE, {"text": _needed(text)})

    def attach(self, claim: Claim, *, name: str, content: bytes) -> Moved:
        """A photo or a PDF. It stays on this desk, encrypted; that there is one, every desk knows."""
        now = self._live(claim)
        name = plain_name(name)
        if len(content) > MOST_BYTES:
            raise BadInput(
                "{name} has more than {most} MB. Make it smaller.",
                name=name,
                most=MOST_BYTES // 1024 // 1024,
                field="file",
            )
        media = media_of(name, content)
        if len(now.attachments) >= MOST_FILES:
            raise Refused("A claim takes at most {most} files.", most=MOST_FILES)
        store = self.claims.store
        if store.personal.erased([claim.order_id]):
            raise Refused("Who received this parcel was erased: nothing more is kept of it.")
        file = self.claims.pen.new_id().hex
        kept = KeptFile(file=file, order_id=claim.order_id, name=name, media=media, content=content)
        store.claim_files.keep(kept)  # first: a fact must not speak of a file that is not there
        # A name that the merchant's camera or shop gave may speak of a person: it stays with the file.
        number = len(now.attachments) + 1
        said = {"file": file, "name": f"{number}", "media": media, "size": len(content)}
        return self._say(claim, ClaimVerb.ATTACH, said)

    def detach(self, claim: Claim, attachment: Attachment) -> Moved:
        self._live(claim)
        moved = self._say(claim, ClaimVerb.DETACH, {"file": attachment.file})
        self.claims.store.claim_files.drop(attachment.file)
        return moved

    def undo(self, moved: Moved) -> Changes:
        """What was said counts no more; both stay in the log."""
        fact = moved.fact
        if fact.kind is not FactKind.CLAIM_HANDLED or fact.data["verb"] == ClaimVerb.DETACH:
            raise Refused("This cannot be taken back.")
        data: dict[str, Any] = {
            "claim": fact.data["claim"],
            "verb": ClaimVerb.WITHDRAW.value,
            "facts": [fact.fact_id.hex],
        }
        gone = self.claims.pen.fact(
            FactKind.CLAIM_HANDLED,
            order_id=fact.order_id,
            shipment_id=fact.shipment_id,
            parcel_id=fact.parcel_id,
            **data,
        )
        return self._commit(gone)

    def _limit(self, claim: Claim, kind: ClaimKind) -> Any:
        read = self.claims.store.read
        row, order, parcel = (
            read.shipment(claim.shipment_id),
            read.order(claim.order_id),
            read.parcel(claim.parcel_id),
        )
        if row is None or order is None or parcel is None:
            return None
        return self.claims.limit(kind, row, order, parcel, read.order_facts(claim.order_id))

    def _now(self, claim: Claim) -> Claim:
        return self.claims.get(claim.claim_id).claim

    def _live(self, claim: Claim) -> Claim:
        now = self._now(claim)
        if now.is_over:
            raise Refused("This claim is over. Take the last step back first, or open another.")
        return now

    def _sent(self, claim: Claim) -> Claim:
        now = self._now(claim)
        if now.sent_at is None:
            raise Refused("The carrier knows nothing of this claim yet. Say first how it was sent.")
        if now.state is ClaimState.CLOSED:
            raise Refused("This claim is over. Take the last step back first, or open another.")
        return now

    def _say(self, claim: Claim, verb: ClaimVerb, said: dict[str, Any]) -> Moved:
        fact = self.claims.pen.fact(
            FactKind.CLAIM_HANDLED,
            order_id=claim.order_id,
            shipment_id=claim.shipment_id,
            parcel_id=claim.parcel_id,
            claim=claim.claim_id.hex,
            verb=verb.value,
            **said,
        )
        return Moved(changes=self._commit(fact), fact=fact)

    def _commit(self, fact: Fact) -> Changes:
        return self.claims.store.commit(Entry(at=self.claims.pen.clock(), facts=(fact,)))


def _cents(amount: int) -> int:
    if not 0 <= amount <= MOST_CENTS:
        raise BadInput("This amount cannot be right.", field="amount")
    return amount


def _text(said: str) -> str:
    text = " ".join(said.split())
    if len(text) > NOTE_LENGTH:
        raise BadInput(
            "A note has at most {most} characters, this one has {n}.",
            most=NOTE_LENGTH,
            n=len(text),
            field="text",
        )
    return text


def _needed(said: str) -> str:
    text = _text(said)
    if not text:
        raise BadInput("Write in a few words what was said.", field="text")
    return text
