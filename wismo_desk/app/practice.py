"""Practice: orders of today, a printer, a carrier and a mail server on loopback, in their own folder."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from wismo_desk.devices.paperless_printer import PaperlessPrinter
from wismo_desk.domain.order import Party
from wismo_desk.domain.order_file import parse_orders
from wismo_desk.domain.printer import PrinterProfile
from wismo_desk.practice.carrier_server import CarrierServer
from wismo_desk.practice.companies import Companies
from wismo_desk.practice.imap_mails import sample_mails
from wismo_desk.practice.imap_server import USER, ImapServer
from wismo_desk.practice.mail_server import MailServer
from wismo_desk.resources import catalogue, resources_dir
from wismo_desk.settings import Settings, load, save
from wismo_desk.settings.inbox import InboxSettings
from wismo_desk.settings.mail import MailSettings, Security
from wismo_desk.words import LANGUAGES, Words

if TYPE_CHECKING:  # brings SQLAlchemy, and the window is painted first
    from wismo_desk.flows.take_in import IntakeReport, TakeIn

SERVICES = (
    ("Livraison magasin", "own", "home"),
    ("Exercice domicile", "practice", "home"),
    ("Exercice relais", "practice", "pickup"),
    ("Colissimo domicile", "colissimo", "home"),
    ("Colissimo signature", "colissimo", "home_signature"),
    ("Colissimo point retrait", "colissimo", "pickup"),
    ("Colissimo outre-mer", "colissimo", "overseas"),
    ("Colissimo international", "colissimo", "international_signature"),
    ("Chrono 13", "chronopost", "home"),
    ("Chrono Relais", "chronopost", "pickup"),
    ("Point Relais", "mondial_relay", "pickup"),
)
SHIPPER = Party(
    company="Atelier Mirabelle",
    street=("18 rue Nicéphore-Niépce",),
    postcode="69800",
    city="Saint-Priest",
    country="FR",
    phone="04 99 00 12 00",
    email="expedition@example.com",
)


class Practice:
    """The machines of practice mode. Start before the station is built; stop after it is closed. `orders`
    takes only the sample's first so many; 0 takes all. `companies`: eight orders more, for the carriers whose
    services are played here, and a made-up past to learn from (`has_past`)."""

    def __init__(self, folder: Path, *, day: date, orders: int = 0, companies: bool = False) -> None:
        self.folder = folder / day.isoformat()
        _drop_older(folder, day)
        machines = self.folder / "machines"
        machines.mkdir(parents=True, exist_ok=True)
        self.day = day
        self.orders = orders
        self._with_companies = self.has_past = companies
        self.on_label: Callable[[bytes, int], None] | None = None  # set once there is somebody to show it to
        self.printer = PaperlessPrinter(
            on_label=self._label, folder=machines / "labels", odometer_file=machines / "odometer"
        )
        self.mail = MailServer()
        self.mailbox = ImapServer(today=day, password="") if companies else None
        self.carrier = CarrierServer(state_file=machines / "practice.json")
        self.companies = Companies(machines, self.carrier)

    def start(self, language: str = "") -> Settings:
        """The settings of this practice day, pointing at the machines just started; what practice itself names is
        named in `language`, else in that of the settings."""
        self.printer.start()
        carriers = self.companies.start()
        self.mail.start()
        inbox = self._lay_mails() if self.mailbox else InboxSettings()
        known = load(self.folder)
        language = language or known.language
        words = Words(language, catalogue(language))
        settings = replace(
            known,
            station=_renamed(known.station, words, "Station 1"),
            own_name=_renamed(known.own_name, words, "Shop delivery"),
            shipper=SHIPPER,
            services=SERVICES,
            cut_offs=known.cut_offs or {"own": "17:30", "practice": "16:45"},
            printers=(self._profile(known, words("Paperless")),),
            carriers=carriers,
            mail=MailSettings(
                on=True,
                host="127.0.0.1",
                port=self.mail.port,
                security=Security.NONE,
                sender_name="Atelier Mirabelle",
                sender_address="bonjour@mirabelle.example",
                shop_name="Atelier Mirabelle",
            ),
            inbox=inbox,
        )
        save(self.folder, settings)
        return settings

    def _lay_mails(self) -> InboxSettings:
        """A morning's questions about the sample's first orders, in a mailbox of its own."""
        assert self.mailbox is not None
        now = datetime.now(UTC)
        sample = (resources_dir() / "practice" / "commandes-exemple.csv").read_bytes()
        orders = parse_orders(sample, source="csv", zone=UTC, received_at=now).orders[:6]
        told = [(order.number, order.recipient.name, order.recipient.email) for order in orders]
        for mail in sample_mails(told, now):
            self.mailbox.put(mail, on=self.day)
        port = self.mailbox.start().port
        return InboxSettings(on=True, host="127.0.0.1", port=port, user=USER, security=Security.NONE)

    def stop(self) -> None:
        self.companies.stop()
        if self.mailbox is not None:
            self.mailbox.stop()
        self.mail.stop()
        self.printer.stop()

    def _profile(self, known: Settings, name: str) -> PrinterProfile:
        """The printer's address of this start, with what a person may have changed about it."""
        fresh, old = self.printer.profile(name), known.printer()
        if old is None:
            return fresh
        return replace(fresh, dpi=old.dpi, language=old.language, encoding=old.encoding)

    def _label(self, content: bytes, number: int) -> None:
        if self.on_label is not None:
            self.on_label(content, number)

    def fill(self, take_in: TakeIn) -> list[IntakeReport]:
        """Bring the sample in, dated today, or its first so many orders. Twice changes nothing."""
        samples = resources_dir() / "practice"
        file = dated((samples / "commandes-exemple.csv").read_bytes(), self.day)
        if self.orders:
            file = first_orders(file, self.orders)
        products = (samples / "produits-exemple.csv").read_bytes()
        files = [(products, "produits-exemple.csv"), (file, "commandes-exemple.csv")]
        if self._with_companies:
            more = (samples / "commandes-transporteurs.csv").read_bytes()
            files.append((dated(more, self.day), "commandes-transporteurs.csv"))
        return [take_in(content, name) for content, name in files]


def _renamed(name: str, words: Words, first: str) -> str:
    """The name that practice gives, in the language of `words`; one that a person gave stays."""
    ours = {Words(language, catalogue(language))(first) for language in LANGUAGES}
    return words(first) if name in ours else name


def dated(sample: bytes, day: date) -> bytes:
    """The sample with every date moved by as many days, so that its newest orders are of `day`. Dates that
    are wrong on purpose stay wrong."""
    text = sample.decode("utf-8-sig")
    ordered = [found for line in text.splitlines() if (found := _date(line[:10])) is not None]
    if not ordered:
        return sample
    shift = day - max(ordered)

    def move(match: re.Match[str]) -> str:
        found = _date(match[0])
        return (found + shift).isoformat() if found else match[0]

    return re.sub(r"\b\d{4}-\d\d-\d\d\b", move, text).encode()


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def first_orders(sample: bytes, count: int) -> bytes:
    """The header and the lines of the first `count` orders that come in; the sample has no quoted line breaks,
    and some damaged orders that do not count."""
    now = datetime.now(UTC)
    good = {
        order.source_ref for order in parse_orders(sample, source="csv", zone=UTC, received_at=now).orders
    }
    lines = sample.decode().splitlines(keepends=True)
    kept, seen = [lines[0]], set[str]()
    for line in lines[1:]:
        number = line.split(",")[1]
        if number in good and number not in seen:
            if len(seen) == count:
                break
            seen.add(number)
        kept.append(line)
    return "".join(kept).encode()


def _drop_older(folder: Path, day: date) -> None:
    """Practice days are not kept."""
    if not folder.is_dir():
        return
    for old in folder.iterdir():
        if re.fullmatch(r"\d{4}-\d\d-\d\d", old.name) and old.name != day.isoformat():
            shutil.rmtree(old, ignore_errors=True)
