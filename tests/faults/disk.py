"""A disk that fills up at every level: what was acknowledged stays, and outcomes still find the ballast's place."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from store_rig import NOON, Clock, intent, opened, order, taken_in

from tests.faults.kills import compile_once
from tests.faults.machines import MEMORY
from tests.faults.outcome import Outcome
from tests.faults.power import let_go
from tests.faults.tally import Tally
from wismo_desk.domain.effect import EffectState, Move
from wismo_desk.errors import StoreProblem
from wismo_desk.flows.pen import Pen
from wismo_desk.store import store as store_module
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

SHORT, FULL = 40, 100
_STEP, _BALLAST = 12 * 1024, 256 * 1024
_MOST = 400  # orders taken in at one level


def run(*, short: bool, seed: int) -> Outcome:
    began, count = time.monotonic(), SHORT if short else FULL
    store_module._ROOM = 0  # as if something else had filled the disk since the last look
    compile_once()
    found, twin, refused, kept = Tally(), Tally(), 0, 0
    how = "tmpfs" if _can_mount() else "RLIMIT_FSIZE (no root)"
    with tempfile.TemporaryDirectory(prefix="wismo-disk-", dir=MEMORY) as name:
        for level in range(count):
            full, saved = _fill_up(
                Path(name) / "disk", (level + 1) * _STEP * FULL // count, found, careful=True
            )
            refused += full
            kept += saved
            if level % 10 == 5:
                _fill_up(Path(name) / "disk", (level + 1) * _STEP, twin, careful=False)
    if refused < count:
        found.wrong("mismatch", f"the disk was never full at {count - refused} levels")
    for said in found.said[:10]:
        print(f"disk, seed {seed}: {said}", file=sys.stderr)
    return Outcome(
        name="disk", unit="levels of a full disk", count=count, least=count, seed=seed, lost=found.lost,
        doubled=found.doubled, phantom=found.phantom, mismatch=found.mismatch, twin=twin.lost,
        seconds=time.monotonic() - began, note=f"{how}; {kept} outcomes kept by the ballast",
    )  # fmt: skip


def _can_mount() -> bool:
    return os.name == "posix" and os.geteuid() == 0 and shutil.which("mount") is not None


def _fill_up(folder: Path, free: int, found: Tally, *, careful: bool) -> tuple[bool, bool]:
    """(whether it was full, whether an outcome was kept then)."""
    with _disk(folder) as fill:
        store = opened(folder / "desk")
        pen = Pen("Poste 1", clock=Clock())
        printing = [intent(pen, order("0"), f"k{n}") for n in range(2)]
        store.commit(Entry(at=NOON, effects=tuple(printing)))
        assert store._ballast.lay(size=_BALLAST, leave=0)
        release = fill(free)
        acknowledged, full = [], False
        for number in range(_MOST):
            try:
                store.commit(taken_in(pen, order(str(number))))
            except StoreProblem:
                full = True
                if careful:
                    break
            acknowledged.append(str(number))  # the naive twin does not look at how it ended
        done = Move(effect_id=printing[0].effect_id, was=EffectState.SENDING, now=EffectState.DONE)
        saved = False
        try:
            store.commit(Entry(at=NOON, moves=(done,)))
            saved = full
        except StoreProblem:
            if careful:
                found.wrong("lost", f"an outcome, {free} bytes free")
        let_go(store)
        release()
        _check(folder / "desk", acknowledged, done if saved else None, found)
    return full, saved


def _check(folder: Path, acknowledged: list[str], done: Move | None, found: Tally) -> None:
    store: Store = opened(folder)
    try:
        if wrong := store.check():
            found.wrong("mismatch", wrong[0])
        there = {row.number for row in store.read.orders(limit=_MOST * 2)}
        if missing := set(acknowledged) - there:
            found.wrong("lost", f"{len(missing)} of {len(acknowledged)} orders", len(missing))
        if len(there) > len(acknowledged) + 1:
            found.wrong("phantom", f"{len(there)} orders of {len(acknowledged)}")
        if done is not None:
            effect = store.journal.effect_by_id(done.effect_id)
            if effect is None or effect.state is not EffectState.DONE:
                found.wrong("lost", "an outcome that was acknowledged")
        store.commit(taken_in(Pen("Poste 2", clock=Clock()), order("goes on")))
    finally:
        let_go(store)


@contextmanager
def _disk(folder: Path) -> Iterator[Callable[[int], Callable[[], None]]]:
    """A small disk at `folder`; call what it gives to leave so many bytes free, and what that gives to end it."""
    folder.mkdir()
    if not _can_mount():
        yield _limit
        shutil.rmtree(folder)
        return
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "none", str(folder)], check=True)

    def fill(free: int) -> Callable[[], None]:
        usage = shutil.disk_usage(folder)
        with (folder / "filler").open("wb") as filler:
            os.posix_fallocate(filler.fileno(), 0, max(4096, usage.free - free))
        return (folder / "filler").unlink

    try:
        yield fill
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
        folder.rmdir()


def _limit(free: int) -> Callable[[], None]:
    """No file may grow beyond this: what an ordinary user can do to himself."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (512 * 1024 + free, hard))
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
