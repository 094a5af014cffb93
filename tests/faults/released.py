"""The files of every released version, opened by this one and worked on: nothing of what was done there is lost."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from desk_rig import MORNING
from sqlalchemy import text
from sqlcipher3 import dbapi2
from store_rig import KEY, opened, picture

from tests.faults.kills import prepare, raised
from tests.faults.machines import MEMORY, warehouse
from tests.faults.outcome import Outcome
from tests.faults.packer_life import Pipe, World, live, take_orders
from tests.faults.power import let_go
from tests.faults.tally import Tally
from wismo_desk.store.page_size import unlock
from wismo_desk.store.store import MAIN

_FIXTURES = Path(__file__).resolve().parents[1] / "store" / "released"
_WORKED = 4  # orders packed on top of what was there


def run(*, short: bool, seed: int) -> Outcome:
    began = time.monotonic()
    application = prepare()
    versions = sorted(path for path in _FIXTURES.iterdir() if path.is_dir())
    found, twin = Tally(), 0
    for version in versions:
        found += _open(version, seed)
        twin += _naive(version)
    del application
    for said in found.said[:10]:
        print(f"released, seed {seed}: {said}", file=sys.stderr)
    return Outcome(
        name="released", unit="released versions", count=len(versions), least=1, seed=seed, lost=found.lost,
        doubled=found.doubled, phantom=found.phantom, mismatch=found.mismatch, twin=twin,
        seconds=time.monotonic() - began, note=", ".join(path.name for path in versions),
    )  # fmt: skip


def _open(version: Path, seed: int) -> Tally:
    """Opened, worked on, folded again, closed and opened once more."""
    folder = Path(tempfile.mkdtemp(prefix="wismo-released-", dir=MEMORY))
    shutil.copytree(version, folder / "desk")
    before = {name: _facts(folder / "desk" / name) for name in ("journal.db", MAIN)}
    with warehouse(seed) as machines:
        world = World(folder / "desk", machines.printer, machines.mail_port, machines.tray, _WORKED)

        def work(say: Pipe) -> None:
            found = Tally()
            take_orders(world, MORNING)
            live(world, MORNING, {}, set(), say)
            store = opened(world.folder)
            kept = _ids(store)
            for name, facts in before.items():
                if missing := facts - kept:
                    found.wrong("lost", f"{len(missing)} facts of {version.name}/{name}", len(missing))
            rows = picture(store)
            store.rebuild()
            if picture(store) != rows:
                found.wrong("mismatch", "the fold and its rebuild differ")
            if wrong := store.check():
                found.wrong("mismatch", wrong[0])
            let_go(store)
            say("tally", json.dumps(found.as_json()))

        said = raised(work)
    shutil.rmtree(folder, ignore_errors=True)
    row = next(each for each in said.splitlines() if each.startswith("tally "))
    return Tally(**json.loads(row.removeprefix("tally ")))


def _naive(version: Path) -> int:
    """The naive twin: another schema, so the copy that windows read is thrown away and made from the journal."""
    folder = Path(tempfile.mkdtemp(prefix="wismo-released-", dir=MEMORY))
    shutil.copytree(version, folder / "desk")
    before = _facts(folder / "desk" / MAIN)
    opened(folder / "desk").close()  # as every evening: the journal lets go of what is folded
    (folder / "desk" / MAIN).unlink()
    store = opened(folder / "desk")
    missing = before - _ids(store)
    let_go(store)
    shutil.rmtree(folder, ignore_errors=True)
    return len(missing)


def _facts(path: Path) -> set[Any]:
    """By plain SQL, as the file was left."""
    file = dbapi2.connect(str(path))
    try:
        unlock(file, path, KEY)
        return {row[0] for row in file.execute("SELECT fact_id FROM fact")}
    finally:
        file.close()


def _ids(store: Any) -> set[Any]:
    with store._files[1].begin() as db:
        return {row[0] for row in db.execute(text("SELECT fact_id FROM fact"))}
