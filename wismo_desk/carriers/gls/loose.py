"""Reads values out of GLS's JSON, whose names change their case between documents and answers, and whose lists may
be single values."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

from wismo_desk.errors import OutcomeUnknown
from wismo_desk.web import Answer


class _Lower(dict[str, str]):
    """Names in lower case: an answer has the same few in every event."""

    def __missing__(self, name: str) -> str:
        if len(self) < _NAMES:
            self[name] = name.lower()
        return name.lower()


_NAMES: Final = 500  # kept; what somebody else would send beyond that is not
_LOWER: Final = _Lower()


def body_of(answer: Answer) -> dict[str, Any]:
    """The answer's object; an empty one when there is none that could be read."""
    try:
        return record(answer.json())
    except OutcomeUnknown:
        return {}


def record(value: Any) -> dict[str, Any]:
    """The object with its names in lower case, or an empty one. The description says `Poditem`, `Gdpr` and
    `Zipcode` where answers say `PODItem`, `GDPR` and `ZIPCode`."""
    return {_LOWER[key]: each for key, each in value.items()} if isinstance(value, dict) else {}


def records(value: Any) -> list[dict[str, Any]]:
    """The objects in a list; an object alone is a list of one."""
    return [
        {_LOWER[key]: one for key, one in each.items()} for each in listed(value) if isinstance(each, dict)
    ]


def spelled(value: Any, names: frozenset[str]) -> list[dict[str, Any]]:
    """As `records`, under the names of GLS's description: what is written like it needs no other names."""
    return [
        each if names.issuperset(each) else _respelled(each, names)
        for each in listed(value)
        if isinstance(each, dict)
    ]


def _respelled(value: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    right = {_LOWER[name]: name for name in names}
    return {right.get(_LOWER[key], key): each for key, each in value.items()}


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def text(value: Any) -> str:
    """Text, or a whole number as text; "" for all else."""
    if isinstance(value, str):
        # Codes have no blank to mend, words seldom: only U+0020 among the blanks is printable.
        if value.isprintable() and (" " not in value or ("  " not in value and value[0] != " " != value[-1])):
            return value
        return " ".join(value.split())
    return str(value)[:40] if isinstance(value, int) and not isinstance(value, bool) else ""


def bytes_of(value: Any) -> bytes:
    """Base64, alone or in pieces that belong one behind the other; b"" when it is none."""
    found = b""
    for piece in listed(value):
        if not isinstance(piece, str):
            return b""
        try:
            found += base64.b64decode("".join(piece.split()), validate=True)
        except (binascii.Error, ValueError):
            return b""
    return found
