"""The tables of the main file: what every window reads, folded from facts and rebuilt at will.

`fact` and `party` are the truth here; every other table can be dropped and folded again.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, MetaData, Table, Text, Uuid, text

metadata: Final = MetaData()
_ID: Final = Uuid(native_uuid=False)

fact = Table(
    "fact",
    metadata,
    Column("fact_id", _ID, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("station", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("order_id", _ID),
    Column("shipment_id", _ID),
    Column("parcel_id", _ID),
    Column("data", Text, nullable=False),
    Index("fact_order", "order_id"),
    sqlite_with_rowid=False,
)

party = Table(
    "party", metadata, Column("order_id", _ID, primary_key=True), Column("data", Text, nullable=False)
)

orders = Table(
    "orders",
    metadata,
    Column("order_id", _ID, primary_key=True),
    Column("number", Text, nullable=False),
    Column("content", Text, nullable=False),  # hash of what the channel said: a replay changes nothing
    Column("data", Text, nullable=False),  # the ORDER_TAKEN_IN fact's data
    Column("taken_fact", Text, nullable=False),  # hex id of that fact: the largest wins
    Column("state", Text, nullable=False),
    Column("state_fact", Text, nullable=False),  # hex id of the fact that said so: the largest wins
    Column("station", Text, nullable=False),
    Column("carrier", Text, nullable=False),
    Column("ship_by_ms", BigInteger),
    Index("orders_state", "state", "carrier"),
)

shipment = Table(
    "shipment",
    metadata,
    Column("row", Integer, primary_key=True),  # local only: compact ids for the grid and the search index
    Column("shipment_id", _ID, nullable=False, unique=True),
    Column("order_id", _ID, nullable=False),
    Column("order_number", Text, nullable=False),
    Column("carrier", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("number", Text, nullable=False),  # tracking number of the first parcel's latest label
    Column("parcels", Integer, nullable=False),
    Column("customer", Text, nullable=False),  # personal data, named in store/personal.py
    Column("place", Text, nullable=False),  # likewise
    Column("status", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("cycle", Integer, nullable=False),
    Column("phase", Integer, nullable=False),
    Column("occurred_ms", BigInteger, nullable=False),
    Column("tie_rank", Integer, nullable=False),
    Column("state_fact", Text, nullable=False),
    Column("event_ms", BigInteger, nullable=False),  # last event of any kind, for its age
    Column("event_place", Text, nullable=False),
    Column("ship_by_ms", BigInteger),
    Column("promised_on", Date),
    Column("address_doubt", Text, nullable=False),
    Column("unmapped", Text, nullable=False, server_default=""),  # newest event's code, if no table knows it
    Column("severity", Integer, nullable=False),
    Column("anomaly", Text, nullable=False),
    Column("anomalies", Text, nullable=False),  # JSON list, worst first
    Column("next_check_ms", BigInteger),
    Index("shipment_order", "order_id"),
    Index("shipment_worst", "severity", "event_ms"),
    Index("shipment_status", "status", "event_ms"),
    Index("shipment_carrier", "carrier", "event_ms"),
    Index("shipment_number", "number"),
    Index("shipment_event", "event_ms"),
    Index("shipment_promised", "promised_on"),
    Index("shipment_anomaly", "anomaly", sqlite_where=text("anomaly <> ''")),
    Index("shipment_check", "next_check_ms", sqlite_where=text("next_check_ms IS NOT NULL")),
)

parcel = Table(
    "parcel",
    metadata,
    Column("parcel_id", _ID, primary_key=True),
    Column("shipment_id", _ID, nullable=False),
    Column("order_id", _ID, nullable=False),
    Column("parcel_no", Integer, nullable=False),
    Column("issue_no", Integer, nullable=False),
    Column("carrier", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("tracking_number", Text, nullable=False),
    Column("weight_g", Integer, nullable=False),
    Column("labelled_ms", BigInteger, nullable=False),
    # Facts of one parcel may arrive in any order, so each is a mark of its own and the state is derived.
    Column("printed", Boolean, nullable=False),
    Column("checked", Boolean, nullable=False),
    Column("manifest", Text, nullable=False),
    Column("voided", Boolean, nullable=False),
    Index("parcel_shipment", "shipment_id"),
    Index("parcel_order", "order_id"),
    Index("parcel_number", "tracking_number"),
    Index("parcel_open", "carrier", "labelled_ms", sqlite_where=text("manifest = '' AND NOT voided")),
)

code = Table(
    # Database first, guess second: everything that can be scanned or typed and names one thing.
    "code",
    metadata,
    Column("code", Text, primary_key=True),
    Column("what", Text, primary_key=True),  # order | parcel | product
    Column("key", Text, primary_key=True),
    sqlite_with_rowid=False,
)

product = Table(
    "product",
    metadata,
    Column("sku", Text, primary_key=True),
    Column("data", Text, nullable=False),
    Column("fact_id", Text, nullable=False),
)

value = Table(
    "value",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("data", Text, nullable=False),
    Column("fact_id", Text, nullable=False),  # last writer by time-ordered id
)

manifest = Table(
    "manifest",
    metadata,
    Column("manifest_id", Text, primary_key=True),
    Column("carrier", Text, nullable=False),
    Column("closed_ms", BigInteger, nullable=False),
    Column("data", Text, nullable=False),
    Index("manifest_closed", "closed_ms"),
)

erasure = Table(
    # Not folded again: of which orders the person was erased, and how far that has come on this desk.
    "erasure",
    metadata,
    Column("order_id", _ID, primary_key=True),
    Column("stage", Integer, nullable=False),
    sqlite_with_rowid=False,
)

look = Table(
    # Not folded: when the carrier was last asked about a parcel, and how many answers in a row knew nothing.
    "look",
    metadata,
    Column("parcel_id", _ID, primary_key=True),
    Column("asked_ms", BigInteger, nullable=False),
    Column("misses", Integer, nullable=False),
    sqlite_with_rowid=False,
)

meta = Table("meta", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))

SEARCH: Final = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS search USING fts5("
    "text, tokenize='unicode61 remove_diacritics 2', prefix='2 3 4', content='', contentless_delete=1)"
)
