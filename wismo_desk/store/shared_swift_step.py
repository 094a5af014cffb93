"""The seventh step of the shared database: the archive's fold as it was, with less to read and to write.

What it folds is what shared_fold says. A row knows the span of ids in which its facts lie, so that only those months
are asked; what a carrier's words mean is looked up once a batch and not once a fact; a row that would stay as it is
is not written; and nothing is read whole, however many rows there are.
"""

from __future__ import annotations

from typing import Final

from wismo_desk.domain.choices import ROUTE
from wismo_desk.domain.status import ENDED, TrackingStatus
from wismo_desk.store.shared_archive_step import ALONE, FIND, UNKEPT
from wismo_desk.store.shared_fold import CHOSEN, FOLDED, NEWEST, WORN, in_list
from wismo_desk.store.shared_plain import PART, filled

_DEFINER: Final = "SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
_LEAST: Final = "00000000-0000-0000-0000-000000000000"
_GREATEST: Final = "ffffffff-ffff-ffff-ffff-ffffffffffff"

_COLUMNS: Final = (
    # A push under way ends as it began: by the functions of before.
    "LOCK TABLE wismo.fact IN SHARE ROW EXCLUSIVE MODE",
    # No span: of before this step, or heard of and never taken in. Its facts are looked for in every month.
    "ALTER TABLE wismo.shipment ADD COLUMN first_fact uuid, ADD COLUMN last_fact uuid",
    # By its key alone can a row be looked up then, also while the server has not counted the table yet: it once took
    # this one, and read every row of the tenant for each.
    "DROP INDEX wismo.shipment_order",
    "CREATE INDEX shipment_order ON wismo.shipment (tenant_id, order_id) WHERE order_id IS NOT NULL",
)

# Places for what is new, and the locks of all, in one order. The second statement sees what the first waited for. Of
# rows that are whole and of which only a carrier spoke, the news are enough: of all that it said the greatest holds.
_LOCK: Final = """
    WITH put AS (INSERT INTO wismo.shipment (tenant_id, warehouse, shipment_id)
        SELECT mine, here, id FROM unnest(wanted) AS id ORDER BY id ON CONFLICT DO NOTHING RETURNING shipment_id)
    SELECT coalesce(array_agg(shipment_id), '{}') INTO begun FROM put;
    IF cardinality(begun) < cardinality(wanted) THEN
        SELECT bounded AND bool_and(s.first_fact IS NOT NULL), least(low, min(s.first_fact::text COLLATE "C")::uuid),
            greatest(high, max(s.last_fact::text COLLATE "C")::uuid), array_agg(s.id) FILTER (WHERE t.id IS NOT NULL)
            INTO bounded, low, high, spoken_of
        FROM (SELECT w.id, x.first_fact, x.last_fact FROM (SELECT id FROM unnest(wanted) AS id ORDER BY id) AS w
                CROSS JOIN LATERAL (SELECT y.first_fact, y.last_fact FROM wismo.shipment AS y WHERE y.tenant_id = mine
                    AND y.warehouse = here AND y.shipment_id = w.id FOR UPDATE) AS x
            ) AS s
            LEFT JOIN unnest(begun) AS b (id) ON b.id = s.id LEFT JOIN unnest(tracked) AS t (id) ON t.id = s.id
        WHERE b.id IS NULL;
    END IF;
    IF bounded AND spoken_of IS NOT NULL THEN
        PERFORM wismo.hear(mine, here, spoken_of, since, until);
        SELECT array_agg(id) INTO wanted FROM (SELECT unnest(wanted) EXCEPT SELECT unnest(spoken_of)) AS x (id);
        IF wanted IS NULL THEN
            RETURN;
        END IF;
    END IF;"""

# What was said of each shipment, and what it means: of the facts `told`.
_HEARD: Final = """    ), spoken AS MATERIALIZED (
        SELECT shipment_id, fact_id, at_ms, kind, coalesce(nullif(d ->> 'place', ''), station) AS place,
            CASE jsonb_typeof(d -> 'cycle') WHEN 'number' THEN (d ->> 'cycle')::integer ELSE 0 END AS cycle,
            CASE kind WHEN 'tracking_said' THEN jsonb_build_array(d -> 'carrier', d -> 'code', d -> 'label') END
                AS said,
            coalesce(CASE kind WHEN 'label_voided' THEN d ->> 'worn' WHEN 'tracking_said' THEN d ->> 'logical' END, '')
                IN ('false', '0', '') AS counts
        FROM told WHERE kind IN ('label_bought', 'label_voided', 'order_cancelled', 'tracking_said')
    ), meant AS MATERIALIZED (
        SELECT s.said, r.status, r.reason, r.is_scan FROM (SELECT DISTINCT said FROM spoken WHERE said IS NOT NULL) AS s
            CROSS JOIN LATERAL wismo.reads(mine, here, 'tracking_said', jsonb_build_object(
                'carrier', s.said -> 0, 'code', s.said -> 1, 'label', s.said -> 2)) AS r
    ), heard AS MATERIALIZED (
        SELECT shipment_id, fact_id, at_ms, place, status, reason, is_scan,
            cycle + CASE WHEN status IN ('returning', 'returned') THEN 1 ELSE 0 END AS cycle,
            CASE WHEN status IN ('planned', 'label_created') THEN 0 WHEN status IN ({ended}) THEN 2 ELSE 1 END AS phase,
            array_position(ARRAY[{ties}], status) - 1 AS tie
        FROM (SELECT s.shipment_id, s.fact_id, s.at_ms, s.place, s.cycle, coalesce(m.reason, '') AS reason,
                s.counts AND coalesce(m.is_scan, true) AS is_scan,
                CASE s.kind WHEN 'label_bought' THEN 'label_created' WHEN 'label_voided' THEN 'planned'
                    WHEN 'order_cancelled' THEN 'cancelled' ELSE m.status END AS status
            FROM spoken AS s LEFT JOIN meant AS m ON m.said = s.said) AS x"""
# domain.status and order_fold once more: see shared_fold.
_READ: Final = """
    WITH told AS MATERIALIZED (
        SELECT f.fact_id, f.kind, f.at_ms, f.station, f.order_id, f.shipment_id, f.parcel_id,
            wismo.read_json(f.data) AS d
        FROM unnest(wanted) AS w (id) CROSS JOIN LATERAL (SELECT * FROM wismo.fact AS a WHERE a.tenant_id = mine
            AND a.shipment_id = w.id AND a.warehouse = here AND a.kind IN ({kinds})
            AND a.fact_id >= low AND a.fact_id <= high OFFSET 0) AS f
    ), span AS (
        SELECT shipment_id, min(at_ms) FILTER (WHERE kind = 'order_taken_in') AS begun_ms,
            min(fact_id::text COLLATE "C")::uuid AS first_fact, max(fact_id::text COLLATE "C")::uuid AS last_fact
        FROM told GROUP BY shipment_id
    ), taken AS MATERIALIZED (
        SELECT DISTINCT ON (shipment_id) shipment_id, order_id, fact_id, at_ms, d
        FROM told WHERE kind = 'order_taken_in' ORDER BY shipment_id, fact_id DESC
{chosen}
{heard}
{newest}
    ), box AS MATERIALIZED (
        SELECT shipment_id, parcel_id, bool_or(kind = 'label_voided') AS voided FROM told
        WHERE parcel_id IS NOT NULL AND kind IN ('label_bought', 'label_printed', 'label_checked', 'label_voided',
            'parcel_manifested') GROUP BY shipment_id, parcel_id
{worn}
    ), named AS ("""
# Those of facts of before are there.
_NAME: Final = """
        INSERT INTO wismo.code (tenant_id, code, warehouse, shipment_id)
        SELECT DISTINCT mine, code, here, shipment_id FROM (
            SELECT shipment_id, wismo.code_of(said) AS code FROM (
                SELECT shipment_id, unnest(ARRAY[d ->> 'number', d ->> 'source_ref',
                    substring(d ->> 'number' FROM '[0-9]{4}.*$')]) FROM told
                    WHERE kind = 'order_taken_in' AND fact_id >= since
                UNION ALL SELECT shipment_id, unnest(ARRAY[d ->> 'tracking_number', d ->> 'reference']) FROM told
                    WHERE kind = 'label_bought' AND fact_id >= since
                UNION ALL SELECT shipment_id, jsonb_array_elements_text(d -> 'aliases') FROM told
                    WHERE kind = 'label_bought' AND fact_id >= since) AS x (shipment_id, said) OFFSET 0) AS y
        WHERE code <> '' ON CONFLICT DO NOTHING
    )"""
_ROW: Final = (
    "order_id, begun_ms, order_number, carrier, service, number, parcels, status, reason, cycle, phase, occurred_ms,"
    " tie_rank, state_fact, event_ms, event_place, first_fact, last_fact"
)
_WRITE: Final = """
    INSERT INTO wismo.shipment AS s (tenant_id, warehouse, shipment_id, {row})
    SELECT mine, here, k.shipment_id, k.order_id, p.begun_ms, k.d ->> 'number',
        coalesce(w.d ->> 'carrier', CASE WHEN c.holds THEN c.v ->> 'carrier' END, k.d ->> 'carrier'),
        coalesce(w.d ->> 'service', CASE WHEN c.holds THEN c.v ->> 'service' END, k.d ->> 'service'),
        coalesce(w.d ->> 'tracking_number', ''), coalesce(n.parcels, 0), coalesce(b.status, 'planned'),
        coalesce(b.reason, ''), coalesce(b.cycle, 0), coalesce(b.phase, 0), coalesce(b.at_ms, 0), coalesce(b.tie, 0),
        coalesce(replace(b.fact_id::text, '-', ''), ''), e.at_ms, e.place, p.first_fact, p.last_fact
    FROM taken AS k JOIN span AS p ON p.shipment_id = k.shipment_id JOIN seen AS e ON e.shipment_id = k.shipment_id
        LEFT JOIN worn AS w ON w.shipment_id = k.shipment_id
        LEFT JOIN counted AS n ON n.shipment_id = k.shipment_id
        LEFT JOIN best AS b ON b.shipment_id = k.shipment_id
        LEFT JOIN chosen AS c ON c.shipment_id = k.shipment_id
    ON CONFLICT (tenant_id, warehouse, shipment_id) DO UPDATE SET ({row}) = ({given})
        WHERE ({kept}) IS DISTINCT FROM ({given});"""

_PLANNED: Final = (
    f"{_DEFINER} SET enable_seqscan = off SET enable_nestloop = off SET jit = off"
    " SET plan_cache_mode = force_generic_plan"
)
# Not what the row's own key is, but whether what came is greater: as fold_key compares.
_NEWER: Final = """(excluded.cycle, excluded.phase, excluded.occurred_ms, excluded.tie_rank,
            excluded.state_fact COLLATE "C")
            > (s.cycle, s.phase, s.occurred_ms, s.tie_rank, s.state_fact COLLATE "C")"""
_STATE: Final = ("status", "reason", "cycle", "phase", "occurred_ms", "tie_rank", "state_fact")
_HEAR: Final = filled(
    """CREATE FUNCTION wismo.hear(mine integer, here text, wanted uuid[], low uuid, high uuid) RETURNS void
    LANGUAGE plpgsql {planned} AS $$
#variable_conflict use_column
BEGIN
    WITH told AS MATERIALIZED (
        SELECT f.fact_id, f.kind, f.at_ms, f.station, f.shipment_id, wismo.read_json(f.data) AS d
        FROM unnest(wanted) AS w (id) CROSS JOIN LATERAL (SELECT * FROM wismo.fact AS a WHERE a.tenant_id = mine
            AND a.shipment_id = w.id AND a.warehouse = here AND a.kind = 'tracking_said'
            AND a.fact_id >= low AND a.fact_id <= high OFFSET 0) AS f
{heard}
    ), best AS (
        SELECT DISTINCT ON (shipment_id) * FROM heard WHERE is_scan
        ORDER BY shipment_id, cycle DESC, phase DESC, at_ms DESC, tie DESC, fact_id DESC
    ), seen AS (
        SELECT DISTINCT ON (shipment_id) shipment_id, at_ms, place FROM heard
        ORDER BY shipment_id, at_ms DESC, place COLLATE "C" DESC
    ), span AS (
        SELECT shipment_id, min(fact_id::text COLLATE "C")::uuid AS first_fact,
            max(fact_id::text COLLATE "C")::uuid AS last_fact FROM heard GROUP BY shipment_id
    )
    INSERT INTO wismo.shipment AS s (tenant_id, warehouse, shipment_id, {state}, event_ms, event_place, first_fact,
        last_fact)
    SELECT mine, here, e.shipment_id, coalesce(b.status, ''), coalesce(b.reason, ''), coalesce(b.cycle, -2147483648),
        coalesce(b.phase, 0), coalesce(b.at_ms, 0), coalesce(b.tie, 0),
        coalesce(replace(b.fact_id::text, '-', ''), ''), e.at_ms, e.place, p.first_fact, p.last_fact
    FROM seen AS e JOIN span AS p ON p.shipment_id = e.shipment_id LEFT JOIN best AS b ON b.shipment_id = e.shipment_id
    ON CONFLICT (tenant_id, warehouse, shipment_id) DO UPDATE SET {newest},
        event_ms = greatest(s.event_ms, excluded.event_ms),
        event_place = CASE WHEN (excluded.event_ms, excluded.event_place COLLATE "C")
            > (s.event_ms, s.event_place COLLATE "C") THEN excluded.event_place ELSE s.event_place END,
        first_fact = least(s.first_fact, excluded.first_fact), last_fact = greatest(s.last_fact, excluded.last_fact);
END $$""",
    heard=_HEARD,
    planned=_PLANNED,
    newest=", ".join(
        f"{name} = CASE WHEN {_NEWER} THEN excluded.{name} ELSE s.{name} END" for name in _STATE
    ),
    state=", ".join(_STATE),
    ended=in_list(sorted(status.value for status in ENDED)),
    ties=in_list(status.value for status in TrackingStatus),
)
# `low` and `high`: the span of the facts that came, or nothing when any may have been missed. `tracked`: of which
# shipments only what a carrier said came.
_FOLD: Final = filled(
    """CREATE FUNCTION wismo.fold(mine integer, here text, wanted uuid[], tracked uuid[], low uuid, high uuid)
    RETURNS void LANGUAGE plpgsql {planned} AS $$
#variable_conflict use_column
DECLARE begun uuid[]; spoken_of uuid[]; since uuid := low; until uuid := high; bounded boolean := low IS NOT NULL
    AND NOT EXISTS (SELECT FROM wismo.refold AS r WHERE r.tenant_id = mine)
    AND NOT EXISTS (SELECT FROM wismo.unfolded AS u WHERE u.tenant_id = mine AND u.warehouse = here
        AND u.shipment_id = ANY(wanted));
BEGIN{lock}
    IF NOT bounded THEN
        low := '{least}'; high := '{greatest}'; since := low;
    END IF;{read}{name}{write}
END $$""",
    lock=_LOCK,
    read=_READ,
    chosen=CHOSEN,
    heard=_HEARD,
    newest=NEWEST,
    worn=WORN,
    name=_NAME,
    write=_WRITE,
    planned=_PLANNED,
    kinds=in_list(FOLDED),
    route=ROUTE,
    ended=in_list(sorted(status.value for status in ENDED)),
    ties=in_list(status.value for status in TrackingStatus),
    row=_ROW,
    given=", ".join(f"excluded.{name}" for name in _ROW.split(", ")),
    kept=", ".join(f"s.{name}" for name in _ROW.split(", ")),
    least=_LEAST,
    greatest=_GREATEST,
)

_TRY: Final = filled(
    """CREATE FUNCTION wismo.try_fold(mine integer, here text, wanted uuid[], tracked uuid[], low uuid, high uuid)
    RETURNS void LANGUAGE plpgsql {definer} AS $$
DECLARE one uuid; missed boolean;
BEGIN
    -- First: a mark that somebody sets from now on is of facts that this may not see, and stays.
    WITH marked AS (DELETE FROM wismo.unfolded AS u WHERE u.tenant_id = mine AND u.warehouse = here
        AND u.shipment_id = ANY(wanted) RETURNING 1)
    SELECT count(*) > 0 INTO missed FROM marked;
    IF missed THEN
        PERFORM wismo.fold(mine, here, wanted, '{}', NULL, NULL);
    ELSE
        PERFORM wismo.fold(mine, here, wanted, tracked, low, high);
    END IF;
{alone}""",
    definer=_DEFINER,
    alone=ALONE,
    one="mine, here, ARRAY[one], tracked, low, high",
    unkept=UNKEPT,
)
# The pass over everything, which knows of no span.
_TRY_ALL: Final = filled(
    """CREATE OR REPLACE FUNCTION wismo.try_fold(mine integer, here text, wanted uuid[]) RETURNS void LANGUAGE plpgsql
    {definer} AS $$
BEGIN
    PERFORM wismo.try_fold(mine, here, wanted, '{}', NULL, NULL);
END $$""",
    definer=_DEFINER,
)
_FRESH: Final = filled(
    """CREATE OR REPLACE FUNCTION wismo.fold_fresh() RETURNS trigger LANGUAGE plpgsql {definer} AS $$
DECLARE one record;
BEGIN
    FOR one IN SELECT tenant_id, warehouse, array_agg(shipment_id ORDER BY shipment_id) AS ids,
            coalesce(array_agg(shipment_id) FILTER (WHERE heard), '{}') AS tracked, min(low)::uuid AS low,
            max(high)::uuid AS high
        FROM (SELECT tenant_id, warehouse, shipment_id, bool_and(kind = 'tracking_said') AS heard,
                min(fact_id::text COLLATE "C") AS low, max(fact_id::text COLLATE "C") AS high
            FROM fresh WHERE shipment_id IS NOT NULL AND kind IN ({kinds})
            GROUP BY tenant_id, warehouse, shipment_id) AS x
        GROUP BY tenant_id, warehouse ORDER BY tenant_id, warehouse
    LOOP
        PERFORM wismo.try_fold(one.tenant_id, one.warehouse, one.ids, one.tracked, one.low, one.high);
    END LOOP;
    RETURN NULL;
END $$""",
    definer=_DEFINER,
    kinds=in_list(FOLDED),
)
# As wismo.words_of parts them, by expressions that need no statement of their own.
_WORDS: Final = filled(
    r"""CREATE OR REPLACE FUNCTION wismo.note_words() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE d jsonb; said text; mine text := NEW.tenant_id::text || '/';
BEGIN
    d := wismo.read_json(NEW.data);
    said := regexp_replace(coalesce(d ->> 'phone', ''), '[^0-9]+', '', 'g');
    said := concat_ws(' ', d ->> 'name', d ->> 'company', d ->> 'email', d ->> 'postcode', d ->> 'city', said,
        right(said, 9));
    said := translate(wismo.plain(said), 'łøđæœ', 'lodao');
    said := trim(BOTH ' ' FROM regexp_replace(said, '{part}', ' ', 'g'));
    IF said ~ '[^ ]{61}' THEN
        said := regexp_replace(said, '([^ ]{60})[^ ]+', '\1', 'g');
    END IF;
    NEW.words := CASE WHEN said <> ''
        THEN array_to_tsvector(string_to_array(mine || replace(said, ' ', ' ' || mine), ' ')) END;
    RETURN NEW;
END $$""",
    part=PART,
)

# Of several words the longest is asked alone first: where it means few, the others are looked for in those alone. A
# word that begins half of all names would be read to its end.
_FIND: Final = (
    FIND.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    .replace("bare text; asked text;", "bare text; asked text; rare text; few uuid[]; many boolean := true;")
    .replace(
        "        asked := asked || ' | '",
        "        rare := '';\n        asked := asked || ' | '",
    )
    .replace(
        "    RETURN QUERY WITH hits",
        """    IF rare IS NULL AND cardinality(wismo.words_of(typed)) > 1 THEN
        SELECT quote_literal(mine || '/' || word) || ':*' INTO rare FROM unnest(wismo.words_of(typed)) AS word
            ORDER BY char_length(word) DESC, word DESC LIMIT 1;
        SELECT count(*) > 300, array_agg(x.order_id) FILTER (WHERE x.words @@ asked::tsquery) INTO many, few
            FROM (SELECT q.order_id, q.words FROM wismo.party AS q WHERE q.words @@ rare::tsquery
                AND q.tenant_id = mine LIMIT 301) AS x;
    END IF;
    RETURN QUERY WITH hits""",
    )
    .replace(
        "WHERE q.words @@ asked::tsquery AND q.tenant_id = mine)",
        """WHERE many AND q.words @@ asked::tsquery AND q.tenant_id = mine
        UNION SELECT a.warehouse, a.shipment_id FROM unnest(few) AS f (id)
            JOIN wismo.shipment AS a ON a.tenant_id = mine AND a.order_id = f.id WHERE NOT many)""",
    )
)

_INNER: Final = (
    "hear(integer, text, uuid[], uuid, uuid)",
    "fold(integer, text, uuid[], uuid[], uuid, uuid)",
    "try_fold(integer, text, uuid[], uuid[], uuid, uuid)",
)
# What `wismo-desk db upgrade` runs for it (shared_schema.STEPS): never changed once released.
SWIFT_STEP: Final = (
    "SET LOCAL statement_timeout = 0",
    *_COLUMNS,
    _HEAR,
    _FOLD,
    _TRY,
    _TRY_ALL,
    _FRESH,
    _WORDS,
    "DROP FUNCTION wismo.fold(integer, text, uuid[])",
    _FIND,
    # A question of a few rows was planned anew each time, and by several processes.
    "ALTER FUNCTION wismo.find_shipments(integer, text, text, bigint, uuid, text, integer)"
    " SET plan_cache_mode = force_generic_plan SET max_parallel_workers_per_gather = 0",
    *(f"REVOKE ALL ON FUNCTION wismo.{name} FROM PUBLIC" for name in _INNER),
    filled(
        """DO $do$
    DECLARE keeper name; called text;
    BEGIN
        SELECT relowner::regrole::name INTO keeper FROM pg_class WHERE oid = 'wismo.fact'::regclass;
        FOREACH called IN ARRAY ARRAY[{functions}] LOOP
            EXECUTE format('ALTER FUNCTION wismo.%%s OWNER TO %%I', called, keeper);
        END LOOP;
    END $do$""",
        functions=in_list(_INNER),
    ),
)
