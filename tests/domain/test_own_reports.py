"""A mistaken report is taken back by a newer fact, whatever order the facts arrive in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.domain import own_reports
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.ids import time_ordered
from wismo_desk.domain.status import StatusRule, TrackingStatus, fold_key, read_codes
from wismo_desk.resources import status_tables

START = datetime(2026, 11, 22, 8, tzinfo=UTC)
CODES = read_codes(status_tables()["own"])


def said(number: int, code: str, **data: Any) -> Fact:
    at = START + timedelta(minutes=number)
    return Fact(
        fact_id=time_ordered(int(at.timestamp() * 1000), number.to_bytes(10, "big")),
        kind=FactKind.TRACKING_SAID,
        at=at,
        station="Poste 1",
        shipment_id=UUID(int=1),
        data={"carrier": "own", "code": code, "source": "person", **data},
    )


def status(facts: list[Fact]) -> TrackingStatus:
    """As the fold decides: the largest key, after the label that every delivery has."""
    label = StatusRule(TrackingStatus.LABEL_CREATED)
    keys = {fold_key(label.status, START - timedelta(hours=1), UUID(int=0)): label}
    for fact in facts:
        rule = CODES.rule(str(fact.data["code"]))
        assert rule is not None
        if rule.is_scan:
            keys[fold_key(rule.status, fact.at, fact.fact_id, cycle=int(str(fact.data.get("cycle", 0))))] = (
                rule
            )
    return keys[max(keys)].status


def history(steps: list[str], *, loaded: bool = True) -> list[Fact]:
    """`steps` are codes to report, or BACK to take the last report back, as flows.track writes them."""
    facts: list[Fact] = [said(0, "LOADED", source="manifest")] if loaded else []
    for number, step in enumerate(steps, 1):
        if step != "BACK":
            facts.append(said(number, step, cycle=own_reports.cycle(facts)))
        elif mistaken := own_reports.last_report(facts):
            held = own_reports.before(facts, mistaken, CODES)
            ids = [str(fact.fact_id) for fact in mistaken]
            later = own_reports.cycle(facts) + own_reports.CYCLES
            data = {"source": own_reports.CORRECTION, "withdraws": ids, "cycle": later}
            facts.append(said(number, **{**held, **data}))
    return facts


STEPS = st.lists(st.sampled_from(["DELIVERED", "ABSENT", "REFUSED", "RETURNED", "BACK"]), max_size=12)


@given(STEPS, st.booleans(), st.randoms())
def test_what_was_taken_back_does_not_count_and_what_stands_does(
    steps: list[str], loaded: bool, random: Any
) -> None:
    facts = history([*steps, "DELIVERED", "BACK"], loaded=loaded)
    random.shuffle(facts)
    assert status(facts) is status(history(steps, loaded=loaded))


def test_the_naive_correction_changes_nothing() -> None:
    naive = [said(0, "LOADED"), said(1, "DELIVERED"), said(2, "LOADED")]
    assert status(naive) is TrackingStatus.DELIVERED
    assert status(history(["DELIVERED", "BACK"])) is TrackingStatus.OUT_FOR_DELIVERY


def test_a_note_is_no_report_to_take_back() -> None:
    facts = history(["DELIVERED", "NOTE"])
    assert [fact.data["code"] for fact in own_reports.last_report(facts)] == ["DELIVERED"]


def test_what_was_taken_back_is_known() -> None:
    facts = history(["DELIVERED", "BACK"])
    assert own_reports.withdrawn(facts) == {str(facts[1].fact_id)}
    assert own_reports.last_report(facts) == ()
