"""Power cuts under the journal: a packing day is recorded write by write, and ended after any of them.

The desk is the real one, on the shipped SQLite, with `recording_vfs.c` between it and the disk. What may be on
the disk after the cut is opened with the real store and compared with what had been acknowledged by then.
"""

from __future__ import annotations

import ctypes
import functools
import os
import pickle
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from desk_rig import MORNING
from sqlalchemy import text
from sqlcipher3 import _sqlite3
from store_rig import opened, picture

from tests.faults.disk_log import Disk, read_log
from tests.faults.kills import prepare, raised, together
from tests.faults.machines import MEMORY, warehouse
from tests.faults.outcome import Outcome
from tests.faults.packer_life import Pipe, World, live, take_orders
from tests.faults.tally import Tally
from wismo_desk.errors import StoreProblem
from wismo_desk.store import store as store_module
from wismo_desk.store.engine import writer
from wismo_desk.store.journal import Entry
from wismo_desk.store.page_size import USUAL
from wismo_desk.store.shared_serial import SSCC
from wismo_desk.store.store import Store

SHORT, FULL = 1_500, 12_000
_RECORDINGS: Final = 3
_DAYS: Final = (4, 9, 14)  # orders packed when the desk is closed: then the journal lets go of what is folded
_REBUILT: Final = 20  # every so many cuts the fold is compared with its rebuild
_SOURCE: Final = Path(__file__).with_name("recording_vfs.c")


@dataclass(slots=True)
class Acknowledged:
    """What one commit said it had done. `serial`: a number taken from the range instead."""

    facts: list[UUID] = field(default_factory=list)
    effects: dict[UUID, str] = field(default_factory=dict)
    labels: list[UUID] = field(default_factory=list)
    serial: int = 0

    @classmethod
    def of(cls, entry: Entry) -> Acknowledged:
        states = {effect.effect_id: effect.state.value for effect in entry.effects}
        states |= {move.effect_id: move.now.value for move in entry.moves}
        return cls(
            [fact.fact_id for fact in entry.facts], states, [label.parcel_id for label in entry.labels]
        )


@dataclass(slots=True)
class Recording:
    before: dict[str, bytes]
    log: Path
    acknowledged: list[Acknowledged]


def run(*, short: bool, seed: int) -> Outcome:
    began, count = time.monotonic(), SHORT if short else FULL
    said: dict[str, Any] = {"name": "power", "unit": "power cuts", "least": count, "seed": seed}
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return Outcome(**said, count=0, skipped="no C compiler here for the recording VFS")
    application = prepare()
    with tempfile.TemporaryDirectory(prefix="wismo-power-", dir=MEMORY) as name:
        folder = Path(name)
        library = folder / "recording_vfs.so"
        subprocess.run([compiler, "-O1", "-shared", "-fPIC", "-o", str(library), str(_SOURCE)], check=True)
        days = [record(folder / f"day{n}", library, seed + n, "FULL") for n in range(_RECORDINGS)]
        lazy = record(folder / "lazy", library, seed, "OFF")
        lanes = max(1, os.cpu_count() or 1)
        jobs = [
            functools.partial(cut, days, -(-count // lanes), seed * 100 + lane, folder)
            for lane in range(lanes)
        ]
        writes = sum(len(read_log(day.log)) for day in days)
        *parts, (twin, _) = together([*jobs, functools.partial(cut, [lazy], 150, seed, folder)])
    del application
    found, cuts = Tally(), sum(each[1] for each in parts)
    for each, _ in parts:
        found += each
    for row, times in Counter(found.said).most_common(15):
        print(f"power, seed {seed}: {row} ({times})", file=sys.stderr)
    return Outcome(
        **said, count=cuts, lost=found.lost, doubled=found.doubled, phantom=found.phantom,
        mismatch=found.mismatch, twin=twin.total, seconds=time.monotonic() - began,
        note=f"at any of {writes:,} writes and syncs",
    )  # fmt: skip


def record(folder: Path, library: Path, seed: int, synchronous: str) -> Recording:
    """A day of a desk, in a process of its own: SQLite keeps a VFS for as long as it lives."""
    folder.mkdir()
    kept = folder / "acknowledged"
    with warehouse(seed) as machines:
        world = World(folder / "desk", machines.printer, machines.mail_port, machines.tray, 0)
        raised(lambda say: take_orders(_of(world, _DAYS[-1]), MORNING))
        before = {path.name: path.read_bytes() for path in world.folder.glob("*.db*")}
        raised(lambda say: _work(world, library, folder / "log", kept, synchronous))
    return Recording(before, folder / "log", pickle.loads(kept.read_bytes()))


def _of(world: World, orders: int) -> World:
    return World(world.folder, world.machines, world.mail_port, world.tray, orders)


def _work(world: World, library: Path, log: Path, kept: Path, synchronous: str) -> None:
    sqlite, recorder = ctypes.CDLL(_sqlite3.__file__), ctypes.CDLL(str(library))
    installed = recorder.install(
        ctypes.cast(sqlite.sqlite3_vfs_find, ctypes.c_void_p),
        ctypes.cast(sqlite.sqlite3_vfs_register, ctypes.c_void_p),
        str(world.folder).encode(),
        str(log).encode(),
    )
    assert installed == 0, installed
    acknowledged: list[Acknowledged] = []
    commit, take = Store.commit, store_module.Serials.take

    def acknowledge(what: Acknowledged) -> None:
        acknowledged.append(what)
        recorder.mark(len(acknowledged))

    def marked_commit(store: Store, entry: Entry, **more: Any) -> Any:
        changes = commit(store, entry, **more)
        acknowledge(Acknowledged.of(entry))
        return changes

    def marked_take(serials: Any, name: str) -> int:
        value: int = take(serials, name)
        acknowledge(Acknowledged(serial=value))
        return value

    Store.commit, store_module.Serials.take = marked_commit, marked_take  # type: ignore[method-assign]  # to hear them
    store_module.writer = lambda path, key, **how: writer(
        path,
        key,
        synchronous="OFF" if synchronous == "OFF" else how["synchronous"],
        pages=how.get("pages", USUAL),
    )
    now = MORNING
    with Path(os.devnull).open("wb") as nobody:
        for orders in _DAYS:
            now += timedelta(minutes=1)
            live(_of(world, orders), now, {}, set(), Pipe(nobody.fileno()))
    recorder.finish()
    kept.write_bytes(pickle.dumps(acknowledged))


def cut(days: list[Recording], count: int, seed: int, scratch: Path) -> tuple[Tally, int]:
    """So many cuts, at moments drawn over all recordings."""
    chance, found, done = random.Random(seed), Tally(), 0
    desk = Path(tempfile.mkdtemp(dir=scratch))
    for number, day in enumerate(days):
        log = read_log(day.log)
        share = count // len(days) + (number < count % len(days))
        moments = Counter(chance.randrange(len(log) + 1) for _ in range(share))
        disk, marks = Disk(day.before), 0
        for moment in range(len(log) + 1):
            for _ in range(moments[moment]):
                files = disk.after_cut(chance)
                check(files, day, marks, desk / "desk", found, whole=done % _REBUILT == 0)
                done += 1
            if moment < len(log):
                if log[moment].kind == "M":
                    marks = log[moment].file
                else:
                    disk.take(log[moment])
    return found, done


def check(
    files: dict[str, bytes], day: Recording, marks: int, folder: Path, found: Tally, *, whole: bool
) -> None:
    """Opens what the disk held, and counts what was acknowledged and is not there, and the reverse."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    try:
        store = opened(folder)
    except StoreProblem as problem:
        found.wrong("mismatch", f"it does not open: {problem.raw or problem.sentence}")
        return
    except Exception as bug:  # a tree that lost pages breaks where it likes
        found.wrong("mismatch", f"it breaks at the start: {type(bug).__name__}: {bug}"[:200])
        return
    try:
        if wrong := store.check():
            found.wrong("mismatch", wrong[0])
        _compare(store, day.acknowledged, marks, found)
        if whole:
            before = picture(store)
            store.rebuild()
            if picture(store) != before:
                found.wrong("mismatch", "the fold and its rebuild differ")
    except Exception as error:
        found.wrong("mismatch", f"{type(error).__name__}: {error}"[:200])
    finally:
        let_go(store)


def let_go(store: Store) -> None:
    """The files are closed as by a kill: no checkpoint, no pruning."""
    store.read.close()
    for file in store._files:
        file.close()
    store._lock.release()


def _compare(store: Store, acknowledged: list[Acknowledged], marks: int, found: Tally) -> None:
    sure, under_way = acknowledged[:marks], acknowledged[marks : marks + 1]
    facts = set(_ids(store, 1, "SELECT fact_id FROM fact"))
    for fact in (fact for each in sure for fact in each.facts if fact not in facts):
        found.wrong("lost", f"a fact acknowledged, {fact}"[:24])
    possible = {fact for each in (*sure, *under_way) for fact in each.facts}
    later = {fact for each in acknowledged[marks + 1 :] for fact in each.facts}
    if facts & (later - possible):
        found.wrong("phantom", "facts of the future")
    with store._files[0].begin() as db:
        states = {
            UUID(row[0]): str(row[1]) for row in db.execute(text("SELECT effect_id, state FROM effect"))
        }
        serial = db.execute(text("SELECT next FROM serial WHERE name = :name"), {"name": SSCC}).scalar() or 0
    expected: dict[UUID, str] = {}
    for each in sure:
        expected |= each.effects
    maybe = {key: state for each in under_way for key, state in each.effects.items()}
    for effect, state in expected.items():
        if states.get(effect) not in (state, maybe.get(effect, state)):
            found.wrong("lost", f"an effect was {state} and is {states.get(effect)}")
    labels = set(_ids(store, 0, "SELECT parcel_id FROM label"))
    if missing := {label for each in sure for label in each.labels} - labels:
        found.wrong("lost", "the bytes of a label", len(missing))
    if serial <= max((each.serial for each in sure if each.serial), default=-1):
        found.wrong("doubled", "a number will be given twice")


def _ids(store: Store, file: int, statement: str) -> Iterable[UUID]:
    with store._files[file].begin() as db:
        return [UUID(row[0]) for row in db.execute(text(statement))]
