"""What a worker asks of the queue in the shared database, and what the ledger makes of jobs whose worker died."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, text

from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.job_queue import QueueState
from wismo_desk.errors import DeskError, SettingsProblem, SharedUnreachable
from wismo_desk.store.codec import dump, to_ms
from wismo_desk.store.notice_ledger import STOPPED
from wismo_desk.store.shared import FORBIDDEN, SharedDatabase
from wismo_desk.store.shared_jobs_step import newest_migration
from wismo_desk.store.shared_url import safe_url

RIGHTLESS: Final = (
    "The shared database answers, but its user {user} has no right to the queue of jobs, or none any more. End this "
    "worker, or have an administrator run {example} and start it again."
)
_GRANT: Final = "`wismo-desk db grant-station {} --worker`"
# What one may not enter is told as not there: undefined function, table, schema; and said plainly, forbidden.
_RIGHTLESS: Final = frozenset({"42883", "42P01", "3F000", FORBIDDEN})
SILENT: Final = timedelta(seconds=30)  # a worker that did not beat for so long is dead

# Through the catalogue: to name a table of a schema that one may not enter is an error.
_READY: Final = text(
    "SELECT m.value FROM wismo.meta AS m, pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
    " WHERE m.name = 'job_schema' AND n.nspname = 'wismo_jobs' AND c.relname = 'procrastinate_jobs'"
    " AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'DELETE')"
)
_LEFT: Final = text(
    "SELECT notice_id, due_ms <= :now AS is_due FROM wismo.notice"
    " WHERE tenant_id = :tenant AND state = 'pending' AND claim = '' AND notice_id = ANY(:notices)"
)
_PUT_BACK: Final = text(
    "SELECT wismo_jobs.put(tenant_id, notice_id, channel, due_ms) FROM wismo.notice"
    " WHERE tenant_id = :tenant AND state = 'pending' AND claim = '' AND notice_id = ANY(:notices) ORDER BY notice_id"
)
# By the clock of the worker that found them too early: where that goes slow, a job whose time has come by the server's
# would come back to it at once, and again.
_PUT_OFF: Final = text(
    "SELECT wismo_jobs.put(tenant_id, notice_id, channel, greatest(due_ms,"
    " CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint) + due_ms - :now)) FROM wismo.notice"
    " WHERE tenant_id = :tenant AND state = 'pending' AND claim = '' AND notice_id = ANY(:notices) ORDER BY notice_id"
)
_STALLED: Final = text("SELECT notice FROM wismo_jobs.end_stalled(:tenant, :silent) AS notice")
# Freed and due: the trigger puts the job. The dead worker's claim is gone, so even a sleeper that wakes sends nothing.
_LET_GO: Final = text(
    "UPDATE wismo.notice SET claim = '', claimed_by = '', due_ms = least(due_ms, :now)"
    " WHERE tenant_id = :tenant AND state = 'pending' AND claim <> '' AND notice_id = ANY(:notices)"
)
_BEGUN: Final = text(
    "SELECT notice_id, details FROM wismo.notice WHERE tenant_id = :tenant AND state = 'sending'"
    " AND notice_id = ANY(:notices) ORDER BY notice_id FOR UPDATE"
)
_DOUBT: Final = text(
    "UPDATE wismo.notice SET state = :state, changed_ms = :now, details = :details"
    " WHERE tenant_id = :tenant AND notice_id = :notice"
)
_FORGOTTEN: Final = text(
    "SELECT wismo_jobs.put(tenant_id, notice_id, channel, due_ms)"
    " FROM (SELECT tenant_id, notice_id, channel, due_ms FROM wismo.notice AS n"
    " WHERE tenant_id = :tenant AND state = 'pending' AND NOT EXISTS ("
    "   SELECT FROM wismo_jobs.procrastinate_jobs AS j"
    "   WHERE j.queueing_lock = n.tenant_id || ':' || n.notice_id AND j.status IN ('todo', 'doing'))"
    " ORDER BY due_ms LIMIT 5000 FOR UPDATE SKIP LOCKED) AS forgotten"
)
_STATE: Final = text("SELECT waiting, oldest, stalled FROM wismo.queue_state(:tenant, :silent)")
_HAS_STATE: Final = text("SELECT to_regprocedure('wismo.queue_state(integer,interval)') IS NOT NULL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """Jobs of dead workers, messages that they left in doubt, rows of the ledger that had no job and have one now."""

    stalled: int = 0
    in_doubt: int = 0
    deferred: int = 0


class SharedJobs:
    """Every call raises what SharedDatabase.begin does. Jobs are hints: the ledger says what is to be done."""

    def __init__(self, shared: SharedDatabase, *, silent: timedelta = SILENT) -> None:
        self._shared, self._silent = shared, silent

    def ready(self) -> bool:
        """Whether the queue is there, of our time, and this user may take jobs from it."""
        with self._shared.read() as db:
            known = db.scalar(_READY)
        return known is not None and str(known).partition("|")[0] >= newest_migration()

    def left(self, notices: Collection[UUID], now: datetime) -> frozenset[UUID]:
        """Those of these that wait still, are due, and that nobody has claimed. Those that are free and due later have
        their job at that time."""
        asked = {"tenant": self._shared.tenant, "notices": sorted(notices), "now": to_ms(now)}
        with self._shared.begin() as db:
            rows = db.execute(_LEFT, asked).all()
            later = sorted(row.notice_id for row in rows if not row.is_due)
            if later:
                db.execute(_PUT_OFF, {**asked, "notices": later})
        return frozenset(row.notice_id for row in rows if row.is_due)

    def put_back(self, notices: Collection[UUID]) -> None:
        """Jobs for those that are free: somebody else shall take them."""
        if notices:
            with self._shared.begin() as db:
                db.execute(_PUT_BACK, {"tenant": self._shared.tenant, "notices": sorted(notices)})

    def sweep(self, now: datetime) -> Swept:
        """Jobs whose worker died end, and the ledger says what follows: free again and queued anew, or, if the message
        was being sent, in doubt. What waits in the ledger and has no job gets one."""
        asked: dict[str, Any] = {"tenant": self._shared.tenant, "silent": self._silent, "now": to_ms(now)}
        with self._shared.begin() as db:
            dead = [row.notice for row in db.execute(_STALLED, asked)]
            asked["notices"] = sorted(notice for notice in dead if notice is not None)
            doubts = self._settle(db, asked) if asked["notices"] else 0
            deferred = sum(db.scalars(_FORGOTTEN, asked))
        return Swept(stalled=len(dead), in_doubt=doubts, deferred=deferred)

    def _settle(self, db: Connection, asked: dict[str, Any]) -> int:
        db.execute(_LET_GO, asked)
        begun: Sequence[Any] = db.execute(_BEGUN, asked).all()
        for row in begun:
            details = dump({**json.loads(row.details), "error": STOPPED})
            said = {"state": EffectState.IN_DOUBT.value, "notice": row.notice_id, "details": details}
            db.execute(_DOUBT, {**asked, **said})
        return len(begun)

    def state(self) -> QueueState | None:
        """None: the shared database has no queue."""
        with self._shared.read() as db:
            if not db.scalar(_HAS_STATE):
                return None
            row = db.execute(_STATE, {"tenant": self._shared.tenant, "silent": self._silent}).one()
        return QueueState(waiting=row.waiting, oldest=row.oldest or timedelta(), stalled=row.stalled)


def job_line(address: str, password: str) -> dict[str, Any]:
    """What psycopg needs for a line to the queue of the shared database at `address`. Raises SettingsProblem."""
    url, arguments = safe_url(address, password)
    _, named = url.get_dialect()().create_connect_args(url)
    more = {"options": f"{arguments['options']} -c search_path=wismo_jobs,pg_catalog"}
    return {**named, **arguments, **more, "application_name": "wismo-desk worker"}


def is_of_line(error: Exception) -> bool:
    """Whether it says that the line broke, where the queue does not wrap it."""
    import psycopg

    return isinstance(error, psycopg.Error | OSError)


def trouble_of(error: Exception, user: str) -> DeskError:
    """What the world did to a worker at the queue as `user`: the line is lost, or its rights are."""
    cause = error.__cause__ or error
    raw = str(cause).strip().split("\n")[0]
    if getattr(cause, "sqlstate", None) in _RIGHTLESS:
        return SettingsProblem(RIGHTLESS, user=user, example=_GRANT.format(user), field="shared", raw=raw)
    return SharedUnreachable(
        "The shared database does not answer. The desk goes on and catches up by itself.", raw=raw
    )


def twice_of(error: BaseException | None) -> str | None:
    """The index that says a job is queued already, None for any other error."""
    import psycopg

    return error.diag.constraint_name if isinstance(error, psycopg.errors.UniqueViolation) else None
