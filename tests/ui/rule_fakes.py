"""Rules and prices of a made-up shop, behind the cards of the settings; and a queue to look over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from page_fakes import CARRIERS, NOW

from wismo_desk.domain.carrier import CarrierInfo, Service, Traits
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.order import Order, OrderLine, Party
from wismo_desk.domain.order_file import Refusal
from wismo_desk.domain.pickup import PickupPoint, PointKind, PointSearch
from wismo_desk.domain.preflight import POINT_CLOSED, Concern, Fix
from wismo_desk.domain.rules import (
    CHEAPEST,
    Comparison,
    Condition,
    Consignment,
    Moved,
    Preview,
    Rule,
    RuleBook,
    Subject,
    Target,
    consignment_of,
    decide,
)
from wismo_desk.domain.tariff import NOT_SET_UP
from wismo_desk.errors import DeskError, Refused
from wismo_desk.flows.find_points import FoundPoints
from wismo_desk.flows.preflight import Flagged, Looked
from wismo_desk.flows.price import PriceReport
from wismo_desk.flows.reroute import ServiceOffer
from wismo_desk.flows.show_order import ShownOrder

ISLAND = Rule(
    conditions=(
        Condition(Subject.COUNTRY, Comparison.ONE_OF, "FR"),
        Condition(Subject.POSTCODE, Comparison.BETWEEN, "20000-20999"),
    ),
    target=Target("colissimo", "home"),
)
EXPRESS = Rule(
    conditions=(Condition(Subject.SHOP_WORD, Comparison.ONE_OF, "Livraison express"),),
    target=Target("chronopost", "13"),
)
LIGHT = Rule(
    conditions=(
        Condition(Subject.COUNTRY, Comparison.ONE_OF, "FR"),
        Condition(Subject.WEIGHT, Comparison.AT_MOST, "500"),
        Condition(Subject.PICKUP_POINT, Comparison.YES),
    ),
    target=Target("mondial_relay", "relay"),
)
DEAR = Rule(
    conditions=(Condition(Subject.VALUE, Comparison.MORE_THAN, "15000"),),
    target=Target("colissimo", "signed"),
    on=False,
)
BOOK = RuleBook(
    rules=(ISLAND, EXPRESS, LIGHT, DEAR, Rule(target=CHEAPEST)), default=Target("colissimo", "home")
)
PEOPLE = (
    ("Hélène Garnier", "21000", "Dijon"),
    ("Ghjulia Santoni", "20090", "Ajaccio"),
    ("Marie-Antoinette de La Rochefoucauld-Montbel", "78470", "Saint-Rémy-lès-Chevreuse"),
    ("Yann Le Goff", "29000", "Quimper"),
    ("Rachid Amrani", "38000", "Grenoble"),
)


def make_order(n: int, **changes: object) -> Order:
    name, postcode, city = PEOPLE[n % len(PEOPLE)]
    given: dict[str, object] = {
        "order_id": UUID(int=n + 1),
        "source": "csv",
        "source_ref": str(n),
        "number": str(10482 + n),
        "ordered_at": datetime(2026, 11, 30, tzinfo=UTC),
        "recipient": Party(
            name=name,
            street=("12 rue des Tanneurs", "Bât. B"),
            postcode=postcode,
            city=city,
            phone="06 39 98 12 04",
            email="client@example.org",
        ),
        "lines": (OrderLine(line_id=UUID(int=n + 900), sku="MUG", price_cents=1_900),),
        "chosen_service": "Livraison express" if n % 4 == 3 else "Standard",
        "ship_by": NOW + timedelta(hours=2),
        "promised_on": date(2026, 12, 4),
    }
    return Order(**(given | changes))  # type: ignore[arg-type]  # as named


@dataclass
class FakeRules:
    """Decides for real over a few orders; `saved` records what was saved and how."""

    book_now: RuleBook = BOOK
    orders: Sequence[Order] = tuple(make_order(n) for n in range(14))
    saved: list[tuple[RuleBook, bool]] = field(default_factory=list)
    told: list[Changes] = field(default_factory=list)
    error: DeskError | None = None

    def book(self) -> RuleBook:
        if self.error:
            raise self.error
        return self.book_now

    def preview(self, book: RuleBook) -> Preview:
        if self.error:
            raise self.error
        moved, counts = [], dict[int | None, int]()
        for order in self.orders:
            before, after = self._goes(self.book_now, order), self._goes(book, order)
            decision = decide(book, self._seen(order), cheapest=lambda: ("dpd", "predict", 612))
            counts[decision.rule] = counts.get(decision.rule, 0) + 1
            if before != after:
                moved.append(
                    Moved(
                        order=order,
                        before=before,
                        after=replace(decision, price_cents=612),
                        price_before_cents=749,
                    )
                )
        left_out = (("gls", "home", NOT_SET_UP),) if any(r.target.is_cheapest for r in book.rules) else ()
        return Preview(
            waiting=len(self.orders), by_hand=1, moved=tuple(moved), counts=counts, left_out=left_out
        )

    def save(self, book: RuleBook, *, apply: bool = False) -> Changes:
        if self.error:
            raise self.error
        moved = [one.order.order_id for one in self.preview(book).moved] if apply else []
        self.saved.append((book, apply))
        self.book_now = book
        return Changes(orders=frozenset(moved), values=True)

    def _seen(self, order: Order) -> Consignment:
        return replace(consignment_of(order, {}), weight_g=400)

    def _goes(self, book: RuleBook, order: Order) -> tuple[str, str]:
        decision = decide(book, self._seen(order), cheapest=lambda: ("dpd", "predict", 612))
        return decision.carrier, decision.service


@dataclass
class FakePrice:
    known: dict[str, int] = field(default_factory=lambda: {"colissimo": 48, "mondial_relay": 24})
    report: PriceReport = field(
        default_factory=lambda: PriceReport(name="tarifs.csv", taken=60, carriers=("dpd",))
    )

    def __call__(self, data: bytes, name: str) -> PriceReport:
        if not self.report.refusals:
            self.known["dpd"] = self.report.taken
        return self.report

    def clear(self, carrier: str) -> Changes:
        del self.known[carrier]
        return Changes(values=True)

    def counts(self) -> dict[str, int]:
        return dict(self.known)


REFUSED = PriceReport(
    name="tarifs.csv",
    refusals=(
        Refusal(
            line_no=3,
            field="zone",
            sentence="The zone “{zone}” is not one: write FR, FR-20, EU or *.",
            values=(("zone", "Frankreich"),),
            raw_line="dpd;predict;Frankreich;500;612;1",
        ),
    ),
)

CLOSED = Concern(
    Fix.POINT,
    "pickup_point",
    POINT_CLOSED,
    (("name", "Tabac de la Gare"), ("first", date(2026, 11, 28)), ("last", date(2026, 12, 13))),
    certain=True,
)
TOWN = Concern(
    Fix.RECIPIENT,
    "postcode",
    "{postcode} is the postcode of {towns}; {city} has {codes}: correct one of them.",
    (("postcode", "37000"), ("towns", "Tours"), ("city", "Nantes"), ("codes", "44000, 44100, 44200")),
    certain=True,
)
HEAVY = Concern(
    Fix.SERVICE,
    "weight",
    "The order weighs {weight} and {service} takes {limit} at most: choose another service.",
    (("weight", 31_400), ("service", "Colissimo domicile"), ("limit", 30_000)),
    certain=True,
)
PHONE = Concern(
    Fix.RECIPIENT,
    "phone",
    "This service sends a text message and the address has no mobile number: ask the customer.",
)
CUSTOMS = Concern(
    Fix.PRODUCTS,
    "customs",
    "The parcel goes through customs and {sku} has no price: it cannot be declared.",
    (("sku", "MUG-BLANC"),),
    certain=True,
)


def make_looked() -> Looked:
    concerns = ((CLOSED,), (TOWN, PHONE), (HEAVY,), (CUSTOMS,), (PHONE,))
    flagged = [
        Flagged(
            order=make_order(n, pickup_point="FR-000484" if n == 0 else ""),
            carrier="Mondial Relay" if n == 0 else "Colissimo",
            service="Point Relais" if n == 0 else "domicile",
            concerns=found,
        )
        for n, found in enumerate(concerns)
    ]
    return Looked(flagged=flagged, waiting=38, to_ask=6, asked_on=date(2026, 12, 1))


HOURS = ("09:00–12:30 14:00–19:00",) * 5 + ("09:00–12:30", "")


def make_points() -> tuple[PickupPoint, ...]:
    rows = (
        (
            "000484",
            "Tabac de la Gare",
            PointKind.SHOP,
            240,
            HOURS,
            ((date(2026, 11, 28), date(2026, 12, 13)),),
        ),
        ("001207", "Locker Intermarché", PointKind.LOCKER, 410, ("00:00–23:59",) * 7, ()),
        ("002114", "Fleurs et Papier, chez Maryvonne", PointKind.SHOP, 980, HOURS, ()),
        ("000032", "La Poste Dijon Grangier", PointKind.POST_OFFICE, 1350, None, ()),
        (
            "004410",
            "Presse des Halles",
            PointKind.SHOP,
            2900,
            HOURS,
            ((date(2026, 12, 24), date(2027, 1, 2)),),
        ),
    )
    return tuple(
        PickupPoint(
            point_id=code,
            name=name,
            street=f"{n + 3} rue de la Liberté",
            postcode="21000",
            city="Dijon",
            kind=kind,
            distance_m=metres,
            hours=hours,
            closed=closed,
        )
        for n, (code, name, kind, metres, hours, closed) in enumerate(rows)
    )


@dataclass
class FakeOrder:
    """One order as the pane sees and changes it; `said` records the calls."""

    order: Order = field(default_factory=lambda: make_order(0, pickup_point="000484"))
    said: list[tuple[object, ...]] = field(default_factory=list)
    error: DeskError | None = None
    by_hand: bool = False
    points: tuple[PickupPoint, ...] = field(default_factory=make_points)
    fixed: tuple[str, ...] = ()
    overruled: tuple[str, ...] = ()
    finds: bool = True
    labelled: bool = False
    now: tuple[str, str] = ("mondial_relay", "relay")

    def read(self, order_id: UUID) -> Order:
        return self.order

    def offers(self, order_id: UUID) -> list[ServiceOffer]:
        return [
            ServiceOffer(
                carrier=info.code,
                service=service.code,
                price_cents=420 + 130 * n if info.code != "dpd" else None,
                chosen=(info.code, service.code) == self.now,
            )
            for n, info in enumerate(CARRIERS)
            for service in info.services
        ]

    def choose(self, order_id: UUID, carrier: str, service: str, *, why: str = "") -> Changes:
        return self._say("choose", carrier, service, why)

    def unchoose(self, order_id: UUID) -> Changes:
        return self._say("unchoose")

    def correct(self, order_id: UUID, recipient: Party, *, why: str = "") -> Changes:
        changes = self._say("correct", recipient, why)
        self.order = replace(self.order, recipient=recipient)
        return changes

    def point(self, order_id: UUID, point_id: str, *, name: str = "", why: str = "") -> Changes:
        changes = self._say("point", point_id, name)
        self.order = replace(self.order, pickup_point=point_id)
        return changes

    def find(self, order_id: UUID, *, postcode: str = "", city: str = "") -> FoundPoints:
        if self.error:
            raise self.error
        self.said.append(("find", postcode))
        search = PointSearch(postcode=postcode or "21000", ship_on=date(2026, 12, 1))
        return FoundPoints(
            carrier="mondial_relay", searched=search, points=self.points, chosen=self.order.pickup_point
        )

    def _say(self, *what: object) -> Changes:
        if self.error:
            raise self.error
        self.said.append(what)
        return Changes(orders=frozenset({self.order.order_id}))


GLS = CarrierInfo(
    code="gls",
    name="GLS",
    services=(Service(code="home", name="domicile", name_en="home"),),
    traits=Traits(),
)


class FakeFlight:
    """A queue that was looked over; `ask` answers two questions, then none."""

    def __init__(self, looked: Looked | None = None) -> None:
        self.looked = looked or make_looked()
        self.started: list[bool] = []
        self.left = 2
        self.touched: list[frozenset[UUID] | None] = []
        self.error: DeskError | None = None

    def look(self, touched: frozenset[UUID] | None = None) -> Looked:
        self.touched.append(touched)
        if self.error:
            raise self.error
        return self.looked

    def start(self, *, by_hand: bool = False) -> None:
        self.started.append(by_hand)

    def ask(self, most: int = 10) -> int:
        if not self.left:
            self.looked = replace(self.looked, to_ask=0)
            return 0
        self.left -= 1
        return 1


class FakeChanges:
    """app.routing.Routing as the orders page sees it."""

    def __init__(self, one: FakeOrder | None = None, flight: FakeFlight | None = None) -> None:
        self.one = one or FakeOrder()
        self.preflight = flight or FakeFlight()
        self.reroute = self.one
        self.find_points = self.one.find

    @property
    def correct(self) -> FakeCorrect:
        return FakeCorrect(self.one)

    def show_order(self, order_id: UUID) -> ShownOrder:
        one = self.one
        wants = one.now[1] in ("relay", "pickup")
        return ShownOrder(
            order=one.order,
            offers=one.offers(order_id),
            by_hand=one.by_hand,
            fixed=one.fixed,
            overruled=one.overruled,
            wants_point=wants,
            finds_points=one.finds,
            closed=LABELLED if one.labelled else None,
        )


class FakeCorrect:
    def __init__(self, one: FakeOrder) -> None:
        self._one = one

    def __call__(self, order_id: UUID, recipient: Party, *, why: str = "") -> Changes:
        return self._one.correct(order_id, recipient, why=why)

    def point(
        self, order_id: UUID, point_id: str, *, name: str = "", hours: Sequence[str] = (), why: str = ""
    ) -> Changes:
        return self._one.point(order_id, point_id, name=name, why=why)


LABELLED = Refused(
    "Order {order} has its label already, or is called off: it goes as it is. Void the label first.",
    order="10482",
)
