"""The tables of the main file: what every window reads, folded from facts and rebuilt at will.

`fact` and `party` are the truth here; every other table can be dropped and folded again.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
    Date,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    text,
)

from wismo_desk.domain.status import ENDED

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

# What the grid filters by beside age and severity (store/grid_rows.py).
_ASKED: Final = ("status", "carrier", "service", "anomaly", "promised_on", "owner", "warehouse")
HAS_ENDED: Final = f"(status IN ({', '.join(repr(one.value) for one in sorted(ENDED))}))"

_GROWING: Final = (
    *("status", "reason", "event_place", "unmapped", "hurdle", "state_fact"),
    *("anomaly", "anomalies", "triage", "detail"),
)
_COMING: Final = "6 * ((occurred_ms > 0) + (accepted_ms IS NOT NULL) + (hurdle_ms > 0)) + (tie_rank > 1)"
_ROOM: Final = f"zeroblob(max(0, 88 - octet_length({' || '.join(_GROWING)}) - ({_COMING})))"

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
    Column("customer_key", Text, nullable=False, server_default=""),  # likewise: what it is sorted by
    Column("place", Text, nullable=False),  # likewise
    Column("warehouse", Text, nullable=False, server_default=""),  # kept by a trigger (store/grid_tables.py)
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
    Column("anomalies", Text, nullable=False),  # JSON list, worst first (store/judging.py)
    # What the forecast needs (store/foresight.py), and what it said.
    Column("zone", Text, nullable=False, server_default=""),  # where to: a country, or a part of it
    Column("accepted_ms", BigInteger),  # the first physical scan in the carrier's hands
    Column("eta_low_on", Date),  # P10
    Column("eta_on", Date),  # median
    Column("eta_high_on", Date),  # P90
    Column("late_chance", Float),  # 0 to 1, None without a promise
    Column("lost_chance", Float),
    Column("foreseen", Text, nullable=False, server_default=""),  # JSON: sentence, values
    # What the rules look at beside the above (store/judging.py), and what people said of it (store/care.py).
    Column("region", Text, nullable=False, server_default=""),  # whose holidays count where it goes
    Column("unchecked_ms", BigInteger),  # the oldest label not scanned at the bench yet
    Column("loose_ms", BigInteger),  # the oldest label on no manifest
    Column("handed_ms", BigInteger),  # the last of its manifests was closed
    Column("twin", Integer),  # the first parcel_no with two labels that are not void
    Column("misses", Integer, nullable=False, server_default="0"),  # answers that did not know its number
    Column("verdict", BigInteger, nullable=False, server_default="0"),  # domain.anomaly.Judged.verdict
    Column("triage", Text, nullable=False, server_default=""),  # domain.triage.Standing, "" when all is well
    Column("detail", Text, nullable=False, server_default=""),  # what the worst anomaly is grouped by
    Column("since_ms", BigInteger),  # of the worst anomaly
    Column("owner", Text, nullable=False, server_default=""),
    Column("snoozed_ms", BigInteger),
    Column("care", Text, nullable=False, server_default=""),  # JSON: domain.triage.Care
    # What the figures count beside the above (store/arrivals.py).
    Column("tried_ms", BigInteger),  # the first attempt, or the arrival at the pickup point
    Column("hurdle", Text, nullable=False, server_default=""),  # the latest reason that a carrier gave
    Column("hurdle_ms", BigInteger, nullable=False, server_default="0"),
    # Of its claims (store/claims.py): the last day of one that is not sent, "-" when none is due, "" without any.
    Column("claim_on", Text, nullable=False, server_default=""),
    # What carriers' words may still add to this row: one that grows moves its neighbours to other pages, and each page
    # is encrypted anew.
    Column("room", LargeBinary, Computed(_ROOM, persisted=True)),
    Index("shipment_order", "order_id"),
    # Covers all that the grid filters and sorts by, so that it reads no row to leave it out: the first page comes from
    # it, and store/grid_columns.py is read from it. It serves the order of events, too (store/by_event.py): each word
    # of a carrier rewrites what stands in an index of its instant.
    Index("shipment_worst", text("severity DESC"), text(HAS_ENDED), "event_ms", *_ASKED),
    Index("shipment_number", "number"),
    Index("shipment_customer", "customer_key"),
    Index("shipment_promised", "promised_on"),
    Index("shipment_anomaly", "anomaly", sqlite_where=text("anomaly <> ''")),
    Index("shipment_triage", "triage", "anomaly", sqlite_where=text("triage <> ''")),
)

agenda = Table(
    # When the rules look at each shipment next. Apart from its row, which is wide, and without an index: a million of
    # these are read through in less time than ten thousand of them are moved about in one.
    "agenda",
    metadata,
    Column("row", Integer, primary_key=True),  # of the shipment
    Column("next_check_ms", BigInteger),
)

episode = Table(
    # Not folded: when a rule began and ceased to hold. Shadow rules have theirs.
    "episode",
    metadata,
    Column("shipment_id", _ID, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("opened_ms", BigInteger, primary_key=True),
    Column("severity", Integer, nullable=False),  # the worst it came to
    Column("shadow", Boolean, nullable=False),
    Column("closed_ms", BigInteger),
    Index("episode_opened", "opened_ms"),
    Index("episode_closed", "closed_ms", sqlite_where=text("closed_ms IS NOT NULL")),
    sqlite_with_rowid=False,
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
    Index("parcel_labelled", "labelled_ms"),
    Index("parcel_open", "carrier", "labelled_ms", sqlite_where=text("manifest = '' AND NOT voided")),
)

code = Table(
    # Database first, guess second: everything that can be scanned or typed and names one thing.
    "code",
    metadata,
    Column("code", Text, primary_key=True),
    Column("what", Text, primary_key=True),  # order | parcel | product | return
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

leg = Table(
    # Scans after which the clock of the forecast starts anew, and arrivals at pickup points.
    "leg",
    metadata,
    Column("row", Integer, primary_key=True),  # of the shipment
    Column("status", Text, primary_key=True),
    Column("at_ms", BigInteger, primary_key=True),
    sqlite_with_rowid=False,
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

claim = Table(
    # One line for each claim; all that is known of it is folded from its facts when it is shown.
    "claim",
    metadata,
    Column("claim_id", _ID, primary_key=True),
    Column("order_id", _ID, nullable=False),
    Column("shipment_id", _ID, nullable=False),
    Column("parcel_id", _ID, nullable=False),
    Column("carrier", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("opened_ms", BigInteger, nullable=False),
    Column("deadline_on", Date),
    Index("claim_order", "order_id"),
    Index("claim_shipment", "shipment_id"),
    sqlite_with_rowid=False,
)

warehouse = Table(
    # Not folded: local facts name no warehouse, the shared database does with each of them (sync/turn.py).
    "warehouse",
    metadata,
    Column("order_id", _ID, primary_key=True),
    Column("name", Text, nullable=False),
    Column("fact_id", Text, nullable=False),  # of the newest fact that a warehouse said
    sqlite_with_rowid=False,
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
