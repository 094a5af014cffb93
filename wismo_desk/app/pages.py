"""Builds the pages that need the store and joins them to the window, the lanes and each other."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QWidget

from wismo_desk.app.answers_desk import AnswersDesk
from wismo_desk.app.board import Board
from wismo_desk.app.claiming import claim_flows, claims_count, claims_page, show_claim
from wismo_desk.app.foreseeing import Foreseeing
from wismo_desk.app.gridding import shipments_page
from wismo_desk.app.intake_progress import IntakeProgress, tell_swept
from wismo_desk.app.lettering import publish_flow
from wismo_desk.app.machine_watch import MachineWatch
from wismo_desk.app.noticing import NoticesDesk
from wismo_desk.app.publishing import Publishing
from wismo_desk.app.remember import past_for
from wismo_desk.app.settling import settle_page
from wismo_desk.app.shelving import shelf_of
from wismo_desk.app.station import Station
from wismo_desk.app.surface import Surface
from wismo_desk.app.wishing import Wishes
from wismo_desk.domain.bench_view import Problem
from wismo_desk.domain.fact import Changes
from wismo_desk.errors import SharedUnreachable
from wismo_desk.flows.bench_state import Step
from wismo_desk.flows.sweep import Swept
from wismo_desk.settings import Settings
from wismo_desk.sync.turn import SyncTurn
from wismo_desk.ui.bench_desk import BenchDesk
from wismo_desk.ui.detail_actions import DetailAsks
from wismo_desk.ui.frame import DeskWindow, Page
from wismo_desk.ui.late_page import LatePage
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.orders_page import OrdersPage
from wismo_desk.ui.page_desk import Desk as PageDesk
from wismo_desk.ui.page_terms import Names
from wismo_desk.ui.tray_page import TrayPage

if TYPE_CHECKING:  # what few desks open is imported when it is
    from wismo_desk.app.practice_desk import PracticeDesk
    from wismo_desk.ui.answers_page import AnswersPage
    from wismo_desk.ui.claims_page import ClaimsPage
    from wismo_desk.ui.insights_page import InsightsPage
    from wismo_desk.ui.manifest_page import ManifestPage
    from wismo_desk.ui.notices_page import NoticesPage
    from wismo_desk.ui.settings_page import SettingsPage

log = logging.getLogger(__name__)
_CLOCK_OFF: Final = timedelta(minutes=2)


def note_doubt(step: Step, _began: float) -> None:
    """In the log the sentence without its values: no names, no numbers."""
    problem = step.view.problem
    if problem is not None and problem.kind is Problem.IN_DOUBT and not problem.held_scans:
        log.warning("outcome unknown: %s", problem.sentence)


def _detail_asks(station: Station, bench: BenchDesk) -> DetailAsks:
    return DetailAsks(
        watch=station.watch,
        track=station.track,
        reprint=station.reprint,
        refetch=station.refetch,
        void=station.void,
        on_print=bench.send,
        cut=station.drawing.cut,
        codes=station.store.codes,
        papers=station.fetch_papers,
        documents=station.folder / "documents",
        told=station.notify.of_order,
        claim=claim_flows(station).open,
    )


class Pages:
    """`pages()` for the window; `apply` hands changes to every page; `takes_scan` lets a page have a scan."""

    def __init__(self, desk: Surface, station: Station, bench: BenchDesk) -> None:
        self._desk, self._station, self._bench = desk, station, bench
        words = desk.words
        names = Names(list(station.infos.values()), words.language)
        self.given = PageDesk(desk.look, words, clock=desk.clock, run=desk.lanes.run, names=names)
        self.shipments = shipments_page(self.given, station, _detail_asks(station, bench), bench)
        self.tray = TrayPage(
            self.given,
            station.resolve,
            bench.send,
            carriers=self._code_of,
            twice=station.twice_labelled,
            void=station.void,
        )
        self.settle = settle_page(desk, station, self.given, self.tray)
        self._late_claims = LatePage(lambda: claims_page(desk, station, self.given))
        documents = station.folder / "documents"
        self.orders = OrdersPage(
            self.given,
            station.watch,
            station.take_in,
            station.papers,
            documents=documents,
            watched=station.sweep.folder / "in",
            inbox=station,
            hand_to_file=station.hand_to_file,
            changes=station.routing,
        )
        IntakeProgress(self.orders, lambda: self._station.sweep.heard)  # the page owns it
        Wishes(desk, station)  # the window owns it
        self._late_manifest = LatePage(self._make_manifest)
        self.publishing = Publishing(desk, publish_flow(station))
        self.settings = LatePage(self._make_settings)
        self.notices = NoticesDesk(
            self.given, station.notify, lambda count: desk.window.set_badge("notices", count)
        )
        self.board = Board(desk, station)
        self.insights = LatePage(self._make_insights)
        self.foreseeing = Foreseeing(desk, station.foresee, self._show, past_for(desk, station.store))
        self.answers = AnswersDesk(desk, station, self.given)
        self.practice = self._practice() if desk.machines is not None else None
        self._machines = MachineWatch(desk, station)
        self._online: bool | None = None  # likewise
        self._all = self._every_page()
        station.store.give_way_to(desk.lanes.quiet.wait)
        counts = {
            "claims": claims_count(desk, station),
            "answers": self.answers.count,
            "notices": self.notices.count,
        }
        self._shelf = shelf_of(desk, self._all, self._widgets(), counts)

    @property
    def claims(self) -> ClaimsPage:
        """Built now if nobody has opened it."""
        page: ClaimsPage = self._late_claims.page
        return page

    @property
    def manifest(self) -> ManifestPage:
        """Built now if nobody has opened it."""
        page: ManifestPage = self._late_manifest.page
        return page

    def _make_manifest(self) -> ManifestPage:
        from wismo_desk.ui.manifest_page import ManifestPage

        station = self._station
        return ManifestPage(
            self.given,
            station.close_out,
            station.watch,
            station.papers,
            documents=station.folder / "documents",
            announcer=station.fetch_papers.announce,
        )

    def _make_settings(self) -> SettingsPage:
        from wismo_desk.app.settings_desk import settings_page

        return settings_page(self._desk, self._station, self.given, self.publishing)

    def _make_insights(self) -> InsightsPage:
        from wismo_desk.app.figures import insights_page

        return insights_page(self._desk, self._station, self.given, self.board)

    def _every_page(self) -> tuple[Any, ...]:
        return (
            self.shipments,
            self.tray,
            self.settle,
            self._late_claims,
            self.orders,
            self._late_manifest,
            self.notices.late,
            self.answers.late,
            self.insights,
        )

    def pages(self) -> list[Page]:
        words = self._desk.words
        return [
            Page("shipments", "truck", words("Shipments"), self.shipments),
            Page("tray", "list-checks", words("To settle"), self.settle),
            Page("claims", "hand-coins", words("Claims"), self._late_claims),
            Page("answers", "message-square-reply", words("Answers"), self.answers.late),
            Page("orders", "clipboard-list", words("Orders"), self.orders),
            Page("manifest", "package-plus", words("Manifest"), self._late_manifest),
            Page("notices", "mail", words("Messages"), self.notices.late),
            Page("insights", "chart-column", words("Figures"), self.insights),
            Page("settings", "settings", words("Settings"), self.settings, last=True),
        ]

    def join(self, window: DeskWindow) -> None:
        """Signals between the pages and the window, and the first reading."""
        window.searched.connect(partial(self._search, window, "search"))
        window.search_entered.connect(partial(self._search, window, "search_entered"))
        for page in self._all:
            if hasattr(page, "changed"):
                page.changed.connect(self._desk.apply)
        for key, widget in self._widgets().items():
            if isinstance(widget, LatePage):
                widget.built.connect(partial(self._join_late, window, key))
            elif hasattr(widget, "context_changed"):
                widget.context_changed.connect(partial(window.set_context, key))
        self.settle.counted.connect(partial(window.set_badge, "tray"))
        self.orders.counted.connect(partial(window.set_badge, "orders"))
        self.orders.pane.taken.connect(lambda taken: log.info("file taken in: %d orders", len(taken.orders)))
        self._bench.stepped.connect(note_doubt)
        window.page_shown.connect(self._shelf.shown)
        self.orders.pack_requested.connect(partial(self._pack, window))
        self.shipments.orders_wanted.connect(partial(window.show_page, "orders"))
        self.settings.built.connect(self._join_settings)
        self._late_claims.built.connect(
            lambda page: page.counted.connect(partial(window.set_badge, "claims"))
        )
        self._late_manifest.built.connect(lambda page: page.cued.connect(self._desk.speaker.play))
        self.notices.late.built.connect(partial(self._join_notices, window))
        self.shipments.panel.action_bar.claim.wanted.connect(partial(show_claim, window, self._late_claims))
        self.answers.late.built.connect(partial(self._join_answers, window))
        self._read_all()
        self.answers.start()
        self.foreseeing.start()

    def _join_late(self, window: DeskWindow, key: str, page: Any) -> None:
        """As the others, once it is there."""
        page.context_changed.connect(partial(window.set_context, key))
        if hasattr(page, "changed"):
            page.changed.connect(self._desk.apply)

    def _join_answers(self, window: DeskWindow, page: AnswersPage) -> None:
        page.counted.connect(partial(window.set_badge, "answers"))
        page.card.claim.wanted.connect(partial(show_claim, window, self._late_claims))

    def _join_notices(self, window: DeskWindow, page: NoticesPage) -> None:
        page.settings_wanted.connect(partial(self._show_messages, window))

    def _join_settings(self, page: SettingsPage) -> None:
        page.saved.connect(self._settings_changed)
        page.joined.connect(self._read_all)

    def _show_messages(self, window: DeskWindow) -> None:
        from wismo_desk.ui.settings_page import MESSAGES

        window.show_page("settings")
        self.settings.page.show_section(MESSAGES)

    def _read_all(self) -> None:
        self._shelf.start()
        self._show_practice()

    def _show_practice(self) -> None:
        """Beside the pages: scan buttons for people without a scanner, and the paper that came out."""
        if self.practice is None or not self._desk.audible:
            return
        self._desk.window.set_side(self.practice.panel, "Ctrl+E")

    def apply(self, changes: Changes) -> None:
        self.foreseeing.moved(changes)
        self.publishing.add(changes)
        self._show(changes)
        self.board.changed()

    def _show(self, changes: Changes) -> None:
        self._shelf.apply(changes)

    def flown(self, put: int) -> None:
        """Carriers were asked so many things about orders that wait."""
        if put and self.orders.flight is not None:
            self.orders.flight.read_soon(frozenset())

    def takes_scan(self, shown: str, code: str) -> bool:
        """True when the page in front used the scan up; the tray only listens, the bench settles it."""
        self.board.step_aside()
        if shown == "manifest" and self.manifest.is_open:
            self.manifest.scanned(code)
            return True
        if shown == "tray":
            self.tray.scanned(code)
        if shown == "answers":
            self.answers.scanned(code)
            return True
        return False

    def swept(self, swept: list[Swept]) -> None:
        tell_swept(self._desk, self.orders, swept)

    def show_sharing(self, turn: SyncTurn) -> None:
        """One quiet dot; off-line it says since when, and the bench goes on. Only what a person must mend is loud."""
        words, window = self._desk.words, self._desk.window
        self.board.show_line(turn)
        if turn.online is not self._online:
            log.info("shared database: %s", "online" if turn.online else "offline")
            self._online = turn.online
        if turn.online:
            self._show_shared(turn)
            return
        since = words.moment(turn.since, now=self._desk.clock())
        said = words("Alone since {when}", when=since)
        why = words.error(turn.error) if turn.error else said
        mends_itself = isinstance(turn.error, SharedUnreachable)
        window.set_health("sync", Mark.INFO if mends_itself else Mark.WARN, said, detail=f"{said}. {why}")

    def _show_shared(self, turn: SyncTurn) -> None:
        """Every fact of a desk whose clock is wrong bears a wrong time: a person must set it."""
        words, window = self._desk.words, self._desk.window
        if abs(turn.ahead) < _CLOCK_OFF:
            window.set_health("sync", Mark.OK, detail=words("Shared with the other desks"))
            return
        span = words.span(abs(turn.ahead))
        fast, slow = words("Clock {span} fast", span=span), words("Clock {span} slow", span=span)
        said = fast if turn.ahead > timedelta() else slow
        then = words("Set the clock of this computer: what is done here bears a wrong time.")
        window.set_health("sync", Mark.WARN, said, detail=f"{said}. {then}")

    def look_at_machines(self) -> None:
        """The desk's timer calls it."""
        self._machines.look()

    def _search(self, window: DeskWindow, verb: str, text: str) -> None:
        """What is typed in the one search box, or entered there, belongs to the page in front, or to the grid."""
        page: object = self._widgets().get(window.shown)
        if isinstance(page, LatePage):
            page = page.page
        if not hasattr(page, "search"):
            window.carry_search("shipments", text)
            page = self.shipments
        take: Callable[[str], None] | None = getattr(page, verb, None)
        if take is not None:
            take(text)

    def _widgets(self) -> dict[str, QWidget]:
        return {page.key: page.widget for page in self.pages()}

    def _settings_changed(self, settings: Settings) -> None:
        """What can apply at once does; the page says of the rest that it waits for the next start."""
        desk = self._desk
        desk.speaker.set_volume(settings.volume / 100)
        desk.redress(settings.theme)
        desk.window.set_station(settings.station)
        self._station.printers.close_replaced(
            lambda lane, close: desk.lanes.run(lane, close, lambda _closed: None, lambda _error: None)
        )
        self.look_at_machines()
        self.orders.pane.show_watched(self._station.sweep.folder / "in")

    def _pack(self, window: DeskWindow, number: str) -> None:
        window.show_page("bench")
        self._bench.scan(number)

    def _practice(self) -> PracticeDesk:
        from wismo_desk.app.practice_desk import PracticeDesk
        from wismo_desk.ui.paperless import PracticePanel

        desk, station = self._desk, self._station
        assert desk.machines is not None
        panel = PracticePanel(desk.look, desk.words, preview=self._cut)
        practice = PracticeDesk(panel, station, self._bench, desk)
        desk.machines.on_label = practice.label_came_out
        return practice

    def _cut(self, png: bytes, done: Callable[[bytes], None]) -> None:
        self._desk.lanes.run("preview", partial(self._station.drawing.cut, png), done, lambda _error: None)

    def _code_of(self, name: str) -> str:
        """The carrier's code by the name a person reads."""
        infos = self._station.infos
        return next((code for code in infos if self._station.names(code, "")[0] == name), name)
