"""The table of customer notices: one shape in the journal file and, by tenant, in the shared database."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text, UniqueConstraint, Uuid


def notice_table(*, shared: bool) -> Table:
    """A table of its own, not rows of `effect`: there are several notices to each label, and no parcel."""
    tenant = [Column("tenant_id", Integer, primary_key=True)] if shared else []
    first = ["tenant_id"] if shared else []
    return Table(
        "notice",
        MetaData(),
        *tenant,
        Column("notice_id", Uuid(), primary_key=True),
        Column("key", Text, nullable=False),
        Column("shipment_id", Uuid(), nullable=False),
        Column("order_id", Uuid(), nullable=False),
        Column("order_number", Text, nullable=False),
        Column("milestone", Text, nullable=False),
        Column("channel", Text, nullable=False),
        Column("cycle", Integer, nullable=False),
        Column("state", Text, nullable=False),
        Column("created_ms", BigInteger, nullable=False),
        Column("changed_ms", BigInteger, nullable=False),
        Column("due_ms", BigInteger, nullable=False),
        Column("expires_ms", BigInteger, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("claimed_by", Text, nullable=False),
        Column("claim", Text, nullable=False),
        Column("details", Text, nullable=False),
        UniqueConstraint(*first, "key", name="notice_key"),
        Index("notice_due", *first, "state", "due_ms"),
        Index("notice_order", *first, "order_id"),
        Index("notice_changed", *first, "changed_ms"),
        schema="wismo" if shared else None,
    )


# What `wismo-desk db upgrade` runs for it (shared_schema.STEPS): never changed once released.
SHARED_STEP: Final = (
    """CREATE TABLE wismo.notice (
        tenant_id integer NOT NULL, notice_id uuid NOT NULL, key text NOT NULL,
        shipment_id uuid NOT NULL, order_id uuid NOT NULL, order_number text NOT NULL,
        milestone text NOT NULL, channel text NOT NULL, cycle integer NOT NULL, state text NOT NULL,
        created_ms bigint NOT NULL, changed_ms bigint NOT NULL, due_ms bigint NOT NULL,
        expires_ms bigint NOT NULL, attempts integer NOT NULL,
        claimed_by text NOT NULL, claim text NOT NULL, details text NOT NULL,
        PRIMARY KEY (tenant_id, notice_id), CONSTRAINT notice_key UNIQUE (tenant_id, key))""",
    "CREATE INDEX notice_due ON wismo.notice (tenant_id, state, due_ms)",
    "CREATE INDEX notice_order ON wismo.notice (tenant_id, order_id)",
    "CREATE INDEX notice_changed ON wismo.notice (tenant_id, changed_ms)",
)
