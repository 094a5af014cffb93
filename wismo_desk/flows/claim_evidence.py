"""Gathers what this desk knows of a parcel for its claim; asks nobody outside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from wismo_desk.domain.claim import Claim
from wismo_desk.domain.claim_evidence import (
    CarrierEvent,
    Evidence,
    PackedLine,
    ScanMade,
    gaps_of,
)
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.order import Order
from wismo_desk.domain.shipment import Parcel
from wismo_desk.domain.status import ENDED, NO_CODES, UNKNOWN_RULE, TrackingStatus
from wismo_desk.errors import Refused
from wismo_desk.flows.claim import OpenClaims, contents_of

_PICTURES: Final = ("image/png", "image/jpeg")


@dataclass(frozen=True, slots=True, kw_only=True)
class GatherEvidence:
    """On READ: label pictures and attachments are only those that this desk keeps."""

    claims: OpenClaims

    def __call__(self, claim_id: UUID) -> Evidence:
        """Raises Refused when the claim or its parcel is not known here."""
        claim, read = self.claims.get(claim_id).claim, self.claims.store.read
        order, parcel = read.order(claim.order_id), read.parcel(claim.parcel_id)
        row = read.shipment(claim.shipment_id)
        if order is None or parcel is None or row is None:
            raise Refused("The parcel of this claim is not known here.")
        facts = read.order_facts(claim.order_id)
        events = tuple(self._events(parcel, facts))
        carrier, service = self.claims.names(claim.carrier, claim.service)
        label = self.claims.store.journal.label(claim.parcel_id)
        of_parcel = [fact for fact in facts if fact.parcel_id == claim.parcel_id]
        closed = _closed(parcel, facts)
        pictures, others = self._files(claim)
        return Evidence(
            claim=claim,
            order_number=order.number,
            carrier_name=carrier,
            service_name=service,
            recipient=order.recipient,
            ordered_at=order.ordered_at,
            promised_on=row.promised_on,
            lines=_lines(order, parcel, facts),
            packed_at=closed.at if closed else None,
            packed_by=closed.station if closed else "",
            weight_g=parcel.weight_g,
            scans=tuple(_scans(order, closed, facts)),
            labelled_at=parcel.labelled_at,
            printed_at=_at(of_parcel, FactKind.LABEL_PRINTED),
            checked_at=_at(of_parcel, FactKind.LABEL_CHECKED),
            manifest=next(
                (str(f.data["manifest"]) for f in of_parcel if f.kind is FactKind.PARCEL_MANIFESTED), ""
            ),
            handed_at=_handed(events) or _at(of_parcel, FactKind.PARCEL_MANIFESTED),
            delivered_at=next((one.at for one in events if one.status is TrackingStatus.DELIVERED), None),
            events=events,
            gaps=gaps_of(events, self.claims.pen.clock(), ended=row.status in ENDED),
            label_image=label.image if label else b"",
            pictures=pictures,
            others=others,
        )

    def _events(self, parcel: Parcel, facts: Sequence[Fact]) -> Iterator[CarrierEvent]:
        """Of this parcel, or of the shipment where the carrier told no number."""
        for fact in facts:
            if fact.kind is not FactKind.TRACKING_SAID or fact.parcel_id not in (None, parcel.parcel_id):
                continue
            code, label = str(fact.data["code"]), str(fact.data.get("label", ""))
            codes = self.claims.store.codes.get(str(fact.data["carrier"]), NO_CODES)
            yield CarrierEvent(
                at=fact.at,
                code=code,
                label=label,
                place=str(fact.data.get("place", "")),
                source=str(fact.data.get("source", "")),
                status=(codes.rule(code, label) or UNKNOWN_RULE).status,
            )

    def _files(self, claim: Claim) -> tuple[tuple[tuple[str, bytes], ...], tuple[str, ...]]:
        """Pictures to print, and names of what goes beside: other files, and papers that the carrier gave."""
        store = self.claims.store
        pictures, others = [], []
        for one in claim.attachments:
            kept = store.claim_files.get(one.file)
            if kept is not None and kept.media in _PICTURES:
                pictures.append((kept.name, kept.content))
            elif kept is not None:
                others.append(kept.name)
        papers = [
            stored.paper.kind.value
            for stored in store.journal.papers(claim.parcel_id.hex)
            if stored.paper.content
        ]
        return tuple(pictures), (*others, *papers)


def _closed(parcel: Parcel, facts: Sequence[Fact]) -> Fact | None:
    """The closing of this parcel at the bench."""
    mine = (fact for fact in facts if fact.kind is FactKind.PARCEL_CLOSED)
    return next((fact for fact in mine if fact.data.get("parcel_no") == parcel.parcel_no), None)


def _lines(order: Order, parcel: Parcel, facts: Sequence[Fact]) -> tuple[PackedLine, ...]:
    inside = contents_of(parcel, facts)
    found = [(line, inside.get(str(line.line_id), 0) if inside else line.quantity) for line in order.lines]
    return tuple(
        PackedLine(sku=line.sku, name=line.name, pieces=pieces, cents=line.price_cents)
        for line, pieces in found
        if pieces
    )


def _scans(order: Order, closed: Fact | None, facts: Sequence[Fact]) -> Iterator[ScanMade]:
    """Those between the parcel before and this one, without what was undone."""
    if closed is None:
        return
    before = [f.at for f in facts if f.kind is FactKind.PARCEL_CLOSED and f.at < closed.at]
    since = max(before, default=None)
    skus = {str(line.line_id): line.sku for line in order.lines}
    for fact in facts:
        if fact.kind not in (FactKind.ITEM_SCANNED, FactKind.ITEM_UNDONE) or fact.at > closed.at:
            continue
        if since is not None and fact.at <= since:
            continue
        pieces = int(str(fact.data["pieces"]))
        undone = fact.kind is FactKind.ITEM_UNDONE
        yield ScanMade(
            at=fact.at,
            station=fact.station,
            code=str(fact.data.get("code", "")),
            sku=skus.get(str(fact.data["line"]), ""),
            pieces=-pieces if undone else pieces,
            how=str(fact.data.get("how", "scan")),
        )


def _handed(events: Sequence[CarrierEvent]) -> datetime | None:
    before = (TrackingStatus.PLANNED, TrackingStatus.LABEL_CREATED, TrackingStatus.UNKNOWN)
    return next((one.at for one in events if one.status not in before), None)


def _at(facts: Sequence[Fact], kind: FactKind) -> datetime | None:
    return next((fact.at for fact in facts if fact.kind is kind), None)
