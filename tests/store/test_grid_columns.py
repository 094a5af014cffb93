"""The small arrays of the grid say what whole numbers and words would: instants in five bytes, codes only where they
differ, and one memory for the order of all rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_rig import opened
from test_grid_index import _FILL

from wismo_desk.domain.watching import Filter, Sort
from wismo_desk.flows.watch import Watch
from wismo_desk.store import grid_rows
from wismo_desk.store.grid_columns import _LIMITS, Columns

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
_NOW_MS = round(NOW.timestamp() * 1000)
_HOUR_MS = 3_600_000
_FIRST_MS, _END_MS = 1_200_000_000_000, 1_200_000_000_000 + (1 << 40)
INSTANTS = st.one_of(
    st.integers(_FIRST_MS, _END_MS - 1),
    st.integers(_NOW_MS - 3 * _HOUR_MS - 300, _NOW_MS - 3 * _HOUR_MS + 300),
    st.just(_FIRST_MS),
)
WAREHOUSES = ("", "lyon", "lille")
ROWS = st.dictionaries(
    st.integers(0, 3_000), st.tuples(INSTANTS, st.integers(0, len(WAREHOUSES) - 1)), min_size=1, max_size=60
)


def _columns(rows: dict[int, tuple[int, int]], *, parts: int = 1) -> Columns:
    columns = Columns()
    columns.packing({"warehouse": {name: 9 - code for code, name in enumerate(WAREHOUSES)}})
    shift = 2
    for name, bits in _LIMITS.items():
        if name == "warehouse":
            break
        shift += bits
    said = [f"{row},{event},{code << shift}" for row, (event, code) in rows.items()]
    for start in range(parts):
        if said[start::parts]:
            columns.put(",".join(said[start::parts]))
    return columns


def _asked(columns: Columns, asked: Filter) -> list[int]:
    return list(columns.order(asked, now=NOW, today=TODAY, hits=None))


@given(rows=ROWS, parts=st.integers(1, 4))
def test_instants_keep_every_millisecond(rows: dict[int, tuple[int, int]], parts: int) -> None:
    columns = _columns(rows, parts=parts)
    whole = sorted(rows, key=lambda row: (rows[row][0], row))
    assert _asked(columns, Filter(sort=Sort.EVENT, descending=False)) == whole
    assert _asked(columns, Filter(sort=Sort.EVENT, descending=True)) == whole[::-1]
    asked = Filter(sort=Sort.EVENT, descending=False, silent_h=3)
    limit = round((NOW - timedelta(hours=3)).timestamp() * 1000)
    assert _asked(columns, asked) == [row for row in whole if rows[row][0] <= limit]


def test_the_naive_four_bytes_forget_which_came_first() -> None:
    rows = {1: (_NOW_MS + 7, 0), 2: (_NOW_MS, 0)}
    naive = sorted(rows, key=lambda row: (rows[row][0] >> 8, row))
    assert naive == [1, 2]
    assert _asked(_columns(rows), Filter(sort=Sort.EVENT, descending=False)) == [2, 1]


def test_what_comes_after_2042_stands_last_and_is_no_fault() -> None:
    rows = {1: (_END_MS + 5_000, 0), 2: (_END_MS - 1_000, 0), 3: (0, 0)}
    columns = _columns(rows)
    assert _asked(columns, Filter(sort=Sort.EVENT, descending=False)) == [3, 2, 1]
    assert _asked(columns, Filter(silent_h=1)) == [3]


@given(rows=ROWS, parts=st.integers(1, 4), wanted=st.sets(st.sampled_from(WAREHOUSES), min_size=1))
def test_codes_are_kept_from_the_first_that_differs(
    rows: dict[int, tuple[int, int]], parts: int, wanted: set[str]
) -> None:
    columns = _columns(rows, parts=parts)
    asked = Filter(sort=Sort.EVENT, descending=False, warehouses=frozenset(wanted))
    whole = sorted(rows, key=lambda row: (rows[row][0], row))
    assert _asked(columns, asked) == [row for row in whole if WAREHOUSES[rows[row][1]] in wanted]
    assert ("warehouse" in columns._codes) is any(code for _, code in rows.values())


def test_a_code_that_becomes_the_usual_one_again_is_written() -> None:
    columns = _columns({1: (_NOW_MS, 1), 2: (_NOW_MS, 0)})
    columns.put(f"1,{_NOW_MS},0")
    assert _asked(columns, Filter(warehouses=frozenset({"lyon"}))) == []


def test_all_rows_in_their_order_are_one_memory() -> None:
    columns = _columns({row: (_NOW_MS + row, 0) for row in range(50)})
    first, second = (columns.order(Filter(), now=NOW, today=TODAY, hits=None) for _ in range(2))
    assert first is second
    assert columns._sorted is not None and np.shares_memory(
        columns._sorted[2], np.frombuffer(first, np.int32)
    )
    columns.put(f"3,{_NOW_MS + 900},0")
    assert first == second  # what a window holds stays as it was
    assert columns.order(Filter(), now=NOW, today=TODAY, hits=None) != first


def test_what_reading_them_took_is_given_back_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = opened(tmp_path)
    with store._files[1].begin() as connection:
        connection.exec_driver_sql(_FILL.replace(":last", "40"))
    back: list[bool] = []
    watch = Watch(
        store=store, clock=lambda: NOW, names=lambda *codes: codes, give_back=lambda: back.append(True)
    )
    assert not watch.prepare()  # few: nothing was read
    assert back == []
    monkeypatch.setattr(grid_rows, "FEW", 10)
    assert watch.prepare() and not watch.prepare()
    assert back == [True]
    [(kept,)] = store.read._engine.connect().exec_driver_sql("PRAGMA cache_size").fetchall()
    assert kept == -2_000  # the naive twin: SQLCipher's own is four times that, for each of three connections
    store.close()
