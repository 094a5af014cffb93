"""Reads values out of GLS's JSON, whose names change their case between documents and answers, and whose lists may
be single values."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from wismo_desk.errors import OutcomeUnknown
from wismo_desk.web import Answer


def body_of(answer: Answer) -> dict[str, Any]:
    """The answer's object; an empty one when there is none that could be read."""
    try:
        return record(answer.json())
    except OutcomeUnknown:
        return {}


def record(value: Any) -> dict[str, Any]:
    """The object with its names in lower case, or an empty one. The description says `Poditem`, `Gdpr` and
    `Zipcode` where answers say `PODItem`, `GDPR` and `ZIPCode`."""
    return {key.lower(): each for key, each in value.items()} if isinstance(value, dict) else {}


def records(value: Any) -> list[dict[str, Any]]:
    """The objects in a list; an object alone is a list of one."""
    return [record(each) for each in listed(value) if isinstance(each, dict)]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def text(value: Any) -> str:
    """Text, or a whole number as text; "" for all else."""
    if isinstance(value, str):
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
