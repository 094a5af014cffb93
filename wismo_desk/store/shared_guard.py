"""Who may see and say what in the shared database: row-level security bound to the role that is logged in.

A station's role belongs to one tenant, which `wismo.station_role` says and no station can read or change. A setting
of the session would not do: anybody may change it.
"""

from __future__ import annotations

from typing import Final

GROUP: Final = "wismo_station"  # every station's role is a member and has no right of its own

_DEFINER: Final = "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
# In brackets, so that each is asked once a statement and not once a row.
_KEEPER: Final = "(SELECT wismo.is_keeper(current_user))"
_TENANT: Final = "tenant_id = (SELECT wismo.tenant_of(current_user))"
_WAREHOUSE: Final = "(SELECT wismo.warehouse_of(current_user)) IN ('', warehouse)"
_MINE: Final = f"({_TENANT}) OR {_KEEPER}"
# Recipients are not kept apart by warehouse: two that read the same order of their shop write the same row.
_MINE_HERE: Final = f"({_TENANT} AND {_WAREHOUSE}) OR {_KEEPER}"
_CHANGEABLE: Final = ("party", "lease", "notice", "serial", "station")


def _asked(head: str, body: str) -> str:
    """Answers only of roles that the session could be anyway: nobody learns another's tenant."""
    return f"CREATE FUNCTION wismo.{head} {_DEFINER} AS $$ {body} $$"


# What `wismo-desk db upgrade` runs for it (shared_schema.STEPS): never changed once released.
GUARD_STEP: Final = (
    # A role without a tenant is not limited to one: those that were given rights before there was this table.
    """CREATE TABLE wismo.station_role (
        role name PRIMARY KEY, tenant_id integer, warehouse text NOT NULL DEFAULT '',
        granted_at timestamptz NOT NULL DEFAULT clock_timestamp())""",
    """INSERT INTO wismo.station_role (role)
        SELECT DISTINCT r.rolname FROM pg_class AS t, aclexplode(t.relacl) AS given, pg_roles AS r
        WHERE t.oid = 'wismo.fact'::regclass AND r.oid = given.grantee AND r.oid <> t.relowner
            AND r.rolname <> 'wismo_station'""",
    _asked(
        "tenant_of(who name) RETURNS integer",
        "SELECT tenant_id FROM wismo.station_role WHERE role = who AND pg_has_role(session_user, who, 'MEMBER')",
    ),
    _asked(
        "warehouse_of(who name) RETURNS text",
        "SELECT warehouse FROM wismo.station_role WHERE role = who AND pg_has_role(session_user, who, 'MEMBER')",
    ),
    _asked(
        "is_keeper(who name) RETURNS boolean",
        """SELECT pg_has_role(session_user, who, 'MEMBER') AND (
            pg_has_role(who, (SELECT relowner FROM pg_class WHERE oid = 'wismo.fact'::regclass), 'USAGE')
            OR EXISTS (SELECT FROM wismo.station_role AS s JOIN pg_roles AS r ON r.rolname = s.role
                WHERE s.tenant_id IS NULL AND pg_has_role(who, r.oid, 'USAGE')))""",
    ),
    "ALTER TABLE wismo.station_role ENABLE ROW LEVEL SECURITY",  # no policy: only its owner's functions read it
    *(
        f"ALTER TABLE wismo.{table} {verb} ROW LEVEL SECURITY"
        for table in ("fact", *_CHANGEABLE)
        for verb in ("ENABLE", "FORCE")
    ),
    # No policy for UPDATE and DELETE: what happened is not changed by anybody, the owner included.
    f"CREATE POLICY mine_to_see ON wismo.fact FOR SELECT USING ({_MINE_HERE})",
    f"CREATE POLICY mine_to_say ON wismo.fact FOR INSERT WITH CHECK ({_MINE_HERE})",
    *(f"CREATE POLICY mine ON wismo.{table} USING ({_MINE}) WITH CHECK ({_MINE})" for table in _CHANGEABLE),
)

_FACT: Final = (
    'tenant_id, fact_id, warehouse, kind, at_ms, station, "by", order_id, shipment_id, parcel_id, data,'
    " journal_id"
)
# All that a station may do. When a fact came in and where the feed shows it is the database's to say.
RIGHTS: Final = (
    f"REVOKE ALL ON ALL TABLES IN SCHEMA wismo FROM {GROUP}",
    f"GRANT USAGE ON SCHEMA wismo TO {GROUP}",
    f"GRANT SELECT ON wismo.meta, wismo.fact TO {GROUP}",
    f"GRANT INSERT ({_FACT}) ON wismo.fact TO {GROUP}",
    f"GRANT SELECT, INSERT, UPDATE ON wismo.party, wismo.station, wismo.notice, wismo.serial TO {GROUP}",
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON wismo.lease TO {GROUP}",
)
