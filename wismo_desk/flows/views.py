"""Saved views of the grid: facts like everything people change, so that all desks have them."""

from __future__ import annotations

from dataclasses import dataclass

from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.domain.grid_view import NAME_LENGTH, VIEW_SCOPE, GridView, view_data, view_from_data
from wismo_desk.errors import Refused
from wismo_desk.flows.pen import Pen
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Views:
    store: Store
    pen: Pen

    def all(self) -> list[GridView]:
        """By name; a view that was taken away is kept as an empty value."""
        kept = self.store.read.values(VIEW_SCOPE)
        return [view_from_data(name, kept[name]) for name in sorted(kept, key=str.casefold) if kept[name]]

    def save(self, view: GridView) -> Changes:
        """Under its name, over one that has it. Raises Refused without a name."""
        name = " ".join(view.name.split())[:NAME_LENGTH]
        if not name:
            raise Refused("Give the view a name.", field="name")
        return self._set(name, view_data(view))

    def remove(self, name: str) -> Changes:
        return self._set(name, {})

    def _set(self, name: str, value: dict[str, object]) -> Changes:
        fact = self.pen.fact(FactKind.VALUE_SET, scope=VIEW_SCOPE, key=name, value=value)
        return self.store.commit(Entry(at=self.pen.clock(), facts=(fact,)))
