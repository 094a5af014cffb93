"""Reads the scans of a history's parcels from CSV text: which parcel, when, and what was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from wismo_desk.domain.status import TrackingStatus
from wismo_desk.errors import BadInput
from wismo_desk.forecast.history_file import NO_DAY, HistoryFile, delimiter_of, read_columns, read_days
from wismo_desk.forecast.parcels import NEVER, Ints
from wismo_desk.forecast.scans import EARLIEST, SCAN_OF, Scans, order_scans
from wismo_desk.forecast.unusable import BACKWARDS, NO_STATE, Unusable, name_first
from wismo_desk.forecast.unusable import NO_DAY as IS_NO_DAY

COLUMNS: Final = ("shipment", "at", "status")
STATUSES: Final = tuple(status.value for status in SCAN_OF)  # those after which the clock starts anew
_KINDS: Final = {status.value: int(kind) for status, kind in SCAN_OF.items()}
_WORDS: Final = frozenset(status.value for status in TrackingStatus)
_STRANGE: Final = -2  # among kinds: no state at all
_DATE: Final = 10  # characters; what stands behind them is the time


@dataclass(frozen=True, slots=True)
class ScanFile:
    """`unusable` rows have no day that can be read, one long before the hand-over, or a word that is no state; the
    first are `named`. `strange` ones are of parcels that the history does not hold. `used` restart a clock; the others
    say something else, like a delivery."""

    scans: Scans
    rows: int
    used: int
    unusable: int
    strange: int
    named: tuple[Unusable, ...] = ()


def read_scans(text: str, history: HistoryFile) -> ScanFile:
    """In any order. Days are read as they are written, like those of the history; scans of one day follow each other
    by their time, else as they stand. Raises BadInput when a column is missing or numbers cannot be compared."""
    if not history.names:
        raise BadInput(
            "Scans belong to parcels by their number: the history needs the column {name}.",
            name=COLUMNS[0],
            field=COLUMNS[0],
        )
    columns = read_columns(text, COLUMNS, COLUMNS)
    numbers = {name: at for at, name in enumerate(history.names) if name}
    parcel = _ints([numbers.get(name.strip(), -1) for name in columns["shipment"]])
    said = {word: _kind(word.strip().lower()) for word in set(columns["status"])}
    kind = _ints([said[word] for word in columns["status"]])
    day = read_days(columns["at"], NO_DAY)
    early = (parcel >= 0) & (day != NO_DAY) & (day < history.parcels.handed[parcel] - np.int32(EARLIEST))
    unusable = (day == NO_DAY) | early | (kind == _STRANGE)

    def why(row: int) -> tuple[int, str, str]:
        if day[row] != NO_DAY and not early[row]:
            return row, "status", NO_STATE
        return row, "at", BACKWARDS if early[row] else IS_NO_DAY

    named = name_first(
        text, columns, map(why, np.flatnonzero(unusable).tolist()), delimiter=delimiter_of(text)
    )
    used = np.flatnonzero((parcel >= 0) & (kind >= 0) & ~unusable).astype(np.int32)
    if not len(used):
        raise BadInput(
            "No scan of this file belongs to a parcel of the history and has one of these states: {states}.",
            states=", ".join(STATUSES),
            field="status",
        )
    used = used[np.argsort(_moments([columns["at"][at] for at in used.tolist()], day[used]), kind="stable")]
    return ScanFile(
        scans=order_scans(parcel[used], kind[used], day[used], NEVER),
        rows=len(day),
        used=len(used),
        unusable=int(unusable.sum()),
        strange=int(((parcel < 0) & ~unusable).sum()),
        named=named,
    )


def _kind(word: str) -> int:
    return _KINDS.get(word, -1 if word in _WORDS else _STRANGE)


def _moments(written: Sequence[str], day: Ints) -> npt.NDArray[np.int64]:
    """What orders them: the day, then the time as it is written."""
    times = [text[_DATE:] for text in written]
    rank = {time: at for at, time in enumerate(sorted(set(times)))}
    return day.astype(np.int64) * len(rank) + np.array([rank[time] for time in times], dtype=np.int64)


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int32)
