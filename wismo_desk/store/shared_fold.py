"""The archive: a row for each shipment that the shared database folds itself, in the transaction that brings the facts.

The statement here says once more, in SQL, what `projection.py` and `order_fold.py` say for the main file; a test folds
the same facts on both and compares. A row is always folded from all facts of its shipment, under the row's lock: so
any order of arrival, and two desks at once, give the same row. A fold that fails never stands in the way of facts: its
shipment is noted in `wismo.unfolded`. (Since the seventh step by the functions of shared_swift_step, to the same end.)
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from wismo_desk.domain.choices import ROUTE
from wismo_desk.domain.status import ENDED, TrackingStatus
from wismo_desk.store.shared_plain import PLAIN_STEP, filled

# Kinds of facts that a row of the archive follows from.
FOLDED: Final = (
    "order_taken_in",
    "label_bought",
    "label_printed",
    "label_checked",
    "label_voided",
    "parcel_manifested",
    "order_cancelled",
    "tracking_said",
    "value_set",
)
# What a journey is told from beside these; not what was scanned item by item.
JOURNEY: Final = (*FOLDED, "order_paused", "parcel_closed", "outcome_resolved", "person_erased")


def in_list(values: Iterable[str]) -> str:
    """Words of ours as SQL lists them."""
    return ", ".join(f"'{value}'" for value in values)


_KINDS: Final = in_list(FOLDED)
_TIES: Final = in_list(status.value for status in TrackingStatus)
_ENDED: Final = in_list(sorted(status.value for status in ENDED))
# A table that is new, or was never counted, must not be read whole.
BY_INDEX: Final = (
    "SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off"
)
_DEFINER: Final = "SECURITY DEFINER SET search_path = pg_catalog, pg_temp"

_TABLES: Final = (
    # A row is shown once its order is taken in: `begun_ms` is when that was first.
    """CREATE TABLE wismo.shipment (
        tenant_id integer NOT NULL, warehouse text NOT NULL, shipment_id uuid NOT NULL, order_id uuid,
        begun_ms bigint, order_number text NOT NULL DEFAULT '', carrier text NOT NULL DEFAULT '',
        service text NOT NULL DEFAULT '', number text NOT NULL DEFAULT '', parcels integer NOT NULL DEFAULT 0,
        status text NOT NULL DEFAULT 'planned', reason text NOT NULL DEFAULT '', cycle integer NOT NULL DEFAULT 0,
        phase integer NOT NULL DEFAULT 0, occurred_ms bigint NOT NULL DEFAULT 0, tie_rank integer NOT NULL DEFAULT 0,
        state_fact text NOT NULL DEFAULT '', event_ms bigint NOT NULL DEFAULT 0, event_place text NOT NULL DEFAULT '',
        PRIMARY KEY (tenant_id, warehouse, shipment_id)) WITH (fillfactor = 85)""",
    """CREATE INDEX shipment_begun ON wismo.shipment (tenant_id, begun_ms DESC, shipment_id DESC, warehouse DESC)
        WHERE begun_ms IS NOT NULL""",
    """CREATE INDEX shipment_begun_here ON wismo.shipment (tenant_id, warehouse, begun_ms DESC, shipment_id DESC)
        WHERE begun_ms IS NOT NULL""",
    "CREATE INDEX shipment_order ON wismo.shipment (tenant_id, order_id)",
    # Every number that ever named a shipment, as wismo.code_of spells it.
    """CREATE TABLE wismo.code (
        tenant_id integer NOT NULL, code text COLLATE "C" NOT NULL, warehouse text NOT NULL, shipment_id uuid NOT NULL,
        PRIMARY KEY (tenant_id, code, warehouse, shipment_id))""",
    # What carriers' codes mean. Tenant 0: the tables of the release; else what a merchant mapped: the latest word
    # (`said`) on a key that was first spoken of in `first_said`. No status: taken back.
    """CREATE TABLE wismo.reading (
        tenant_id integer NOT NULL, warehouse text NOT NULL, carrier text NOT NULL, code text NOT NULL,
        piece text NOT NULL, place integer NOT NULL DEFAULT 0, said text NOT NULL DEFAULT '',
        first_said text NOT NULL DEFAULT '', status text, reason text NOT NULL DEFAULT '',
        is_scan boolean NOT NULL DEFAULT true,
        PRIMARY KEY (carrier, code, tenant_id, warehouse, piece, place))""",
    # Of whom every row is to be folded anew, and how far that has come.
    "CREATE TABLE wismo.refold (tenant_id integer PRIMARY KEY, reached uuid NOT NULL)",
    """CREATE TABLE wismo.unfolded (
        tenant_id integer NOT NULL, warehouse text NOT NULL, shipment_id uuid NOT NULL, error text NOT NULL,
        at timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (tenant_id, warehouse, shipment_id))""",
    filled(
        """CREATE INDEX fact_journey ON wismo.fact (tenant_id, shipment_id)
        WHERE shipment_id IS NOT NULL AND kind IN ({journey})""",
        journey=in_list(JOURNEY),
    ),
    # Names live with the recipient's row alone, so that what erases it erases them. The tenant is part of each word.
    "ALTER TABLE wismo.party ADD COLUMN words tsvector",
    "CREATE INDEX party_words ON wismo.party USING gin (words)",
)

# domain.status.Codes.rule, under what load_codes makes of a merchant's mappings; and what our own facts mean.
_READS: Final = """CREATE FUNCTION wismo.reads(mine integer, here text, kind text, d jsonb,
    OUT status text, OUT reason text, OUT is_scan boolean) LANGUAGE plpgsql STABLE AS $$
DECLARE asked text; spoken text;
BEGIN
    reason := ''; is_scan := true;
    IF kind = 'label_bought' THEN
        status := 'label_created'; RETURN;
    ELSIF kind = 'label_voided' THEN
        status := 'planned'; is_scan := coalesce(d ->> 'worn', '') IN ('false', '0', ''); RETURN;
    ELSIF kind = 'order_cancelled' THEN
        status := 'cancelled'; RETURN;
    END IF;
    asked := coalesce(d ->> 'code', '');
    WHILE strpos(asked, '/') > 0 AND NOT EXISTS (SELECT FROM wismo.reading AS r WHERE r.carrier = d ->> 'carrier'
        AND r.code = asked AND r.status IS NOT NULL
        AND (r.tenant_id = 0 OR (r.tenant_id = mine AND r.warehouse = here)))
    LOOP
        asked := regexp_replace(asked, '/[^/]*$', '');
    END LOOP;
    spoken := wismo.folded(coalesce(d ->> 'label', ''));
    SELECT r.status, r.reason, r.is_scan INTO status, reason, is_scan FROM wismo.reading AS r
        WHERE r.carrier = d ->> 'carrier' AND r.code = asked AND r.status IS NOT NULL
            AND (r.tenant_id = 0 OR (r.tenant_id = mine AND r.warehouse = here)) AND strpos(spoken, r.piece) > 0
        ORDER BY r.tenant_id = 0, CASE WHEN r.tenant_id = 0 THEN r.place ELSE -char_length(r.piece) END,
            r.first_said COLLATE "C" LIMIT 1;
    IF status IS NULL THEN
        status := 'unknown'; reason := ''; is_scan := false;
    END IF;
    IF coalesce(d ->> 'logical', '') NOT IN ('false', '0', '') THEN
        is_scan := false;
    END IF;
END $$"""

# In this step, and again in that of shared_swift_step: what a person chose, the newest word, the label that is worn.
CHOSEN: Final = """    ), chosen AS (
        SELECT DISTINCT ON (t.shipment_id) t.shipment_id, t.d -> 'value' AS v,
            coalesce(t.d #>> '{value,hand}', '') NOT IN ('false', '0', '') OR t.fact_id > k.fact_id AS holds
        FROM told AS t JOIN taken AS k ON k.shipment_id = t.shipment_id
        WHERE t.kind = 'value_set' AND t.d ->> 'scope' = '{route}' AND t.d ->> 'key' = k.order_id::text
        ORDER BY t.shipment_id, t.fact_id DESC"""
NEWEST: Final = """    ), best AS (
        SELECT DISTINCT ON (shipment_id) * FROM heard WHERE is_scan
        ORDER BY shipment_id, cycle DESC, phase DESC, at_ms DESC, tie DESC, fact_id DESC
    ), seen AS (
        SELECT DISTINCT ON (shipment_id) shipment_id, at_ms, place FROM (
            SELECT shipment_id, at_ms, place FROM heard
            UNION ALL SELECT shipment_id, at_ms, '' FROM told WHERE kind = 'order_taken_in') AS x
        ORDER BY shipment_id, at_ms DESC, place COLLATE "C" DESC"""
WORN: Final = """    ), counted AS (
        SELECT shipment_id, count(*) FILTER (WHERE NOT voided) AS parcels FROM box GROUP BY shipment_id
    ), bought AS (
        SELECT DISTINCT ON (shipment_id, parcel_id) shipment_id, parcel_id, d FROM told WHERE kind = 'label_bought'
        ORDER BY shipment_id, parcel_id, fact_id DESC
    ), worn AS (
        SELECT DISTINCT ON (b.shipment_id) b.shipment_id, b.d FROM bought AS b
            JOIN box AS x ON x.shipment_id = b.shipment_id AND x.parcel_id = b.parcel_id
        WHERE b.d ->> 'reference' <> ''
        ORDER BY b.shipment_id, (b.d ->> 'parcel_no')::integer, (b.d ->> 'issue_no')::integer DESC, x.voided,
            b.parcel_id"""

_FOLD: Final = filled(
    """CREATE FUNCTION wismo.fold(mine integer, here text, wanted uuid[]) RETURNS void LANGUAGE plpgsql
    {definer} SET enable_seqscan = off SET enable_nestloop = off SET jit = off
    SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    INSERT INTO wismo.shipment (tenant_id, warehouse, shipment_id)
        SELECT mine, here, id FROM unnest(wanted) AS id ORDER BY id ON CONFLICT DO NOTHING;
    PERFORM FROM wismo.shipment WHERE tenant_id = mine AND warehouse = here AND shipment_id = ANY(wanted)
        ORDER BY shipment_id FOR UPDATE;
    -- A statement of its own: it sees what was committed before the locks were ours.
    WITH told AS MATERIALIZED (
        SELECT f.fact_id, f.kind, f.at_ms, f.station, f.order_id, f.shipment_id, f.parcel_id,
            wismo.read_json(f.data) AS d
        FROM unnest(wanted) AS w (id) CROSS JOIN LATERAL (SELECT * FROM wismo.fact AS a WHERE a.tenant_id = mine
            AND a.shipment_id = w.id AND a.warehouse = here AND a.kind IN ({kinds}) OFFSET 0) AS f
    ), taken AS (
        SELECT DISTINCT ON (shipment_id) shipment_id, order_id, fact_id, d,
            min(at_ms) OVER (PARTITION BY shipment_id) AS begun_ms
        FROM told WHERE kind = 'order_taken_in' ORDER BY shipment_id, fact_id DESC
{chosen}
    ), heard AS MATERIALIZED (
        SELECT t.shipment_id, t.fact_id, t.at_ms, coalesce(nullif(t.d ->> 'place', ''), t.station) AS place,
            CASE jsonb_typeof(t.d -> 'cycle') WHEN 'number' THEN (t.d ->> 'cycle')::integer ELSE 0 END
                + CASE WHEN r.status IN ('returning', 'returned') THEN 1 ELSE 0 END AS cycle,
            CASE WHEN r.status IN ('planned', 'label_created') THEN 0 WHEN r.status IN ({ended}) THEN 2 ELSE 1 END
                AS phase,
            array_position(ARRAY[{ties}], r.status) - 1 AS tie, r.status, r.reason, r.is_scan
        FROM told AS t CROSS JOIN LATERAL wismo.reads(mine, here, t.kind, t.d) AS r
        WHERE t.kind IN ('label_bought', 'label_voided', 'order_cancelled', 'tracking_said')
{newest}
    ), box AS (
        SELECT shipment_id, parcel_id, bool_or(kind = 'label_voided') AS voided FROM told
        WHERE parcel_id IS NOT NULL AND kind IN ('label_bought', 'label_printed', 'label_checked', 'label_voided',
            'parcel_manifested') GROUP BY shipment_id, parcel_id
{worn}
    ), named AS (
        INSERT INTO wismo.code (tenant_id, code, warehouse, shipment_id)
        SELECT DISTINCT mine, wismo.code_of(said), here, shipment_id FROM (
            SELECT shipment_id, unnest(ARRAY[d ->> 'number', d ->> 'source_ref',
                substring(d ->> 'number' FROM '[0-9]{4}.*$')]) FROM told WHERE kind = 'order_taken_in'
            UNION ALL SELECT shipment_id, unnest(ARRAY[d ->> 'tracking_number', d ->> 'reference']) FROM told
                WHERE kind = 'label_bought'
            UNION ALL SELECT shipment_id, jsonb_array_elements_text(d -> 'aliases') FROM told
                WHERE kind = 'label_bought') AS x (shipment_id, said)
        WHERE wismo.code_of(said) <> '' ON CONFLICT DO NOTHING
    ), fresh AS (
        SELECT k.shipment_id, k.order_id, k.begun_ms, k.d ->> 'number' AS order_number,
            coalesce(w.d ->> 'carrier', CASE WHEN c.holds THEN c.v ->> 'carrier' END, k.d ->> 'carrier') AS carrier,
            coalesce(w.d ->> 'service', CASE WHEN c.holds THEN c.v ->> 'service' END, k.d ->> 'service') AS service,
            coalesce(w.d ->> 'tracking_number', '') AS number, coalesce(n.parcels, 0) AS parcels,
            coalesce(b.status, 'planned') AS status, coalesce(b.reason, '') AS reason, coalesce(b.cycle, 0) AS cycle,
            coalesce(b.phase, 0) AS phase, coalesce(b.at_ms, 0) AS occurred_ms, coalesce(b.tie, 0) AS tie_rank,
            coalesce(replace(b.fact_id::text, '-', ''), '') AS state_fact, e.at_ms AS event_ms, e.place AS event_place
        FROM taken AS k JOIN seen AS e ON e.shipment_id = k.shipment_id
            LEFT JOIN worn AS w ON w.shipment_id = k.shipment_id
            LEFT JOIN counted AS n ON n.shipment_id = k.shipment_id
            LEFT JOIN best AS b ON b.shipment_id = k.shipment_id
            LEFT JOIN chosen AS c ON c.shipment_id = k.shipment_id
    )
    UPDATE wismo.shipment AS s SET (order_id, begun_ms, order_number, carrier, service, number, parcels, status, reason,
            cycle, phase, occurred_ms, tie_rank, state_fact, event_ms, event_place)
        = (f.order_id, f.begun_ms, f.order_number, f.carrier, f.service, f.number, f.parcels, f.status, f.reason,
            f.cycle, f.phase, f.occurred_ms, f.tie_rank, f.state_fact, f.event_ms, f.event_place)
    FROM fresh AS f WHERE s.tenant_id = mine AND s.warehouse = here AND s.shipment_id = f.shipment_id
        AND s.shipment_id = ANY(wanted);
END $$""",
    chosen=CHOSEN,
    newest=NEWEST,
    worn=WORN,
    definer=_DEFINER,
    kinds=_KINDS,
    route=ROUTE,
    ended=_ENDED,
    ties=_TIES,
)

# What `wismo-desk db upgrade` runs for it (shared_schema.STEPS): never changed once released.
FOLD_STEP: Final = (*PLAIN_STEP, *_TABLES, _READS, _FOLD)
