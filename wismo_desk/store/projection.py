"""Folds facts into the main file. Any order of arrival and any repetition give the same rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, select, tuple_
from sqlalchemy.dialects.sqlite import insert as upsert

from wismo_desk.domain.choices import BOXED, ON_ROWS
from wismo_desk.domain.fact import Changes, Fact, FactKind
from wismo_desk.domain.packing import standing
from wismo_desk.domain.status import Codes, IncidentReason, StatusRule, TrackingStatus, fold_key
from wismo_desk.store import fold_statements as q
from wismo_desk.store import main_tables as t
from wismo_desk.store.at_once import (
    facts_at_once,
    ids_at_once,
    keep_at_once,
    keep_facts_at_once,
    read_at_once,
    update_at_once,
)
from wismo_desk.store.care import fold_cares
from wismo_desk.store.claims import CLAIM_KINDS, fold_claim_rows
from wismo_desk.store.codec import bare, facts_text, to_ms
from wismo_desk.store.fold_rows import FoldedRows
from wismo_desk.store.foresight import IN_HANDS, LEGS
from wismo_desk.store.news_fold import fold_news, place_of, rule_of
from wismo_desk.store.order_fold import note_erasures, take_orders, take_parties, taken_again

_WORDS = frozenset(
    (
        FactKind.ORDER_IN_HAND,
        FactKind.ORDER_PAUSED,
        FactKind.ORDER_CANCELLED,
        FactKind.PARCEL_CLOSED,
        FactKind.LABEL_BOUGHT,
        FactKind.LABEL_VOIDED,
    )
)
_SAYING = json.dumps(sorted(kind.value for kind in _WORDS))
# Facts that a shipment's row follows from.
_ON_ROWS = frozenset(
    (FactKind.LABEL_BOUGHT, FactKind.LABEL_VOIDED, FactKind.ORDER_CANCELLED, FactKind.TRACKING_SAID)
)
# Facts of a shipment from which none of its rows follows: what is scanned at the bench, item by item.
NO_ROWS = frozenset((FactKind.ITEM_SCANNED, FactKind.SCAN_REFUSED))


class Projection:
    """Applies facts inside the caller's transaction and says what they touched."""

    def __init__(self, connection: Connection, codes: Mapping[str, Codes]) -> None:
        self._db = connection
        self._codes = codes
        self._rows = FoldedRows(connection)
        self._named: list[dict[str, str]] = []  # codes, and what they name
        self._orders: set[UUID] = set()
        self._shipments: set[UUID] = set()
        self._values = False
        self._effects = False

    def apply(
        self, facts: Sequence[Fact], parties: Iterable[tuple[UUID, str]] = (), *, said: str = ""
    ) -> Changes:
        """Parties first: a new order's row shows its recipient. `said`: codec.facts_text of the facts, where it is at
        hand."""
        retold = take_parties(self._db, [*parties, *note_erasures(self._db, facts)])
        if facts:
            keep_facts_at_once(self._db, said or facts_text(facts))
        self.fold([*retold, *facts])
        return self.changes

    @property
    def changes(self) -> Changes:
        """What was touched so far."""
        return Changes(
            orders=frozenset(self._orders),
            shipments=frozenset(self._shipments),
            values=self._values,
            effects=self._effects,
        )

    def fold(self, facts: Sequence[Fact]) -> None:
        """The rows that follow from facts already stored. What is known of an order before it is taken in
        waits for it."""
        if self._fold_poll(facts):
            return
        told = [fact for fact in facts if fact.kind is FactKind.ORDER_TAKEN_IN]
        now = [fact.fact_id for fact in facts]
        taken = take_orders(self._db, [*self._chosen(facts), *told], self._rows, beside=now)
        self._codes_of(told)
        facts = (*taken.early, *facts)
        self._orders.update(fact.order_id for fact in facts if fact.order_id is not None)
        self._shipments.update(fact.shipment_id for fact in facts if fact.shipment_id is not None)
        news, others = ([], facts) if taken.born or taken.early else _news(facts)
        fold_news(self._db, self._codes, news)
        stood: set[UUID] = set()
        self._rows.read(
            fact.shipment_id for fact in others if fact.kind in _ON_ROWS and fact.shipment_id is not None
        )
        for fact in others:
            folder = _FOLDERS.get(fact.kind)
            if folder is not None:
                folder(self, fact)
            if fact.kind in _WORDS and fact.order_id is not None:
                stood.add(fact.order_id)
            if fact.kind is FactKind.ORDER_CANCELLED and fact.shipment_id is not None:
                self._set_status(fact.shipment_id, StatusRule(TrackingStatus.CANCELLED), fact, fact.at)
        self._rows.write()
        self._hand_over(facts)
        keep_at_once(self._db, "code", self._named)
        self._named.clear()
        self._stand_at_birth(taken.born, facts)
        stood -= taken.born.keys()
        taken.write(self._db)
        self._stand(sorted(stood))
        fold_cares(self._db, [fact for fact in facts if fact.kind is FactKind.ANOMALY_HANDLED])
        fold_claim_rows(self._db, [fact for fact in facts if fact.kind in CLAIM_KINDS])

    def _fold_poll(self, facts: Sequence[Fact]) -> bool:
        """What carriers said, one word about each shipment: nothing else follows from it. To hash an id takes as long
        as half of all else here."""
        told = (fact.shipment_id for fact in facts if fact.kind is FactKind.TRACKING_SAID)
        heard = {key for key in told if key is not None}
        if len(heard) < len(facts) or not facts:
            return False
        self._orders.update(fact.order_id for fact in facts if fact.order_id is not None)
        self._shipments |= heard
        fold_news(self._db, self._codes, facts)
        return True

    def _chosen(self, facts: Sequence[Fact]) -> list[Fact]:
        """Of orders for which something else was chosen here, the facts that their rows follow from."""
        choices = [
            fact for fact in facts if fact.kind is FactKind.VALUE_SET and fact.data["scope"] in ON_ROWS
        ]
        for fact in choices:
            self._fold_value(fact)
        keys = [fact.order_id for fact in choices if fact.order_id is not None]
        return taken_again(self._db, keys) if keys else []

    def _stand(self, orders: Sequence[UUID]) -> None:
        """How these orders stand, by all that is known of each: words that arrive late change nothing."""
        if not orders:
            return
        found = facts_at_once(self._db, q.WORDS, (ids_at_once(orders), _SAYING))
        values = [(*_stands(facts), key.hex) for key, facts in _by_order(found).items()]
        update_at_once(self._db, "orders", q.STAND, "order_id", values)

    def _stand_at_birth(self, born: Mapping[UUID, dict[str, Any]], facts: Iterable[Fact]) -> None:
        """Likewise, of orders whose facts are all here."""
        if born:
            for key, mine in _by_order(fact for fact in facts if fact.kind in _WORDS).items():
                if key in born:
                    born[key] |= dict(zip(q.STAND, _stands(mine), strict=True))

    def _codes_of(self, facts: Iterable[Fact]) -> None:
        """Every number an order ever had still names it."""
        self._named += [
            {"code": str(fact.data[name]), "what": "order", "key": str(fact.order_id)}
            for fact in facts
            for name in ("number", "source_ref")
        ]

    def _fold_bought(self, fact: Fact) -> None:
        data: Mapping[str, Any] = fact.data
        values = {
            "issue_no": data["issue_no"],
            "parcel_no": data["parcel_no"],
            "carrier": data["carrier"],
            "service": data["service"],
            "reference": data["reference"],
            "tracking_number": data["tracking_number"],
            "weight_g": data["weight_g"],
            "labelled_ms": to_ms(fact.at),
        }
        self._mark(fact, values)
        numbers = {data["tracking_number"], data["reference"], *data["aliases"]} - {""}
        self._named += [{"code": number, "what": "parcel", "key": str(fact.parcel_id)} for number in numbers]
        if fact.shipment_id is not None:
            self._rows.wear(fact.shipment_id)
            self._set_status(fact.shipment_id, StatusRule(TrackingStatus.LABEL_CREATED), fact, fact.at)

    def _fold_printed(self, fact: Fact) -> None:
        self._mark(fact, {"printed": True})
        self._effects = True

    def _fold_checked(self, fact: Fact) -> None:
        self._mark(fact, {"checked": True})

    def _fold_voided(self, fact: Fact) -> None:
        self._mark(fact, {"voided": True})
        if fact.shipment_id is not None:
            self._rows.wear(fact.shipment_id)
            rule = StatusRule(TrackingStatus.PLANNED, is_scan=not fact.data.get("worn"))
            self._set_status(fact.shipment_id, rule, fact, fact.at)

    def _fold_manifested(self, fact: Fact) -> None:
        told = str(fact.data["manifest"])
        self._mark(fact, {"manifest": told})

    def _fold_manifest(self, fact: Fact) -> None:
        row = {
            "manifest_id": str(fact.data["manifest"]),
            "carrier": str(fact.data["carrier"]),
            "closed_ms": to_ms(fact.at),
            "data": json.dumps(dict(fact.data)),
        }
        # Two desks may close one in the same second: the same of the two everywhere, whichever came first.
        statement = upsert(t.manifest)
        new, old = statement.excluded, t.manifest.c
        fresh = {name: new[name] for name in ("carrier", "closed_ms", "data")}
        later = tuple_(new.closed_ms, new.data) > tuple_(old.closed_ms, old.data)
        statement = statement.on_conflict_do_update(index_elements=["manifest_id"], set_=fresh, where=later)
        self._db.execute(statement, [row])

    def _hand_over(self, facts: Sequence[Fact]) -> None:
        """A manifest that is closed says when its parcels were handed over, also of those that came before it."""
        closed = [fact for fact in facts if fact.kind is FactKind.MANIFEST_CLOSED]
        if not closed:
            return
        here = {str(fact.parcel_id) for fact in facts if fact.kind is FactKind.PARCEL_MANIFESTED}
        listed: set[str] = set()
        for fact in closed:
            said: Any = fact.data.get("parcels", ())
            listed.update(str(key).replace("-", "") for key in said if key not in here)
        if listed:
            found = read_at_once(self._db, q.OF_PARCELS, (json.dumps(sorted(listed)),), width=1)
            self._shipments.update(UUID(key) for (key,) in found if key)

    def _fold_said(self, fact: Fact) -> None:
        data = fact.data
        rule, unmapped = rule_of(
            self._codes, str(data["carrier"]), str(data["code"]), str(data.get("label", ""))
        )
        if data.get("logical"):  # the carrier's computer says so, nobody scanned anything
            rule = replace(rule, is_scan=False)
        if fact.shipment_id is not None:
            self._rows.note_code(fact.shipment_id, to_ms(fact.at), unmapped)
            self._set_status(fact.shipment_id, rule, fact, fact.at)

    def _fold_value(self, fact: Fact) -> None:
        self._values = True
        scope, key = str(fact.data["scope"]), str(fact.data["key"])
        statement = upsert(t.value).values(
            scope=scope, key=key, data=json.dumps(fact.data["value"]), fact_id=fact.fact_id.hex
        )
        self._db.execute(
            statement.on_conflict_do_update(
                index_elements=["scope", "key"],
                set_={"data": statement.excluded.data, "fact_id": statement.excluded.fact_id},
                where=statement.excluded.fact_id > t.value.c.fact_id,
            )
        )
        if scope == "product":
            self._fold_product(key)
        elif scope == BOXED:
            self._fold_boxed(fact.data["value"])

    def _fold_boxed(self, said: Any) -> None:
        """The number of a return label names its parcel, but is not on it: another `what`, so that no scan of it closes
        anything."""
        if said["number"]:
            self._named.append({"code": str(said["number"]), "what": "return", "key": str(said["parcel"])})

    def _fold_product(self, sku: str) -> None:
        row = self._db.execute(
            select(t.value.c.data, t.value.c.fact_id).where(
                t.value.c.scope == "product", t.value.c.key == sku
            )
        ).one()
        self._db.execute(
            upsert(t.product)
            .values(sku=sku, data=row.data, fact_id=row.fact_id)
            .on_conflict_do_update(index_elements=["sku"], set_={"data": row.data, "fact_id": row.fact_id})
        )
        self._db.execute(delete(t.code).where(t.code.c.what == "product", t.code.c.key == sku))
        codes = {sku, *(code for code, _ in json.loads(row.data)["codes"])}
        self._db.execute(
            upsert(t.code).on_conflict_do_nothing(),
            [{"code": bare(code), "what": "product", "key": sku} for code in codes],
        )

    def _mark(self, fact: Fact, values: Mapping[str, object]) -> None:
        """Parcel rows appear with their first fact, whichever it is; a later one sets `values`."""
        row = {
            "parcel_id": fact.parcel_id,
            "shipment_id": fact.shipment_id,
            "order_id": fact.order_id,
            "parcel_no": 1,
            "issue_no": 1,
            "carrier": "",
            "service": "",
            "reference": "",
            "tracking_number": "",
            "weight_g": 0,
            "labelled_ms": to_ms(fact.at),
            "printed": False,
            "checked": False,
            "manifest": "",
            "voided": False,
        }
        self._rows.mark({**row, **values}, tuple(values))

    def _set_status(self, shipment_id: UUID, rule: StatusRule, fact: Fact, at: datetime) -> None:
        self._rows.see(shipment_id, to_ms(at), place_of(fact))
        if rule.reason is not IncidentReason.NONE:
            self._rows.meet(shipment_id, to_ms(at), rule.reason.value)
        if not rule.is_scan:
            return
        if rule.status in IN_HANDS:
            self._rows.accept(shipment_id, to_ms(at), rule.status.value if rule.status in LEGS else "")
        later = fact.data.get("cycle")  # what was said after a report was taken back (domain.own_reports)
        key = fold_key(rule.status, at, fact.fact_id, cycle=later if isinstance(later, int) else 0)
        self._rows.say(shipment_id, key, rule)


def _news(facts: Sequence[Fact]) -> tuple[Sequence[Fact], Sequence[Fact]]:
    """Carriers' words that are the only ones here from which a row of their shipment follows; and the other facts."""
    seen: set[UUID | None] = set()
    twice: set[UUID | None] = {None}
    for fact in facts:
        if fact.kind in _ON_ROWS:
            (twice if fact.shipment_id in seen else seen).add(fact.shipment_id)
    news: list[Fact] = []
    others: list[Fact] = []
    for fact in facts:
        is_news = fact.kind is FactKind.TRACKING_SAID and fact.shipment_id not in twice
        (news if is_news else others).append(fact)
    return news, others


def _by_order(facts: Iterable[Fact]) -> dict[UUID, list[Fact]]:
    found: dict[UUID, list[Fact]] = {}
    for fact in facts:
        if fact.order_id is not None:
            found.setdefault(fact.order_id, []).append(fact)
    return found


def _stands(facts: Iterable[Fact]) -> tuple[str, str, str]:
    """As the row of an order says it: its state, the fact that says so, and where."""
    state, word = standing(facts)
    return (state.value, word.fact_id.hex, word.station) if word else (state.value, "", "")


_FOLDERS = {
    FactKind.LABEL_BOUGHT: Projection._fold_bought,
    FactKind.LABEL_PRINTED: Projection._fold_printed,
    FactKind.LABEL_CHECKED: Projection._fold_checked,
    FactKind.LABEL_VOIDED: Projection._fold_voided,
    FactKind.PARCEL_MANIFESTED: Projection._fold_manifested,
    FactKind.MANIFEST_CLOSED: Projection._fold_manifest,
    FactKind.TRACKING_SAID: Projection._fold_said,
    FactKind.VALUE_SET: Projection._fold_value,
}
