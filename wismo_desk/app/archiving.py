"""The archive of the shared database, for the page Envois and for the command line."""

from __future__ import annotations

from argparse import Namespace

from wismo_desk.app.archived import archived
from wismo_desk.app.sharing import line_to_ask
from wismo_desk.app.station import Station
from wismo_desk.cli.find import find
from wismo_desk.ui.archive_hook import ArchiveHook
from wismo_desk.ui.archive_view import ArchiveAsks
from wismo_desk.ui.detail_words import Timeline
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_terms import Terms
from wismo_desk.ui.shipments_page import ShipmentsPage


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
