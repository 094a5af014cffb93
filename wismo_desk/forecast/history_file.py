"""Reads a history of parcels from CSV text into columns, whatever is missing, doubled or out of order in it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from wismo_desk.errors import BadInput
from wismo_desk.forecast.encoder import Encoder, Words
from wismo_desk.forecast.parcels import NEVER, NO_PROMISE, Flags, Ints, Parcels
from wismo_desk.forecast.unusable import BACKWARDS, FAR, LONG, Unusable, name_first
from wismo_desk.forecast.unusable import NO_DAY as IS_NO_DAY

NEEDED: Final = ("handed_over_at", "delivered_at")
COLUMNS: Final = (
    "shipment",
    "carrier",
    "service",
    "origin_zone",
    "destination_zone",
    "handed_over_at",
    "promised_on",
    "delivered_at",
    "closed_at",
)
NO_TABLE: Final = "The file is no table of lines behind line {line}: check the quotation marks there."
NO_LANE: Final = "The column {name} of --lanes is not in this file. It has: {columns}."
_EPOCH: Final = date(1970, 1, 1).toordinal()
_BACKWARDS: Final = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
NO_DAY: Final = -(1 << 29)
_SAME: Final = 1  # a delivery a day before the hand-over is two clocks, not a wrong row
_LONGEST: Final = 730  # days from hand-over to the end: longer is a slip
_AROUND: Final = 3650  # days from the middle of the history
_WORDS: Final = ("carrier", "service", "destination_zone", "origin_zone")


@dataclass(frozen=True, slots=True)
class HistoryFile:
    """What a file held. `unusable` rows have no day of hand-over, or arrived before it; of `doubled` ones the last
    counts. `names`: the number of each of `parcels`, none where the file has no such column. `named`: the first of the
    unusable rows."""

    parcels: Parcels
    rows: int
    unusable: int
    doubled: int
    names: tuple[str, ...] = ()
    named: tuple[Unusable, ...] = ()


def decode(content: bytes) -> str:
    """UTF-8 with or without its mark, else what Excel writes in western Europe."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def read_history(text: str, lanes: Sequence[str] = ()) -> HistoryFile:
    """`lanes`: further columns that split lanes. Days are read as they are written, at the place of the event: an
    offset behind a time changes nothing. Raises BadInput when a column is missing or no row can be used."""
    columns = read_columns(text, NEEDED, COLUMNS)
    for name in lanes:
        if name not in columns:
            raise BadInput(NO_LANE, name=name, columns=", ".join(columns), field="--lanes")
    handed = read_days(columns["handed_over_at"], NO_DAY)
    delivered = read_days(columns["delivered_at"], NEVER)
    promised = read_days(columns.get("promised_on", ()), NO_PROMISE, len(handed))
    closed = read_days(columns.get("closed_at", ()), NEVER, len(handed))
    near = _is_near(handed)
    usable = (handed != NO_DAY) & (delivered >= handed - _SAME) & near & _is_short(handed, delivered)

    def why(row: int) -> tuple[int, str, str]:
        if handed[row] == NO_DAY or not near[row]:
            return row, "handed_over_at", IS_NO_DAY if handed[row] == NO_DAY else FAR
        return row, "delivered_at", BACKWARDS if delivered[row] < handed[row] else LONG

    named = name_first(
        text, columns, map(why, np.flatnonzero(~usable).tolist()), delimiter=delimiter_of(text)
    )
    promised = np.where(np.abs(promised - handed.astype(np.int64)) > _LONGEST, NO_PROMISE, promised)
    promised = promised.astype(np.int32)
    last = _last_of_each(columns.get("shipment", ()), delivered)
    chosen = np.flatnonzero(usable & last).astype(np.int32)
    if not len(chosen):
        raise BadInput(
            "No line of this file has a day of hand-over that can be read.", field="handed_over_at"
        )
    chosen = chosen[np.argsort(handed[chosen], kind="stable")]
    columns |= {name: ("",) * len(handed) for name in _WORDS if name not in columns}
    encoder = Encoder()
    parcels = encoder.encode(
        Words(
            carrier=columns["carrier"],
            service=columns["service"],
            zone=columns["destination_zone"],
            origin=columns["origin_zone"],
            further=tuple(columns[name] for name in lanes),
        ),
        handed=handed,
        promised=promised,
        delivered=np.maximum(delivered, handed),
        closed=np.where((closed < handed) | (delivered < NEVER), NEVER, closed).astype(np.int32),
    ).take(chosen)
    numbers = columns.get("shipment", ())
    names = tuple(numbers[at].strip() for at in chosen.tolist()) if numbers else ()
    unusable, doubled = int((~usable).sum()), int((usable & ~last).sum())
    return HistoryFile(parcels, len(handed), unusable, doubled, names, named)


def _is_near(handed: Ints) -> Flags:
    """False for days that a null or a slip of the pen made (1970, 2099): one would stretch the whole history."""
    read = handed[handed != NO_DAY].astype(np.int64)
    middle = int(np.median(read)) if len(read) else 0
    near: Flags = np.abs(handed.astype(np.int64) - middle) <= _AROUND
    return near


def _is_short(handed: Ints, delivered: Ints) -> Flags:
    """Not delivered, or within a time that is no slip either."""
    took = delivered.astype(np.int64) - handed
    short: Flags = (delivered == NEVER) | (took <= _LONGEST)
    return short


def read_columns(text: str, needed: Sequence[str], known: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Of comma, semicolon or tab separated text, by name in small letters. Raises BadInput without one of `needed`,
    naming all that are `known`."""
    rows = csv.reader(io.StringIO(text), delimiter=delimiter_of(text))
    try:
        head_row, *whole = list(rows) or [[]]
    except csv.Error as error:
        raise BadInput(NO_TABLE, line=rows.line_num, raw=str(error)) from error
    names = [name.strip().lstrip("\ufeff").lower() for name in head_row]
    for name in needed:
        if name not in names:
            raise BadInput(
                "The file has no column {name}. Needed are: {needed}.", name=name, needed=", ".join(known)
            )
    width = len(names)
    if set(map(len, whole)) != {width}:  # blank lines, lines cut short
        whole = [[*row, *[""] * width][:width] for row in whole if row]
    if not whole:
        raise BadInput("The file holds no lines.")
    return dict(zip(names, zip(*whole, strict=True), strict=True))


def delimiter_of(text: str) -> str:
    """What separates the columns, by the first line."""
    return max(",;\t", key=text.partition("\n")[0].count)


def _day(text: str) -> int:
    try:
        written = _BACKWARDS.match(text)
        if written:
            return date(int(written[3]), int(written[2]), int(written[1])).toordinal() - _EPOCH
        return date.fromisoformat(text[:10].split(" ")[0].split("T")[0]).toordinal() - _EPOCH
    except ValueError:
        return NO_DAY


def read_days(column: Sequence[str], missing: int, count: int = 0) -> Ints:
    """Counted from 1970-01-01; `missing` for what is no day. A history has few distinct ones: each is read once."""
    if not column:
        return np.full(count, missing, dtype=np.int32)
    heads = [text[:10] for text in column]
    known = {head: _day(head.strip()) for head in set(heads)}
    days = {head: missing if day == NO_DAY else day for head, day in known.items()}
    return np.array([days[head] for head in heads], dtype=np.int32)


def _last_of_each(names: Sequence[str], delivered: Ints) -> Flags:
    """Of rows with one number the last that knows the delivery, else the last; rows without one are all different."""
    last = np.ones(len(delivered), dtype=np.bool_)
    if not names or len(set(names)) == len(delivered):
        return last
    newest: dict[str, int] = {}
    for at, name in enumerate(names):
        if name and (delivered[at] != NEVER or name not in newest or delivered[newest[name]] == NEVER):
            newest[name] = at
    for at, name in enumerate(names):
        last[at] = not name or newest[name] == at
    return last
