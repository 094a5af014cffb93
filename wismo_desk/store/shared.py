"""The PostgreSQL that the desks of one warehouse share: opened, checked, and its errors told in words.

Only `sync`, `notices` and the archive search come here; windows and benches read their own files.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from wismo_desk import __version__
from wismo_desk.errors import SettingsProblem, SharedUnfit, SharedUnreachable
from wismo_desk.resources import status_tables
from wismo_desk.store.shared_codes import FOLD_ON, RETIRE, put_codes
from wismo_desk.store.shared_listen import Hints
from wismo_desk.store.shared_said import Refusal, refusal_of
from wismo_desk.store.shared_schema import EPOCH, GUARDED, NEEDED, upgrade
from wismo_desk.store.shared_url import safe_url

_PIECE: Final = 500  # orders folded in one transaction of an upgrade
_NO_TABLES: Final = {"42P01", "3F000", "42703"}  # undefined table, schema, column
FORBIDDEN: Final = "42501"  # insufficient_privilege
OWNERS_ALONE: Final = (
    "Only the user who owns the tables of the shared database may do that; to give desks users of their own, it needs "
    "CREATEROLE, too. Name it in the address behind --url: {example}."
)
_OWNER: Final = "postgresql+psycopg://OWNER@HOST/DATABASE"
NOT_ALLOWED: Final = (
    "The shared database does not allow this desk to do that. Have an administrator run `wismo-desk db "
    "grant-station` for its user."
)
WRONG_USER: Final = (
    "The shared database refused the user of this desk: there is none of this name, it may not log in, or its "
    "password is wrong. Check the user in the address, and the password."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Who answered: the id that `upgrade` gave this database."""

    database_id: str
    epoch: int
    at: datetime  # by the server's clock


class SharedDatabase:
    """One engine with few connections. Nothing is sent before it is used. A broken piece of work is safe to
    do again as a whole; `sync` does."""

    def __init__(self, engine: Engine, *, tenant: int, warehouse: str) -> None:
        self._engine = engine
        self.tenant = tenant
        self.warehouse = warehouse
        self._broke_at = float("-inf")
        event.listen(engine, "connect", _born)
        event.listen(engine, "checkout", self._trust)

    @classmethod
    def open(cls, url: str, password: str = "", *, tenant: int = 1, warehouse: str = "") -> SharedDatabase:
        """`password` comes from the keyring. Raises SettingsProblem when the URL is unsafe or unreadable."""
        safe, arguments = safe_url(url, password)
        engine = create_engine(
            safe,
            connect_args=arguments,
            pool_size=2,
            max_overflow=2,
            pool_timeout=10,
            pool_recycle=1800,
            pool_logging_name="shared",
        )
        # A dead line is told once, in words; the pool would write a traceback for each connection it drops.
        logging.getLogger(f"sqlalchemy.pool.impl.{type(engine.pool).__name__}.shared").setLevel(
            logging.CRITICAL
        )
        return cls(engine, tenant=tenant, warehouse=warehouse)

    @contextmanager
    def begin(self, *, as_owner: bool = False) -> Iterator[Connection]:
        """One transaction. Raises SharedUnreachable, SharedUnfit or SettingsProblem for what the world did;
        after SharedUnreachable the commit may have happened or not. `as_owner`: what is done needs the owner's user."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except (DBAPIError, PoolTimeout) as error:
            raise _told(error, as_owner=as_owner) from error

    @contextmanager
    def read(self, *, as_owner: bool = False) -> Iterator[Connection]:
        """Statements that each see what is committed when they start. Raises as `begin` does."""
        try:
            with self._engine.connect() as connection:
                yield connection.execution_options(isolation_level="AUTOCOMMIT")
        except (DBAPIError, PoolTimeout) as error:
            raise _told(error, as_owner=as_owner) from error

    def check(self) -> Contact:
        """Raises SharedUnfit when this desk and the tables are of different times."""
        with self.read() as connection:
            rows = connection.execute(text("SELECT name, value FROM wismo.meta"))
            known = {str(row.name): str(row.value) for row in rows}
            at = connection.scalar(text("SELECT clock_timestamp()"))
        epoch = int(known.get("schema_epoch", 0))
        if epoch < NEEDED:
            raise SharedUnfit(
                "The shared database is older than this desk. Run `wismo-desk db upgrade` once, on any desk."
            )
        if _version(known.get("min_client_version", "0")) > _version(__version__):
            raise SharedUnfit(
                "This desk ({version}) is too old for the shared database. Update it; until then it goes on "
                "alone and loses nothing.",
                version=__version__,
            )
        if epoch >= GUARDED:
            self._check_tenant()
        return Contact(database_id=known["database_id"], epoch=epoch, at=at)

    def _check_tenant(self) -> None:
        """A station whose settings name another tenant than its role has would see nothing, and not know why."""
        asked = (
            "SELECT wismo.tenant_of(current_user) AS tenant, wismo.warehouse_of(current_user) AS warehouse"
        )
        with self.read() as connection:
            mine = connection.execute(text(asked)).one()
        if mine.tenant is not None and mine.tenant != self.tenant:
            raise SettingsProblem(
                "This desk's user of the shared database belongs to tenant {theirs}; station.toml says {ours}. Correct "
                "`tenant` there.",
                theirs=mine.tenant,
                ours=self.tenant,
                field="tenant",
            )
        if mine.warehouse and not self.warehouse:
            raise SettingsProblem(
                "This desk's user of the shared database belongs to the warehouse {theirs}; station.toml names none. "
                "Write {line} there.",
                theirs=mine.warehouse,
                line=f'warehouse = "{mine.warehouse}"',
                field="warehouse",
            )
        if mine.warehouse and mine.warehouse != self.warehouse:
            raise SettingsProblem(
                "This desk's user of the shared database belongs to the warehouse {theirs}; station.toml says "
                "“{ours}”. Correct `warehouse` there.",
                theirs=mine.warehouse,
                ours=self.warehouse,
                field="warehouse",
            )

    def upgrade(self) -> int:
        """Make or update the tables and fold the archive as far as it is behind, which desks go on with when this is
        broken off; returns their epoch. An administrator's, never a station's at start."""
        with self.begin(as_owner=True) as connection:
            epoch = upgrade(connection)
            if epoch == EPOCH:
                put_codes(connection, status_tables())
        if epoch == EPOCH:
            with self.read(as_owner=True) as connection:
                tenants = list(connection.scalars(text("SELECT tenant_id FROM wismo.refold")))
            for tenant in tenants:
                while self.fold_on(_PIECE, tenant=tenant):
                    pass
        return epoch

    def fold_on(self, most: int, *, tenant: int = 0) -> int:
        """One piece of the pass that an upgrade or a merchant's mapping wants; 0 when there is none, or when another
        desk is at it. `tenant`: this desk's by default."""
        with self.begin() as connection:
            return int(connection.scalar(FOLD_ON, {"tenant": tenant or self.tenant, "most": most}) or 0)

    def retire(self, before: datetime, most: int) -> int:
        """Forget who received orders that are closed and were last heard of before then; returns of how many."""
        with self.begin() as connection:
            asked = {"tenant": self.tenant, "before": int(before.timestamp() * 1000), "most": most}
            return int(connection.scalar(RETIRE, asked) or 0)

    def listen(self) -> Hints:
        """A connection of its own that hears other desks' hints."""
        try:
            return Hints(self._engine, self.tenant)
        except (DBAPIError, PoolTimeout) as error:
            raise _told(error) from error

    def reset(self) -> None:
        """After the line broke no connection of before is trusted: each is closed when it is asked for. (To
        dispose of them all would leave those that another thread uses just now to the garbage collector.)"""
        self._broke_at = time.monotonic()

    def _trust(self, _connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
        if record.info["born"] <= self._broke_at:
            raise DisconnectionError

    def close(self) -> None:
        self._engine.dispose()


def _born(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info["born"] = time.monotonic()


def upgrade_shared(url: str, password: str = "") -> int:
    """`wismo-desk db upgrade`: returns the epoch the tables now have. Raises the errors of SharedDatabase."""
    shared = SharedDatabase.open(url, password)
    try:
        return shared.upgrade()
    finally:
        shared.close()


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:3] if part.isdigit())


def _told(error: DBAPIError | PoolTimeout, *, as_owner: bool = False) -> Exception:
    """What the world did, in a sentence; what is our own bug as it is."""
    raw = str(getattr(error, "orig", "") or error).strip().split("\n")[0]
    state = getattr(getattr(error, "orig", None), "sqlstate", None) or ""
    if state in _NO_TABLES:
        return SharedUnfit(
            "The shared database has no tables of this program yet. Run `wismo-desk db upgrade` once, on any "
            "desk.",
            raw=raw,
        )
    if state == FORBIDDEN and as_owner:
        return SettingsProblem(OWNERS_ALONE, example=_OWNER, field="shared", raw=raw)
    if state == FORBIDDEN:
        return SettingsProblem(NOT_ALLOWED, field="shared", raw=raw)
    pgconn = getattr(getattr(error, "orig", None), "pgconn", None)
    refusal = refusal_of(raw, state, needs_password=bool(getattr(pgconn, "needs_password", False)))
    if refusal is Refusal.UNSAFE:
        return SettingsProblem(
            "The shared database cannot be reached safely: its certificate is not the right one. Check its name, "
            "and the file of authorities (sslrootcert) in its address.",
            field="shared",
            raw=raw,
        )
    if refusal is Refusal.USER:
        return SettingsProblem(WRONG_USER, field="shared", raw=raw)
    if refusal is Refusal.UNCLEAR:
        return SettingsProblem(
            "The shared database refused this desk. Check its address, the user and the password.",
            field="shared",
            raw=raw,
        )
    if isinstance(error, OperationalError | InterfaceError | PoolTimeout) or error.connection_invalidated:
        return SharedUnreachable(
            "The shared database does not answer. The desk goes on and catches up by itself.", raw=raw
        )
    return error
