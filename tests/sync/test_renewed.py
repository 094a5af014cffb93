"""A desk whose files were damaged begins fresh ones: what it had sent comes back, what can be read is brought along."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from two_desks import KEY, NOON, Desk, everything, settle

from wismo_desk.domain.effect import Effect, EffectKind, EffectState
from wismo_desk.domain.shipment import LabelFormat
from wismo_desk.errors import StoreProblem
from wismo_desk.store.journal import Entry, StoredLabel
from wismo_desk.store.quarantine import damaged, salvage, set_aside, take_back
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.store import JOURNAL, MAIN

Desks = Callable[[str], Desk]
NOW = datetime(2026, 11, 22, 18, tzinfo=UTC)


def worked(desk: Desk, shared: SharedDatabase) -> set[object]:
    """Some of it sent, some of it not; a label is being printed. Returns what it knows."""
    sync = desk.sync(shared)
    order = desk.take_in("1001")
    for _ in range(40):
        desk.scan(order)
    settle(sync)
    late = desk.take_in("1002", who="Zoé Lefèvre")
    parcel = desk.label(late)
    effect = Effect(
        effect_id=desk.pen.new_id(), kind=EffectKind.LABEL_PRINTED, key=f"{parcel}|1", state=EffectState.SENDING,
        order_id=late, parcel_id=parcel, created_at=NOON, changed_at=NOON, details={"number": "X"},
    )  # fmt: skip
    label = StoredLabel(parcel_id=parcel, made_at=NOON, format=LabelFormat.ZPL, content=b"^XA^XZ" * 200)
    desk.store.commit(Entry(at=NOON, effects=(effect,), labels=(label,)))
    return set(desk.ids())


def hurt(folder: Path, name: str, *, page: int = -1) -> None:
    """One page of a closed file gets a turned bit; by default the last one, which no table begins in."""
    path = folder / name
    data = bytearray(path.read_bytes())
    data[(len(data) // 4096 + page if page < 0 else page) * 4096 + 700] ^= 4
    path.write_bytes(data)


def left_by_a_crash(desk: Desk, folder: Path) -> Path:
    """As a kill leaves them, but with their logs written back: every page is in the file."""
    for file in desk.store._files:
        file.run("PRAGMA wal_checkpoint(TRUNCATE)")
    return Path(
        shutil.copytree(desk.folder, folder, ignore=shutil.ignore_patterns("*.lock", "*-shm", "*-wal"))
    )


def test_a_damaged_main_file_is_read_again(tmp_path: Path, shared: SharedDatabase, desks: Desks) -> None:
    a = desks("A")
    known = worked(a, shared)
    before = everything(a.store)
    folder = left_by_a_crash(a, tmp_path / "left")
    hurt(folder, MAIN, page=3)
    assert damaged(folder, KEY) == [MAIN]
    aside = set_aside(folder, [MAIN], NOW)
    assert (aside / MAIN).exists()
    assert (folder / JOURNAL).exists()
    again = Desk.open(folder, "A", a.clock)
    settle(again.sync(shared))
    assert again.ids() == known
    assert everything(again.store) == before
    again.store.close()


@pytest.mark.parametrize("page", [-1, 5, 9])
def test_a_damaged_journal_gives_up_what_can_be_read(
    tmp_path: Path, shared: SharedDatabase, desks: Desks, page: int
) -> None:
    a, b = desks("A"), desks("B")
    known = worked(a, shared)
    folder = left_by_a_crash(a, tmp_path / "left")
    hurt(folder, JOURNAL, page=page)
    assert damaged(folder, KEY) == [JOURNAL, MAIN]
    saved = salvage(folder, KEY)
    set_aside(folder, [JOURNAL, MAIN], NOW)
    assert sorted(path.name for path in folder.iterdir() if path.is_file()) in ([], ["journal.lock"])
    again = Desk.open(folder, "A2", a.clock)
    take_back(again.store, saved, NOW)
    sync = again.sync(shared, meet=False)
    sync.join(fresh=False)
    settle(sync, b.sync(shared))
    assert again.ids() == b.ids() == known  # the main file had every fact
    assert again.store.read.orders() and again.store.check() == []
    if saved.effects:  # else the damage lay there, and the label's own scan will tell
        (effect,) = again.store.journal.effects()
        assert effect.state is EffectState.IN_DOUBT
    again.store.close()


def test_whole_files_and_an_open_desk_are_left_alone(
    tmp_path: Path, shared: SharedDatabase, desks: Desks
) -> None:
    a = desks("A")
    worked(a, shared)
    assert damaged(a.folder, KEY) == []
    saved = salvage(a.folder, KEY)
    assert {fact.fact_id for fact in saved.facts} == a.ids()
    assert [effect.state for effect in saved.effects] == [EffectState.IN_DOUBT]
    assert [label.content for label in saved.labels] == [b"^XA^XZ" * 200]
    assert len(saved.parties) == 2
    with pytest.raises(StoreProblem, match="Close it first"):
        set_aside(a.folder, [MAIN], NOW)


def test_a_file_that_is_no_database_gives_nothing_and_breaks_nothing(tmp_path: Path) -> None:
    (tmp_path / JOURNAL).write_bytes(b"x" * 9000)
    assert salvage(tmp_path, KEY).facts == ()
