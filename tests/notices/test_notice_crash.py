"""SIGKILL while a message is being sent: in doubt at the next start, and never sent again by itself."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from notice_rig import NOON, Clock, ids_of, notify_of, opened, order, settings, take_in
from postgres_cluster import PASSWORD

from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.notice import NoticeLedger
from wismo_desk.flows.pen import Pen
from wismo_desk.practice.failing_mail_server import FailingMailServer, Plan, Step
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_notice import shared_notices
from wismo_desk.store.store import Store

HERE = Path(__file__).parent
S = EffectState


class Ledgers:
    """The ledger of a store that is closed and opened again."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._shared = SharedDatabase.open(url, PASSWORD) if url else None
        if self._shared is not None:
            self._shared.upgrade()

    def close(self) -> None:
        if self._shared is not None:
            self._shared.close()

    def of(self, store: Store) -> NoticeLedger:
        return store.notices if self._shared is None else shared_notices(self._shared)


@pytest.fixture
def ledgers(where: str, request: pytest.FixtureRequest) -> Iterator[Ledgers]:
    made = Ledgers(request.getfixturevalue("shared_url") if where == "shared" else "")
    yield made
    made.close()


def killed(folder: Path, server: FailingMailServer, how: str, url: str) -> None:
    """Run a sender until the server has a message and says nothing, then SIGKILL it."""
    path = os.pathsep.join(map(str, (HERE, HERE.parent / "sync", HERE.parents[1])))
    command = [sys.executable, str(HERE / "notice_crash.py"), str(folder), str(server.port), how, url]
    with subprocess.Popen(
        [part for part in command if part], env={**os.environ, "PYTHONPATH": path}
    ) as child:
        assert server.failed.wait(30)
        child.kill()
        assert child.wait(10) == -9


def begun(folder: Path, ledgers: Ledgers, port: int) -> None:
    store, clock = opened(folder), Clock()
    notify = notify_of(store, ledgers.of(store), lambda: settings(port), clock)
    assert notify.queue(take_in(store, Pen("Poste 1", clock=clock), *map(order, "12345"))) == 5
    store.close()


@pytest.mark.parametrize("step", [Step.RCPT, Step.BODY_ASKED, Step.ANSWER])
def test_killed_while_sending(tmp_path: Path, ledgers: Ledgers, step: Step) -> None:
    folder = tmp_path / "desk"
    with FailingMailServer(Plan(fault=lambda n: step if n == 3 else None, hangs=True)) as server:
        begun(folder, ledgers, server.port)
        killed(folder, server, "careful", ledgers.url)
        store, clock = opened(folder), Clock(NOON + timedelta(minutes=1))
        ledger = ledgers.of(store)
        assert ledger.counts() == {S.DONE: 2, S.SENDING: 1, S.PENDING: 2}
        notify = notify_of(store, ledger, lambda: settings(server.port), clock)
        notify.start()
        assert ledger.counts() == {S.DONE: 2, S.IN_DOUBT: 1, S.PENDING: 2}
        for _ in range(3):
            clock.pass_(minutes=11)  # the dead sender's claim runs out
            notify.turn()
        assert ledger.counts() == {S.DONE: 4, S.IN_DOUBT: 1}
        store.close()
    assert max(Counter(ids_of(server.received)).values()) == 1
    assert len(server.received) == 4 + (step is Step.ANSWER)


def test_naive_twin_writes_down_afterwards_and_sends_twice(tmp_path: Path) -> None:
    folder, ledgers = tmp_path / "desk", Ledgers("")
    with FailingMailServer(Plan(fault=lambda n: Step.ANSWER if n == 3 else None, hangs=True)) as server:
        begun(folder, ledgers, server.port)
        killed(folder, server, "naive", "")
        store = opened(folder)
        notify = notify_of(store, store.notices, lambda: settings(server.port), Clock())
        notify.start()
        assert notify.turn().sent == 5
        store.close()
    assert max(Counter(ids_of(server.received)).values()) == 2
