"""Many situations at once as small arrays, one a column: what the rules read of fifty thousand shipments in a breath.

SQLite makes one text of them all: each figure is a character of 20 bits (U+10000 on, four bytes each), so that no row
and no value ever becomes an object of Python. Words become codes by what was read before; a word that has none yet is
code 0. Imported when there are many: numpy is heavy.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import Final

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from wismo_desk.domain.anomaly_cases import BROKEN, HERE
from wismo_desk.domain.status import IncidentReason, TrackingStatus
from wismo_desk.store.judging import LAID

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NONE: Final = -1  # of an instant that there is not
_FROM: Final = "FROM shipment LEFT JOIN agenda USING (row)"
_ALONE: Final = _FROM.partition(" LEFT")[0]  # of due ones, whose instant is known to have come
_PIECE: Final = 20  # bits of a character
_MASK: Final = (1 << _PIECE) - 1
_BASE: Final = 1_400_000_000_000  # UTC ms, in 2014: instants are told apart from here on
_LAST: Final = 2_000_000_000_000  # in 2033; what lies outside is left to the plain way
_WRAP: Final = 1 << 2 * _PIECE
_NEVER: Final = _BASE - 1  # how no instant is written
_ZERO: Final = (-_BASE) % _WRAP + _BASE  # where 0 wraps around to
_EPOCH: Final = 730_119  # the ordinal of 1999-12-31: promised days are counted from here; 0 is none
_DAYS: Final = 36_525  # a century of them
_MOST: Final = {"carrier": 6, "service": 7, "region": 7}  # bits of their codes: one character for the lane
_USUAL: Final = (  # what most shipments are comes first: a CASE is read from the front
    TrackingStatus.DELIVERED,
    TrackingStatus.IN_TRANSIT,
    TrackingStatus.LABEL_CREATED,
    TrackingStatus.PLANNED,
    TrackingStatus.OUT_FOR_DELIVERY,
    TrackingStatus.READY_FOR_PICKUP,
)
STATUSES: Final = tuple(one.value for one in (*_USUAL, *(s for s in TrackingStatus if s not in _USUAL)))
REASONS: Final = tuple(one.value for one in IncidentReason)
# What happens to few, and is judged one by one: what people said, claims, two labels, a doubtful address, a
# label bought ahead, clocks that
# told other years.
_RARE: Final = (
    "care <> '' OR snoozed_ms IS NOT NULL OR claim_on <> '' OR twin IS NOT NULL "
    f"OR (occurred_ms NOT BETWEEN {_BASE} AND {_LAST} AND occurred_ms <> 0)"
)
# What only some of them need stands in texts of its own, with the row: group_concat leaves out what is NULL.
_HERE: Final = ("ship_by_ms", "unchecked_ms", "loose_ms", "handed_ms")
_IS_HERE: Final = f"status IN ({', '.join(repr(one) for one in sorted(HERE))})"
_IS_TOLD: Final = "unmapped <> '' OR occurred_ms = 0"  # its last event matters beside its last scan
_TIMES: Final = ", ".join(f"coalesce({name}, {_BASE})" for name in _HERE)
_RARE_HERE: Final = (
    f"(status = 'planned' AND (address_doubt <> '' OR EXISTS (SELECT 1 {LAID}))) "
    f"OR min({_TIMES}) < {_BASE} OR max({_TIMES}) > {_LAST}"
)
_RARE_TOLD: Final = f"event_ms NOT BETWEEN {_BASE} AND {_LAST} AND event_ms <> 0"


# Delivered and nothing to be said of it, now or later: not even read.
IS_CALM: Final = (
    "status = 'delivered' AND verdict = 0 AND next_check_ms IS NULL AND care = '' AND claim_on = '' "
    f"AND reason NOT IN ({', '.join(repr(one) for one in sorted(BROKEN))})"
)


@dataclass(frozen=True, slots=True)
class Situations:
    """One entry a shipment. Codes count from 1 in STATUSES and REASONS; a lane's code is for `Books.lane`. Instants are
    UTC ms, NONE where there is none, and told only where they matter: `ship_by` to `handed` of shipments that have not
    left, `event` beside an unmapped code or without a scan. Days are ordinals, 0 where there is none; chances are whole
    percent, NONE where there is none. `rare`: to be judged one by one."""

    row: Ints
    status: Ints
    reason: Ints
    lane: Ints
    rare: Flags
    unmapped: Flags
    missed: Flags
    occurred: Ints
    event: Ints
    ship_by: Ints
    unchecked: Ints
    loose: Ints
    handed: Ints
    again: Ints
    promised: Ints
    high: Ints
    late: Ints
    lost: Ints
    verdict: Ints

    def __len__(self) -> int:
        return len(self.row)


@dataclass(slots=True)
class Books:
    """The codes of carriers, services and regions, as they were met; for any thread."""

    _words: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in _MOST})
    _lock: Lock = field(default_factory=Lock)

    def lane(self, code: int) -> tuple[str, str, str] | None:
        """Carrier, service and region; None when one of them has no code."""
        found, shift = [], 0
        for name, bits in _MOST.items():
            place = (code >> shift) & ((1 << bits) - 1)
            if not place:
                return None
            found.append(self._words[name][place - 1])
            shift += bits
        return found[0], found[1], found[2]

    def read(
        self, connection: Connection, rows: str, values: tuple[int | str, ...], *, due: bool = False
    ) -> Situations:
        """The shipments that the condition `rows` means; words met for the first time are learnt. `due`: their
        instants have come and are told as 0: to read them would cost one page more for three rows."""
        found = self._read(connection, rows, values, due=due)
        unknown = (found.lane & 63 == 0) | (found.lane >> 6 & 127 == 0) | (found.lane >> 13 == 0)
        if unknown.any() and self._learn(connection, rows, values):
            found = self._read(connection, rows, values, due=due)
        return found

    def _read(
        self, connection: Connection, rows: str, values: tuple[int | str, ...], *, due: bool
    ) -> Situations:
        asked, words = self._asked(due=due)
        said = connection.exec_driver_sql(f"{asked} WHERE {rows}", (*words, *values)).one()
        return _taken_apart(*(one or b"" for one in said))

    def _learn(self, connection: Connection, rows: str, values: tuple[int | str, ...]) -> bool:
        """Whether there was anything new for which there is room, the most frequent first."""
        learnt = False
        for name, bits in _MOST.items():
            asked = f"SELECT {name} {_FROM} WHERE {rows} GROUP BY {name} ORDER BY count(*) DESC"
            met = connection.exec_driver_sql(asked, values).scalars().all()
            with self._lock:  # a word has one code, and keeps it
                book = self._words[name]
                fresh = [word for word in met if word not in book][: (1 << bits) - 1 - len(book)]
                book += fresh
            learnt |= bool(fresh)
        return learnt

    def _asked(self, *, due: bool) -> tuple[str, list[str]]:
        words: list[str] = []
        lane, shift = [], 0
        for name, bits in _MOST.items():
            book = list(self._words[name])
            lane.append(_case(name, len(book), shift))
            words += book
            shift += bits
        state = (
            f"{_fixed('status', STATUSES, 0)} | {_fixed('reason', REASONS, 5)} "
            f"| (({_RARE}) << 10) | ((unmapped <> '') << 11) | ((misses > 0) << 12)"
        )
        instants = [part for name in _HERE for part in _wide(_instant(name))]
        texts = (
            _text(
                *_wide("row"),
                state,
                " | ".join(lane),
                *_wide(f"occurred_ms - {_BASE}"),
                *_wide(_instant("0" if due else "next_check_ms")),
                _day("promised_on"),
                _day("eta_high_on"),
                f"{_percent('late_chance')} | ({_percent('lost_chance')} << 8)",
            ),
            _text(*_wide("row"), *_wide(f"verdict >> {2 * _PIECE}"), *_wide("verdict"), only="verdict <> 0"),
            _text(*_wide("row"), _RARE_HERE, *instants, only=_IS_HERE),
            _text(*_wide("row"), _RARE_TOLD, *_wide(f"event_ms - {_BASE}"), only=_IS_TOLD),
        )
        return f"SELECT {', '.join(texts)} {_ALONE if due else _FROM}", words


def _text(*figures: str, only: str = "") -> str:
    """A character for each figure, of each row."""
    said = f"char({', '.join(f'65536 + (({figure}) & {_MASK})' for figure in figures)})"
    return f"CAST(group_concat({f'CASE WHEN {only} THEN {said} END' if only else said}, '') AS BLOB)"


def _instant(name: str) -> str:
    return f"coalesce({name}, {_NEVER}) - {_BASE}"


def _case(name: str, words: int, shift: int) -> str:
    if not words:
        return "0"
    return f"CASE {name} {' '.join(f'WHEN ? THEN {n + 1 << shift}' for n in range(words))} ELSE 0 END"


def _fixed(name: str, words: tuple[str, ...], shift: int) -> str:
    cases = " ".join(f"WHEN '{word}' THEN {n + 1 << shift}" for n, word in enumerate(words))
    return f"CASE {name} {cases} ELSE 0 END"


def _wide(said: str) -> tuple[str, str]:
    return f"({said}) >> {_PIECE}", said


def _day(name: str) -> str:
    return f"coalesce(CAST(julianday({name}) - 2451543.5 AS INTEGER), 0)"


def _percent(name: str) -> str:
    """One more, 0 for none; nothing is likelier than 100%, and nobody asks beyond."""
    return f"coalesce(min(CAST({name} * 100 AS INTEGER), 126) + 1, 0)"


def _pieces(said: bytes, count: int) -> npt.NDArray[np.uint32]:
    """`said`: characters of four bytes in UTF-8 (RFC 3629, 3: three, six, six and six bits), `count` to a row."""
    four = np.frombuffer(said, "<u4").reshape(-1, count).T
    high = ((four & 7) << 18) | ((four >> 8 & 63) << 12)
    return (high | ((four >> 16 & 63) << 6) | (four >> 24 & 63)).astype(np.uint32) - np.uint32(1 << 16)


def _whole(high: npt.NDArray[np.uint32], low: npt.NDArray[np.uint32]) -> Ints:
    found: Ints = (high.astype(np.int64) << _PIECE) | low
    return found


def _when(high: npt.NDArray[np.uint32], low: npt.NDArray[np.uint32]) -> Ints:
    """An instant, 0 or NONE."""
    found = _whole(high, low) + _BASE
    return np.where(found == _WRAP + _NEVER, NONE, np.where(found == _ZERO, 0, found))


def _taken_apart(every: bytes, verdicts: bytes, here: bytes, told: bytes) -> Situations:
    some = _pieces(every, 11)
    row, state, chances = _whole(some[0], some[1]), some[2].astype(np.int64), some[10].astype(np.int64)
    order = np.argsort(row, kind="stable")

    def put(rows: Ints, values: Ints, missing: int) -> Ints:
        """Those that were said of some, among all."""
        found = np.full(len(row), missing, np.int64)
        found[order[np.searchsorted(row, rows, sorter=order)]] = values
        return found

    occurred, again = _when(some[4], some[5]), _when(some[6], some[7])
    strange = (some[8] > _DAYS) | (some[9] > _DAYS)
    verdict = _pieces(verdicts, 6)
    stood = (_whole(verdict[2], verdict[3]) << 2 * _PIECE) | _whole(verdict[4], verdict[5])
    at_home, last = _pieces(here, 11), _pieces(told, 5)
    places = _whole(at_home[0], at_home[1])
    instants = [put(places, _when(at_home[3 + 2 * n], at_home[4 + 2 * n]), NONE) for n in range(len(_HERE))]
    lately = _whole(last[0], last[1])
    event = put(lately, _when(last[3], last[4]), 0)
    strange |= put(places, at_home[2].astype(np.int64), 0) > 0
    strange |= put(lately, last[2].astype(np.int64), 0) > 0
    ship_by, unchecked, loose, handed = instants
    return Situations(
        row=row,
        status=state & 31,
        reason=state >> 5 & 31,
        lane=some[3].astype(np.int64),
        rare=(state >> 10 & 1 > 0) | strange,
        unmapped=state >> 11 & 1 > 0,
        missed=state >> 12 & 1 > 0,
        occurred=occurred,
        event=event,
        ship_by=ship_by,
        unchecked=unchecked,
        loose=loose,
        handed=handed,
        again=again,
        promised=_ordinals(some[8]),
        high=_ordinals(some[9]),
        late=(chances & 127) - 1,
        lost=(chances >> 8 & 127) - 1,
        verdict=put(_whole(verdict[0], verdict[1]), stood, 0),
    )


def _ordinals(days: npt.NDArray[np.uint32]) -> Ints:
    found = days.astype(np.int64)
    return np.where(found > 0, found + _EPOCH, 0)
