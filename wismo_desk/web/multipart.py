"""Splits a multipart answer (RFC 2046, MTOM) into its parts; the bytes inside stay as they came."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from wismo_desk.web.answer import Answer


@dataclass(frozen=True, slots=True)
class Part:
    """Header names are lower case. `name` is the content id without its angle brackets, or the form name."""

    headers: Mapping[str, str]
    content: bytes

    @property
    def name(self) -> str:
        given = self.headers.get("content-id", "").strip().strip("<>")
        if given:
            return given
        found = re.search(r'name="([^"]*)"', self.headers.get("content-disposition", ""))
        return found[1] if found else ""


def parts_of(answer: Answer) -> tuple[Part, ...]:
    """Every whole part, in order; none when the answer is not multipart. A part cut off by the end of the
    answer is left out, for half a label must not be printed."""
    boundary = _boundary(answer)
    if not boundary:
        return ()
    line = _line_end(answer.content, boundary)
    pieces = (line + answer.content).split(line + b"--" + boundary)
    return tuple(_part(piece, line) for piece in pieces[1:-1] if line * 2 in piece)


def _line_end(content: bytes, boundary: bytes) -> bytes:
    """What ends the first boundary line: some servers, and files kept by editors, end lines in LF only, whatever
    the parts hold."""
    _, _, rest = content.partition(b"--" + boundary)
    return b"\r\n" if rest.partition(b"\n")[0].endswith(b"\r") else b"\n"


def _boundary(answer: Answer) -> bytes:
    """From the header; from the first line where an answer was kept without its headers."""
    found = re.search(r'boundary="?([^";]+)"?', answer.headers.get("content-type", ""))
    if found:
        return found[1].encode("latin-1", "replace")
    first = answer.content.lstrip(b"\r\n").partition(b"\n")[0].rstrip(b"\r")
    return first[2:] if first.startswith(b"--") and len(first) > 2 else b""


def _part(piece: bytes, line: bytes) -> Part:
    head, _, content = piece.partition(line * 2)
    headers = {}
    for said in head.decode("latin-1").splitlines():
        key, colon, value = said.partition(":")
        if colon:
            headers[key.strip().lower()] = value.strip()
    return Part(headers, content)
