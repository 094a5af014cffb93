"""The grid's index in memory: one small array per column that is filtered or sorted by, 16 bytes a shipment at most.

Imported when there are many shipments, after the first paint: numpy is heavy.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from wismo_desk.domain.status import ENDED
from wismo_desk.domain.watching import Filter, Sort, promised_between
from wismo_desk.store.codec import to_ms
from wismo_desk.store.counts import Tally

_EPOCH: Final = date(2000, 1, 1).toordinal() - 1  # promised days are counted from here; 0: none
_SINCE_MS: Final = 1_200_000_000_000  # events are sorted to the millisecond from 2008 to 2042: 40 bits
_LAST_MS: Final = (1 << 40) - 1  # after it
_ONLY_IN_FILE: Final = (Sort.NUMBER, Sort.CUSTOMER)
_ROW_BITS: Final = 24  # 16 million shipments
_STEP: Final = 32_768  # rows of which a first page is picked at a time
_LIMITS: Final = {
    "status": 5,
    "anomaly": 6,
    "carrier": 8,
    "service": 11,
    "owner": 9,
    "warehouse": 6,
}  # bits of each code
_SAID: Final = {
    "status": "status",
    "anomaly": "anomaly",
    "carrier": "carrier",
    "service": "carrier || ' ' || service",
    "owner": "owner",
    "warehouse": "warehouse",
}
_PROMISED: Final = "coalesce(CAST(julianday(promised_on) - 2451543.5 AS INTEGER), 0)"
_WIDTHS: Final = {
    "status": "u1",
    "anomaly": "u1",
    "carrier": "u1",
    "service": "u2",
    "owner": "u2",
    "warehouse": "u1",
}

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class Columns:
    """Arrays by local row id. `put` takes what `packing` asked for; `order` answers a Filter."""

    def __init__(self) -> None:
        self._books: dict[str, list[str]] = {name: [] for name in _LIMITS}
        self._full: set[str] = (
            set()
        )  # of which there are more values than codes: the rarest share the last one
        self._size = 0
        self.present: Flags = np.zeros(0, np.bool_)
        self._event = np.zeros(0, np.uint32)  # when, in 256 ms, and what is left over
        self._event_rest = np.zeros(0, np.uint8)
        self._promised = np.zeros(0, np.uint16)
        self._severity = np.zeros(0, np.uint8)
        self._codes: dict[str, npt.NDArray[Any]] = {}  # none of a name whose codes are all 0: one warehouse
        self._sorted: tuple[Sort, array[int], npt.NDArray[np.int32]] | None = None  # one memory, seen twice
        self._by_event: npt.NDArray[np.int32] | None = None

    # Filling

    def packing(self, kept: Tally) -> tuple[str, list[str]]:
        """SQL for "row,event,packed" of a row of `shipment`, with its parameters: all text becomes codes."""
        parts, values, shift = ["severity"], [], 2
        for name, bits in _LIMITS.items():
            book, other = self._books[name], (1 << bits) - 1
            counts, had = kept.get(name, {}), set(book)
            fresh = sorted((key for key in counts if key not in had), key=lambda key: (-counts[key], key))
            book += fresh[: other - len(book)]
            if len(had) + len(fresh) > other:
                self._full.add(name)
            cases = " ".join(f"WHEN ? THEN {code}" for code in range(len(book)))
            if book:
                parts.append(f"(CASE {_SAID[name]} {cases} ELSE {other} END << {shift})")
                values += book
            shift += bits
        parts.append(f"({_PROMISED} << {shift})")
        return f"row || ',' || event_ms || ',' || ({' | '.join(parts)})", values

    def put(self, said: str) -> None:
        """Rows as `packing` words them, parted by commas."""
        values = np.fromstring(said, dtype=np.int64, sep=",").reshape(-1, 3)
        rows, packed = values[:, 0], values[:, 2]
        self._grow(int(rows.max()) + 1)
        self.present[rows] = True
        when = np.clip(values[:, 1] - _SINCE_MS, 0, _LAST_MS)
        self._event[rows], self._event_rest[rows] = when >> 8, when & 255
        self._severity[rows] = packed & 3
        shift = 2
        for name, bits in _LIMITS.items():
            codes = (packed >> shift) & ((1 << bits) - 1)
            if name not in self._codes and codes.any():
                self._codes[name] = np.zeros(self._size, _WIDTHS[name])
            if name in self._codes:
                self._codes[name][rows] = codes
            shift += bits
        self._promised[rows] = packed >> shift
        self._sorted = self._by_event = None

    def forget(self, rows: Sequence[int]) -> None:
        """Rows that are gone."""
        self.present[[row for row in rows if row < self._size]] = False
        self._sorted = self._by_event = None

    def _grow(self, size: int) -> None:
        if size <= self._size:
            return
        self._size = max(size, self._size + self._size // 16)
        for name in ("present", "_event", "_event_rest", "_promised", "_severity"):
            setattr(self, name, _longer(getattr(self, name), self._size))
        self._codes = {name: _longer(old, self._size) for name, old in self._codes.items()}

    # Answering

    def order(
        self, asked: Filter, *, now: datetime, today: date, hits: str | None, limit: int | None = None
    ) -> array[int]:
        """The rows that `asked` wants, in its order; not to be changed: all of them are the memory that is kept
        here. `hits`: the rows its text means, parted by commas."""
        every, rows = self._permutation(asked.sort)
        wanted = self._mask(asked, now, today, hits)
        # What is worst first goes down already.
        if asked.descending != (asked.sort is Sort.WORST):
            rows = rows[::-1]
        elif wanted is None and limit is None:
            return every
        return as_array(rows[:limit] if wanted is None else _chosen(rows, wanted, limit))

    def tells_apart(self, asked: Filter) -> bool:
        """Whether it can answer at all: values for which no code was left only the file tells from each other."""
        if not self._full:
            return True
        wanted: dict[str, Iterable[str]] = {
            "carrier": asked.carriers,
            "service": (f"{carrier} {service}" for carrier, service in asked.services),
            "owner": asked.owners,
            "warehouse": asked.warehouses,
        }
        if asked.sort is Sort.CARRIER and "carrier" in self._full:
            return False
        return all(set(wanted.get(name, ())) <= set(self._books[name]) for name in self._full)

    def arrange(self, rows: str, sort: Sort) -> None:
        """An order that only the file knows (by number, by customer): all rows in it, parted by commas."""
        self._keep(sort, as_rows(rows))

    def knows(self, sort: Sort) -> bool:
        """Whether it can answer at all: how numbers and names follow each other only the file knows."""
        return sort not in _ONLY_IN_FILE or self.has_sorted(sort)

    def has_sorted(self, sort: Sort) -> bool:
        """Whether it answers at once."""
        return self._sorted is not None and self._sorted[0] is sort

    def _permutation(self, sort: Sort) -> tuple[array[int], npt.NDArray[np.int32]]:
        """Every row, ascending; WORST as it is read, from the worst. Kept until a row changes."""
        if self._sorted is not None and self._sorted[0] is sort:
            return self._sorted[1:]
        every, rows = self._keep(sort, self._sort(sort))
        if sort is Sort.EVENT:
            self._by_event = rows
        return every, rows

    def _keep(self, sort: Sort, rows: npt.NDArray[Any]) -> tuple[array[int], npt.NDArray[np.int32]]:
        every = as_array(rows)
        seen = np.frombuffer(every, np.int32) if every else np.zeros(0, np.int32)
        self._sorted = (sort, every, seen)
        return every, seen

    def _sort(self, sort: Sort) -> npt.NDArray[np.int32]:
        rows = np.flatnonzero(self.present).astype(np.int32)
        if sort is Sort.PROMISED:
            return rows[np.argsort(self._promised[rows], kind="stable")]
        if self._by_event is None:
            # The row in the low bits: one sort of plain numbers is a third of an argsort.
            packed = self._event[rows].astype(np.uint64)
            packed <<= np.uint64(8)
            packed |= self._event_rest[rows]
            packed <<= np.uint64(_ROW_BITS)
            packed |= rows.astype(np.uint64)
            packed.sort()
            packed &= np.uint64((1 << _ROW_BITS) - 1)
            self._by_event = packed.astype(np.int32)
        rows = self._by_event
        if sort is Sort.EVENT:
            return rows
        if sort is Sort.WORST:
            ended = self._one_of("status", (status.value for status in ENDED))
            keys = (np.uint8(3) - self._severity[rows]) * np.uint8(2) + ended[rows]
        else:
            name = "status" if sort is Sort.STATUS else "carrier"
            keys = _ranks(self._books[name])[self._code(name)[rows]]
        return rows[np.argsort(keys, kind="stable")]  # a radix sort, for these are a byte each

    def _mask(self, asked: Filter, now: datetime, today: date, hits: str | None) -> Flags | None:
        """None: every row."""
        masks = list(self._masks(asked, now, today))
        if hits is not None:
            found = np.zeros(self._size, np.bool_)
            rows = as_rows(hits)
            found[rows[rows < self._size]] = True
            masks.append(found)
        whole: Flags | None = None
        for mask in masks:
            whole = mask if whole is None else whole & mask
        return whole

    def _masks(self, asked: Filter, now: datetime, today: date) -> Iterator[Flags]:
        if asked.statuses:
            yield self._one_of("status", (status.value for status in asked.statuses))
        if asked.only_open:
            yield ~self._one_of("status", (status.value for status in ENDED))
        if asked.carriers:
            yield self._one_of("carrier", asked.carriers)
        if asked.services:
            yield self._one_of("service", (f"{carrier} {service}" for carrier, service in asked.services))
        if asked.anomalies:
            yield self._one_of("anomaly", (kind.value for kind in asked.anomalies))
        if asked.only_anomalies:
            yield ~self._one_of("anomaly", ("",))
        if asked.owners:
            yield self._one_of("owner", asked.owners)
        if asked.warehouses:
            yield self._one_of("warehouse", asked.warehouses)
        if asked.silent_h:
            yield self._up_to(to_ms(now - timedelta(hours=asked.silent_h)))
        if asked.promise is not None:
            first, last = promised_between(asked.promise, today)
            days = self._promised
            yield (days >= _day(first)) & (days <= _day(last)) if first or last else days == 0

    def _one_of(self, name: str, wanted: Iterable[str]) -> Flags:
        keys = set(wanted)
        among = np.zeros(1 << _LIMITS[name], np.bool_)
        among[: len(self._books[name])] = [key in keys for key in self._books[name]]
        found: Flags = among[self._code(name)]
        return found

    def _code(self, name: str) -> npt.NDArray[Any]:
        codes = self._codes.get(name)
        return np.broadcast_to(np.uint8(0), self._size) if codes is None else codes

    def _up_to(self, at_ms: int) -> Flags:
        """Whose last event was then at the latest."""
        whole, rest = divmod(min(max(at_ms - _SINCE_MS, 0), _LAST_MS), 256)
        found: Flags = (self._event < whole) | ((self._event == whole) & (self._event_rest <= rest))
        return found


def _chosen(rows: npt.NDArray[np.int32], wanted: Flags, limit: int | None) -> npt.NDArray[np.int32]:
    """The first `limit` of these rows that are wanted; no more of them are looked at than that takes."""
    if limit is None:
        return rows[wanted[rows]]
    found, have = [], 0
    for start in range(0, len(rows), _STEP):
        some = rows[start : start + _STEP]
        found.append(some[wanted[some]])
        have += len(found[-1])
        if have >= limit:
            break
    return np.concatenate(found)[:limit] if found else rows[:0]


def as_rows(said: str) -> Ints:
    """Row ids parted by commas."""
    return np.fromstring(said, dtype=np.int64, sep=",") if said else np.zeros(0, np.int64)


def as_array(rows: npt.NDArray[Any]) -> array[int]:
    """32 bits each, written in place: numpy lets the interpreter go meanwhile, where a copy through `bytes` held it for
    the length of a frame."""
    found = array("i", (0,)) * len(rows)
    if found:
        np.frombuffer(found, np.int32)[:] = rows
    return found


def _day(day: date | None) -> int:
    return 0 if day is None else max(0, day.toordinal() - _EPOCH)


def _ranks(book: Sequence[str]) -> npt.NDArray[np.uint8]:
    """The place of each code among its sorted words."""
    ranks = np.zeros(max(1, len(book)), np.uint8)
    ranks[sorted(range(len(book)), key=lambda code: book[code])] = np.arange(len(book))
    return ranks


def _longer(old: npt.NDArray[Any], size: int) -> npt.NDArray[Any]:
    fresh = np.zeros(size, old.dtype)
    fresh[: len(old)] = old
    return fresh
