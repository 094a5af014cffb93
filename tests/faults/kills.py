"""SIGKILL at random moments of a desk that opens, recovers, packs, prints and writes to its customers.

Each life is a fork of one process that has everything loaded; the printer, the carrier and the mail server live
in another. A life is killed a random while after a random one of its words, so at any step, opening included.
"""

from __future__ import annotations

import functools
import gc
import importlib.metadata
import json
import os
import random
import select
import shutil
import signal
import ssl
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from desk_rig import MORNING
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

from tests.faults.machines import MEMORY, Warehouse, warehouse
from tests.faults.outcome import Outcome
from tests.faults.packer_life import PIECES, Life, Pipe, World, later_notices, live, live_naively, take_orders
from tests.faults.tally import Tally, check_notices, check_orders
from wismo_desk.app import station
from wismo_desk.app.qt import paint_application
from wismo_desk.labels.painter import LabelPainter
from wismo_desk.store import engine
from wismo_desk.words import Words

SHORT, FULL = 1_000, 10_000
_ORDERS: Final = 16  # of each world: then its files are checked and a new one begins
_AT_WORD: Final = (0, 0, 1, 1, 1, 2, 2, 2, 3, 4, 5, 6)
_MOST_MS: Final = 25.0  # after the word, on this machine's ordinary days
_DEADLINE_S: Final = 60.0


@dataclass(slots=True)
class Told:
    """What the lives of one world have acknowledged."""

    pieces: dict[str, int] = field(default_factory=dict)
    checked: set[str] = field(default_factory=set)
    lost: list[str] = field(default_factory=list)
    bugs: list[str] = field(default_factory=list)
    over: bool = False

    def hear(self, text: str) -> None:
        for row in text.splitlines():
            word, *rest = row.split(" ")
            if word == "piece":
                self.pieces[rest[0]] = max(self.pieces.get(rest[0], 0), int(rest[1]))
            elif word == "checked":
                self.checked.add(rest[0])
            elif word == "lost":
                self.lost.append(rest[0])
            elif word == "bug":
                self.bugs.append(" ".join(rest))
            elif word == "over":
                self.over = True


def run(*, short: bool, seed: int) -> Outcome:
    began = time.monotonic()
    application = prepare()
    count = SHORT if short else FULL
    lanes = max(1, os.cpu_count() or 1)
    jobs = [functools.partial(_kill, live, -(-count // lanes), seed * 100 + lane) for lane in range(lanes)]
    *halves, (twin, _) = together([*jobs, functools.partial(_kill, live_naively, 150, seed)])
    for again in range(1, 4):  # chance may spare the twin
        if twin.total:
            break
        ((twin, _),) = together([functools.partial(_kill, live_naively, 150, seed + again)])
    found, kills = Tally(), sum(each[1] for each in halves)
    for each, _ in halves:
        found += each
    del application
    for said in found.said[:20]:
        print(f"kills, seed {seed}: {said}", file=sys.stderr)
    return Outcome(
        name="kills", unit="random kills", count=kills, least=count, seed=seed, lost=found.lost,
        doubled=found.doubled, phantom=found.phantom, mismatch=found.mismatch, twin=twin.total,
        seconds=time.monotonic() - began,
        note=f"{found.done} orders shipped; {found.doubts} questions asked and settled",
    )  # fmt: skip


def together(jobs: Sequence[Callable[[], tuple[Tally, int]]]) -> list[tuple[Tally, int]]:
    """Each in a fork of its own, at the same time; their results in the same order."""

    def told(job: Callable[[], tuple[Tally, int]]) -> tuple[int, int]:
        def work(say: Pipe) -> None:
            tally, count = job()
            say("result", json.dumps([tally.as_json(), count]))

        return fork(work)

    ends = [told(job) for job in jobs]
    results = []
    for pid, end in ends:
        heard = b""
        while piece := os.read(end, 65536):
            heard += piece
        os.close(end)
        os.waitpid(pid, 0)
        row = next((each for each in heard.decode().splitlines() if each.startswith("result ")), "")
        if not row:
            raise RuntimeError(f"a lane broke: {heard.decode()[-400:]}")
        tally, count = json.loads(row.removeprefix("result "))
        results.append((Tally(**tally), int(count)))
    return results


def prepare() -> Any:
    """Load once what every life would load again by itself: one whole life is lived here, then forgotten."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    _load_once()
    application = paint_application()
    with warehouse() as machines, tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        world = World(Path(folder), machines.printer, machines.mail_port, machines.tray, 4)
        take_orders(world, MORNING)
        with Path(os.devnull).open("wb") as nobody:
            live(world, MORNING, {}, set(), Pipe(nobody.fileno()))
    gc.collect()
    gc.freeze()  # a child's collector must not copy what all of them share
    return application


@functools.cache
def _painter_of(language: str, folder: Path) -> LabelPainter:
    return LabelPainter(Words(language), folder)


def _painter(words: Words, folder: Path) -> LabelPainter:
    return _painter_of(words.language, folder)


def _load_once() -> None:
    """Fonts, certificates and installed packages are read by the first life only, statements compiled once."""
    station.LabelPainter = _painter  # type: ignore[misc, assignment]  # as one callable
    ssl.create_default_context = functools.cache(ssl.create_default_context)
    importlib.metadata.entry_points = functools.cache(importlib.metadata.entry_points)
    compile_once()


def compile_once() -> None:
    """A statement keeps its compiled form from one opening of a file to the next."""
    kept: Any = LRUCache(1000)
    make, dialect = engine.create_engine, SQLiteDialect_pysqlite

    def create(*arguments: Any, **more: Any) -> Any:
        made = make(*arguments, **more)
        made._compiled_cache = kept
        return made

    engine.create_engine = create
    dialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign, assignment]  # the cache's key
    dialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]  # likewise


def _kill(life: Life, count: int, seed: int) -> tuple[Tally, int]:
    """Worlds one after the other until so many lives were killed."""
    chance, found, kills = random.Random(seed), Tally(), 0
    while kills < count:
        with warehouse(seed) as machines:
            tally, more = _one_world(life, machines, chance, count - kills, naive=life is not live)
        found += tally
        kills += more
    return found, kills


def _one_world(
    life: Life, machines: Warehouse, chance: random.Random, left: int, *, naive: bool
) -> tuple[Tally, int]:
    folder = Path(tempfile.mkdtemp(prefix="wismo-kills-", dir=MEMORY))
    world = World(folder / "desk", machines.printer, machines.mail_port, machines.tray, _ORDERS)
    now, kills, told = MORNING, 0, Told()
    try:
        raised(lambda say: take_orders(world, now))
        while not told.over and kills < left:
            now += timedelta(seconds=5)
            kills += _one_life(life, world, now, told, chance)
        if not told.over:  # the last world goes on in peace
            raised(lambda say: life(world, now + timedelta(minutes=1), told.pieces, told.checked, say), told)
        found = inspect(world, machines, now + timedelta(minutes=2))
        for number in told.lost:
            found.wrong("lost", f"order {number}: fewer pieces than were acknowledged")
        for bug in told.bugs if not naive else []:
            found.wrong("mismatch", bug)
        return found, kills
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _one_life(life: Life, world: World, now: datetime, told: Told, chance: random.Random) -> int:
    """1 when it was killed, 0 when it got to the end."""
    # Half of them while it opens and recovers: that is where a second kill hurts, and it is the cheaper half.
    words, rest = chance.choice(_AT_WORD), chance.uniform(0, _MOST_MS) / 1000
    pieces, checked = dict(told.pieces), set(told.checked)
    pid, ours = fork(lambda say: life(world, now, pieces, checked, say))
    heard, until = b"", time.monotonic() + _DEADLINE_S
    while heard.count(b"\n") < words and time.monotonic() < until:
        piece = os.read(ours, 65536)
        if not piece:
            break
        heard += piece
    select.select([], [], [], rest)
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    while piece := os.read(ours, 65536):
        heard += piece
    os.close(ours)
    told.hear(heard.decode())
    return int(os.WIFSIGNALED(status))


def fork(work: Callable[[Pipe], None]) -> tuple[int, int]:
    """(process, the end of the pipe on which it speaks)."""
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid:
        os.close(theirs)
        return pid, ours
    os.close(ours)
    say = Pipe(theirs)
    try:
        work(say)
        say("over")
    except BaseException as error:
        say("bug", type(error).__name__, str(error).replace("\n", " ")[:300])
    finally:
        os._exit(0)


def raised(work: Callable[[Pipe], None], told: Told | None = None) -> str:
    """Runs to its end in a process of its own; what it said."""
    pid, ours = fork(work)
    heard = b""
    while piece := os.read(ours, 65536):
        heard += piece
    os.close(ours)
    os.waitpid(pid, 0)
    told = told or Told()
    told.hear(heard.decode())
    if not told.over:
        raise RuntimeError(f"it did not come to its end: {heard.decode()[-400:]}")
    return heard.decode()


def _as_it_is(work: Callable[[Pipe], None]) -> Callable[[Pipe], None]:
    return work


def inspect(
    world: World,
    machines: Warehouse,
    now: datetime,
    within: Callable[[Callable[[Pipe], None]], Callable[[Pipe], None]] = _as_it_is,
) -> Tally:
    """By a last life that only looks, once every notice is sent or in doubt. `within` gives it what it needs."""

    def look(say: Pipe) -> None:
        with world.opened(now) as desk:
            later_notices(desk, desk.clock)
            books = machines.books()
            found = check_orders(desk, books, world.numbers, PIECES)
            found += check_notices(desk, books.mails)
            found.done = world.orders
            say("tally", json.dumps(found.as_json()))

    text = raised(within(look))
    told = next(row for row in text.splitlines() if row.startswith("tally "))
    return Tally(**json.loads(told.removeprefix("tally ")))
