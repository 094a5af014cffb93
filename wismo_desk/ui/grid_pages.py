"""The pages of rows that are in memory, and which are wanted next; it knows neither Qt nor lanes."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Set
from typing import Final
from uuid import UUID

from wismo_desk.domain.watching import ShipmentRow

PAGE: Final = 128
KEPT: Final = 12  # pages in memory: 1,536 rows, forty screens; with their words some four kilobytes each
_PATIENT: Final = 4  # pages that may be waited for; what was scrolled past is not worth reading


class Pages:
    """Rows by page number, least recently seen dropped first. `places` are positions in the index vector."""

    def __init__(self) -> None:
        self._pages: OrderedDict[int, dict[int, tuple[int, ShipmentRow]]] = OrderedDict()
        self._wanted: list[int] = []
        self._ahead = -1  # the page that comes next if the scrolling goes on; -1: none
        self._top = 0  # the first place on the screen
        self._step = 1  # pages go by downwards; -1: upwards
        self._of: dict[UUID, int] = {}  # the key of each shipment in memory

    def clear(self) -> None:
        self._pages.clear()
        self._wanted.clear()
        self._of.clear()
        self._ahead = -1

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

    def look(self, first: int, last: int) -> None:
        """These places are on the screen: their pages are the latest seen, and the one that scrolling on would show
        comes next, should it not be here."""
        if first != self._top:
            self._step = 1 if first > self._top else -1
            self._top = first
        for number in range(first // PAGE, last // PAGE + 1):
            if number in self._pages:
                self._pages.move_to_end(number)
        ahead = last // PAGE + 1 if self._step > 0 else first // PAGE - 1
        self._ahead = -1 if ahead in self._pages else ahead

    def next_wanted(self, whole: int | None = None) -> int | None:
        """The page asked for last: it is the one on the screen. With `whole`, the count of rows, after those the
        page that scrolling would show next."""
        if self._wanted:
            return self._wanted.pop()
        ahead, self._ahead = self._ahead, -1
        if whole is None or not 0 <= ahead * PAGE < whole or ahead in self._pages:
            return None
        return ahead

    def keep(self, number: int, rows: array[int], page: Iterable[ShipmentRow]) -> list[int]:
        """Remember a page of the vector `rows`; the keys of rows that were dropped for it."""
        start = number * PAGE
        places = {key: start + offset for offset, key in enumerate(rows[start : start + PAGE])}
        self._pages[number] = {row.row: (places[row.row], row) for row in page if row.row in places}
        self._of |= {row.shipment_id: row.row for _, row in self._pages[number].values()}
        gone: list[int] = []
        while len(self._pages) > KEPT:
            gone += self._drop(self._pages.popitem(last=False)[1])
        return gone

    def lacking(self, rows: array[int], first: int, last: int) -> array[int]:
        """The keys that a new vector puts on the pages of the places `first` to `last` and that are not in memory."""
        known = self.rows()
        wanted = rows[max(0, first // PAGE) * PAGE : (last // PAGE + 1) * PAGE]
        return array("i", (key for key in wanted if key not in known))

    def carry_over(self, rows: array[int], first: int, last: int, more: Iterable[ShipmentRow] = ()) -> None:
        """A new vector: of its top and of what stands around the places `first` to `last`, the pages whose rows are all
        in memory or among `more`; nothing else is kept."""
        known = {row.row: row for row in more} | self.rows()
        self.clear()
        for number in sorted({0, 1, *range(max(0, first // PAGE - 1), last // PAGE + 2)}):
            keys = rows[number * PAGE : (number + 1) * PAGE]
            if keys and all(key in known for key in keys):
                self.keep(number, rows, [known[key] for key in keys])

    def known(self, shipments: Set[UUID]) -> list[int]:
        """The keys of those of these shipments that are in memory."""
        found = self._of.keys() & shipments if len(shipments) > len(self._of) else shipments & self._of.keys()
        return [self._of[shipment] for shipment in found]

    def forget_far(self, keys: Iterable[int], first: int, last: int) -> tuple[list[int], list[int]]:
        """Of these rows those within a page of the places `first` to `last`; and the keys of all rows of other pages
        that held one: those pages are dropped, and read again should somebody scroll there."""
        near: list[int] = []
        gone: list[int] = []
        wanted = set(keys)
        beside = range(first // PAGE - 1, last // PAGE + 2)
        for number, page in list(self._pages.items()):
            touched = wanted & page.keys()
            if number in beside:
                near += touched
            elif touched:
                gone += self._drop(self._pages.pop(number))
        return near, gone

    def _drop(self, page: dict[int, tuple[int, ShipmentRow]]) -> list[int]:
        for _, row in page.values():
            self._of.pop(row.shipment_id, None)
        return list(page)

    def replace(self, row: ShipmentRow) -> int | None:
        """Put a fresh row in; its place, or None when it is not in memory."""
        for page in list(self._pages.values()):  # whoever is told may paint, and read a page
            if row.row in page:
                place = page[row.row][0]
                page[row.row] = (place, row)
                return place
        return None

    def rows(self) -> dict[int, ShipmentRow]:
        return {key: found[1] for page in self._pages.values() for key, found in page.items()}

    def places(self, keys: Iterable[int]) -> Iterator[int]:
        """Where those of these rows that are in memory stand."""
        wanted = set(keys)
        for page in list(self._pages.values()):  # whoever is told may paint, and read a page
            for key in wanted & page.keys():
                yield page[key][0]

    def spans(self) -> Iterator[tuple[int, int]]:
        """First and last place of every page in memory."""
        for page in list(self._pages.values()):  # whoever is told may paint, and read a page
            places = [place for place, _ in page.values()]
            if places:
                yield min(places), max(places)
