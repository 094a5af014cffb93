"""Names the first lines of a history, or of its scans, that cannot be used: the field, what stands there, and why."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

FIRST: Final = 5  # are named; all are counted
EMPTY: Final = "line {line}: {field} is empty"
NO_DAY: Final = "line {line}: {field} “{value}” is no day"
BACKWARDS: Final = "line {line}: {field} “{value}” is before the hand-over"
FAR: Final = "line {line}: {field} “{value}” is years away from the other parcels"
LONG: Final = "line {line}: {field} “{value}” is years after the hand-over"
NO_STATE: Final = "line {line}: {field} “{value}” is no state"


@dataclass(frozen=True, slots=True)
class Unusable:
    """`line` as an editor counts, of `sentence` the words."""

    line: int
    field: str
    value: str
    sentence: str


def name_first(
    text: str,
    columns: Mapping[str, Sequence[str]],
    found: Iterable[tuple[int, str, str]],
    *,
    delimiter: str,
) -> tuple[Unusable, ...]:
    """`found`: the row (from 0), the column, and the sentence of each; those asked for first are named."""
    first = list(islice(found, FIRST))
    lines = _lines(text, [row for row, _, _ in first], delimiter)
    told = []
    for (row, field, sentence), line in zip(first, lines, strict=True):
        value = columns[field][row].strip()
        told.append(Unusable(line, field, value, sentence if value else EMPTY))
    return tuple(told)


def _lines(text: str, rows: Sequence[int], delimiter: str) -> list[int]:
    """Where rows begin, which are in rising order; blank lines are none, and a quoted field may hold several lines."""
    lines: list[int] = []
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    next(reader, None)
    at, began = 0, reader.line_num
    for row in reader:
        if len(lines) == len(rows):
            break
        if row:
            if at == rows[len(lines)]:
                lines.append(began + 1)
            at += 1
        began = reader.line_num
    return lines
