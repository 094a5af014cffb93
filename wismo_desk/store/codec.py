"""Between the domain's dataclasses and the rows' JSON."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from wismo_desk.domain.effect import Effect, EffectKind, EffectState
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.order import Check, Order, OrderLine, Party, Product


def to_ms(when: datetime) -> int:
    return int(when.timestamp() * 1000)


def from_ms(value: int) -> datetime:
    return datetime.fromtimestamp(value / 1000, UTC)


def dump(data: Mapping[str, object]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not JSON")


_ROWS = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain).encode


def bare(code: str) -> str:
    """A number without its leading zeros: EAN-13, UPC-A and GTIN-14 of one article are looked up alike."""
    return code.lstrip("0") or code if code.isdigit() else code


# Letters that no decomposition takes apart.
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})


def searchable(text: str) -> str:
    """Small letters without their accents, in any script: what is typed and what is found meet here."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(ch for ch in parts if not unicodedata.combining(ch)).translate(_PLAIN)


def fact_row(fact: Fact) -> dict[str, Any]:
    return {
        "fact_id": fact.fact_id,
        "kind": fact.kind.value,
        "at_ms": to_ms(fact.at),
        "station": fact.station,
        "by": fact.by,
        "order_id": fact.order_id,
        "shipment_id": fact.shipment_id,
        "parcel_id": fact.parcel_id,
        "data": dump(fact.data),
    }


def facts_text(facts: Iterable[Fact]) -> str:
    """All of them as one JSON text, for every file that keeps them: each as its row's values, `data` as it is."""
    return _ROWS(
        [
            (
                fact.fact_id.hex,
                fact.kind,
                to_ms(fact.at),
                fact.station,
                fact.by,
                fact.order_id and fact.order_id.hex,
                fact.shipment_id and fact.shipment_id.hex,
                fact.parcel_id and fact.parcel_id.hex,
                fact.data,
            )
            for fact in facts
        ]
    )


def row_fact(row: Mapping[Any, Any]) -> Fact:
    return Fact(
        fact_id=row["fact_id"],
        kind=FactKind(row["kind"]),
        at=from_ms(row["at_ms"]),
        station=row["station"],
        by=row["by"],
        order_id=row["order_id"],
        shipment_id=row["shipment_id"],
        parcel_id=row["parcel_id"],
        data=json.loads(row["data"]),
    )


def effect_row(effect: Effect) -> dict[str, Any]:
    return {
        "effect_id": effect.effect_id,
        "kind": effect.kind.value,
        "key": effect.key,
        "state": effect.state.value,
        "order_id": effect.order_id,
        "parcel_id": effect.parcel_id,
        "created_ms": to_ms(effect.created_at),
        "changed_ms": to_ms(effect.changed_at),
        "details": dump(effect.details),
    }


def row_effect(row: RowMapping) -> Effect:
    return Effect(
        effect_id=row["effect_id"],
        kind=EffectKind(row["kind"]),
        key=row["key"],
        state=EffectState(row["state"]),
        order_id=row["order_id"],
        parcel_id=row["parcel_id"],
        created_at=from_ms(row["created_ms"]),
        changed_at=from_ms(row["changed_ms"]),
        details=json.loads(row["details"]),
    )


def order_data(order: Order, *, carrier: str, service: str) -> dict[str, object]:
    """The ORDER_TAKEN_IN fact's data: all of the order but its party and its note (free text may name
    people)."""
    return {
        "source": order.source,
        "source_ref": order.source_ref,
        "number": order.number,
        "ordered_at": order.ordered_at.isoformat(),
        "lines": [
            {
                "line": str(line.line_id),
                "sku": line.sku,
                "ean": line.ean,
                "name": line.name,
                "quantity": line.quantity,
                "price_cents": line.price_cents,
            }
            for line in order.lines
        ],
        "chosen_service": order.chosen_service,
        "pickup_point": order.pickup_point,
        "total_cents": order.total_cents,
        "currency": order.currency,
        "ship_by": order.ship_by.isoformat() if order.ship_by else None,
        "promised_on": order.promised_on.isoformat() if order.promised_on else None,
        "carrier": carrier,
        "service": service,
        # Not where there are none: the same order from before there were tags is the same still.
        **({"tags": list(order.tags)} if order.tags else {}),
        **({"size_mm": list(order.size_mm)} if order.size_mm else {}),
        **({"weight_g": order.weight_g} if order.weight_g else {}),
    }


def data_order(order: UUID, data: Mapping[str, Any], party: Mapping[str, Any]) -> Order:
    return Order(
        order_id=order,
        source=data["source"],
        source_ref=data["source_ref"],
        number=data["number"],
        ordered_at=datetime.fromisoformat(data["ordered_at"]),
        recipient=data_party(party),
        lines=tuple(
            OrderLine(
                line_id=UUID(line["line"]),
                sku=line["sku"],
                ean=line["ean"],
                name=line["name"],
                quantity=line["quantity"],
                price_cents=line["price_cents"],
            )
            for line in data["lines"]
        ),
        chosen_service=data["chosen_service"],
        pickup_point=data["pickup_point"],
        note=party.get("note", ""),
        total_cents=data["total_cents"],
        currency=data["currency"],
        ship_by=datetime.fromisoformat(data["ship_by"]) if data["ship_by"] else None,
        promised_on=date.fromisoformat(data["promised_on"]) if data["promised_on"] else None,
        tags=tuple(data.get("tags", ())),
        size_mm=data_size(data.get("size_mm")),
        weight_g=data.get("weight_g"),
    )


def data_size(said: object) -> tuple[int, int, int] | None:
    """Length, width, height in millimetres, as they stand in a fact."""
    if not isinstance(said, list | tuple) or len(said) != 3:
        return None
    length, width, height = (int(side) for side in said)
    return length, width, height


def party_data(party: Party, note: str = "") -> dict[str, object]:
    said = {**asdict(party), "street": list(party.street), "note": note}
    if not party.state:
        del said["state"]  # as it was before there were states: the same order is the same still
    return said


def said_party(order: UUID, party: Party, note: str, facts: Iterable[Fact]) -> str:
    """A party's row. `said` is the hex id of the newest fact it came with: two stations may take in the same
    order, and the later word wins whichever arrives last."""
    mine = [fact for fact in facts if fact.order_id == order]
    erased = [fact for fact in mine if fact.kind is FactKind.PERSON_ERASED]
    if erased:
        return erased_party(erased[-1])
    said = max((fact.fact_id.hex for fact in mine), default="")
    return dump({**party_data(party, note), "said": said})


def erased_party(fact: Fact) -> str:
    """What stands for a person who was erased. Its word is later than any to come, on every desk of any version."""
    return dump({"gone": "erased", "said": f"~{fact.fact_id.hex}"})


def retired_party(data: str) -> str:
    """What stands for a person who was forgotten here as old: the same word without what it said."""
    return dump({"gone": "old", "said": said_by(data)})


def said_by(data: str) -> str:
    return str(json.loads(data).get("said", ""))


def data_party(data: Mapping[str, Any]) -> Party:
    known = {name: data[name] for name in Party.__slots__ if name in data}
    return Party(**{**known, "street": tuple(data.get("street", ()))})


def content_hash(data: Mapping[str, object], party: Mapping[str, object]) -> str:
    """Equal for two readings of the same order; route and truck are ours and do not count, nor does its
    date, which is the moment of reading where the file has none."""
    ours = ("ship_by", "carrier", "service", "ordered_at")
    said = {key: value for key, value in data.items() if key not in ours}
    return hashlib.sha256(f"{dump(said)}{dump(party)}".encode()).hexdigest()[:24]


def product_data(product: Product) -> dict[str, object]:
    return {**asdict(product), "codes": [list(pair) for pair in product.codes], "check": product.check.value}


def data_product(data: Mapping[str, Any]) -> Product:
    return Product(
        sku=data["sku"],
        name=data["name"],
        variant=data["variant"],
        codes=tuple((code, pieces) for code, pieces in data["codes"]),
        weight_g=data["weight_g"],
        picture=data["picture"],
        aisle=data["aisle"],
        check=Check(data["check"]),
        hs_code=data.get("hs_code", ""),
        origin=data.get("origin", ""),
        size_mm=data_size(data.get("size_mm")),
    )
