"""Which carrier service an order's chosen words mean: the merchant's table, then the default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wismo_desk.domain.order import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """`table` rows are (words of the shop, carrier, service); compared without case and outer spaces."""

    table: Sequence[tuple[str, str, str]]
    default: tuple[str, str]

    def __call__(self, order: Order) -> tuple[str, str]:
        asked = order.chosen_service.strip().casefold()
        for words, carrier, service in self.table:
            if words.strip().casefold() == asked:
                return carrier, service
        return self.default
