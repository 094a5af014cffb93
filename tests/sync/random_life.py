"""What may happen to a few orders, drawn by a seed: for comparing the fold of the shared database with the desks'."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

from two_desks import NOON, make_order

from wismo_desk.domain.choices import ROUTE
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.ids import order_id, shipment_id, time_ordered
from wismo_desk.domain.status import CODE_SCOPE, TrackingStatus, code_key
from wismo_desk.store.codec import content_hash, order_data, party_data

# Pieces of labels, codes of several parts, news that is no scan, every status there is.
STATUSES = {
    "own": "code,status,reason,is_scan\nDELIVERED,delivered,,1\nABSENT,delivery_attempted,recipient_absent,1\n",
    "pieces": "code,label,status,reason,is_scan\n"
    "D,retour,returning,,1\nD,livré à l’expéditeur,returned,,1\nD,,delivered,,1\n"
    "X/013,chez le Voisin,delivered,,1\nX/013,absent,delivery_attempted,recipient_absent,1\nX,,in_transit,,1\n"
    "N,,delayed,carrier_delay,0\n,straße,exception,,1\n",
    "all": "code,status,reason,is_scan\n" + "".join(f"{status},{status},,1\n" for status in TrackingStatus),
}
_LABELS = (
    "",
    "RETOUR à l'agence",
    "Livré à  l’expéditeur",
    "Chez le VOISIN",
    "Absent",
    "STRASSE gesperrt",
    "?",
)
_CODES = ("D", "X/013", "X/013/A7", "X/9", "N", "", "absent", "X/013/")
_PLACES = ("", "Lyon", "Évry", "lyon", "Zürich")


class Life:
    """`facts` and `parties` of `orders` orders, in the order in which they were drawn; `days`: over how many."""

    def __init__(
        self, seed: int, *, orders: int = 6, steps: int = 90, maps: bool = True, days: int = 11
    ) -> None:
        self._random = random.Random(seed)
        self._span_ms = days * 86_400_000
        self.facts: list[Fact] = []
        self.parties: list[tuple[UUID, str]] = []
        self._orders = [f"FR-{1000 + number}" for number in range(orders)]
        self._parcels: dict[str, list[UUID]] = {number: [] for number in self._orders}
        ways = [self._said] * 6 + [self._bought] * 2 + [self._voided, self._marked, self._taken, self._routed]
        ways += [self._cancelled] + [self._mapped] * maps
        for number in self._orders[1:]:  # the first is heard of before it is taken in, or never is
            self._taken(number)
        for _ in range(steps):
            self._random.choice(ways)(self._random.choice(self._orders))

    def _fact(self, kind: FactKind, order: str | None, parcel: UUID | None = None, **data: Any) -> Fact:
        at = NOON + timedelta(
            milliseconds=self._random.choice((0, 1, 5, self._random.randrange(self._span_ms)))
        )
        key = order_id("test", order) if order else None
        fact = Fact(
            fact_id=time_ordered(int(at.timestamp() * 1000), self._random.randbytes(10)),
            kind=kind,
            at=at,
            station=self._random.choice("AB"),
            order_id=key,
            shipment_id=shipment_id(key) if key else None,
            parcel_id=parcel,
            data=data,
        )
        self.facts.append(fact)
        return fact

    def _taken(self, name: str) -> None:
        order = make_order(name, self._random.choice(("Anna Durand", "Zoé Łukasz", "Jean-Noël Ölberg")))
        data: dict[str, Any] = order_data(
            order, carrier=self._random.choice(("own", "pieces")), service=self._random.choice(("home", "x"))
        )
        data["content"] = content_hash(data, party_data(order.recipient, order.note))
        self._fact(FactKind.ORDER_TAKEN_IN, name, **data)

    def _bought(self, number: str) -> None:
        parcel = UUID(int=self._random.getrandbits(128))
        self._parcels[number].append(parcel)
        self._fact(
            FactKind.LABEL_BOUGHT, number, parcel, carrier=self._random.choice(("own", "pieces", "all")), service="y",
            aliases=[f"00{parcel.int % 10**9}"], tracking_number=f"t {parcel.hex[:9]}", last=True,
            reference=self._random.choice(("", parcel.hex[:13])), parcel_no=self._random.randint(1, 2),
            issue_no=self._random.randint(1, 3), weight_g=500,
        )  # fmt: skip

    def _known(self, number: str) -> UUID | None:
        return self._random.choice(self._parcels[number]) if self._parcels[number] else None

    def _voided(self, number: str) -> None:
        if parcel := self._known(number):
            self._fact(FactKind.LABEL_VOIDED, number, parcel, reason="x", worn=self._random.random() < 0.5)

    def _marked(self, number: str) -> None:
        if parcel := self._known(number):
            kind = self._random.choice((FactKind.LABEL_PRINTED, FactKind.LABEL_CHECKED))
            self._fact(kind, number, parcel, printer="P", copy=1)

    def _said(self, number: str) -> None:
        carrier = self._random.choice(tuple(STATUSES))
        code = self._random.choice(_CODES if carrier != "all" else tuple(TrackingStatus))
        more = {"cycle": self._random.randint(0, 2)} if self._random.random() < 0.1 else {}
        more |= {"logical": True} if self._random.random() < 0.1 else {}
        self._fact(
            FactKind.TRACKING_SAID, number, self._known(number), carrier=carrier, code=str(code), number="N",
            label=self._random.choice(_LABELS), place=self._random.choice(_PLACES), **more,
        )  # fmt: skip

    def _routed(self, number: str) -> None:
        value = {"carrier": "all", "service": "z", "hand": self._random.random() < 0.5, "why": ""}
        self._fact(FactKind.VALUE_SET, number, scope=ROUTE, key=str(order_id("test", number)), value=value)

    def _cancelled(self, number: str) -> None:
        if self._random.random() < 0.2:
            self._fact(FactKind.ORDER_CANCELLED, number, reason="customer")

    def _mapped(self, _number: str) -> None:
        code, piece = self._random.choice(_CODES[:5]), self._random.choice(("", "voisin", "absent", "agence"))
        value = {"status": self._random.choice(("lost", "customs")), "reason": "", "is_scan": True}
        self._fact(
            FactKind.VALUE_SET, None, scope=CODE_SCOPE, key=code_key("pieces", code, piece),
            value=self._random.choice((value, None)),
        )  # fmt: skip
