"""The queue in the shared database: procrastinate's tables in a schema of their own, filled by the ledger itself.

Whoever writes a row of `wismo.notice` writes its job in the same transaction, on the same connection: a trigger calls
procrastinate's versioned function. So a station needs no right on the queue, and a desk of any version feeds it.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from sqlalchemy import Connection, text

WORKERS: Final = "wismo_worker"  # whose members may take jobs, of their own tenant
TELL: Final = "wismo.tell"  # the task that every job of a notice names
_OURS: Final = 1  # of the statements below: raise it with any change of them
_KNOWN: Final = "job_schema"  # in wismo.meta: procrastinate's newest migration, and _OURS

# A queue is named by tenant and channel; what keeps a job from being queued twice is the ledger's id.
_STATEMENTS: Final = (
    # Only whoever holds the lock of the ledger's row puts its job, so two can hardly meet here; if they do, one job
    # is enough.
    """CREATE OR REPLACE FUNCTION wismo_jobs.put(tenant integer, notice uuid, channel text, due_ms bigint)
        RETURNS boolean LANGUAGE plpgsql SET search_path = wismo_jobs, pg_catalog, pg_temp AS $$
        DECLARE
            due timestamptz := to_timestamp(due_ms / 1000.0);
            key text := tenant || ':' || notice;
        BEGIN
            IF due <= now() THEN due := NULL; END IF;
            UPDATE procrastinate_jobs SET scheduled_at = due
                WHERE queueing_lock = key AND status = 'todo' AND scheduled_at IS DISTINCT FROM due;
            PERFORM 1 FROM procrastinate_jobs WHERE queueing_lock = key AND status = 'todo';
            IF FOUND THEN RETURN false; END IF;
            PERFORM procrastinate_defer_jobs_v1(ARRAY[ROW(tenant || '.' || channel, 'wismo.tell', 0, NULL, key,
                jsonb_build_object('notice', notice), due)::procrastinate_job_to_defer_v1]);
            RETURN true;
        EXCEPTION WHEN unique_violation THEN RETURN false;
        END $$""",
    # A batch of new rows at once. No `lock` by order: procrastinate would hold today's message behind a reminder
    # of the same order that is due in three days.
    """CREATE OR REPLACE FUNCTION wismo_jobs.notices_came() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = wismo_jobs, pg_catalog, pg_temp AS $$
        BEGIN
            PERFORM procrastinate_defer_jobs_v1(array_agg(ROW(f.tenant_id || '.' || f.channel, 'wismo.tell', 0, NULL,
                    f.tenant_id || ':' || f.notice_id, jsonb_build_object('notice', f.notice_id),
                    CASE WHEN to_timestamp(f.due_ms / 1000.0) > now() THEN to_timestamp(f.due_ms / 1000.0) END
                )::procrastinate_job_to_defer_v1 ORDER BY f.due_ms, f.created_ms, f.notice_id))
            FROM fresh AS f
            WHERE f.state = 'pending' AND f.claim = '' AND NOT EXISTS (SELECT FROM procrastinate_jobs AS j
                WHERE j.queueing_lock = f.tenant_id || ':' || f.notice_id AND j.status = 'todo')
            HAVING count(*) > 0;
            RETURN NULL;
        END $$""",
    # Free again: its job is there, at its time. Begun or ended, by whomever: nobody need come for it any more.
    """CREATE OR REPLACE FUNCTION wismo_jobs.notice_moved() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = wismo_jobs, pg_catalog, pg_temp AS $$
        BEGIN
            IF NEW.state = 'pending' THEN
                PERFORM put(NEW.tenant_id, NEW.notice_id, NEW.channel, NEW.due_ms);
            ELSE
                DELETE FROM procrastinate_jobs
                WHERE queueing_lock = NEW.tenant_id || ':' || NEW.notice_id AND status = 'todo';
            END IF;
            RETURN NULL;
        END $$""",
    # Jobs of workers that were not heard of for so long end, whatever they were; returns the notices they named.
    """CREATE OR REPLACE FUNCTION wismo_jobs.end_stalled(tenant integer, silent interval) RETURNS SETOF uuid
        LANGUAGE sql SET search_path = wismo_jobs, pg_catalog, pg_temp AS $$
            DELETE FROM procrastinate_jobs AS j
            WHERE j.status = 'doing' AND split_part(j.queue_name, '.', 1) = tenant::text
                AND NOT EXISTS (SELECT FROM procrastinate_workers AS w
                    WHERE w.id = j.worker_id AND w.last_heartbeat >= now() - silent)
            RETURNING (j.args ->> 'notice')::uuid
        $$""",
    "DROP TRIGGER IF EXISTS jobs_came ON wismo.notice",
    """CREATE TRIGGER jobs_came AFTER INSERT ON wismo.notice REFERENCING NEW TABLE AS fresh
        FOR EACH STATEMENT EXECUTE FUNCTION wismo_jobs.notices_came()""",
    "DROP TRIGGER IF EXISTS jobs_moved ON wismo.notice",
    """CREATE TRIGGER jobs_moved AFTER UPDATE ON wismo.notice FOR EACH ROW
        WHEN ((NEW.state <> 'pending' AND OLD.state <> NEW.state) OR (NEW.state = 'pending' AND NEW.claim = ''
            AND (OLD.state <> NEW.state OR OLD.claim <> '' OR OLD.due_ms <> NEW.due_ms)))
        EXECUTE FUNCTION wismo_jobs.notice_moved()""",
    # What a supervisor may know of it, counts of one's own tenant only: stations do not read the queue.
    """CREATE OR REPLACE FUNCTION wismo.queue_state(tenant integer, silent interval,
            OUT waiting bigint, OUT oldest interval, OUT stalled bigint)
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
            SELECT count(*) FILTER (WHERE due),
                clock_timestamp() - min(coalesce(scheduled_at, since)) FILTER (WHERE due),
                count(*) FILTER (WHERE status = 'doing' AND (heard IS NULL OR heard < now() - silent))
            FROM (SELECT j.status, j.scheduled_at, w.last_heartbeat AS heard,
                    j.status = 'todo' AND coalesce(j.scheduled_at <= now(), true) AS due,
                    (SELECT max(e.at) FROM wismo_jobs.procrastinate_events AS e
                        WHERE e.job_id = j.id AND e.type IN ('deferred', 'deferred_for_retry')) AS since
                FROM wismo_jobs.procrastinate_jobs AS j
                LEFT JOIN wismo_jobs.procrastinate_workers AS w ON w.id = j.worker_id
                WHERE split_part(j.queue_name, '.', 1) = tenant::text AND j.status IN ('todo', 'doing')
                    AND (wismo.tenant_of(session_user) = tenant OR wismo.is_keeper(session_user))) AS found
        $$""",
    # The tables beside it hold heartbeats and times, nothing of a tenant; and what a job says is a hint only: the
    # ledger, which has its own policies, decides.
    "ALTER TABLE wismo_jobs.procrastinate_jobs ENABLE ROW LEVEL SECURITY",
    "DROP POLICY IF EXISTS mine ON wismo_jobs.procrastinate_jobs",
    """CREATE POLICY mine ON wismo_jobs.procrastinate_jobs USING (
        split_part(queue_name, '.', 1) = (SELECT wismo.tenant_of(current_user))::text
        OR (SELECT wismo.is_keeper(current_user)))""",
    "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA wismo_jobs FROM PUBLIC",
)
# All that a worker may do beside what a station may.
WORKER_RIGHTS: Final = (
    f"GRANT USAGE ON SCHEMA wismo_jobs TO {WORKERS}",
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA wismo_jobs TO {WORKERS}",
    f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA wismo_jobs TO {WORKERS}",
    f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA wismo_jobs TO {WORKERS}",
)


def lay_jobs(connection: Connection) -> None:
    """Make the queue, or bring it to the form that this program's procrastinate wants: its own SQL as it is
    installed, then ours. Part of an upgrade's transaction; nothing when it is so already."""
    newest = newest_migration()
    known = str(
        connection.scalar(text("SELECT value FROM wismo.meta WHERE name = :name"), {"name": _KNOWN}) or ""
    )
    theirs, _, ours = known.partition("|")
    if known and theirs >= newest and int(ours or 0) >= _OURS:
        return
    before = connection.scalar(text("SHOW search_path"))
    connection.exec_driver_sql("CREATE SCHEMA IF NOT EXISTS wismo_jobs")
    connection.exec_driver_sql("SET LOCAL search_path TO wismo_jobs, pg_catalog")
    for script in _scripts(after=theirs):
        # No parameters: only so does the server take several statements at once.
        connection.exec_driver_sql(script, execution_options={"no_parameters": True})
    for statement in _STATEMENTS:
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
    if has_role(connection, WORKERS):
        for statement in WORKER_RIGHTS:
            connection.exec_driver_sql(statement)
    connection.execute(text("SELECT set_config('search_path', :before, true)"), {"before": before})
    put = "INSERT INTO wismo.meta VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    connection.execute(text(put), {"name": _KNOWN, "value": f"{max(newest, theirs)}|{_OURS}"})


def has_role(connection: Connection, role: str) -> bool:
    return connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}) is not None


def newest_migration() -> str:
    """The name of the last file that procrastinate's schema contains, as it is installed here."""
    return max(_migrations())


def _migrations() -> list[str]:
    found = files("procrastinate.sql").joinpath("migrations").iterdir()
    return sorted(each.name for each in found if each.name.endswith(".sql"))


def _scripts(*, after: str) -> list[str]:
    """The whole schema where there is none yet, else what came since that migration."""
    sql = files("procrastinate.sql")
    if not after:
        return [sql.joinpath("schema.sql").read_text(encoding="utf-8")]
    folder = sql.joinpath("migrations")
    return [folder.joinpath(name).read_text(encoding="utf-8") for name in _migrations() if name > after]
