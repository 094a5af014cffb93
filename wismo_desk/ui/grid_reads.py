"""How the grid reads: what was asked before is dropped, and what changes while rows are on their way is read again."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from functools import partial
from typing import Any, Final
from uuid import UUID

from PySide6.QtCore import QObject, QTimer

from wismo_desk.domain.watching import ShipmentRow
from wismo_desk.ui.grid_cell import Line
from wismo_desk.ui.grid_lines import ShipmentLines
from wismo_desk.ui.page_asks import Watch
from wismo_desk.ui.page_desk import Desk

ORDERS: Final = "grid"  # the lane of whole orders: a page that is looked at never waits for one
PAGES: Final = "grid pages"  # nor for what another window reads
_COALESCE_MS: Final = 25  # changes that come closer together are read and painted as one


class Stale:
    """Shipments to be read again: all that came within 25 ms, or while the last were being read, at once. `read` is
    given them, and what to call when it is done."""

    def __init__(
        self, parent: QObject, read: Callable[[list[frozenset[UUID]], Callable[[], None]], None]
    ) -> None:
        self._read = read
        self._waiting: list[frozenset[UUID]] = []
        self._busy = False
        self._rest = once(parent, _COALESCE_MS, self._look)

    def add(self, *changed: frozenset[UUID]) -> None:
        self._waiting += changed
        self._next()

    def _next(self) -> None:
        if not self._rest.isActive():
            self._look()

    def _look(self) -> None:
        if self._busy or not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        self._busy = True
        self._rest.start()
        self._read(waiting, self._done)

    def _done(self) -> None:
        self._busy = False
        self._next()


class Reads:
    """On the lanes of the grid. `failed` is told an error, `missed` what changed while rows were on their way: they
    were read before the commit and come after the news of it."""

    def __init__(
        self, desk: Desk, *, failed: Callable[[Exception], object], missed: Callable[..., object]
    ) -> None:
        self._desk, self._failed, self._missed = desk, failed, missed
        self._turn = 0
        self._open = 0  # readings of rows on their way
        self._changed: list[frozenset[UUID]] = []  # since the first of them began

    def anew(self) -> None:
        """Something else is asked: answers to what was asked before, and their errors, are dropped from now on."""
        self._turn += 1

    def changed(self, shipments: frozenset[UUID]) -> None:
        if self._open:
            self._changed.append(shipments)

    def read(
        self,
        lane: str,
        work: Callable[[], Any],
        done: Callable[[Any], object],
        *,
        ended: Callable[[], object] = lambda: None,
    ) -> None:
        """`ended` is called before `done`, or before an error is told, and for answers that are dropped, too."""
        turn = self._turn

        def back(then: Callable[[Any], object], got: Any) -> None:
            ended()
            if turn == self._turn:
                then(got)

        self._desk.run(lane, work, partial(back, done), partial(back, self._failed))

    def bring(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], object],
        *,
        ended: Callable[[], object] = lambda: None,
    ) -> None:
        """`read` of rows that are not in memory yet."""
        self._open += 1
        changed = self._changed

        def landed() -> None:
            self._open -= 1
            if not self._open:
                self._changed = []
            ended()

        def keep(got: Any) -> None:
            missed = tuple(changed)
            done(got)
            self._missed(*missed)

        self.read(PAGES, work, keep, ended=landed)


class Underway:
    """How many readings of one kind are on their way; true with any."""

    def __init__(self) -> None:
        self._count = 0

    def begin(self) -> None:
        self._count += 1

    def end(self) -> None:
        self._count -= 1

    def __bool__(self) -> bool:
        return self._count > 0


def once(parent: QObject, ms: int, slot: Callable[[], None]) -> QTimer:
    """A timer that fires once when started."""
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(ms)
    timer.timeout.connect(slot)
    return timer


def worded(desk: Desk, watch: Watch, rows: array[int]) -> tuple[list[ShipmentRow], list[Line]]:
    """A page with its words, found in the background: a frame has no time for it."""
    page = watch.page(rows)
    form, now = ShipmentLines(desk), desk.clock()
    return page, [form(row, now) for row in page]
