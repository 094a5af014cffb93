"""The tables of the journal file: what this station did, acknowledged only after fsync."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text, Uuid

metadata: Final = MetaData()
_ID: Final = Uuid(native_uuid=False)

fact = Table(
    "fact",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),  # the writer gives max + 1: gaps show
    Column("fact_id", _ID, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("station", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("order_id", _ID),
    Column("shipment_id", _ID),
    Column("parcel_id", _ID),
    Column("data", Text, nullable=False),
)

party = Table(
    # Personal data on its way to the main file; erased with it.
    "party",
    metadata,
    Column("order_id", _ID, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("data", Text, nullable=False),
)

effect = Table(
    "effect",
    metadata,
    Column("effect_id", _ID, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("order_id", _ID, nullable=False),
    Column("parcel_id", _ID, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
    Column("details", Text, nullable=False),
    Index("effect_key", "kind", "key", unique=True),
    Index("effect_state", "state"),
    Index("effect_parcel", "parcel_id"),
    Index("effect_order", "order_id"),
    Index("effect_changed", "changed_ms"),
)

label = Table(
    # The bytes that went to the printer, kept 30 days; `image` is the 1-bit picture we painted, if we did.
    "label",
    metadata,
    Column("parcel_id", _ID, primary_key=True),
    Column("made_ms", BigInteger, nullable=False),
    Column("format", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("image", LargeBinary, nullable=False),
    Column("codes", Text, nullable=False),
    Index("label_made", "made_ms"),
)

paper = Table(
    # What carriers gave beside a label: customs forms, manifests, proofs. Kept as long as the labels.
    "paper",
    metadata,
    Column("owner", Text, primary_key=True),  # hex of the parcel's id, or the manifest's
    Column("kind", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("made_ms", BigInteger, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

serial = Table(
    # Number ranges (SSCC). A number is used up before the intent that wants it: gaps, never twice.
    "serial",
    metadata,
    Column("name", Text, primary_key=True),
    Column("next", BigInteger, nullable=False),
)

meta = Table("meta", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))
