"""Opens claims for parcels: what for, until when, how much; one open claim for each parcel. Lists what is open."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, tzinfo
from typing import Any, Final
from uuid import UUID

from wismo_desk.domain.calendar import region_of, zone_of
from wismo_desk.domain.claim import Claim, ClaimKind, ClaimRow, Sum, sums
from wismo_desk.domain.claim_guess import Guess, guess
from wismo_desk.domain.claim_terms import (
    LONGEST_DAYS,
    TERM_SCOPE,
    ClaimTerm,
    Landmarks,
    Limit,
    limit_of,
    term_key,
    term_to_data,
    terms_from_data,
    working_days_left,
)
from wismo_desk.domain.fact import Changes, Fact, FactKind
from wismo_desk.domain.order import Order
from wismo_desk.domain.own_reports import OWN
from wismo_desk.domain.shipment import Parcel, ParcelState
from wismo_desk.domain.status import NO_CODES, UNKNOWN_RULE, TrackingStatus
from wismo_desk.domain.watching import ShipmentRow
from wismo_desk.errors import DeskError, Refused
from wismo_desk.flows.pen import Pen
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

MOST: Final = 500  # shipments at once: a slip of the hand
_GONE: Final = (ParcelState.ASKED, ParcelState.VOIDED)
_HERE: Final = frozenset({TrackingStatus.PLANNED, TrackingStatus.LABEL_CREATED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What became of opening several: `claims` are new; `refused` (order number, why) of the others."""

    claims: tuple[Claim, ...] = ()
    changes: Changes = field(default_factory=Changes)
    refused: tuple[tuple[str, DeskError], ...] = ()

    @property
    def count(self) -> int:
        return len(self.claims)

    @property
    def jobs(self) -> tuple[()]:
        """Nothing is printed."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenClaims:
    """`terms` are the limits of resources/claims; `holidays` of a region; `home` the warehouse's region; `names`
    turns (carrier, service) into what people say."""

    store: Store
    pen: Pen
    terms: Sequence[ClaimTerm]
    names: Callable[[str, str], tuple[str, str]]
    zone: tzinfo
    home: str = "FR"
    holidays: Callable[[str], Collection[date]] = lambda _region: ()

    # Opening

    def __call__(self, shipments: Sequence[UUID]) -> Opened:
        """A draft for every parcel of these shipments that has left; what has one already is told."""
        if len(shipments) > MOST:
            raise Refused(
                "{n} shipments are ticked, at most {most} go at once. Tick fewer.",
                n=len(shipments),
                most=MOST,
            )
        facts: list[Fact] = []
        refused: list[tuple[str, DeskError]] = []
        rows = self.store.read.page(list(self.store.read.row_ids(shipments).values()))
        for row in rows:
            try:
                facts += self._drafts(row)
            except DeskError as error:
                refused.append((row.order_number, error))
        changes = self.store.commit(Entry(at=self.pen.clock(), facts=tuple(facts))) if facts else Changes()
        new = {fact.fact_id for fact in facts}
        orders = sorted({fact.order_id for fact in facts if fact.order_id is not None})
        claims = [
            one for order in orders for one in self.store.read.claims.of_order(order) if one.claim_id in new
        ]
        return Opened(claims=tuple(claims), changes=changes, refused=tuple(refused))

    def _drafts(self, row: ShipmentRow) -> list[Fact]:
        order = self.store.read.order(row.order_id)
        parcels = [
            one
            for one in self.store.read.parcels(order_id=row.order_id)
            if one.shipment_id == row.shipment_id and one.state not in _GONE
        ]
        if any(one.carrier == OWN for one in parcels):
            raise Refused("It is one of your own deliveries: there is no carrier to claim from.")
        if order is None or not parcels or row.status in _HERE:
            raise Refused("Its parcel has not left: there is nobody to claim from.")
        known = self.store.read.claims.open_parcels([one.parcel_id for one in parcels])
        fresh = [one for one in parcels if one.parcel_id not in known]
        if not fresh:
            raise Refused("A claim is open for it already.")
        return [self._draft(row, order, parcel) for parcel in fresh]

    def _draft(self, row: ShipmentRow, order: Order, parcel: Parcel) -> Fact:
        facts = self.store.read.order_facts(order.order_id)
        found = self._guess(row, facts)
        limit = self.limit(found.kind, row, order, parcel, facts)
        asked = 0 if found.kind is ClaimKind.LATE else contents_value(order, parcel, facts)
        return self.pen.fact(
            FactKind.CLAIM_OPENED,
            order_id=order.order_id,
            shipment_id=row.shipment_id,
            parcel_id=parcel.parcel_id,
            carrier=parcel.carrier,
            service=parcel.service,
            number=parcel.tracking_number,
            wrong=found.kind.value,
            why=found.why,
            why_when=found.when.isoformat() if found.when else "",
            requested=asked,
            currency=order.currency,
            **said_limit(limit),
        )

    def _guess(self, row: ShipmentRow, facts: Sequence[Fact]) -> Guess:
        delivered = self._delivered(facts)
        on = delivered.at.astimezone(self.zone).date() if delivered else None
        return guess(
            row, delivered_at=delivered.at if delivered else None, delivered_on=on, today=self._today()
        )

    # Limits

    def limit(
        self, kind: ClaimKind, row: ShipmentRow, order: Order, parcel: Parcel, facts: Sequence[Fact]
    ) -> Limit | None:
        """Until when this can be claimed, by the day that counts for it."""
        region = region_of(order.recipient.country, order.recipient.postcode) or self.home
        return limit_of(
            self.all_terms(),
            kind,
            carrier=parcel.carrier,
            reach=zone_of(region, self.home[:2]),
            landmarks=self._landmarks(row, parcel, facts),
            holidays=self.holidays(self.home),
        )

    def all_terms(self) -> tuple[ClaimTerm, ...]:
        """The table, and what this merchant says of their contracts."""
        return (*self.terms, *terms_from_data(self.store.read.values(TERM_SCOPE)))

    def set_term(self, carrier: str, kind: ClaimKind, term: ClaimTerm | None) -> Changes:
        """From the merchant's own contract; None: the table holds again. Claims that are open keep their day."""
        if term is not None and not 1 <= term.days <= LONGEST_DAYS:
            raise Refused("A limit has from 1 to {most} days.", most=LONGEST_DAYS, field="days")
        value = term_to_data(term) if term is not None else None
        fact = self.pen.fact(FactKind.VALUE_SET, scope=TERM_SCOPE, key=term_key(carrier, kind), value=value)
        return self.store.commit(Entry(at=self.pen.clock(), facts=(fact,)))

    def _landmarks(self, row: ShipmentRow, parcel: Parcel, facts: Sequence[Fact]) -> Landmarks:
        delivered, handed = self._delivered(facts), self._handed(parcel, facts)
        known = (
            row.event_at if row.status in (TrackingStatus.LOST, TrackingStatus.DAMAGED) else self.pen.clock()
        )
        return Landmarks(
            delivered=self._day(delivered),
            handed_over=self._day(handed),
            promised=row.promised_on,
            known=known.astimezone(self.zone).date(),
        )

    def _delivered(self, facts: Iterable[Fact]) -> Fact | None:
        """The first time that the carrier said so: the careful day to count from."""
        return next((one for one in facts if self._status(one) is TrackingStatus.DELIVERED), None)

    def _handed(self, parcel: Parcel, facts: Sequence[Fact]) -> Fact | None:
        """The carrier's first scan, else the manifest that it went on."""
        for one in facts:
            status = self._status(one)
            if status is not None and status not in (*_HERE, TrackingStatus.UNKNOWN):
                return one
        mine = (one for one in facts if one.parcel_id == parcel.parcel_id)
        return next((one for one in mine if one.kind is FactKind.PARCEL_MANIFESTED), None)

    def _status(self, fact: Fact) -> TrackingStatus | None:
        """What a carrier's scan means; None for anything else."""
        if fact.kind is not FactKind.TRACKING_SAID:
            return None
        codes = self.store.codes.get(str(fact.data["carrier"]), NO_CODES)
        rule = codes.rule(str(fact.data["code"]), str(fact.data.get("label", ""))) or UNKNOWN_RULE
        return rule.status if rule.is_scan else None

    def _day(self, fact: Fact | None) -> date | None:
        return fact.at.astimezone(self.zone).date() if fact is not None else None

    def _today(self) -> date:
        return self.pen.clock().astimezone(self.zone).date()

    # Looking

    def rows(self, *, is_open: bool | None = None, carrier: str = "") -> list[ClaimRow]:
        """What can still be missed first."""
        return self.shown(self.store.read.claims.listed(is_open=is_open, carrier=carrier))

    def of_shipment(self, shipment_id: UUID) -> list[ClaimRow]:
        row = self.store.read.shipment(shipment_id)
        claims = self.store.read.claims.of_order(row.order_id) if row else ()
        return self.shown([one for one in claims if one.shipment_id == shipment_id])

    def get(self, claim_id: UUID) -> ClaimRow:
        """Raises Refused when nobody opened it."""
        claim = self.store.read.claims.get(claim_id)
        if claim is None:
            raise Refused("This claim is not known here.")
        return self.shown([claim])[0]

    def shown(self, claims: Sequence[Claim]) -> list[ClaimRow]:
        ids = self.store.read.row_ids({claim.shipment_id for claim in claims})
        known = {row.shipment_id: row for row in self.store.read.page(list(ids.values()))}
        off, today = self.holidays(self.home), self._today()
        found = []
        for claim in claims:
            row = known.get(claim.shipment_id)
            found.append(
                ClaimRow(
                    claim=claim,
                    order_number=row.order_number if row else "",
                    customer=row.customer if row else "",
                    place=row.place if row else "",
                    carrier_name=self.names(claim.carrier, "")[0],
                    left=working_days_left(today, claim.deadline, off) if claim.deadline else None,
                )
            )
        return found

    def sums(self) -> tuple[Sum, ...]:
        """By month and carrier, as people name it."""
        found = sums(self.store.read.claims.listed(limit=20_000))
        return tuple(replace(one, carrier=self.names(one.carrier, "")[0]) for one in found)


def said_limit(limit: Limit | None) -> dict[str, Any]:
    """As the facts of a claim keep it."""
    if limit is None:
        return {"since": "", "deadline": "", "source": "", "trusted": False}
    return {
        "since": limit.since.isoformat(),
        "deadline": limit.last.isoformat(),
        "source": limit.term.source,
        "trusted": limit.term.is_trusted,
    }


def contents_of(parcel: Parcel, facts: Iterable[Fact]) -> Mapping[str, int]:
    """Pieces by line id, as the bench closed this parcel; {} when it was not packed here."""
    for fact in facts:
        if fact.kind is FactKind.PARCEL_CLOSED and fact.data.get("parcel_no") == parcel.parcel_no:
            said = fact.data.get("contents")
            if isinstance(said, Mapping):
                return {str(key): int(str(count)) for key, count in said.items()}
    return {}


def contents_value(order: Order, parcel: Parcel, facts: Sequence[Fact]) -> int:
    """What the customer paid for what lay in this parcel, in cents; 0 when a price is missing."""
    inside = contents_of(parcel, facts)
    lines = [(line, inside.get(str(line.line_id), 0) if inside else line.quantity) for line in order.lines]
    if any(line.price_cents is None for line, pieces in lines if pieces):
        alone = parcel.parcel_no == 1 and not inside
        return order.total_cents or 0 if alone else 0
    return sum((line.price_cents or 0) * pieces for line, pieces in lines)
