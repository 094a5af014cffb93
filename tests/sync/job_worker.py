"""A worker at the queue, to be killed: forked from a process that has imported all this once.

`careful` asks the ledger; `naive` does what a queue does by itself: a job sends, and one whose worker died runs again.
With a POINT (fetched, claimed, marked, sent, written) a careful one kills itself there.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parents[1] / "notices"))

from notice_rig import Clock, letters_of, notify_of, opened, order, settings, take_in
from postgres_cluster import PASSWORD
from sqlalchemy import text

from wismo_desk.channels.smtp import Mail, MailLine, Patience, open_line
from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.notice import Notice, Step
from wismo_desk.errors import SharedUnreachable
from wismo_desk.flows.pen import Pen, now_utc
from wismo_desk.notices.posts import _message
from wismo_desk.notices.stories import tell
from wismo_desk.settings.mail import MailSettings
from wismo_desk.store.notice_ledger import SqlNotices
from wismo_desk.store.notice_table import notice_table
from wismo_desk.store.shared import SharedDatabase
from wismo_desk.store.shared_jobs import SharedJobs, job_line
from wismo_desk.sync.job_drain import Chore, JobDrain

PATIENT = Patience(connect=60.0, answer=60.0, body=60.0)
# What one does who follows the queue's manual alone: a job whose worker is silent is put back.
_AGAIN = text(
    "UPDATE wismo_jobs.procrastinate_jobs AS j SET status = 'todo' WHERE status = 'doing' AND NOT EXISTS ("
    " SELECT FROM wismo_jobs.procrastinate_workers AS w WHERE w.id = j.worker_id"
    " AND w.last_heartbeat >= now() - :silent)"
)


SILENT = timedelta(seconds=2)  # a busy machine lets one that lives beat late
STALE = timedelta(seconds=10)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class MortalLedger(SqlNotices):
    """Dies once it has claimed, or has marked a message as being sent: the commit is there."""

    point = ""

    def claim(self, *given: Any, **more: Any) -> list[Notice]:
        rows = super().claim(*given, **more)
        if rows and self.point == "claimed":
            die()
        return rows

    def move_all(self, steps: Sequence[Step]) -> list[bool]:
        taken = super().move_all(steps)
        if self.point == "marked" and any(step.to is EffectState.SENDING for step in steps):
            die()
        return taken


class MortalLine(MailLine):
    """Dies when the server has said yes."""

    def send(self, mail: Mail) -> str:
        super().send(mail)
        die()
        raise AssertionError


class Now(Clock):
    def __call__(self) -> datetime:
        return now_utc()


class Mortal:
    """What a worker's process holds: its own store with the orders, the shared ledger, a mail server."""

    def __init__(self, folder: Path, port: int, url: str, orders: int, point: str) -> None:
        self.line, self.point = job_line(url, PASSWORD), point
        self.shared = SharedDatabase.open(url, PASSWORD)
        self.jobs = SharedJobs(self.shared, silent=SILENT)
        self.ledger = MortalLedger(self.shared.begin, notice_table(shared=True), tenant=1)
        self.ledger.point = point
        self.store = opened(folder)
        clock = Now()
        old = datetime.now(UTC) - timedelta(minutes=1)
        take_in(self.store, Pen("Poste", clock=Clock(old)), *(order(str(n)) for n in range(orders)))
        self.mail = settings(port)
        notify = notify_of(self.store, self.ledger, lambda: self.mail, clock, open_line=self.open_line)
        self.sender = notify.sender

    def open_line(self, mail: MailSettings) -> MailLine:
        line = open_line(mail, "", patience=PATIENT)
        if self.point == "sent":
            line.__class__ = MortalLine
        return line

    def drain(
        self, tell: Callable[[Collection[UUID]], Collection[UUID]], sweep: Callable[[], object]
    ) -> JobDrain:
        chore = Chore(name="sweep", every="* * * * * */1", work=sweep)
        return JobDrain(
            self.line, tenant=1, channels=["email"], tell=tell, put_back=self.jobs.put_back,
            settle=self.sender.settle, chores=[chore], at_once=5, silent=SILENT,
        )  # fmt: skip

    def careful(self) -> JobDrain:
        def told(wanted: Collection[UUID]) -> Collection[UUID]:
            if self.point == "fetched":
                die()
            turn = self.sender.turn(only=wanted)
            if turn.sent and self.point == "written":
                die()
            return self.jobs.left(wanted, now_utc())

        def swept() -> None:
            """As the desk's own. A worker that stood still for longer than SILENT has lost its jobs: of what it claims
            after that, and dies over, no job tells."""
            self.jobs.sweep(now_utc())
            self.ledger.recover(now_utc(), by="", stale=STALE)

        return self.drain(told, swept)

    def naive(self) -> JobDrain:
        letters = letters_of(lambda: self.mail)

        def written(notice: Notice) -> object:
            known = tell(self.store, notice.shipment_id)
            assert known is not None
            return _message(
                self.mail, notice, letters.write(known, notice.milestone, at=now_utc()), now_utc()
            )

        def told(wanted: Collection[UUID]) -> Collection[UUID]:
            with open_line(self.mail, "", patience=PATIENT) as line:
                for notice in map(self.ledger.get, wanted):
                    assert notice is not None
                    line.send(written(notice))  # type: ignore[arg-type]  # a message
            return ()

        def again() -> None:
            with self.shared.begin() as db:
                db.execute(text("SET LOCAL search_path TO wismo_jobs"))
                db.execute(_AGAIN, {"silent": SILENT})

        return self.drain(told, again)


def work(folder: Path, port: int, url: str, orders: int, how: str, ready: Connection) -> None:
    """A process of its own; `ready` hears when it is about to begin."""
    mortal = Mortal(folder, port, url, orders, how)
    stopped: list[int] = []
    drains = [mortal.naive() if how == "naive" else mortal.careful()]

    def stop(number: int, _frame: FrameType | None) -> None:
        stopped.append(number)
        mortal.sender.stop()
        drains[-1].stop()

    signal.signal(signal.SIGTERM, stop)
    ready.send("ready")
    while not stopped:
        try:
            drains[-1].run()
        except SharedUnreachable:
            mortal.shared.reset()
            time.sleep(0.2)  # as the worker's own loop does
        drains.append(mortal.naive() if how == "naive" else mortal.careful())
    mortal.shared.reset()
    mortal.sender.finish()  # as a station that closes
