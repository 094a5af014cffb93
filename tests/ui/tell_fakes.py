"""A fake of flows/tell_customers: what was asked, and answers that are set beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from wismo_desk.domain.fact import Changes
from wismo_desk.domain.notice import Milestone
from wismo_desk.errors import DeskError


@dataclass(frozen=True, kw_only=True)
class FakePreview:
    count: int
    subject: str = "Votre colis a du retard"
    text: str = "Bonjour, votre colis de la commande 10482 arrive plus tard que prévu. " * 6
    refused: tuple[tuple[str, DeskError], ...] = ()


@dataclass(frozen=True, kw_only=True)
class FakeQueued:
    count: int
    changes: Changes = field(default_factory=lambda: Changes(effects=True))
    refused: tuple[tuple[str, DeskError], ...] = ()


@dataclass
class FakeTell:
    """`refused`: these are left out; `back`: how many messages are still here when they are taken back."""

    refused: tuple[tuple[str, DeskError], ...] = ()
    back: int = 1
    asked: list[tuple[Any, ...]] = field(default_factory=list)

    def look(self, shipments: Sequence[UUID], milestone: Milestone) -> FakePreview:
        self.asked.append(("look", list(shipments), milestone))
        return FakePreview(count=len(shipments) - len(self.refused), refused=self.refused)

    def __call__(self, shipments: Sequence[UUID], milestone: Milestone) -> FakeQueued:
        self.asked.append(("tell", list(shipments), milestone))
        return FakeQueued(count=len(shipments) - len(self.refused), refused=self.refused)

    def undo(self, done: Any) -> int:
        self.asked.append(("undo",))
        return self.back
