"""What a shop sells and to whom: orders, people, towns, products. All invented, and the same in every run."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from wismo_desk.domain.check_digits import gs1
from wismo_desk.domain.ids import line_id, order_id
from wismo_desk.domain.order import Order, OrderLine, Party, Product
from wismo_desk.domain.shipment import LabelRequest
from wismo_desk.domain.sscc import make_sscc

SHIPPER: Final = Party(
    company="Atelier Mirabelle",
    street=("18 rue Nicéphore-Niépce",),
    postcode="69800",
    city="Saint-Priest",
    phone="04 99 00 12 00",
    email="expedition@example.com",
)
_FIRST = (
    "Camille",
    "Zoé",
    "Élodie",
    "Jean-Baptiste",
    "Maëlys",
    "Noël",
    "Inès",
    "Gaëtan",
    "Anaïs",
    "Loïc",
    "Lucie",
)
_LAST = ("Rousselin", "Lefèvre", "Béranger", "d'Aubigny", "Müller", "García", "Le Goff", "N'Guyen", "Château")
_STREETS = ("rue des Tanneurs", "avenue du Général-Leclerc", "impasse de l'Église", "quai Saint-Nicolas")
_TOWNS = (
    *(("37000", "Tours"), ("69003", "Lyon"), ("75011", "Paris"), ("33000", "Bordeaux"), ("29200", "Brest")),
    *(
        ("67000", "Strasbourg"),
        ("59800", "Lille"),
        ("13005", "Marseille"),
        ("35000", "Rennes"),
        ("06000", "Nice"),
    ),
    *(("87000", "Limoges"), ("20000", "Ajaccio"), ("76600", "Le Havre")),
)
_THINGS = (
    "T-shirt col rond",
    "Mug en grès",
    "Carnet cousu A5",
    "Stylo bille laiton",
    "Bougie au miel",
    "Tote bag",
)
_SHADES = ("bleu", "écru", "noir", "terre cuite", "vert sauge", "safran", "brique")
_DISTINCT: Final = 40  # products


def ean(n: int) -> str:
    """EAN-13 in the demonstration range."""
    body = f"9520001{n:05d}"
    return body + gs1(body)


def products() -> list[Product]:
    return [
        Product(
            sku=f"SKU-{n:03d}",
            name=_THINGS[n % len(_THINGS)],
            variant=_SHADES[n % len(_SHADES)],
            codes=((ean(n), 1),),
            weight_g=90 + 13 * n,
            aisle=f"{'ABCD'[n % 4]}-{n % 12:02d}",
        )
        for n in range(_DISTINCT)
    ]


def order(n: int, *, ordered_at: datetime, source: str = "csv") -> Order:
    """Order n: one to three lines of one or two pieces, four pieces at the most."""
    ref = f"{100_000 + n}"
    count = (1, 2, 2, 3)[n % 4]
    lines = [_line(source, ref, n, k, quantity=2 if k == 0 and n % 3 == 0 else 1) for k in range(count)]
    return Order(
        order_id=order_id(source, ref),
        source=source,
        source_ref=ref,
        number=ref,
        ordered_at=ordered_at,
        recipient=party(n),
        lines=tuple(lines),
        total_cents=sum((line.price_cents or 0) * line.quantity for line in lines),
        chosen_service="Livraison magasin",
        ship_by=(ordered_at + timedelta(days=1)).replace(hour=16, minute=30),
        promised_on=(ordered_at + timedelta(days=4)).date(),
    )


def _line(source: str, ref: str, n: int, k: int, *, quantity: int) -> OrderLine:
    kind = (n * 7 + k * 11) % _DISTINCT
    return OrderLine(
        line_id=line_id(source, ref, str(k + 1)),
        sku=f"SKU-{kind:03d}",
        ean=ean(kind),
        name=f"{_THINGS[kind % len(_THINGS)]} {_SHADES[kind % len(_SHADES)]}",
        quantity=quantity,
        price_cents=1290 + 100 * kind,
    )


def party(n: int) -> Party:
    first, last = _FIRST[n % len(_FIRST)], _LAST[n // 3 % len(_LAST)]
    postcode, city = _TOWNS[n // 7 % len(_TOWNS)]
    return Party(
        name=f"{first} {last}",
        street=(f"{1 + n % 148} {_STREETS[n // 5 % len(_STREETS)]}",),
        postcode=postcode,
        city=city,
        phone=f"06 39 98 {n // 100 % 100:02d} {n % 100:02d}",
        email=f"client.{n}@example.org",
    )


def sscc(n: int) -> str:
    """Far above the numbers that a bench will take from its range."""
    return make_sscc("952", extension=0, serial=50_000_000 + n)


def request(n: int, *, dpi: int) -> LabelRequest:
    """What a carrier is asked for parcel n, and what a label painter is given."""
    return LabelRequest(
        reference=f"REF{n:010d}",
        order_number=f"{100_000 + n}",
        parcel_id=UUID(int=n),
        parcel_no=1,
        issue_no=1,
        service="home",
        shipper=SHIPPER,
        recipient=party(n),
        weight_g=840 + n % 500,
        ship_on=date(2026, 11, 23),
        dpi=dpi,
        sscc=sscc(n),
        practice=True,
    )
