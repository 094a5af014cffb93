"""One bit turned over somewhere in a station's files, closed or left by a crash: noticed, or without effect."""

from __future__ import annotations

import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from desk_rig import MORNING
from sqlalchemy import text
from sqlcipher3 import dbapi2
from store_rig import KEY, opened

from tests.faults.kills import prepare, raised
from tests.faults.machines import MEMORY, warehouse
from tests.faults.outcome import Outcome
from tests.faults.packer_life import Pipe, World, live, take_orders
from tests.faults.power import let_go
from wismo_desk.errors import StoreProblem
from wismo_desk.store.page_size import unlock
from wismo_desk.store.store import Store

SHORT, FULL = 100, 300
_TABLES = (
    (0, ("fact", "party", "effect", "label", "serial", "notice")),
    (1, ("fact", "party", "orders", "shipment", "parcel", "code", "product", "value", "manifest")),
)


def run(*, short: bool, seed: int) -> Outcome:
    began, count = time.monotonic(), SHORT if short else FULL
    application = prepare()
    folder = Path(tempfile.mkdtemp(prefix="wismo-flips-", dir=MEMORY))
    try:
        closed, crashed = _packed(folder, seed)
        found, ends = _flip((closed, crashed), count, seed, folder / "hurt")
        twin = _naive(closed, 100, seed, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    del application
    for said, times in Counter(found).most_common(10):
        print(f"flips, seed {seed}: {said} ({times})", file=sys.stderr)
    note = ", ".join(f"{times} {end}" for end, times in sorted(ends.items()))
    return Outcome(
        name="flips", unit="bit flips", count=sum(ends.values()), least=count, seed=seed, mismatch=len(found),
        twin=twin, seconds=time.monotonic() - began, note=note,
    )  # fmt: skip


def _packed(folder: Path, seed: int) -> tuple[Path, Path]:
    """The files of a day's work: closed as they should be, and as a crash leaves them, with their logs."""
    with warehouse(seed) as machines:
        world = World(folder / "closed", machines.printer, machines.mail_port, machines.tray, 6)

        def day(say: Pipe) -> None:
            take_orders(world, MORNING)
            live(world, MORNING, {}, set(), say)

        raised(day)
        later = World(folder / "crashed", machines.printer, machines.mail_port, machines.tray, 6)
        first = World(later.folder, machines.printer, machines.mail_port, machines.tray, 3)

        def crash(say: Pipe) -> None:
            take_orders(later, MORNING)
            live(first, MORNING, {}, set(), say)
            with later.opened(MORNING) as desk:
                for number in later.numbers[3:]:
                    desk.scan(number, *["9520000001025"] * 3)
                    desk.scan(desk.parcels(number)[0].tracking_number)
                shutil.copytree(later.folder, folder / "left")  # with what the logs hold

        raised(crash)
    return folder / "closed", folder / "left"


def _flip(days: tuple[Path, ...], count: int, seed: int, hurt: Path) -> tuple[list[str], Counter[str]]:
    """(what went unseen, how each ended)."""
    chance, found, ends = random.Random(seed), list[str](), Counter[str]()
    whole = {day: _contents(day, hurt) for day in days}
    for number in range(count):
        day = days[number % len(days)]
        _copy(day, hurt)
        files = sorted(
            path for path in hurt.iterdir() if path.suffix in (".db", ".db-wal") and path.stat().st_size
        )
        path = chance.choices(files, [each.stat().st_size for each in files])[0]
        size, (at, bit) = path.stat().st_size, _turn(path, chance)
        end = _look(hurt, whole[day])
        ends["noticed" if end == "noticed" else "harmless" if end == "same" else "unseen"] += 1
        if end not in ("noticed", "same"):
            found.append(f"{path.name} of {size}, byte {at}, bit {bit}: {end}")
    return found, ends


def _turn(path: Path, chance: random.Random) -> tuple[int, int]:
    data = bytearray(path.read_bytes())
    at, bit = chance.randrange(len(data)), chance.randrange(8)
    data[at] ^= 1 << bit
    path.write_bytes(data)
    return at, bit


def _copy(day: Path, hurt: Path) -> None:
    shutil.rmtree(hurt, ignore_errors=True)
    hurt.mkdir()
    for path in day.glob("*.db*"):
        if not path.name.endswith("-shm"):
            shutil.copyfile(path, hurt / path.name)


def _look(folder: Path, whole: dict[str, Any]) -> str:
    """“noticed”, “same”, or what is silently different."""
    try:
        store = opened(folder)
    except StoreProblem:
        return "noticed"
    try:
        if store.check():
            return "noticed"
        now = _rows(store)
    except Exception:  # whatever it is, it is no silent difference
        return "noticed"
    finally:
        let_go(store)
    return next((f"table {name} differs" for name, rows in whole.items() if now[name] != rows), "same")


def _contents(day: Path, hurt: Path) -> dict[str, Any]:
    _copy(day, hurt)
    store = opened(hurt)
    try:
        return _rows(store)
    finally:
        let_go(store)


def _rows(store: Store) -> dict[str, Any]:
    found = {}
    for file, tables in _TABLES:
        with store._files[file].begin() as db:
            for table in tables:
                rows = [tuple(row) for row in db.execute(text(f"SELECT * FROM {table}"))]
                found[f"{file} {table}"] = sorted(rows, key=repr)
    return found


def _naive(day: Path, count: int, seed: int, folder: Path) -> int:
    """The naive twin: the same data in a plain SQLite file, looked through by its integrity check."""
    chance, plain = random.Random(seed), folder / "plain.db"
    source = dbapi2.connect(str(day / "main.db"))
    unlock(source, day / "main.db", KEY)
    source.execute("ATTACH DATABASE ? AS plain KEY ''", (str(plain),))
    source.execute("SELECT sqlcipher_export('plain')")
    source.close()
    whole, unseen = plain.read_bytes(), 0
    kept = _plain_rows(plain)
    for _ in range(count):
        plain.write_bytes(whole)
        _turn(plain, chance)
        try:
            file = sqlite3.connect(plain)
            try:
                right = file.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            finally:
                file.close()
            unseen += right and _plain_rows(plain) != kept
        except sqlite3.Error:
            continue
        except UnicodeDecodeError:
            continue
    return unseen


def _plain_rows(path: Path) -> dict[str, Any]:
    file = sqlite3.connect(path)
    try:
        return {table: sorted(map(repr, file.execute(f"SELECT * FROM {table}"))) for table in _TABLES[1][1]}
    finally:
        file.close()
