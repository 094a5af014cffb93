"""Fakes of the flows for the pages: plain objects with made-up shipments, and lanes that run at once."""

from __future__ import annotations

import io
import random
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from wismo_desk.domain.anomaly import Anomaly, AnomalyKind, Severity
from wismo_desk.domain.carrier import CarrierInfo, Service, Traits
from wismo_desk.domain.effect import Effect, EffectKind, EffectState
from wismo_desk.domain.fact import Changes, Fact, FactKind
from wismo_desk.domain.order import Order, OrderLine, OrderState, Party
from wismo_desk.domain.order_remarks import LineRemark
from wismo_desk.domain.shipment import Parcel, ParcelState
from wismo_desk.domain.status import Codes, IncidentReason, StatusRule, TrackingStatus
from wismo_desk.domain.watching import Counts, Detail, Doubt, Filter, Manifest, OrderRow, ShipmentRow, Sort
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_terms import Names
from wismo_desk.ui.theme import Look
from wismo_desk.words import Words

RESOURCES = Path(__file__).parents[2] / "resources"
PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 12, 1, 15, 20, tzinfo=PARIS)


def french_words() -> Words:
    """Every French catalogue there is, merged."""
    whole = Catalog(locale="fr")
    for path in sorted((RESOURCES / "words" / "fr").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="fr"):
                if message.id:
                    whole.add(message.id, message.string)
    packed = io.BytesIO()
    write_mo(packed, whole)
    return Words("fr", packed.getvalue(), zone=PARIS)


CARRIERS = (
    CarrierInfo(
        code="own",
        name="Livraison magasin",
        services=(Service(code="home", name="à domicile", name_en="home"),),
        traits=Traits(offline_labels=True, voidable=True),
    ),
    CarrierInfo(
        code="colissimo",
        name="Colissimo",
        services=(
            Service(code="home", name="domicile", name_en="home"),
            Service(code="signed", name="domicile signé", name_en="home, signed"),
        ),
        traits=Traits(voidable=True),
    ),
    CarrierInfo(
        code="chronopost",
        name="Chronopost",
        services=(Service(code="13", name="Chrono 13", name_en="Chrono 13"),),
        traits=Traits(reconcilable=True),
    ),
    CarrierInfo(
        code="mondial_relay",
        name="Mondial Relay",
        services=(Service(code="relay", name="Point Relais", name_en="pickup point"),),
        traits=Traits(),
    ),
    CarrierInfo(
        code="dpd",
        name="DPD",
        services=(Service(code="predict", name="Predict", name_en="Predict"),),
        traits=Traits(),
    ),
)
PEOPLE = (
    ("Hélène Garnier", "Dijon"),
    ("Rachid Amrani", "Grenoble"),
    ("Camille Roussel", "Nantes"),
    ("Γεωργία Παπαδοπούλου", "Θεσσαλονίκη, GR"),
    ("فاطمة الزهراء", "Marseille"),
    ("李小龍", "Paris 13e"),
    ("Yann Le Goff", "Quimper"),
    ("Aïcha Diallo", "Dammarie-lès-Lys"),
    ("Maud Carlier", "Amiens"),
    ("Lucía Ortega", "Bilbao, ES"),
    ("Marie-Antoinette de La Rochefoucauld-Montbel", "Saint-Rémy-lès-Chevreuse"),
    ("Paul Lemoine", "Rouen"),
    ("Ghjulia Santoni", "Ajaccio"),
    ("Gwenaëlle Kerdoncuff", "Brest"),
    ("Stefan Brandt", "Stuttgart, DE"),
)
PLACES = ("Corbas", "Roissy", "Gennevilliers", "Poste 2", "Lisses", "Le Coudray-Montceaux", "Lyon")

_VALUES = {AnomalyKind.DOUBLE_LABEL: (("parcel", "1"),)}


def _anomaly(kind: AnomalyKind, now: datetime) -> Anomaly:
    said = {
        AnomalyKind.DOUBLE_LABEL: (
            Severity.ACT,
            "Two labels for parcel {parcel}: void one",
            "Void one of them in the panel.",
            None,
        ),
        AnomalyKind.ORDER_LATE: (
            Severity.ACT,
            "Not packed at cut-off, {when}",
            "Pack it first tomorrow, or tell the customer.",
            now - timedelta(hours=22),
        ),
        AnomalyKind.NOT_MANIFESTED: (
            Severity.ACT,
            "Label made {when}, on no manifest",
            "Find the parcel: it did not leave with the truck.",
            now - timedelta(hours=23, minutes=15),
        ),
        AnomalyKind.PROMISE_PASSED: (
            Severity.ACT,
            "Promised for {when}, not delivered",
            "Tell the customer before they ask.",
            now - timedelta(days=1),
        ),
        AnomalyKind.LABEL_UNCHECKED: (
            Severity.WATCH,
            "Label made {when}, parcel not scanned",
            "Look for the parcel at the bench and scan its label.",
            now - timedelta(hours=3),
        ),
        AnomalyKind.ADDRESS_DOUBTFUL: (
            Severity.WATCH,
            "The street has no number",
            "Ask the customer, or correct the address before packing.",
            None,
        ),
        AnomalyKind.STATUS_UNKNOWN: (
            Severity.WATCH,
            "The carrier says “{code}”, which is not mapped",
            "Read the carrier's words in the timeline.",
            None,
        ),
    }[kind]
    return Anomaly(
        kind=kind,
        severity=said[0],
        sentence=said[1],
        step=said[2],
        since=said[3],
        values=_VALUES.get(kind, ()),
    )


_STATUS_OF = {
    AnomalyKind.ORDER_LATE: TrackingStatus.PLANNED,
    AnomalyKind.NOT_MANIFESTED: TrackingStatus.LABEL_CREATED,
    AnomalyKind.PROMISE_PASSED: TrackingStatus.IN_TRANSIT,
    AnomalyKind.LABEL_UNCHECKED: TrackingStatus.LABEL_CREATED,
    AnomalyKind.ADDRESS_DOUBTFUL: TrackingStatus.PLANNED,
    AnomalyKind.STATUS_UNKNOWN: TrackingStatus.UNKNOWN,
    AnomalyKind.DOUBLE_LABEL: TrackingStatus.LABEL_CREATED,
}
_CALM = (
    TrackingStatus.OUT_FOR_DELIVERY,
    TrackingStatus.READY_FOR_PICKUP,
    TrackingStatus.IN_TRANSIT,
    TrackingStatus.ACCEPTED,
    TrackingStatus.DELIVERY_ATTEMPTED,
    TrackingStatus.CUSTOMS,
    TrackingStatus.EXCEPTION,
    TrackingStatus.DELIVERED,
    TrackingStatus.RETURNING,
)


def make_row(row: int, now: datetime = NOW) -> ShipmentRow:
    dice = random.Random(row)
    kinds = list(_STATUS_OF)
    kind = AnomalyKind.DOUBLE_LABEL if row == 18 else kinds[row % 6] if row < 18 else None
    anomalies = (_anomaly(kind, now),) if kind else ()
    if row == 2:
        anomalies += (_anomaly(AnomalyKind.LABEL_UNCHECKED, now),)
    carrier = CARRIERS[dice.randrange(5)]
    name, place = PEOPLE[row % len(PEOPLE)]
    status = _STATUS_OF[kind] if kind else _CALM[dice.randrange(len(_CALM))]
    number = "" if status is TrackingStatus.PLANNED else f"6A172{row:08d}"
    if carrier.code == "chronopost" and number:
        number = f"XY{row:09d}FR"
    if carrier.code == "own" and number:
        number = f"00{35412345}{row:010d}"
    service = carrier.services[dice.randrange(len(carrier.services))]
    return ShipmentRow(
        row=row + 1,
        shipment_id=UUID(int=row + 1),
        order_id=UUID(int=row + 1 + (1 << 64)),
        order_number=str(8000 + row),
        carrier=carrier.code,
        service=service.code,
        carrier_name=carrier.name,
        service_name=service.name,
        number=number,
        parcels=2 if row % 17 == 3 else 1,
        customer=name,
        place=place,
        status=status,
        reason=IncidentReason.RECIPIENT_ABSENT
        if status is TrackingStatus.DELIVERY_ATTEMPTED
        else IncidentReason.NONE,
        promised_on=date(2026, 11, 28) + timedelta(days=row % 8),
        ship_by=now.replace(hour=17, minute=30),
        event_at=now - timedelta(minutes=dice.randrange(6000)),
        event_place="" if status is TrackingStatus.PLANNED else PLACES[row % len(PLACES)],
        severity=max((a.severity for a in anomalies), default=Severity.NONE),
        anomalies=anomalies,
    )


class FakeWatch:
    """A desk with `count` shipments. Rows are made when read; `changed` holds those that were touched."""

    def __init__(self, count: int = 386, *, orders: Sequence[OrderRow] = ()) -> None:
        self.count = count
        self.changed: dict[int, ShipmentRow] = {}
        self.order: list[int] | None = None
        self.asked: list[tuple[Filter, int | None]] = []
        self.pages: list[int] = []
        self.error: Exception | None = None
        self.order_rows = list(orders)

    def rows(self, asked: Filter, limit: int | None = None) -> array[int]:
        self.asked.append((asked, limit))
        if self.error:
            raise self.error
        ids: Iterable[int] = self.order if self.order is not None else range(1, self.count + 1)
        if asked.text:
            ids = [i for i in ids if asked.text.lower() in make_row(i - 1).customer.lower()]
        if asked.only_anomalies:
            ids = [i for i in ids if self.get(i).severity]
        if asked.carriers:
            ids = [i for i in ids if self.get(i).carrier in asked.carriers]
        if asked.sort is not Sort.WORST and not asked.descending:
            ids = list(ids)[::-1]
        found = array("i", ids)
        return found if limit is None else found[:limit]

    def prepare(self) -> bool:
        return False

    def get(self, row: int) -> ShipmentRow:
        return self.changed.get(row) or make_row(row - 1)

    def page(self, rows: Sequence[int]) -> list[ShipmentRow]:
        self.pages.append(len(rows))
        return [self.get(row) for row in rows]

    def row_ids(self, shipments: Iterable[UUID]) -> dict[UUID, int]:
        return {shipment: shipment.int for shipment in shipments}

    def counts(self) -> Counts:
        return Counts(
            total=self.count,
            open=self.count - 34,
            with_anomaly=19,
            by_anomaly=tuple((kind, 7 - i) for i, kind in enumerate(AnomalyKind)),
            by_carrier=tuple((info.code, 100 - 17 * i) for i, info in enumerate(CARRIERS)),
            in_doubt=4,
        )

    def detail(self, shipment_id: UUID) -> Detail:
        if self.error:
            raise self.error
        return make_detail(self.get(shipment_id.int))

    def orders(self, *, states: Sequence[OrderState] = (), text: str = "") -> list[OrderRow]:
        if self.error:
            raise self.error
        rows = [row for row in self.order_rows if not states or row.state in states]
        return [row for row in rows if text.lower() in f"{row.number} {row.customer}".lower()]

    def manifests(self) -> list[Manifest]:
        return [
            Manifest(
                manifest_id=f"2026113{i}-1702-colissimo",
                carrier=("colissimo", "own", "dpd")[i],
                closed_at=NOW - timedelta(days=1 + i, minutes=-100),
                parcels=tuple(UUID(int=n + 1) for n in range(86 - i)),
                missing=tuple(UUID(int=n + 200) for n in range(i)),
            )
            for i in range(3)
        ]


def make_parcel(row: ShipmentRow, number: int = 1, state: ParcelState = ParcelState.CHECKED) -> Parcel:
    return Parcel(
        parcel_id=UUID(int=row.row + (number << 70)),
        shipment_id=row.shipment_id,
        order_id=row.order_id,
        parcel_no=number,
        issue_no=1,
        state=state,
        carrier=row.carrier,
        service=row.service,
        reference="K7QW2M4ZT9X1B",
        tracking_number=row.number or f"6A17{row.row:09d}",
        weight_g=842,
        labelled_at=NOW - timedelta(days=1),
    )


def make_order(row: ShipmentRow) -> Order:
    return Order(
        order_id=row.order_id,
        source="csv",
        source_ref=row.order_number,
        number=row.order_number,
        ordered_at=NOW - timedelta(days=2),
        recipient=Party(
            name=row.customer,
            street=("12 rue des Trois-Frères", "2e étage, code 4471"),
            postcode="44000",
            city=row.place.split(",")[0],
            phone="06 39 98 20 51",
            email="camille.roussel@example.org",
        ),
        lines=(
            OrderLine(
                line_id=UUID(int=7), sku="MUG-BL", name="Mug émaillé blanc", quantity=2, price_cents=1450
            ),
            OrderLine(
                line_id=UUID(int=8), sku="CARN-A5", name="Carnet A5 ligné", quantity=1, price_cents=990
            ),
        ),
        total_cents=12890,
        note="Cadeau : pas de facture dans le colis",
        promised_on=row.promised_on,
    )


def make_facts(row: ShipmentRow) -> tuple[Fact, ...]:
    parcel = make_parcel(row).parcel_id
    start = NOW - timedelta(days=1, hours=23)

    def fact(fact_no: int, kind: FactKind, hours: float, station: str = "Poste 3", **data: object) -> Fact:
        return Fact(
            fact_id=UUID(int=fact_no),
            kind=kind,
            at=start + timedelta(hours=hours),
            station=station,
            order_id=row.order_id,
            shipment_id=row.shipment_id,
            parcel_id=parcel,
            data=data,
        )

    said = {"carrier": "colissimo", "number": row.number, "source": "tracking"}
    return (
        fact(1, FactKind.ORDER_TAKEN_IN, 0, source="csv", number=row.order_number),
        fact(2, FactKind.ORDER_IN_HAND, 6),
        fact(3, FactKind.ITEM_SCANNED, 6.01, line="7", pieces=1),
        fact(4, FactKind.PARCEL_CLOSED, 6.1, parcel_no=1, weight_g=842, carton="M"),
        fact(
            5,
            FactKind.LABEL_BOUGHT,
            6.11,
            carrier=row.carrier,
            service=row.service,
            tracking_number=row.number,
            price_cents=728,
        ),
        fact(6, FactKind.LABEL_PRINTED, 6.12, printer="QUAI-3", copy=1),
        fact(7, FactKind.LABEL_CHECKED, 6.13),
        fact(8, FactKind.PARCEL_MANIFESTED, 8, manifest="0409"),
        fact(
            9,
            FactKind.TRACKING_SAID,
            9,
            code="DB",
            label="Colis remis par l'expéditeur",
            place="LYON CORBAS",
            **said,
        ),
        fact(
            10,
            FactKind.TRACKING_SAID,
            14,
            code="SD",
            label="En cours d'acheminement",
            place="LYON CORBAS",
            **said,
        ),
        fact(11, FactKind.TRACKING_SAID, 21, code="ZZ9", label="Tri effectué", place="ROISSY", **said),
    )


CODES = {
    "colissimo": Codes(
        (
            ("DB", "", StatusRule(TrackingStatus.ACCEPTED)),
            ("SD", "", StatusRule(TrackingStatus.IN_TRANSIT)),
        )
    )
}


def make_detail(row: ShipmentRow) -> Detail:
    parcels = tuple(make_parcel(row, n + 1) for n in range(row.parcels)) if row.number else ()
    effects = tuple(
        Effect(
            effect_id=UUID(int=900 + n),
            kind=EffectKind.LABEL_PRINTED,
            key=f"{parcel.parcel_id}|1",
            state=EffectState.DONE,
            order_id=row.order_id,
            parcel_id=parcel.parcel_id,
            created_at=NOW - timedelta(days=1, hours=17),
            changed_at=NOW - timedelta(days=1, hours=17),
            details={"printer": "QUAI-3", "copy": 1, "reason": ""},
        )
        for n, parcel in enumerate(parcels)
    )
    return Detail(
        row=row,
        order=make_order(row),
        order_state=OrderState.SHIPPED if row.number else OrderState.WAITING,
        parcels=parcels,
        facts=make_facts(row) if row.number else make_facts(row)[:1],
        effects=effects,
        label_images=tuple((parcel.parcel_id, label_png()) for parcel in parcels),
    )


def label_png() -> bytes:
    """A label as our own painter would send it, with whole codes that a decoder reads."""
    import zxingcpp
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("1", (812, 1218), 1)
    draw = ImageDraw.Draw(image)
    face = ImageFont.truetype(str(RESOURCES / "fonts" / "NotoSans-Bold.ttf"), 46)
    draw.rectangle((10, 10, 801, 1207), outline=0, width=4)
    draw.text((40, 40), "LIVRAISON MAGASIN", font=face, fill=0)
    draw.text((40, 300), "Mme Camille ROUSSEL", font=face, fill=0)
    draw.text((40, 360), "12 rue des Trois-Frères", font=face, fill=0)
    draw.text((40, 420), "44000 NANTES", font=face, fill=0)
    bars = zxingcpp.create_barcode("00354123450000000017", zxingcpp.BarcodeFormat.Code128)
    picture = Image.fromarray(zxingcpp.write_barcode_to_image(bars, scale=4)).convert("1")
    picture = picture.resize((picture.width, 260), Image.Resampling.NEAREST)  # taller, its bars as they are
    image.paste(picture, ((812 - picture.width) // 2, 820))
    matrix = zxingcpp.create_barcode("00354123450000000017K7QW", zxingcpp.BarcodeFormat.DataMatrix)
    small = Image.fromarray(zxingcpp.write_barcode_to_image(matrix, scale=8))
    image.paste(small.convert("1"), (560, 520))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


class Direct:
    """Lanes that run the work at once, on the caller's thread; `lanes` lists who was asked."""

    def __init__(self) -> None:
        self.lanes: list[str] = []

    def __call__(
        self,
        lane: str,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self.lanes.append(str(lane))
        try:
            result = work()
        except Exception as error:
            failed(error)
        else:
            done(result)


class Later(Direct):
    """Lanes whose work waits until `go()`."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[tuple[Any, ...]] = []

    def __call__(self, *job: Any) -> None:
        self.waiting.append(job)

    def go(self) -> None:
        jobs, self.waiting = self.waiting, []
        for job in jobs:
            super().__call__(*job)


def make_desk(look: Look, words: Words | None = None, run: Any = None) -> Desk:
    said = words or Words("en", zone=PARIS)
    return Desk(
        look,
        said,
        clock=lambda: NOW.astimezone(UTC),
        run=run or Direct(),
        names=Names(CARRIERS, said.language),
    )


def touched(watch: FakeWatch, row: int, **values: Any) -> Changes:
    """Change one shipment behind the page's back."""
    watch.changed[row] = replace(watch.get(row), **values)
    return Changes(shipments=frozenset({UUID(int=row)}))


def make_doubt(n: int, kind: EffectKind, state: EffectState = EffectState.IN_DOUBT, **details: Any) -> Doubt:
    row = make_row(20 + n)
    return Doubt(
        effect=Effect(
            effect_id=UUID(int=n),
            kind=kind,
            key=f"k{n}",
            state=state,
            order_id=row.order_id,
            parcel_id=UUID(int=4000 + n),
            created_at=NOW - timedelta(minutes=28 + n),
            changed_at=NOW - timedelta(minutes=26 - n),
            details=details,
        ),
        order_number=str(10467 - n),
        customer=row.customer,
        place=row.place,
        carrier=row.carrier_name,
        service=row.service_name,
        tracking_number=f"6A17204509{n:03d}",
    )


class FakeFlows:
    """Every verb the pages know; `said` records the calls."""

    def __init__(self, watch: FakeWatch) -> None:
        self.watch = watch
        self.said: list[tuple[Any, ...]] = []
        self.printed: list[Effect] = []
        self.error: Exception | None = None

    def _note(self, *call: Any) -> None:
        self.said.append(call)
        if self.error:
            raise self.error

    def detail_asks(self, cut: Callable[[bytes], bytes]) -> Any:
        from wismo_desk.ui.detail_actions import DetailAsks

        return DetailAsks(
            watch=self.watch,
            track=FakeTrack(self),
            reprint=self.reprint,
            void=self.void,
            on_print=self.printed.append,
            cut=cut,
            codes=CODES,
        )

    def job(self, parcel_id: UUID) -> Effect:
        return Effect(
            effect_id=UUID(int=5),
            kind=EffectKind.LABEL_PRINTED,
            key=f"{parcel_id}|2",
            state=EffectState.PENDING,
            order_id=UUID(int=6),
            parcel_id=parcel_id,
            created_at=NOW,
            changed_at=NOW,
            details={"printer": "QUAI-3", "copy": 2},
        )

    def reprint(self, parcel_id: UUID, *, reason: str) -> Effect:
        self._note("reprint", parcel_id, reason)
        return self.job(parcel_id)

    def void(self, parcel_id: UUID, *, reason: str) -> Changes:
        self._note("void", parcel_id, reason)
        return Changes(shipments=frozenset({UUID(int=parcel_id.int & 0xFFFFFFFF)}))


class FakeTrack:
    def __init__(self, flows: FakeFlows) -> None:
        self._flows = flows

    def choices(self, carrier: str) -> tuple[tuple[str, str], ...]:
        if carrier != "own":
            return ()
        return (
            ("DELIVERED", "Delivered"),
            ("ABSENT", "Nobody there"),
            ("ADDRESS", "Address not found"),
            ("REFUSED", "Refused, coming back"),
            ("RETURNED", "Back at the warehouse"),
            ("NOTE", "Note only"),
        )

    def __call__(self, shipment_id: UUID, code: str, *, note: str = "") -> Changes:
        self._flows._note("track", shipment_id, code, note)
        return Changes(shipments=frozenset({shipment_id}))

    def correct(self, shipment_id: UUID, *, reason: str) -> Changes:
        self._flows._note("correct", shipment_id, reason)
        return Changes(shipments=frozenset({shipment_id}))


class FakeResolve:
    """Open questions of every kind; an answer takes one away."""

    def __init__(self) -> None:
        self.said: list[tuple[Any, ...]] = []
        self.error: Exception | None = None
        sent = (NOW - timedelta(minutes=28)).isoformat()
        self.open = [
            make_doubt(
                0,
                EffectKind.LABEL_PRINTED,
                printer="QUAI-1",
                odo_before=48211,
                odo_after=48211,
                sent_at=sent,
                error="The head of printer {printer} is open. Close it, then print again.",
                error_values={"printer": "QUAI-1"},
                raw="HEAD OPEN",
            ),
            make_doubt(
                1, EffectKind.LABEL_PRINTED, printer="QUAI-2", odo_before=30877, odo_after=30878, sent_at=sent
            ),
            make_doubt(2, EffectKind.LABEL_PRINTED, printer="QUAI-2", odo_before=None, sent_at=sent),
            make_doubt(
                3,
                EffectKind.LABEL_BOUGHT,
                reference="K7QW2M4ZT9X1B",
                error="No answer in 30 s.",
                raw="timeout",
            ),
            make_doubt(4, EffectKind.LABEL_VOIDED, number="6A1720450912"),
        ]
        self.cleared = [
            make_doubt(
                11, EffectKind.LABEL_PRINTED, EffectState.DONE, resolved="came_out", evidence="scanned"
            ),
            make_doubt(
                12, EffectKind.LABEL_BOUGHT, EffectState.FAILED, resolved="not_bought", evidence="person"
            ),
        ]

    def _settle(self, effect_id: UUID, *call: Any) -> Doubt:
        self.said.append((*call,))
        if self.error:
            raise self.error
        found = next(d for d in self.open if d.effect.effect_id == effect_id)
        self.open.remove(found)
        return found

    def doubts(self) -> list[Doubt]:
        return list(self.open)

    def cleared_today(self) -> list[Doubt]:
        return list(self.cleared)

    def came_out(self, effect_id: UUID, *, reason: str) -> Changes:
        self._settle(effect_id, "came_out", effect_id, reason)
        return Changes(effects=True)

    def not_out(self, effect_id: UUID, *, reason: str) -> Effect:
        return replace(
            self._settle(effect_id, "not_out", effect_id, reason).effect, state=EffectState.PENDING
        )

    def ask_again(self, effect_id: UUID) -> Any:
        self._settle(effect_id, "ask_again", effect_id)
        return FakeAsked()

    def decide(self, effect_id: UUID, *, bought: bool, number: str, reason: str) -> Changes:
        self._settle(effect_id, "decide", effect_id, bought, number, reason)
        return Changes(effects=True)


class FakeAsked:
    changes = Changes(effects=True)
    job = None
    error = None


def make_orders(count: int = 60) -> list[OrderRow]:
    states = (OrderState.WAITING,) * 6 + tuple(OrderState)
    found = []
    for n in range(count):
        row = make_row(200 + n)
        found.append(
            OrderRow(
                order_id=row.order_id,
                number=str(10460 + n),
                source="csv",
                state=states[n % len(states)],
                station="Poste 2" if n % 5 == 1 else "",
                carrier=row.carrier_name,
                service=row.service_name,
                customer=row.customer,
                place=row.place,
                pieces=1 + n % 5,
                ship_by=NOW.replace(hour=17, minute=30)
                + timedelta(days=n // 40, hours=-3 if n % 9 == 2 else 0),
                address_doubt="The street has no number" if n % 7 == 3 else "",
            )
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeLook:
    kind: str = "orders"
    header: tuple[str, ...] = ("Cde", "Réf article", "Qté", "Nom client", "Ville", "Code postal")
    mapping: dict[str, str] = field(default_factory=lambda: {"order": "Cde"})
    known: bool = True
    sample: tuple[tuple[str, ...], ...] = (
        ("10501", "MUG-BL", "2", "Hélène Garnier", "Dijon", "21000"),
        ("10502", "CARN-A5", "1", "Γεωργία Παπαδοπούλου", "Athènes", "105 57"),
    )
    fields: tuple[tuple[str, str, bool], ...] = (
        ("order", "Order number of the shop", True),
        ("sku", "SKU", True),
        ("ean", "Barcode (EAN)", False),
        ("quantity", "Quantity", True),
        ("name", "Name", False),
        ("city", "Town", False),
        ("postcode", "Postcode", False),
    )
    unclear: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeRefusal:
    line_no: int
    sentence: str
    values: tuple[tuple[str, object], ...] = ()
    raw_line: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeReport:
    kind: str = "orders"
    taken: int = 41
    changed: int = 2
    same: int = 17
    kept: int = 1
    corrected: int = 0
    overruled: int = 0
    erased: int = 0
    refusals: tuple[FakeRefusal, ...] = ()
    remarks: tuple[LineRemark, ...] = ()
    unused: tuple[str, ...] = ()
    error_file: bytes = b""
    changes: Changes = field(default_factory=lambda: Changes(orders=frozenset({UUID(int=1)})))


class FakeTakeIn:
    """Knows every file unless told otherwise; `got` lists what came in, with its mapping."""

    def __init__(self, look: FakeLook | None = None, report: FakeReport | None = None) -> None:
        self.answer = look or FakeLook()
        self.report = report or FakeReport()
        self.got: list[tuple[str, Any]] = []
        self.how_far: list[Any] = []
        self.error: Exception | None = None

    def look(self, data: bytes, name: str) -> FakeLook:
        if self.error:
            raise self.error
        return self.answer

    def __call__(
        self, data: bytes, name: str, *, mapping: Any = None, underway: Any = lambda _how_far: None
    ) -> FakeReport:
        for how_far in self.how_far:
            underway(how_far)
        self.got.append((name, mapping))
        return self.report


class FakePapers:
    def packing_slip(self, order_id: UUID) -> bytes:
        return b"%PDF slip"

    def command_sheet(self) -> bytes:
        return b"%PDF sheet"

    def manifest(self, manifest_id: str) -> bytes:
        return b"%PDF manifest"

    def receipt(self, order_id: UUID) -> bytes:
        return b"%PDF receipt"


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeOpen:
    carrier: str
    name: str
    expected: tuple[Parcel, ...]
    scanned: tuple[UUID, ...] = ()

    @property
    def missing(self) -> tuple[Parcel, ...]:
        return tuple(parcel for parcel in self.expected if parcel.parcel_id not in self.scanned)


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeScan:
    kind: str
    parcel: Parcel | None = None
    sentence: str = ""
    values: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeClosed:
    manifest: Manifest
    pdf: bytes
    changes: Changes


class FakeCloseOut:
    """Fifteen Colissimo parcels wait; any other code is a parcel of somebody else."""

    def __init__(self) -> None:
        self.waiting = tuple(make_parcel(replace(make_row(300 + n), carrier="colissimo")) for n in range(15))
        self.closed: list[FakeOpen] = []
        self.error: Exception | None = None

    def carriers(self) -> list[tuple[str, str, int]]:
        return [
            ("colissimo", "Colissimo", len(self.waiting)),
            ("own", "Livraison magasin", 4),
            ("dpd", "DPD", 0),
        ]

    def start(self, carrier: str) -> FakeOpen:
        return FakeOpen(carrier=carrier, name="Colissimo", expected=self.waiting)

    def scan(self, manifest: FakeOpen, code: str) -> tuple[FakeOpen, FakeScan]:
        if self.error:
            raise self.error
        found = next((p for p in manifest.expected if p.tracking_number == code), None)
        if found is None:
            said = "This parcel goes with {carrier}. Put it on the other pile."
            return manifest, FakeScan(kind="other_carrier", sentence=said, values=(("carrier", "DPD"),))
        if found.parcel_id in manifest.scanned:
            said = "Parcel {number} is on this manifest already."
            return manifest, FakeScan(kind="twice", parcel=found, sentence=said, values=(("number", code),))
        return replace(manifest, scanned=(*manifest.scanned, found.parcel_id)), FakeScan(
            kind="ok", parcel=found
        )

    def close(self, manifest: FakeOpen) -> FakeClosed:
        self.closed.append(manifest)
        kept = Manifest(
            manifest_id="m1",
            carrier=manifest.carrier,
            closed_at=NOW,
            parcels=manifest.scanned,
            missing=tuple(p.parcel_id for p in manifest.missing),
        )
        return FakeClosed(
            manifest=kept, pdf=b"%PDF manifest", changes=Changes(shipments=frozenset({UUID(int=301)}))
        )


def shown(qtbot: Any, page: Any) -> None:
    """On the screen and in front: shortcuts work only in the active window."""
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
