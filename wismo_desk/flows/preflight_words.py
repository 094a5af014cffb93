"""What the pre-flight found, as people say it: days, weights and sizes in their form, foreign codes behind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from wismo_desk.domain.measures import Size
from wismo_desk.domain.order_remarks import SHORTEST_SCAN
from wismo_desk.domain.preflight import FIELD_WORDS, Concern
from wismo_desk.words import Words

_TAKES: Final = {
    "longest": "{count} cm of length",
    "sum": "{count} cm of length, width and height together",
    "girth": "{count} cm of length and girth together",
}


def spoken(concern: Concern, words: Words) -> str:
    """A concern as people say it: days and weights in their form, a foreign code behind."""
    values: dict[str, Any] = {name: _value(name, value, words) for name, value in concern.values}
    said = words(concern.sentence, **values)
    return f"{said} [{concern.raw}]" if concern.raw else said


def said_short(too_short: int, words: Words) -> str:
    """The one sentence on numbers that are too short; empty where there are none."""
    if not too_short:
        return ""
    return words(
        "Order numbers of fewer than {least} signs cannot be scanned, and {count} waiting orders have one: at the "
        "bench, type / and then the number.",
        least=SHORTEST_SCAN,
        count=words.number(too_short),
    )


def field_word(field: str, words: Words) -> str:
    """What people call a field; "" for none of ours."""
    return words(FIELD_WORDS[field]) if field in FIELD_WORDS else ""


def size_said(size: Size, words: Words) -> str:
    """ "120 × 40 × 12,5 cm"."""
    sides = (words.number(side / 10, digits=1 if side % 10 else 0) for side in size)
    return f"{' × '.join(sides)}\u00a0cm"


def _value(name: str, value: object, words: Words) -> object:
    match name, value:
        case _, datetime() | date():
            return words.date(value)
        case "field", _:
            return field_word(str(value), words) or value
        case "fields", tuple() | list():
            return ", ".join(field_word(each, words) for each in value)
        case "weight" | "limit", int():
            return words.kilos(value)
        case "size", (int(length), int(width), int(height)):
            return size_said((length, width, height), words)
        case "takes", tuple():
            return _takes(value, words)
    return value


def _takes(takes: Sequence[tuple[str, int]], words: Words) -> str:
    return ", ".join(words(_TAKES[name], count=words.number(most / 10)) for name, most in takes)
