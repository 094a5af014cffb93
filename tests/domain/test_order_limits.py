"""Mixtures of encodings, endless fields, huge quantities, endless numbers: each line by itself, with its sentence."""

from __future__ import annotations

import csv

import pytest
from test_order_file import parse, refs, row, sentences, written

from wismo_desk.domain import order_file_text, order_rows
from wismo_desk.domain.cell_values import is_huge_count
from wismo_desk.domain.order_file_text import read_head, read_table
from wismo_desk.domain.order_remarks import (
    IS_COMMAND,
    IS_PRODUCT,
    IS_TAKEN,
    SHORTEST_SCAN,
    TOO_SHORT,
    number_remarks,
)


def _mixed(*lines: bytes) -> bytes:
    return b"\n".join((b"order number,sku,quantity,city", *lines))


def test_a_line_of_another_program_does_not_damage_its_neighbours() -> None:
    utf8 = "1000,S,1,José".encode()
    latin = ["1001,S,1,Éric".encode("cp1252"), "1002,S,1,Zoé".encode("cp1252")]
    read = read_table(_mixed(utf8, *latin))
    assert [line.fields[3] for line in read.rows] == ["José", "Éric", "Zoé"]
    assert [line.sentence for line in read.rows] == ["", "", ""]
    naive = _mixed(utf8, *latin).decode("cp1252")  # the whole file as one encoding
    assert "JosÃ©" in naive


def test_one_line_each_is_a_mixture_too() -> None:
    read = read_table(_mixed("1000,S,1,José".encode(), "1001,S,1,Éric".encode("cp1252")))
    assert [line.fields[3] for line in read.rows] == ["José", "Éric"]


def test_a_line_with_both_kinds_of_letters_is_refused() -> None:
    both = b"1001,S,1," + "José ".encode() + "Éric".encode("cp1252")
    read = read_table(_mixed("1000,S,1,Éva".encode("cp1252"), both, "1002,S,1,José".encode()))
    assert [line.sentence for line in read.rows] == ["", order_file_text.UNREADABLE, ""]
    assert [read.rows[0].fields[3], read.rows[2].fields[3]] == ["Éva", "José"]


def test_a_field_without_end_is_called_what_it_is() -> None:
    limit = csv.field_size_limit()
    file = parse(written(row(orderId="10480"), row(orderId="10481", description="x" * (limit + 1)), row()))
    assert sentences(file) == [order_file_text.TOO_LONG]
    assert dict(file.refusals[0].values) == {"limit": limit}
    assert refs(file) == ["10480", "10482"]


@pytest.mark.parametrize(
    ("said", "huge"), [("999999999", True), ("1 000 000", True), ("999999", False), ("2,5", False)]
)
def test_a_huge_quantity_is_told_its_limit(said: str, huge: bool) -> None:
    file = parse(written(row(quantity=said)))
    assert is_huge_count(said) is huge
    assert (order_rows.HUGE_QUANTITY in sentences(file)) is huge
    if huge:
        assert dict(file.refusals[0].values)["most"] == 999_999


@pytest.mark.parametrize("column", ["orderId", "originRef"])
def test_an_order_number_that_no_label_takes_stays_out(column: str) -> None:
    file = parse(written(row(**{column: "N" * 61}), row(orderId="10483")))
    assert sentences(file) == [order_rows.LONG_NUMBER]
    assert file.refusals[0].field == column
    assert refs(file) == ["10483"]
    assert refs(parse(written(row(orderId="N" * 60)))) == ["N" * 60]


def test_each_order_knows_its_first_line() -> None:
    file = parse(written(row(orderId="A001"), row(orderId="A002"), row(orderId="A001", lineId="2")))
    assert (refs(file), file.first_lines) == (["A001", "A002"], (2, 3))


def test_the_head_of_a_long_file_is_read_alone() -> None:
    head = read_head(_mixed(*(b"%d,S,1,Tours" % number for number in range(90_000))), 3)
    assert [line.fields[0] for line in head.rows] == ["0", "1", "2"]
    assert head.header[0] == "order number"


def test_progress_is_told_now_and_then() -> None:
    heard: list[int] = []
    read_table(_mixed(*(b"%d,S,1,Tours" % number for number in range(4_500))), heard.append)
    assert heard == [2_000, 4_000]


def test_what_is_worth_knowing_of_a_number() -> None:
    def told(number: str, **others: str) -> list[str]:
        return [one.sentence for one in number_remarks(number, "F1", **others)]

    assert told("1042") == []
    assert told("A1") == [TOO_SHORT]
    assert told("N" * SHORTEST_SCAN) == []
    assert told("WD-OK") == [IS_COMMAND]
    assert told("9520000001025", sku="TS-M") == [IS_PRODUCT]
    assert told("SAME", other="F2") == [IS_TAKEN]
