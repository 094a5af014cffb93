"""Stations' own roles in the shared database: made, changed and taken back by an administrator's command."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from wismo_desk.errors import BadInput, Refused
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_guard import GROUP, RIGHTS
from wismo_desk.store.shared_jobs_step import WORKER_RIGHTS, WORKERS
from wismo_desk.store.shared_schema import LOCK

_NAME: Final = re.compile("[a-z_][a-z0-9_]{0,62}")
_SHORTEST: Final = 12
_SCRAM: Final = re.compile(r"SCRAM-SHA-256\$[0-9]+:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+")
_MORE: Final = text(
    "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls OR pg_has_role(oid,"
    " (SELECT relowner FROM pg_class WHERE oid = 'wismo.fact'::regclass), 'MEMBER') FROM pg_roles WHERE rolname = :role"
)
_OURS: Final = text(
    "SELECT EXISTS (SELECT FROM wismo.station_role WHERE role = :role) OR EXISTS (SELECT FROM pg_auth_members AS m"
    " JOIN pg_roles AS g ON g.oid = m.roleid JOIN pg_roles AS r ON r.oid = m.member"
    " WHERE g.rolname = :group AND r.rolname = :role)"
)
_PUT: Final = text(
    "INSERT INTO wismo.station_role (role, tenant_id, warehouse) VALUES (:role, :tenant, :warehouse)"
    " ON CONFLICT (role) DO UPDATE SET tenant_id = excluded.tenant_id, warehouse = excluded.warehouse"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """`password` is empty when the role keeps the one it has. It is written nowhere: say it once."""

    role: str
    tenant: int
    warehouse: str
    password: str = ""


def grant_station(
    shared: SharedDatabase, role: str, *, password: str = "", new_password: bool = False, worker: bool = False
) -> Granted:
    """A login role with a station's rights in the tenant and warehouse of `shared`, made or changed. A new role
    gets `password`, or one that is made up; one that exists keeps its own unless either is asked for. `worker`: it may
    take jobs from the queue, too. Raises BadInput, Refused, and what SharedDatabase.begin does."""
    _check_name(role)
    if password and len(password) < _SHORTEST:
        raise BadInput(
            "The password is too short: {count} signs at least.", count=_SHORTEST, field="password"
        )
    with shared.begin(as_owner=True) as db:
        db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        is_new = _may_be_station(db, role)
        if is_new:
            db.exec_driver_sql(f'CREATE ROLE "{role}"')
        if is_new or new_password:
            password = password or secrets.token_urlsafe(24)
        secret = f" PASSWORD '{_scrambled(db, role, password)}'" if password else ""
        db.exec_driver_sql(f'ALTER ROLE "{role}" LOGIN INHERIT{secret}')
        _make_group(db)
        db.exec_driver_sql(
            f'REVOKE ALL ON ALL TABLES IN SCHEMA wismo FROM "{role}"'
        )  # README once asked for some
        db.exec_driver_sql(f'GRANT {GROUP} TO "{role}"')
        _let_work(db, role, worker=worker)
        _let_connect(db, role)
        db.execute(_PUT, {"role": role, "tenant": shared.tenant, "warehouse": shared.warehouse})
    return Granted(role=role, tenant=shared.tenant, warehouse=shared.warehouse, password=password)


def revoke_station(shared: SharedDatabase, role: str) -> bool:
    """From now on it sees nothing, also on a line that is open, and cannot come back. Whether the role is gone
    from the server: one that something else hangs on stays, without a login. Raises BadInput, Refused."""
    _check_name(role)
    with shared.begin(as_owner=True) as db:
        if not db.scalar(_OURS, {"role": role, "group": GROUP}):
            raise Refused("No station has the user {role} in the shared database.", role=role)
        db.execute(text("DELETE FROM wismo.station_role WHERE role = :role"), {"role": role})
        if db.scalar(_MORE, {"role": role}) is None:
            return True
        db.exec_driver_sql(f'REVOKE ALL ON ALL TABLES IN SCHEMA wismo FROM "{role}"')
        if _exists(db, GROUP):
            db.exec_driver_sql(f'REVOKE {GROUP} FROM "{role}"')
        _let_work(db, role, worker=False)
        db.exec_driver_sql(f'ALTER ROLE "{role}" NOLOGIN')
        try:
            with db.begin_nested():
                db.exec_driver_sql(f'DROP ROLE "{role}"')
        except DBAPIError:
            return False
    return True


def _check_name(role: str) -> None:
    if not _NAME.fullmatch(role) or role.startswith("pg_") or role in (GROUP, WORKERS):
        raise BadInput(
            "A station's user is named with small letters, digits and underscores, such as {example}.",
            example="poste_2",
            field="name",
        )


def _may_be_station(db: Connection, role: str) -> bool:
    """Whether it is to be made. Raises Refused for a role that is, or may do, something else."""
    more = db.scalar(_MORE, {"role": role})
    if more is None:
        return True
    if more or not db.scalar(_OURS, {"role": role, "group": GROUP}):
        raise Refused(
            "The database has a user {role} already that is no station's. Choose another name.", role=role
        )
    return False


def _exists(db: Connection, role: str) -> bool:
    return db.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}) is not None


def _make_group(db: Connection) -> None:
    if not _exists(db, GROUP):
        db.exec_driver_sql(f"CREATE ROLE {GROUP} NOLOGIN")
    for statement in RIGHTS:
        db.exec_driver_sql(statement)


def _let_work(db: Connection, role: str, *, worker: bool) -> None:
    """A worker's rights on the queue, or none."""
    if worker:
        if not _exists(db, WORKERS):
            db.exec_driver_sql(f"CREATE ROLE {WORKERS} NOLOGIN")
        for statement in WORKER_RIGHTS:
            db.exec_driver_sql(statement)
        db.exec_driver_sql(f'GRANT {WORKERS} TO "{role}"')
    elif _exists(db, WORKERS):
        db.exec_driver_sql(f'REVOKE {WORKERS} FROM "{role}"')


def _let_connect(db: Connection, role: str) -> None:
    """Everybody may connect to a database, unless its owner has taken that back."""
    if not db.scalar(
        text("SELECT has_database_privilege(:role, current_database(), 'CONNECT')"), {"role": role}
    ):
        name = db.scalar(text("SELECT quote_ident(current_database())"))
        db.exec_driver_sql(f"GRANT CONNECT ON DATABASE {name} TO {GROUP}")


def _scrambled(db: Connection, role: str, password: str) -> str:
    """What the server keeps of it, made here: the password itself is in no statement and in no log."""
    raw: Any = db.connection.driver_connection
    made = str(raw.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode())
    if not _SCRAM.fullmatch(made):
        raise ValueError("not a SCRAM verifier")
    return made
