"""The pages of rows that are in memory, and which are wanted next; it knows neither Qt nor lanes."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import Final

from wismo_desk.domain.watching import ShipmentRow

PAGE: Final = 128
KEPT: Final = 96  # pages in memory: 12,288 rows
_PATIENT: Final = 4  # pages that may be waited for; what was scrolled past is not worth reading


class Pages:
    """Rows by page number, least recently seen dropped first. `places` are positions in the index vector."""

    def __init__(self) -> None:
        self._pages: OrderedDict[int, dict[int, tuple[int, ShipmentRow]]] = OrderedDict()
        self._wanted: list[int] = []

    def clear(self) -> None:
        self._pages.clear()
        self._wanted.clear()

    def find(self, place: int, key: int) -> ShipmentRow | None:
        """The row at this place; a page that is not here is wanted from now on."""
        number = place // PAGE
        page = self._pages.get(number)
        if page is None:
            if number not in self._wanted:
                self._wanted.append(number)
                del self._wanted[:-_PATIENT]
            return None
        self._pages.move_to_end(number)
        found = page.get(key)
        return found[1] if found else None

    def next_wanted(self) -> int | None:
        """The page asked for last: it is the one on the screen."""
        return self._wanted.pop() if self._wanted else None

    def keep(self, number: int, rows: array[int], page: Iterable[ShipmentRow]) -> list[int]:
        """Remember a page of the vector `rows`; the keys of rows that were dropped for it."""
        start = number * PAGE
        places = {key: start + offset for offset, key in enumerate(rows[start : start + PAGE])}
        self._pages[number] = {row.row: (places[row.row], row) for row in page if row.row in places}
        gone: list[int] = []
        while len(self._pages) > KEPT:
            gone += self._pages.popitem(last=False)[1]
        return gone

    def replace(self, row: ShipmentRow) -> int | None:
        """Put a fresh row in; its place, or None when it is not in memory."""
        for page in self._pages.values():
            if row.row in page:
                place = page[row.row][0]
                page[row.row] = (place, row)
                return place
        return None

    def keys(self) -> set[int]:
        return {key for page in self._pages.values() for key in page}

    def rows(self) -> dict[int, ShipmentRow]:
        return {key: found[1] for page in self._pages.values() for key, found in page.items()}

    def places(self, keys: Iterable[int]) -> Iterator[int]:
        """Where those of these rows that are in memory stand."""
        wanted = set(keys)
        for page in self._pages.values():
            for key in wanted & page.keys():
                yield page[key][0]

    def spans(self) -> Iterator[tuple[int, int]]:
        """First and last place of every page in memory."""
        for page in self._pages.values():
            places = [place for place, _ in page.values()]
            if places:
                yield min(places), max(places)
