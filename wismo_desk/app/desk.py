"""The desk with its window: paints first, opens the store behind it, then brings the pages in."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QObject, QSize, Qt, QTimer, QTranslator, Signal
from PySide6.QtWidgets import QApplication

from wismo_desk import __version__
from wismo_desk.app.garbage import GarbageRound
from wismo_desk.app.log import hear_qt, log_to, report_crashes
from wismo_desk.app.qt import need_screen
from wismo_desk.app.scan_pause import ScanPause
from wismo_desk.app.start_trouble import not_open
from wismo_desk.app.surface import Surface
from wismo_desk.background.lanes import Lane, Lanes
from wismo_desk.domain.bench_view import BenchMode, BenchView
from wismo_desk.domain.fact import Changes
from wismo_desk.errors import DeskError
from wismo_desk.flows.pen import Clock, now_utc
from wismo_desk.resources import catalogue, resources_dir
from wismo_desk.settings import Settings
from wismo_desk.ui.bench_desk import BenchDesk, BenchFlows
from wismo_desk.ui.bench_page import BenchPage
from wismo_desk.ui.frame import DeskWindow, Page
from wismo_desk.ui.icons import Icons
from wismo_desk.ui.lanes import Courier
from wismo_desk.ui.scan_router import ScanRouter, Wedge
from wismo_desk.ui.sounds import Speaker, find_outlet, read_sounds
from wismo_desk.ui.theme import LIGHT, THEMES, Look, Theme, load_fonts
from wismo_desk.words import Words

if TYPE_CHECKING:  # these bring SQLAlchemy, reportlab and requests: after the first paint
    from wismo_desk.app.pages import Pages
    from wismo_desk.app.practice import Practice
    from wismo_desk.app.station import Station
    from wismo_desk.flows.follow import Round
    from wismo_desk.flows.recover import Recovered
    from wismo_desk.flows.sweep import Swept
    from wismo_desk.notices.sender import Turn
    from wismo_desk.sync.turn import SyncTurn

log = logging.getLogger(__name__)
_RULES_MS = 30_000
_SWEEP_MS = 2_000
_PRINTER_MS = 5_000
_PREVIEW_MS = 150
_FOLLOW_MS = 20_000
_FLIGHT_MS = 30_000
_NOTICES_MS = 5_000
_TIDY_MS = 60_000


class Desk(QObject):
    """One open desk. Scans that arrive before the store is open wait for it; none is dropped."""

    ready = Signal()
    trouble = Signal(str)

    def __init__(
        self,
        folder: Path,
        settings: Settings,
        words: Words,
        *,
        application: QApplication,
        practice: bool = False,
        machines: Practice | None = None,
        clock: Clock = now_utc,
        audible: bool = True,
    ) -> None:
        super().__init__()
        self.folder, self.settings, self.words, self.clock = folder, settings, words, clock
        self.practice, self.machines = practice, machines
        self._application = application
        resources = resources_dir()
        load_fonts(resources / "fonts")
        self.look = Look(_theme(settings.theme, application), Icons(resources / "icons"))
        self.look.dress(application)
        self.courier = Courier(self)
        self.lanes = Lanes(self.courier.deliver)
        self._audible = audible  # false in the headless demo, where nobody hears or looks
        outlet = find_outlet() if audible else None
        self.speaker = Speaker(read_sounds(resources / "sounds"), outlet, volume=settings.volume / 100)
        self.router = ScanRouter(
            Wedge(prefix=settings.scanner_prefix, separator=settings.scanner_group_separator), self
        )
        self.bench_page = BenchPage(
            self.look,
            words,
            clock=clock,
            pictures=resources / "practice" / "pictures",
            preview=self._preview,
        )
        front = Page("bench", "package-check", words("Pack"), self.bench_page, bare=True)
        self.window = DeskWindow(self.look, words, [front], station=settings.station, practice=practice)
        self.window.closed.connect(self.close)
        self.station: Station | None = None
        self.bench: BenchDesk | None = None
        self.pages: Pages | None = None
        self._early: list[str] = []
        self._was_online = False
        self.is_ready = False  # takes scans; `ready` says so once
        self._pause = ScanPause(self.apply, self)
        self._garbage = GarbageRound(self)
        self._untold = Changes()  # what customers have not been told of yet
        self._closed = False
        application.installEventFilter(self.router)
        self.router.scanned.connect(lambda code, _ms: self.scanned(code))

    def show(self, size: QSize | None = None) -> None:
        """Paint, then open the store."""
        self.bench_page.show_view(
            BenchView(mode=BenchMode.IDLE, station=self.settings.station, notice="Opening…"), self.clock()
        )
        if size is None:
            self.window.showMaximized()
        else:
            self.window.resize(size)
            self.window.show()
        self.bench_page.setFocus()
        self.bench_page.painted.connect(self._open, Qt.ConnectionType.SingleShotConnection)

    def scanned(self, code: str) -> None:
        """One whole scan, whatever has the focus: the page in front may use it, else the bench hears it."""
        if self.pages is not None and self.pages.takes_scan(self.window.shown, code):
            return
        if self.bench is None:
            self._early.append(code)
        else:
            self.bench.scan(code)
            if self.window.shown != "tray":  # where it is settled in view
                self.window.show_page("bench")

    def apply(self, changes: Changes) -> None:
        if self.pages is None or self.station is None:
            return
        self.pages.apply(changes)
        if self.station.sharing is not None:
            self.station.sharing.nudge()
        self._untold |= changes

    def _tell_customers(self) -> None:
        """Queue what customers should hear of, then send what is due. Now and then: no scan waits for it."""
        assert self.station is not None
        changes, self._untold = self._untold, Changes()
        notify = self.station.notify

        def turn() -> Turn:
            if changes:
                notify.queue(changes)
            return notify.turn()

        def away(error: Exception) -> None:
            self._untold |= changes
            self._quiet(error)

        if not self.lanes.run_if_idle(Lane.NOTICES, turn, self._sent, away):
            self._untold |= changes

    def _quiet(self, error: Exception) -> None:
        if not isinstance(error, DeskError):  # else the shared database is away, and its dot says so
            self._failed(error)

    def _redress(self, theme: str) -> None:
        self.look.dress(self._application, _theme(theme, self._application))

    def _open(self, _painted: object = None) -> None:
        self.lanes.run(Lane.STATION, self._build_station, self._opened, self._not_opened)

    def _build_station(self) -> Station:
        from wismo_desk.app.station import Station, Wiring

        station = Station(
            Wiring(
                folder=self.folder,
                settings=self.settings,
                words=self.words,
                practice=self.practice,
                clock=self.clock,
            )
        )
        if self.machines is not None:
            self.machines.fill(station.take_in)
        return station

    def _opened(self, station: Station) -> None:
        from wismo_desk.app.pages import Pages

        self.station = station
        self.bench = BenchDesk(
            self.bench_page,
            BenchFlows(
                verify=station.verify,
                ship=station.ship,
                print_label=station.print_label,
                void=station.void,
                departures=station.departures,
            ),
            lanes=self.lanes,
            speaker=self.speaker,
            clock=self.clock,
            told=self.told,
            claims=station.sharing,
            parent=self,
        )
        self.bench.changed.connect(self._pause.add)
        self.bench.trouble.connect(lambda said, _bug: self._say(said))
        surface = Surface(
            look=self.look,
            words=self.words,
            clock=self.clock,
            lanes=self.lanes,
            speaker=self.speaker,
            window=self.window,
            bench_page=self.bench_page,
            machines=self.machines,
            audible=self._audible,
            scanned=self.scanned,
            apply=self.apply,
            redress=self._redress,
        )
        self.pages = Pages(surface, station, self.bench)
        self.window.add_pages(self.pages.pages())
        self.pages.join(self.window)
        self.lanes.run("recover", station.recover, self._recovered, self._failed)

    def _recovered(self, recovered: Recovered) -> None:
        """What the last run left open is known now: print what is fresh, then take scans."""
        assert self.bench is not None
        log.info("ready: %d prints go on, %d open questions", len(recovered.jobs), recovered.in_doubt)
        for job in recovered.jobs:
            self.bench.send(job)
        self.bench.start()
        for code in self._early:
            self.bench.scan(code)
        self._early.clear()
        self._keep_time()
        self.is_ready = True
        self.ready.emit()

    def _keep_time(self) -> None:
        assert self.station is not None and self.pages is not None
        station = self.station
        self._every(_RULES_MS, partial(self._on_time, Lane.TRACKING, station.watch.tick, self.apply))
        # Not the sweep itself: another folder may be chosen while the desk is open.
        self._every(_SWEEP_MS, partial(self._on_time, Lane.INTAKE, lambda: station.sweep(), self._swept))
        self._every(_FOLLOW_MS, partial(self._on_time, "carriers", station.follow, self._followed))
        self._every(_FLIGHT_MS, partial(self._on_time, "carriers", station.routing.tick, self.pages.flown))
        self._every(_PRINTER_MS, self._look_at_machines)
        self._look_at_machines()
        self._on_time(Lane.TRACKING, station.watch.tick, self.apply)
        self._every(_TIDY_MS, partial(self._on_time, Lane.INTAKE, station.erase.tidy, self.apply))
        if not self.practice:
            self.lanes.run("ballast", station.store.lay_ballast, lambda _laid: None, self._failed)
        self.lanes.run(Lane.NOTICES, station.notify.start, lambda _queued: None, self._quiet)
        self._every(_NOTICES_MS, self._tell_customers)
        if station.sharing is not None:
            station.sharing.start(lambda turn: self.courier.deliver(partial(self._synced, turn)))

    def _sent(self, turn: Turn) -> None:
        if self.pages is None:
            return
        self.pages.notices.show_pause(turn.error, turn.rests_until)
        if turn.changes:
            self.pages.apply(turn.changes)

    def _synced(self, turn: SyncTurn) -> None:
        assert self.pages is not None and self.bench is not None and self.station is not None
        if turn.changes:
            self.pages.apply(turn.changes)
            self._untold |= turn.changes
            self.bench.heard()
        if turn.online and not self._was_online:
            # What happened while the line was down may have queued nothing.
            self.lanes.run(Lane.NOTICES, self.station.notify.start, lambda _queued: None, self._quiet)
        self._was_online = turn.online
        for order, station in turn.elsewhere.items():
            self.bench.lost(order, station)
        self.pages.show_sharing(turn)

    def _every(self, ms: int, act: Callable[[], None]) -> None:
        timer = QTimer(self)
        timer.timeout.connect(act)
        timer.start(ms)

    def _on_time(self, lane: str, work: Callable[[], object], done: Callable[..., None]) -> None:
        self.lanes.run_if_idle(lane, work, done, self._failed)

    def _followed(self, done: Round) -> None:
        for carrier, error in done.errors.items():
            log.warning("carrier %s is not asked for a while: %s", carrier, error)
        if done.changes:
            self.apply(done.changes)

    def _swept(self, swept: list[Swept]) -> None:
        assert self.pages is not None
        self.pages.swept(swept)

    def _look_at_machines(self) -> None:
        assert self.pages is not None
        self.pages.look_at_machines()

    def _preview(self, png: bytes, done: Callable[[bytes], None]) -> None:
        """On a screen every code is cut: only paper may close a parcel."""
        station = self.station
        if station is not None:
            cut = partial(station.drawing.cut, png)
            # A tenth of a second of work for the eye only: it lets the printer go first.
            QTimer.singleShot(_PREVIEW_MS, partial(self.lanes.run, "preview", cut, done, self._failed))

    def told(self, error: Exception) -> str:
        if isinstance(error, DeskError):
            return self.words.error(error)
        return self.words(
            "The program made a mistake and noted it in its log. Go on; if it comes again, restart it."
        )

    def _not_opened(self, error: Exception) -> None:
        self._failed(error)
        self.bench_page.show_view(not_open(error, self.settings.station, self.told), self.clock())
        self.bench_page.acted.connect(self.window.close)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, DeskError):
            log.error("bug", exc_info=error)
        self._say(self.told(error))

    def _say(self, said: str) -> None:
        self.window.show_undo(said)
        self.trouble.emit(said)

    def close(self) -> None:
        """Drain what was taken in, then let go of the files."""
        if self._closed:
            return
        self._closed = True
        log.info("stop")
        self._pause.stop()
        self._application.removeEventFilter(self.router)
        for timer in self.findChildren(QTimer):
            timer.stop()
        if self.station is not None:
            self.station.halt()
        self.lanes.close()
        self.courier.stop()
        if self.station is not None:
            self.station.close()
        self.speaker.close()
        self._garbage.stop()
        if self.machines is not None:
            self.machines.stop()
        self.window.deleteLater()


def open_desk(folder: Path, settings: Settings, words: Words, *, practice: bool, asked: bool = False) -> int:
    """The window, until it is closed. `asked`: the language was named on the command line."""
    need_screen()
    application = QApplication(sys.argv[:1])
    application.setApplicationName("WISMO Desk")
    machines = None
    if practice:
        from wismo_desk.app.practice import Practice

        machines = Practice(folder, day=datetime.now().astimezone().date(), companies=True)
        settings = machines.start(words.language if asked else "")
        folder = machines.folder
        if settings.language != words.language and not asked:
            words = Words(settings.language, catalogue(settings.language), zone=settings.timezone)
    translator = QTranslator(application)
    translations = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(f"qtbase_{words.language}", translations):
        application.installTranslator(translator)  # Qt's own dialogs speak the same language
    log_to(folder)
    hear_qt()
    report_crashes(folder)
    kind = "practice" if practice else "real"
    log.info("start: version %s, %s, %s, %s", __version__, sys.platform, kind, folder)
    desk = Desk(folder, settings, words, application=application, practice=practice, machines=machines)
    desk.show()
    return application.exec()


def _theme(wanted: str, application: QApplication) -> Theme:
    if wanted in THEMES:
        return THEMES[wanted]
    dark = application.styleHints().colorScheme() is Qt.ColorScheme.Dark
    return THEMES.get("dark", LIGHT) if dark else LIGHT
