"""What the grid page asks beside watching: saved views, exports, and verbs for many shipments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

from wismo_desk.domain.effect import Effect
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.grid_view import GridView
from wismo_desk.domain.watching import Filter
from wismo_desk.errors import DeskError
from wismo_desk.ui.many_verbs import Open
from wismo_desk.ui.page_asks import Print
from wismo_desk.ui.tell_asks import Tell
from wismo_desk.ui.triage_asks import Handled


class Views(Protocol):
    def all(self) -> list[GridView]: ...

    def save(self, view: GridView, /) -> Changes: ...

    def remove(self, name: str, /) -> Changes: ...


class Done(Protocol):
    @property
    def count(self) -> int: ...
    @property
    def changes(self) -> Changes: ...
    @property
    def refused(self) -> Sequence[tuple[str, DeskError]]: ...
    @property
    def jobs(self) -> Sequence[Effect]: ...


class Many(Protocol):
    def reprint(self, shipments: Sequence[UUID], /, *, reason: str) -> Done: ...

    def void(self, shipments: Sequence[UUID], /, *, reason: str) -> Done: ...

    def ask_carriers(self, shipments: Sequence[UUID], /) -> Done: ...


class Care(Protocol):
    """The verbs of flows/triage.py."""

    def owners(self) -> tuple[str, ...]: ...

    def acknowledge(self, shipments: Sequence[UUID], /) -> Handled: ...

    def snooze(self, shipments: Sequence[UUID], until: datetime | None, /) -> Handled: ...

    def assign(self, shipments: Sequence[UUID], owner: str, /) -> Handled: ...

    def note(self, shipments: Sequence[UUID], text: str, /) -> Handled: ...

    def undo(self, done: Handled, /) -> Handled: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class GridAsks:
    """`export` takes a filter, "csv", "xlsx" or "pdf", rows to keep to, and keys of columns (none: every one); it
    tells where the file lies.
    `claim` opens claims, `tell` tells customers by hand; None where nobody can. `on_print_many`
    sends a batch; without it each job goes by itself."""

    views: Views
    many: Many
    care: Care
    on_print: Print
    export: Callable[[Filter, str, Sequence[int], Sequence[str]], Path]
    claim: Open | None = None
    tell: Tell | None = None
    on_print_many: Callable[[Sequence[Effect]], None] | None = None
