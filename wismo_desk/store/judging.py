"""Looks at shipments whose rules are due and writes what is wrong with them, and when to look again.

Rows are read and written as plain tuples here, without the types of `main_tables`: a tick judges ten thousand.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, select

from wismo_desk.domain.address import Finding
from wismo_desk.domain.anomaly import Judged, Rules, Situation, judge
from wismo_desk.domain.anomaly_kinds import Anomaly, AnomalyKind, Cause, Severity
from wismo_desk.domain.anomaly_rules import RULE_SCOPE, rule_from_data
from wismo_desk.domain.anomaly_words import describe, detail_of, usual_words
from wismo_desk.domain.choices import LAID_ASIDE
from wismo_desk.domain.claim_terms import TERM_SCOPE, Trust, terms_from_data
from wismo_desk.domain.closed_days import CLOSED_SCOPE, closures_from_data
from wismo_desk.domain.delivery_days import DELIVERY_SCOPE, rows_from_data
from wismo_desk.domain.triage import Standing
from wismo_desk.store import agenda
from wismo_desk.store import main_tables as t
from wismo_desk.store.at_once import ids_at_once, read_at_once, update_at_once
from wismo_desk.store.codec import from_ms, to_ms
from wismo_desk.store.episodes import note_episodes

_CHUNK: Final = 500
_PARCELS: Final = "FROM parcel WHERE parcel.shipment_id = shipment.shipment_id AND NOT parcel.voided"
_MISSES: Final = (
    "coalesce((SELECT max(look.misses) FROM look JOIN parcel USING (parcel_id) "
    "WHERE parcel.shipment_id = shipment.shipment_id AND NOT parcel.voided), 0)"
)
_ORDER_KEY: Final = " || '-' || ".join(
    f"substr(order_id, {start}, {length})" for start, length in ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
)
# What was said of a label bought ahead for this order, and when, unless it was given back or is worn.
LAID: Final = f"FROM value WHERE value.scope = '{LAID_ASIDE}' AND value.key = {_ORDER_KEY}"
_UNUSED: Final = (
    "value.data ->> 'back' IS NULL AND NOT EXISTS (SELECT 1 FROM parcel WHERE "
    "parcel.shipment_id = shipment.shipment_id AND parcel.parcel_no = value.data ->> 'parcel_no' "
    "AND parcel.issue_no = value.data ->> 'issue_no')"
)
# What another desk says of the moment is believed up to the year 2100.
_WHEN: Final = "value.data ->> 'at' BETWEEN 0 AND 4102444800000"
_ASIDE: Final = (
    f"CASE status WHEN 'planned' THEN (SELECT value.data ->> 'at' {LAID} AND {_WHEN} AND {_UNUSED}) END"
)
# What follows from the parcels of a shipment, asked anew when something happened to it.
_ANEW: Final = {
    "unchecked_ms": f"(SELECT min(labelled_ms) {_PARCELS} AND NOT checked)",
    "loose_ms": f"(SELECT min(labelled_ms) {_PARCELS} AND manifest = '')",
    "handed_ms": "(SELECT max(manifest.closed_ms) FROM parcel JOIN manifest ON manifest.manifest_id = parcel.manifest "
    "WHERE parcel.shipment_id = shipment.shipment_id AND NOT parcel.voided)",
    "twin": f"(SELECT parcel_no {_PARCELS} AND reference <> '' GROUP BY parcel_no HAVING count(*) > 1 "
    "ORDER BY parcel_no LIMIT 1)",
}
_KEPT: Final = {
    **{name: name for name in _ANEW},
    "misses": "misses",
    "address_doubt": "CASE status WHEN 'planned' THEN address_doubt ELSE '' END",
    "event_place": "''",
    "shipment_id": "''",
}
_FRESH: Final = {
    **_ANEW,
    "misses": f"CASE status WHEN 'label_created' THEN {_MISSES} ELSE 0 END",
    "address_doubt": "address_doubt",
    "event_place": "event_place",
    "shipment_id": "shipment_id",
}
WIDTH: Final = len(Situation._fields)
_SHOWN: Final = ("severity", "anomaly", "anomalies", "verdict", "triage", "detail", "since_ms")
_WRITTEN: Final = (*_SHOWN, *_ANEW, "misses")
_SAID: Final = _SHOWN.index("anomalies")
CAUSE_OF_WORST: Final = "$[0][6]"  # in what `dump_anomalies` writes
_said: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _asking(parts: dict[str, str], *more: str) -> str:
    """The columns of a Situation, then those that judging compares. The place and the id of those that changed are
    asked for afterwards."""
    facts = (
        "status, reason, carrier, service, region, ship_by_ms, "
        f"{parts['unchecked_ms']} AS a, {parts['loose_ms']} AS b, {parts['handed_ms']} AS c, promised_on, unmapped, "
        f"{parts['address_doubt']} AS g, {parts['twin']} AS d, {parts['misses']} AS e, occurred_ms, event_ms, "
        f"{parts['event_place']} AS h, eta_high_on, late_chance, lost_chance, snoozed_ms, "
        f"CASE care WHEN '' THEN NULL ELSE json_extract(care, '$.contested') END, care, claim_on, {_ASIDE} AS f"
    )
    compared = ("row", f"{parts['shipment_id']} AS i", "verdict", "next_check_ms", *more)
    return f"SELECT {facts}, {', '.join(compared)} FROM shipment LEFT JOIN agenda USING (row)"  # noqa: S608 - ours


_AMONG: Final = "IN (SELECT value FROM json_each(?))"
_EVENT: Final = f"{_asking(_FRESH, *_WRITTEN)} WHERE shipment_id {_AMONG}"
# What carriers say is of no parcel: its rows, on two pages more of each shipment, are not read for it.
_NEWS: Final = (
    f"{_asking({**_FRESH, **dict(zip(_ANEW, _ANEW, strict=True))}, *_WRITTEN)} WHERE shipment_id {_AMONG}"
)
EVERYTHING: Final = _asking(_KEPT)
_ROWS: Final = f"{EVERYTHING} WHERE shipment.row {_AMONG}"


def judge_shipments(
    connection: Connection,
    shipments: Sequence[UUID],
    now: datetime,
    rules: Rules,
    *,
    only_heard: bool = False,
) -> frozenset[UUID]:
    """Re-evaluate shipments to which something happened; returns those whose anomalies changed. `only_heard`: nothing
    but what carriers said of them."""
    at, changed, asked = to_ms(now), set(), _NEWS if only_heard else _EVENT
    for start in range(0, len(shipments), _CHUNK):
        chunk = [key.hex for key in shipments[start : start + _CHUNK]]
        writes, news, moved = [], [], []
        for row in read_at_once(connection, asked, (json.dumps(chunk),), width=WIDTH + 4 + len(_WRITTEN)):
            facts = Situation._make(row[:WIDTH])
            number, key, verdict, next_ms, *written = row[WIDTH:]
            found = judge(at, facts, rules)
            values = (*_shown(found, facts), *_of_parcels(facts))
            if tuple(written) != values:
                writes.append((*values, number))
                if verdict != found.verdict or written[_SAID] != values[_SAID]:
                    news.append((key, verdict, found, facts))
            if next_ms != found.again:
                moved.append((number, found.again))
        changed |= _write(connection, at, _WRITTEN, writes, news, moved)
    return frozenset(changed)


def judge_rows(connection: Connection, at: int, rows: Sequence[int], rules: Rules) -> frozenset[UUID]:
    """Time alone has passed for these, by row: only what differs is put into words and written. Returns those whose
    anomalies changed. `at` is UTC ms."""
    read = read_at_once(connection, _ROWS, (json.dumps(list(rows)),), width=WIDTH + 4)
    flipped, moved = [], []
    for row in read:
        facts = Situation._make(row[:WIDTH])
        number, _, verdict, next_ms = row[WIDTH:]
        found = judge(at, facts, rules)
        if found.verdict != verdict:
            flipped.append((number, verdict, found, facts))
        if found.again != next_ms:
            moved.append((number, found.again))
    if len(read) < len(rows):
        agenda.forget(connection, sorted({*rows} - {row[WIDTH] for row in read}))
    known = _places(connection, [number for number, *_ in flipped])
    writes, news = [], []
    for number, verdict, found, facts in flipped:
        key, place = known[number]
        facts = facts._replace(place=place)
        writes.append((*_shown(found, facts), number))
        news.append((key, verdict, found, facts))
    return frozenset(_write(connection, at, _SHOWN, writes, news, moved))


def read_plainly(connection: Connection, asked: str, values: tuple[int | str, ...]) -> list[Any]:
    """The driver's own tuples: half the time of SQLAlchemy's rows."""
    result: Any = connection.exec_driver_sql(asked, values)
    found: list[Any] = result.cursor.fetchall()
    result.close()
    return found


def _places(connection: Connection, rows: Sequence[int]) -> dict[int, tuple[str, str]]:
    """The id and the last place of each of these rows."""
    found: dict[int, tuple[str, str]] = {}
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        asked = (
            f"SELECT row, shipment_id, event_place FROM shipment WHERE row IN ({', '.join('?' * len(chunk))})"  # noqa: S608
        )
        found |= {row: (key, place) for row, key, place in read_plainly(connection, asked, tuple(chunk))}
    return found


def note_misses(connection: Connection, parcels: Sequence[UUID]) -> None:
    """How often in a row the carrier did not know them, for the rows of those that it may not know yet."""
    connection.exec_driver_sql(
        f"UPDATE shipment SET misses = {_MISSES} WHERE status = 'label_created' AND shipment_id IN "  # noqa: S608
        f"(SELECT shipment_id FROM parcel WHERE parcel_id {_AMONG})",
        (ids_at_once(parcels),),
    )


def _write(
    connection: Connection,
    at: int,
    names: Sequence[str],
    writes: list[Any],
    news: list[Any],
    moved: list[Any],
) -> set[UUID]:
    if writes:
        update_at_once(connection, "shipment", names, "row", writes)
    if news:
        note_episodes(connection, at, news)
    if moved:
        agenda.note(connection, moved)
    return {UUID(key) for key, *_ in news}


def _shown(found: Judged, facts: Situation) -> tuple[Any, ...]:
    """As `_SHOWN` names them."""
    if not found.found:
        return (0, "", "[]", found.verdict, "", "", None)
    worst = found.found[0]
    said = dump_anomalies([describe(flip, facts) for flip in found.found])
    standing = Standing.SNOOZED if found.snoozed else Standing.SEEN if worst.seen else Standing.OPEN
    return (
        int(worst.severity),
        worst.kind.value,
        said,
        found.verdict,
        standing.value,
        detail_of(worst.kind, facts),
        worst.since or None,
    )


def _of_parcels(facts: Situation) -> tuple[Any, ...]:
    """The rest of what `_WRITTEN` names."""
    return (facts.unchecked, facts.loose, facts.handed, facts.twin, facts.misses)


def refresh_parcels(connection: Connection) -> None:
    """What follows from parcels, for every shipment that has any: after a fold of everything."""
    anew = ", ".join(f"{name} = {said}" for name, said in _ANEW.items())
    connection.exec_driver_sql(
        f"UPDATE shipment SET {anew} WHERE shipment_id IN (SELECT shipment_id FROM parcel)"  # noqa: S608 - ours
    )


def with_book(connection: Connection, rules: Rules) -> Rules:
    """The same with what this merchant changed of the rules, its closed days and delivery days in the calendars."""
    row = t.value.c
    found = connection.execute(select(row.key, row.data).where(row.scope == RULE_SCOPE))
    known = {kind.value for kind in AnomalyKind}  # a newer desk may know others
    changed = {
        AnomalyKind(one.key): rule_from_data(AnomalyKind(one.key), json.loads(one.data))
        for one in found
        if one.key in known
    }
    if rules.calendars is not None:
        mine = (row.scope == CLOSED_SCOPE, row.key == rules.calendars.place)
        closed = connection.scalar(select(row.data).where(*mine))
        rules.calendars.close(closures_from_data(json.loads(closed)) if closed else ())
        weeks = connection.execute(
            select(row.key, row.data).where(row.scope == DELIVERY_SCOPE).order_by(row.key)
        )
        rules.calendars.deliver(
            [day for one in weeks for day in rows_from_data(one.key, json.loads(one.data))]
        )
    terms = connection.execute(select(row.key, row.data).where(row.scope == TERM_SCOPE))
    own = terms_from_data({one.key: json.loads(one.data) for one in terms})
    clock = rules.claims
    if clock is not None:
        listed = [term for term in clock.terms if term.trust is not Trust.MERCHANT]
        clock = replace(clock, terms=(*listed, *own))
    return replace(rules, book={**rules.book, **changed}, claims=clock)


def dump_doubt(findings: Sequence[Finding]) -> str:
    """The gravest finding as JSON, "" when the address looks right."""
    worst = min(findings, key=lambda finding: not finding.certain, default=None)
    return json.dumps(asdict(worst), ensure_ascii=False) if worst else ""


def read_doubt(text: str) -> Finding | None:
    if not text:
        return None
    data = json.loads(text)
    return Finding(
        field=data["field"],
        sentence=data["sentence"],
        values=tuple((name, value) for name, value in data["values"]),
        certain=data["certain"],
    )


def dump_anomalies(found: Sequence[Anomaly]) -> str:
    """Without names and without what is said of all of a kind: a row that grows has its neighbours move to other
    pages. Each is `read_anomalies` again, its instant to the millisecond."""
    return _said([_data(anomaly) for anomaly in found])


def _data(anomaly: Anomaly) -> tuple[object, ...]:
    sentence, step = usual_words(anomaly.kind)
    return (
        anomaly.kind.value,
        int(anomaly.severity),
        "" if anomaly.sentence == sentence else anomaly.sentence,
        "" if anomaly.step == step else anomaly.step,
        round(anomaly.since.timestamp() * 1000) if anomaly.since else None,
        anomaly.values,
        anomaly.cause.value,
        int(anomaly.seen),
    )


def read_anomalies(text: str) -> tuple[Anomaly, ...]:
    if text == "[]":
        return ()
    return tuple(
        Anomaly(
            kind=(known := AnomalyKind(kind)),
            severity=Severity(severity),
            sentence=sentence or usual_words(known)[0],
            step=step or usual_words(known)[1],
            since=None if since is None else from_ms(since),
            values=tuple((name, value) for name, value in values),
            cause=Cause(cause),
            seen=bool(seen),
        )
        for kind, severity, sentence, step, since, values, cause, seen in json.loads(text)
    )
