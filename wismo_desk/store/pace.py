"""How many rows one transaction may take, so that nobody waits long for the writer: learnt from those before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter
from typing import Generic, TypeVar

_One = TypeVar("_One")


class Pace(Generic[_One]):
    """Cuts work into slices that take about `held_s` seconds each, of `fewest` to `most`; `first`: before anything is
    known. A slice at most doubles, so that one that is easy by chance says little."""

    def __init__(self, first: int, *, held_s: float, fewest: int, most: int) -> None:
        self._size, self._held_s, self._fewest, self._most = first, held_s, fewest, most
        self._given = first  # rows of the slice at hand: the last one of some work is shorter

    def slices(self, work: Sequence[_One]) -> Iterator[Sequence[_One]]:
        """Each as long as the ones before it allow."""
        start = 0
        while start < len(work):
            some = work[start : start + self._size]
            self._given = len(some)
            start += len(some)
            yield some

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Around the transaction of a slice, its commit with it."""
        began = perf_counter()
        yield
        self.learn(perf_counter() - began)

    def learn(self, seconds: float) -> None:
        """A slice took so long. That a short one was quick says nothing of a long one: else ticks of one row would
        end in slices of `most`."""
        if self._given < self._size and seconds <= self._held_s:
            return
        fits = int(self._given * self._held_s / max(seconds, self._held_s / 2))
        self._size = max(self._fewest, min(self._most, fits))
