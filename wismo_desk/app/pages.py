"""Builds the pages that need the store and joins them to the window, the lanes and each other."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from wismo_desk.app.practice_desk import PracticeDesk
from wismo_desk.app.station import Station
from wismo_desk.app.surface import Surface
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.printer import PrinterState, PrinterStatus
from wismo_desk.domain.status import read_codes
from wismo_desk.flows.print_label import SENTENCES
from wismo_desk.resources import status_tables
from wismo_desk.settings import Settings
from wismo_desk.store.shared_url import safe_url
from wismo_desk.sync.turn import SyncTurn
from wismo_desk.ui.bench_desk import BenchDesk
from wismo_desk.ui.bench_frame import Equipment
from wismo_desk.ui.detail_actions import DetailAsks
from wismo_desk.ui.detail_panel import DetailPanel
from wismo_desk.ui.frame import DeskWindow, Page
from wismo_desk.ui.manifest_page import ManifestPage
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.notices_page import NoticesPage
from wismo_desk.ui.orders_page import OrdersPage
from wismo_desk.ui.page_desk import Desk as PageDesk
from wismo_desk.ui.page_terms import Names
from wismo_desk.ui.paperless import PracticePanel
from wismo_desk.ui.settings_page import SettingsAsks, SettingsPage
from wismo_desk.ui.shipments_page import ShipmentsPage
from wismo_desk.ui.tray_page import TrayPage

log = logging.getLogger(__name__)


class Pages:
    """`pages()` for the window; `apply` hands changes to every page; `takes_scan` lets a page have a scan."""

    def __init__(self, desk: Surface, station: Station, bench: BenchDesk) -> None:
        self._desk, self._station, self._bench = desk, station, bench
        words = desk.words
        names = Names(list(station.infos.values()), words.language)
        self.given = PageDesk(desk.look, words, clock=desk.clock, run=desk.lanes.run, names=names)
        asks = DetailAsks(
            watch=station.watch,
            track=station.track,
            reprint=station.reprint,
            void=station.void,
            on_print=bench.send,
            cut=station.cut,
            codes={carrier: read_codes(text) for carrier, text in status_tables().items()},
        )
        self.shipments = ShipmentsPage(
            self.given, station.watch, lambda parent: DetailPanel(self.given, asks, parent)
        )
        self.tray = TrayPage(self.given, station.resolve, bench.send, carriers=self._code_of)
        documents = station.folder / "documents"
        self.orders = OrdersPage(
            self.given,
            station.watch,
            station.take_in,
            station.papers,
            documents=documents,
            watched=station.sweep.folder / "in",
        )
        self.manifest = ManifestPage(
            self.given, station.close_out, station.watch, station.papers, documents=documents
        )
        self.settings = SettingsPage(
            self.given,
            station.settings,
            self._settings_asks(),
        )
        self.notices = NoticesPage(
            self.given, station.notify, settings_file=str(station.folder / "station.toml")
        )
        self.practice = self._practice() if desk.machines is not None else None
        self._all: tuple[Any, ...] = (
            self.shipments,
            self.tray,
            self.orders,
            self.manifest,
            self.notices,
        )

    def _settings_asks(self) -> SettingsAsks:
        """Practice has no way to others: its sharing is not even shown (but in `demo --shared`)."""
        station, sharing = self._station, self._station.sharing
        alone = None if station.practice else (lambda: None)
        return SettingsAsks(
            save=station.save,
            printer_status=station.printer_status,
            print_test=station.print_test,
            backup=station.store.backup,
            papers=station.papers,
            carriers=list(station.infos.values()),
            documents=station.folder / "documents",
            sharing_state=sharing.state if sharing else alone,
            check_shared=lambda address: safe_url(address, ""),
            join=sharing.join if sharing else None,
            keep_password=station.keep_password,
            send_test_mail=station.send_test_mail,
        )

    def pages(self) -> list[Page]:
        words = self._desk.words
        return [
            Page("shipments", "truck", words("Shipments"), self.shipments),
            Page("tray", "list-checks", words("To settle"), self.tray),
            Page("orders", "clipboard-list", words("Orders"), self.orders),
            Page("manifest", "package-plus", words("Manifest"), self.manifest),
            Page("notices", "mail", words("Messages"), self.notices),
            Page("settings", "settings", words("Settings"), self.settings, last=True),
        ]

    def join(self, window: DeskWindow) -> None:
        """Signals between the pages and the window, and the first reading."""
        window.searched.connect(partial(self._search, window))
        for page in self._all:
            if hasattr(page, "changed"):
                page.changed.connect(self._desk.apply)
        for key, widget in self._widgets().items():
            if hasattr(widget, "context_changed"):
                widget.context_changed.connect(partial(window.set_context, key))
        self.notices.counted.connect(partial(window.set_badge, "notices"))
        self.tray.counted.connect(partial(window.set_badge, "tray"))
        self.orders.pack_requested.connect(partial(self._pack, window))
        self.shipments.orders_wanted.connect(partial(window.show_page, "orders"))
        self.settings.saved.connect(self._settings_changed)
        self.settings.joined.connect(self._read_all)
        self.manifest.cued.connect(self._desk.speaker.play)
        self._read_all()

    def _read_all(self) -> None:
        for page in self._all:
            if hasattr(page, "start"):
                page.start()
        self._show_practice()

    def _show_practice(self) -> None:
        """Beside the pages: scan buttons for people without a scanner, and the paper that came out."""
        if self.practice is None or not self._desk.audible:
            return
        self._desk.window.set_side(self.practice.panel, "Ctrl+E")

    def apply(self, changes: Changes) -> None:
        for page in self._all:
            page.apply(changes)

    def takes_scan(self, shown: str, code: str) -> bool:
        """True when the page in front used the scan up; the tray only listens, the bench settles it."""
        if shown == "manifest" and self.manifest.is_open:
            self.manifest.scanned(code)
            return True
        if shown == "tray":
            self.tray.scanned(code)
        return False

    def swept(self, swept: list[Any]) -> None:
        for one in swept:
            report, error = getattr(one, "report", None), getattr(one, "error", None)
            if report is not None:
                self._desk.apply(report.changes)
                self.orders.pane.show_report(one.name, report)
            if error is not None:
                told = self._desk.words.error(error)
                log.warning("%s was not taken in: %s", one.name, error.sentence)
                self._desk.window.show_undo(f"{one.name} : {told}")

    def show_sharing(self, turn: SyncTurn) -> None:
        """One quiet dot; off-line it says since when, and the bench goes on."""
        words, window = self._desk.words, self._desk.window
        if turn.online:
            window.set_health("sync", Mark.OK, detail=words("Shared with the other desks"))
            return
        since = words.moment(turn.since, now=self._desk.clock())
        said = words("Alone since {when}", when=since)
        why = words.error(turn.error) if turn.error else said
        window.set_health("sync", Mark.WARN, said, detail=why)

    def look_at_machines(self) -> None:
        """Ask the printer and the scale how they are, on the printer's own lane."""
        profile = self._station.settings.printer()
        if profile is None:
            return
        printer = self._station.printers[profile.name]
        lane = f"printer:{profile.name}"
        self._desk.lanes.run_if_idle(lane, printer.status, self._show_printer, lambda _error: None)

    def _show_printer(self, status: PrinterStatus) -> None:
        profile = self._station.settings.printer()
        assert profile is not None
        weight = self._station.weigh()
        self._desk.bench_page.show_equipment(
            Equipment(
                printer=profile.name,
                printer_state=status.state,
                weight_g=weight,
                stable=weight is not None,
            )
        )
        words, window = self._desk.words, self._desk.window
        if status.state is PrinterState.READY:
            window.set_health("printer", Mark.OK, detail=profile.name)
        else:
            said = words(SENTENCES[status.state], printer=profile.name)
            window.set_health("printer", Mark.DANGER, said, detail=said)

    def _search(self, window: DeskWindow, text: str) -> None:
        """What is typed in the one search box belongs to the page in front, or to the grid."""
        page = self._widgets().get(window.shown)
        target: Callable[[str], None] = getattr(page, "search", self.shipments.search)
        if page is None or not hasattr(page, "search"):
            window.show_page("shipments")
            target = self.shipments.search
        target(text)

    def _widgets(self) -> dict[str, QWidget]:
        return {
            "shipments": self.shipments,
            "tray": self.tray,
            "orders": self.orders,
            "manifest": self.manifest,
            "notices": self.notices,
            "settings": self.settings,
        }

    def _settings_changed(self, settings: Settings) -> None:
        """What can apply at once does; the page says of the rest that it waits for the next start."""
        desk = self._desk
        desk.speaker.set_volume(settings.volume / 100)
        desk.redress(settings.theme)
        desk.window.set_station(settings.station)

    def _pack(self, window: DeskWindow, number: str) -> None:
        window.show_page("bench")
        self._bench.scan(number)

    def _practice(self) -> PracticeDesk:
        desk, station = self._desk, self._station
        assert desk.machines is not None
        panel = PracticePanel(desk.look, desk.words, preview=self._cut)
        practice = PracticeDesk(panel, station, self._bench, desk)
        desk.machines.on_label = practice.label_came_out
        return practice

    def _cut(self, png: bytes, done: Callable[[bytes], None]) -> None:
        self._desk.lanes.run("preview", partial(self._station.cut, png), done, lambda _error: None)

    def _code_of(self, name: str) -> str:
        """The carrier's code by the name a person reads."""
        infos = self._station.infos
        return next((code for code in infos if self._station.names(code, "")[0] == name), name)
