"""Writes a claim: the letter in the carrier's language, 300 characters for a form, the file on paper, a mail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Final
from uuid import UUID

from wismo_desk.documents.claim_file import ClaimSheet, claim_file
from wismo_desk.documents.script import DrawsText
from wismo_desk.domain.claim import ClaimKind
from wismo_desk.domain.claim_evidence import SHORT_LENGTH, Evidence
from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.domain.order import Party
from wismo_desk.errors import BadInput
from wismo_desk.flows.claim_evidence import GatherEvidence
from wismo_desk.flows.claim_photos import plain_name
from wismo_desk.store.journal import Entry
from wismo_desk.words import Words

ADDRESS_SCOPE: Final = (
    "claim_address"  # of VALUE_SET facts; the key is the carrier: where it takes claims by mail
)
# Those that answer in French; the merchant may write to the others in English.
_FRENCH: Final = frozenset(
    {"colissimo", "chronopost", "mondial_relay", "dpd_france", "laposte", "coliship", "practice"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimText:
    """`short` has at most 300 characters. `address`: where this merchant sends claims to this carrier, or ""."""

    subject: str
    body: tuple[str, ...]
    enclosed: tuple[str, ...]
    short: str
    language: str
    address: str = ""

    @property
    def letter(self) -> str:
        """Ready to copy."""
        return "\n\n".join(self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteClaim:
    """`speak` gives the words of a language; `cut` covers the codes of a label's picture: what is shown on a screen
    must not be scanned. Texts on READ, papers on a lane of their own."""

    gather: GatherEvidence
    speak: Callable[[str], Words]
    shipper: Callable[[], Party]
    fonts: Path
    cut: Callable[[bytes], bytes]
    draw: DrawsText | None = None
    practice: bool = False

    def __call__(self, claim_id: UUID) -> tuple[Evidence, ClaimText]:
        """Raises Refused when the claim is not known."""
        found = self.gather(claim_id)
        return found, self.text(found)

    def text(self, found: Evidence) -> ClaimText:
        language = "fr" if found.claim.carrier in _FRENCH else "en"
        words = self.speak(language)
        address = self.gather.claims.store.read.value(ADDRESS_SCOPE, found.claim.carrier)
        return ClaimText(
            subject=_subject(found, words),
            body=tuple(_paragraphs(found, words, self.shipper())),
            enclosed=tuple(_enclosed(found, words)),
            short=_short(found, words),
            language=language,
            address=str(address or ""),
        )

    def paper(self, claim_id: UUID) -> bytes:
        """The file of the claim as PDF."""
        found, text = self(claim_id)
        covered = self.cut(found.label_image) if found.label_image else b""
        sheet = ClaimSheet(
            subject=text.subject,
            body=text.body,
            enclosed=text.enclosed,
            carrier=found.carrier_name,
            shipper=self.shipper(),
            made_at=self._now(),
            evidence=replace(found, label_image=covered),
            practice=self.practice,
        )
        return claim_file(sheet, words=self.speak(text.language), fonts=self.fonts, draw=self.draw)

    def mail(self, claim_id: UUID) -> bytes:
        """A message that the merchant's own mail program opens as a draft, with the file and all attachments."""
        found, text = self(claim_id)
        message = EmailMessage()
        message["Subject"] = text.subject
        message["X-Unsent"] = "1"
        if text.address:
            message["To"] = text.address
        message.set_content(f"{text.letter}\n")
        name = f"{found.claim.number or found.order_number}.pdf"
        message.add_attachment(self.paper(claim_id), maintype="application", subtype="pdf", filename=name)
        for one in self.gather.claims.store.claim_files.of_order(found.claim.order_id):
            if one.file in {attached.file for attached in found.claim.attachments}:
                kind, _, subtype = one.media.partition("/")
                name = plain_name(one.name)  # one that came before names were cleaned would break the header
                message.add_attachment(one.content, maintype=kind, subtype=subtype, filename=name)
        for stored in self.gather.claims.store.journal.papers(found.claim.parcel_id.hex):
            kind, _, subtype = stored.paper.media_type.partition("/")
            if stored.paper.content and subtype:
                ending = {"jpeg": "jpg"}.get(subtype, subtype)
                name = f"{stored.paper.kind.value}-{stored.number}.{ending}"
                message.add_attachment(stored.paper.content, maintype=kind, subtype=subtype, filename=name)
        return message.as_bytes(policy=SMTP)

    def set_address(self, carrier: str, address: str) -> Changes:
        """Where this carrier takes claims by mail, as the merchant knows it; "" forgets it."""
        said = address.strip()
        if said and (
            said.count("@") != 1 or said != "".join(said.split()) or said[0] == "@" or said[-1] == "@"
        ):
            raise BadInput("{address} is no e-mail address.", address=said, field="address")
        claims = self.gather.claims
        fact = claims.pen.fact(FactKind.VALUE_SET, scope=ADDRESS_SCOPE, key=carrier, value=said)
        return claims.store.commit(Entry(at=claims.pen.clock(), facts=(fact,)))

    def _now(self) -> datetime:
        return self.gather.claims.pen.clock()


def kind_words(kind: ClaimKind, words: Words) -> str:
    """As a letter names it."""
    return {
        ClaimKind.LOST: words("parcel lost"),
        ClaimKind.DAMAGED: words("parcel damaged"),
        ClaimKind.MISSING: words("contents missing"),
        ClaimKind.NOT_RECEIVED: words("announced as delivered, not received"),
        ClaimKind.LATE: words("parcel late"),
        ClaimKind.OTHER: words("incident of delivery"),
    }[kind]


def _subject(found: Evidence, words: Words) -> str:
    return words(
        "Claim for parcel {number}: {kind}",
        number=found.claim.number,
        kind=kind_words(found.claim.kind, words),
    )


def _paragraphs(found: Evidence, words: Words, shipper: Party) -> Iterator[str]:
    claim = found.claim
    yield words("Dear Sir or Madam,")
    yield _which(found, words)
    yield from filter(None, (_what_happened(found, words), _contents(found, words), claim.text))
    if claim.kind in (ClaimKind.DAMAGED, ClaimKind.MISSING) and found.recipient.country == "FR":
        yield words("This letter is our reasoned protest under article L133-3 of the French Commercial Code.")
    if claim.requested:
        yield words("For this we ask you for {amount}.", amount=words.money(claim.requested, claim.currency))
    else:
        yield words("Please tell us what compensation our contract provides for this.")
    yield words("Our evidence is enclosed. Please give us the number of the case and answer in writing.")
    yield words("Yours faithfully,")
    yield from filter(None, (shipper.company or shipper.name,))


def _which(found: Evidence, words: Words) -> str:
    """The parcel, and where it went, unless who received it was erased."""
    place = f"{found.recipient.postcode} {found.recipient.city}".strip()
    # What nobody here has a name for is a code, and a code is no word of a letter.
    service = found.service_name if found.service_name != found.claim.service else ""
    parcel = f"{found.claim.number} ({service})" if service else found.claim.number
    said = {"parcel": parcel, "order": found.order_number, "place": place}
    if found.handed_at is not None:
        said["day"] = _day(found.handed_at, words)
        if place:
            return words(
                "On {day} we handed you the parcel {parcel}, our order {order}, for {place}.", **said
            )
        return words("On {day} we handed you the parcel {parcel}, our order {order}.", **said)
    if place:
        return words("We gave you the parcel {parcel}, our order {order}, for {place}.", **said)
    return words("We gave you the parcel {parcel}, our order {order}.", **said)


def _what_happened(found: Evidence, words: Words) -> str:
    claim, last = found.claim, found.events[-1] if found.events else None
    delivered = _day(found.delivered_at, words) if found.delivered_at else ""
    promised = words.date(found.promised_on) if found.promised_on else ""
    match claim.kind:
        case ClaimKind.LOST:
            if last is None:
                return words("It has not been delivered, and we have seen no scan of it.")
            return words("It has not been delivered; your last scan is of {day}.", day=_day(last.at, words))
        case ClaimKind.DAMAGED:
            if delivered:
                return words("It was delivered on {day}, damaged.", day=delivered)
            return words("It was damaged on its way.")
        case ClaimKind.MISSING:
            return words("On delivery part of its contents was missing.")
        case ClaimKind.NOT_RECEIVED if delivered:
            return words(
                "Your tracking says that it was delivered on {day}; its recipient states that they did not receive it. "
                "Please send us the proof of delivery.",
                day=delivered,
            )
        case ClaimKind.NOT_RECEIVED:
            return words(
                "Its recipient states that they did not receive it. Please send us the proof of delivery."
            )
        case ClaimKind.LATE if promised and delivered:
            return words("It was due on {promised} and delivered on {day}.", promised=promised, day=delivered)
        case ClaimKind.LATE if promised:
            return words("It was due on {promised} and is not delivered to this day.", promised=promised)
    return ""


def _contents(found: Evidence, words: Words) -> str:
    lines = ", ".join(f"{line.pieces} × {line.name or line.sku}" for line in found.lines)
    if found.weight_g and lines:
        weight = words.kilos(found.weight_g)
        return words("It weighed {weight} when we closed it, and held: {lines}.", weight=weight, lines=lines)
    return words("It held: {lines}.", lines=lines) if lines else ""


def _enclosed(found: Evidence, words: Words) -> Iterator[str]:
    yield words("the record of packing and of handing over, with your own scans")
    if found.label_image:
        yield words("the label as it was printed")
    for name, _ in found.pictures:
        yield words("photo {name}", name=name)
    papers = {
        "proof": words("the proof of delivery"),
        "customs": words("the customs form"),
        "return_label": words("the return label"),
    }
    for name in found.others:
        yield papers.get(name, name)


def _short(found: Evidence, words: Words) -> str:
    """Whole sentences as long as there is room; the number and what happened come first."""
    claim = found.claim
    parts = [f"{_subject(found, words)}."]
    if found.handed_at is not None:
        parts.append(words("Handed over on {day}.", day=_day(found.handed_at, words)))
    parts += [_what_happened(found, words)]
    if claim.requested:
        parts.append(words("Amount: {amount}.", amount=words.money(claim.requested, claim.currency)))
    parts += [_contents(found, words), claim.text]
    text = ""
    for part in filter(None, parts):
        longer = f"{text} {part}".strip()
        if len(longer) <= SHORT_LENGTH:
            text = longer
    return text[:SHORT_LENGTH]


def _day(at: datetime, words: Words) -> str:
    return words.date(at.astimezone(words.zone).date())
