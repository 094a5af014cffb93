"""The short form of the day that `python -m tests.speed notices` runs in full."""

from __future__ import annotations

from pathlib import Path

from notice_day import a_day

from wismo_desk.domain.notice import Channel


def test_a_day_of_parcels_and_three_companies_that_fail(tmp_path: Path) -> None:
    outcome = a_day(tmp_path / "desk", 12, every=5)
    assert outcome.is_right, outcome
    assert outcome.faults > 20
    assert all(outcome.sent[channel] > 5 and outcome.in_doubt[channel] for channel in Channel), outcome


def test_naive_twin_tries_again_whatever_happened_and_is_caught(tmp_path: Path) -> None:
    outcome = a_day(tmp_path / "desk", 12, every=5, naive=True)
    assert outcome.twice.total(), outcome
    assert not outcome.is_right
