"""Asks every question of the files of a real store with one order for each, and counts what was right."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from installers.answers import filled
from wismo_desk.domain.anomaly import Rules
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.ids import order_id, shipment_id
from wismo_desk.domain.intent import ANSWERED, DEEDS, HandOff, Intent
from wismo_desk.domain.intent_model import read_model
from wismo_desk.domain.intent_rules import by_rules
from wismo_desk.domain.order import Order, Party
from wismo_desk.domain.question import read_question
from wismo_desk.domain.wording import plain
from wismo_desk.flows.answer import AnswerQuestion
from wismo_desk.flows.find_order import FindOrder
from wismo_desk.flows.pen import Pen
from wismo_desk.resources import catalogue, resources_dir, status_tables
from wismo_desk.store import open_store
from wismo_desk.store.codec import content_hash, order_data, party_data
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store
from wismo_desk.words import Words

HERE: Final = Path(__file__).parent
NOW: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ZONE: Final = ZoneInfo("Europe/Paris")
_NAMES: Final = (
    "Camille Zoé Rachid Manon Chloé Lucas Inès Paul Aïcha Hugo Émilie Karim Léa Yann Maud",
    "Roussel Lefèvre Amrani Schmitt Fontaine Garnier Petitjean Lemoine Diallo Carlier Kerdoncuff",
)
_FIRST, _LAST = (names.split() for names in _NAMES)
_TOWNS: Final = (
    ("44100", "Nantes"),
    ("37000", "Tours"),
    ("69007", "Lyon"),
    ("29000", "Quimper"),
    ("59800", "Lille"),
)
_NUMBERS: Final = ("{n}", "CMD-{n}", "MIR{n}", "#{n}", "2026-{n}")
_STATE: Final = {
    Intent.WHERE_IS_IT: "TRI",
    Intent.CHANGE_ADDRESS: "TRI",
    Intent.DELIVERY_INSTRUCTIONS: "TOURNEE",
    Intent.WHICH_CARRIER: "TRI",
    Intent.ABSENT: "ABSENT",
    Intent.WHEN_WILL_IT_LEAVE: "",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One row of the files with the order that it means, None where it names none."""

    text: str
    intent: Intent
    serious: bool
    number: str | None

    @property
    def for_person(self) -> bool:
        """Serious, not answerable, naming no order, or something must be done (each of these parcels is on its way);
        so must it where the parcel was delivered and its customer denies it."""
        answered = ANSWERED - DEEDS - {Intent.DELIVERED_NOT_RECEIVED}
        return self.serious or self.intent not in answered or self.number is None


@dataclass(slots=True)
class Tally:
    """What was right of one file."""

    asked: int = 0
    right: int = 0
    right_by_rules: int = 0
    with_order: int = 0
    order_found: int = 0
    order_wrong: int = 0
    handed: int = 0
    handed_rightly: int = 0
    for_person: int = 0
    statements: int = 0
    without_event: int = 0
    seconds: float = 0.0
    by_intent: dict[Intent, list[int]] = field(default_factory=lambda: {each: [0, 0, 0] for each in Intent})

    def mean(self, place: int) -> float:
        """Over all intents: precision (1) or recall (2), in percent."""
        shares = [100 * row[0] / row[place] for row in self.by_intent.values() if row[place]]
        return sum(shares) / max(1, len(shares))


class World:
    """A store with one order for every question that names one."""

    def __init__(self, folder: Path, files: Sequence[str]) -> None:
        self._store: Store = open_store(folder, bytes(32), statuses=status_tables(), rules=Rules(zone=ZONE))
        self._pen = Pen("Poste 1", clock=lambda: NOW)
        self._facts: list[Fact] = []
        self._parties: list[Any] = []
        self._events: dict[str, frozenset[UUID]] = {}
        self.asked: dict[str, list[Asked]] = {}
        at = 0
        for name in files:
            with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            self.asked[name] = [self._ask(at + n, row) for n, row in enumerate(rows)]
            at += len(rows)
        self._store.commit(Entry(at=NOW, facts=tuple(self._facts), parties=tuple(self._parties)))
        french, english = (Words(language, catalogue(language), zone=ZONE) for language in ("fr", "en"))
        model = read_model((resources_dir() / "answers" / "intents.json").read_text(encoding="utf-8"))
        self.model = model
        self.answer = AnswerQuestion(
            store=self._store,
            pen=self._pen,
            find=FindOrder(store=self._store),
            model=lambda: model,
            speaks=lambda language: english if language == "en" else french,
            names=lambda carrier, service: (carrier.title(), service),
            shop=lambda: "Atelier",
        )

    def close(self) -> None:
        self._store.close()

    def _ask(self, at: int, row: dict[str, str]) -> Asked:
        intent, text = Intent(row["intent"]), row["text"].replace("\\n", "\n")
        number = _NUMBERS[at % len(_NUMBERS)].format(n=41_000 + 7 * at)
        name = f"{_FIRST[at % len(_FIRST)]} {_LAST[at // len(_FIRST) % len(_LAST)]}"
        postcode, town = _TOWNS[at // (len(_FIRST) * len(_LAST)) % len(_TOWNS)]
        person = Party(
            name=name,
            street=(f"{at + 1} rue des Tanneurs",),
            postcode=postcode,
            city=town,
            phone=f"06 39 98 {at // 100:02d} {at % 100:02d}",
            email=f"client{at}@exemple.fr",
        )
        tracking = f"XP{at:09d}FR"
        names_order = any(f"{{{key}}}" in text for key in ("n", "t", "e", "p", "name"))
        if names_order:
            self._lay(number, person, tracking, _STATE.get(intent, "LIVRE"))
        said = filled(
            text, n=number, t=tracking, e=person.email, p=person.phone, name=name, cp=f"{postcode} {town}"
        )
        return Asked(said, intent, row["serious"] == "1", number if names_order else None)

    def _lay(self, number: str, person: Party, tracking: str, code: str) -> None:
        pen, key = self._pen, order_id("csv", number)
        order = Order(
            order_id=key,
            source="csv",
            source_ref=number,
            number=number,
            ordered_at=NOW - timedelta(days=3),
            recipient=person,
            lines=(),
            promised_on=(NOW + timedelta(days=1)).date(),
        )
        data: dict[str, Any] = order_data(order, carrier="practice", service="home")
        data["content"] = content_hash(data, party_data(person, ""))
        ids: dict[str, Any] = {"order_id": key, "shipment_id": shipment_id(key)}
        facts = [pen.fact(FactKind.ORDER_TAKEN_IN, **ids, **data)]
        if code:
            facts += self._way(ids, tracking, code)
        self._facts += facts
        self._parties.append((key, person, ""))
        self._events[number] = frozenset(fact.fact_id for fact in facts)

    def _way(self, ids: dict[str, Any], tracking: str, code: str) -> Iterator[Fact]:
        pen = self._pen
        parcel = pen.new_id()
        label: dict[str, Any] = {"carrier": "practice", "service": "home", "tracking_number": tracking}
        sure: dict[str, Any] = {"aliases": [], "reference": tracking, "parcel_no": 1, "issue_no": 1}
        rest: dict[str, Any] = {"weight_g": 840, "price_cents": None, "last": True}
        yield pen.fact(FactKind.LABEL_BOUGHT, **ids, parcel_id=parcel, **label, **sure, **rest)
        yield pen.fact(FactKind.PARCEL_MANIFESTED, **ids, parcel_id=parcel, manifest="M-1")
        said = {"carrier": "practice", "number": tracking, "code": code, "label": "", "place": "Corbas"}
        local = (NOW - timedelta(hours=3)).isoformat()
        yield pen.fact(FactKind.TRACKING_SAID, **ids, parcel_id=parcel, local_time=local, **said)

    def judge(self, name: str) -> Tally:
        tally = Tally()
        began = perf_counter()
        for asked in self.asked[name]:
            self._judge(asked, tally)
        tally.seconds = perf_counter() - began
        for asked in self.asked[name]:
            words = plain(read_question(asked.text).own)
            tally.right_by_rules += by_rules(words) is asked.intent
        return tally

    def _judge(self, asked: Asked, tally: Tally) -> None:
        found = self.answer(asked.text)
        intent, number = found.understood.intent, found.order.number if found.order else None
        tally.asked += 1
        tally.right += intent is asked.intent
        tally.by_intent[asked.intent][2] += 1
        tally.by_intent[intent][1] += 1
        tally.by_intent[asked.intent][0] += intent is asked.intent
        tally.with_order += asked.number is not None
        tally.order_found += asked.number is not None and number == asked.number
        tally.order_wrong += number is not None and number != asked.number
        handed = found.hand_off is not HandOff.NONE
        tally.handed += handed
        tally.for_person += asked.for_person
        tally.handed_rightly += handed and asked.for_person
        known = self._events.get(number or "", frozenset())
        tally.statements += len(found.said)
        tally.without_event += sum(
            each.event not in known or each.text not in found.reply for each in found.said
        )
