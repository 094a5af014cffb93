"""`wismo-desk worker` as it is run: a process of its own, several at once, killed, stopped, and started too early."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "notices"))

from notice_rig import KEY, ids_of, opened, order, take_in
from postgres_cluster import PASSWORD
from sqlalchemy import make_url

from wismo_desk.domain.effect import EffectState
from wismo_desk.flows.pen import Pen, now_utc
from wismo_desk.practice.cutting_proxy import CuttingProxy
from wismo_desk.practice.failing_mail_server import FailingMailServer, Plan, Step
from wismo_desk.settings import Settings, save
from wismo_desk.settings.mail import MailSettings, Security
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_notice import shared_notices
from wismo_desk.sync.turn import Sync

_TENANTS = count(100)
_QUICK = 120  # seconds: a machine may be busy


class Running:
    """A worker's process and what it says, line by line."""

    def __init__(self, folder: Path, *more: str) -> None:
        command = [sys.executable, "-m", "wismo_desk", "--language", "en", "--folder", str(folder), "worker"]
        environment = {**os.environ, "WISMO_DESK_KEY": KEY.hex(), "WISMO_DESK_SHARED_PASSWORD": PASSWORD}
        self.process = subprocess.Popen(
            [*command, *more], env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.said: list[str] = []

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.strip())

    def hear(self, part: str) -> str:
        while True:
            line = self._lines.get(timeout=_QUICK)
            self.said.append(line)
            if part in line:
                return line

    def end(self, by: signal.Signals | None = signal.SIGTERM) -> int:
        if by is not None:
            self.process.send_signal(by)
        code = self.process.wait(_QUICK)
        self._reader.join()
        while not self._lines.empty():
            self.said.append(self._lines.get())
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@pytest.fixture
def shared(others: str, tmp_path: Path) -> Iterator[SharedDatabase]:
    """A tenant of the test's own."""
    line = SharedDatabase.open(others, PASSWORD, tenant=next(_TENANTS))
    yield line
    line.close()


Folder = Callable[..., Path]


@pytest.fixture
def folder(others: str, shared: SharedDatabase, tmp_path: Path) -> Folder:
    """Makes a worker's data folder: `mail` is the port of its mail server."""

    def make(name: str, mail: int, url: str = others) -> Path:
        made = tmp_path / name
        made.mkdir()
        settings = Settings(station=name, shared=url, tenant=shared.tenant, mail=_mail(mail))
        save(made, settings)
        return made

    return make


def _mail(port: int) -> MailSettings:
    return MailSettings(
        on=True,
        host="127.0.0.1",
        port=port,
        security=Security.NONE,
        sender_address="bonjour@papeterie.example",
    )


def orders(shared: SharedDatabase, folder: Path, numbers: range) -> None:
    """A desk takes them in, and the shared database has them."""
    store = opened(folder)
    pen = Pen("Poste 1", clock=now_utc)
    sync = Sync(store, shared, station="Poste 1", clock=now_utc)
    assert sync.turn().online
    now = now_utc()
    take_in(store, pen, *(replace(order(str(n)), ordered_at=now, ship_by=None) for n in numbers))
    assert sync.turn(at_once=True).waiting == 0
    store.close()


def told(server: FailingMailServer) -> Counter[str]:
    return Counter(ids_of(server.received))


def test_alone_it_refuses_with_a_sentence(tmp_path: Path) -> None:
    save(tmp_path, Settings(station="W"))
    worker = Running(tmp_path)
    assert worker.end(None) == 1
    assert any("needs the shared database" in line for line in worker.said)


def test_a_desks_folder_is_not_its_own(others: str, folder: Folder) -> None:
    taken = folder("desk", 25)
    store = opened(taken)
    worker = Running(taken)
    assert worker.end(None) == 1
    assert any("already open" in line for line in worker.said)
    store.close()


def test_once_sends_what_there_is_and_ends(shared: SharedDatabase, folder: Folder, tmp_path: Path) -> None:
    orders(shared, tmp_path / "desk", range(30))
    with FailingMailServer() as server:
        where = folder("w", server.port)
        assert Running(where, "--once").end(None) == 0
        assert len(server.received) == 30 and max(told(server).values()) == 1
        assert Running(where, "--once").end(None) == 0
        assert len(server.received) == 30
    orders(shared, tmp_path / "desk", range(30, 32))
    last = Running(where, "--once")
    assert last.end(None) == 1, "two wait, and nobody takes them"
    assert any("does not answer" in line for line in last.said)


def test_two_share_the_work_and_stop_on_request(
    shared: SharedDatabase, folder: Folder, tmp_path: Path
) -> None:
    with FailingMailServer() as server:
        workers = [Running(folder(name, server.port)) for name in ("w1", "w2")]
        for worker in workers:
            worker.hear("Shared database: connected")
        orders(shared, tmp_path / "desk", range(90))
        while sum(told(server).values()) < 90:
            server.taken.acquire(timeout=_QUICK)
        assert [worker.end() for worker in workers] == [0, 0]
    assert max(told(server).values()) == 1
    assert shared_notices(shared).counts() == {EffectState.DONE: 90}


def test_killed_in_the_middle_of_a_message_it_is_in_doubt_and_the_rest_goes(
    shared: SharedDatabase, folder: Folder, tmp_path: Path
) -> None:
    """The customer has it, the dead worker could not write that down: whoever comes next must not send it."""
    orders(shared, tmp_path / "desk", range(50))
    plan = Plan(fault=lambda number: Step.ANSWER if number == 7 else None, hangs=True)
    with FailingMailServer(plan) as server:
        where = folder("w", server.port)
        worker = Running(where)
        assert server.failed.wait(_QUICK)
        assert worker.end(signal.SIGKILL) == -signal.SIGKILL
        assert Running(where, "--once").end(None) == 0
    assert len(server.received) == 50 and max(told(server).values()) == 1
    assert shared_notices(shared).counts() == {EffectState.DONE: 49, EffectState.IN_DOUBT: 1}


def test_before_the_database_is_up_it_waits_and_says_so(
    others: str, shared: SharedDatabase, folder: Folder, tmp_path: Path
) -> None:
    orders(shared, tmp_path / "desk", range(3))
    url = make_url(others)
    with FailingMailServer() as server, CuttingProxy(("127.0.0.1", url.port or 0)) as line:
        line.cut()
        by_way = url.set(port=line.port).render_as_string(hide_password=False)
        worker = Running(folder("w", server.port, by_way))
        worker.hear("does not answer")
        line.mend()
        worker.hear("Shared database: connected")
        while len(server.received) < 3:
            server.taken.acquire(timeout=_QUICK)
        line.cut()
        worker.hear("does not answer")
        assert worker.end() == 0
        assert "Traceback" not in "".join(worker.said)
        assert sum("does not answer" in said for said in worker.said) == 2, "once each time"
