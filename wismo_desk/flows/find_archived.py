"""Asks the archive of the shared database: shipments that this desk does not keep any more, or never had."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from wismo_desk.domain.archive import PAGE, ArchivedShipment, ArchivePage, ArchiveRow
from wismo_desk.domain.journey import journey_status
from wismo_desk.domain.status import Codes
from wismo_desk.errors import Refused
from wismo_desk.store.shared_archive import Archive


@dataclass(frozen=True, slots=True, kw_only=True)
class FindArchived:
    """Online only; raises SharedUnreachable while the line is down. `archive` is None on a desk that works alone.
    `codes` are this desk's, by which it reads again what the shared database folded."""

    archive: Archive | None
    codes: Mapping[str, Codes]
    names: Callable[[str, str], tuple[str, str]]

    def __call__(self, typed: str, *, below: ArchiveRow | None = None, most: int = PAGE) -> ArchivePage:
        page = self._there().find(typed, below=below, most=most)
        return replace(page, rows=tuple(self._named(row) for row in page.rows))

    def open(self, row: ArchiveRow) -> ArchivedShipment:
        """Its journey, from its facts; and whether they say here what they said there."""
        facts = tuple(self._there().facts(row))
        status, said_by = journey_status(facts, self.codes)
        return ArchivedShipment(
            row=row, facts=facts, agrees=(status, said_by) == (row.status, row.state_fact)
        )

    def recipient(self, row: ArchiveRow) -> Mapping[str, Any]:
        """Who received it, as codec.data_order takes it; nothing once erased."""
        return self._there().recipient(row)

    def _there(self) -> Archive:
        if self.archive is None:
            raise Refused("This desk works alone: all that there is to find is in its own list.")
        return self.archive

    def _named(self, row: ArchiveRow) -> ArchiveRow:
        carrier, service = self.names(row.carrier, row.service)
        return replace(row, carrier_name=carrier, service_name=service)
