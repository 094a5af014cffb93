"""Claims are folded from facts in any order, listed by what can still be missed, and kept files go with the person."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from store_rig import KEY, NOON, Clock, about, bought, opened, order, rows, taken_in

from wismo_desk.app.files import restore
from wismo_desk.domain.claim import ClaimKind, ClaimState, ClaimVerb
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.flows.pen import Pen
from wismo_desk.store.claim_files import KeptFile
from wismo_desk.store.copies import copy_files
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

ONE = order("1001")


def opening(pen: Pen, parcel: UUID, **changes: Any) -> Fact:
    data: dict[str, Any] = {
        "carrier": "own",
        "number": "N1",
        "wrong": "damaged",
        "requested": 4590,
        "since": "2026-11-23",
        "deadline": "2026-11-26",
        "source": "law",
        "trusted": True,
    }
    return about(pen, ONE, FactKind.CLAIM_OPENED, parcel, **(data | changes))


def handled(pen: Pen, claim: Fact, verb: ClaimVerb, **data: Any) -> Fact:
    return about(
        pen, ONE, FactKind.CLAIM_HANDLED, claim.parcel_id, claim=claim.fact_id.hex, verb=verb.value, **data
    )


def committed(store: Store, pen: Pen, *facts: Fact) -> None:
    store.commit(Entry(at=pen.clock(), facts=facts))


def life(pen: Pen, clock: Clock) -> tuple[Entry, list[Fact]]:
    """An order, its parcel, and a claim from the draft to the money."""
    entry, parcel = taken_in(pen, ONE), pen.new_id()
    label, claim = bought(pen, ONE, parcel, "N1"), opening(pen, parcel)
    clock.pass_(hours=1)
    sent = handled(pen, claim, ClaimVerb.SEND, how="form", reference="R-77")
    note = handled(pen, claim, ClaimVerb.NOTE, text="mistake")
    undone = handled(pen, claim, ClaimVerb.WITHDRAW, facts=[note.fact_id.hex])
    accepted = handled(pen, claim, ClaimVerb.ACCEPT, approved=2500)
    paid = [handled(pen, claim, ClaimVerb.PAY, received=cents) for cents in (1000, 1500)]
    return entry, [label, claim, sent, note, undone, accepted, *paid]


def test_a_claim_goes_from_draft_to_paid(store: Store, pen: Pen, clock: Clock) -> None:
    entry, facts = life(pen, clock)
    store.commit(entry)
    committed(store, pen, *facts)
    (claim,) = store.read.claims.of_order(ONE.order_id)
    assert (claim.state, claim.kind, claim.reference) == (ClaimState.PAID, ClaimKind.DAMAGED, "R-77")
    assert (claim.requested, claim.approved, claim.received) == (4590, 2500, 2500)
    assert claim.sent_at == NOON + timedelta(hours=1)
    assert [one.withdrawn for one in claim.steps] == [False, False, True, False, False, False]
    assert store.read.claims.get(claim.claim_id) == claim


def test_any_order_and_any_repetition_give_the_same(tmp_path: Path, pen: Pen, clock: Clock) -> None:
    entry, facts = life(pen, clock)
    dice, seen = Random(7), set()
    for turn in range(4):
        store = opened(tmp_path / str(turn))
        mixed = [*entry.facts, *facts]
        dice.shuffle(mixed)
        for fact in mixed:
            store.commit(Entry(at=pen.clock(), facts=(fact,), parties=entry.parties))
        store._main.apply(mixed[:4], [], now=clock())
        seen.add((str(store.read.claims.of_order(ONE.order_id)), str(rows(store, "claim"))))
        before = rows(store, "claim"), rows(store, "shipment", "claim_on")
        store.rebuild()
        assert (rows(store, "claim"), rows(store, "shipment", "claim_on")) == before
        store.close()
    assert len(seen) == 1


def test_of_two_desks_that_claim_for_one_parcel_the_later_is_shown_as_double(
    store: Store, clock: Clock
) -> None:
    first, second = Pen("QUAI-1", clock=clock), Pen("QUAI-2", clock=clock)
    entry, parcel = taken_in(first, ONE), first.new_id()
    one = opening(first, parcel)
    clock.pass_(minutes=1)
    other = opening(second, parcel)
    for facts in ((other,), entry.facts, (one,)):  # the older comes last
        store.commit(Entry(at=clock(), facts=facts))
    older, later = store.read.claims.of_order(ONE.order_id)
    assert (older.double_of, later.double_of) == (None, older.claim_id)
    committed(store, second, handled(second, other, ClaimVerb.CLOSE, text="double"))
    older, later = store.read.claims.of_order(ONE.order_id)
    assert (later.state, later.double_of) == (ClaimState.CLOSED, None)
    assert store.read.claims.open_parcels([parcel]) == {parcel}


def test_what_can_still_be_missed_comes_first(store: Store, pen: Pen) -> None:
    store.commit(taken_in(pen, ONE))
    parcels = [pen.new_id() for _ in range(4)]
    dates = ("2026-12-24", "2026-11-25", None, "2026-11-24")
    made = [opening(pen, parcel, deadline=day) for parcel, day in zip(parcels, dates, strict=True)]
    committed(store, pen, *made, handled(pen, made[3], ClaimVerb.SEND, how="mail"))
    found = [made.index(next(f for f in made if f.fact_id == c.claim_id)) for c in store.read.claims.listed()]
    assert found == [1, 0, 2, 3]
    assert len(store.read.claims.listed(is_open=False)) == 0
    assert len(store.read.claims.listed(carrier="other")) == 0


def test_the_row_tells_the_rules_until_when(store: Store, pen: Pen) -> None:
    store.commit(taken_in(pen, ONE))
    claim = opening(pen, pen.new_id())
    assert rows(store, "shipment", "claim_on") == [("",)]
    committed(store, pen, claim)
    assert rows(store, "shipment", "claim_on") == [("2026-11-26",)]
    committed(store, pen, handled(pen, claim, ClaimVerb.SEND, how="post"))
    assert rows(store, "shipment", "claim_on") == [("-",)]
    assert shipment_id(ONE.order_id)


def kept(pen: Pen, content: bytes = b"\x89PNG") -> KeptFile:
    return KeptFile(
        file=pen.new_id().hex, order_id=ONE.order_id, name="photo.png", media="image/png", content=content
    )


def test_files_are_encrypted_and_go_with_the_person(store: Store, pen: Pen, tmp_path: Path) -> None:
    store.commit(taken_in(pen, ONE))
    assert not store.claim_files.is_there
    photo = kept(pen, b"a photo of Zoe" * 9)
    store.claim_files.keep(photo)
    store.claim_files.keep(photo)
    assert store.claim_files.get(photo.file) == photo
    assert store.personal.export(ONE.order_id)["claim_files"][0]["name"] == "photo.png"
    held = [path for path in tmp_path.rglob("claims.db*") if path.is_file()]
    assert held
    assert not any(b"photo of" in path.read_bytes() for path in held)
    committed(store, pen, about(pen, ONE, FactKind.PERSON_ERASED, reason="asked"))
    assert store.claim_files.get(photo.file) is None
    assert store.claim_files.of_order(ONE.order_id) == []


def test_a_backup_has_them_and_gives_them_back(tmp_path: Path, pen: Pen) -> None:
    store = opened(tmp_path / "desk")
    photo = kept(pen)
    store.claim_files.keep(photo)
    copy_files(tmp_path / "desk", KEY, tmp_path / "copy")
    store.claim_files.drop(photo.file)
    assert store.claim_files.get(photo.file) is None
    store.close()
    restore(tmp_path / "desk", tmp_path / "copy", KEY, now=NOON)
    again = opened(tmp_path / "desk")
    assert again.claim_files.get(photo.file) == photo
    again.close()


def test_an_order_with_an_open_claim_keeps_its_recipient(store: Store, pen: Pen, clock: Clock) -> None:
    parcel = pen.new_id()
    claim = opening(pen, parcel)
    store.commit(taken_in(pen, ONE))
    cancelled = about(pen, ONE, FactKind.ORDER_CANCELLED, reason="x")
    committed(store, pen, bought(pen, ONE, parcel, "N1"), cancelled, claim)
    later = NOON + timedelta(days=120)
    assert store.personal.old(later) == []
    committed(store, pen, handled(pen, claim, ClaimVerb.CLOSE, text="found"))
    assert store.personal.old(later) == [ONE.order_id]
