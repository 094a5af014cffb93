"""When the archive of the shared database is folded, and who may ask it: triggers, the pass over old facts, search."""

from __future__ import annotations

from typing import Final

from wismo_desk.domain.status import CODE_SCOPE
from wismo_desk.store.shared_fold import BY_INDEX, FOLD_STEP, FOLDED, in_list
from wismo_desk.store.shared_plain import filled

_DEFINER: Final = "SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
_NIL: Final = "'00000000-0000-0000-0000-000000000000'"

# What a merchant says a code means, from facts in the table {source}; the latest word and the first one are kept.
_MAPPED: Final = filled(
    """INSERT INTO wismo.reading AS r
        (tenant_id, warehouse, carrier, code, piece, said, first_said, status, reason, is_scan)
    SELECT DISTINCT ON (tenant_id, warehouse, key) tenant_id, warehouse, key ->> 0, key ->> 1, key ->> 2,
        replace(fact_id::text, '-', ''),
        min(replace(fact_id::text, '-', '') COLLATE "C") OVER (PARTITION BY tenant_id, warehouse, key),
        v ->> 'status', coalesce(v ->> 'reason', ''), coalesce(v ->> 'is_scan', 'true') NOT IN ('false', '0', '')
    FROM (SELECT f.tenant_id, f.warehouse, f.fact_id, (d ->> 'key')::jsonb AS key, d -> 'value' AS v
        FROM {source} AS f CROSS JOIN LATERAL wismo.read_json(f.data) AS d
        WHERE f.kind = 'value_set' AND strpos(f.data, '{scope}') > 0 AND d ->> 'scope' = '{scope}') AS x
    ORDER BY tenant_id, warehouse, key, fact_id DESC
    ON CONFLICT (carrier, code, tenant_id, warehouse, piece, place) DO UPDATE SET
        said = greatest(r.said COLLATE "C", excluded.said COLLATE "C"),
        first_said = least(r.first_said COLLATE "C", excluded.first_said COLLATE "C"),
        status = CASE WHEN excluded.said COLLATE "C" > r.said COLLATE "C" THEN excluded.status ELSE r.status END,
        reason = CASE WHEN excluded.said COLLATE "C" > r.said COLLATE "C" THEN excluded.reason ELSE r.reason END,
        is_scan = CASE WHEN excluded.said COLLATE "C" > r.said COLLATE "C" THEN excluded.is_scan ELSE r.is_scan END""",
    scope=CODE_SCOPE,
)

UNKEPT: Final = "deadlock_detected OR serialization_failure OR lock_not_available OR insufficient_resources"
# What cannot be folded together is folded by itself; what cannot even then is noted. Said again by shared_swift_step.
ALONE: Final = """EXCEPTION WHEN {unkept} THEN
    RAISE;
WHEN OTHERS THEN
    FOREACH one IN ARRAY wanted LOOP
        BEGIN
            PERFORM wismo.fold({one});
        EXCEPTION WHEN {unkept} THEN
            RAISE;
        WHEN OTHERS THEN
            INSERT INTO wismo.unfolded (tenant_id, warehouse, shipment_id, error) VALUES (mine, here, one, SQLERRM)
                ON CONFLICT (tenant_id, warehouse, shipment_id) DO UPDATE SET error = excluded.error;
        END;
    END LOOP;
END $$"""
_TRY: Final = filled(
    """CREATE FUNCTION wismo.try_fold(mine integer, here text, wanted uuid[]) RETURNS void LANGUAGE plpgsql
    {definer} AS $$
DECLARE one uuid;
BEGIN
    PERFORM wismo.fold(mine, here, wanted);
    DELETE FROM wismo.unfolded AS u WHERE u.tenant_id = mine AND u.warehouse = here AND u.shipment_id = ANY(wanted);
{alone}""",
    definer=_DEFINER,
    alone=ALONE,
    one="mine, here, ARRAY[one]",
    unkept=UNKEPT,
)

_TRIGGERS: Final = (
    # A mapping that cannot be read stops nobody either: the desks do not know it then.
    filled(
        """CREATE FUNCTION wismo.note_mapped() RETURNS trigger LANGUAGE plpgsql {definer} AS $$
BEGIN
    IF EXISTS (SELECT FROM fresh WHERE kind = 'value_set' AND strpos(data, '{scope}') > 0) THEN
        {mapped};
        INSERT INTO wismo.refold SELECT DISTINCT tenant_id, {nil}::uuid FROM fresh
            WHERE kind = 'value_set' AND strpos(data, '{scope}') > 0
            ON CONFLICT (tenant_id) DO UPDATE SET reached = excluded.reached;
    END IF;
    RETURN NULL;
END $$""",
        definer=_DEFINER,
        scope=CODE_SCOPE,
        mapped=filled(_MAPPED, source="fresh"),
        nil=_NIL,
    ),
    filled(
        """CREATE FUNCTION wismo.fold_fresh() RETURNS trigger LANGUAGE plpgsql {definer} AS $$
DECLARE one record;
BEGIN
    FOR one IN SELECT tenant_id, warehouse, array_agg(DISTINCT shipment_id) AS ids FROM fresh
        WHERE shipment_id IS NOT NULL AND kind IN ({kinds})
        GROUP BY tenant_id, warehouse ORDER BY tenant_id, warehouse
    LOOP
        PERFORM wismo.try_fold(one.tenant_id, one.warehouse, one.ids);
    END LOOP;
    RETURN NULL;
END $$""",
        definer=_DEFINER,
        kinds=in_list(FOLDED),
    ),
    # By name: what codes mean comes before what follows from them.
    *(
        f"""CREATE TRIGGER archive_{number}_{name} AFTER INSERT ON wismo.fact REFERENCING NEW TABLE AS fresh
        FOR EACH STATEMENT EXECUTE FUNCTION wismo.{name}()"""
        for number, name in enumerate(("note_mapped", "fold_fresh"))
    ),
    """CREATE FUNCTION wismo.note_words() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE d jsonb; phone text;
BEGIN
    d := wismo.read_json(NEW.data);
    phone := regexp_replace(coalesce(d ->> 'phone', ''), '[^0-9]+', '', 'g');
    NEW.words := (SELECT array_to_tsvector(array_agg(NEW.tenant_id::text || '/' || word)) FROM unnest(wismo.words_of(
        concat_ws(' ', d ->> 'name', d ->> 'company', d ->> 'email', d ->> 'postcode', d ->> 'city', phone,
            right(phone, 9)))) AS word);
    RETURN NEW;
END $$""",
    """CREATE TRIGGER note_words BEFORE INSERT OR UPDATE ON wismo.party
        FOR EACH ROW EXECUTE FUNCTION wismo.note_words()""",
)

# Whether the session may ask for this tenant, whatever it asks for.
_MAY: Final = filled(
    """CREATE FUNCTION wismo.may_ask(mine integer) RETURNS boolean LANGUAGE sql STABLE {definer} AS $$
    SELECT coalesce(wismo.tenant_of(session_user) = mine, false) OR wismo.is_keeper(session_user) $$""",
    definer=_DEFINER,
)

# One piece of the pass over everything of a tenant; returns how many orders it looked at, 0 when it is over.
_PASS: Final = filled(
    """CREATE FUNCTION wismo.fold_on(mine integer, most integer) RETURNS integer LANGUAGE plpgsql
    {definer} AS $$
DECLARE come uuid; one record; counted integer := 0;
BEGIN
    IF NOT wismo.may_ask(mine) THEN
        RAISE insufficient_privilege;
    END IF;
    SELECT reached INTO come FROM wismo.refold WHERE tenant_id = mine FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    FOR one IN WITH page AS MATERIALIZED (SELECT warehouse, fact_id, order_id, shipment_id FROM wismo.fact
            WHERE tenant_id = mine AND fact_id > come AND kind = 'order_taken_in' ORDER BY fact_id LIMIT most)
        SELECT warehouse, array_agg(DISTINCT shipment_id) AS ids, array_agg(DISTINCT order_id) AS orders, count(*) AS n,
            (SELECT fact_id FROM page ORDER BY fact_id DESC LIMIT 1) AS newest
        FROM page WHERE shipment_id IS NOT NULL GROUP BY warehouse ORDER BY warehouse
    LOOP
        PERFORM wismo.try_fold(mine, one.warehouse, one.ids);
        UPDATE wismo.party SET words = NULL WHERE tenant_id = mine AND order_id = ANY(one.orders) AND words IS NULL;
        counted := counted + one.n;
        UPDATE wismo.refold SET reached = one.newest WHERE tenant_id = mine;
    END LOOP;
    IF counted = 0 THEN
        DELETE FROM wismo.refold WHERE tenant_id = mine;
    END IF;
    RETURN counted;
END $$""",
    definer=_DEFINER,
)

# Recipients of orders that are closed and were last heard of before then, some at a time: as a desk forgets them.
_RETIRE: Final = filled(
    """CREATE FUNCTION wismo.retire(mine integer, before_ms bigint, most integer) RETURNS integer LANGUAGE plpgsql
    {definer} AS $$
DECLARE counted integer;
BEGIN
    IF NOT wismo.may_ask(mine) THEN
        RAISE insufficient_privilege;
    END IF;
    WITH old AS (
        SELECT q.order_id FROM wismo.party AS q
            JOIN wismo.shipment AS s ON s.tenant_id = mine AND s.order_id = q.order_id
        WHERE q.tenant_id = mine AND q.words IS NOT NULL
        GROUP BY q.order_id
        HAVING max(s.event_ms) < before_ms AND bool_and(s.parcels > 0 OR s.status = 'cancelled') LIMIT most)
    UPDATE wismo.party AS p SET data = format('{"gone":"old","said":%%s}', to_json(p.said)) FROM old
        WHERE p.tenant_id = mine AND p.order_id = old.order_id;
    GET DIAGNOSTICS counted = ROW_COUNT;
    RETURN counted;
END $$""",
    definer=_DEFINER,
)

_ROW: Final = """s.shipment_id, s.order_id, s.warehouse, s.begun_ms, s.order_number, s.carrier, s.service,
    s.number, s.parcels, s.status, s.reason, s.event_ms, s.event_place, s.state_fact,
    coalesce(nullif(p.d ->> 'name', ''), p.d ->> 'company', ''), coalesce(p.d ->> 'city', '')"""
# OFFSET: else each of its fields would be read from the text anew.
_NAMED: Final = """LEFT JOIN LATERAL (SELECT wismo.read_json(q.data) AS d FROM wismo.party AS q
    WHERE q.tenant_id = mine AND q.order_id = s.order_id OFFSET 0) AS p ON true"""
FIND: Final = filled(
    r"""CREATE FUNCTION wismo.find_shipments(mine integer, here text, typed text, below_ms bigint,
    below_id uuid, below_place text, most integer)
    RETURNS TABLE (shipment_id uuid, order_id uuid, warehouse text, begun_ms bigint, order_number text, carrier text,
        service text, number text, parcels integer, status text, reason text, event_ms bigint, event_place text,
        state_fact text, customer text, place text)
    LANGUAGE plpgsql STABLE {definer} {by_index} AS $$
#variable_conflict use_column
DECLARE only_here text; number_asked text; bare text; asked text;
BEGIN
    IF NOT wismo.may_ask(mine) THEN
        RAISE insufficient_privilege;
    END IF;
    only_here := coalesce(nullif(wismo.warehouse_of(session_user), ''), here, '');
    IF wismo.words_of(typed) = '{}' THEN
        IF only_here = '' THEN
            RETURN QUERY SELECT {row} FROM (SELECT * FROM wismo.shipment AS a WHERE a.tenant_id = mine
                AND a.begun_ms IS NOT NULL AND (a.begun_ms, a.shipment_id, a.warehouse)
                    < (below_ms, below_id, below_place)
                ORDER BY a.begun_ms DESC, a.shipment_id DESC, a.warehouse DESC LIMIT most) AS s {named}
                ORDER BY s.begun_ms DESC, s.shipment_id DESC, s.warehouse DESC;
        ELSE
            RETURN QUERY SELECT {row} FROM (SELECT * FROM wismo.shipment AS a WHERE a.tenant_id = mine
                AND a.warehouse = only_here AND a.begun_ms IS NOT NULL
                AND (a.begun_ms, a.shipment_id) < (below_ms, below_id)
                ORDER BY a.begun_ms DESC, a.shipment_id DESC LIMIT most) AS s {named}
                ORDER BY s.begun_ms DESC, s.shipment_id DESC;
        END IF;
        RETURN;
    END IF;
    number_asked := wismo.code_of(typed);
    -- An SSCC stands on labels behind its "(00)".
    bare := CASE WHEN number_asked ~ '^00[0-9]{7,}$' THEN substr(number_asked, 3) ELSE number_asked END;
    SELECT string_agg(quote_literal(mine || '/' || word) || ':*', ' & ') INTO asked
        FROM unnest(wismo.words_of(typed)) AS word;
    IF typed ~ '^[-+. ()/0-9]{6,}$' AND number_asked ~ '^[0-9]{6,}$' THEN
        asked := asked || ' | ' || quote_literal(mine || '/' || right(number_asked, 9)) || ':*';
    END IF;
    RETURN QUERY WITH hits AS MATERIALIZED (
        SELECT c.warehouse, c.shipment_id FROM wismo.code AS c WHERE char_length(number_asked) >= 3
            AND c.tenant_id = mine AND c.code >= number_asked AND c.code < number_asked || U&'\FFFF'
        UNION SELECT c.warehouse, c.shipment_id FROM wismo.code AS c WHERE bare <> number_asked
            AND c.tenant_id = mine AND c.code >= bare AND c.code < bare || U&'\FFFF'
        UNION SELECT a.warehouse, a.shipment_id FROM wismo.party AS q
            JOIN wismo.shipment AS a ON a.tenant_id = mine AND a.order_id = q.order_id
            WHERE q.words @@ asked::tsquery AND q.tenant_id = mine)
    SELECT {row} FROM (SELECT a.* FROM hits AS h JOIN wismo.shipment AS a ON a.tenant_id = mine
        AND a.warehouse = h.warehouse AND a.shipment_id = h.shipment_id WHERE a.begun_ms IS NOT NULL
        AND (only_here = '' OR a.warehouse = only_here)
        AND (a.begun_ms, a.shipment_id, a.warehouse) < (below_ms, below_id, below_place)
        ORDER BY a.begun_ms DESC, a.shipment_id DESC, a.warehouse DESC LIMIT most) AS s {named}
        ORDER BY s.begun_ms DESC, s.shipment_id DESC, s.warehouse DESC;
END $$""",
    definer=_DEFINER,
    by_index=BY_INDEX,
    row=_ROW,
    named=_NAMED,
)
_STATE: Final = filled(
    """CREATE FUNCTION wismo.archive_state(mine integer, OUT behind boolean, OUT unfolded bigint)
    LANGUAGE plpgsql STABLE {definer} AS $$
BEGIN
    IF NOT wismo.may_ask(mine) THEN
        RAISE insufficient_privilege;
    END IF;
    behind := EXISTS (SELECT FROM wismo.refold AS r WHERE r.tenant_id = mine);
    unfolded := (SELECT count(*) FROM wismo.unfolded AS u WHERE u.tenant_id = mine);
END $$""",
    definer=_DEFINER,
)

_OURS: Final = ("shipment", "code", "reading", "refold", "unfolded")
_INNER: Final = (
    "fold(integer, text, uuid[])",
    "try_fold(integer, text, uuid[])",
    "reads(integer, text, text, jsonb)",
    "note_mapped()",
    "fold_fresh()",
)
_OUTER: Final = (
    "may_ask(integer)",
    "fold_on(integer, integer)",
    "retire(integer, bigint, integer)",
    "find_shipments(integer, text, text, bigint, uuid, text, integer)",
    "archive_state(integer)",
)

# What `wismo-desk db upgrade` runs for it (shared_schema.STEPS): never changed once released.
ARCHIVE_STEP: Final = (
    "SET LOCAL statement_timeout = 0",
    *FOLD_STEP,
    _TRY,
    *_TRIGGERS,
    _MAY,
    _PASS,
    _RETIRE,
    FIND,
    _STATE,
    # No rule for stations: these tables are the functions' of their owner alone.
    *(f"ALTER TABLE wismo.{name} ENABLE ROW LEVEL SECURITY" for name in _OURS),
    *(f"REVOKE ALL ON FUNCTION wismo.{name} FROM PUBLIC" for name in _INNER),
    filled(
        """DO $do$
    DECLARE keeper name; called text;
    BEGIN
        SELECT relowner::regrole::name INTO keeper FROM pg_class WHERE oid = 'wismo.fact'::regclass;
        FOREACH called IN ARRAY ARRAY[{tables}] LOOP
            EXECUTE format('ALTER TABLE wismo.%%I OWNER TO %%I', called, keeper);
        END LOOP;
        FOREACH called IN ARRAY ARRAY[{functions}] LOOP
            EXECUTE format('ALTER FUNCTION wismo.%%s OWNER TO %%I', called, keeper);
        END LOOP;
        EXECUTE format('CREATE POLICY folded ON wismo.fact FOR SELECT TO %%I USING (true)', keeper);
        EXECUTE format('CREATE POLICY folded ON wismo.party TO %%I USING (true) WITH CHECK (true)', keeper);
        IF NOT has_table_privilege(keeper, 'wismo.party', 'SELECT, UPDATE') THEN
            EXECUTE format('GRANT SELECT, UPDATE ON wismo.party TO %%I', keeper);
        END IF;
    END $do$""",
        tables=in_list(_OURS),
        functions=in_list((*_INNER, *_OUTER)),
    ),
    filled(_MAPPED, source="wismo.fact"),
    filled(
        "INSERT INTO wismo.refold SELECT DISTINCT tenant_id, {nil}::uuid FROM wismo.station ON CONFLICT DO NOTHING",
        nil=_NIL,
    ),
)
