"""Numbers that no two desks may give out (SSCC): leased from the shared database in blocks, used up alone.

A desk that works alone counts on by itself. One that has joined takes numbers from its own block only, so that
it goes on labelling while the line is down; a block lost with its desk is a gap, never a double.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from sqlalchemy import Connection, select, text
from sqlalchemy.dialects.sqlite import insert as upsert

from wismo_desk.errors import Refused
from wismo_desk.store import journal_tables as t
from wismo_desk.store.engine import Writer
from wismo_desk.store.shared import SharedDatabase

SSCC: Final = "sscc"
BLOCK: Final = 500  # what a desk holds at least while the line is up; at most twice as many
_LEASE: Final = text(
    "INSERT INTO wismo.serial AS s (tenant_id, name, next) VALUES (:tenant, :name, :first + :count)"
    " ON CONFLICT (tenant_id, name) DO UPDATE SET next = greatest(s.next, :first) + :count"
    " RETURNING next - :count"
)


@dataclass(frozen=True, slots=True)
class _Blocks:
    """`end`: past the last number of the block in use; then the spare one, [start, stop). They belong to the
    journal that leased them: a restored one may have used them up already."""

    journal_id: str
    end: int = 0
    start: int = 0
    stop: int = 0

    def __str__(self) -> str:
        return f"{self.journal_id}/{self.end}/{self.start}/{self.stop}"

    @classmethod
    def parse(cls, said: str) -> Self:
        journal_id, *numbers = said.split("/")
        return cls(journal_id, *map(int, numbers))


class Serials:
    """This desk's side, in its journal file."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._left: dict[str, int] = {}  # while nobody takes any: each turn of sync asks

    def take(self, name: str) -> int:
        """The next number, for ever used up even if what it was for fails. Raises Refused when a desk that
        shares has none left."""
        with self._writer.begin() as db:
            value = _next(db, name)
            if _meta(db, "shared"):
                blocks = _blocks(db, name)
                if value >= blocks.end:
                    if blocks.start == blocks.stop:
                        raise Refused(
                            "This desk has no free numbers for own deliveries. It gets new ones by itself as "
                            "soon as the shared database answers."
                        )
                    value = blocks.start
                    _keep(db, name, _Blocks(blocks.journal_id, end=blocks.stop))
            _set_next(db, name, value + 1)
        self._left.pop(name, None)
        return value

    def left(self, name: str) -> int:
        """How many it can give out before it must lease again."""
        left = self._left.get(name)
        if left is None:
            with self._writer.begin() as db:
                blocks, value = _blocks(db, name), _next(db, name)
                left = max(0, blocks.end - value) + blocks.stop - blocks.start
                self._left[name] = left
        return left

    def used_alone(self, name: str) -> int:
        """The first number that this desk has not given out before it ever leased; 1 once it has."""
        with self._writer.begin() as db:
            return 1 if _meta(db, f"block:{name}") else _next(db, name)

    def add(self, name: str, start: int, count: int) -> None:
        """A block just leased; for when there is no spare one."""
        with self._writer.begin() as db:
            blocks = _blocks(db, name)
            if _next(db, name) >= blocks.end:
                _set_next(db, name, start)
                _keep(db, name, _Blocks(blocks.journal_id, end=start + count))
            else:
                _keep(db, name, _Blocks(blocks.journal_id, blocks.end, start, start + count))
        self._left.pop(name, None)


def top_up(serials: Serials, shared: SharedDatabase, name: str) -> None:
    """Lease a block when the spare one is gone. An answer that is lost costs a block."""
    while serials.left(name) < BLOCK:
        with shared.begin() as db:
            said = {"tenant": shared.tenant, "name": name, "count": BLOCK, "first": serials.used_alone(name)}
            start = db.scalar(_LEASE, said)
        serials.add(name, int(start or 0), BLOCK)


def _next(db: Connection, name: str) -> int:
    return int(db.scalar(select(t.serial.c.next).where(t.serial.c.name == name)) or 1)


def _set_next(db: Connection, name: str, value: int) -> None:
    statement = upsert(t.serial).values(name=name, next=value)
    db.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"next": value}))


def _blocks(db: Connection, name: str) -> _Blocks:
    journal_id = _meta(db, "journal_id")
    kept = _Blocks.parse(_meta(db, f"block:{name}") or journal_id)
    return kept if kept.journal_id == journal_id else _Blocks(journal_id)


def _keep(db: Connection, name: str, blocks: _Blocks) -> None:
    statement = upsert(t.meta).values(name=f"block:{name}", value=str(blocks))
    db.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": str(blocks)}))


def _meta(db: Connection, name: str) -> str:
    return db.scalar(select(t.meta.c.value).where(t.meta.c.name == name)) or ""
