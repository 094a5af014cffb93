"""Orders with their facts, a store, and a sender that talks to a mail server of ours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from wismo_desk.channels.smtp import MailLine, Patience, open_line
from wismo_desk.domain.anomaly import Rules
from wismo_desk.domain.carrier import CarrierInfo, Service, Traits
from wismo_desk.domain.fact import Changes, Fact, FactKind
from wismo_desk.domain.ids import line_id, order_id, shipment_id
from wismo_desk.domain.notice import Channel, Milestone, Notice, NoticeLedger, notice_id
from wismo_desk.domain.order import Order, OrderLine, Party
from wismo_desk.flows.notify import Notify
from wismo_desk.flows.pen import Pen
from wismo_desk.notices.letters import Letters, spoken_names
from wismo_desk.notices.outbox import Outbox
from wismo_desk.notices.posts import Post
from wismo_desk.notices.sender import Sender
from wismo_desk.notices.stops import Stops
from wismo_desk.resources import resources_dir, status_tables
from wismo_desk.settings.mail import MailSettings, Security
from wismo_desk.store import open_store
from wismo_desk.store.codec import content_hash, order_data, party_data
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

KEY: Final = bytes(range(32))
NOON: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)
PARIS: Final = ZoneInfo("Europe/Paris")
PATIENT: Final = Patience(connect=20.0, answer=20.0, body=20.0)  # with a machine that is busy
CARRIER: Final = CarrierInfo(
    code="practice",
    name="Transporteur d’exercice",
    services=(Service(code="home", name="domicile", name_en="home"),),
    traits=Traits(),
)


class Clock:
    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **how_long: float) -> None:
        self.now += timedelta(**how_long)


def opened(folder: Path) -> Store:
    return open_store(folder, KEY, statuses=status_tables(), rules=Rules(zone=PARIS))


def order(number: str, **changes: Any) -> Order:
    party = Party(name="Zoé Lefèvre", postcode="37000", city="Tours", email=f"zoe.{number}@example.org")
    values: dict[str, Any] = {
        "order_id": order_id("csv", number),
        "source": "csv",
        "source_ref": number,
        "number": number,
        "ordered_at": NOON - timedelta(days=1),
        "recipient": party,
        "lines": (OrderLine(line_id=line_id("csv", number, "1"), sku="MUG", name="Mug blanc", quantity=2),),
        "promised_on": date(2026, 12, 1),
    }
    return Order(**(values | changes))


def take_in(store: Store, pen: Pen, *orders: Order, carrier: str = "practice") -> Changes:
    facts, parties = [], []
    for one in orders:
        data: dict[str, Any] = order_data(one, carrier=carrier, service="home")
        data["content"] = content_hash(data, party_data(one.recipient, one.note))
        ids = {"order_id": one.order_id, "shipment_id": shipment_id(one.order_id)}
        facts.append(pen.fact(FactKind.ORDER_TAKEN_IN, **ids, **data))
        parties.append((one.order_id, one.recipient, one.note))
    return store.commit(Entry(at=pen.clock(), facts=tuple(facts), parties=tuple(parties)))


def fact(pen: Pen, one: Order, kind: FactKind, parcel: UUID | None = None, **data: Any) -> Fact:
    ids = {"order_id": one.order_id, "shipment_id": shipment_id(one.order_id), "parcel_id": parcel}
    return pen.fact(kind, **ids, **data)


def label(pen: Pen, one: Order, parcel: UUID, *, last: bool = True, no: int = 1, issue: int = 1) -> Fact:
    return fact(
        pen, one, FactKind.LABEL_BOUGHT, parcel, carrier="practice", service="home", last=last, parcel_no=no,
        tracking_number=f"PX{one.number}{no}{issue}", aliases=[], reference="R", issue_no=issue, weight_g=1,
        price_cents=None,
    )  # fmt: skip


def said(pen: Pen, one: Order, code: str) -> Fact:
    return fact(
        pen, one, FactKind.TRACKING_SAID, carrier="practice", number="1", code=code, label="", place="Tours"
    )


def commit(store: Store, pen: Pen, *facts: Fact) -> Changes:
    return store.commit(Entry(at=pen.clock(), facts=facts))


def notice(number: str, milestone: Milestone = Milestone.CONFIRMED, **changes: Any) -> Notice:
    one = order(number)
    ship = shipment_id(one.order_id)
    values: dict[str, Any] = {
        "notice_id": notice_id(ship, milestone, Channel.EMAIL, 0),
        "shipment_id": ship,
        "order_id": one.order_id,
        "order_number": number,
        "milestone": milestone,
        "created_at": NOON,
        "changed_at": NOON,
        "due_at": NOON,
        "expires_at": NOON + timedelta(hours=48),
    }
    return Notice(**(values | changes))


def settings(port: int, **changes: Any) -> MailSettings:
    base = MailSettings(
        on=True,
        host="127.0.0.1",
        port=port,
        security=Security.NONE,
        sender_name="Papeterie du Port",
        sender_address="bonjour@papeterie.example",
    )
    return replace(base, **changes)


def patient_line(mail: MailSettings) -> MailLine:
    return open_line(mail, "", patience=PATIENT)


def letters_of(mail: Callable[[], MailSettings], *folders: Path) -> Letters:
    names = spoken_names({"practice": CARRIER}, "Livraison magasin")
    return Letters((*folders, resources_dir() / "notices"), names=names, zone=PARIS, mail=mail)


def notify_of(
    store: Store,
    ledger: NoticeLedger,
    mail: Callable[[], MailSettings],
    clock: Clock,
    *texts: Path,
    open_line: Callable[[MailSettings], MailLine] = patient_line,
    posts: Sequence[Post] = (),
) -> Notify:
    """`posts`: the channels beside e-mail."""
    letters = letters_of(mail, *texts)
    stops = Stops(store)
    sender = Sender(
        store=store, ledger=ledger, letters=letters, mail=mail, open_line=open_line, clock=clock,
        chance=lambda: 0.5, posts=posts, rules=stops.rules, stopped=stops.stopped, zone=PARIS,
    )  # fmt: skip
    outbox = Outbox(
        store=store, ledger=ledger, mail=mail, clock=clock, rules=stops.rules,
        others=lambda: [post.channel for post in posts if post.ready],
    )  # fmt: skip
    pen = Pen("Poste 1", clock=clock, after=store.newest_id("Poste 1"))
    return Notify(
        store=store, pen=pen, ledger=ledger, outbox=outbox, sender=sender, letters=letters, mail=mail
    )  # fmt: skip


def ids_of(messages: Sequence[Any]) -> list[str]:
    return [str(each.message["Message-ID"]) for each in messages]
