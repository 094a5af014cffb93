"""Sends what is due, each notice once or in doubt: it is marked as being sent before the channel is asked."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from uuid import UUID

from wismo_desk.channels.smtp import MailLine
from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.notice import OF_CLAIMS, REMINDERS, Channel, Notice, NoticeLedger, Step, due
from wismo_desk.domain.notice_rules import OVERTAKEN, NoticeRules, verdict
from wismo_desk.errors import (
    BadInput,
    DeskError,
    MailUnreachable,
    MessageDeferred,
    MessageRefused,
    MessageUnreachable,
    OutcomeUnknown,
    SettingsProblem,
)
from wismo_desk.notices.endings import Ending, Rest, Turn
from wismo_desk.notices.letters import Letters
from wismo_desk.notices.pace import Pace
from wismo_desk.notices.posts import NO_ADDRESS, Line, MailPost, Post, Written
from wismo_desk.notices.stories import Told, tell
from wismo_desk.settings.mail import MailSettings
from wismo_desk.store.store import Store

log = logging.getLogger(__name__)

__all__ = ["BATCH", "NO_ADDRESS", "OVERTAKEN", "Rest", "Sender", "Turn"]

BATCH: Final = 20  # of each channel
LEASE: Final = timedelta(minutes=10)  # longer than a turn of BATCH messages may take
STALE: Final = timedelta(minutes=15)  # longer than one message may take
MEND: Final = timedelta(minutes=2)  # until a letter that cannot be written is tried again
_HUNG_UP: Final = "The mail server hung up. The messages wait and are tried again."
_CLOSED: Final = "The other side hung up. The messages wait and are tried again."


class Sender:
    """Call `turn` now and then from one lane. Several senders, here and elsewhere, share one ledger. One channel
    that is away, slow or refused does not hold the others."""

    def __init__(
        self,
        *,
        store: Store,
        ledger: NoticeLedger,
        letters: Letters,
        mail: Callable[[], MailSettings],
        open_line: Callable[[MailSettings], MailLine],
        clock: Callable[[], datetime],
        chance: Callable[[], float] = random.random,
        posts: Sequence[Post] = (),
        rules: Callable[[], NoticeRules] = NoticeRules,
        stopped: Callable[[str], bool] = lambda address: False,
        zone: tzinfo = UTC,
    ) -> None:
        """E-mail is there in any case; `posts` are the other channels. `stopped`: whether who has this address
        wants no more messages. `zone` is the quiet hours'."""
        self._store, self._ledger, self._clock = store, ledger, clock
        self._rules, self._wants_none, self._zone = rules, stopped, zone
        first = MailPost(letters=letters, mail=mail, open_line=open_line)
        self._posts: tuple[tuple[Post, Pace], ...] = tuple((post, Pace(chance)) for post in (first, *posts))
        self._owed: list[tuple[Notice, Ending]] = []  # ended, but the ledger could not be told yet
        self._stopped = threading.Event()

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Those through which something may leave now."""
        return tuple(post.channel for post, _ in self._posts if post.ready)

    def stop(self) -> None:
        """Finish the message under way, then return."""
        self._stopped.set()

    def recover(self) -> int:
        """At start: what this desk was sending when it died is in doubt. Returns how many."""
        return self._ledger.recover(self._clock(), by=self._by, stale=STALE)

    def turn(self, only: Collection[UUID] = ()) -> Turn:
        """At most BATCH notices of each channel; `only`: none but these, whoever sweeps the others. Raises DeskError
        when the ledger cannot be reached."""
        self._pay()
        turn = Turn()
        swept = False
        for post, pace in self._posts:
            now = self._clock()
            if not post.ready:
                continue
            if (rest := pace.resting(now)) is not None:
                turn += Turn(error=rest.error, rests_until=rest.until, rests={post.channel: rest})
                continue
            limit = pace.room(now, per_minute=post.per_minute, wanted=BATCH)
            if not limit:
                continue
            if not swept and not only:
                self._ledger.recover(now, by="", stale=STALE)
                swept = True
            rows = self._ledger.claim(
                now, by=self._by, limit=limit, lease=LEASE, channels=(post.channel,), only=only
            )
            turn += self._work(post, pace, rows)
        return turn

    def finish(self, *, tries: int = 3, wait: Callable[[float], object] = time.sleep) -> bool:
        """At the end of the process, once no turn runs: outcomes that the ledger was not told yet are told, or a
        message that has arrived would stand in doubt. False when it stays away, a second between `tries`."""
        for left in reversed(range(tries if self._owed else 0)):
            self._settle()
            if self._owed and left:
                wait(1.0)
        return not self._owed

    def settle(self) -> None:
        """What a lost line left: outcomes that the ledger could not be told, and what was claimed and not begun, which
        is free again. Raises DeskError when it is away still."""
        self._pay()
        self.recover()

    @property
    def _by(self) -> str:
        return self._store.journal.journal_id

    def _work(self, post: Post, pace: Pace, rows: Sequence[Notice]) -> Turn:
        turn, line, rules = Turn(), None, self._rules()
        with ExitStack() as open_lines:
            for place, notice in enumerate(rows):
                if self._stopped.is_set():
                    return self._give_back(rows[place:], turn)
                written = self._written(post, notice, rules)
                if isinstance(written, Ending):
                    self._owe(notice, written)
                    turn = turn.counting(written)
                    if isinstance(written.error, SettingsProblem):
                        turn = replace(turn, error=written.error)
                    continue
                try:
                    line = line or open_lines.enter_context(post.open())
                except (MessageUnreachable, SettingsProblem, BadInput) as error:
                    return self._pause(post, pace, self._give_back(rows[place:], turn), error)
                ending = self._send(line, notice, written, pace)
                if ending is None:
                    continue
                turn = turn.counting(ending)
                if line.broken:
                    left = self._give_back(rows[place + 1 :], turn)
                    return self._pause(post, pace, left, _why(ending, post.channel))
        self._settle()
        if line is not None:
            pace.went_well()
        return turn

    def _written(self, post: Post, notice: Notice, rules: NoticeRules) -> Written | Ending:
        """What to send, or why not now or never. A person who sends again knows best whether it is still true."""
        now = self._clock()
        if any(owed.order_id == notice.order_id for owed, _ in self._owed):
            self._settle()  # what follows looks at the other messages of this order
        told = tell(self._store, notice.shipment_id, rules=rules)
        if told is None:
            return Ending(state=EffectState.PENDING, due_at=now + timedelta(minutes=1))
        if (held := self._held(post, notice, told, rules, now)) is not None:
            return held
        try:
            return post.write(told, notice, now=now)
        except BadInput as error:
            return Ending(state=EffectState.FAILED, error=error)
        except SettingsProblem as error:  # a template of ours is broken: once it is mended, all of them go
            return Ending(state=EffectState.PENDING, error=error, due_at=now + MEND)

    def _held(
        self, post: Post, notice: Notice, told: Told, rules: NoticeRules, now: datetime
    ) -> Ending | None:
        """By the rules: left out, or later."""
        if notice.details.get("by_hand"):
            return None
        timeless = notice.channel is Channel.WEBHOOK and notice.milestone not in REMINDERS | OF_CLAIMS
        true = timeless or any(
            each.cycle == notice.cycle for each in due(told.story, on={notice.milestone}, now=now)
        )
        if not true:
            return Ending(state=EffectState.FAILED, error=DeskError(OVERTAKEN))
        said = verdict(
            notice,
            self._ledger.of_order(notice.order_id),
            rules,
            now=now,
            zone=self._zone,
            stopped=self._wants_none(post.address(told)),
        )
        if said.drop:
            return Ending(state=EffectState.FAILED, error=DeskError(said.sentence))
        if said.until is not None:
            return Ending(state=EffectState.PENDING, error=DeskError(said.sentence), due_at=said.until)
        return None

    def _send(self, line: Line, notice: Notice, written: Written, pace: Pace) -> Ending | None:
        """None: the row was not ours any more, and nothing left."""
        now = self._clock()
        said = {"message_id": written.message_id, "test": written.test}
        mark = Step(notice=notice, to=EffectState.SENDING, was=(EffectState.PENDING,), at=now, details=said)
        try:  # with what is owed of the one before: one commit a message
            *_, mine = self._ledger.move_all([*self._debts(), mark])
        except DeskError:
            # The mark may be in the ledger or not; that nothing left is known here only.
            self._owe(notice, Ending(state=EffectState.PENDING, due_at=now))
            raise
        self._owed.clear()
        if not mine:
            return None
        pace.asked(now)
        ending = self._asked(line, written, notice, pace)
        self._owe(notice, ending)
        return ending

    def _asked(self, line: Line, written: Written, notice: Notice, pace: Pace) -> Ending:
        try:
            return Ending(state=EffectState.DONE, evidence=line.send(written.message))
        except OutcomeUnknown as error:
            return Ending(state=EffectState.IN_DOUBT, error=error)
        except (MessageRefused, BadInput) as error:
            return Ending(state=EffectState.FAILED, error=error)
        except MessageDeferred as error:
            later = self._clock() + pace.delay(notice.attempts)
            return Ending(state=EffectState.PENDING, error=error, due_at=later)
        except MessageUnreachable as error:
            return Ending(state=EffectState.PENDING, error=error, due_at=self._clock())

    def _owe(self, notice: Notice, ending: Ending) -> None:
        """It is told with the mark of the next message, or at the end of this channel's turn."""
        self._owed.append((notice, ending))

    def _settle(self) -> None:
        """What the other side said is never forgotten for a database that is away: it is told at a next turn."""
        try:
            self._pay()
        except DeskError:
            log.warning("the ledger is away; %d outcomes wait in memory", len(self._owed))

    def _pay(self) -> None:
        """A step whose commit was answered by silence is taken again: compare-and-set refuses the second."""
        self._ledger.move_all(self._debts())
        self._owed.clear()

    def _debts(self) -> list[Step]:
        was, now = (EffectState.PENDING, EffectState.SENDING, EffectState.IN_DOUBT), self._clock()
        return [
            Step(notice=notice, to=end.state, was=was, at=now, due_at=end.due_at, details=end.details)
            for notice, end in self._owed
        ]

    def _give_back(self, rows: Sequence[Notice], turn: Turn) -> Turn:
        now, was = self._clock(), (EffectState.PENDING,)
        back = [Step(notice=each, to=EffectState.PENDING, was=was, at=now, due_at=now) for each in rows]
        self._ledger.move_all([*self._debts(), *back])
        self._owed.clear()
        return replace(turn, waiting=turn.waiting + len(rows))

    def _pause(self, post: Post, pace: Pace, turn: Turn, error: DeskError) -> Turn:
        rest = pace.pause(error, self._clock(), took_some=bool(turn.sent))
        return replace(turn, error=error, rests_until=rest.until, rests={post.channel: rest})


def _why(ending: Ending, channel: Channel) -> DeskError:
    """Why the line is of no more use."""
    if isinstance(ending.error, MessageUnreachable | OutcomeUnknown):
        return ending.error
    return MailUnreachable(_HUNG_UP) if channel is Channel.EMAIL else MessageUnreachable(_CLOSED)
