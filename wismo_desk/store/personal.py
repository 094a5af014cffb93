"""Where this desk holds personal data, all of it, and how it is given out and forgotten.

The lists below are the one place that says so. A column of text or bytes that neither of them names fails a test: who
adds one decides there what it is. Of the data folder's other files `flows.erase` knows. Outside, tracking pages hold a
first name and a town (and previews of pages and letters in `documents`, named by their order, what the customer reads):
`flows.publish` takes the pages of erased and old orders away, by their token, which stays here as a fact.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, delete, exists, func, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from wismo_desk.domain.claim import OVER
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.order import OrderState
from wismo_desk.store import journal_tables as j
from wismo_desk.store import main_tables as m
from wismo_desk.store.claim_files import ClaimFiles
from wismo_desk.store.codec import dump, from_ms, to_ms
from wismo_desk.store.engine import Writer
from wismo_desk.store.main_file import MainFile

# Columns that name a person, say where somebody lives, or may quote either.
IN_MAIN: Final = frozenset(
    (
        "party.data",
        "shipment.customer",
        "shipment.customer_key",
        "shipment.place",
        "shipment.address_doubt",
        "shipment.anomalies",
    )
)  # and the words of `search`
IN_JOURNAL: Final = frozenset(
    ("party.data", "effect.details", "label.content", "label.image", "paper.content", "notice.details")
)
IN_CLAIM_FILES: Final = frozenset(("kept.name", "kept.content"))
# Columns that do neither. Facts speak of orders and parcels; `reason` in them is a packer's own.
PLAIN_IN_MAIN: Final = {
    "fact": "kind station by data",
    "orders": "number content data taken_fact state state_fact station carrier",
    "shipment": "order_number carrier service number status reason state_fact event_place unmapped anomaly "
    "zone foreseen region triage detail owner care hurdle claim_on warehouse room",
    "warehouse": "name fact_id",
    "episode": "kind",
    "leg": "status",
    "parcel": "carrier service reference tracking_number manifest",
    "code": "code what key",
    "product": "sku data fact_id",
    "value": "scope key data fact_id",
    "manifest": "manifest_id carrier data",
    "claim": "carrier state",
    "meta": "name value",
}
PLAIN_IN_JOURNAL: Final = {
    "fact": "kind station by data",
    "effect": "kind key state",
    "label": "format codes",
    "paper": "owner kind media_type",
    "serial": "name",
    "meta": "name value",
    "notice": "key order_number milestone channel state claimed_by claim",
}
PLAIN_IN_CLAIM_FILES: Final = {"kept": "file media"}
# What a ledger row quotes of the outside world; its other details are ours.
_QUOTED: Final = ("error", "error_values", "raw", "remarks")
_CLOSED: Final = (OrderState.SHIPPED.value, OrderState.CANCELLED.value)
_OVER: Final = sorted(state.value for state in OVER)
_CHUNK: Final = 50
_MERGED: Final = 500  # pages of the search index in one step: a scan may wait that long
_WIPED: Final = "wiped"
# How far an erasure has come here.
_NEW, _IN_FILES, _DONE = 0, 1, 2


class Personal:
    """Both files at once. What another desk erased is forgotten here as soon as its fact is folded."""

    def __init__(self, journal: Writer, main: Writer, file: MainFile, claim_files: ClaimFiles) -> None:
        self._journal, self._main, self._file, self._claim_files = journal, main, file, claim_files

    # Who

    def find(self, *, number: str = "", email: str = "") -> list[UUID]:
        """The orders that have this number, now or once, or whose recipient has this e-mail address."""
        code, party = m.code.c, m.party.c
        with self._main.begin() as db:
            if number:
                keys = db.scalars(select(code.key).where(code.code == number.strip(), code.what == "order"))
                return sorted(map(UUID, keys))
            said = func.lower(func.json_extract(party.data, "$.email"))
            return sorted(db.scalars(select(party.order_id).where(said == email.strip().lower())))

    def erased(self, orders: Collection[UUID]) -> set[UUID]:
        """Those of which the person was erased, here or at any desk."""
        row = m.erasure.c.order_id
        with self._main.begin() as db:
            return set(db.scalars(select(row).where(row.in_(list(orders)))))

    def old(self, before: datetime, limit: int = 500) -> list[UUID]:
        """Orders that are closed, last heard of before then, and still have a recipient; while a claim for one of
        them is open, its recipient is needed."""
        party, order, ship = m.party.c, m.orders.c, m.shipment.c
        statement = (
            select(order.order_id)
            .join(m.party, party.order_id == order.order_id)
            .join(m.shipment, ship.order_id == order.order_id)
            .where(
                order.state.in_(_CLOSED),
                func.json_extract(party.data, "$.gone").is_(None),
                ~exists().where(m.claim.c.order_id == order.order_id, m.claim.c.state.not_in(_OVER)),
            )
            .group_by(order.order_id)
            .having(func.max(ship.event_ms) < to_ms(before))
            .limit(limit)
        )
        with self._main.beside() as db:  # it looks at every closed order: seconds
            return list(db.scalars(statement))

    # Given out

    def export(self, order_id: UUID) -> dict[str, Any]:
        """All that both files hold on the person of an order and on what became of it, as plain JSON; bytes in
        base 64."""
        with self._main.begin() as db:
            orders = select(m.orders.c.number, m.orders.c.data).where(m.orders.c.order_id == order_id)
            row = db.execute(orders).first()
            party = db.scalar(select(m.party.c.data).where(m.party.c.order_id == order_id))
            shipments = _plain_rows(db, m.shipment, m.shipment.c.order_id == order_id)
            parcels = _plain_rows(db, m.parcel, m.parcel.c.order_id == order_id)
            facts = _plain_rows(db, m.fact, m.fact.c.order_id == order_id)
        found = [UUID(row["parcel_id"]) for row in parcels]
        with self._journal.begin() as db:
            label, paper = j.label.c, j.paper.c
            return {
                "order_id": str(order_id),
                "number": row.number if row else "",
                "recipient": json.loads(party or "{}"),
                "order": json.loads(row.data) if row else {},
                "shipments": shipments,
                "parcels": parcels,
                "events": facts,
                "ledger": _plain_rows(db, j.effect, j.effect.c.order_id == order_id),
                "labels": _plain_rows(db, j.label, label.parcel_id.in_(found)),
                "papers": _plain_rows(db, j.paper, paper.owner.in_([key.hex for key in found])),
                "claim_files": [
                    {"name": one.name, "media": one.media, "content": _plain("content", one.content)}
                    for one in self._claim_files.of_order(order_id)
                ],
            }

    # Forgotten

    def clear_new(self) -> None:
        """What has come of erasures and is not yet done: labels, papers and ledger of the journal, the words of
        the search index. Done again after a crash."""
        orders = self._at(_NEW)
        self._forget(orders)
        self._come(orders, _IN_FILES)

    def to_clean(self) -> list[UUID]:
        """Erased orders of which other files of the data folder may still speak."""
        return self._at(_IN_FILES)

    def cleaned(self, orders: Sequence[UUID]) -> None:
        if orders:
            self._come(orders, _DONE)
            self._empty_logs()

    def retire(self, orders: Sequence[UUID]) -> Changes:
        """Forget who received these orders, on this desk only and without a trace in the facts: they are old."""
        changes = Changes()
        for start in range(0, len(orders), _CHUNK):
            changes |= self._file.retire(orders[start : start + _CHUNK])
            self._main.give_way()
        self._forget(orders)
        return changes

    def numbers(self, orders: Collection[UUID]) -> set[str]:
        """Everything that ever named these orders, for finding them in files."""
        keys = [str(order) for order in orders]
        found: set[str] = set()
        with self._main.begin() as db:
            for start in range(0, len(keys), 500):
                wanted = m.code.c.key.in_(keys[start : start + 500])
                found |= set(db.scalars(select(m.code.c.code).where(wanted, m.code.c.what == "order")))
        return found

    def all_erased(self) -> list[UUID]:
        with self._main.begin() as db:
            return list(db.scalars(select(m.erasure.c.order_id)))

    def manifests(self, orders: Collection[UUID]) -> list[str]:
        """The ids of the manifests that these orders' parcels left on."""
        row = m.parcel.c
        wanted = select(row.manifest).where(row.order_id.in_(list(orders)), row.manifest != "").distinct()
        with self._main.begin() as db:
            return sorted(db.scalars(wanted))

    def wipe(self) -> None:
        """Once in the life of these files: what was dropped before they overwrote what they drop. Takes a second
        for each hundred thousand orders; nothing else may run."""
        with self._main.begin() as db:
            if db.scalar(select(m.meta.c.value).where(m.meta.c.name == _WIPED)):
                return
            if db.scalar(select(m.erasure.c.order_id).limit(1)) is None:
                return
        for file in (self._journal, self._main):
            file.run("VACUUM")
        with self._main.begin() as db:
            db.execute(upsert(m.meta).values(name=_WIPED, value="1").on_conflict_do_nothing())

    def _at(self, stage: int) -> list[UUID]:
        row = m.erasure.c
        with self._main.begin() as db:
            return list(db.scalars(select(row.order_id).where(row.stage == stage)))

    def _come(self, orders: Sequence[UUID], stage: int) -> None:
        row = m.erasure.c
        for order_id in orders:
            with self._main.begin() as db:
                db.execute(update(m.erasure).where(row.order_id == order_id).values(stage=stage))

    def _forget(self, orders: Sequence[UUID]) -> None:
        if not orders:
            return
        self._claim_files.forget(orders)
        parcel = m.parcel.c
        for order_id in orders:
            with self._main.begin() as db:
                wanted = select(parcel.parcel_id, parcel.manifest).where(parcel.order_id == order_id)
                found = db.execute(wanted).all()
            with self._journal.begin() as db:
                _forget_here(db, order_id, [(row.parcel_id, row.manifest) for row in found])
        self._merge_words()
        self._empty_logs()

    def _empty_logs(self) -> None:
        """A file has the old page until the new one is brought there, and the log has both."""
        for file in (self._journal, self._main):
            file.run("PRAGMA wal_checkpoint(TRUNCATE)")

    def _merge_words(self) -> None:
        """Words that were taken out stay in the index until its parts are merged."""
        merge = "INSERT INTO search(search, rank) VALUES('merge', ?)"
        with self._main.begin() as db:
            db.exec_driver_sql(merge, (-_MERGED,))  # all of them
        while True:
            with self._main.begin() as db:
                before = db.exec_driver_sql("SELECT total_changes()").scalar_one()
                db.exec_driver_sql(merge, (_MERGED,))
                if db.exec_driver_sql("SELECT total_changes()").scalar_one() - before < 2:
                    return


def _forget_here(db: Connection, order_id: UUID, parcels: Sequence[tuple[UUID, str]]) -> None:
    """One order's labels, papers and ledger in the journal. `parcels`: each with its manifest."""
    known = {parcel for parcel, _ in parcels}
    known |= set(db.scalars(select(j.effect.c.parcel_id).where(j.effect.c.order_id == order_id)))
    db.execute(delete(j.label).where(j.label.c.parcel_id.in_(known)))
    # A sheet of many parcels goes with each: the carrier has it. The row stays, it says that one was made.
    owners = {parcel.hex for parcel in known} | {manifest for _, manifest in parcels if manifest}
    db.execute(update(j.paper).where(j.paper.c.owner.in_(owners)).values(content=b""))
    _blank_details(db, order_id)
    here = db.scalar(select(j.party.c.data).where(j.party.c.order_id == order_id))
    if here is not None and "gone" not in json.loads(here):
        db.execute(delete(j.party).where(j.party.c.order_id == order_id))


def _blank_details(db: Connection, order_id: UUID) -> None:
    row = j.effect.c
    for effect in db.execute(select(row.effect_id, row.details).where(row.order_id == order_id)).all():
        details = json.loads(effect.details)
        kept = {name: value for name, value in details.items() if name not in _QUOTED}
        if kept != details:
            db.execute(update(j.effect).where(row.effect_id == effect.effect_id).values(details=dump(kept)))


def _plain_rows(db: Connection, table: Any, where: Any) -> list[dict[str, Any]]:
    found = []
    for row in db.execute(select(table).where(where)).mappings():
        found.append({name: _plain(name, value) for name, value in row.items()})
    return found


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if name.endswith("_ms") and value is not None:
        return from_ms(value).isoformat()
    if name in ("data", "details") and value:
        return json.loads(value)
    return value if value is None or isinstance(value, bool | int | str) else str(value)
