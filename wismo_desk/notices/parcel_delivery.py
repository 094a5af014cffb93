"""What a mail program may show of a parcel beside the mail: JSON-LD `ParcelDelivery` (schema.org, as Google reads it).

It stands in the customer's own mail only, so it may hold the address that the reader gave. `addressRegion` is left
out: orders have none. Nothing here was tried against Gmail, which shows it for registered senders only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time, tzinfo
from typing import Any, Final

from wismo_desk.domain.order import Order, Party
from wismo_desk.domain.status import TrackingStatus

_STATUS: Final[Mapping[TrackingStatus, str]] = {
    TrackingStatus.PLANNED: "OrderProcessing",
    TrackingStatus.LABEL_CREATED: "OrderProcessing",
    TrackingStatus.READY_FOR_PICKUP: "OrderPickupAvailable",
    TrackingStatus.DELIVERED: "OrderDelivered",
    TrackingStatus.RETURNING: "OrderReturned",
    TrackingStatus.RETURNED: "OrderReturned",
    TrackingStatus.CANCELLED: "OrderCancelled",
    TrackingStatus.EXCEPTION: "OrderProblem",
    TrackingStatus.DAMAGED: "OrderProblem",
    TrackingStatus.LOST: "OrderProblem",
    TrackingStatus.DESTROYED: "OrderProblem",
}


def parcel_delivery(
    order: Order,
    *,
    carrier: str,
    merchant: str,
    numbers: tuple[str, ...],
    status: TrackingStatus,
    until: date | None,
    page: str,
    zone: tzinfo,
) -> str:
    """A whole script element, or "" while there is nothing to follow: no parcel number, or no day. `until`: the last
    day that was told to the customer."""
    if not numbers or until is None:
        return ""
    ends = datetime.combine(until, time(20), zone)
    found: dict[str, Any] = {
        "@context": "http://schema.org",
        "@type": "ParcelDelivery",
        "deliveryAddress": _address(order.recipient),
        "expectedArrivalUntil": ends.isoformat(),
        "carrier": {"@type": "Organization", "name": carrier},
        "provider": {"@type": "Organization", "name": carrier},
        "itemShipped": [{"@type": "Product", "name": line.name or line.sku} for line in order.lines],
        "partOfOrder": {
            "@type": "Order",
            "orderNumber": order.number,
            "merchant": {"@type": "Organization", "name": merchant},
            "orderStatus": f"http://schema.org/{_STATUS.get(status, 'OrderInTransit')}",
        },
        "trackingNumber": numbers[0],
    }
    if page:
        found["trackingUrl"] = page
    return f'<script type="application/ld+json">{_inside_html(found)}</script>'


def _address(party: Party) -> dict[str, str]:
    return {
        "@type": "PostalAddress",
        "name": party.name or party.company,
        "streetAddress": ", ".join(party.street),
        "addressLocality": party.city,
        "postalCode": party.postcode,
        "addressCountry": party.country,
    }


def _inside_html(value: object) -> str:
    """JSON in which no sign can end the element it stands in."""
    text = json.dumps(value, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
