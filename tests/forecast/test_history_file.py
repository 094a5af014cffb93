"""Histories as people have them: columns missing, rows doubled, unsorted, half empty, dates in several forms."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from wismo_desk.errors import BadInput
from wismo_desk.forecast.encoder import ABROAD, ANY, DOMESTIC
from wismo_desk.forecast.history_file import decode, read_history
from wismo_desk.forecast.parcels import NEVER, NO_PROMISE
from wismo_desk.forecast.unusable import BACKWARDS, EMPTY, FAR, LONG, NO_DAY

EPOCH = date(1970, 1, 1).toordinal()
HEAD = "shipment,carrier,service,origin_zone,destination_zone,handed_over_at,promised_on,delivered_at,closed_at\n"


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal() - EPOCH


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-02",
        "2026-03-02 23:40:00",
        "2026-03-02T23:40:00Z",
        "2026-03-02T23:40:00+05:00",
        "02/03/2026",
        "2.3.2026 08:00",
    ],
)
def test_days_in_every_form_are_read_as_written(written: str) -> None:
    found = read_history(f"{HEAD}1,a,b,FR,FR,{written},{written},{written},\n").parcels
    assert found.handed[0] == found.promised[0] == found.delivered[0] == day("2026-03-02")


def test_rows_are_sorted_and_the_last_of_one_number_counts() -> None:
    text = HEAD + (
        "2,a,b,FR,FR,2026-03-05,2026-03-09,,\n"
        "1,a,b,FR,FR,2026-03-02,2026-03-09,2026-03-04,\n"
        "2,a,b,FR,FR,2026-03-05,2026-03-09,2026-03-07,\n"
    )
    found = read_history(text)
    assert (found.rows, found.doubled, found.unusable) == (3, 1, 0)
    assert found.parcels.delivered.tolist() == [day("2026-03-04"), day("2026-03-07")]


def test_what_cannot_be_used_is_counted_not_guessed() -> None:
    text = HEAD + (
        "1,a,b,FR,FR,,2026-03-09,2026-03-04,\n"  # never handed over
        "2,a,b,FR,FR,2026-03-09,2026-03-12,2026-03-02,\n"  # arrived a week before
        "3,a,b,FR,FR,soon,2026-03-12,2026-03-10,\n"
        "4,a,b,FR,FR,2026-03-09,never,perhaps,\n"
        "5,a,b,FR,FR,2026-03-09,,2026-03-08,\n"  # two clocks
        "6,a\n"
    )
    found = read_history(text)
    assert (found.rows, found.unusable) == (6, 4)
    assert [(each.line, each.field, each.value, each.sentence) for each in found.named] == [
        (2, "handed_over_at", "", EMPTY),
        (3, "delivered_at", "2026-03-02", BACKWARDS),
        (4, "handed_over_at", "soon", NO_DAY),
        (7, "handed_over_at", "", EMPTY),
    ]
    assert found.parcels.delivered.tolist() == [NEVER, day("2026-03-09")]
    assert (found.parcels.promised == NO_PROMISE).all()


def test_lines_are_counted_as_an_editor_does_and_five_are_named() -> None:
    good = "2026-03-02;2026-03-04;x\n"
    text = "handed_over_at;delivered_at;note\n\n" + good + '2026-03-02;;"two\nlines"\n' + "1971-03-02;;\n"
    text += "2026-03-02;2029-03-04;\n" + "?;;\n" * 6 + good
    found = read_history(text)
    assert (found.rows, found.unusable, len(found.named)) == (11, 8, 5)
    assert [(each.line, each.sentence) for each in found.named[:3]] == [(6, FAR), (7, LONG), (8, NO_DAY)]


def test_two_columns_suffice() -> None:
    found = read_history("handed_over_at;delivered_at\n2026-03-02;2026-03-04\n2026-03-03;\n").parcels
    assert len(found) == 2 and found.carriers == ("", "") and found.delivered[1] == NEVER
    assert found.root.tolist() == [ANY, ANY]


def test_further_columns_split_lanes() -> None:
    text = "handed_over_at,delivered_at,depot\n2026-03-02,2026-03-04,north\n2026-03-02,2026-03-04,south\n"
    assert read_history(text, ["depot"]).parcels.chain[-1].tolist() == [0, 1]
    with pytest.raises(BadInput, match="warehouse"):
        read_history(text, ["warehouse"])


def test_default_tables_by_country_only_where_all_zones_are_countries() -> None:
    row = "{at},a,b,{origin},{zone},2026-03-02,,2026-03-04,\n"
    zones = [("FR", "FR"), ("FR", "DE"), ("FR", "FR-20")]
    text = HEAD + "".join(row.format(at=at, origin=o, zone=z) for at, (o, z) in enumerate(zones))
    assert read_history(text).parcels.root.tolist() == [DOMESTIC, ABROAD, DOMESTIC]
    states = HEAD + row.format(at=1, origin="SP", zone="SE") + row.format(at=2, origin="SP", zone="PA")
    assert set(read_history(states).parcels.root.tolist()) == {ANY}


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", HEAD, HEAD + "1,a,b,FR,FR,,,,\n"])
def test_a_file_without_parcels_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(BadInput):
        read_history(text)


def test_bytes_of_excel_are_read() -> None:
    assert decode("é".encode("utf-8-sig")) == "é"
    assert decode("é".encode("cp1252")) == "é"


def test_undelivered_ones_close_on_their_day_only() -> None:
    text = (
        HEAD
        + "1,a,b,FR,FR,2026-03-02,2026-03-09,,2026-04-09\n2,a,b,FR,FR,2026-03-02,2026-03-09,,2026-02-01\n"
    )
    assert read_history(text).parcels.closed.tolist() == [day("2026-04-09"), NEVER]
    assert np.issubdtype(read_history(text).parcels.closed.dtype, np.int32)
