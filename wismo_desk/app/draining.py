"""A worker at the shared database's queue: what its jobs and chores do here, and when it is at it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final
from uuid import UUID

from wismo_desk.app.digesting import digest_of
from wismo_desk.domain.carrier import Tracks
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.ids import poll_id
from wismo_desk.errors import DeskError
from wismo_desk.notices.sender import STALE, Turn
from wismo_desk.settings.secrets import shared_password
from wismo_desk.store.shared_jobs import SILENT, SharedJobs, job_line

if TYPE_CHECKING:
    from wismo_desk.app.station import Station
    from wismo_desk.flows.follow import Round
    from wismo_desk.sync.job_drain import Chore, JobDrain

AT_ONCE: Final = 20  # messages of a channel; one turn of the sender takes no more
_HALF_MINUTE, _MINUTE = "* * * * * */30", "* * * * * 15"


class Draining:
    """`start` when the line is up and `may_start`; it ends by itself when the line is lost. Sending is its thread's
    alone while `is_on`."""

    def __init__(
        self,
        station: Station,
        *,
        sent: Callable[[Turn], None],
        followed: Callable[[Round], None],
        failed: Callable[[DeskError], None],
        at_once: int = AT_ONCE,
        silent: timedelta = SILENT,
    ) -> None:
        """`sent`, `followed` and `failed` are told of each turn, round and trouble, on threads of ours."""
        assert station.sharing is not None
        self._station, self._at_once, self._silent = station, at_once, silent
        self._jobs = SharedJobs(station.sharing.shared, silent=silent)
        self._sent, self._followed, self._failed = sent, followed, failed
        self._digest = digest_of(station)
        self._drain: JobDrain | None = None
        self._thread: threading.Thread | None = None
        self._bug: BaseException | None = None

    @property
    def is_on(self) -> bool:
        """Raises the bug that ended it."""
        if self._bug is not None:
            raise self._bug
        return self._thread is not None and self._thread.is_alive()

    def may_start(self) -> bool:
        """Whether the shared database has a queue that this user may take jobs from. Raises DeskError."""
        return self._jobs.ready()

    def start(self) -> None:
        """Imported here: a desk, and a worker without a queue, never load procrastinate."""
        from wismo_desk.sync.job_drain import JobDrain

        settings, sender = self._station.settings, self._station.notify.sender
        self._drain = JobDrain(
            job_line(settings.shared, shared_password(settings.shared)),
            tenant=settings.tenant,
            channels=[channel.value for channel in sender.channels],
            tell=self._tell,
            put_back=self._jobs.put_back,
            settle=sender.settle,
            chores=list(self._chores()),
            at_once=self._at_once,
            silent=self._silent,
        )
        self._thread = threading.Thread(target=self._run, args=(self._drain,), name="jobs")
        self._thread.start()

    def _run(self, drain: JobDrain) -> None:
        try:
            drain.run()
        except DeskError as error:
            self._failed(error)
        except BaseException as bug:  # said by whoever asks next; a thread would only print it
            self._bug = bug

    def stop(self) -> None:
        """From any thread, a signal's too; `join` waits."""
        if self._drain is not None:
            self._drain.stop()

    def join(self) -> None:
        if self._thread is not None:
            self._thread.join()

    def _tell(self, wanted: Collection[UUID]) -> frozenset[UUID]:
        self._sent(self._station.notify.sender.turn(only=wanted))
        return self._jobs.left(wanted, self._station.clock())

    def _chores(self) -> Iterator[Chore]:
        from wismo_desk.sync.job_drain import Chore

        station = self._station
        yield Chore(name="sweep", every=_HALF_MINUTE, work=self._guarded(self._sweep))
        yield Chore(name="mailbox", every=_MINUTE, work=self._guarded(station.notify.returns), lane="tell")
        if station.settings.digest_to.strip():
            yield Chore(name="digest", every=_MINUTE, work=self._guarded(self._digest))
        for code, carrier in station.carriers.items():
            if isinstance(carrier, Tracks):  # a queue each: who has no contract with it never takes its jobs
                yield Chore(
                    name=f"poll.{code}",
                    every=_HALF_MINUTE,
                    work=self._guarded(partial(self._follow, code)),
                    lane="polls",
                    ledger={"poll": str(poll_id(code))},
                )

    def _guarded(self, work: Callable[[], object]) -> Callable[[], object]:
        def guarded() -> object:
            try:
                return work()
            except DeskError as error:
                self._failed(error)
                return None

        return guarded

    def _follow(self, code: str) -> Changes:
        done = self._station.follow.one(code)
        self._followed(done)
        return done.changes

    def _sweep(self) -> None:
        """Jobs of dead workers and rows without a job; and rows of a dead desk, which has no jobs."""
        now = self._station.clock()
        self._jobs.sweep(now)
        self._station.notify.ledger.recover(now, by="", stale=STALE)
