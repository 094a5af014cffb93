"""The archive of the shared database, for the page Envois and for the command line."""

from __future__ import annotations

from argparse import Namespace

from wismo_desk.app.sharing import line_to_ask
from wismo_desk.app.station import Station
from wismo_desk.cli.find import find
from wismo_desk.flows.find_archived import FindArchived
from wismo_desk.resources import status_tables
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_archive import Archive
from wismo_desk.ui.archive_hook import ArchiveHook
from wismo_desk.ui.archive_view import ArchiveAsks
from wismo_desk.ui.detail_words import Timeline
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_terms import Terms
from wismo_desk.ui.shipments_page import ShipmentsPage


def archived(station: Station, line: SharedDatabase | None) -> FindArchived:
    """On a desk that works alone it says so."""
    archive = Archive(line, status_tables()) if line else None
    return FindArchived(archive=archive, codes=station.store.codes, names=station.names)


def offer_archive(given: Desk, page: ShipmentsPage, station: Station) -> None:
    """Only where there is a shared database to ask."""
    if station.sharing is None:
        return
    timeline = Timeline(given, station.store.codes)
    ArchiveHook(
        given,
        page,
        ArchiveAsks(archived(station, station.sharing.shared), lambda found: timeline.of(found.facts)),
    )


def say_found(station: Station, options: Namespace) -> str:
    """`wismo-desk find`: this desk first, then the archive."""
    with line_to_ask(station.settings, station.store, station.sharing) as line:
        asked = archived(station, line) if line else None
        return find(options, station.watch, asked, station.words, Terms(station.words).status)
