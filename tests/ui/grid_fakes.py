"""Asks of the grid page for tests: verbs that remember what was asked, views in a dict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from page_fakes import NOW, FakeWatch, make_row
from tell_fakes import FakeTell

from wismo_desk.domain.expected import Expected
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.grid_view import GridView
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.domain.watching import Filter, ShipmentRow
from wismo_desk.errors import DeskError, Refused
from wismo_desk.ui.shipments_asks import GridAsks


@dataclass(frozen=True, kw_only=True)
class FakeDone:
    count: int = 0
    changes: Changes = field(default_factory=Changes)
    refused: tuple[tuple[str, DeskError], ...] = ()
    jobs: tuple[Any, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FakeHandled:
    changes: Changes
    shipments: int


class FakeVerbs:
    """`said` lists every verb with what it was said of."""

    def __init__(self) -> None:
        self.said: list[tuple[Any, ...]] = []
        self.refuses = False
        self.views: dict[str, GridView] = {}
        self.telling = FakeTell()
        self.printed: list[Any] = []
        self.files: list[tuple[Filter, str, list[int]]] = []
        self.columns: list[tuple[str, ...]] = []  # of each file

    def asks(self) -> GridAsks:
        return GridAsks(
            views=self,
            many=self,
            care=self,
            on_print=self.printed.append,
            export=self.export,
            claim=self.claim,
            tell=self.telling,
        )

    def all(self) -> list[GridView]:
        return list(self.views.values())

    def save(self, view: GridView, /) -> Changes:
        self.views[view.name] = view
        return Changes(values=True)

    def remove(self, name: str, /) -> Changes:
        del self.views[name]
        return Changes(values=True)

    def export(self, asked: Filter, kind: str, rows: Sequence[int], columns: Sequence[str]) -> Path:
        self.columns.append(tuple(columns))
        self.files.append((asked, kind, list(rows)))
        return Path(f"Envois.{kind}")

    def _many(self, *said: Any, jobs: tuple[Any, ...] = ()) -> FakeDone:
        self.said.append(said)
        refused = (("8004", Refused("This shipment is not known here.")),) if self.refuses else ()
        return FakeDone(count=len(said[1]) - len(refused), refused=refused, jobs=jobs)

    def reprint(self, shipments: Sequence[UUID], /, *, reason: str) -> FakeDone:
        return self._many("reprint", list(shipments), reason, jobs=("job",))

    def void(self, shipments: Sequence[UUID], /, *, reason: str) -> FakeDone:
        return self._many("void", list(shipments), reason)

    def ask_carriers(self, shipments: Sequence[UUID], /) -> FakeDone:
        return self._many("ask", list(shipments))

    def claim(self, shipments: Sequence[UUID], /) -> FakeDone:
        return self._many("claim", list(shipments))

    def _care(self, *said: Any) -> FakeHandled:
        self.said.append(said)
        return FakeHandled(changes=Changes(shipments=frozenset(said[1])), shipments=len(said[1]))

    def owners(self) -> tuple[str, ...]:
        return ("Nadia B.",)

    def acknowledge(self, shipments: Sequence[UUID], /) -> FakeHandled:
        return self._care("seen", list(shipments))

    def snooze(self, shipments: Sequence[UUID], until: datetime | None, /) -> FakeHandled:
        return self._care("snooze", list(shipments), until)

    def assign(self, shipments: Sequence[UUID], owner: str, /) -> FakeHandled:
        return self._care("assign", list(shipments), owner)

    def note(self, shipments: Sequence[UUID], text: str, /) -> FakeHandled:
        return self._care("note", list(shipments), text)

    def undo(self, done: FakeHandled, /) -> FakeHandled:
        self.said.append(("undo", done.shipments))
        return done


class ForeseenWatch(FakeWatch):
    """Rows with an interval, an owner, and everything else a row can show."""

    def get(self, row: int) -> ShipmentRow:
        found = self.changed.get(row) or make_row(row - 1)
        if found.status in (TrackingStatus.DELIVERED, TrackingStatus.PLANNED):
            return found
        today = NOW.date()
        low = today + timedelta(days=row % 3)
        high = low + timedelta(days=1 + row % 4)
        expected = Expected(low=low, likely=low + (high - low) / 2, high=high, late=(row % 9) / 10)
        promised = found.promised_on if row % 4 else today - timedelta(days=3)
        return replace(
            found, expected=expected, owner="Nadia Bernard" if row % 5 == 1 else "", promised_on=promised
        )


def day(offset: int) -> date:
    return NOW.date() + timedelta(days=offset)
