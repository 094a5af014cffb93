"""What windows ask: search by any word, sorted rows, pages, counts, and what a scan names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from store_rig import NOON, Clock, about, bought, opened, order, said, taken_in

from wismo_desk.domain.anomaly import AnomalyKind
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.order import Check, OrderState, Party, Product
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.domain.watching import Filter, Sort
from wismo_desk.flows.pen import Pen
from wismo_desk.store.codec import product_data
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store


def person(**values: str) -> Party:
    return Party(street=("12 rue des Tanneurs",), **values)


PEOPLE = {
    "10482": person(name="Zoé Lefèvre-O'Brien", city="Tours", postcode="37000", phone="06 39 98 12 04"),
    "10483": person(name="Łukasz Żak", city="Kraków", country="PL", postcode="30-001", phone="+48600100200"),
    "CMD_10484/B": person(
        name="Ελένη Παππά", city="Αθήνα", country="GR", postcode="105 57", email="eleni.pappa@example.gr"
    ),
    "10485": person(
        company="L'Église & Fils", city="L'Haÿ-les-Roses", postcode="94240", phone="+33 (0)6 39 98 12 05"
    ),
    "10486": person(name="王小明", city="北京", country="CN", postcode="100000", phone="0139-98.12.06"),
    "10487": person(name="Ève Lœuillet", company="Æther & Cie", city="Œuilly", postcode="51480"),
}
SSCC = "395200000000000017"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Six shipments, one of them in two parcels, each a minute after the other."""
    store, clock = opened(tmp_path_factory.mktemp("queries")), Clock()
    pen = Pen("Poste 1", clock=clock)
    for number, who in PEOPLE.items():
        clock.pass_(minutes=1)
        carrier = "practice" if number == "10483" else "own"
        late = {"ship_by": NOON + timedelta(minutes=2)} if number == "10486" else {}
        one = order(number, recipient=who, **late)
        store.commit(taken_in(pen, one, carrier=carrier))
    first, second = pen.new_id(), pen.new_id()
    one = order("10483")
    labels = (
        bought(pen, one, first, "PX1234567890", carrier="practice", aliases=["PX1234567890;REF"], last=False),
        bought(pen, one, second, "PX9999999999", carrier="practice", parcel_no=2),
    )
    store.commit(Entry(at=clock(), facts=labels))
    own = bought(pen, order("10487"), pen.new_id(), SSCC, last=False)
    store.commit(Entry(at=clock(), facts=(own,)))
    store.commit(Entry(at=clock(), facts=(said(pen, one, "TRI", place="Poznań"),)))
    store.commit(Entry(at=clock(), facts=(about(pen, order("10485"), FactKind.ORDER_CANCELLED, reason="x"),)))
    store.judge_due(clock())
    yield store
    store.close()


def numbers(store: Store, asked: Filter) -> list[str]:
    return [row.order_number for row in store.read.page(store.read.rows(asked))]


FOUND = [
    ("10482", {"10482"}),
    ("1048", set(PEOPLE)),
    ("cmd_10484/b", {"CMD_10484/B"}),
    ("cmd 10484", {"CMD_10484/B"}),
    ("lefevre", {"10482"}),
    ("LEFÈVRE zoe", {"10482"}),
    ("Lefe\u0300vre", {"10482"}),  # decomposed, as macOS types it
    ("o'brien", {"10482"}),
    ("lukasz zak", {"10483"}),
    ("Łuk", {"10483"}),
    ("krakow 30-001", {"10483"}),
    ("παππα", {"CMD_10484/B"}),
    ("eleni.pappa@example.gr", {"CMD_10484/B"}),
    ("l'église", {"10485"}),
    ("hay-les-roses", {"10485"}),
    ("王小", {"10486"}),
    ("06 39 98 12 04", {"10482"}),
    ("0639981204", {"10482"}),
    ("+33 6 39 98 12 04", {"10482"}),
    ("06.39.98.12.05", {"10485"}),
    ("0639 98", {"10482"}),
    ("PX1234", {"10483"}),
    ("px 1234 567 890", {"10483"}),
    ("PX9999999999", {"10483"}),  # the second parcel
    ("loeuillet", {"10487"}),
    ("Lœuil", {"10487"}),
    ("OEUILLY", {"10487"}),
    ("aether", {"10487"}),
    (SSCC, {"10487"}),
    (f"(00){SSCC}", {"10487"}),
    ("(00) 3952 0000", {"10487"}),
    (f"00{SSCC}", {"10487"}),
    ("0039520000", {"10487"}),
    ("xx", set()),
    ('"', set()),
    ("' OR 1=1 --", set()),
    ("a:b*", set()),
    ("NEAR(", set()),
    ("555%", set()),
    ("?", set()),
]


@pytest.mark.parametrize(("typed", "found"), FOUND)
def test_the_one_search_box(desk: Store, typed: str, found: set[str]) -> None:
    assert set(numbers(desk, Filter(text=typed))) == found
    assert {row.number for row in desk.read.orders(text=typed)} == found


def test_blank_is_no_question(desk: Store) -> None:
    assert len(numbers(desk, Filter(text="   "))) == len(PEOPLE)


def test_worst_first_then_what_waits_longest(desk: Store) -> None:
    assert numbers(desk, Filter())[0] == "10486"  # its truck has left
    calm = numbers(desk, Filter())[1:]
    times = {row.order_number: row.event_at for row in desk.read.page(desk.read.rows(Filter()))}
    assert calm == sorted(calm, key=times.__getitem__)
    (late,) = (row for row in desk.read.page(desk.read.rows(Filter())) if row.order_number == "10486")
    assert [a.kind for a in late.anomalies] == [AnomalyKind.ORDER_LATE]


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("descending", [True, False])
def test_every_order_has_every_row(desk: Store, sort: Sort, descending: bool) -> None:
    found = desk.read.rows(Filter(sort=sort, descending=descending))
    assert sorted(found) == sorted(desk.read.rows(Filter()))
    assert list(desk.read.rows(Filter(sort=sort, descending=descending), limit=2)) == list(found[:2])


def test_filters(desk: Store) -> None:
    assert numbers(desk, Filter(carriers=frozenset({"practice"}))) == ["10483"]
    assert numbers(desk, Filter(statuses=frozenset({TrackingStatus.IN_TRANSIT}))) == ["10483"]
    assert numbers(desk, Filter(only_anomalies=True)) == ["10486"]
    assert numbers(desk, Filter(anomalies=frozenset({AnomalyKind.PROMISE_PASSED}))) == []
    assert "10485" not in numbers(desk, Filter(only_open=True))
    assert numbers(desk, Filter(text="10483", carriers=frozenset({"own"}))) == []


def test_a_page_is_in_the_asked_order_without_what_is_gone(desk: Store) -> None:
    found = desk.read.rows(Filter(sort=Sort.EVENT))
    asked = [found[2], 999_999, found[0]]
    assert [row.row for row in desk.read.page(asked)] == [found[2], found[0]]
    assert desk.read.page([]) == []
    ids = desk.read.row_ids([shipment_id(order("10482").order_id), order("10482").order_id])
    assert len(ids) == 1


def test_a_row_says_what_the_grid_shows(desk: Store) -> None:
    row = desk.read.shipment(shipment_id(order("10483").order_id))
    assert row is not None
    assert (row.number, row.parcels, row.customer, row.place) == (
        "PX1234567890",
        2,
        "Łukasz Żak",
        "Kraków, PL",
    )
    assert (row.promised_on, row.event_place) == (date(2026, 11, 27), "Poznań")
    assert desk.read.shipment(order("10483").order_id) is None


def test_counts_are_those_of_the_rows(desk: Store) -> None:
    counts = desk.read.counts()
    assert (counts.total, counts.open, counts.with_anomaly) == (6, 5, 1)
    assert dict(counts.by_carrier) == {"own": 5, "practice": 1}
    assert dict(counts.by_anomaly) == {AnomalyKind.ORDER_LATE: 1}
    assert [carrier for carrier, _ in desk.read.labelled_since(NOON)] == ["practice", "practice", "own"]


def test_orders_page(desk: Store) -> None:
    assert [row.number for row in desk.read.orders(states=(OrderState.SHIPPED,))] == ["10483"]
    (row,) = desk.read.orders(states=(OrderState.SHIPPED,))
    assert (row.pieces, row.carrier, row.customer) == (2, "practice", "Łukasz Żak")
    assert row.address_doubt == ""


def test_what_a_scan_names(desk: Store) -> None:
    parcels = desk.read.parcels(order_id=order("10483").order_id)
    assert desk.read.named(["PX1234567890;REF"]) == [("parcel", str(parcels[0].parcel_id))]
    assert desk.read.named(["10482"]) == [("order", str(order("10482").order_id))]
    assert desk.read.named(["", "nothing"]) == []
    assert [p.parcel_no for p in desk.read.unmanifested("practice")] == [1, 2]


def test_products_by_any_spelling_of_their_codes(store: Store, pen: Pen) -> None:
    cup = Product(
        sku="0A-12", name="Tasse", codes=(("0952000000201", 1), ("0001", 6)), weight_g=400, check=Check.SCAN
    )
    fact = pen.fact(FactKind.VALUE_SET, scope="product", key=cup.sku, value=product_data(cup))
    store.commit(Entry(at=NOON, facts=(fact,)))
    for code in ("0A-12", "952000000201", "0952000000201", "00952000000201", "1", "0001"):
        assert store.read.product_of([code]) == cup, code
    assert store.read.product_of(["A-12"]) is None
    less = replace(cup, codes=())
    fact = pen.fact(FactKind.VALUE_SET, scope="product", key=cup.sku, value=product_data(less))
    store.commit(Entry(at=NOON, facts=(fact,)))
    assert store.read.product_of(["0001"]) is None
    assert store.read.products() == {"0A-12": less}


def test_twenty_thousand_rows_read_page_by_page(tmp_path_factory: pytest.TempPathFactory, pen: Pen) -> None:
    """Every row once, in order, whatever the page; the index vector is small and whole."""
    store = opened(tmp_path_factory.mktemp("many"))
    total, chunk = 20_000, 2_000
    with store._files[1].begin() as connection:  # rows as folded ones are, without folding 20,000 orders
        connection.exec_driver_sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "INSERT INTO shipment (row, shipment_id, order_id, order_number, carrier, service, number, "
            "parcels, customer, place, status, reason, cycle, phase, occurred_ms, tie_rank, "
            "state_fact, event_ms, event_place, address_doubt, severity, anomaly, anomalies) "
            "SELECT i, printf('%032x', i), printf('%032x', i), 'N' || i, 'own', 'home', printf('PX%08d', i), "
            "1, 'C' || i, 'Tours', 'planned', '', 0, 0, 0, 0, '', i % 977, '', '', i % 3, "
            "CASE WHEN i % 3 THEN 'order_late' ELSE '' END, '[]' FROM n",
            (total,),
        )
    found = store.read.rows(Filter())
    assert len(found) == len(set(found)) == total
    assert found.itemsize == 4
    seen: list[tuple[int, float]] = []
    for start in range(0, total, chunk):
        page = store.read.page(found[start : start + chunk])
        assert len(page) == chunk
        seen += [(-row.severity, row.event_at.timestamp()) for row in page]
    assert seen == sorted(seen)
    assert store.read.counts().with_anomaly == sum(1 for i in range(1, total + 1) if i % 3)
    store.close()
