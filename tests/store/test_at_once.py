"""Rows as one text there and back: nothing of them changes on the way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.store.at_once import keep_at_once, keep_facts_at_once, read_at_once, update_at_once
from wismo_desk.store.codec import dump, facts_text
from wismo_desk.store.engine import Writer, writer
from wismo_desk.store.main_tables import fact

ASKED = "SELECT a, b, c, d FROM thing WHERE key >= ? ORDER BY key DESC"
VALUES = st.tuples(
    st.none() | st.integers(-(2**63), 2**63 - 1),
    st.none() | st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(blacklist_categories=["Cs"]), max_size=12),
    st.sampled_from(["[]", '{"é": 1}', "", '"', "'", "null", "1"]),
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writer]:
    found = writer(tmp_path_factory.mktemp("once") / "x.db", b"k" * 32, synchronous="OFF")
    with found.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE thing (key TEXT PRIMARY KEY, a BIGINT, b FLOAT, c TEXT, d TEXT NOT NULL)"
        )
    yield found
    found.close()


def fill(connection: Connection, rows: list[tuple[Any, ...]]) -> None:
    connection.exec_driver_sql("DELETE FROM thing")
    for n, row in enumerate(rows):
        connection.exec_driver_sql("INSERT INTO thing VALUES (?, ?, ?, ?, ?)", (f"{n:04}", *row))


def plainly(connection: Connection) -> list[list[Any]]:
    return [list(row) for row in connection.exec_driver_sql(ASKED, ("",))]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(VALUES, max_size=20), st.lists(VALUES, min_size=20, max_size=20))
def test_what_is_read_and_written_at_once_is_what_is_written_row_by_row(
    file: Writer, before: list[tuple[Any, ...]], after: list[tuple[Any, ...]]
) -> None:
    with file.begin() as connection:
        fill(connection, before)
        assert read_at_once(connection, ASKED, ("",), width=4) == plainly(connection)
        now = after[: len(before)]
        rows = [(*row, f"{n:04}") for n, row in enumerate(now)]
        update_at_once(connection, "thing", ("a", "b", "c", "d"), "key", rows)
        at_once = plainly(connection)
        fill(connection, now)
        assert at_once == plainly(connection)


DATA = st.dictionaries(
    st.text(st.characters(blacklist_categories=["Cs"]), max_size=5),
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**70), 2**70)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(blacklist_categories=["Cs"]), max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text("aé", max_size=2), inner, max_size=2)
        ),
        max_leaves=6,
    ),
    max_size=4,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(DATA, min_size=1, max_size=6))
def test_what_a_fact_says_is_kept_letter_for_letter(file: Writer, said: list[dict[str, Any]]) -> None:
    """However its text is taken apart on the way: the audit trail counts on it."""
    facts = [
        Fact(fact_id=uuid4(), kind=FactKind.TRACKING_SAID, at=datetime(2026, 11, 23, tzinfo=UTC),
             station='Poste "é"', data=data)
        for data in said
    ]  # fmt: skip
    with file.begin() as connection:
        fact.create(connection, checkfirst=True)
        connection.exec_driver_sql("DELETE FROM fact")
        keep_facts_at_once(connection, facts_text(facts))
        kept = connection.exec_driver_sql("SELECT fact_id, data, station, order_id FROM fact").fetchall()
    assert sorted(map(tuple, kept)) == sorted(
        (one.fact_id.hex, dump(one.data), one.station, None) for one in facts
    )


def test_what_is_there_already_stays_and_a_missing_value_is_a_bug(file: Writer) -> None:
    first, second = uuid4(), uuid4()
    row: dict[str, Any] = {"key": first, "a": 1, "b": None, "c": "é", "d": "{}"}
    with file.begin() as connection:
        fill(connection, [])
        keep_at_once(connection, "thing", [row])
        keep_at_once(connection, "thing", [{**row, "c": "other"}, {**row, "key": second}])
        keep_at_once(connection, "thing", [])
        kept = [(UUID(key), said) for key, said in connection.exec_driver_sql("SELECT key, c FROM thing")]
    assert sorted(kept) == sorted([(first, "é"), (second, "é")])
    with pytest.raises(DBAPIError, match="NOT NULL"), file.begin() as connection:
        keep_at_once(connection, "thing", [{**row, "key": uuid4(), "d": None}])
