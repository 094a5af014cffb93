"""A work list for the pages: made-up groups and shipments, and verbs that remember what was asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from page_fakes import NOW

from wismo_desk.domain.address import NO_NUMBER
from wismo_desk.domain.anomaly_kinds import Anomaly, AnomalyKind, Cause, Severity
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.status import IncidentReason, TrackingStatus
from wismo_desk.domain.triage import CareVerb, Group, HistoryItem, Standing, WorkList
from wismo_desk.domain.watching import ShipmentRow

K = AnomalyKind
ACT, WATCH = Severity.ACT, Severity.WATCH
SCANNED = datetime(2026, 11, 26, 6, 20, tzinfo=NOW.tzinfo)
NAMES = ("Camille Roussel", "Yann Le Goff", "Inès Benali", "Laurent Dubreuil", "Amandine Rey", "Joël Marty",
         "Perrine Lacaze", "Hugo Tessier", "Leïla Mansouri")  # fmt: skip
PLACES = ("Nantes", "Quimper", "Toulouse", "Saint-Malo", "Pau", "Carcassonne", "Vannes", "Niort", "Poitiers")
_ROOT = UUID(int=7)


def group(
    kind: AnomalyKind,
    severity: Severity,
    carrier: str,
    detail: str,
    cause: Cause,
    shipments: int,
    hours: float = 24,
    owners: tuple[str, ...] = (),
) -> Group:
    since = NOW - timedelta(hours=hours)
    return Group(
        kind=kind,
        severity=severity,
        carrier=carrier.lower(),
        detail=detail,
        cause=cause,
        since=since,
        shipments=shipments,
        standing=Standing.OPEN,
        owners=owners,
        carrier_name=carrier,
        oldest=since,
        newest=since + timedelta(minutes=50) if shipments > 1 else since,
    )


GROUPS = (
    group(K.NO_SCAN, ACT, "Chronopost", "Roissy", Cause.CARRIER, 9, 129, ("Nadia B.",)),
    group(K.DAMAGED, ACT, "Colissimo", "carrier_damage", Cause.CARRIER, 1, 60),
    group(K.PICKUP_TROUBLE, ACT, "Mondial Relay", "Melun", Cause.CARRIER, 4, 7),
    group(K.NOT_MANIFESTED, ACT, "Colissimo", "Poste 2", Cause.WAREHOUSE, 3, 22),
    group(K.CONTESTED, ACT, "Colissimo", "", Cause.UNCLEAR, 1, 4),
    group(K.PREDICTED_LATE, WATCH, "DPD", "ES", Cause.CARRIER, 23, 20),
    group(K.ATTEMPT_FAILED, WATCH, "DPD", "recipient_absent", Cause.CUSTOMER, 7, 5),
    group(K.ADDRESS_DOUBTFUL, WATCH, "", NO_NUMBER, Cause.DATA, 5, 23),
    group(K.PICKUP_WAITING, WATCH, "Mondial Relay", "Grenoble", Cause.CUSTOMER, 5, 200),
    group(K.NO_FIRST_SCAN, WATCH, "Mondial Relay", "", Cause.UNCLEAR, 3, 23),
)
_SAID = {
    K.NO_SCAN: ("No scan since {when}", "Open an inquiry with the carrier, and tell the customer."),
    K.ADDRESS_DOUBTFUL: (
        "The street has no number",
        "Ask the customer, or correct the address before packing.",
    ),
}


def shipments_of(one: Group) -> list[UUID]:
    return [uuid5(_ROOT, f"{one.kind} {one.carrier} {n}") for n in range(one.shipments)]


def row(one: Group, n: int) -> ShipmentRow:
    sentence, step = _SAID.get(
        one.kind, ("Promised for {when}, not delivered", "Tell the customer before they ask.")
    )
    since = (one.since or NOW) + timedelta(minutes=7 * n)
    anomaly = Anomaly(
        kind=one.kind, severity=one.severity, sentence=sentence, step=step, since=since, cause=one.cause
    )
    return ShipmentRow(
        row=n,
        shipment_id=shipments_of(one)[n],
        order_id=uuid5(_ROOT, f"order {n}"),
        order_number=str(8791 + n),
        carrier=one.carrier,
        service="13",
        number=f"XY48120{9375 + 446 * n}FR",
        parcels=1,
        customer=NAMES[n % 9],
        place=PLACES[n % 9],
        status=TrackingStatus.IN_TRANSIT,
        reason=IncidentReason.NONE,
        promised_on=date(2026, 11, 26),
        ship_by=None,
        event_at=since,
        event_place=one.detail,
        severity=int(one.severity),
        anomalies=(anomaly,),
        carrier_name=one.carrier_name,
        service_name="Chrono 13",
        owner="Nadia B." if n < 3 and one.owners else "",
    )


@dataclass(frozen=True)
class Said:
    changes: Changes
    shipments: int


@dataclass
class FakeTriage:
    """`asked` remembers the verbs; acknowledged and settled groups are gone at the next reading."""

    groups: tuple[Group, ...] = GROUPS
    asked: list[tuple[Any, ...]] = field(default_factory=list)
    fails: Exception | None = None

    def work(self, standing: Standing = Standing.OPEN) -> WorkList:
        found = tuple(one for one in self.groups if one.standing is standing)
        return WorkList(
            groups=found,
            to_act=sum(one.shipments for one in self.groups if one.severity is ACT),
            to_watch=sum(one.shipments for one in self.groups if one.severity is WATCH),
            seen=2,
            snoozed=4,
            settled_today=27,
            by_cause=tuple((cause, sum(g.shipments for g in found if g.cause is cause)) for cause in Cause),
        )

    def rows(self, group: Group, limit: int = 500) -> list[ShipmentRow]:
        return [row(group, n) for n in range(min(limit, group.shipments))]

    def shipments(self, group: Group, /) -> list[UUID]:
        return shipments_of(group)

    def history(self, shipments: Sequence[UUID], /) -> tuple[HistoryItem, ...]:
        if len(shipments) != 9:
            return ()
        return (
            HistoryItem(
                fact_id=UUID(int=1),
                verb=CareVerb.NOTE,
                at=NOW - timedelta(hours=6),
                station="Bureau",
                by="Nadia B.",
                text="Appelé l’agence de Corbas, rien chez eux.",
                shipments=3,
            ),
            HistoryItem(
                fact_id=UUID(int=2),
                verb=CareVerb.ASSIGN,
                at=NOW - timedelta(hours=7),
                station="Bureau",
                by="",
                text="Nadia B.",
                shipments=3,
            ),
        )

    def owners(self) -> tuple[str, ...]:
        return ("Nadia B.",)

    def _say(self, verb: str, shipments: Sequence[UUID], *more: Any) -> Said:
        if self.fails is not None:
            raise self.fails
        self.asked.append((verb, list(shipments), *more))
        return Said(Changes(shipments=frozenset(shipments)), len(shipments))

    def acknowledge(self, shipments: Sequence[UUID], /) -> Said:
        return self._gone("acknowledge", shipments)

    def resolve(self, shipments: Sequence[UUID], /) -> Said:
        return self._gone("resolve", shipments)

    def _gone(self, verb: str, shipments: Sequence[UUID]) -> Said:
        self.groups = tuple(one for one in self.groups if shipments_of(one) != list(shipments))
        return self._say(verb, shipments)

    def snooze(self, shipments: Sequence[UUID], until: datetime | None, /) -> Said:
        return self._say("snooze", shipments, until)

    def assign(self, shipments: Sequence[UUID], owner: str, /) -> Said:
        return self._say("assign", shipments, owner)

    def note(self, shipments: Sequence[UUID], text: str, /) -> Said:
        return self._say("note", shipments, text)

    def undo(self, done: Any, /) -> Said:
        return self._say("undo", [], done)
