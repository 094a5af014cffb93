"""A claim from a silent parcel to the money: guessed, one for each parcel, with its evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from tests.flows.claim_rig import LOST, PDF, PNG, Desk
from tests.store.store_rig import bought
from wismo_desk.domain.calendar import Calendars
from wismo_desk.domain.claim import ClaimKind, ClaimState, Way
from wismo_desk.domain.claim_terms import ClaimTerm, Count, Start, Trust
from wismo_desk.domain.figures import Period
from wismo_desk.domain.ids import shipment_id
from wismo_desk.errors import BadInput, DeskError, Refused
from wismo_desk.flows.claim_chart import claims_chart
from wismo_desk.flows.claim_steps import MOST_BYTES
from wismo_desk.flows.insight_saying import Saying
from wismo_desk.flows.insights import Insights
from wismo_desk.flows.triage import Triage
from wismo_desk.words import Words


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.store.close()


def test_a_lost_parcel_is_claimed_with_its_reason_its_amount_and_its_limit(desk: Desk) -> None:
    one = desk.ship("1", "AARCFM", LOST, carrier="colissimo")
    claim = desk.claim(one)
    assert (claim.kind, claim.state, claim.requested, claim.currency) == (
        ClaimKind.LOST,
        ClaimState.DRAFT,
        2500,
        "EUR",
    )
    assert "looks for it since {when}" in claim.why
    assert claim.why_when is not None
    assert (claim.deadline, claim.trusted) == (date(2026, 12, 23), False)  # 30 days, second hand
    assert (claim.number, claim.carrier) == ("N1", "colissimo")


def test_the_customers_word_makes_it_not_received_and_the_limit_is_not_sure(desk: Desk) -> None:
    one = desk.ship("1", "LIVRE")
    triage = Triage(store=desk.store, pen=desk.pen, names=lambda c, s: (c, s), zone=UTC)
    triage.contest([shipment_id(one.order_id)])
    claim = desk.claim(one)
    assert claim.kind is ClaimKind.NOT_RECEIVED
    assert (claim.since, claim.deadline, claim.trusted) == (date(2026, 11, 23), date(2026, 11, 26), False)
    (row,) = desk.open.rows()
    assert (row.left, row.order_number, row.customer, row.carrier_name) == (2, "1", "Zoé Lefèvre", "Practice")


def test_late_asks_for_nothing_by_itself(desk: Desk) -> None:
    one = desk.ship("1", "TRI", promised_on=date(2026, 11, 20))
    claim = desk.claim(one)
    assert (claim.kind, claim.requested) == (ClaimKind.LATE, 0)


def test_a_second_try_is_told_and_what_has_not_left_too(desk: Desk) -> None:
    gone, here = desk.ship("1", "TRI"), desk.ship("2")
    desk.claim(gone)
    again = desk.open([shipment_id(gone.order_id), shipment_id(here.order_id)])
    assert again.count == 0
    assert {number: error.sentence[:24] for number, error in again.refused} == {
        "1": "A claim is open for it a",
        "2": "Its parcel has not left:",
    }
    claim = desk.open.rows()[0].claim
    desk.steps.close(claim, text="found")
    assert desk.open([shipment_id(gone.order_id)]).count == 1  # once it is over, another may be made


def test_the_naive_desk_claims_twice(desk: Desk) -> None:
    """The naive twin: a draft whatever is open already."""
    one = desk.ship("1", "TRI")
    row = desk.store.read.shipment(shipment_id(one.order_id))
    (parcel,) = desk.store.read.parcels(order_id=one.order_id)
    assert row is not None
    desk.say(*(desk.open._draft(row, one, parcel) for _ in range(2)))
    assert [row.claim.double_of is not None for row in desk.open.rows()] in ([False, True], [True, False])


def test_from_draft_to_money_and_back(desk: Desk) -> None:
    claim = desk.claim(desk.ship("1", LOST, carrier="colissimo"))
    desk.steps.amend(claim, requested=3000, text=" two  mugs ")
    with pytest.raises(Refused, match="knows nothing"):
        desk.steps.accept(claim, approved=2000)
    desk.steps.send(claim, how=Way.FORM, reference="C-9")
    with pytest.raises(Refused, match="was sent"):
        desk.steps.amend(claim, requested=1)
    desk.steps.answer(claim, text="they look for it")
    desk.steps.accept(claim, approved=2000)
    moved = desk.steps.pay(claim, received=2000)
    now = desk.now(claim)
    assert (now.state, now.requested, now.approved, now.received, now.text) == (
        ClaimState.PAID,
        3000,
        2000,
        2000,
        "two mugs",
    )
    (total,) = desk.open.sums()
    assert (total.month, total.carrier, total.asked, total.accepted, total.received) == (
        "2026-11",
        "Colissimo",
        3000,
        2000,
        2000,
    )
    desk.steps.undo(moved)
    assert (desk.now(claim).state, desk.now(claim).received) == (ClaimState.ACCEPTED, 0)
    assert desk.now(claim).steps[-1].withdrawn


@pytest.mark.parametrize("amount", [-1, 100_000_000])
def test_an_amount_that_cannot_be_is_refused(desk: Desk, amount: int) -> None:
    claim = desk.claim(desk.ship("1", LOST, carrier="colissimo"))
    with pytest.raises(BadInput, match="cannot be right"):
        desk.steps.amend(claim, requested=amount)


def test_another_kind_has_another_limit(desk: Desk) -> None:
    one = desk.ship("1", "LIVRE")
    claim = desk.claim(one)
    assert (claim.kind, claim.deadline) == (ClaimKind.OTHER, None)
    desk.steps.amend(claim, kind=ClaimKind.DAMAGED)
    now = desk.now(claim)
    assert (now.kind, now.deadline, now.trusted) == (
        ClaimKind.DAMAGED,
        date(2026, 11, 27),
        True,
    )  # the 25th is off


def test_the_merchants_contract_counts_from_then_on(desk: Desk) -> None:
    term = ClaimTerm(
        carrier="practice",
        kind="damaged",
        reach=None,
        days=10,
        count=Count.CALENDAR,
        start=Start.DELIVERED,
        source="",
        checked=None,
        trust=Trust.MERCHANT,
    )
    desk.open.set_term("practice", ClaimKind.DAMAGED, term)
    claim = desk.claim(desk.ship("1", "LIVRE"))
    desk.steps.amend(claim, kind=ClaimKind.DAMAGED)
    assert desk.now(claim).deadline == date(2026, 12, 3)
    desk.open.set_term("practice", ClaimKind.DAMAGED, None)
    assert len(desk.open.all_terms()) == len(desk.open.terms)
    with pytest.raises(DeskError, match="from 1 to"):
        desk.open.set_term("practice", ClaimKind.DAMAGED, replace(term, days=0))


def test_the_evidence_has_all_that_the_desk_knows(desk: Desk) -> None:
    one = desk.ship("1", "TRI")
    claim = desk.claim(one)
    desk.clock.pass_(days=3)
    desk.steps.attach(claim, name="box of Zoe.png", content=PNG)
    desk.steps.attach(claim, name="invoice.pdf", content=PDF)
    found = desk.gather(claim.claim_id)
    assert (found.weight_g, found.value, [line.pieces for line in found.lines]) == (842, 2500, [2])
    assert [(one.sku, one.pieces, one.code) for one in found.scans] == [("MUG", 2, "MUG")]
    assert (found.packed_by, found.order_number) == ("QUAI-1", "1")
    assert [gap.days for gap in found.gaps] == [3]
    assert found.gaps[0].until is None
    assert [name for name, _ in found.pictures] == ["box of Zoe.png"]
    assert found.others == ("invoice.pdf",)
    facts = desk.store.read.order_facts(one.order_id)
    assert "Zoe" not in str([fact.data for fact in facts])  # the name stays with the file


def test_only_photos_and_pdfs_of_a_sane_size(desk: Desk) -> None:
    claim = desk.claim(desk.ship("1", "TRI"))
    with pytest.raises(BadInput, match="neither a photo"):
        desk.steps.attach(claim, name="virus.png", content=b"MZ")
    with pytest.raises(BadInput, match="more than"):
        desk.steps.attach(claim, name="huge.png", content=PNG + bytes(MOST_BYTES))
    moved = desk.steps.attach(claim, name="photo.png", content=PNG)
    (one,) = desk.now(claim).attachments
    desk.steps.detach(claim, one)
    assert desk.now(claim).attachments == ()
    assert desk.store.claim_files.get(one.file) is None
    assert moved.fact.data["size"] == len(PNG)


def test_what_nobody_opened_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused, match="not known"):
        desk.open.get(UUID(int=1))
    with pytest.raises(Refused, match="at most"):
        desk.open([UUID(int=n) for n in range(501)])


def test_two_parcels_are_two_claims(desk: Desk) -> None:
    one = desk.ship("1", "TRI")
    desk.say(bought(desk.pen, one, desk.pen.new_id(), "N1-2", carrier="practice", parcel_no=2))
    assert desk.open([shipment_id(one.order_id)]).count == 2
    assert len(desk.open.of_shipment(shipment_id(one.order_id))) == 2


def test_the_figures_show_what_was_asked_and_received(desk: Desk) -> None:
    for number, received in (("1", 2000), ("2", 0)):
        claim = desk.claim(desk.ship(number, LOST, carrier="colissimo"))
        desk.steps.send(claim, how=Way.FORM)
        if received:
            desk.steps.pay(claim, received=received)
    zone = ZoneInfo("Europe/Paris")
    insights = Insights(store=desk.store, pen=desk.pen, zone=zone, calendars=Calendars(zone=zone))
    found = insights(Period(date(2026, 11, 23), date(2026, 11, 23)))
    (one,) = found.claims
    assert (one.carrier, one.claims, one.asked, one.received) == ("colissimo", 2, 5000, 2000)
    assert insights(Period(date(2026, 11, 1), date(2026, 11, 22))).claims == ()
    chart = claims_chart(Saying(Words("en"), lambda carrier, service: (carrier.title(), service)), found)
    assert chart.title == "Claims: €20.00 received of €50.00 asked"
    assert [(bar.label, bar.said, bar.note, bar.loud) for bar in chart.bars] == [
        ("Colissimo", "€50.00", "€20.00 received", True)
    ]
    assert chart.grid.rows == (("Colissimo", "2", "€50.00", "€20.00", "€20.00"),)
