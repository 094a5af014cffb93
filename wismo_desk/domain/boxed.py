"""The label for the way back that lies in an order's box, as facts and this desk's ledger know it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from wismo_desk.domain.choices import BOXED
from wismo_desk.domain.effect import Effect, EffectKind, EffectState
from wismo_desk.domain.fact import Fact, FactKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxed:
    """`label_id` names its bytes; None at a desk that did not buy it."""

    number: str
    carrier: str
    label_id: UUID | None = None


def boxed(facts: Iterable[Fact], effects: Iterable[Effect]) -> Boxed | None:
    """The newest one. `facts` oldest first, `effects` of this desk newest first."""
    said = [fact for fact in facts if fact.kind is FactKind.VALUE_SET and fact.data["scope"] == BOXED]
    if not said:
        return None
    value: Any = said[-1].data["value"]
    number = str(value["number"])
    mine = (
        row.parcel_id
        for row in effects
        if row.kind is EffectKind.RETURN_BOUGHT
        and row.state is EffectState.DONE
        and row.details.get("number") == number
    )
    return Boxed(number=number, carrier=str(value["carrier"]), label_id=next(mine, None))
