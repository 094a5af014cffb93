"""The shared facts by month: new ones are written to small tables and indexes, and an old month leaves in a moment.

Ids are time-ordered (UUIDv7 and v8), so the range of a month is a range of ids, and `(tenant_id, fact_id)` stays one
key over all of them.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

_AHEAD: Final = 24  # months; what comes still later, or from a clock that is years off, goes into `fact_rest`

# What `wismo-desk db upgrade` runs for it (shared_schema.STEPS): never changed once released. The table of before
# becomes the first partition as it is: no row moves, but for those of a clock that is ahead. (%% is how the driver
# writes %.)
PARTITION_STEP: Final = (
    """CREATE FUNCTION wismo.first_id(moment timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
        SELECT (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid $$""",
    """DO $$
    DECLARE given record; keeper name; ends timestamptz;
    BEGIN
        SELECT relowner::regrole::name INTO keeper FROM pg_class WHERE oid = 'wismo.fact'::regclass;
        ALTER TABLE wismo.fact RENAME TO fact_before;
        ALTER INDEX wismo.fact_pkey RENAME TO fact_before_pkey;
        ALTER INDEX wismo.fact_changed RENAME TO fact_before_changed;
        CREATE TABLE wismo.fact (LIKE wismo.fact_before INCLUDING DEFAULTS, PRIMARY KEY (tenant_id, fact_id))
            PARTITION BY RANGE (fact_id);
        CREATE INDEX fact_changed ON wismo.fact (tenant_id, changed_txid, fact_id);
        EXECUTE format('ALTER TABLE wismo.fact OWNER TO %%I', keeper);
        CREATE TABLE wismo.fact_rest PARTITION OF wismo.fact DEFAULT;
        ALTER TABLE wismo.fact_before NO FORCE ROW LEVEL SECURITY;
        ends := date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' + interval '1 month';
        WITH early AS (DELETE FROM wismo.fact_before WHERE fact_id >= wismo.first_id(ends) RETURNING *)
            INSERT INTO wismo.fact_rest SELECT * FROM early;
        EXECUTE format('ALTER TABLE wismo.fact ATTACH PARTITION wismo.fact_before FOR VALUES FROM (MINVALUE) TO (%%L)',
            wismo.first_id(ends));
        FOR given IN
            SELECT r.rolname, string_agg(DISTINCT g.privilege_type, ', ') AS rights
            FROM pg_class AS t, aclexplode(t.relacl) AS g, pg_roles AS r
            WHERE t.oid = 'wismo.fact_before'::regclass AND r.oid = g.grantee AND r.oid <> t.relowner
                AND r.rolname <> 'wismo_station'
            GROUP BY r.rolname
        LOOP
            EXECUTE format('GRANT %%s ON wismo.fact TO %%I', given.rights, given.rolname);
            EXECUTE format('REVOKE ALL ON wismo.fact_before FROM %%I', given.rolname);
        END LOOP;
    END $$""",
    """DO $$
    DECLARE rule record;
    BEGIN
        FOR rule IN SELECT policyname, cmd, qual, with_check FROM pg_policies
            WHERE schemaname = 'wismo' AND tablename = 'fact_before'
        LOOP
            EXECUTE format('CREATE POLICY %%I ON wismo.fact FOR %%s%%s%%s', rule.policyname, rule.cmd,
                ' USING (' || rule.qual || ')', ' WITH CHECK (' || rule.with_check || ')');
        END LOOP;
        ALTER TABLE wismo.fact ENABLE ROW LEVEL SECURITY;
        ALTER TABLE wismo.fact FORCE ROW LEVEL SECURITY;
    END $$""",
)

# A month that `fact_rest` already has rows of takes them over.
_MONTHS: Final = """DO $$
DECLARE begins timestamptz; ends timestamptz; called text; last_bound text;
BEGIN
    SELECT max(substring(pg_get_expr(c.relpartbound, c.oid) FROM $x$TO \\('([^']+)'\\)$x$)) INTO last_bound
        FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid WHERE i.inhparent = 'wismo.fact'::regclass;
    begins := to_timestamp(('x' || lpad(substr(replace(last_bound, '-', ''), 1, 12), 16, '0'))::bit(64)::bigint
        / 1000.0);
    WHILE begins < now() + interval '{ahead} months' LOOP
        ends := (date_trunc('month', begins AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
        called := 'fact_' || to_char(begins AT TIME ZONE 'UTC', 'YYYY_MM');
        EXECUTE format('CREATE TABLE wismo.%%I (LIKE wismo.fact INCLUDING DEFAULTS)', called);
        EXECUTE format('WITH early AS (DELETE FROM wismo.fact_rest WHERE fact_id >= %%L AND fact_id < %%L RETURNING *)
            INSERT INTO wismo.%%I SELECT * FROM early', wismo.first_id(begins), wismo.first_id(ends), called);
        EXECUTE format('ALTER TABLE wismo.fact ATTACH PARTITION wismo.%%I FOR VALUES FROM (%%L) TO (%%L)', called,
            wismo.first_id(begins), wismo.first_id(ends));
        begins := ends;
    END LOOP;
END $$"""


def make_months(connection: Connection, *, ahead: int = _AHEAD) -> None:
    """Tables for the months to come, as far as they are missing. An administrator's, at each `db upgrade`."""
    connection.exec_driver_sql(_MONTHS.replace("{ahead}", str(ahead)))
