"""What carriers say of a shipment lengthens no row: what its words take, its room gives."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.store.store_rig import NOON, Clock, about, bought, opened, order, said, taken_in
from wismo_desk.domain.anomaly_kinds import Anomaly, AnomalyKind, Cause, Severity
from wismo_desk.domain.anomaly_words import usual_words
from wismo_desk.domain.fact import FactKind
from wismo_desk.flows.pen import Pen
from wismo_desk.store.journal import Entry
from wismo_desk.store.judging import CAUSE_OF_WORST, dump_anomalies, read_anomalies
from wismo_desk.store.main_tables import shipment
from wismo_desk.store.store import Store

# A day in its life; a place and a reason are as long as they are, until there is no room left.
_WORDS: Final = (("TRI", "Lyon"), ("TOURNEE", "Clermont-Fd"), ("TRI", "Le Puy"), ("TOURNEE", "Issoire"))


def _length(value: Any) -> int:
    """Bytes in a record (sqlite.org/fileformat2.html#record_format)."""
    if value is None or value in (0, 1):
        return 0
    if isinstance(value, int):
        return next(size for size in (1, 2, 3, 4, 6, 8) if -(1 << 8 * size - 1) <= value < 1 << 8 * size - 1)
    if isinstance(value, float):
        return 8
    return len(value.encode() if isinstance(value, str) else value)


def _lengths(store: Store, *, without: str = "") -> int:
    columns = ", ".join(column.name for column in shipment.c if column.name != without)
    [row] = store._files[1].run(f"SELECT {columns} FROM shipment")
    return sum(map(_length, row))


def _lived(folder: Path, *, without: str = "") -> list[int]:
    """The bytes of the only row there is, from its label on, after each word."""
    store, clock = opened(folder), Clock(NOON)
    pen, one = Pen("Poste 1", clock=clock), order("1042", ship_by=None, promised_on=None)
    parcel = pen.new_id()
    try:
        label = (bought(pen, one, parcel, "X1"), about(pen, one, FactKind.LABEL_CHECKED, parcel))
        handed = about(pen, one, FactKind.PARCEL_MANIFESTED, parcel, manifest="M1")
        store.commit(taken_in(pen, one))
        store.commit(Entry(at=NOON, facts=(*label, handed)))
        sizes = [_lengths(store, without=without)]
        for hour, (code, place) in enumerate(_WORDS, start=1):
            clock.now = NOON + timedelta(hours=hour)
            store.commit(Entry(at=clock.now, facts=(said(pen, one, code, place=place),)))
            sizes.append(_lengths(store, without=without))
        return sizes
    finally:
        store.close()


def test_a_word_lengthens_no_row(tmp_path: Path) -> None:
    assert len(set(_lived(tmp_path))) == 1


def test_without_room_each_word_does(tmp_path: Path) -> None:
    """The naive twin."""
    assert len(set(_lived(tmp_path, without="room"))) > 2


words = st.text(max_size=20)


@settings(max_examples=100, deadline=None)
@example(kind=AnomalyKind.LOST, said=None, ms=1_795_142_304_001, values=[])
@given(
    kind=st.sampled_from(AnomalyKind),
    said=st.none() | st.tuples(words, words),
    ms=st.none() | st.integers(0, 4_102_444_800_000),
    values=st.lists(st.tuples(words, words), max_size=3),
)
def test_an_anomaly_is_read_as_it_was_written(
    kind: AnomalyKind, said: tuple[str, str] | None, ms: int | None, values: list[tuple[str, str]]
) -> None:
    usual = usual_words(kind)
    sentence, step = said or usual
    anomaly = Anomaly(
        kind=kind,
        severity=max(Severity),
        sentence=sentence or usual[0],
        step=step or usual[1],
        since=None if ms is None else datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms),
        values=tuple(values),
        cause=Cause.CARRIER,
        seen=bool(values),
    )
    assert read_anomalies(dump_anomalies([anomaly, anomaly])) == (anomaly, anomaly)


@pytest.mark.parametrize("cause", Cause)
def test_the_worst_ones_cause_stands_where_sql_looks_for_it(cause: Cause) -> None:
    one = Anomaly(kind=AnomalyKind.LOST, severity=max(Severity), sentence="", step="", cause=cause)
    [(first, *_)] = [json.loads(dump_anomalies([one]))]
    place = int(CAUSE_OF_WORST.removeprefix("$[0][").removesuffix("]"))
    assert first[place] == cause.value


def test_what_all_of_a_kind_say_is_not_written() -> None:
    kind = AnomalyKind.PROMISE_PASSED
    sentence, step = usual_words(kind)
    usual = Anomaly(kind=kind, severity=max(Severity), sentence=sentence, step=step, cause=Cause.CARRIER)
    assert sentence not in dump_anomalies([usual])
    assert step not in dump_anomalies([usual])
