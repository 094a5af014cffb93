"""Sends what is due, each notice once or in doubt: it is marked as being sent before the server is asked."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from wismo_desk.channels.smtp import Mail, MailLine, clean_address
from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.notice import Letter, Notice, NoticeLedger, due, message_id, overtaken
from wismo_desk.errors import (
    BadInput,
    DeskError,
    MailDeferred,
    MailRefused,
    MailUnreachable,
    OutcomeUnknown,
    SettingsProblem,
)
from wismo_desk.notices.letters import Letters
from wismo_desk.notices.stories import tell
from wismo_desk.settings.mail import MailSettings
from wismo_desk.store.store import Store

log = logging.getLogger(__name__)

BATCH: Final = 20
LEASE: Final = timedelta(minutes=10)  # longer than a turn of BATCH messages may take
STALE: Final = timedelta(minutes=15)  # longer than one message may take
MEND: Final = timedelta(minutes=2)  # until a letter that cannot be written is tried again
_FIRST, _LONGEST = 30.0, 3600.0  # seconds between tries
OVERTAKEN: Final = "Not sent: later news made it untrue or needless."
NO_ADDRESS: Final = "This order has no e-mail address. Ask the customer, then send again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one turn did. `waiting` went back to the queue, `overtaken` were left out for later news; `error`: why
    sending pauses `rests_until` then, or, without that, why some wait."""

    sent: int = 0
    failed: int = 0
    in_doubt: int = 0
    waiting: int = 0
    overtaken: int = 0
    error: DeskError | None = None
    rests_until: datetime | None = None

    @property
    def changes(self) -> Changes:
        moved = self.sent, self.failed, self.in_doubt, self.waiting, self.overtaken
        return Changes(effects=any(moved))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ending:
    """How asking the server about one notice ended, and when it may be tried again."""

    state: EffectState
    error: DeskError | None = None
    evidence: str = ""
    due_at: datetime | None = None

    @property
    def details(self) -> dict[str, object]:
        error = self.error
        return {
            "error": error.sentence if error else "",
            "error_values": {name: str(value) for name, value in error.values.items()} if error else {},
            "raw": error.raw if error else "",
            "evidence": self.evidence,
            "overtaken": self.is_overtaken,
        }

    @property
    def is_overtaken(self) -> bool:
        return self.error is not None and self.error.sentence == OVERTAKEN


class Sender:
    """Call `turn` now and then from one lane. Several senders, here and elsewhere, share one ledger."""

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
    ) -> None:
        """`chance` gives 0 ≤ x < 1: desks that were cut off together do not come back together."""
        self._store, self._ledger, self._letters = store, ledger, letters
        self._mail, self._open, self._clock, self._chance = mail, open_line, clock, chance
        self._failures = 0
        self._resting = Turn()
        self._owed: list[tuple[Notice, _Ending]] = []  # ended, but the ledger could not be told yet
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Finish the message under way, then return."""
        self._stopped.set()

    def recover(self) -> int:
        """At start: what this desk was sending when it died is in doubt. Returns how many."""
        return self._ledger.recover(self._clock(), by=self._by, stale=STALE)

    def turn(self) -> Turn:
        """At most BATCH notices over one connection. Raises DeskError when the ledger cannot be reached."""
        mail, now = self._mail(), self._clock()
        self._pay()
        if not mail.ready:
            return Turn()
        if self._resting.rests_until is not None and now < self._resting.rests_until:
            return Turn(error=self._resting.error, rests_until=self._resting.rests_until)
        self._ledger.recover(now, by="", stale=STALE)
        rows = self._ledger.claim(now, by=self._by, limit=BATCH, lease=LEASE)
        return self._work(mail, rows)

    @property
    def _by(self) -> str:
        return self._store.journal.journal_id

    def _work(self, mail: MailSettings, rows: Sequence[Notice]) -> Turn:
        turn, line = Turn(), None
        with ExitStack() as open_lines:
            for place, notice in enumerate(rows):
                if self._stopped.is_set():
                    return self._give_back(rows[place:], turn)
                letter = self._letter(notice)
                if isinstance(letter, _Ending):
                    self._settle(notice, letter)
                    turn = _counted(turn, letter)
                    if isinstance(letter.error, SettingsProblem):
                        turn = replace(turn, error=letter.error)
                    continue
                try:
                    line = line or open_lines.enter_context(self._open(mail))
                except (MailUnreachable, SettingsProblem, BadInput) as error:
                    return self._pause(self._give_back(rows[place:], turn), error)
                ending = self._send(line, mail, notice, letter)
                if ending is None:
                    continue
                turn = _counted(turn, ending)
                if line.broken:
                    return self._pause(self._give_back(rows[place + 1 :], turn), _why(ending))
        if line is not None:
            self._failures = 0
        return turn

    def _letter(self, notice: Notice) -> Letter | _Ending:
        """What to send, or why not. A person who sends again knows best whether it is still true."""
        now = self._clock()
        told = tell(self._store, notice.shipment_id)
        if told is None:
            return _Ending(state=EffectState.PENDING, due_at=now + timedelta(minutes=1))
        if not notice.details.get("by_hand"):
            others = self._ledger.of_order(notice.order_id)
            true = due(told.story, on={notice.milestone}, now=now)
            if not true or overtaken(notice, others):
                return _Ending(state=EffectState.FAILED, error=DeskError(OVERTAKEN))
        try:
            if not told.order.recipient.email.strip():
                raise BadInput(NO_ADDRESS, field="email")
            clean_address(told.order.recipient.email)  # in test mode too: it is what the test is for
            happened = datetime.fromisoformat(str(notice.details.get("happened_at") or now.isoformat()))
            return self._letters.write(told, notice.milestone, at=happened)
        except BadInput as error:
            return _Ending(state=EffectState.FAILED, error=error)
        except SettingsProblem as error:  # a template of ours is broken: once it is mended, all of them go
            return _Ending(state=EffectState.PENDING, error=error, due_at=now + MEND)

    def _send(self, line: MailLine, mail: MailSettings, notice: Notice, letter: Letter) -> _Ending | None:
        """None: the row was not ours any more, and nothing left."""
        now = self._clock()
        message = _message(mail, notice, letter, now)
        said = {"message_id": message.message_id, "test": bool(mail.test_to)}
        pending = (EffectState.PENDING,)
        try:
            mine = self._ledger.move(notice, EffectState.SENDING, was=pending, at=now, details=said)
        except DeskError:
            # The mark may be in the ledger or not; that nothing left is known here only.
            self._owed.append((notice, _Ending(state=EffectState.PENDING, due_at=now)))
            raise
        if not mine:
            return None
        ending = self._asked(line, message, notice)
        self._settle(notice, ending)
        return ending

    def _asked(self, line: MailLine, message: Mail, notice: Notice) -> _Ending:
        try:
            return _Ending(state=EffectState.DONE, evidence=line.send(message))
        except OutcomeUnknown as error:
            return _Ending(state=EffectState.IN_DOUBT, error=error)
        except (MailRefused, BadInput) as error:
            return _Ending(state=EffectState.FAILED, error=error)
        except MailDeferred as error:
            later = self._clock() + self._delay(notice.attempts)
            return _Ending(state=EffectState.PENDING, error=error, due_at=later)
        except MailUnreachable as error:
            return _Ending(state=EffectState.PENDING, error=error, due_at=self._clock())

    def _settle(self, notice: Notice, ending: _Ending) -> None:
        """What the server said is never forgotten for a database that is away: it is told at a next turn."""
        self._owed.append((notice, ending))
        try:
            self._pay()
        except DeskError:
            log.warning("the ledger is away; %d outcomes wait in memory", len(self._owed))

    def _pay(self) -> None:
        """A step whose commit was answered by silence is taken again: compare-and-set refuses the second."""
        while self._owed:
            notice, ending = self._owed[0]
            was = (EffectState.PENDING, EffectState.SENDING, EffectState.IN_DOUBT)
            self._ledger.move(
                notice, ending.state, was=was, at=self._clock(), due_at=ending.due_at, details=ending.details
            )
            self._owed.pop(0)

    def _give_back(self, rows: Sequence[Notice], turn: Turn) -> Turn:
        now = self._clock()
        for notice in rows:
            self._ledger.move(notice, EffectState.PENDING, was=(EffectState.PENDING,), at=now, due_at=now)
        return replace(turn, waiting=turn.waiting + len(rows))

    def _pause(self, turn: Turn, error: DeskError) -> Turn:
        """One probe at a time while the server is away, not one try per message. One that took something since
        the last pause is not away: it is not left alone for longer and longer until the news is old."""
        if turn.sent:
            self._failures = 0
        until = self._clock() + self._delay(self._failures)
        self._failures += 1
        self._resting = Turn(error=error, rests_until=until)
        return replace(turn, error=error, rests_until=until)

    def _delay(self, tries: int) -> timedelta:
        return timedelta(seconds=5 + self._chance() * min(_LONGEST, _FIRST * 2.0 ** min(tries, 10)))


def _why(ending: _Ending) -> DeskError:
    """Why the line is of no more use."""
    if isinstance(ending.error, MailUnreachable | OutcomeUnknown):
        return ending.error
    return MailUnreachable("The mail server hung up. The messages wait and are tried again.")


def _counted(turn: Turn, ending: _Ending) -> Turn:
    name = {
        EffectState.DONE: "sent",
        EffectState.FAILED: "failed",
        EffectState.IN_DOUBT: "in_doubt",
    }.get(ending.state, "waiting")
    name = "overtaken" if ending.is_overtaken else name
    return replace(turn, **{name: getattr(turn, name) + 1})


def _message(mail: MailSettings, notice: Notice, letter: Letter, now: datetime) -> Mail:
    """In test mode it goes to one's own address, and the subject names whom it was meant for."""
    domain = clean_address(mail.sender_address).rpartition("@")[2]
    return Mail(
        to=mail.test_to or letter.to,
        to_name="" if mail.test_to else letter.name,
        subject=f"[Test → {letter.to}] {letter.subject}" if mail.test_to else letter.subject,
        text=letter.text,
        html=letter.html,
        message_id=message_id(notice, domain),
        date=now,
        language=letter.language,
    )
