"""Labels that were bought before their parcel was packed: laid aside, found again, used once or not at all."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from wismo_desk.domain.anomaly import to_ms
from wismo_desk.domain.choices import LAID_ASIDE
from wismo_desk.domain.effect import Effect, EffectKind, EffectState, Move
from wismo_desk.domain.fact import Changes, Fact, FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.shipment import Label, LabelFormat
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.prepare import Purchase
from wismo_desk.store.journal import Entry, StoredLabel, StoredPaper
from wismo_desk.store.store import Store

NO_BYTES: Final = "its bytes never came"
_LONG_AGO: Final = date.min


def marked(purchase: Purchase) -> Purchase:
    """The purchase as one made ahead, with a mark of all that the label says but its weight and its day."""
    details = {**purchase.effect.details, "ahead": True, "ship_on": purchase.request.ship_on.isoformat()}
    details["mark"] = mark(purchase)
    return replace(purchase, effect=replace(purchase.effect, details=details))


def mark(purchase: Purchase) -> str:
    """Of 16 hexadecimal digits: another address, service or printer gives another one."""
    plain = replace(
        purchase.request,
        weight_g=0,
        ship_on=_LONG_AGO,
        parcel_id=UUID(int=0),
        issue_no=0,
        reference="",
        sscc="",
    )
    return hashlib.sha256(f"{purchase.carrier}|{plain!r}".encode()).hexdigest()[:16]


def lay_aside(
    store: Store,
    pen: Pen,
    purchase: Purchase,
    label: Label,
    stored: StoredLabel,
    papers: tuple[StoredPaper, ...],
    move: Move,
) -> Changes:
    """One commit: the purchase is done, its bytes are here, and the other desks hear of it."""
    details: dict[str, Any] = {
        "number": label.tracking_number,
        "aliases": [code for code in {*label.aliases, *stored.codes} if code != label.tracking_number],
        "price_cents": label.price_cents,
        "carrier": label.carrier,
        "service": label.service,
        "ship_on": purchase.effect.details.get("ship_on", ""),
        "mark": purchase.effect.details.get("mark", ""),
        "reference": purchase.request.reference,
        "parcel_no": purchase.request.parcel_no,
        "issue_no": purchase.request.issue_no,
        "weight_g": purchase.request.weight_g,
    }
    row = shelf_row(pen, purchase.effect, details)
    told = told_others(pen, purchase.effect)
    entry = Entry(
        at=stored.made_at, facts=(told,), moves=(move,), effects=(row,), labels=(stored,), papers=papers
    )
    return store.commit(entry)


def shelf_row(pen: Pen, bought: Effect, details: dict[str, Any]) -> Effect:
    return pen.effect(
        EffectKind.LABEL_AHEAD,
        f"{bought.parcel_id}|ahead",
        state=EffectState.PENDING,
        order_id=bought.order_id,
        parcel_id=bought.parcel_id,
        **details,
    )


def told_others(pen: Pen, bought: Effect) -> Fact:
    """So that no desk uses this issue of the parcel's label again, and the rules see that it lies here."""
    return _said(pen, bought, at=to_ms(pen.clock()))


def told_back(pen: Pen, row: Effect) -> Fact:
    """It lies here no more."""
    return _said(pen, row, back=True)


def _said(pen: Pen, row: Effect, **more: object) -> Fact:
    value = {"parcel_no": row.details["parcel_no"], "issue_no": row.details["issue_no"]}
    return pen.fact(
        FactKind.VALUE_SET,
        order_id=row.order_id,
        shipment_id=shipment_id(row.order_id),
        scope=LAID_ASIDE,
        key=str(row.order_id),
        value={**value, "station": pen.station, **more},
    )


def is_lying(row: Effect) -> bool:
    """A label that lies here for its order and is not to be given back."""
    ahead = row.kind is EffectKind.LABEL_AHEAD and row.state is EffectState.PENDING
    return ahead and not row.details.get("give_back")


def taken_label(row: Effect, stored: StoredLabel, papers: list[StoredPaper]) -> Label:
    """The label as the carrier gave it."""
    details = row.details
    price, aliases = details.get("price_cents"), details.get("aliases")
    return Label(
        carrier=str(details["carrier"]),
        service=str(details["service"]),
        tracking_number=str(details["number"]),
        format=LabelFormat(stored.format),
        aliases=tuple(str(code) for code in aliases) if isinstance(aliases, list) else (),
        price_cents=price if isinstance(price, int) else None,
        papers=tuple(each.paper for each in papers),
    )


def worn_fact(pen: Pen, row: Effect, *, last: bool) -> Fact:
    """The parcel wears this label from now on."""
    details = row.details
    kept = ("carrier", "service", "aliases", "reference", "parcel_no", "issue_no", "weight_g", "price_cents")
    return pen.fact(
        FactKind.LABEL_BOUGHT,
        order_id=row.order_id,
        shipment_id=shipment_id(row.order_id),
        parcel_id=row.parcel_id,
        tracking_number=details["number"],
        **{name: details[name] for name in kept},
        last=last,
    )
