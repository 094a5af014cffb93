"""A packing day under a clock that jumps: two days on, two days back, over the changes of summer time."""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desk_rig import Clock

from tests.faults.kills import prepare, raised
from tests.faults.machines import MEMORY, warehouse
from tests.faults.outcome import Outcome
from tests.faults.packer_life import PIECES, Life, Pipe, World, later_notices, live, take_orders
from tests.faults.tally import Tally, check_notices, check_orders

SHORT, FULL = 60, 300
_ORDERS, _JUMP_EVERY = 12, 0.02
# The hour that comes twice and the one that is left out in France, and ordinary days.
_DAYS = (
    datetime(2026, 10, 25, 0, 59, 58, tzinfo=UTC),
    datetime(2027, 3, 28, 0, 59, 58, tzinfo=UTC),
    datetime(2026, 11, 23, 8, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 59, 58, tzinfo=UTC),
)


class JumpingClock(Clock):
    """Goes on as others do, and now and then jumps by up to two days, to and fro."""

    def __init__(self, now: datetime, seed: int) -> None:
        super().__init__(now)
        self._begin, self._chance, self.jumps = now, random.Random(seed), 0

    def __call__(self) -> datetime:
        if self._chance.random() < _JUMP_EVERY:
            self.jumps += 1
            self.now = self._begin + timedelta(seconds=self._chance.uniform(-172_800, 172_800))
        return super().__call__()


def run(*, short: bool, seed: int) -> Outcome:
    began, least = time.monotonic(), SHORT if short else FULL
    application = prepare()
    found, jumps = _days(live, least, seed)
    twin = _naive_ids(seed)
    del application
    for said in found.said[:10]:
        print(f"clocks, seed {seed}: {said}", file=sys.stderr)
    return Outcome(
        name="clocks", unit="clock jumps", count=jumps, least=least, seed=seed, lost=found.lost,
        doubled=found.doubled, phantom=found.phantom, mismatch=found.mismatch, twin=twin,
        seconds=time.monotonic() - began,
        note=f"{found.done} orders shipped; up to 2 days either way, and both changes",
    )  # fmt: skip


def _days(life: Life, least: int, seed: int) -> tuple[Tally, int]:
    """Days of a dozen orders, each begun four times, until the clock has jumped so often."""
    found, jumps, day = Tally(), 0, 0
    while jumps < least:
        with warehouse(seed + day) as machines:
            folder = Path(tempfile.mkdtemp(prefix="wismo-clocks-", dir=MEMORY))
            world = World(folder / "desk", machines.printer, machines.mail_port, machines.tray, _ORDERS)
            start = _DAYS[day % len(_DAYS)]
            clock = JumpingClock(start, seed + day)

            def work(say: Pipe, world: World = world, start: datetime = start, clock: Clock = clock) -> None:
                take_orders(world, start)
                for part in (
                    3,
                    6,
                    9,
                    _ORDERS,
                ):  # closed and opened again at whatever time it then seems to be
                    less = World(world.folder, world.machines, world.mail_port, world.tray, part)
                    _live_by(life, less, clock)
                with world.opened(start, clock=clock) as desk:
                    # What was put off under a clock that ran ahead waits until it is that late.
                    later_notices(desk, clock, every=timedelta(hours=6))
                    books = machines.books()
                    tally = check_orders(desk, books, world.numbers, PIECES)
                    tally += check_notices(desk, books.mails)
                    tally.done = _ORDERS
                    say("tally", json.dumps([tally.as_json(), getattr(clock, "jumps", 0)]))

            text = raised(work)
            shutil.rmtree(folder, ignore_errors=True)
        row = next(each for each in text.splitlines() if each.startswith("tally "))
        told, more = json.loads(row.removeprefix("tally "))
        found += Tally(**told)
        jumps, day = jumps + more, day + 1
    return found, jumps


def _live_by(life: Life, world: World, clock: Clock) -> None:
    """A life that nobody kills, under the clock given."""

    class ByThisClock(World):
        def opened(self, now: datetime, **more: object) -> object:
            return World.opened(self, now, clock=clock)

    same = ByThisClock(world.folder, world.machines, world.mail_port, world.tray, world.orders)
    with Path(os.devnull).open("wb") as nobody:
        life(same, clock.now, {}, set(), Pipe(nobody.fileno()))


def _naive_ids(seed: int) -> int:
    """The naive twin: ids that follow the clock. How often a later word counts as the earlier one."""
    clock, wrong, last = JumpingClock(_DAYS[2], seed), 0, 0
    for _ in range(1000):
        now = int(clock().timestamp() * 1000)
        wrong += now < last
        last = now
    return wrong
