"""The fold key: whatever order scans arrive in, and however often, one of them is the state."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.domain.ids import hashed
from wismo_desk.domain.status import (
    ENDED,
    FoldKey,
    IncidentReason,
    StatusRule,
    TrackingStatus,
    fold_key,
    folded,
    mapping_version,
    read_codes,
)

START = datetime(2026, 11, 23, 8, tzinfo=UTC)
S = TrackingStatus
R = IncidentReason


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def state(*events: tuple[TrackingStatus, int]) -> TrackingStatus:
    """The winner of (status, minute) events; ids follow from them, as a carrier's do."""
    keys = {
        fold_key(status, at(minute), hashed(int(at(minute).timestamp() * 1000), status, str(minute))): status
        for status, minute in events
    }
    return keys[max(keys)]


STORIES = [
    # the latest physical scan wins inside the network, not the "furthest" one
    ([(S.ACCEPTED, 1), (S.OUT_FOR_DELIVERY, 2), (S.DELIVERY_ATTEMPTED, 3)], S.DELIVERY_ATTEMPTED),
    (
        [
            (S.OUT_FOR_DELIVERY, 2),
            (S.DELIVERY_ATTEMPTED, 3),
            (S.OUT_FOR_DELIVERY, 4),
            (S.READY_FOR_PICKUP, 5),
        ],
        S.READY_FOR_PICKUP,
    ),
    # an end stays an end, also when a hub's scan comes in late
    ([(S.DELIVERED, 5), (S.IN_TRANSIT, 6)], S.DELIVERED),
    # except that the way back has its own cycle
    ([(S.DELIVERED, 5), (S.RETURNING, 6)], S.RETURNING),
    ([(S.RETURNING, 6), (S.DELIVERED, 7)], S.RETURNING),
    ([(S.RETURNING, 6), (S.RETURNED, 9), (S.RETURNING, 10)], S.RETURNED),
    # an announcement never beats the network, whatever its clock says
    ([(S.IN_TRANSIT, 2), (S.LABEL_CREATED, 9)], S.IN_TRANSIT),
    ([(S.LABEL_CREATED, 1), (S.PLANNED, 2)], S.PLANNED),  # voided: it waits again
]


@pytest.mark.parametrize(("events", "winner"), STORIES)
def test_stories(events: list[tuple[TrackingStatus, int]], winner: TrackingStatus) -> None:
    assert state(*events) is winner
    assert state(*reversed(events)) is winner


def test_a_naive_fold_by_time_gets_the_late_hub_scan_wrong() -> None:
    events = [(S.DELIVERED, 5), (S.IN_TRANSIT, 6)]
    naive = max(events, key=lambda event: event[1])[0]
    assert naive is S.IN_TRANSIT
    assert state(*events) is S.DELIVERED


scans = st.tuples(st.sampled_from([s for s in S if s is not S.UNKNOWN]), st.integers(0, 5000))


@given(st.lists(scans, min_size=1, max_size=12), st.data())
def test_order_and_repetition_do_not_matter(
    events: list[tuple[TrackingStatus, int]], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(events + events[:3]))
    assert state(*shuffled) is state(*events)


@given(scans, st.integers(0, 2))
def test_a_later_cycle_beats_every_earlier_one(event: tuple[TrackingStatus, int], cycle: int) -> None:
    status, minute = event
    again = fold_key(S.PLANNED, START, UUID(int=0), cycle=cycle + 2)
    assert fold_key(status, at(minute), UUID(int=5), cycle=cycle) < again


def test_equal_instants_are_decided_by_rank_then_by_id() -> None:
    one, two = UUID(int=1), UUID(int=2)
    assert fold_key(S.ACCEPTED, START, two) < fold_key(S.IN_TRANSIT, START, one)
    assert fold_key(S.ACCEPTED, START, one) < fold_key(S.ACCEPTED, START, two)


def test_keys_compare_as_their_columns_do() -> None:
    """SQL compares the five columns as a row value, Python the dataclass: the ids must sort alike as text."""
    keys = [fold_key(S.ACCEPTED, START, UUID(int=number)) for number in (9, 10, 255, 2**100)]
    assert sorted(keys) == sorted(
        keys, key=lambda k: (k.cycle, k.phase, k.occurred_ms, k.tie_rank, k.fact_id)
    )
    assert {len(key.fact_id) for key in keys} == {32}
    assert all(isinstance(key, FoldKey) for key in keys)


def test_ended_statuses_are_the_last_phase() -> None:
    assert {s for s in S if fold_key(s, START, UUID(int=1)).phase == 2} == ENDED


def test_code_tables_and_their_version() -> None:
    text = "code,status,reason,is_scan\nLIVRE,delivered,,1\nINFO,unknown,,0\n"
    codes = read_codes(text)
    assert codes.rule("LIVRE") == StatusRule(S.DELIVERED)
    info = codes.rule("INFO", "whatever")
    assert info is not None
    assert not info.is_scan
    assert codes.rule("NEW") is None
    assert set(codes) == {"LIVRE", "INFO"}
    assert mapping_version({"a": text, "b": ""}) == mapping_version({"b": "", "a": text})
    assert mapping_version({"a": text}) != mapping_version({"a": text.replace("LIVRE", "LIVREE")})


def test_a_row_may_ask_for_a_piece_of_the_label() -> None:
    codes = read_codes(
        "code,label,status,reason,is_scan,note\n"
        "SD,reportée,delayed,carrier_delay,1,a day later by its words\n"
        "SD,,in_transit,,1,\n"
        ",disponible au point relais,ready_for_pickup,,1,no codes at all\n"
    )
    assert codes.rule("SD", "Livraison REPORTEE au lendemain") == StatusRule(S.DELAYED, R.CARRIER_DELAY)
    assert codes.rule("SD", "Tri effectué") == StatusRule(S.IN_TRANSIT)
    assert codes.rule("", "Colis  disponible au Point Relais\u00ae") == StatusRule(S.READY_FOR_PICKUP)
    assert codes.rule("", "Autre nouvelle") is None


def test_a_code_of_several_parts_means_what_its_beginning_means() -> None:
    codes = read_codes(
        "code,label,status,reason,is_scan,note\n"
        "D,returned to,returned,,1,\nD,,delivered,,1,\nD/040,,ready_for_pickup,,1,\nD/-/UA,,returned,,1,\n"
    )

    def status(code: str, label: str = "") -> TrackingStatus | None:
        rule = codes.rule(code, label)
        return rule.status if rule else None

    assert status("D/011/FS") is TrackingStatus.DELIVERED
    assert status("D/011/FS", "Package was returned to the sender") is TrackingStatus.RETURNED
    assert status("D/040/ZP") is TrackingStatus.READY_FOR_PICKUP
    assert status("D/-/UA") is TrackingStatus.RETURNED
    assert status("X/013/A7") is None
    assert status("DD/011") is None  # parts, not letters


@given(st.text() | st.text("aÉ ç’œ·\u0301\u034f\u00ad\u00a0ﬁ²", max_size=20))
def test_labels_are_folded_as_unicode_says(text: str) -> None:
    """The quick ways for plain letters and for the usual accents agree with the whole one."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    assert folded(text) == " ".join(bare.casefold().split())
