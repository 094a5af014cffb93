"""Everything this desk holds on a person, for that person: one JSON document."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from wismo_desk.domain.notice import NoticeLedger
from wismo_desk.flows.pen import Pen
from wismo_desk.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclose:
    store: Store
    pen: Pen
    ledger: NoticeLedger

    def find(self, *, number: str = "", email: str = "") -> list[UUID]:
        """The orders that have this number, now or once, or whose recipient has this e-mail address."""
        return self.store.personal.find(number=number, email=email)

    def __call__(self, orders: Sequence[UUID]) -> str:
        """Bytes of labels and papers are in it in base 64. Raises what the shared database does, if the notices are
        there."""
        found = [{**self.store.personal.export(order), "notices": self._notices(order)} for order in orders]
        said = {"made_at": self.pen.clock().isoformat(), "station": self.pen.station, "orders": found}
        return json.dumps(said, ensure_ascii=False, indent=2, default=str)

    def _notices(self, order_id: UUID) -> list[dict[str, Any]]:
        return [asdict(notice) for notice in self.ledger.of_order(order_id)]
