"""The archive of the shared database as this desk asks it, and what carriers are called that only another desk has."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial

from wismo_desk.app.naming import service_names
from wismo_desk.app.station import Station
from wismo_desk.domain.carrier import CarrierInfo
from wismo_desk.flows.find_archived import FindArchived
from wismo_desk.resources import status_tables
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_archive import Archive


def archived(station: Station, line: SharedDatabase | None) -> FindArchived:
    """On a desk that works alone it says so."""
    archive = Archive(line, status_tables()) if line else None
    return FindArchived(archive=archive, codes=station.store.codes, names=partial(names_anywhere, station))


def names_anywhere(station: Station, carrier: str, service: str) -> tuple[str, str]:
    """As people say them; of a carrier without a contract on this desk (another desk's, practice's) by its own file."""
    infos = station.infos if carrier in station.infos else _carriers()
    return service_names(infos, station.words.language, carrier, service)


@cache
def _carriers() -> Mapping[str, CarrierInfo]:
    from wismo_desk.carriers import find_carriers

    return {code: module.CARRIER for code, module in find_carriers().modules.items()}
