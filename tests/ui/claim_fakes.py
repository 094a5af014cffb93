"""Fakes of the claim flows for the page: made-up claims in every state, and a note of what was asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from page_fakes import NOW, PEOPLE

from wismo_desk.domain.claim import (
    Attachment,
    Claim,
    ClaimKind,
    ClaimRow,
    ClaimState,
    ClaimVerb,
    Step,
    Sum,
    Way,
    sums,
)
from wismo_desk.domain.claim_evidence import CarrierEvent, Evidence, PackedLine, ScanMade, gaps_of
from wismo_desk.domain.claim_guess import DAMAGED_SAID, NO_SCAN_SAID
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.order import Party
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.errors import DeskError, Refused
from wismo_desk.flows.claim_letter import ClaimText
from wismo_desk.ui.claims_asks import ClaimAsks

_SPACE = UUID(int=9)
_LAW = (
    "Code de commerce, art. L133-3: reasoned protest by registered letter within 3 days of receipt, public holidays "
    "not counted"
)
_PUBLIC = "La Poste's public shop: within 30 days of posting; for contracts the sources differ"
CARRIERS = (("colissimo", "Colissimo"), ("chronopost", "Chronopost"), ("mondial_relay", "Mondial Relay"))
_STATES = (
    (ClaimState.DRAFT, ClaimKind.DAMAGED, 1, 4590),
    (ClaimState.DRAFT, ClaimKind.NOT_RECEIVED, 3, 12900),
    (ClaimState.DRAFT, ClaimKind.LOST, 17, 6400),
    (ClaimState.DRAFT, ClaimKind.LATE, None, 0),
    (ClaimState.SENT, ClaimKind.LOST, None, 8250),
    (ClaimState.ANSWERED, ClaimKind.DAMAGED, None, 2990),
    (ClaimState.ACCEPTED, ClaimKind.LOST, None, 5400),
    (ClaimState.REFUSED, ClaimKind.MISSING, None, 1990),
    (ClaimState.PAID, ClaimKind.LOST, None, 7100),
    (ClaimState.CLOSED, ClaimKind.NOT_RECEIVED, None, 3900),
)


def make_claim(n: int) -> ClaimRow:
    state, kind, left, asked = _STATES[n % len(_STATES)]
    carrier, name = CARRIERS[n % len(CARRIERS)]
    at = NOW - timedelta(days=2 * n, hours=n)
    claim_id = uuid5(_SPACE, str(n))
    law = kind in (ClaimKind.DAMAGED, ClaimKind.MISSING)
    sent = state is not ClaimState.DRAFT
    steps = [Step(fact_id=claim_id, verb=None, at=at, station="QUAI-3")]
    if sent:
        steps.append(
            Step(
                fact_id=uuid5(_SPACE, f"s{n}"),
                verb=ClaimVerb.SEND,
                at=at + timedelta(hours=2),
                station="QUAI-3",
                way=Way.FORM,
                text="C-20931",
            )
        )
    claim = Claim(
        claim_id=claim_id,
        order_id=uuid5(_SPACE, f"o{n}"),
        shipment_id=uuid5(_SPACE, f"h{n}"),
        parcel_id=uuid5(_SPACE, f"p{n}"),
        carrier=carrier,
        service="home",
        number=f"XY4812093{75 + n}FR",
        kind=kind,
        state=state,
        opened_at=at,
        why=DAMAGED_SAID if law else NO_SCAN_SAID,
        why_when=at - timedelta(days=1),
        requested=asked,
        approved=2300 if state is ClaimState.ACCEPTED else None,
        received=7100 if state is ClaimState.PAID else 0,
        since=date(2026, 11, 30),
        deadline=None if left is None else date(2026, 12, 1) + timedelta(days=left),
        source=_LAW if law else _PUBLIC,
        trusted=law,
        sent_at=at if sent else None,
        reference="C-20931" if sent else "",
        attachments=(Attachment(file="a1", name="1", media="image/jpeg", size=245_000),) if n == 0 else (),
        steps=tuple(steps),
    )
    return ClaimRow(
        claim=claim,
        order_number=str(10482 - n),
        customer=PEOPLE[n % len(PEOPLE)][0],
        place="Lyon",
        carrier_name=name,
        left=left,
    )


def make_evidence(row: ClaimRow) -> Evidence:
    packed = NOW - timedelta(days=9)
    said = (
        (8, "PC1", "Pris en charge", "Saint-Priest", TrackingStatus.ACCEPTED),
        (7, "TR1", "Trié", "Lyon Montrochet PPDC", TrackingStatus.IN_TRANSIT),
        (5, "ET1", "Incident : emballage endommagé", "Chilly-Mazarin", TrackingStatus.DAMAGED),
    )
    events = tuple(
        CarrierEvent(
            at=NOW - timedelta(days=days),
            code=code,
            label=label,
            place=place,
            source="tracking",
            status=status,
        )
        for days, code, label, place, status in said
    )
    return Evidence(
        claim=row.claim,
        order_number=row.order_number,
        carrier_name=row.carrier_name,
        service_name="domicile",
        recipient=Party(name=row.customer, postcode="69002", city="Lyon"),
        ordered_at=packed - timedelta(days=1),
        lines=(PackedLine(sku="MUG-BL", name="Mug blanc", pieces=2, cents=1495),),
        packed_at=packed,
        packed_by="QUAI-3",
        weight_g=842,
        scans=(ScanMade(at=packed, station="QUAI-3", code="3760123450017", sku="MUG-BL", pieces=2),),
        checked_at=packed + timedelta(minutes=1),
        handed_at=packed + timedelta(hours=3),
        manifest="COL-20261122-1",
        events=events,
        gaps=gaps_of(events, NOW, ended=False),
    )


TEXT = ClaimText(
    subject="Réclamation pour le colis XY481209375FR : colis endommagé",
    body=(
        "Madame, Monsieur,",
        "Le 22/11/2026, nous vous avons remis le colis XY481209375FR (domicile), pour 69002 Lyon.",
        "Pour cela, nous vous demandons 45,90 €.",
    ),
    enclosed=("le relevé de préparation",),
    short="Colis XY481209375FR : endommagé. Remis le 22/11/2026.",
    language="fr",
)


@dataclass(frozen=True)
class Done:
    changes: Changes = field(default_factory=lambda: Changes(orders=frozenset({UUID(int=1)})))


@dataclass
class FakeClaims:
    """All three flows in one; `asked` notes what was asked, `fails` is raised by the next verb."""

    count: int = len(_STATES)
    asked: list[tuple[Any, ...]] = field(default_factory=list)
    fails: DeskError | None = None
    state: ClaimState | None = None
    delivered: bool = False
    known: list[ClaimRow] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.known = [make_claim(n) for n in range(self.count)]

    def __call__(self, wanted: Any) -> Any:
        if isinstance(wanted, UUID):
            found = make_evidence(self.get(wanted))
            return replace(found, delivered_at=NOW if self.delivered else None), TEXT
        self.asked.append(("open", list(wanted)))
        return Done()

    def rows(self, *, is_open: bool | None = None, carrier: str = "") -> list[ClaimRow]:
        return list(self.known)

    def get(self, claim_id: UUID) -> ClaimRow:
        found = next((row for row in self.known if row.claim.claim_id == claim_id), None)
        if found is None:
            raise Refused("This claim is not known here.")
        return found

    def sums(self) -> tuple[Sum, ...]:
        names = dict(CARRIERS)
        found = sums(row.claim for row in self.known)
        return tuple(replace(one, carrier=names[one.carrier]) for one in found)

    def set_term(self, *said: Any) -> Changes:
        self.asked.append(("term", *said))
        return Changes()

    def _did(self, verb: str, claim: Claim, **said: Any) -> Done:
        if self.fails is not None:
            fails, self.fails = self.fails, None
            raise fails
        self.asked.append((verb, claim.claim_id, said))
        if self.state is not None:
            at = next(n for n, row in enumerate(self.known) if row.claim.claim_id == claim.claim_id)
            row = self.known[at]
            self.known[at] = replace(row, claim=replace(row.claim, state=self.state))
        return Done()

    def amend(self, claim: Claim, **said: Any) -> Done:
        return self._did("amend", claim, **said)

    def send(self, claim: Claim, **said: Any) -> Done:
        return self._did("send", claim, **said)

    def answer(self, claim: Claim, **said: Any) -> Done:
        return self._did("answer", claim, **said)

    def accept(self, claim: Claim, **said: Any) -> Done:
        return self._did("accept", claim, **said)

    def refuse(self, claim: Claim, **said: Any) -> Done:
        return self._did("refuse", claim, **said)

    def pay(self, claim: Claim, **said: Any) -> Done:
        return self._did("pay", claim, **said)

    def close(self, claim: Claim, **said: Any) -> Done:
        return self._did("close", claim, **said)

    def note(self, claim: Claim, **said: Any) -> Done:
        return self._did("note", claim, **said)

    def attach(self, claim: Claim, **said: Any) -> Done:
        return self._did("attach", claim, **said)

    def detach(self, claim: Claim, attachment: Attachment) -> Done:
        return self._did("detach", claim, file=attachment.file)

    def undo(self, moved: Any) -> Changes:
        self.asked.append(("undo",))
        return Changes(orders=frozenset({UUID(int=1)}))

    def paper(self, claim_id: UUID) -> bytes:
        return b"%PDF-1.4"

    def mail(self, claim_id: UUID) -> bytes:
        return b"X-Unsent: 1\r\n\r\n"

    def fetch(self, parcel_id: UUID) -> list[Any]:
        self.asked.append(("fetch", parcel_id))
        return []

    def set_address(self, carrier: str, address: str) -> Changes:
        self.asked.append(("address", carrier, address))
        return Changes()


def make_asks(fake: FakeClaims, documents: Path, copied: list[str]) -> ClaimAsks:
    return ClaimAsks(
        claims=fake, steps=fake, write=fake, documents=documents, copy=copied.append, fetch=fake.fetch
    )
