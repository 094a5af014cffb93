"""Builds the page Réglages and what it asks of the station; imported when somebody opens it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from wismo_desk.app.answering import try_mailbox
from wismo_desk.app.closing import closed_asks, delivery_asks
from wismo_desk.app.lettering import letter_texts, open_shelf
from wismo_desk.app.publishing import Publishing
from wismo_desk.app.station import Station
from wismo_desk.app.surface import Surface
from wismo_desk.channels.sftp import ask_fingerprint
from wismo_desk.domain.fact import Changes
from wismo_desk.flows.dress import Dress
from wismo_desk.flows.publish import ROBOTS
from wismo_desk.settings.pages import PagesSettings, keep_pages_password
from wismo_desk.store.shared_url import safe_url
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.settings_anomalies import AnomalyAsks
from wismo_desk.ui.settings_brand import BrandAsks
from wismo_desk.ui.settings_codes import CodeAsks
from wismo_desk.ui.settings_contracts import ContractAsks
from wismo_desk.ui.settings_messages import NoticeAsks
from wismo_desk.ui.settings_page import SettingsAsks, SettingsPage
from wismo_desk.ui.settings_prices import PriceAsks
from wismo_desk.ui.settings_publish import PagesAsks
from wismo_desk.ui.settings_rules import RuleAsks


def settings_page(desk: Surface, station: Station, given: Desk, publishing: Publishing) -> SettingsPage:
    return SettingsPage(given, station.settings, settings_asks(desk, station, publishing))


def settings_asks(desk: Surface, station: Station, publishing: Publishing) -> SettingsAsks:
    """Practice has no way to others: its sharing is not even shown (but in `demo --shared`)."""
    sharing = station.sharing
    ruling = station.routing.reroute
    alone = None if station.practice else (lambda: None)
    return SettingsAsks(
        save=station.save,
        printer_status=station.printers.status,
        print_test=station.print_test,
        backup=station.backup,
        papers=station.papers,
        carriers=list(station.infos.values()),
        documents=station.folder / "documents",
        orders=station.folder / "orders",
        sharing_state=sharing.state if sharing else alone,
        check_shared=lambda address: safe_url(address, ""),
        join=sharing.join if sharing else None,
        join_progress=sharing.progress if sharing else (lambda: None),
        keep_password=station.keep_password,
        send_test_mail=station.send_test_mail,
        rules=RuleAsks(book=ruling.book, preview=ruling.preview, save=ruling.save, changed=desk.apply),
        closed=closed_asks(station, desk.apply),
        delivery=delivery_asks(station, desk.apply),
        prices=PriceAsks(price=station.routing.price, changed=desk.apply),
        codes=CodeAsks(classify=station.classify, changed=desk.apply),
        notices=NoticeAsks(
            rules=station.notify.choices.rules,
            save=station.notify.choices.save,
            changed=desk.apply,
        ),
        contracts=ContractAsks(look=station.contracts.look, keep_secret=station.contracts.keep_secret),
        letters=letter_texts(station),
        pages=pages_asks(station, publishing, changed=desk.apply),
        anomalies=AnomalyAsks(rules=station.anomaly_rules, changed=desk.apply),
        try_inbox=partial(try_mailbox, station),
        own_texts=station.folder / "notices",
    )


def pages_asks(station: Station, publishing: Publishing, *, changed: Callable[[Changes], None]) -> PagesAsks:
    """What the settings page of tracking pages calls."""
    dress = Dress(store=station.store, pen=station.pen)

    def attempt(settings: PagesSettings) -> None:
        shelf = open_shelf(settings, practice=station.practice)
        try:
            shelf.put("robots.txt", ROBOTS)
        finally:
            shelf.close()

    return PagesAsks(
        brand=BrandAsks(brand=dress.brand, save=dress.save, picture=dress.picture, changed=changed),
        preview=lambda number: publishing.publish.preview(number, station.folder / "documents"),
        fingerprint=ask_fingerprint,
        attempt=attempt,
        last=lambda: publishing.last,
        keep_password=lambda password: keep_pages_password(station.settings.pages, password),
    )
