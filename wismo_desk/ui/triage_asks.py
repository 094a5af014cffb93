"""What the triage page asks of the flows, as narrow protocols."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from wismo_desk.domain.fact import Changes
from wismo_desk.domain.triage import Group, HistoryItem, Standing, WorkList
from wismo_desk.domain.watching import ShipmentRow


class Handled(Protocol):
    """What was done, for undo: of how many shipments it was said."""

    @property
    def changes(self) -> Changes: ...
    @property
    def shipments(self) -> int: ...


class Triage(Protocol):
    """flows/triage.py."""

    def work(self, standing: Standing = Standing.OPEN) -> WorkList: ...

    def rows(self, group: Group, limit: int = 500) -> list[ShipmentRow]: ...

    def shipments(self, group: Group, /) -> list[UUID]: ...

    def history(self, shipments: Sequence[UUID], /) -> tuple[HistoryItem, ...]: ...

    def owners(self) -> tuple[str, ...]: ...

    def acknowledge(self, shipments: Sequence[UUID], /) -> Handled: ...

    def resolve(self, shipments: Sequence[UUID], /) -> Handled: ...

    def snooze(self, shipments: Sequence[UUID], until: datetime | None, /) -> Handled: ...

    def assign(self, shipments: Sequence[UUID], owner: str, /) -> Handled: ...

    def note(self, shipments: Sequence[UUID], text: str, /) -> Handled: ...

    def undo(self, done: Any, /) -> Handled: ...
