"""Bytes to lines: every encoding and dialect gives the same cells, and a broken line breaks no other."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wismo_desk.domain import order_file_text as oft
from wismo_desk.domain.order_file_text import Refusal, error_file, read_table
from wismo_desk.errors import BadInput

HEADER = "orderId;sku;quantity;address1;city;note"


def table(*lines: str, head: str = HEADER) -> oft.Table:
    return read_table("\n".join((head, *lines)).encode())


def say(sentence: str, /, **values: object) -> str:
    return sentence.format(**values)


# Two characters of Windows-1252 can be a letter of UTF-8 by chance: what they mean then nobody can tell.
BY_CHANCE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
CELLS = st.text(st.characters(codec="cp1252", exclude_categories=["Cc", "Cs", "Zs"]), max_size=12).filter(
    lambda cell: (
        not cell.startswith(("'", '="'))
        and cell.strip() == cell
        and not BY_CHANCE.search(cell.encode("cp1252"))
    )
)
ROWS = st.lists(
    st.lists(CELLS, min_size=6, max_size=6).filter(any), min_size=1, max_size=6
)  # a row of empty cells is no row


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@settings(max_examples=20)
@given(rows=ROWS)
def test_any_dialect_gives_the_same_cells(
    encoding: str, delimiter: str, end: str, rows: list[list[str]]
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerow(HEADER.split(";"))
    writer.writerows(rows)
    read = read_table(out.getvalue().encode(encoding))
    assert read.delimiter == delimiter
    assert [row.sentence for row in read.rows] == [""] * len(rows)
    # NFC: the product keeps one form of each accented letter; cp1252 has no other.
    assert [row.fields for row in read.rows] == rows


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("é".encode(), "utf-8"),
        ("é".encode("utf-8-sig"), "utf-8"),
        ("é".encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + "é".encode("utf-16-be"), "utf-16"),
        ("é€".encode("cp1252"), "cp1252"),
        (b"\xe9\x81", "iso-8859-1"),
    ],
)
def test_encoding_is_reported(data: bytes, encoding: str) -> None:
    text, found = oft.decode(data)
    assert found == encoding
    assert text[0] == "é"


def test_one_damaged_line_does_not_turn_a_file_to_cp1252() -> None:
    good = [f"{n};S;1;rue des Éléphants;Nîmes;é".encode() for n in range(3)]
    data = b"\n".join([HEADER.encode(), *good, "4;S;1;rue des Élus;Nîmes;".encode("cp1252")])
    read = read_table(data)
    assert read.encoding == "utf-8"
    assert [row.sentence for row in read.rows] == ["", "", "", oft.UNREADABLE]
    assert read.rows[0].fields[4] == "Nîmes"
    naive = data.decode("cp1252")  # what "UTF-8, else cp1252" makes of the three good lines
    assert "NÃ®mes" in naive


def test_control_characters_are_refused_line_by_line() -> None:
    read = table("1;S;1;a\x00b;Tours;", "2;S;1;a;Tours;", "3;S;1;a\x1fb;Tours;", "4;S;1;a\x85;Tours;")
    assert [row.sentence for row in read.rows] == [oft.UNREADABLE, "", oft.UNREADABLE, oft.UNREADABLE]


def test_quoted_newline_is_one_record() -> None:
    read = table('1;S;1;"12 rue A\nBât. C";Tours;ok', "2;S;1;x;Lyon;")
    assert [row.line_no for row in read.rows] == [2, 4]
    assert read.rows[0].fields[3] == "12 rue A\nBât. C"
    assert read.rows[0].raw == '1;S;1;"12 rue A\nBât. C";Tours;ok'


STRAY = ['1;S;1;a;Tours;"note', '1;S;1;"15 pouces;Tours;note', '1;S;1;a;Tours;"']


@pytest.mark.parametrize("stray", STRAY)
@pytest.mark.parametrize("after", [["2;S;1;b;Lyon;", "3;S;1;c;Nice;"], ['2;S;1;b;Lyon;"', "3;S;1;c;Nice;"]])
def test_a_stray_quotation_mark_costs_its_own_line_only(stray: str, after: list[str]) -> None:
    read = table("0;S;1;z;Albi;", stray, *after)
    good = [row.fields[0] for row in read.rows if not row.sentence]
    bad = {row.fields[0] for row in read.rows if row.sentence}
    assert good == ["0", *(line[0] for line in after if '"' not in line)]
    assert bad == {"1"} | {line[0] for line in after if '"' in line}
    assert {row.sentence for row in read.rows} <= {"", oft.UNCLOSED}
    assert [row.line_no for row in read.rows] == [2, 3, 4, 5]


@pytest.mark.parametrize("stray", STRAY)
def test_naive_twin_swallows_the_neighbours(stray: str) -> None:
    text = "\n".join((HEADER, stray, "2;S;1;b;Lyon;", "3;S;1;c;Nice;"))
    naive = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert len(naive) == 2  # header and one record: two orders are gone without a word
    assert len(read_table(text.encode()).rows) == 3


def test_a_stray_mark_before_a_very_long_file() -> None:
    """The reader's field limit ends the search for the closing mark; the lines after it still come in."""
    lines = [f"{n};S;1;rue longue et droite;Tours;" for n in range(6000)]
    read = table('x;S;1;a;Tours;"note', *lines)
    assert [row.sentence for row in read.rows] == [oft.UNCLOSED, *[""] * 6000]


def test_ragged_lines() -> None:
    read = table("1;S;1;a;Tours", "2;S;1;a;b;Tours;x", "3;S;1;a;b;Tours;", "4;S;1;a;Tours;x")
    assert [row.sentence for row in read.rows] == [oft.RAGGED, oft.RAGGED, oft.RAGGED, ""]
    assert read.rows[1].values == (("found", 7), ("expected", 6))


def test_naive_twin_trims_the_blank_column_and_moves_the_town() -> None:
    """An unquoted separator in the street, the note empty: dropping the blank end makes the width right."""
    cells = ["3", "S", "1", "a", "b", "Tours", ""]
    naive = dict(zip(HEADER.split(";"), cells[:6], strict=True))
    assert naive["city"] == "b"


def test_header_with_columns_without_a_name() -> None:
    read = table("1;S;1;a;Tours;x;;", head=HEADER + ";;")
    assert [(row.sentence, row.fields[5]) for row in read.rows] == [("", "x")]


def test_blank_lines_and_hints_are_skipped() -> None:
    read = table("", "  ", ";;;;;", "1;S;1;a;Tours;", head="sep=;\n" + HEADER)
    assert [row.line_no for row in read.rows] == [6]
    assert read.header[0] == "orderId"


def test_delimiter_outside_quotation_marks() -> None:
    assert oft.sniff_delimiter('"a,b,c,d";x;y') == ";"
    assert "a,b,c,d".count(",") > 2  # counting everything, as a naive sniffer does, says comma


@pytest.mark.parametrize("data", [b"", b"\n\r\n", b"\xef\xbb\xbf", b"PK\x03\x04zip", b"\xd0\xcf\x11\xe0"])
def test_no_table_at_all(data: bytes) -> None:
    with pytest.raises(BadInput):
        read_table(data)


@given(st.binary(max_size=400))
def test_any_bytes_give_a_table_or_a_sentence(data: bytes) -> None:
    try:
        read = read_table(data)
    except BadInput:
        return
    width = len(read.header)
    assert all(row.sentence or len(row.fields) == width for row in read.rows)


def test_error_file_can_be_corrected_and_read_again() -> None:
    raw = '1;S;0;"12 rue A\nBât. C";Tours;+33'
    refusals = [
        Refusal(line_no=2, field="quantity", sentence="Not {value}.", values=(("value", "0"),), raw_line=raw),
        Refusal(line_no=2, field="city", sentence="Nor the town.", raw_line=raw),
        Refusal(line_no=5, field="", sentence=oft.UNCLOSED, raw_line='5;S;1;a;Tours;"x'),
    ]
    data = error_file(refusals, say, header=HEADER.split(";"), delimiter=";")
    again = read_table(data)
    assert again.header[3:] == tuple(HEADER.split(";"))
    assert [row.sentence for row in again.rows] == ["", ""]
    assert again.rows[0].fields == ["Not 0. Nor the town.", "2", "quantity, city", "1", "S", "0",
                                    "12 rue A\nBât. C", "Tours", "+33"]  # fmt: skip
    assert again.rows[1].fields[-1] == '"x'


FORMULAS = ["=1+1", "+33", "-2", "@cmd", "\tx", "\rx", "＝1"]


@pytest.mark.parametrize("evil", FORMULAS)
def test_error_file_holds_no_formula(evil: str) -> None:
    line = io.StringIO()
    csv.writer(line, delimiter=";").writerow([evil, "S"])
    refusals = [Refusal(line_no=2, field="", sentence="No.", raw_line=line.getvalue().rstrip("\r\n"))]
    data = error_file(refusals, say, header=("a", "b")).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(data, newline=""), delimiter=";") for cell in row]
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@\t\r＝"))]
    assert evil.startswith(tuple("=+-@\t\r＝"))  # written as it is, it would be one
