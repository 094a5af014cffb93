"""The wall's arithmetic: one queue for all trucks, who is too late, and how many stations would do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.domain.wall import Load, Pace, most_pressing, moved, pace_of, project, remedy

NOW = datetime(2026, 12, 1, 15, 20, tzinfo=UTC)


def load(carrier: str, hour: int, minute: int, left: int, packed: int = 0) -> Load:
    return Load(carrier=carrier, leaves_at=NOW.replace(hour=hour, minute=minute), packed=packed, left=left)


DAY = (load("mr", 16, 45, 22), load("dpd", 17, 0, 18), load("col", 17, 30, 148), load("chr", 18, 0, 24))
PACE = Pace(per_hour=84, stations=3)


def test_trucks_wait_for_those_that_leave_before_them() -> None:
    trucks = project(DAY, NOW, PACE)
    assert [truck.finish_at and truck.finish_at.strftime("%H:%M:%S") for truck in trucks] == [
        "15:35:42",
        "15:48:34",
        "17:34:17",
        "17:51:25",
    ]
    assert [truck.too_late for truck in trucks] == [0, 0, 7, 0]


def test_each_truck_by_itself_would_promise_what_cannot_be() -> None:
    """The naive twin: every carrier reckons with all stations, and nobody is late."""
    alone = [project((one,), NOW, PACE)[0] for one in DAY]
    assert all(truck.too_late == 0 for truck in alone)


def test_a_fourth_station_saves_the_truck() -> None:
    found = remedy(DAY, NOW, PACE, "col")
    assert found is not None
    assert (found.stations, found.finish_at.strftime("%H:%M"), found.too_late) == (4, "17:00", 0)
    assert remedy(DAY, NOW, PACE, "dpd") is None


def test_what_no_station_can_save_is_said() -> None:
    found = remedy((load("col", 15, 30, 500),), NOW, PACE, "col")
    assert found is not None
    assert found.stations == 6
    assert found.too_late > 400


def test_only_what_is_due_can_be_too_late() -> None:
    shop = Load(carrier="own", leaves_at=NOW.replace(hour=15, minute=30), packed=0, left=100, due=7)
    later = Load(carrier="dpd", leaves_at=NOW.replace(hour=16), packed=0, left=60, due=0)
    first, second = project((shop, later), NOW, Pace(per_hour=60))
    assert (first.finish_at, first.too_late) == (NOW + timedelta(minutes=7), 0)
    assert (second.finish_at, second.too_late) == (NOW + timedelta(minutes=67), 0)
    (late,) = project(
        (Load(carrier="own", leaves_at=NOW + timedelta(minutes=5), packed=0, left=100, due=7),),
        NOW,
        Pace(per_hour=60),
    )
    assert late.too_late == 3


def test_what_missed_its_truck_does_not_hold_the_others_up() -> None:
    gone, next_one = project((load("a", 15, 0, 9), load("b", 16, 0, 14)), NOW, PACE)
    assert gone.missed
    assert gone.finish_at is None
    assert next_one.finish_at is not None
    assert round((next_one.finish_at - NOW).total_seconds()) == 600


def test_a_pace_is_counted_from_the_first_label_of_the_hour() -> None:
    steady = [NOW - timedelta(minutes=5 * n) for n in range(13)]
    found = pace_of(steady, NOW)
    assert found is not None
    assert round(found.per_hour, 2) == 13.09  # twelve in 55 minutes
    fresh = [NOW - timedelta(minutes=n) for n in range(20)]  # after a break
    found = pace_of([*fresh, NOW - timedelta(hours=3)], NOW, stations=2)
    assert found is not None
    assert round(found.per_hour) == 63
    assert found.stations == 2
    quick = pace_of([NOW - timedelta(seconds=n) for n in range(6)], NOW)
    assert quick == Pace(per_hour=24)  # six in six seconds are no 3,600 an hour
    assert pace_of(steady[:4], NOW) is None


def test_stations_are_tried_out() -> None:
    assert moved(PACE, 4) == Pace(per_hour=112, stations=4)
    assert moved(PACE, 0) == PACE
    assert moved(None, 4) is None


def test_who_needs_somebody_keeps_a_tile() -> None:
    trucks = project((*DAY, load("gls", 15, 0, 2), load("ups", 16, 0, 0)), NOW, PACE)
    shown, rest = most_pressing(trucks, 4)
    assert [truck.load.carrier for truck in shown] == ["gls", "mr", "dpd", "col"]
    assert {truck.load.carrier for truck in rest} == {"ups", "chr"}


@given(
    st.lists(st.tuples(st.integers(0, 59), st.integers(0, 300)), max_size=6),
    st.floats(1, 2000),
    st.integers(1, 9),
)
def test_more_stations_are_never_worse(rows: list[tuple[int, int]], rate: float, stations: int) -> None:
    loads = [load(f"c{n}", 17, minute, left) for n, (minute, left) in enumerate(rows)]
    pace = Pace(per_hour=rate, stations=stations)
    few = project(loads, NOW, pace)
    many = project(loads, NOW, pace.at(stations + 1))
    assert all(0 <= truck.too_late <= truck.load.left for truck in few)
    assert all(a.too_late >= b.too_late for a, b in zip(few, many, strict=True))
