"""Which facts make which milestone: never backwards, never stale, only what is switched on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from notice_rig import NOON, Clock, fact, label, notice, order, said

from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.notice import (
    LIFETIME,
    Milestone,
    Story,
    due,
    language_of,
    message_id,
    overtaken,
)
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.flows.pen import Pen

M = Milestone
ALL = frozenset(Milestone)
ONE = order("1")


def life() -> tuple[Pen, Clock]:
    clock = Clock()
    return Pen("Poste 1", clock=clock), clock


def told(
    facts: list[Fact], status: TrackingStatus = TrackingStatus.PLANNED, now: datetime = NOON, **more: object
) -> list[M]:
    story = Story(status=status, facts=tuple(facts), **more)  # type: ignore[arg-type]  # late_since
    return [each.milestone for each in due(story, on=ALL, now=now)]


def test_the_life_of_a_shipment() -> None:
    pen, _ = life()
    first, second = pen.new_id(), pen.new_id()
    facts = [fact(pen, ONE, FactKind.ORDER_TAKEN_IN)]
    assert told(facts) == [M.CONFIRMED]
    facts.append(fact(pen, ONE, FactKind.ORDER_IN_HAND))
    assert told(facts) == [M.CONFIRMED, M.IN_PREPARATION]
    facts.append(label(pen, ONE, first, last=False))
    assert told(facts) == [M.CONFIRMED, M.IN_PREPARATION], "one of two parcels"
    facts.append(label(pen, ONE, second, no=2))
    assert told(facts) == [M.CONFIRMED, M.SHIPPED]
    facts.append(fact(pen, ONE, FactKind.PARCEL_MANIFESTED, first, manifest="m"))
    assert told(facts) == [M.CONFIRMED, M.SHIPPED], "one parcel stayed here"
    facts.append(fact(pen, ONE, FactKind.PARCEL_MANIFESTED, second, manifest="m"))
    assert told(facts) == [M.CONFIRMED, M.SHIPPED, M.HANDED_OVER]
    facts.append(said(pen, ONE, "DELIVERED"))
    assert told(facts, TrackingStatus.DELIVERED) == [M.DELIVERED]


def test_a_voided_label_is_not_shipped() -> None:
    pen, _ = life()
    first, second = pen.new_id(), pen.new_id()
    facts = [label(pen, ONE, first), fact(pen, ONE, FactKind.LABEL_VOIDED, first, reason="x")]
    assert told(facts) == []
    assert told([*facts, label(pen, ONE, second, issue=2)]) == [M.SHIPPED]


def test_late_until_delivered_or_cancelled() -> None:
    pen, _ = life()
    facts = [fact(pen, ONE, FactKind.ORDER_TAKEN_IN)]
    assert told(facts, late_since=NOON) == [M.CONFIRMED, M.DELAYED]
    assert told(facts, TrackingStatus.CANCELLED, late_since=NOON) == []
    delivered = [*facts, said(pen, ONE, "DELIVERED")]
    assert told(delivered, TrackingStatus.DELIVERED, late_since=NOON) == [M.DELIVERED]


def test_switched_off_and_stale() -> None:
    pen, _ = life()
    story = Story(status=TrackingStatus.PLANNED, facts=(fact(pen, ONE, FactKind.ORDER_TAKEN_IN),))
    assert due(story, on={M.SHIPPED}, now=NOON) == ()
    (one,) = due(story, on=ALL, now=NOON)
    assert (one.at, one.expires_at) == (NOON, NOON + LIFETIME[M.CONFIRMED])
    assert due(story, on=ALL, now=one.expires_at) == ()


@given(st.randoms(use_true_random=False), st.integers(0, 40))
def test_order_of_arrival_and_repetition_do_not_matter(chance: object, hours: int) -> None:
    pen, clock = life()
    parcels = [pen.new_id(), pen.new_id()]
    facts = []
    for kind in (FactKind.ORDER_TAKEN_IN, FactKind.ORDER_IN_HAND):
        facts.append(fact(pen, ONE, kind))
        clock.pass_(hours=1)
    facts += [label(pen, ONE, parcels[0], last=False), label(pen, ONE, parcels[1], no=2)]
    facts += [fact(pen, ONE, FactKind.PARCEL_MANIFESTED, each, manifest="m") for each in parcels]
    now = NOON + timedelta(hours=hours)
    shuffled = [*facts, *facts[: hours % 6]]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random of hypothesis
    assert told(shuffled, now=now) == told(facts, now=now)


def test_never_backwards() -> None:
    shipped = notice("1", M.SHIPPED)
    for state in EffectState:
        later = notice("1", M.HANDED_OVER, state=state)
        known = state in (EffectState.SENDING, EffectState.DONE, EffectState.IN_DOUBT)
        assert overtaken(shipped, [shipped, later]) is known
        assert not overtaken(later, [shipped])
    done = {"state": EffectState.DONE}
    assert not overtaken(shipped, [notice("2", M.DELIVERED, **done)]), "another shipment"
    assert not overtaken(shipped, [notice("1", M.DELAYED, **done)]), "beside the ladder"
    assert not overtaken(notice("1", M.DELAYED), [notice("1", M.SHIPPED, **done)])
    assert not overtaken(shipped, [notice("1", M.DELIVERED, cycle=1, **done)])


def test_a_message_has_one_id_and_a_second_one_on_purpose_another() -> None:
    one = notice("1")
    assert message_id(one, "a.example") == message_id(replace(one, attempts=3), "a.example")
    assert message_id(one, "a.example").endswith("@a.example>")
    others = [notice("2"), notice("1", M.SHIPPED), replace(one, cycle=1), replace(one, details={"issue": 1})]
    assert len({message_id(each, "a.example") for each in [one, *others]}) == 5


def test_language() -> None:
    assert [language_of(c) for c in ("FR", "re", "BE", "DE", "GB")] == ["fr", "fr", "fr", "en", "en"]
    assert language_of("FR", "en") == "en"
