"""A desk's way to the archive of the shared database: a page of rows, one shipment's facts, a piece of the pass.

Online only, and never on the way of a scan. What the database keeps by itself is in shared_fold and
shared_archive_step.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, text

from wismo_desk.domain.archive import PAGE, ArchivePage, ArchiveRow
from wismo_desk.domain.fact import Fact
from wismo_desk.domain.status import IncidentReason, TrackingStatus, mapping_version
from wismo_desk.errors import SharedUnfit
from wismo_desk.store.codec import from_ms, to_ms
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_feed import read_facts
from wismo_desk.store.shared_fold import JOURNEY, in_list
from wismo_desk.store.shared_plain import filled
from wismo_desk.store.shared_schema import ARCHIVED

_LAST: Final = UUID(int=2**128 - 1)
_END_MS: Final = 2**62
_FIND: Final = text(
    "SELECT * FROM wismo.find_shipments(:tenant, :warehouse, :typed, :ms, :id, :place, :most)"
)
_STATE: Final = text(
    "SELECT behind, unfolded, (SELECT value FROM wismo.meta WHERE name = 'codes') AS codes"
    " FROM wismo.archive_state(:tenant)"
)
_JOURNEY: Final = text(
    filled(
        'SELECT fact_id, kind, at_ms, station, "by", order_id, shipment_id, parcel_id, data FROM wismo.fact'
        " WHERE tenant_id = :tenant AND shipment_id = :shipment AND kind IN ({kinds}) AND warehouse = :warehouse"
        " ORDER BY fact_id",
        kinds=in_list(JOURNEY),
    )
)
_RECIPIENT: Final = text("SELECT data FROM wismo.party WHERE tenant_id = :tenant AND order_id = :order")


class Archive:
    """`statuses`: this desk's own tables of carriers' codes, by which it tells whether the database's are the same."""

    def __init__(self, shared: SharedDatabase, statuses: Mapping[str, str]) -> None:
        self._shared = shared
        self._version = mapping_version(statuses)
        self._is_there = False
        self._state: Row[Any] | None = None
        self._asked = {"tenant": shared.tenant, "warehouse": shared.warehouse}

    def find(self, typed: str, *, below: ArchiveRow | None = None, most: int = PAGE) -> ArchivePage:
        """The newest shipments that a number, a name, an e-mail, a telephone or a postcode means; all of them when
        nothing is typed. `below` is the last row of the page before. Raises SharedUnreachable, SharedUnfit,
        SettingsProblem."""
        after = (to_ms(below.begun_at), below.shipment_id, below.warehouse) if below else (_END_MS, _LAST, "")
        asked = {**self._asked, "typed": typed[:200].replace("\0", ""), "most": most + 1}
        asked |= dict(zip(("ms", "id", "place"), after, strict=True))
        self._check()
        with self._shared.read() as connection:
            found = connection.execute(_FIND, asked).all()
            if below is None or self._state is None:  # the pages behind it are of the same reading
                self._state = connection.execute(_STATE, self._asked).one()
            state = self._state
        return ArchivePage(
            rows=tuple(_row(row) for row in found[:most]),
            more=len(found) > most,
            behind=state.behind,
            unfolded=state.unfolded,
            same_codes=state.codes == self._version,
        )

    def facts(self, row: ArchiveRow) -> list[Fact]:
        """What the row was folded from and the rest of its journey."""
        asked = {"tenant": self._shared.tenant, "shipment": row.shipment_id, "warehouse": row.warehouse}
        with self._shared.read() as connection:
            return read_facts(connection.execute(_JOURNEY, asked).mappings().all())

    def recipient(self, row: ArchiveRow) -> dict[str, Any]:
        """As domain.order.Party writes it; empty once the person was erased."""
        asked = {"tenant": self._shared.tenant, "order": row.order_id}
        with self._shared.read() as connection:
            return json.loads(connection.scalar(_RECIPIENT, asked) or "{}")  # type: ignore[no-any-return]  # an object: see codec.party_data

    def _check(self) -> None:
        if self._is_there:
            return
        with self._shared.read() as connection:
            epoch = connection.scalar(text("SELECT value FROM wismo.meta WHERE name = 'schema_epoch'"))
        if int(epoch or 0) < ARCHIVED:
            raise SharedUnfit(
                "The shared database has no archive yet. Run `wismo-desk db upgrade` once, on any desk."
            )
        self._is_there = True


def _row(row: Row[Any]) -> ArchiveRow:
    return ArchiveRow(
        shipment_id=row.shipment_id,
        order_id=row.order_id,
        warehouse=row.warehouse,
        begun_at=from_ms(row.begun_ms),
        order_number=row.order_number,
        carrier=row.carrier,
        service=row.service,
        number=row.number,
        parcels=row.parcels,
        status=TrackingStatus(row.status),
        reason=IncidentReason(row.reason),
        event_at=from_ms(row.event_ms),
        event_place=row.event_place,
        state_fact=row.state_fact,
        customer=row.customer,
        place=row.place,
    )
