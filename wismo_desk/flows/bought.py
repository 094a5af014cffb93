"""What comes of asking a carrier: a label and its picture, or why there is none; and what became of the purchase."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from wismo_desk.domain.effect import Effect, EffectState
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.shipment import Label, Remark
from wismo_desk.errors import DeskError
from wismo_desk.flows.prepare import Purchase
from wismo_desk.store.journal import StoredLabel, StoredPaper

THEN: Final = "then"  # of a print: the parcel whose label comes out after it


@dataclass(frozen=True, slots=True)
class Painted:
    """A label as it goes to the printer, its 1-bit picture, and the codes that were read back from it."""

    content: bytes
    image: bytes
    codes: tuple[str, ...]
    remarks: tuple[Remark, ...] = ()


Paint = Callable[
    ..., Painted
]  # (request, label, copy=1) -> Painted; raises DeskError when a code is unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """How asking the carrier ended: a label, or an error and what it means for the ledger."""

    state: EffectState
    label: Label | None = None
    painted: Painted | None = None
    error: DeskError | None = None
    each: tuple[Bought, ...] = ()  # of several parcels in one call: how each ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """What became of a purchase: `job` is the print that now waits. `others`: the rest of one call for several
    parcels, those with a label first."""

    purchase: Purchase
    changes: Changes
    label: Label | None = None
    image: bytes = b""
    job: Effect | None = None
    error: DeskError | None = None
    in_doubt: bool = False
    others: tuple[Shipped, ...] = ()

    @property
    def last(self) -> Purchase:
        """The purchase of the parcel that closes the order, where it is among those that got a label."""
        labelled = (each.purchase for each in (self, *self.others) if each.label is not None)
        return next((purchase for purchase in labelled if purchase.last), self.purchase)


def stored_label(
    purchase: Purchase, label: Label, painted: Painted, at: datetime
) -> tuple[StoredLabel, tuple[StoredPaper, ...]]:
    """What this desk keeps of a label: its bytes, and the papers that came with it."""
    parcel_id = purchase.request.parcel_id
    stored = StoredLabel(
        parcel_id=parcel_id,
        made_at=at,
        format=label.format,
        content=painted.content,
        image=painted.image,
        codes=painted.codes,
    )
    papers = tuple(
        StoredPaper(owner=parcel_id.hex, made_at=at, paper=paper, number=number)
        for number, paper in enumerate(label.papers, 1)
    )
    return stored, papers
