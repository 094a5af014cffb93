"""The rows that one word of a channel on an order makes: of the order, of its shipment, and what that is found by."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from wismo_desk.domain.address import check_address
from wismo_desk.domain.calendar import region_of
from wismo_desk.domain.expected import zone_name
from wismo_desk.domain.fact import Fact
from wismo_desk.domain.order import OrderState, Party
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.store.codec import data_party, searchable, to_ms
from wismo_desk.store.judging import dump_doubt

# What a shipment's row takes from its order, also when the order is taken in anew.
FROM_ORDER: Final = (
    "order_number",
    "carrier",
    "service",
    "customer",
    "customer_key",
    "place",
    "zone",
    "region",
    "ship_by_ms",
    "promised_on",
    "address_doubt",
)
_KEY_LENGTH: Final = 40  # of a name, to sort by
_NOBODY: Final = "\uffff"  # behind every name


def order_row(fact: Fact, data: Mapping[str, Any]) -> dict[str, Any]:
    ship_by = data.get("ship_by")
    return {
        "order_id": fact.order_id,
        "number": data["number"],
        "content": data["content"],
        "data": json.dumps(dict(data), ensure_ascii=False),
        "taken_fact": fact.fact_id.hex,
        "state": OrderState.WAITING.value,
        "state_fact": "",
        "station": "",
        "carrier": data["carrier"],
        "ship_by_ms": to_ms(datetime.fromisoformat(ship_by)) if ship_by else None,
    }


def shipment_row(fact: Fact, data: Mapping[str, Any], party: Mapping[str, Any]) -> dict[str, Any]:
    promised = data.get("promised_on")
    ship_by = data.get("ship_by")
    who = data_party(party)
    place = f"{who.city}, {who.country}" if who.country != "FR" else who.city
    return {
        "shipment_id": fact.shipment_id,
        "order_id": fact.order_id,
        "order_number": data["number"],
        "carrier": data["carrier"],
        "service": data["service"],
        "number": "",
        "parcels": 0,
        "customer": who.name or who.company,
        "customer_key": searchable(who.name or who.company).strip()[:_KEY_LENGTH] or _NOBODY,
        "place": place,
        "zone": zone_name(who.country, who.postcode, known=bool(party) and not party.get("gone")),
        "region": region_of(who.country, who.postcode),
        "status": TrackingStatus.PLANNED.value,
        "reason": "",
        "cycle": 0,
        "phase": 0,
        "occurred_ms": 0,
        "tie_rank": 0,
        "state_fact": "",
        "event_ms": 0,
        "event_place": "",
        "ship_by_ms": to_ms(datetime.fromisoformat(ship_by)) if ship_by else None,
        "promised_on": date.fromisoformat(promised).isoformat() if promised else None,
        "address_doubt": "" if party.get("gone") else _doubt(who, data),
        "accepted_ms": None,
        "unmapped": "",
        "hurdle": "",
        "hurdle_ms": 0,
        "severity": 0,
        "anomaly": "",
        "anomalies": "[]",
    }


def _doubt(who: Party, data: Mapping[str, Any]) -> str:
    return dump_doubt(check_address(who, pickup_point=bool(data["pickup_point"])))


def search_text(data: Mapping[str, Any], party: Mapping[str, Any]) -> str:
    """Phones also by their last nine digits, so that +33 6… and 06… meet."""
    phone = "".join(ch for ch in str(party.get("phone", "")) if ch.isdigit())
    parts = [data["number"], data["source_ref"]]
    parts += [party.get(name, "") for name in ("name", "company", "email", "postcode", "city")]
    return searchable(" ".join([*parts, phone, phone[-9:]]))
