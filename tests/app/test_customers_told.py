"""Each milestone of an order, made in the real window with scans, arrives once at a real mail server: in French in
France, in English elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage, Message

from open_desk import Clock
from pytestqt.qtbot import QtBot

from wismo_desk.app.desk import Desk
from wismo_desk.app.practice import Practice
from wismo_desk.domain.bench_view import BenchMode, BenchView
from wismo_desk.domain.ids import order_id, shipment_id
from wismo_desk.domain.notice import Milestone

WAIT = 60_000
PEOPLE = (
    ("F1", "Zoé Lefèvre", "37000,Tours,FR", "zoe"),
    ("D1", "Jonas Bauer", "10115,Berlin,DE", "jonas"),
    ("F2", "Ugo Petit", "37000,Tours,FR", "ugo"),
    ("D2", "Ida Wolf", "10115,Berlin,DE", "ida"),
)
COLUMNS = "order number,sku,ean,quantity,full name,address1,postcode,city,country,email,shipping method"
ORDERS = f"{COLUMNS},latestDeliveryAt\n" + "".join(
    f"{number},MUG-BLANC,9520000002015,1,{name},1 rue Neuve,{place},{mail}@example.org,Livraison magasin,2026-11-25\n"
    for number, name, place, mail in PEOPLE
)


class Customers:
    """What arrived, by address; `told` waits for one more message each."""

    def __init__(self, desk: Desk, machines: Practice, qtbot: QtBot) -> None:
        self._desk, self._machines, self._qtbot = desk, machines, qtbot

    def of(self, address: str) -> list[Message | EmailMessage]:
        return [mail for mail in self._machines.mail.messages if address in str(mail["To"])]

    def told(self, count: int, *addresses: str) -> list[str]:
        """The subjects of the newest messages, once each of these customers has `count` of them."""

        def so() -> bool:
            self._desk._tell_customers()  # what its timer does every five seconds
            return all(len(self.of(address)) >= count for address in addresses)

        self._qtbot.waitUntil(so, timeout=WAIT)
        assert [len(self.of(address)) for address in addresses] == [count] * len(addresses)
        return [str(self.of(address)[-1]["Subject"]) for address in addresses]


def waits(qtbot: QtBot, so: Callable[[], bool]) -> None:
    qtbot.waitUntil(so, timeout=WAIT)


def test_every_milestone_is_told_once_in_the_customers_language(
    desk: Desk, machines: Practice, clock: Clock, qtbot: QtBot
) -> None:
    customers = Customers(desk, machines, qtbot)
    station, pages = desk.station, desk.pages
    assert station is not None and pages is not None and desk.bench is not None
    pair = ("zoe@example.org", "jonas@example.org")

    inbox = station.sweep.folder / "in"
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox / "monday.csv").write_text(ORDERS, encoding="utf-8")
    french, english = customers.told(1, *pair)
    assert french == "Merci\u202f! Votre commande F1 est bien arrivée"
    assert english.startswith("Thank you!") and "D1" in english

    def view() -> BenchView:
        return desk.bench_page.view

    for place, number in enumerate(("F1", "D1")):
        desk.scanned(number)
        waits(qtbot, lambda: view().mode is BenchMode.PACKING)
        said = customers.told(2, pair[place])[0]
        assert ("préparons" if place == 0 else "preparing") in said
        desk.scanned("9520000002015")
        waits(qtbot, lambda: view().mode is BenchMode.LABEL_OUT and view().label is not None)
        label = view().label
        assert label is not None
        desk.scanned(f"]C100{label.tracking_number}")
        waits(qtbot, lambda: view().mode is BenchMode.IDLE)
    subjects = customers.told(3, *pair)
    assert "prête à partir" in subjects[0] and "ready to leave" in subjects[1]
    for address in pair:
        text = str(customers.of(address)[-1].get_body(("plain",)).get_content())  # type: ignore[union-attr]  # EmailMessage
        assert any(number in text for number in _numbers(desk))

    desk.window.show_page("manifest")
    pages.manifest.begin("own")
    waits(qtbot, lambda: pages.manifest.is_open)
    for number in _numbers(desk):
        desk.scanned(f"]C100{number}")
    pages.manifest.scan_view.close_asked.emit()
    waits(qtbot, lambda: not pages.manifest.is_open)
    subjects = customers.told(4, *pair)
    # Handed over and on the round at once: own deliveries leave with the manifest, and one message tells both.
    assert "aujourd’hui" in subjects[0] and "today" in subjects[1]

    for number in ("F1", "D1"):
        desk.apply(station.track(shipment_id(order_id("csv", number)), "DELIVERED"))
    subjects = customers.told(5, *pair)
    assert "livrée" in subjects[0] and "delivered" in subjects[1]

    late = ("ugo@example.org", "ida@example.org")
    customers.told(1, *late)
    clock.now += timedelta(days=3)
    desk.apply(station.watch.tick())
    subjects = customers.told(2, *late)
    assert "retard" in subjects[0] and "late" in subjects[1]

    ids = [str(mail["Message-ID"]) for mail in machines.mail.messages]
    assert len(ids) == len(set(ids))
    for address, language in zip(pair, ("fr", "en"), strict=True):
        assert {str(mail["Content-Language"]) for mail in customers.of(address)} == {language}
    told = {
        notice.milestone
        for number in ("F1", "F2")
        for notice in station.notify.of_order(order_id("csv", number))
    }
    assert told == set(list(Milestone)[:5]) | {Milestone.DELIVERED, Milestone.DELAYED}, (
        "all of an own delivery"
    )


def _numbers(desk: Desk) -> list[str]:
    station = desk.station
    assert station is not None
    keys = [order_id("csv", number) for number in ("F1", "D1")]
    return [parcel.tracking_number for key in keys for parcel in station.store.read.parcels(order_id=key)]
