"""A station's own role: enough for its work, and nothing of another tenant, whatever it tries."""

from __future__ import annotations

import io
from argparse import Namespace
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from postgres_cluster import PASSWORD, Cluster
from sqlalchemy import text
from two_desks import Desk, settle

from wismo_desk.app.station_users import administer
from wismo_desk.cli.options import parse
from wismo_desk.errors import BadInput, DeskError, Refused, SettingsProblem, SharedUnfit
from wismo_desk.settings import Settings
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_guard import GROUP
from wismo_desk.store.shared_schema import EPOCH, STEPS
from wismo_desk.store.shared_station import grant_station, revoke_station
from wismo_desk.words import Words

GUARDED = ("fact", "party", "lease", "notice", "serial", "station")
FOREIGN = UUID(int=2)
Login = Callable[..., SharedDatabase]


class Place:
    """A database of an administrator who may make roles and is no superuser, as a hosted one is."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self.cluster, self.name = cluster, name
        self.opened: list[SharedDatabase] = []
        self.admin = self.login("keeper")

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        return self.cluster.sql(self.name, statement)

    def login(self, role: str, password: str = "", **more: object) -> SharedDatabase:
        """Over TCP with a password, else over the socket, which asks for none."""
        url = self.cluster.url(self.name) if password else self.cluster.socket_url(self.name)
        url = url.replace("desk@", f"{role}@")
        self.opened.append(SharedDatabase.open(url, password, **more))  # type: ignore[arg-type]  # tenant, warehouse
        return self.opened[-1]

    def grant(self, role: str, *, tenant: int = 1, warehouse: str = "", **more: object) -> str:
        admin = self.login("keeper", tenant=tenant, warehouse=warehouse)
        return grant_station(admin, role, **more).password  # type: ignore[arg-type]  # password, new_password


@pytest.fixture
def place(cluster: Cluster, database: str) -> Iterator[Place]:
    cluster.sql("postgres", f"DO $$ BEGIN CREATE ROLE keeper LOGIN CREATEROLE PASSWORD '{PASSWORD}';"
                " EXCEPTION WHEN duplicate_object THEN NULL; END $$")  # fmt: skip
    cluster.sql("postgres", f"ALTER DATABASE {database} OWNER TO keeper")
    made = Place(cluster, database)
    made.admin.upgrade()
    yield made
    for line in made.opened:
        line.close()
    for role in made.sql("SELECT role FROM wismo.station_role"):
        made.sql(f'DROP OWNED BY "{role[0]}"')
        made.sql(f'DROP ROLE "{role[0]}"')


@pytest.fixture
def two_tenants(place: Place, desks: Callable[[str], Desk]) -> Place:
    """Tenant 2 has a row in every table; `one` is a station of tenant 1 with an order of its own."""
    place.grant("one")
    place.grant("two", tenant=2)
    theirs = desks("Theirs")
    sync = theirs.sync(place.login("two", tenant=2))
    order = theirs.take_in("2001", who="Zoé Tanneur")
    sync.confirm(order)
    settle(sync)
    place.sql("INSERT INTO wismo.notice SELECT 2, gen_random_uuid(), 'k', gen_random_uuid(), gen_random_uuid(),"
              " '2001', 'shipped', 'email', 0, 'pending', 0, 0, 0, 0, 0, '', '', '{}'")  # fmt: skip
    mine = desks("Mine")
    sync = mine.sync(place.login("one"))
    sync.confirm(mine.take_in("1001"))
    settle(sync)
    place.sql("INSERT INTO wismo.notice SELECT 1, gen_random_uuid(), 'k', gen_random_uuid(), gen_random_uuid(),"
              " '1001', 'shipped', 'email', 0, 'pending', 0, 0, 0, 0, 0, '', '', '{}'")  # fmt: skip
    for table in GUARDED:
        assert place.sql(f"SELECT DISTINCT tenant_id FROM wismo.{table} ORDER BY 1") == [(1,), (2,)], table
    return place


def everything(place: Place) -> dict[str, list[tuple[object, ...]]]:
    return {
        name: sorted(place.sql(f"SELECT t::text FROM wismo.{name} AS t"))
        for name in (*GUARDED, "station_role")
    }


def seen(line: SharedDatabase, table: str) -> set[int]:
    with line.read() as db:
        return set(db.scalars(text(f"SELECT tenant_id FROM wismo.{table}")))


def test_a_station_sees_its_own_tenant_only(two_tenants: Place) -> None:
    one, two = two_tenants.login("one"), two_tenants.login("two")
    for table in GUARDED:
        assert (seen(one, table), seen(two, table)) == ({1}, {2}), table
        two_tenants.sql(
            f"ALTER TABLE wismo.{table} DISABLE ROW LEVEL SECURITY"
        )  # the naive twin: rights alone
        assert seen(one, table) == {1, 2}, table


# Several statements are told apart by two semicolons.
ATTACKS = {
    "see all": "SELECT 1 / count(*) FROM wismo.{table} WHERE tenant_id = 2",
    "move mine to them": "UPDATE wismo.{table} SET tenant_id = 2",
    "take theirs": "UPDATE wismo.{table} SET tenant_id = 1 WHERE tenant_id = 2",
    "wipe theirs": "DELETE FROM wismo.{table} WHERE tenant_id = 2",
    "wipe all": "TRUNCATE wismo.{table}",
    "lock theirs": "SELECT 1 / count(*) FROM (SELECT FROM wismo.{table} WHERE tenant_id = 2 FOR UPDATE) AS t",
    "lift the guard": "ALTER TABLE wismo.{table} DISABLE ROW LEVEL SECURITY",
    "another policy": "CREATE POLICY all_of_it ON wismo.{table} USING (true)",
    "a rule": "CREATE RULE r AS ON INSERT TO wismo.{table} DO ALSO NOTIFY x",
    "past the guard": "SET row_security = off ;; SELECT 1 / count(*) FROM wismo.{table} WHERE tenant_id = 2",
    "as the group": f"SET ROLE {GROUP} ;; SELECT 1 / count(*) FROM wismo.{{table}}",
    "as the owner": "SET ROLE keeper ;; SELECT * FROM wismo.{table}",
    "as the other": "SET ROLE two ;; SELECT * FROM wismo.{table}",
    "as another session": "SET SESSION AUTHORIZATION two ;; SELECT * FROM wismo.{table}",
    "a setting": "SET wismo.tenant = '2' ;; SELECT 1 / count(*) FROM wismo.{table} WHERE tenant_id = 2",
    "a false function": "CREATE FUNCTION pg_temp.tenant_of(name) RETURNS int LANGUAGE sql AS 'SELECT 2' ;;"
    " SET search_path = pg_temp, wismo ;; SELECT 1 / count(*) FROM wismo.{table} WHERE tenant_id = 2",
    "a leaking function": "CREATE FUNCTION pg_temp.tell(int) RETURNS bool COST 0.0001 LANGUAGE plpgsql AS"
    " 'BEGIN RETURN $1 = 2; END' ;; SELECT 1 / count(*) FROM wismo.{table} WHERE pg_temp.tell(tenant_id)",
}


def test_no_statement_reaches_another_tenant(two_tenants: Place) -> None:
    """Each is refused, or finds and changes nothing (a division by the nought that it finds)."""
    before = everything(two_tenants)
    for attack, statements in ATTACKS.items():
        for table in GUARDED:
            line = two_tenants.login("one")
            outcome = attempt(line, statements.format(table=table))
            assert outcome in ("refused", "nothing"), (attack, table, outcome)
            line.close()  # what it set for the session goes with it
    assert everything(two_tenants) == before


def test_the_attacks_work_where_nothing_guards(two_tenants: Place) -> None:
    """The naive twin: the same statements as somebody whom the rules do not hold."""
    two_tenants.sql("ALTER ROLE one BYPASSRLS")
    works = {
        attack
        for attack, statements in ATTACKS.items()
        if attempt(two_tenants.login("one"), statements.format(table="lease"), keep=False) == "done"
    }
    assert works >= {"see all", "move mine to them", "take theirs", "wipe theirs", "lock theirs", "past the guard",
                     "a setting", "a false function", "a leaking function"}  # fmt: skip


class Undone(Exception):
    """Takes a transaction back."""


def attempt(line: SharedDatabase, statements: str, *, keep: bool = True) -> str:
    """refused, nothing (no row found or changed), done, or an error of another kind."""
    *first, last = statements.split(" ;; ")
    outcome = ""
    try:
        with line.begin() as db:
            for statement in first:
                db.exec_driver_sql(statement)
            outcome = "nothing" if db.exec_driver_sql(last).rowcount == 0 else "done"
            if not keep:
                raise Undone
    except SettingsProblem:
        return "refused"
    except Undone:
        return outcome
    except Exception as error:
        raw = str(error.__cause__ or error)
        return "nothing" if "division by zero" in raw else "refused" if "row-level security" in raw else raw
    return outcome


INSERTS = {
    "fact": "(tenant_id, fact_id, warehouse, kind, at_ms, station, by, data, journal_id)"
    " VALUES ({tenant}, '{id}', '', 'item_scanned', 0, 'x', '', '{{}}', 'j')",
    "party": "(tenant_id, order_id, warehouse, data, said) VALUES ({tenant}, '{id}', '', '{{}}', '')",
    "lease": "(tenant_id, order_id, holder, station, until) VALUES ({tenant}, '{id}', 'h', 's', now())",
    "serial": "(tenant_id, name, next) VALUES ({tenant}, '{id}', 1)",
    "station": "(tenant_id, journal_id, name) VALUES ({tenant}, '{id}', 'x')",
    "notice": "SELECT {tenant}, '{id}', '{id}', '{id}', '{id}', '', '', '', 0, '', 0, 0, 0, 0, 0, '', '', '{{}}'",
}


def test_nothing_is_said_in_anothers_name(two_tenants: Place) -> None:
    line = two_tenants.login("one")
    for table in GUARDED:
        insert = f"INSERT INTO wismo.{table} {INSERTS[table]}"
        assert attempt(line, insert.format(tenant=2, id=FOREIGN)) == "refused", table
        assert attempt(line, insert.format(tenant=1, id=FOREIGN)) == "done", table
        again = insert.format(tenant=2, id=FOREIGN) + " ON CONFLICT DO NOTHING"
        assert attempt(line, again) == "refused", table


def test_what_happened_is_not_changed_by_its_own_station_either(two_tenants: Place) -> None:
    line, before = two_tenants.login("one"), everything(two_tenants)
    for statement in (
        "UPDATE wismo.fact SET data = '{}'",
        "DELETE FROM wismo.fact",
        "INSERT INTO wismo.fact (tenant_id, fact_id, warehouse, kind, at_ms, station, by, data, journal_id,"
        " changed_txid) VALUES (1, gen_random_uuid(), '', 'x', 0, '', '', '{}', '', '1')",  # hidden from the feed
        "SELECT * FROM wismo.station_role",
        "UPDATE wismo.station_role SET tenant_id = 2",
        "UPDATE wismo.meta SET value = '9'",
        "CREATE TABLE wismo.mine (a int)",
        "DELETE FROM wismo.notice",
    ):
        assert attempt(line, statement) == "refused", statement
    assert (
        attempt(two_tenants.admin, "UPDATE wismo.fact SET data = '{}'") == "nothing"
    )  # the owner sees no way
    assert attempt(two_tenants.admin, "DELETE FROM wismo.fact") == "nothing"
    assert everything(two_tenants) == before


def test_nobody_learns_another_stations_tenant(two_tenants: Place) -> None:
    with two_tenants.login("one").read() as db:
        asked = [db.scalar(text(f"SELECT wismo.tenant_of('{role}')")) for role in ("one", "two", "keeper")]
    assert asked == [1, None, None]


def test_two_benches_work_with_roles_of_their_own(place: Place, desks: Callable[[str], Desk]) -> None:
    a, b = desks("A"), desks("B")
    one = a.sync(place.login("bench_a", place.grant("bench_a")))
    two = b.sync(place.login("bench_b", place.grant("bench_b")))
    order = a.take_in("1001")
    settle(one, two)
    b.scan(order)
    settle(one, two)
    assert a.ids() == b.ids() and len(a.ids()) == 2


def test_a_warehouses_station_says_and_sees_its_own(place: Place, desks: Callable[[str], Desk]) -> None:
    place.grant("lyon", warehouse="lyon")
    place.grant("head")
    lyon, head = desks("Lyon"), desks("Head")
    one = lyon.sync(place.login("lyon", warehouse="lyon"))
    two = head.sync(place.login("head"))
    order = lyon.take_in("1001")
    head.take_in("1002")
    settle(one, two)
    assert head.store.read.order(order) is not None and len(lyon.ids()) == 1
    line = place.login("lyon")
    with line.read() as db:
        assert set(db.scalars(text("SELECT warehouse FROM wismo.fact"))) == {"lyon"}
    for warehouse in ("", "lille"):
        insert = f"INSERT INTO wismo.fact {INSERTS['fact']}".replace("'', 'item", f"'{warehouse}', 'item", 1)
        assert attempt(line, insert.format(tenant=1, id=FOREIGN)) == "refused"


def test_settings_that_name_another_tenant_are_told(place: Place) -> None:
    place.grant("lyon", tenant=3, warehouse="lyon")
    with pytest.raises(SettingsProblem) as told:
        place.login("lyon").check()
    assert told.value.field == "tenant" and "3" in str(told.value)
    with pytest.raises(SettingsProblem) as told:
        place.login("lyon", tenant=3).check()
    assert told.value.field == "warehouse"
    assert place.login("lyon", tenant=3, warehouse="lyon").check().epoch == EPOCH


def test_a_user_without_a_tenant_is_told_what_to_do(place: Place, desks: Callable[[str], Desk]) -> None:
    place.grant("stray")
    place.sql("DELETE FROM wismo.station_role")
    error = desks("A").sync(place.login("stray"), meet=False).turn().error
    assert isinstance(error, SettingsProblem) and "grant-station" in str(error)
    place.grant("stray")


def test_a_password_is_made_once_and_kept(place: Place) -> None:
    first = place.grant("poste_2")
    assert len(first) > 20 and place.login("poste_2", first).check()
    assert place.grant("poste_2") == ""  # granted again it keeps its own
    assert place.login("poste_2", first).check()
    fresh = place.grant("poste_2", new_password=True)
    assert fresh != first and place.login("poste_2", fresh).check()
    with pytest.raises(SettingsProblem):
        place.login("poste_2", first).check()
    assert place.grant("poste_2", password="said by the boss") == "said by the boss"
    assert place.login("poste_2", "said by the boss").check()


def test_whom_no_station_may_be(place: Place) -> None:
    place.sql("CREATE ROLE shopkeeper LOGIN")
    before = everything(place)
    for name, kind in (("keeper", Refused), ("admin", Refused), ("shopkeeper", Refused), (GROUP, BadInput),
                       ("pg_monitor", BadInput), ("Poste 2", BadInput), ('x"; DROP', BadInput)):  # fmt: skip
        with pytest.raises(kind):
            grant_station(place.admin, name)
    with pytest.raises(BadInput):
        grant_station(place.admin, "short", password="short")
    with pytest.raises(Refused):
        revoke_station(place.admin, "keeper")
    assert everything(place) == before
    place.sql("DROP ROLE shopkeeper")


def test_a_station_cannot_make_stations(place: Place) -> None:
    place.grant("one")
    with pytest.raises(DeskError):
        grant_station(place.login("one", tenant=2), "one")
    with pytest.raises(DeskError):
        revoke_station(place.login("one"), "one")


def test_a_revoked_station_sees_nothing_on_an_open_line(two_tenants: Place) -> None:
    line = two_tenants.login("one")
    with line.begin() as db:
        assert db.scalar(text("SELECT count(*) FROM wismo.fact"))
    assert revoke_station(two_tenants.admin, "one")
    with pytest.raises(SettingsProblem), line.begin() as db:
        db.execute(text("SELECT count(*) FROM wismo.fact"))
    assert not two_tenants.sql("SELECT 1 FROM pg_roles WHERE rolname = 'one'")
    with pytest.raises(Refused):
        revoke_station(two_tenants.admin, "one")


def test_a_role_that_something_hangs_on_loses_its_login(place: Place) -> None:
    place.grant("one")
    place.sql("CREATE TABLE elsewhere (a int); ALTER TABLE elsewhere OWNER TO one")
    assert not revoke_station(place.admin, "one")
    assert place.sql("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'one'") == [(False,)]
    assert not place.sql(
        f"SELECT 1 FROM pg_auth_members WHERE member = 'one'::regrole AND roleid = '{GROUP}'::regrole"
    )
    place.sql("DROP TABLE elsewhere; DROP ROLE one")


# Databases and programs of two times


def made_by_hand(cluster: Cluster, database: str, steps: int) -> None:
    """What an earlier version's `db upgrade` left, and the rights that its README asked for."""
    line = SharedDatabase.open(cluster.socket_url(database))
    with line.begin() as db:
        db.exec_driver_sql("CREATE SCHEMA wismo")
        for step in STEPS[:steps]:
            for statement in step:
                db.exec_driver_sql(statement)
        db.exec_driver_sql(f"INSERT INTO wismo.meta VALUES ('schema_epoch', '{steps}'), ('database_id', 'd'),"
                           " ('min_client_version', '0.1.0')")  # fmt: skip
    line.close()
    for statement in (
        "DO $$ BEGIN CREATE ROLE byhand LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
        "GRANT USAGE ON SCHEMA wismo TO byhand",
        "GRANT SELECT ON wismo.meta TO byhand",
        "GRANT SELECT, INSERT ON wismo.fact TO byhand",
        "GRANT SELECT, INSERT, UPDATE ON wismo.party, wismo.station, wismo.notice, wismo.serial TO byhand",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON wismo.lease TO byhand",
    ):
        cluster.sql(database, statement)


@pytest.fixture
def earlier(cluster: Cluster, database: str) -> Iterator[str]:
    """A database of the version before roles; `desk` owns it, `byhand` was given rights."""
    made_by_hand(cluster, database, 3)
    yield database
    cluster.sql(database, "DROP OWNED BY byhand")


def test_this_desk_works_with_the_tables_before(
    cluster: Cluster, earlier: str, open_shared: Login, desks: Callable[[str], Desk]
) -> None:
    a, b = desks("A"), desks("B")
    one, two = a.sync(open_shared()), b.sync(open_shared())
    a.take_in("1001")
    settle(one, two)
    assert a.ids() == b.ids() and a.ids()
    cluster.sql(earlier, "UPDATE wismo.meta SET value = '2' WHERE name = 'schema_epoch'")
    assert isinstance(desks("C").sync(open_shared(), meet=False).turn().error, SharedUnfit)


def test_who_worked_before_the_upgrade_works_after_it(
    cluster: Cluster, earlier: str, open_shared: Login, desks: Callable[[str], Desk]
) -> None:
    """The owner's user at one desk, a role with the rights of an older README at the other: also on open lines."""
    a, b = desks("A"), desks("B")
    by_hand = SharedDatabase.open(cluster.socket_url(earlier).replace("desk@", "byhand@"))
    one, two = a.sync(open_shared()), b.sync(by_hand)
    order = a.take_in("1001")
    settle(one, two)
    assert open_shared().upgrade() == EPOCH
    b.scan(order)
    settle(one, two)
    a.scan(order)
    settle(one, two)
    assert a.ids() == b.ids() and len(a.ids()) == 3
    assert cluster.sql(earlier, "SELECT role, tenant_id FROM wismo.station_role") == [("byhand", None)]
    # Given its tenant, it is like any station.
    admin = SharedDatabase.open(cluster.socket_url(earlier).replace("desk@", "admin@"), tenant=1)
    assert grant_station(admin, "byhand").password == ""
    a.scan(order)
    settle(one, two)
    assert a.ids() == b.ids()
    assert attempt(by_hand, "DELETE FROM wismo.fact") == "refused"
    assert not cluster.sql(earlier, "SELECT FROM pg_class WHERE relnamespace = 'wismo'::regnamespace AND"
                           " 'byhand' = ANY (SELECT grantee::regrole::text FROM aclexplode(relacl))")  # fmt: skip
    cluster.sql(earlier, "DELETE FROM wismo.station_role")
    admin.close()
    by_hand.close()


def test_an_upgrade_renews_what_stations_may(cluster: Cluster, earlier: str, open_shared: Login) -> None:
    """A step may bring tables, or make one anew: the group has its rights on them afterwards."""
    cluster.sql(
        earlier, f"DO $$ BEGIN CREATE ROLE {GROUP}; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    )
    cluster.sql(earlier, f"GRANT USAGE ON SCHEMA wismo TO {GROUP}")
    assert open_shared().upgrade() == EPOCH
    assert cluster.sql(
        earlier,
        f"SELECT has_column_privilege('{GROUP}', 'wismo.fact', 'data', 'INSERT'),"
        f" has_table_privilege('{GROUP}', 'wismo.fact', 'UPDATE'),"
        f" has_table_privilege('{GROUP}', 'wismo.meta', 'SELECT')",
    ) == [(True, False, True)]


def test_the_feed_reads_by_its_index_behind_the_guard(two_tenants: Place) -> None:
    """A rule that hides rows may keep an index from being used: here it does not."""
    place = two_tenants
    place.sql("INSERT INTO wismo.fact (tenant_id, fact_id, warehouse, kind, at_ms, station, by, data, journal_id)"
              " SELECT 1, gen_random_uuid(), '', 'item_scanned', 0, 'x', '', '{}', 'j'"
              " FROM generate_series(1, 20000)")  # fmt: skip
    place.sql("ANALYZE wismo.fact")
    with place.login("one").read() as db:
        plan = "\n".join(db.scalars(text(
            "EXPLAIN SELECT fact_id FROM wismo.fact WHERE tenant_id = 1 AND ('' = '' OR warehouse = '')"
            " AND (changed_txid, fact_id) > ('3'::xid8, '00000000-0000-0000-0000-000000000000'::uuid)"
            " ORDER BY changed_txid, fact_id LIMIT 2000")))  # fmt: skip
    assert "Seq Scan" not in plan and "Sort  (" not in plan and "_changed" in plan, plan
    assert "ROW(changed_txid, fact_id) >" in plan.partition("Index Cond")[2].partition("\n")[0], plan


# The command


def run(place: Place, *line: str, typed: str = "", monkeypatch: pytest.MonkeyPatch) -> list[str]:
    said: list[str] = []
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    monkeypatch.setenv("WISMO_DESK_SHARED_PASSWORD", PASSWORD)
    url = place.cluster.url(place.name).replace("desk@", "keeper@")
    options: Namespace = parse(["--language", "en", "db", *line, "--url", url])
    administer(options, Settings(tenant=4), Words("en"), said.append)
    return said


def test_the_command_prints_a_password_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    said = run(place, "grant-station", "poste_3", "--warehouse", "lyon", monkeypatch=monkeypatch)
    assert said[:2] == ["poste_3 is a station of tenant 4.", "It sees the warehouse lyon only."]
    made = said[2].removeprefix("Password: ")
    assert place.login("poste_3", made, tenant=4, warehouse="lyon").check()
    again = run(place, "grant-station", "poste_3", "--tenant", "5", monkeypatch=monkeypatch)
    assert again == ["poste_3 is a station of tenant 5."]
    own = "chosen by the boss"
    said = run(
        place, "grant-station", "poste_3", "--password-from-stdin", typed=f"{own}\n", monkeypatch=monkeypatch
    )
    assert not any(own in line for line in said) and place.login("poste_3", own, tenant=4).check()
    said = run(place, "revoke-station", "poste_3", monkeypatch=monkeypatch)
    assert said == ["poste_3 sees nothing of the shared database any more."]


def test_a_password_is_in_no_statement(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the server logs of a statement, and pg_stat_activity shows, is a hash."""
    heard: list[str] = []
    from sqlalchemy import event

    event.listen(
        place.admin._engine, "before_cursor_execute", lambda *said: heard.append(f"{said[2]} {said[3]}")
    )
    made = grant_station(place.admin, "quiet").password
    assert made and any("SCRAM-SHA-256$" in said for said in heard)
    assert not any(made in said for said in heard)
