"""A made-up history told as facts: what a practice desk would know had it been open for months."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Final
from uuid import UUID

import numpy as np

from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.ids import line_id, order_id, shipment_id, time_ordered
from wismo_desk.domain.order import Order, OrderLine, Party
from wismo_desk.practice.histories import History
from wismo_desk.store.codec import content_hash, order_data, party_data
from wismo_desk.store.journal import Entry

SOURCE: Final = "past"
_TOWNS: Final = {
    "FR": ("37000", "Tours"),
    "BE": ("1000", "Bruxelles"),
    "DE": ("10115", "Berlin"),
    "ES": ("28001", "Madrid"),
    "IT": ("00184", "Roma"),
    "PT": ("1000-001", "Lisboa"),
}
_NAMES: Final = ("Camille", "Hélène", "Rachid", "Yann", "Inès", "Bastien", "Lucie", "Marc", "Fatou", "Paul")
_OWN: Final = "own"
_OUT: Final = {"own": "LOADED", "practice": "TOURNEE"}
_ARRIVED: Final = {"own": "DELIVERED", "practice": "LIVRE"}
_BACK: Final = {"own": "RETURNED", "practice": "RENDU"}
_TAKEN: Final = {"practice": "PRIS"}
_HUBS: Final = {
    "practice": ("TRI", "ARRIVE")
}  # near the shop, the day after; near the customer, the day before
_SUNDAY: Final = 6


def tell(history: History, *, station: str, zone: tzinfo, chunk: int = 100) -> Iterator[Entry]:
    """Entries to commit one after the other. Carriers of the history must be `own` and `practice`. What happened
    after its last day is not told."""
    for start in range(0, len(history.handed), chunk):
        facts: list[Fact] = []
        parties: list[tuple[UUID, Party, str]] = []
        for at in range(start, min(start + chunk, len(history.handed))):
            story = _Story(history, at, station, zone)
            facts += story.facts()
            if at == 0 or history.handed[at] != history.handed[at - 1]:
                facts += _closings(history, int(history.handed[at]), station, zone)
            parties.append((story.order.order_id, story.order.recipient, ""))
        facts.sort(key=lambda fact: fact.fact_id.hex)
        yield Entry(at=max(fact.at for fact in facts), facts=tuple(facts), parties=tuple(parties))


class _Story:
    """One parcel from its order to its door."""

    def __init__(self, history: History, at: int, station: str, zone: tzinfo) -> None:
        self._history, self._at, self._station, self._zone = history, at, station, zone
        self._handed = int(history.handed[at])
        ref = f"{self._handed}-{at}"
        key = order_id(SOURCE, ref)
        postcode, city = _TOWNS[history.zone[at]]
        self.order = Order(
            order_id=key,
            source=SOURCE,
            source_ref=ref,
            number=f"{2000 + at}",
            ordered_at=self._moment(self._handed, time(8)),
            recipient=Party(
                name=f"{_NAMES[at % len(_NAMES)]} Exemple",
                postcode=postcode,
                city=city,
                country=history.zone[at],
            ),
            lines=(OrderLine(line_id=line_id(SOURCE, ref, "1"), sku="MUG-BLANC", quantity=1),),
            ship_by=self._moment(self._handed, time(17)),
            promised_on=date.fromordinal(int(history.promised[at])),
        )
        self._ids: dict[str, UUID] = {"order_id": key, "shipment_id": shipment_id(key)}
        self.parcel_id = self._new_id(self.order.ordered_at, "parcel")

    def facts(self) -> Iterator[Fact]:
        carrier, service = self._history.carrier[self._at], self._history.service[self._at]
        data: dict[str, Any] = order_data(self.order, carrier=carrier, service=service)
        data["content"] = content_hash(data, party_data(self.order.recipient, ""))
        yield self._fact(FactKind.ORDER_TAKEN_IN, self.order.ordered_at, None, **data)
        yield self._parcel_fact(
            FactKind.LABEL_BOUGHT,
            time(11),
            carrier=carrier,
            service=service,
            tracking_number=f"XP{self._at:011d}FR",
            aliases=[],
            reference=f"PAST{self._at:09d}",
            parcel_no=1,
            issue_no=1,
            weight_g=640,
            price_cents=None,
            last=True,
        )
        yield self._parcel_fact(FactKind.LABEL_CHECKED, time(11, 1))
        yield self._parcel_fact(
            FactKind.PARCEL_MANIFESTED, time(17), manifest=_manifest(self._handed, carrier)
        )
        yield from self._journey(carrier)

    def _journey(self, carrier: str) -> Iterator[Fact]:
        came = int(self._history.delivered[self._at])
        if carrier in _TAKEN:
            yield self._said(carrier, _TAKEN[carrier], self._handed, time(19, 30))
        yield from self._hubs(carrier, came)
        if came <= self._history.until:
            if came > self._handed:
                yield self._said(carrier, _OUT[carrier], came, time(8, 10))
            yield self._said(carrier, _ARRIVED[carrier], came, time(12, 40 + self._at % 15))
        elif self._history.closed[self._at] <= self._history.until:
            yield self._said(carrier, _BACK[carrier], int(self._history.closed[self._at]), time(10, 5))

    def _hubs(self, carrier: str, came: int) -> Iterator[Fact]:
        """Of what never came some pieces got as far as the first one."""
        if carrier not in _HUBS:
            return
        first = _no_sunday(self._handed + 1, 1)
        last = _no_sunday(came - 1, -1) if came <= self._history.until else 0
        near, far = _HUBS[carrier]
        if first < last or (not last and self._at % 10 < 7 and first <= self._history.until):
            yield self._said(carrier, near, first, time(4, 30))
        if last > self._handed:
            yield self._said(carrier, far, last, time(5, 15))

    def _said(self, carrier: str, code: str, day: int, hour: time) -> Fact:
        at = self._moment(day, hour)
        number = f"XP{self._at:011d}FR"
        data = {
            "carrier": carrier,
            "number": number,
            "code": code,
            "label": "",
            "place": "",
            "source": "carrier",
        }
        return self._fact(FactKind.TRACKING_SAID, at, self.parcel_id, local_time=at.isoformat(), **data)

    def _parcel_fact(self, kind: FactKind, hour: time, **data: object) -> Fact:
        return self._fact(kind, self._moment(self._handed, hour), self.parcel_id, **data)

    def _fact(self, kind: FactKind, at: datetime, parcel: UUID | None, **data: object) -> Fact:
        named = f"{kind.value} {data.get('code', '')}"
        return Fact(
            fact_id=self._new_id(at, named),
            kind=kind,
            at=at,
            station=self._station,
            parcel_id=parcel,
            data=data,
            order_id=self._ids["order_id"],
            shipment_id=self._ids["shipment_id"],
        )

    def _new_id(self, at: datetime, what: str) -> UUID:
        entropy = hashlib.sha256(f"{self.order.source_ref} {what}".encode()).digest()
        return time_ordered(int(at.timestamp() * 1000), entropy)

    def _moment(self, day: int, hour: time) -> datetime:
        spread = timedelta(seconds=self._at % 900)
        return datetime.combine(date.fromordinal(day), hour, tzinfo=self._zone) + spread


def _no_sunday(day: int, way: int) -> int:
    return day + way if date.fromordinal(day).weekday() == _SUNDAY else day


def _manifest(day: int, carrier: str) -> str:
    return f"P-{date.fromordinal(day):%Y%m%d}-{carrier}"


def _closings(history: History, day: int, station: str, zone: tzinfo) -> Iterator[Fact]:
    """The lists of one day, closed when the last parcel stood on them."""
    at = datetime.combine(date.fromordinal(day), time(17, 30), tzinfo=zone)
    there = [int(n) for n in np.flatnonzero(history.handed == day)]
    for carrier in sorted({history.carrier[n] for n in there}):
        name = _manifest(day, carrier)
        mine = [n for n in there if history.carrier[n] == carrier]
        parcels = [str(_Story(history, n, station, zone).parcel_id) for n in mine]
        yield Fact(
            fact_id=time_ordered(int(at.timestamp() * 1000), hashlib.sha256(name.encode()).digest()),
            kind=FactKind.MANIFEST_CLOSED,
            at=at,
            station=station,
            data={"manifest": name, "carrier": carrier, "parcels": parcels, "missing": []},
        )
