"""What a parcel is insured for: the value of what is in it, within the rule's bound and the service's."""

from __future__ import annotations

from collections.abc import Mapping

from wismo_desk.domain.order import Order

Contents = Mapping[str, int]  # pieces by line


def parcel_value(order: Order, parcel_no: int, closed: Mapping[int, Contents]) -> int | None:
    """Cents. `closed`: the contents of parcels by number. One that is not closed yet has what no other parcel has.
    Where a line has no price, the order's total counts for every parcel. None: the order says no value."""
    prices = {str(line.line_id): line.price_cents for line in order.lines}
    if not prices or None in prices.values():
        return order.total_cents

    def worth(contents: Contents) -> int:
        return sum((prices.get(line) or 0) * pieces for line, pieces in contents.items())

    if parcel_no in closed:
        return worth(closed[parcel_no])
    ordered = sum((line.price_cents or 0) * line.quantity for line in order.lines)
    return max(0, ordered - sum(map(worth, closed.values())))


def insured(value: int | None, *, wanted: int | None, offered: int) -> int:
    """Cents. `wanted`: the rule's bound, 0 for none, None for no insurance; `offered`: the most the service insures."""
    if wanted is None or not value:
        return 0
    return min(value, offered, wanted or offered)
