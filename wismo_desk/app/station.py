"""One station without its windows: the store, the carriers, the printers and every flow, joined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from wismo_desk.app.buying import ahead_flows, refetch_flow
from wismo_desk.app.calendars import calendars_of, rules_of
from wismo_desk.app.contracts import Contracts
from wismo_desk.app.drawing import Drawing
from wismo_desk.app.filing import close_parcel, file_flows
from wismo_desk.app.foreseeing import foresee_flow
from wismo_desk.app.forgetting import person_flows
from wismo_desk.app.garbage import give_back
from wismo_desk.app.naming import service_names
from wismo_desk.app.printers import PrinterRack
from wismo_desk.app.routing import Routing
from wismo_desk.app.sharing import share
from wismo_desk.app.telling import notify_flow
from wismo_desk.app.trial_mail import send_trial
from wismo_desk.devices.scale import Scale, stable_grams
from wismo_desk.domain.cutoff import departure_on
from wismo_desk.domain.notice import NoticeLedger
from wismo_desk.domain.sscc import make_sscc
from wismo_desk.domain.status import read_codes
from wismo_desk.errors import SettingsProblem
from wismo_desk.flows.anomaly_rules import AnomalyRules
from wismo_desk.flows.classify import Classify
from wismo_desk.flows.close_out import ClosedManifest, CloseOut
from wismo_desk.flows.departures import Departures
from wismo_desk.flows.fetch_papers import FetchPapers
from wismo_desk.flows.follow import Follow
from wismo_desk.flows.hand_over import HandOver
from wismo_desk.flows.load_up import LoadUp
from wismo_desk.flows.paint_ahead import PaintAhead, SerialAhead
from wismo_desk.flows.papers import Papers
from wismo_desk.flows.pen import Clock, Pen, now_utc
from wismo_desk.flows.prepare import Prepare
from wismo_desk.flows.print_label import PrintLabel
from wismo_desk.flows.recover import Recover
from wismo_desk.flows.reprint import Reprint
from wismo_desk.flows.resolve import Resolve
from wismo_desk.flows.ship import Ship
from wismo_desk.flows.sweep import Sweep, Swept
from wismo_desk.flows.take_in import TakeIn
from wismo_desk.flows.track import Track
from wismo_desk.flows.triage import Triage
from wismo_desk.flows.twice_labelled import TwiceLabelled
from wismo_desk.flows.verify import BenchRules, Verify
from wismo_desk.flows.void import Void
from wismo_desk.flows.watch import Watch
from wismo_desk.resources import resources_dir, status_tables
from wismo_desk.settings import Settings, data_key, save
from wismo_desk.settings.mail import MailSettings, keep_mail_password
from wismo_desk.settings.secrets import keep_shared_password
from wismo_desk.settings.station import LabelScan
from wismo_desk.store import open_store
from wismo_desk.store.copies import copy_files
from wismo_desk.store.journal import StoredLabel
from wismo_desk.store.shared_serial import SSCC
from wismo_desk.store.store import Store
from wismo_desk.web.client import Http
from wismo_desk.words import Words

_PRACTICE_PREFIX = "952"  # GS1's prefix for demonstrations: never on a real label


@dataclass(slots=True)
class Wiring:
    """What differs between a real bench, practice and tests."""

    folder: Path
    settings: Settings
    words: Words
    practice: bool = False
    clock: Clock = now_utc
    scale: Scale | None = None
    key: bytes = b""
    recheck_s: float = 2.0  # before a carrier's "no such label" is believed
    beside: bool = False  # only reads when the desk is open with this folder already
    share_practice: bool = False  # `demo --shared` only, in a tenant of its own


class Station:
    """Build it off the window's thread: opening the files takes a moment. Needs a QGuiApplication."""

    def __init__(self, wiring: Wiring) -> None:
        self.settings = wiring.settings
        self.words = wiring.words
        self.clock = wiring.clock
        self.practice = wiring.practice
        self.folder = wiring.folder
        self._scale = wiring.scale
        self._share_practice = wiring.share_practice
        self._recheck_s = wiring.recheck_s
        self.calendars = calendars_of(wiring.settings)
        self._key = key = wiring.key or data_key(wiring.folder)[0]
        rules = rules_of(wiring.settings, self.calendars)
        self.store: Store = open_store(
            wiring.folder, key, statuses=status_tables(), rules=rules, beside=wiring.beside
        )
        try:
            self._build()
        except BaseException:
            self.store.close()
            raise

    def _build(self) -> None:
        settings, store = self.settings, self.store
        self.pen = Pen(settings.station, clock=self.clock, after=store.newest_id(settings.station))
        self.sharing = share(settings, store, self.pen, only_tried=self.practice and not self._share_practice)
        self.http = Http()
        self.drawing = Drawing(
            self.words,
            resources_dir() / "fonts",
            settings=lambda: self.settings,
            names=self.names,
            clock=self.clock,
        )
        asked = (lambda: self.settings, lambda: self.follow.readings())
        self.contracts = Contracts(self.http, *asked, practice=self.practice, words=self.words)
        self.carriers, self.infos = self.contracts.carriers, self.contracts.infos
        self.printers = PrinterRack(settings.printers)
        self._build_shipping()
        self._build_orders()
        self._build_watching()
        ledger = self.sharing.notices if self.sharing else store.notices
        infos = self.infos
        self.notify = notify_flow(
            store, self.pen, ledger, lambda: self.settings, infos, folder=self.folder, practice=self.practice
        )
        self._build_forgetting(ledger)
        self.verify = self._bench()

    def _build_shipping(self) -> None:
        """From an intended label to paper, and what may go wrong on the way."""
        self._serials = SerialAhead(partial(self.store.serials.take, SSCC))
        settings, store, pen = self.settings, self.store, self.pen
        prepare = Prepare(
            store=store,
            pen=pen,
            carriers=self.carriers,
            shipper=settings.shipper,
            printer=lambda: self.settings.printer(),
            sscc=self.next_sscc,
            practice=self.practice,
            zone=settings.timezone,
            insured=lambda *parcel: self.routing.insure(*parcel),
        )
        self.ship = Ship(
            store=store,
            pen=pen,
            carriers=self.carriers,
            prepare=prepare,
            paint=self.drawing.label,
            printer=lambda: self.settings.printer(),
            recheck_s=self._recheck_s,
        )
        self.by_file, self.hand_to_file = file_flows(self, prepare)
        self.ahead, self.give_back = ahead_flows(self)
        self.routing: Routing = Routing(self, prepare.request)
        self.print_label = PrintLabel(
            store=store, pen=pen, printers=self.printers, fallback=self._first_printer
        )
        self.reprint = Reprint(store=store, pen=pen, mark=self._mark_copy)
        self.refetch = refetch_flow(self)
        self.void = Void(store=store, pen=pen, carriers=self.carriers)
        self.twice_labelled = TwiceLabelled(store=store, names=self.names)
        self.resolve = Resolve(store=store, pen=pen, ship=self.ship, names=self.names)
        self.recover = Recover(store=store, pen=pen, ship=self.ship, print_label=self.print_label)

    def _build_orders(self) -> None:
        """How orders come in and leave."""
        settings, store, pen, timezone = self.settings, self.store, self.pen, self.settings.timezone
        self.take_in = TakeIn(
            store=store,
            pen=pen,
            words=self.words,
            route=self.routing.reroute.route,
            zone=timezone,
            cut_off=lambda carrier: self.settings.cut_off(carrier),
            works=self.calendars.works_here,
        )
        self.papers = Papers(
            store=store,
            pen=pen,
            words=self.words,
            shipper=settings.shipper,
            infos=self.infos,
            draw=self.drawing.text,
            fonts=resources_dir() / "fonts",
            cache=self.folder / "cache",
            zone=timezone,
            practice=self.practice,
        )
        self.close_out = CloseOut(store=store, pen=pen, infos=self.infos, sheet=self.papers.manifest_sheet)
        self.sweep = self._watch_folder()

    def _build_watching(self) -> None:
        """What is known of parcels, and what is done with it."""
        store, pen, timezone = self.store, self.pen, self.settings.timezone
        self.follow: Follow = Follow(
            store=store,
            pen=pen,
            carriers=self.carriers,
            clock=self.clock,
            claim=self.routing.may_ask,
        )
        self.track = Track(store=store, pen=pen, codes=read_codes(status_tables()["own"]))
        self.classify = Classify(store=store, pen=pen)
        self.fetch_papers = FetchPapers(store=store, carriers=self.carriers, clock=self.clock)
        self.watch = Watch(
            store=store,
            clock=self.clock,
            names=self.names,
            has_papers=self.fetch_papers.has_any,
            zone=timezone,
            give_back=give_back,
        )
        self.foresee = foresee_flow(store, pen, lambda: self.settings, self.calendars)
        self.triage = Triage(store=store, pen=pen, names=self.names, zone=timezone)
        self.anomaly_rules = AnomalyRules(store=store, pen=pen)
        self.departures = Departures(
            store=store,
            clock=self.clock,
            zone=timezone,
            names={code: self.names(code, "")[0] for code in self.infos},
            cut_off=lambda carrier: self.settings.cut_off(carrier),
        )

    def _build_forgetting(self, ledger: NoticeLedger) -> None:
        """What a person may ask, and what grows old."""
        self.erase, self.disclose = person_flows(
            self.store,
            self.pen,
            ledger,
            lambda: self.settings,
            take_in=self.take_in,
            papers=self.papers,
            watched=lambda: self.sweep.folder,
            folder=self.folder,
        )

    def _bench(self) -> Verify:
        hand_over = HandOver(
            store=self.store,
            pen=self.pen,
            ship=self.ship,
            reprint=self.reprint,
            resolve=self.resolve,
            names=self.names,
        )
        return Verify(
            store=self.store,
            pen=self.pen,
            rules=self._rules,
            close=close_parcel(self),
            returns=self.routing.returns,
            hand_over=hand_over,
            load_up=LoadUp(close_out=self.close_out, keep=self.keep_manifest),
            truck=self._truck,
            names=self.names,
            is_free=self.sharing.is_free if self.sharing else (lambda _order: False),
            paint_ahead=PaintAhead(
                store=self.store,
                prepare=self.ship.prepare,
                number=partial(self.next_sscc, peek=True),
                paint=self.drawing.ahead,
            ),
        )

    def names(self, carrier: str, service: str) -> tuple[str, str]:
        """(carrier, service) as people say them in the reader's language."""
        return service_names(self.infos, self.words.language, carrier, service)

    def save(self, settings: Settings) -> None:
        """Written to the file; gate, weighing, cut-offs, services, printers and the watched folder apply from
        the next scan, label and file on. Raises SettingsProblem when a printer cannot be as it says."""
        before = self.settings
        self.printers.set_up(settings.printers)
        try:
            save(self.folder, settings)
        except OSError:
            self.printers.set_up(before.printers)
            raise
        self.settings = settings
        if settings.carriers != before.carriers:
            self.contracts.open()
        if settings.watched != before.watched:
            self.sweep = self._watch_folder()

    def _watch_folder(self) -> Sweep:
        folder = self.settings.watched or self.folder / "orders"
        return Sweep(folder=folder, take_in=self.take_in, clock=self.clock)

    def waiting(self) -> list[Path]:
        """Files of the watched folder whose columns are to be said."""
        return self.sweep.waiting()

    def mapped(self, path: Path, mapping: Mapping[str, str]) -> list[Swept]:
        return self.sweep.mapped(path, mapping)

    def backup(self, target: Path) -> None:
        """Both files into a new folder. Safe from any thread; no scan waits for it."""
        copy_files(self.folder, self._key, target)

    def keep_password(self, what: str, value: str) -> None:
        """Of the "shared" database or the "mail" server as they are saved. Raises SettingsProblem."""
        if what == "shared":
            keep_shared_password(self.settings.shared, value)
        else:
            keep_mail_password(self.settings.mail, value)

    def send_test_mail(self, mail: MailSettings) -> str:
        return send_trial(mail, self.words, now=self.clock())

    def print_test(self, name: str) -> None:
        self.printers.send_test(name, self.drawing.test)

    def next_sscc(self, *, peek: bool = False) -> str:
        prefix = _PRACTICE_PREFIX if self.practice else self.settings.gs1_prefix
        if not prefix or (prefix.startswith(_PRACTICE_PREFIX) and not self.practice):
            raise SettingsProblem(
                "Own deliveries need the GS1 company prefix of the merchant. Enter it in the settings.",
                field="gs1_prefix",
            )
        return make_sscc(prefix, extension=0, serial=self._serials.peek() if peek else self._serials())

    def weigh(self) -> int | None:
        """Stable grams on the scale, or None: no scale, nothing on it, or still moving."""
        return stable_grams(self._scale)

    def keep_manifest(self, closed: ClosedManifest) -> Path:
        folder = self.folder / "manifests"
        folder.mkdir(exist_ok=True)
        path = folder / f"{closed.manifest.manifest_id}.pdf"
        path.write_bytes(closed.pdf)
        return path

    def halt(self) -> None:
        """Before the lanes are drained: what may take minutes ends after the piece under way."""
        self.notify.stop()
        if self.sharing is not None:
            self.sharing.halt()

    def close(self) -> None:
        self.halt()
        self.notify.finish()
        if self.sharing is not None:
            self.sharing.stop()
        self.http.close()
        self.printers.close()
        if self._scale is not None:
            self._scale.close()
        self.store.close(self.clock())

    def _rules(self) -> BenchRules:
        substitutes = {}
        if self.settings.scanner_group_separator:
            substitutes[self.settings.scanner_group_separator] = "\x1d"
        return BenchRules(
            gate=self.settings.gate,
            require_label_scan=self.settings.label_scan is LabelScan.REQUIRE,
            substitutes=substitutes,
        )

    def _truck(self, carrier: str) -> datetime:
        return departure_on(self.clock(), self.settings.cut_off(carrier), self.settings.timezone)

    def _first_printer(self) -> str:
        profile = self.settings.printer()
        return profile.name if profile else ""

    def _mark_copy(self, stored: StoredLabel, copy: int) -> bytes:
        again = self.ship.repaint(stored.parcel_id, copy=copy)
        return again.content if again else stored.content
