"""What a station sends the shared database: one statement for what waits, the mark that it came, and the hint.

The order of its parts is the server's affair, what they may do hangs on the first one: how far the database has this
journal. Where it has more or less than the station believes, nothing is written and the answer says so.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import TextClause, text

# Rows are one parameter: who may say them is asked once, not for each, and psycopg takes long over arrays.
_FACTS: Final = (
    'INSERT INTO wismo.fact (tenant_id, warehouse, journal_id, fact_id, kind, at_ms, station, "by", order_id,'
    " shipment_id, parcel_id, data) SELECT :tenant, :warehouse, :journal, f.* FROM json_to_recordset("
    'CAST(:facts AS json)) AS f(fact_id uuid, kind text, at_ms bigint, station text, "by" text, order_id uuid,'
    " shipment_id uuid, parcel_id uuid, data text) {only}ON CONFLICT (tenant_id, fact_id) DO NOTHING"
)
_PARTIES: Final = (
    "INSERT INTO wismo.party AS p (tenant_id, order_id, warehouse, data, said)"
    " SELECT :tenant, f.order_id, :warehouse, f.data, f.said FROM json_to_recordset(CAST(:parties AS json))"
    " AS f(order_id uuid, data text, said text) {only}ON CONFLICT (tenant_id, order_id) DO UPDATE"
    " SET data = excluded.data, said = excluded.said, changed_txid = pg_current_xact_id()"
    ' WHERE (excluded.said COLLATE "C", excluded.data COLLATE "C")'
    ' > (p.said COLLATE "C", p.data COLLATE "C")'
)
_MARK: Final = (
    "UPDATE wismo.station SET acked_seq = :seq, acked_fact = :fact, last_seen = clock_timestamp()"
    " WHERE tenant_id = :tenant AND journal_id = :journal"
)
_ONLY: Final = "WHERE EXISTS (SELECT FROM go) "

# Asked one by one, each in its own transaction's way: an upload, and the mark after it.
PUT_FACTS: Final = text(_FACTS.format(only=""))
PUT_PARTIES: Final = text(_PARTIES.format(only=""))
MARK: Final = text(_MARK)


def _push(*, parties: bool, hint: bool) -> TextClause:
    parts = [
        "me AS MATERIALIZED (SELECT acked_seq, acked_fact FROM wismo.station"
        " WHERE tenant_id = :tenant AND journal_id = :journal FOR UPDATE)",
        "go AS MATERIALIZED (SELECT FROM me WHERE acked_seq = :after)",
        f"facts AS ({_FACTS.format(only=_ONLY)})",
    ]
    if parties:  # a statement without rows fires the triggers all the same
        parts.append(f"parties AS ({_PARTIES.format(only=_ONLY)})")
    parts.append(f"mark AS ({_MARK} AND EXISTS (SELECT FROM go))")
    told = "(SELECT pg_notify(:channel, :journal) FROM go)" if hint else "NULL"
    return text(f"WITH {', '.join(parts)} SELECT acked_seq, acked_fact, {told} FROM me")  # noqa: S608 - our own words only


# By whether recipients come along, and whether a hint goes out.
PUSH: Final = {(p, h): _push(parties=p, hint=h) for p in (True, False) for h in (True, False)}
