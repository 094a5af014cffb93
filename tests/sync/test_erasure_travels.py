"""Who is erased at one desk is erased at all, in whatever order they hear of it, and on the server."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from postgres_cluster import Cluster
from sqlalchemy import text
from two_desks import NOON, Desk, make_order, settle

from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.ids import order_id
from wismo_desk.domain.notice import Milestone, Notice
from wismo_desk.domain.order import Party
from wismo_desk.domain.shipment import LabelFormat
from wismo_desk.store.journal import Entry, StoredLabel
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_notice import shared_notices
from wismo_desk.sync.join import upload

ONE = order_id("test", "1001")
Desks = Callable[[str], Desk]


def erase(desk: Desk, order: UUID = ONE) -> None:
    fact = desk.fact(FactKind.PERSON_ERASED, order, reason="asked")
    desk.store.commit(Entry(at=desk.clock(), facts=(fact,), parties=((order, Party(), ""),)))


def name(desk: Desk, order: UUID = ONE) -> str:
    found = desk.store.read.order(order)
    return found.recipient.name if found else "?"


def test_every_desk_forgets_on_its_next_pull(shared: SharedDatabase, desks: Desks) -> None:
    """Also what it alone holds: the label that it printed."""
    a, b = desks("A"), desks("B")
    one, two = a.sync(shared), b.sync(shared)
    a.take_in("1001")
    settle(one, two)
    parcel = b.label(ONE)
    label = StoredLabel(parcel_id=parcel, made_at=NOON, format=LabelFormat.ZPL, content=b"^XA Anna")
    b.store.commit(Entry(at=b.clock(), labels=(label,)))
    settle(two, one)
    assert name(b) == "Anna Durand" and b.store.journal.label(parcel)
    erase(a)
    settle(one, two)
    assert (name(a), name(b)) == ("", "") and b.store.journal.label(parcel) is None
    assert b.store.personal.find(email="") == a.store.personal.find(email="") == []
    row = b.store.read.shipment(b.store.read.parcels(order_id=ONE)[0].shipment_id)
    assert row is not None and (row.customer, row.place) == ("", "")


def test_the_server_forgets_and_keeps_it_so(
    cluster: Cluster, database: str, shared: SharedDatabase, desks: Desks
) -> None:
    """A desk that was offline brings the same order again, later: nobody comes back, there or anywhere."""
    a, b = desks("A"), desks("B")
    one, two = a.sync(shared), b.sync(shared)
    a.take_in("1001")
    settle(one)
    erase(a)
    settle(one)
    b.take_in("1001", who="Anna Durand-Roux")  # has heard nothing, and its word is the later one
    assert name(b) == "Anna Durand-Roux"
    settle(two, one)
    assert (name(a), name(b)) == ("", "")
    ((said, data),) = cluster.sql(database, "SELECT said, data FROM wismo.party")
    assert (
        str(said).startswith("~") and "Durand" not in str(data) and json.loads(str(data))["gone"] == "erased"
    )
    assert not cluster.sql(database, "SELECT 1 FROM wismo.fact WHERE data LIKE '%Durand%'")
    upload(b.store, shared, station="B", clock=b.clock)
    settle(two, one)
    assert (name(a), name(b)) == ("", "")


def test_in_any_order(shared: SharedDatabase, desks: Desks) -> None:
    """The erasure before the order, after it, and between its facts and its recipient."""
    a = desks("A")
    a.sync(shared)
    a.take_in("1001")
    facts = a.store.read.order_facts(ONE)
    party = a.store.inbox.parties_after(UUID(int=0), 9)
    erased = [a.fact(FactKind.PERSON_ERASED, ONE, reason="asked")]
    told = [("facts", facts), ("party", []), ("erased", erased)]
    for number, turn in enumerate(([0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0])):
        desk = desks(f"B{number}")
        for at in turn:
            what, some = told[at]
            people = [(who.order_id, who.data) for who in party] if what == "party" else []
            desk.store.inbox.take(some, people, now=NOON)
        assert name(desk) == "", turn
        assert desk.store.read.orders(text="Durand") == [] and desk.store.read.orders(text="1001"), turn


def test_an_erased_recipient_is_no_wrong_address(shared: SharedDatabase, desks: Desks) -> None:
    a = desks("A")
    a.sync(shared)
    a.take_in("1001")
    erase(a)
    a.store.judge_due(NOON + timedelta(days=1))
    (row,) = a.store.read.orders()
    assert row.address_doubt == "" and a.store.read.order(ONE) is not None


def test_the_shared_ledger_forgets_what_servers_said(shared: SharedDatabase) -> None:
    ledger = shared_notices(shared)
    for number, order in ((1, ONE), (2, UUID(int=7))):
        ledger.queue([Notice(
            notice_id=UUID(int=number), shipment_id=order, order_id=order, order_number="1", created_at=NOON,
            milestone=Milestone.SHIPPED, changed_at=NOON, due_at=NOON, expires_at=NOON + timedelta(days=1),
            details={"raw": "550 anna@example.org", "message_id": "<m>"},
        )])  # fmt: skip
    ledger.forget(ONE)
    (mine,), (other,) = ledger.of_order(ONE), ledger.of_order(UUID(int=7))
    assert mine.details == {"message_id": "<m>"} and mine.state is EffectState.PENDING
    assert other.details["raw"]


def test_an_earlier_program_keeps_the_word_too(shared: SharedDatabase, desks: Desks) -> None:
    """Its statement, as it was released: what stands for an erased person is later than any word."""
    a = desks("A")
    one = a.sync(shared)
    a.take_in("1001")
    erase(a)
    settle(one)
    order = make_order("1001", "Anna Durand")
    later = "f" * 32
    with shared.begin() as db:
        db.execute(
            text(
                "INSERT INTO wismo.party AS p (tenant_id, order_id, warehouse, data, said)"
                " VALUES (1, :order, '', :data, :said) ON CONFLICT (tenant_id, order_id) DO UPDATE"
                " SET data = excluded.data, said = excluded.said, changed_txid = pg_current_xact_id()"
                ' WHERE (excluded.said COLLATE "C", excluded.data COLLATE "C")'
                ' > (p.said COLLATE "C", p.data COLLATE "C")'
            ),
            {
                "order": order.order_id,
                "data": json.dumps({"name": "Anna Durand", "said": later}),
                "said": later,
            },
        )
        assert "Durand" not in str(db.scalar(text("SELECT data FROM wismo.party")))


def test_the_naive_way_brings_her_back(shared: SharedDatabase, desks: Desks) -> None:
    """Blanked with an ordinary word, the next import anywhere wins."""
    a, b = desks("A"), desks("B")
    one, two = a.sync(shared), b.sync(shared)
    a.take_in("1001")
    settle(one)
    blank = a.fact(FactKind.VALUE_SET, ONE, scope="x", key="x", value=1)
    a.store.commit(Entry(at=a.clock(), facts=(blank,), parties=((ONE, Party(), ""),)))
    settle(one)
    assert name(a) == ""
    b.take_in("1001")
    settle(two, one)
    assert name(a) == "Anna Durand"


@pytest.mark.parametrize("fresh", [True, False])
def test_a_desk_that_comes_later_never_learns_the_name(
    shared: SharedDatabase, desks: Desks, fresh: bool
) -> None:
    a = desks("A")
    one = a.sync(shared)
    a.take_in("1001")
    erase(a)
    settle(one)
    late = desks("L")
    if not fresh:
        late.take_in("1001")
        two = late.sync(shared, meet=False)
        two.join(fresh=False)
    else:
        two = late.sync(shared)
    settle(two, one)
    assert (name(late), name(a)) == ("", "")
