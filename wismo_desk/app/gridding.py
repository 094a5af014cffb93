"""Builds the grid page with what it asks for beside watching: saved views, many at once, export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from wismo_desk.app.archiving import offer_archive
from wismo_desk.app.claiming import claim_flows
from wismo_desk.app.printing_many import print_batch
from wismo_desk.app.station import Station
from wismo_desk.domain.watching import Filter, ShipmentRow
from wismo_desk.flows.export_rows import ExportRows, TableKind
from wismo_desk.flows.many import Many
from wismo_desk.flows.tell_customers import TellCustomers
from wismo_desk.flows.views import Views
from wismo_desk.resources import resources_dir
from wismo_desk.ui.bench_desk import BenchDesk
from wismo_desk.ui.detail_actions import DetailAsks
from wismo_desk.ui.detail_panel import DetailPanel
from wismo_desk.ui.page_asks import Print
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.shipments_asks import GridAsks
from wismo_desk.ui.shipments_page import ShipmentsPage


def shipments_page(given: Desk, station: Station, asks: DetailAsks, bench: BenchDesk) -> ShipmentsPage:
    """`asks` is the side panel's; `bench` sends print jobs on their printers' lanes."""
    extras = replace(grid_asks(given, station, bench.send), on_print_many=print_batch(station, given, bench))
    page = ShipmentsPage(given, station.watch, lambda parent: DetailPanel(given, asks, parent), extras)
    offer_archive(given, page, station)
    return page


def grid_asks(given: Desk, station: Station, on_print: Print) -> GridAsks:
    """For this station; `on_print` sends a print job on its printer's lane."""

    def said(row: ShipmentRow) -> tuple[str, str]:
        now = given.clock()
        wrong = ", ".join(given.terms.anomaly_words(one, now=now) for one in row.anomalies)
        return given.terms.status[row.status], wrong

    export = ExportRows(
        watch=station.watch,
        words=given.words,
        folder=station.folder / "documents",
        said=said,
        fonts=resources_dir() / "fonts",
        draw=station.drawing.text,
    )

    def take_out(asked: Filter, kind: str, rows: Sequence[int], columns: Sequence[str]) -> Path:
        return export(asked, TableKind(kind), rows, columns)

    return GridAsks(
        views=Views(store=station.store, pen=station.pen),
        many=Many(store=station.store, reprint_one=station.reprint, void_one=station.void),
        care=station.triage,
        on_print=on_print,
        export=take_out,
        claim=claim_flows(station).open,
        tell=TellCustomers(notify=station.notify, zone=station.settings.timezone),
    )
