"""Multipart answers: parts come out with their bytes as they were, and half a part never does."""

from __future__ import annotations

import pytest

from wismo_desk.web import Answer
from wismo_desk.web.multipart import parts_of

ZPL = b"^XA\r\n--not a boundary\r\n\x00\xff^XZ"


def whole(line: bytes = b"\r\n") -> bytes:
    return line.join(
        [
            b"--uuid:1",
            b"Content-Type: application/json",
            b"Content-ID: <jsonInfos>",
            b"",
            b'{"a": 1}',
            b"--uuid:1",
            b'Content-Disposition: form-data; name="label"',
            b"",
            ZPL,
            b"--uuid:1--",
            b"",
        ]
    )


def answer(content: bytes, kind: str = 'multipart/related; boundary="uuid:1"; start="<jsonInfos>"') -> Answer:
    return Answer(status=200, content=content, headers={"content-type": kind}, host="example")


@pytest.mark.parametrize(
    "kind", ['multipart/related; boundary="uuid:1"', "multipart/mixed;boundary=uuid:1", ""]
)
def test_parts(kind: str) -> None:
    first, second = parts_of(answer(whole(), kind))
    assert (first.name, first.content) == ("jsonInfos", b'{"a": 1}')
    assert (second.name, second.content) == ("label", ZPL)
    assert first.headers["content-type"] == "application/json"


def test_lines_that_end_in_lf_only() -> None:
    content = whole(b"\n").replace(ZPL, b"^XA^XZ")
    assert [part.content for part in parts_of(answer(content))] == [b'{"a": 1}', b"^XA^XZ"]


def test_lines_that_end_in_lf_around_a_part_that_holds_crlf() -> None:
    """Every PDF does; the naive twin takes any CRLF for the envelope's own and finds no part at all."""
    content = whole(b"\n")
    assert [part.content for part in parts_of(answer(content))] == [b'{"a": 1}', ZPL]
    assert len((b"\r\n" + content).split(b"\r\n--uuid:1")) == 2  # before the first boundary, and all the rest


def test_half_an_answer_loses_the_part_that_was_cut() -> None:
    content = whole()
    for length in range(len(content)):
        names = [part.name for part in parts_of(answer(content[:length]))]
        assert names in ([], ["jsonInfos"], ["jsonInfos", "label"])
        if "label" in names:
            assert parts_of(answer(content[:length]))[1].content == ZPL


def test_no_multipart_has_no_parts() -> None:
    assert parts_of(answer(b'{"a": 1}', "application/json")) == ()
    assert parts_of(answer(b"--", "")) == ()
