"""Three hundred labels through a printer that resets, loses its buffer, runs out of paper, is switched off, and
through a desk that is killed meanwhile: each comes out once, or a question about it is asked."""

from __future__ import annotations

import json
import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from desk_rig import MORNING, Bench, line
from mortal import settle_doubts

from tests.faults.kills import fork, prepare, raised
from tests.faults.machines import MEMORY, Warehouse, some_faults, warehouse
from tests.faults.outcome import Outcome
from tests.faults.packer_life import Pipe, World
from tests.faults.tally import Tally
from wismo_desk.domain.effect import EffectKind, EffectState
from wismo_desk.domain.ids import order_id
from wismo_desk.flows.print_label import pending

LABELS: Final = 300
_FAULTS, _KILLS, _LEAST = 70, 20, 70
_PATIENCE_S: Final = 240.0


def run(*, short: bool, seed: int) -> Outcome:
    began = time.monotonic()
    application = prepare()
    labels, least = (LABELS // 3, _LEAST // 3) if short else (LABELS, _LEAST)
    found, met = _print(_careful, labels, seed, least)
    twin, _ = _print(_naive, labels // 2, seed, least // 2)
    del application
    for said in found.said[:15]:
        print(f"printing, seed {seed}: {said}", file=sys.stderr)
    faults = sum(met.values())
    return Outcome(
        name="printing", unit="faults", count=faults, least=least, seed=seed, lost=found.lost,
        doubled=found.doubled, phantom=found.phantom, mismatch=found.mismatch, twin=twin.total,
        seconds=time.monotonic() - began,
        note=f"{labels} labels; {found.doubts} uncertain ones named; "
        + ", ".join(f"{count} {name}" for name, count in sorted(met.items())),
    )  # fmt: skip


Life = Callable[[World, datetime, Pipe], None]


def _print(life: Life, labels: int, seed: int, least: int) -> tuple[Tally, Counter[str]]:
    chance = random.Random(seed)
    folder = Path(tempfile.mkdtemp(prefix="wismo-print-", dir=MEMORY))
    with warehouse(seed, label_s=0.01) as machines:
        world = World(folder / "desk", machines.printer, machines.mail_port, machines.tray, labels)
        try:
            raised(lambda say: _buy_all(world))
            machines.fail_printer(some_faults(chance, _FAULTS * labels // LABELS))
            kills, now, until = 0, MORNING, time.monotonic() + _PATIENCE_S
            over = False
            while not over and time.monotonic() < until:
                now += timedelta(seconds=2)
                over = _one_life(life, world, now, chance if kills < _KILLS * labels // LABELS else None)
                kills += not over
            found = _inspect(world, machines, now + timedelta(seconds=30))
            met = machines.books().faults
            met["kill -9"] = kills
            if sum(met.values()) < least:
                found.said.append("too few faults")
            return found, met
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _buy_all(world: World) -> None:
    """Every label bought, none printed."""
    with world.opened(MORNING) as desk:
        numbers = [str(n) for n in range(world.orders)]
        desk.take(*(line(number, service="Exercice") for number in numbers))
        for number in numbers:
            order = desk.station.store.read.order(order_id("csv", number))
            assert desk.station.ship(order, weight_g=500).job is not None


def _one_life(life: Life, world: World, now: datetime, chance: random.Random | None) -> bool:
    """Whether it printed all there was; without `chance` it is not killed."""
    pid, ours = fork(lambda say: life(world, now, say))
    heard = b""
    if chance is not None:
        words, rest = chance.randint(1, 12), chance.uniform(0, 0.03)
        while heard.count(b"\n") < words and (piece := os.read(ours, 65536)):
            heard += piece
        select.select([], [], [], rest)
        os.kill(pid, signal.SIGKILL)
    while piece := os.read(ours, 65536):
        heard += piece
    os.close(ours)
    os.waitpid(pid, 0)
    for row in heard.decode().splitlines():
        if row.startswith("bug"):
            raise RuntimeError(row)
    return b"over\n" in heard


def _careful(world: World, now: datetime, say: Pipe) -> None:
    """As the desk does it, with a packer who looks into the tray and presses “print again”."""
    with world.opened(now) as desk:
        desk.patient(0.25)
        station = desk.station
        say("open")
        station.recover()
        until = time.monotonic() + 60.0
        while time.monotonic() < until:
            settle_doubts(desk, world.tray)
            jobs = pending(station.store)
            if not jobs and not station.resolve.doubts():
                return
            for job in jobs:
                if desk.print_label(job).state is EffectState.DONE:
                    say("printed")


def _naive(world: World, now: datetime, say: Pipe) -> None:
    """The naive twin: what could be handed over is printed, what could not is handed over again."""
    with world.opened(now) as desk:
        say("open")
        printer = desk.station.printers["Z1"]
        until = time.monotonic() + 60.0
        while (jobs := pending(desk.station.store)) and time.monotonic() < until:
            for job in jobs:
                stored = desk.station.store.journal.label(job.parcel_id)
                assert stored is not None
                try:
                    printer.send(stored.content)
                except Exception:
                    continue
                desk.station.print_label.done(job, EffectState.PENDING, {})
                say("printed")


def _inspect(world: World, machines: Warehouse, now: datetime) -> Tally:
    """Once the printer is at rest: each label against what lies in the tray."""

    def look(say: Pipe) -> None:
        with world.opened(now) as desk:
            found = Tally()
            out = Counter(content.strip() for content in machines.books().printed)
            for number in range(world.orders):
                _check(desk, str(number), out, found)
            for _ in range(sum(out.values())):
                found.wrong("phantom", "a label came out that no parcel has")
            say("tally", json.dumps(found.as_json()))

    text = raised(look)
    row = next(each for each in text.splitlines() if each.startswith("tally "))
    return Tally(**json.loads(row.removeprefix("tally ")))


def _check(desk: Bench, number: str, out: Counter[bytes], found: Tally) -> None:
    (parcel,) = desk.parcels(number)
    stored = desk.station.store.journal.label(parcel.parcel_id)
    assert stored is not None
    times = out.pop(stored.content.strip(), 0)
    if times != 1:
        found.wrong("doubled" if times else "lost", f"the label of order {number} came out {times} times")
    (job,) = desk.effects(number, EffectKind.LABEL_PRINTED)
    if job.state is not EffectState.DONE:
        found.wrong("mismatch", f"the print of order {number} is {job.state.value}")
    found.doubts += "resolved" in job.details
