"""When a carrier is asked again: oftener when it matters, never once it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.domain.cadence import EXPIRED_AFTER, Look, next_look
from wismo_desk.domain.status import ENDED, TrackingStatus

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LOOK = Look(
    status=TrackingStatus.IN_TRANSIT,
    labelled_at=NOW - timedelta(days=1),
    event_at=NOW - timedelta(hours=3),
    asked_at=NOW - timedelta(minutes=1),
)


def wait(look: Look) -> timedelta:
    due = next_look(look, NOW)
    assert due is not None
    assert look.asked_at is not None
    return due - look.asked_at


def test_the_first_question_comes_an_hour_after_the_label() -> None:
    assert next_look(replace(LOOK, asked_at=None), NOW) == LOOK.labelled_at + timedelta(hours=1)


def test_on_the_round_it_is_asked_oftener() -> None:
    assert wait(replace(LOOK, status=TrackingStatus.OUT_FOR_DELIVERY)) < wait(LOOK)
    assert wait(LOOK) < wait(replace(LOOK, status=TrackingStatus.READY_FOR_PICKUP))


def test_on_the_promised_day_too() -> None:
    assert wait(replace(LOOK, promised_on=NOW.date())) < wait(LOOK)


def test_what_nobody_hears_of_is_asked_more_seldom() -> None:
    silent = replace(LOOK, event_at=NOW - timedelta(days=6), labelled_at=NOW - timedelta(days=7))
    assert wait(silent) > wait(LOOK)
    assert [wait(replace(LOOK, misses=n)) for n in range(4)] == sorted(
        wait(replace(LOOK, misses=n)) for n in range(4)
    )
    gone = replace(silent, event_at=NOW - EXPIRED_AFTER * 2, labelled_at=NOW - EXPIRED_AFTER * 2)
    assert next_look(gone, NOW) is None


@given(st.sampled_from(TrackingStatus), st.integers(0, 60), st.integers(0, 100))
def test_never_after_the_end_and_at_least_daily_before(
    status: TrackingStatus, days: int, misses: int
) -> None:
    event_at = NOW - timedelta(days=days)
    look = Look(
        status=status,
        labelled_at=event_at,
        event_at=event_at,
        asked_at=NOW - timedelta(hours=1),
        misses=misses,
    )
    due = next_look(look, NOW)
    if status in ENDED:
        assert due is None
    else:
        assert due is not None
        assert due <= NOW + timedelta(days=1)
