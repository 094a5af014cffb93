"""Damaged files set aside, and what can still be read of them: for a desk whose facts are also in the shared database.

Whatever cannot be read here is read again from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import UUID

from filelock import FileLock, Timeout
from sqlcipher3 import dbapi2

from wismo_desk.domain.effect import Effect, EffectState
from wismo_desk.domain.fact import Fact
from wismo_desk.errors import StoreProblem
from wismo_desk.store.codec import row_effect, row_fact
from wismo_desk.store.copies import JOURNAL, MAIN, damage
from wismo_desk.store.engine import looking, roll_back
from wismo_desk.store.journal import Entry, StoredLabel, row_label
from wismo_desk.store.store import LOCK, Store

T = TypeVar("T")
_OPEN: Final = (EffectState.PENDING, EffectState.SENDING, EffectState.IN_DOUBT)
_IDS: Final = ("fact_id", "order_id", "shipment_id", "parcel_id", "effect_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """Facts and recipients that the shared database may lack; labels and prints whose end nobody knows, with
    their bytes."""

    facts: tuple[Fact, ...] = ()
    parties: tuple[tuple[UUID, str], ...] = ()
    effects: tuple[Effect, ...] = ()
    labels: tuple[StoredLabel, ...] = ()


def damaged(folder: Path, key: bytes) -> list[str]:
    """Names of the files to be set aside; a damaged journal takes the other with it, for it gave out numbers
    that the other does not know of. A file whose rewriting was killed is put right first: it is not damaged."""
    with suppress(Timeout, StoreProblem, dbapi2.DatabaseError), FileLock(folder / LOCK, timeout=0):
        roll_back(folder / MAIN, key)
    found = [name for name in (JOURNAL, MAIN) if damage(folder / name, key)]
    return [JOURNAL, MAIN] if JOURNAL in found else found


def salvage(folder: Path, key: bytes) -> Saved:
    """All that can be read of both files, from the beginning and from the end, past the damage."""
    facts: dict[UUID, Fact] = {}
    parties: dict[UUID, str] = {}
    for name in (MAIN, JOURNAL):  # what the journal says of a recipient is the later word
        facts |= {fact.fact_id: fact for fact in _read(folder / name, key, "fact", row_fact)}
        parties |= dict(_read(folder / name, key, "party", _party))
    effects = {each.effect_id: each for each in _read(folder / JOURNAL, key, "effect", row_effect)}
    open_ones = {each.parcel_id: each for each in effects.values() if each.state in _OPEN}
    labels = {each.parcel_id: each for each in _read(folder / JOURNAL, key, "label", row_label)}
    return Saved(
        facts=tuple(sorted(facts.values(), key=lambda fact: fact.fact_id)),
        parties=tuple(parties.items()),
        effects=tuple(replace(each, state=EffectState.IN_DOUBT) for each in open_ones.values()),
        labels=tuple(labels[parcel] for parcel in open_ones if parcel in labels),
    )


def set_aside(folder: Path, names: list[str], now: datetime) -> Path:
    """Moves them, with their logs, into a folder of their own, which is returned. Raises StoreProblem while the
    desk is open."""
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise StoreProblem("The desk is open with these files. Close it first.") from error
    with lock:
        aside = folder / f"damaged-{now:%Y%m%d-%H%M%S}"
        aside.mkdir()
        for name in names:
            for path in folder.glob(f"{name}*"):
                path.replace(aside / path.name)
    return aside


def take_back(store: Store, saved: Saved, now: datetime) -> None:
    """Into fresh files, before they are brought to the shared database: what is known goes where windows read,
    what nobody knows into the unknown-outcome tray."""
    store.inbox.take(saved.facts, saved.parties, now=now)
    if saved.effects:
        store.commit(Entry(at=now, effects=saved.effects, labels=saved.labels))


def _read(path: Path, key: bytes, table: str, make: Callable[[Any], T]) -> Iterator[T]:
    with suppress(StoreProblem, dbapi2.DatabaseError), looking(path, key) as file:
        for row in _rows(file, table):
            with suppress(ValueError, KeyError, TypeError):
                yield make(
                    {name: UUID(value) if name in _IDS and value else value for name, value in row.items()}
                )


def _rows(file: Any, table: str) -> Iterator[Mapping[str, Any]]:
    """Each row at least once that lies before or behind the damage."""
    for way in ("ASC", "DESC"):
        with suppress(dbapi2.DatabaseError):
            cursor = file.execute(f"SELECT * FROM {table} ORDER BY 1 {way}")  # noqa: S608 - our own names
            names = [column[0] for column in cursor.description]
            for row in cursor:
                yield dict(zip(names, row, strict=True))


def _party(row: Mapping[str, Any]) -> tuple[UUID, str]:
    return row["order_id"], row["data"]
