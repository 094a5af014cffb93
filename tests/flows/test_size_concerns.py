"""The queue looked over for sizes: limits of carriers with their source, and the fix beside each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from desk_rig import PRODUCTS, Bench, line, orders_file

from wismo_desk.carriers import find_carriers
from wismo_desk.domain.ids import order_id
from wismo_desk.domain.order import Order, Party
from wismo_desk.domain.pickup import PickupPoint, PointKind
from wismo_desk.domain.preflight import Concern, Fix, Seen
from wismo_desk.domain.size_concerns import (
    COSTS_MORE,
    LOCKER_TOO_SMALL,
    PIECE_TOO_LARGE,
    TOO_HEAVY_PERHAPS,
    TOO_LARGE,
    TOO_LARGE_PERHAPS,
    locker_concern,
    size_concerns,
)
from wismo_desk.domain.size_limits import read_limits
from wismo_desk.flows.preflight_words import spoken
from wismo_desk.resources import catalogue, size_limits
from wismo_desk.words import Words

LIMITS = read_limits(size_limits())
INFOS = {code: module.CARRIER for code, module in find_carriers().modules.items()}


def seen(carrier: str, service: str, size: tuple[int, int, int] | None = None, **said: object) -> Seen:
    order = Order(
        order_id=order_id("csv", "1"),
        source="csv",
        source_ref="1",
        number="1",
        ordered_at=datetime(2026, 11, 22, tzinfo=UTC),
        recipient=Party(name="Zoé"),
        lines=(),
        size_mm=size,
    )
    info = INFOS[carrier]
    plain = Seen(
        order=order,
        carrier=carrier,
        carrier_name=info.name,
        service_name=f"{info.name} {service}",
        info=info,
        service=info.service(service),
        weight_g=None,
        limits=LIMITS,
    )
    return replace(plain, **said)


def told(concerns: tuple[Concern, ...]) -> list[tuple[str, bool]]:
    return [(one.sentence, one.certain) for one in concerns]


def test_what_the_carrier_refuses_is_certain() -> None:
    one = seen("chronopost", "pickup", (1100, 300, 200))
    assert told(size_concerns(one)) == [(TOO_LARGE, True)]
    assert size_concerns(seen("chronopost", "pickup", (900, 300, 200))) == ()
    assert size_concerns(seen("chronopost", "pickup")) == ()  # nobody measured it


def test_what_costs_more_or_is_second_hand_is_not() -> None:
    assert told(size_concerns(seen("chronopost", "home", (1600, 100, 100)))) == [(COSTS_MORE, False)]
    assert told(size_concerns(seen("gls", "home", (2100, 100, 100)))) == [(TOO_LARGE_PERHAPS, False)]
    heavy = seen("mondial_relay", "pickup", weight_g=31_000)
    assert told(size_concerns(heavy)) == [(TOO_HEAVY_PERHAPS, False)]


def test_a_weight_is_told_once() -> None:
    """By the service's own limit, where it has one."""
    assert size_concerns(seen("mondial_relay", "home", weight_g=26_000)) == ()


def test_one_piece_is_enough_to_ask() -> None:
    one = seen("mondial_relay", "home", pieces=(("KAYAK", (2500, 600, 300)), ("MUG", (100, 80, 80))))
    assert told(size_concerns(one)) == [(PIECE_TOO_LARGE, False)]
    # The shop's word on the parcel stands over that on its pieces: it may be taken apart.
    assert size_concerns(replace(one, order=replace(one.order, size_mm=(900, 300, 200)))) == ()


def test_a_locker_is_asked_about_by_itself() -> None:
    one = seen("colissimo", "pickup", (650, 300, 300))
    locker = PickupPoint(
        point_id="1", name="Gare", street="", postcode="37000", city="Tours", kind=PointKind.LOCKER
    )
    found = locker_concern(one, locker)
    assert found is not None
    assert (found.fix, found.sentence) == (Fix.POINT, LOCKER_TOO_SMALL)
    assert locker_concern(one, replace(locker, kind=PointKind.SHOP)) is None
    assert locker_concern(seen("mondial_relay", "pickup", (650, 300, 300)), locker) is None  # not known


def test_said_in_both_languages() -> None:
    (one,) = size_concerns(seen("chronopost", "pickup", (1105, 300, 200)))
    assert spoken(one, Words("en")) == (
        "The parcel measures 110.5 × 30 × 20\u00a0cm and Chronopost pickup takes 100 cm of length, 250 cm of length "
        "and girth together at most (chronopost.fr/en/standard-terms-and-conditions, 2.1): choose another service."
    )
    french = spoken(one, Words("fr", catalogue("fr")))
    assert "110,5 × 30 × 20\u00a0cm" in french
    assert "choisissez un autre service" in french


def test_the_queue_says_it_and_a_new_service_is_the_fix(desk: Bench) -> None:
    """From the file to the list, with a carrier that has a limit of its own here."""
    sized = PRODUCTS.replace("check\n", "check,length,width,height\n", 1).replace("scan\n", "scan,20,15,4\n")
    desk.station.take_in(sized.replace("manual\n", "manual,,,\n").encode(), "products.csv")
    head, *rest = orders_file(line("1"), line("2")).decode().split("\n")
    data = "\n".join(
        [f"{head},parcel length,parcel width,parcel height", f"{rest[0]},110,30,20", f"{rest[1]},60,30,20"]
    )
    report = desk.station.take_in(data.encode(), "orders.csv")
    assert (report.taken, report.refusals) == (2, ())
    own = replace(
        LIMITS[0], carrier="own", services=(), longest_mm=1000, sum_mm=None, girth_mm=None, stated=True
    )
    flight = replace(desk.station.routing.preflight, limits=lambda: (own,))
    flagged = flight.look().flagged
    assert [(one.order.number, [c.fix for c in one.concerns], one.certain) for one in flagged] == [
        ("1", [Fix.SERVICE], True)
    ]
    again = desk.station.take_in(data.encode(), "orders.csv")
    assert again.same == 2


def test_the_shop_s_size_goes_with_the_label_unless_a_box_was_chosen(desk: Bench) -> None:
    desk.station.take_in(PRODUCTS.encode(), "products.csv")
    head, first, *_ = orders_file(line("1", service="Exercice")).decode().split("\n")
    data = f"{head},parcel length,parcel width,parcel height\n{first},40,30,20\n"
    desk.station.take_in(data.encode(), "orders.csv")
    desk.hold = True
    desk.scan("1", "9520000001025")
    (purchase,) = desk.purchases
    assert purchase.request.size_mm == (400, 300, 200)


def test_what_varies_by_country_is_never_certain() -> None:
    """The carrier's own table says so beside the figures for abroad."""
    size = (1500, 300, 300)
    (home,) = size_concerns(seen("colissimo", "home", size))
    assert home.certain
    (abroad,) = size_concerns(seen("colissimo", "international", size))
    assert (abroad.sentence, abroad.certain) == (TOO_LARGE_PERHAPS, False)
