"""The tables of the shared database, made and updated step by step by an administrator's command.

Columns are only ever added, with defaults, so that desks of two versions work side by side.
"""

from __future__ import annotations

from typing import Final
from uuid import uuid4

from sqlalchemy import Connection, text

from wismo_desk.errors import SharedUnfit
from wismo_desk.store.notice_table import SHARED_STEP as _NOTICES
from wismo_desk.store.shared_archive_step import ARCHIVE_STEP
from wismo_desk.store.shared_guard import GROUP, GUARD_STEP, RIGHTS
from wismo_desk.store.shared_jobs_step import lay_jobs
from wismo_desk.store.shared_partition import PARTITION_STEP, make_months
from wismo_desk.store.shared_swift_step import SWIFT_STEP

LOCK: Final = 0x5749534D  # "WISM": one upgrade at a time in this database

_FIRST: Final = (
    "CREATE TABLE wismo.meta (name text PRIMARY KEY, value text NOT NULL)",
    # `journal_id` and `seq` say who brought a fact first; `changed_txid` is the feed (pull by watermark).
    """CREATE TABLE wismo.fact (
        tenant_id integer NOT NULL, fact_id uuid NOT NULL, warehouse text NOT NULL, kind text NOT NULL,
        at_ms bigint NOT NULL, station text NOT NULL, "by" text NOT NULL,
        order_id uuid, shipment_id uuid, parcel_id uuid, data text NOT NULL, journal_id text NOT NULL,
        received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        changed_txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        PRIMARY KEY (tenant_id, fact_id))""",
    "CREATE INDEX fact_changed ON wismo.fact (tenant_id, changed_txid, fact_id)",
    # Personal data: the only table that holds it. `said` is the hex id of the fact it came with.
    """CREATE TABLE wismo.party (
        tenant_id integer NOT NULL, order_id uuid NOT NULL, warehouse text NOT NULL, data text NOT NULL,
        said text NOT NULL, changed_txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        PRIMARY KEY (tenant_id, order_id))""",
    "CREATE INDEX party_changed ON wismo.party (tenant_id, changed_txid, order_id)",
    """CREATE TABLE wismo.lease (
        tenant_id integer NOT NULL, order_id uuid NOT NULL, holder text NOT NULL, station text NOT NULL,
        until timestamptz NOT NULL, PRIMARY KEY (tenant_id, order_id))""",
    # How far each journal has come: what was pushed last, so that a copied journal is noticed.
    """CREATE TABLE wismo.station (
        tenant_id integer NOT NULL, journal_id text NOT NULL, name text NOT NULL,
        acked_seq bigint NOT NULL DEFAULT 0, acked_fact uuid,
        joined_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        last_seen timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (tenant_id, journal_id))""",
)
# Numbers given out in blocks (shared_serial): the first of the next block.
_SERIALS: Final = (
    """CREATE TABLE wismo.serial (
        tenant_id integer NOT NULL, name text NOT NULL, next bigint NOT NULL, PRIMARY KEY (tenant_id, name))""",
)
# One tuple of statements per epoch, appended and never changed. `min_client_version` rises only with a step
# that older desks cannot live with.
STEPS: Final[tuple[tuple[str, ...], ...]] = (
    _FIRST,
    _NOTICES,
    _SERIALS,
    GUARD_STEP,
    PARTITION_STEP,
    ARCHIVE_STEP,
    SWIFT_STEP,
)
EPOCH: Final = len(STEPS)
NEEDED: Final = 3  # a desk of this version works with tables from this epoch on
GUARDED: Final = 4  # from here on each role has its tenant
ARCHIVED: Final = 6  # from here on there is an archive to ask
MIN_CLIENT: Final = "0.1.0"


def upgrade(connection: Connection) -> int:
    """Run the steps that are missing, all or none; returns the epoch. A newer database is left as it is."""
    connection.execute(text("SET LOCAL lock_timeout = '3s'"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    _check_server(connection)
    epoch = 0
    if connection.scalar(text("SELECT to_regclass('wismo.meta')")) is not None:
        said = connection.scalar(text("SELECT value FROM wismo.meta WHERE name = 'schema_epoch'"))
        epoch = int(said or 0)
    if epoch >= EPOCH:
        if epoch == EPOCH:
            make_months(connection)
            lay_jobs(connection)
        return epoch
    connection.execute(text("CREATE SCHEMA IF NOT EXISTS wismo"))
    for step in STEPS[epoch:]:
        for statement in step:
            connection.exec_driver_sql(statement)
    make_months(connection)
    _renew_rights(connection)
    rows = [
        {"name": "schema_epoch", "value": str(EPOCH)},
        {"name": "min_client_version", "value": MIN_CLIENT},
    ]
    put = "INSERT INTO wismo.meta VALUES (:name, :value) ON CONFLICT (name) DO "
    connection.execute(text(put + "UPDATE SET value = excluded.value"), rows)
    connection.execute(text(put + "NOTHING"), {"name": "database_id", "value": uuid4().hex})
    lay_jobs(connection)
    return EPOCH


def _renew_rights(connection: Connection) -> None:
    """A step may bring tables: stations that have their roles here get what they need of them."""
    there = "SELECT has_schema_privilege(oid, 'wismo', 'USAGE') FROM pg_roles WHERE rolname = :group"
    if connection.scalar(text(there), {"group": GROUP}):
        for statement in RIGHTS:
            connection.exec_driver_sql(statement)


def _check_server(connection: Connection) -> None:
    version = int(connection.scalar(text("SHOW server_version_num")) or 0)
    if version < 130000:
        raise SharedUnfit("The shared database needs PostgreSQL 13 or newer.", raw=str(version))
    encoding = str(connection.scalar(text("SHOW server_encoding")))
    if encoding != "UTF8":
        raise SharedUnfit(
            "The shared database stores text as {encoding}. Make one with the encoding UTF8.",
            encoding=encoding,
        )
