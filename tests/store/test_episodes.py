"""Episodes written many at a time are those that one by one would leave."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wismo_desk.domain.anomaly import Flip, Judged, Situation
from wismo_desk.domain.anomaly_cases import WEIGHT
from wismo_desk.domain.anomaly_kinds import AnomalyKind, Severity
from wismo_desk.store import main_tables as t
from wismo_desk.store.engine import Writer, writer
from wismo_desk.store.episodes import kinds_of, note_episodes

_KINDS = (AnomalyKind.NO_SCAN, AnomalyKind.PROMISE_PASSED, AnomalyKind.STATUS_UNKNOWN)
_Said = dict[AnomalyKind, tuple[int, Severity, bool]]  # due, how grave, on trial
_said: st.SearchStrategy[_Said] = st.dictionaries(
    st.sampled_from(_KINDS),
    st.tuples(st.integers(0, 3), st.sampled_from([Severity.WATCH, Severity.ACT]), st.booleans()),
)


@pytest.fixture(scope="module")
def file() -> Iterator[Writer]:
    with TemporaryDirectory() as folder:
        made = writer(Path(folder) / "main.db", bytes(32), synchronous="OFF")
        with made.begin() as connection:
            t.metadata.create_all(connection)
        yield made
        made.close()


def judged(said: _Said) -> Judged:
    flips = {
        trial: tuple(
            Flip(due, severity, kind, 0) for kind, (due, severity, shadow) in said.items() if shadow is trial
        )
        for trial in (False, True)
    }
    return Judged(flips[False], flips[True], None, sum(WEIGHT[kind] for kind in said), snoozed=False)


@given(rounds=st.lists(st.lists(_said, min_size=3, max_size=3), max_size=6))
@settings(max_examples=60, deadline=None)
def test_many_at_once_leave_what_one_by_one_would(file: Writer, rounds: list[list[_Said]]) -> None:
    kept: dict[tuple[str, str, int], list[int | None]] = {}
    verdicts = [0, 0, 0]
    with file.begin() as connection:
        connection.exec_driver_sql("DELETE FROM episode")
        for n, shipments in enumerate(rounds):
            at, found = 100 + n, [judged(said) for said in shipments]
            news = [
                (f"{row:032x}", verdicts[row], one, Situation("in_transit", event=50))
                for row, one in enumerate(found)
            ]
            note_episodes(connection, at, news)
            for (key, before, *_), said in zip(news, shipments, strict=True):
                held = kinds_of(before)
                for (ship, kind, _), episode in kept.items():
                    if ship == key and AnomalyKind(kind) in held - said.keys() and episode[2] is None:
                        episode[2] = at
                for kind, (due, severity, shadow) in said.items():
                    if kind not in held:
                        worst = kept.get((key, kind.value, due or 50), [0])[0] or 0
                        kept[key, kind.value, due or 50] = [max(worst, int(severity)), int(shadow), None]
            verdicts = [one.verdict for one in found]
    rows = file.run("SELECT shipment_id, kind, opened_ms, severity, shadow, closed_ms FROM episode")
    assert {(key, kind, opened): said for key, kind, opened, *said in rows} == kept


def test_each_episode_is_found_by_its_key(file: Writer) -> None:
    """No statement reads the table through for the few that it closes."""
    from wismo_desk.store import episodes

    plan = file.run(f"EXPLAIN QUERY PLAN {episodes._CLOSE.replace('?', repr('[]'))}")
    assert not any("SCAN episode" in row[-1] for row in plan), plan
