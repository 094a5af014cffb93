"""What is known of a shipment, as far as a notice needs it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from wismo_desk.domain.anomaly_kinds import AnomalyKind
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.notice import Seen, Story
from wismo_desk.domain.notice_rules import PICKUP_GUESS, NoticeRules
from wismo_desk.domain.order import Order
from wismo_desk.domain.own_reports import withdrawn
from wismo_desk.domain.shipment import ParcelState
from wismo_desk.domain.status import NO_CODES, TrackingStatus
from wismo_desk.domain.watching import ShipmentRow
from wismo_desk.store.store import Store

WAITS: Final = timedelta(days=PICKUP_GUESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """`numbers` are the tracking numbers of the live parcels, first parcel first."""

    row: ShipmentRow
    order: Order
    story: Story
    numbers: tuple[str, ...]


def story_of(store: Store, row: ShipmentRow, *, waits: timedelta = WAITS) -> Story:
    """`waits`: how long its pickup point keeps a parcel."""
    facts = tuple(store.read.order_facts(row.order_id))
    seen = tuple(_seen(store, row, facts))
    late = [each.since for each in row.anomalies if each.kind is AnomalyKind.PROMISE_PASSED]
    told_late = [each.at for each in seen if each.status is TrackingStatus.DELAYED]
    if row.status is TrackingStatus.DELAYED:
        late += told_late[:1]
    predicted = [each.since for each in row.anomalies if each.kind is AnomalyKind.PREDICTED_LATE]
    return Story(
        status=row.status,
        facts=facts,
        late_since=late[0] if late else None,
        predicted_since=predicted[0] if predicted and not late else None,
        seen=seen,
        waits=waits,
    )


def _seen(store: Store, row: ShipmentRow, facts: Sequence[Fact]) -> Iterator[Seen]:
    """The scans of this shipment that stand and that are understood, oldest first."""
    gone = withdrawn(facts)
    for fact in sorted(facts, key=lambda fact: fact.at):
        if fact.kind is not FactKind.TRACKING_SAID or fact.shipment_id != row.shipment_id:
            continue
        if fact.data.get("logical") or str(fact.fact_id) in gone:
            continue
        codes = store.codes.get(str(fact.data["carrier"]), NO_CODES)
        rule = codes.rule(str(fact.data["code"]), str(fact.data.get("label", "")))
        if rule is not None and rule.is_scan:
            yield Seen(status=rule.status, at=fact.at, on=_day(fact))


def _day(fact: Fact) -> date:
    """As the carrier's clock on the spot showed it."""
    try:
        return datetime.fromisoformat(str(fact.data["local_time"])).date()
    except (KeyError, ValueError):
        return fact.at.date()


def tell(store: Store, shipment_id: UUID, *, rules: NoticeRules | None = None) -> Told | None:
    """None while the shipment or its order is not here (another station's, not pulled yet)."""
    row = store.read.shipment(shipment_id)
    order = store.read.order(row.order_id) if row else None
    if row is None or order is None:
        return None
    parcels = store.read.parcels(order_id=row.order_id)
    live = [each.tracking_number for each in parcels if each.state is not ParcelState.VOIDED]
    return Told(
        row=row,
        order=order,
        story=story_of(store, row, waits=(rules or NoticeRules()).waits(row.carrier)),
        numbers=tuple(number for number in live if number),
    )
