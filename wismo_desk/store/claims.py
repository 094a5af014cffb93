"""Folds claims into rows and reads them: what is open, until when, and all that was said of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Engine, Select, bindparam, delete, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from wismo_desk.domain.claim import NOT_DUE, OVER, Claim, ClaimState, fold_claims
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.store import main_tables as t
from wismo_desk.store.codec import row_fact, to_ms

CLAIM_KINDS: Final = frozenset({FactKind.CLAIM_OPENED, FactKind.CLAIM_HANDLED})
_KINDS: Final = sorted(kind.value for kind in CLAIM_KINDS)
_CHUNK: Final = 500
_LAST: Final = (
    update(t.shipment).where(t.shipment.c.shipment_id == bindparam("key")).values(claim_on=bindparam("until"))
)


def fold_claim_rows(db: Connection, facts: Collection[Fact]) -> None:
    """All that is known of the claims of each order that these facts speak of, whatever came first."""
    orders = sorted({fact.order_id for fact in facts if fact.order_id is not None})
    for start in range(0, len(orders), _CHUNK):
        chunk = orders[start : start + _CHUNK]
        claims = _claims(db, t.fact.c.order_id.in_(chunk))
        db.execute(delete(t.claim).where(t.claim.c.order_id.in_(chunk)))
        if not claims:
            continue
        db.execute(upsert(t.claim), [_row(claim) for claim in claims])
        db.execute(_LAST, [{"key": key, "until": until} for key, until in _until(claims).items()])


def _claims(db: Connection, where: Any) -> list[Claim]:
    by_order: dict[UUID | None, list[Fact]] = {}
    said: Select[Any] = select(t.fact).where(where, t.fact.c.kind.in_(_KINDS))
    for fact in map(row_fact, db.execute(said).mappings()):
        by_order.setdefault(fact.order_id, []).append(fact)
    return [claim for facts in by_order.values() for claim in fold_claims(facts)]


def _row(claim: Claim) -> dict[str, Any]:
    return {
        "claim_id": claim.claim_id,
        "order_id": claim.order_id,
        "shipment_id": claim.shipment_id,
        "parcel_id": claim.parcel_id,
        "carrier": claim.carrier,
        "state": claim.state.value,
        "opened_ms": to_ms(claim.opened_at),
        "deadline_on": claim.deadline,
    }


def _until(claims: Iterable[Claim]) -> dict[UUID, str]:
    """By shipment, what the rules read: of drafts the one whose last day comes first, NOT_DUE where none waits."""
    found: dict[UUID, str] = {}
    for claim in claims:
        known = found.setdefault(claim.shipment_id, NOT_DUE)
        if claim.state is not ClaimState.DRAFT or claim.deadline is None or claim.double_of is not None:
            continue
        last = claim.deadline.isoformat()
        found[claim.shipment_id] = last if known == NOT_DUE else min(known, last)
    return found


class ClaimQueries:
    """Reads claims from the main file; nothing here waits for a writer."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of_order(self, order_id: UUID) -> tuple[Claim, ...]:
        """Oldest first."""
        with self._engine.begin() as db:
            return tuple(_claims(db, t.fact.c.order_id == order_id))

    def get(self, claim_id: UUID) -> Claim | None:
        with self._engine.begin() as db:
            order = db.scalar(select(t.claim.c.order_id).where(t.claim.c.claim_id == claim_id))
            found = _claims(db, t.fact.c.order_id == order) if order is not None else []
        return next((one for one in found if one.claim_id == claim_id), None)

    def listed(self, *, is_open: bool | None = None, carrier: str = "", limit: int = 2000) -> list[Claim]:
        """Open ones with the nearest last day first, then the others, the newest first."""
        row = t.claim.c
        statement = select(row.claim_id, row.order_id).order_by(row.opened_ms.desc()).limit(limit)
        over = sorted(state.value for state in OVER)
        if is_open is not None:
            statement = statement.where(row.state.not_in(over) if is_open else row.state.in_(over))
        if carrier:
            statement = statement.where(row.carrier == carrier)
        found: list[Claim] = []
        with self._engine.begin() as db:
            wanted = {one.claim_id: one.order_id for one in db.execute(statement)}
            orders = sorted(set(wanted.values()))
            for start in range(0, len(orders), _CHUNK):
                some = _claims(db, t.fact.c.order_id.in_(orders[start : start + _CHUNK]))
                found += [claim for claim in some if claim.claim_id in wanted]
        return sorted(found, key=_urgency)

    def open_parcels(self, parcels: Sequence[UUID]) -> set[UUID]:
        """Those for which a claim is open."""
        over = sorted(state.value for state in OVER)
        row = t.claim.c
        with self._engine.begin() as db:
            return set(
                db.scalars(select(row.parcel_id).where(row.parcel_id.in_(parcels), row.state.not_in(over)))
            )


def _urgency(claim: Claim) -> tuple[int, int, float]:
    """What can still be missed first, then what waits for the carrier, then what is over."""
    ahead = claim.deadline.toordinal() if claim.deadline is not None else 10_000_000
    if claim.is_over:
        return 2, 0, -claim.opened_at.timestamp()
    if claim.state is ClaimState.DRAFT:
        return 0, ahead, claim.opened_at.timestamp()
    return 1, 0, claim.opened_at.timestamp()
