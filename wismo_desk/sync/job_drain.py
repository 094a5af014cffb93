"""Takes jobs from the shared database's queue with procrastinate, several at once, and hands them to plain functions.

The only file that knows procrastinate at work. Its event loop runs in one thread of a worker's process and nowhere
else; what a job wants done is done in threads of ours. A job names a row of the ledger and nothing more: whether there
is anything to do, the ledger says.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException, ProcrastinateException, UniqueViolation

from wismo_desk.errors import DeskError
from wismo_desk.store.shared_jobs import SILENT, is_of_line, trouble_of, twice_of
from wismo_desk.store.shared_jobs_step import TELL

log = logging.getLogger(__name__)

_POLL_S: Final = 2.0  # between looks for jobs whose time has come: nothing tells of those
_AGAIN_S: Final = 1.0  # before messages that rest are offered again
_IDLE_S: Final = 10.0
_LINE_S: Final = 3.0  # for a connection, before the line counts as lost
_CANCEL_S: Final = 0.2
_PATIENCE_S: Final = 10.0  # for what runs, when the line is lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Chore:
    """Work that one worker at a time does, `every` so often (cron, seconds last). `work` raises nothing that is the
    world's fault. `lane`: chores of one lane never run at once. `ledger`: the row that says who may."""

    name: str
    every: str
    work: Callable[[], object]
    lane: str = "care"
    ledger: Mapping[str, str] = field(default_factory=dict)


# Send of these notices what is free and due. Returns those that wait still, since their channel rests.
Tell = Callable[[Collection[UUID]], Collection[UUID]]


class _Line(PsycopgConnector):
    """procrastinate reads the detail of "already queued", which PostgreSQL keeps from users under row security (see
    BuildIndexValueDescription in its source): a worker would take it for a fault and end."""

    async def execute_query_one_async(self, query: Any, **arguments: Any) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = await super().execute_query_one_async(query, **arguments)
        except (AssertionError, TypeError) as error:  # its assertion; without assertions what comes of it
            name = twice_of(error.__context__)
            if name is None:
                raise
            raise UniqueViolation(constraint_name=name, queueing_lock=None) from error
        return answer


class _Ear(logging.Handler):
    """Hears what procrastinate does not raise: a lost line is told once, by us, in words; anything else is a bug."""

    def __init__(self, tell: Callable[[Exception], object]) -> None:
        super().__init__(logging.ERROR)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if (
            isinstance(error, Exception)
            and not isinstance(error, ProcrastinateException)
            and not is_of_line(error)
        ):
            self._tell(error)


class JobDrain:
    """`run` blocks until `stop`, which is safe from any thread, or until the line is lost; then make another."""

    def __init__(
        self,
        line: Mapping[str, Any],
        *,
        tenant: int,
        channels: Sequence[str],
        tell: Tell,
        put_back: Callable[[Collection[UUID]], object],
        settle: Callable[[], object],
        chores: Sequence[Chore] = (),
        at_once: int = 20,
        silent: timedelta = SILENT,
    ) -> None:
        """`line`: psycopg's arguments. `at_once`: messages given to `tell` together, and as many of each channel wait
        behind them. `put_back` takes what was not done; `settle` is called at first, and when nothing is to be
        told: what a lost line left."""
        self._connector = _Line(
            kwargs=dict(line), min_size=1, max_size=4, timeout=_LINE_S, reconnect_timeout=_LINE_S
        )
        self._user = str(line.get("user", ""))
        self._tenant, self._channels, self._chores = tenant, channels, chores
        self._tell, self._put_back, self._settle = tell, put_back, settle
        self._options: dict[str, Any] = {
            "install_signal_handlers": False,
            "delete_jobs": "always",  # what became of them is in the ledger
            "fetch_job_polling_interval": _POLL_S,
            "shutdown_graceful_timeout": _PATIENCE_S,
            "update_heartbeat_interval": silent.total_seconds() / 3,
            "stalled_worker_timeout": silent.total_seconds(),
        }
        self._at_once = at_once
        self._stopped = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._error: Exception | None = None

    def run(self) -> None:
        """Raises SharedUnreachable when the line is lost, SettingsProblem when its rights are, and what `tell` raised,
        or a bug of a chore, as it is."""
        logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
        theirs, ear = logging.getLogger("procrastinate"), _Ear(self._failed)
        theirs.propagate = False
        theirs.addHandler(ear)
        try:
            # psycopg refuses the loop that is Windows' default.
            with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
                runner.run(self._run())
        except Exception as error:
            if not isinstance(error, ProcrastinateException) and not is_of_line(error):
                raise
            raise self._error or trouble_of(error, self._user) from error
        finally:
            theirs.removeHandler(ear)
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """What is being sent is finished; what was only fetched goes back to the queue."""
        self._stopped.set()
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):  # it has ended meanwhile
                loop.call_soon_threadsafe(self._ending.set)

    async def _run(self) -> None:
        self._ending, self._news = asyncio.Event(), asyncio.Event()
        self._waiting: dict[UUID, list[asyncio.Future[None]]] = {}
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(_hush)
        if self._stopped.is_set():
            return
        with ExitStack() as lanes:
            self._lanes: dict[str, Executor] = {
                name: lanes.enter_context(ThreadPoolExecutor(1, thread_name_prefix=name))
                for name in ("tell", *dict.fromkeys(chore.lane for chore in self._chores))
            }
            telling, chores = App(connector=self._connector), App(connector=self._connector)
            telling.task(name=TELL)(self._hand_in)
            for chore in self._chores:
                self._add(chores, chore)
            async with telling.open_async():
                await self._work(telling, chores)

    async def _work(self, telling: App, chores: App) -> None:
        # A worker a channel: one that rests holds its own jobs only. The next are fetched while some are sent.
        runs: list[Awaitable[None]] = [
            telling.run_worker_async(
                queues=[f"{self._tenant}.{channel}"], concurrency=2 * self._at_once, **self._options
            )
            for channel in self._channels
        ]
        if self._chores:
            queues = [f"{self._tenant}.{chore.name}" for chore in self._chores]
            runs.append(chores.run_worker_async(queues=queues, concurrency=len(queues), **self._options))
        workers = [asyncio.ensure_future(run) for run in runs]
        teller, ending = asyncio.ensure_future(self._teller()), asyncio.ensure_future(self._ending.wait())
        try:
            await asyncio.wait([*workers, teller, ending], return_when=asyncio.FIRST_COMPLETED)
        finally:
            lost = not self._ending.is_set()
            self._ending.set()
            self._news.set()
            for each in workers:
                each.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
            await _end(teller, ending)
        for each in (teller, *workers):
            if not each.cancelled() and (error := each.exception()) is not None:
                raise error
        if lost:
            raise ConnectorException

    # Messages

    async def _hand_in(self, notice: str) -> None:
        """One job: over when the ledger needs no worker for this message any more."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(UUID(notice), []).append(done)
        self._news.set()
        await done

    async def _teller(self) -> None:
        """What running jobs want sent, many together: one line to the mail server bears them. Those whose channel
        rests are offered again after a while, and hold nobody else's."""
        resting: set[UUID] = set()
        clock, again_at = asyncio.get_running_loop().time, 0.0
        await self._in("tell", self._settled)
        while True:
            if self._ending.is_set():
                await self._give_back(list(self._waiting))
            if clock() >= again_at:
                resting.clear()
            wanted = [each for each in self._waiting if each not in resting][: self._at_once]
            if wanted and not self._ending.is_set():
                left = set(await self._in("tell", self._told, wanted))
                self._over(set(wanted) - left)
                if left:
                    resting |= left
                    again_at = clock() + _AGAIN_S
                continue
            self._news.clear()
            if resting:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), max(0.01, again_at - clock()))
            else:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), _IDLE_S)
                    continue
                await self._in("tell", self._settled)

    def _told(self, wanted: Collection[UUID]) -> Collection[UUID]:
        try:
            return self._tell(wanted)
        except Exception as error:  # the jobs end; the sweep finds what was not done
            self._failed(error)
            return ()

    def _settled(self) -> None:
        try:
            self._settle()
        except Exception as error:
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        self._error = self._error or error
        self.stop()

    async def _give_back(self, wanted: Sequence[UUID]) -> None:
        with suppress(DeskError):  # the sweep finds them
            await self._in("tell", self._put_back, wanted)
        self._over(wanted)

    def _over(self, notices: Collection[UUID]) -> None:
        for notice in notices:
            for done in self._waiting.pop(notice, ()):
                if not done.done():  # cancelled with its job
                    done.set_result(None)

    # Chores

    def _add(self, app: App, chore: Chore) -> None:
        busy = False

        async def run(timestamp: int, **ledger: str) -> None:
            # One that lasts longer than its period would else take a place with each of its jobs, until none is left.
            nonlocal busy
            if busy or self._ending.is_set():
                return
            busy = True
            try:
                await self._in(chore.lane, self._done, chore)
            finally:
                busy = False

        name = f"{self._tenant}.{chore.name}"
        # Queued once at a time. No `lock`: it would outlive a worker that is killed.
        task = app.task(name=f"wismo.{name}", queue=name, queueing_lock=name)(run)
        app.periodic(cron=chore.every, periodic_id=name, task_kwargs=dict(chore.ledger))(task)

    def _done(self, chore: Chore) -> None:
        try:
            chore.work()
        except Exception as bug:
            self._failed(bug)

    async def _in(self, lane: str, work: Callable[..., Any], *arguments: object) -> Any:
        assert self._loop is not None
        return await self._loop.run_in_executor(self._lanes[lane], work, *arguments)


async def _end(*tasks: asyncio.Future[Any]) -> None:
    """Cancelled until they are over: `wait_for` of Python 3.11 swallows a cancellation that comes with its own end, and
    a worker whose rights were taken back would never end."""
    left = set(tasks)
    while left:
        for each in left:
            each.cancel()
        _, left = await asyncio.wait(left, timeout=_CANCEL_S)


def _hush(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Jobs that cannot be ended because the line is lost: the sweep ends them. Anything else is told."""
    error = context.get("exception")
    if not isinstance(error, ProcrastinateException | asyncio.CancelledError):
        log.error("the queue's loop: %s", context.get("message"), exc_info=error)
