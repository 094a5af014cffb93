"""Reads values out of JSON whose types nobody promises: lists that may be single objects, numbers that may be text."""

from __future__ import annotations

import math
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
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def records(value: Any) -> list[dict[str, Any]]:
    """The objects in a list; an object alone is a list of one."""
    found = value if isinstance(value, list) else [value]
    return [each for each in found if isinstance(each, dict)]


def text(value: Any) -> str:
    """Text, or a whole number as text; "" for all else."""
    if isinstance(value, str):
        return " ".join(value.split())
    return str(value)[:40] if isinstance(value, int) and not isinstance(value, bool) else ""


def number(value: Any) -> float | None:
    """A finite number, also from text with a decimal point or comma."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        found = float(value.strip().replace(",", ".") if isinstance(value, str) else value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def whole(value: Any) -> int | None:
    found = number(value)
    return None if found is None else int(found)
