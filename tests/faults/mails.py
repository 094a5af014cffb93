"""Customer messages against a mail server that hangs up at every step of a conversation, turn after turn."""

from __future__ import annotations

import shutil
import smtplib
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from notice_rig import NOON, Clock, ids_of, notify_of, opened, order, settings, take_in

from tests.faults.machines import MEMORY
from tests.faults.outcome import Outcome
from tests.faults.tally import Tally
from wismo_desk.channels.smtp import Mail, build_message
from wismo_desk.domain.effect import EffectState
from wismo_desk.flows.pen import Pen
from wismo_desk.practice.failing_mail_server import AFTER_BODY_BEGAN, FailingMailServer, Plan, Step

SHORT, FULL = 300, 1_500
_EVERY = 5  # each so-many-th conversation is hung up on


def run(*, short: bool, seed: int) -> Outcome:
    began, count = time.monotonic(), SHORT if short else FULL
    found, note = _send(count, seed)
    return Outcome(
        name="mails", unit="mails, hang-ups", count=count, least=count, seed=seed, lost=found.lost,
        doubled=found.doubled, phantom=found.phantom, mismatch=found.mismatch, twin=_naive(200, seed),
        seconds=time.monotonic() - began, note=note,
    )  # fmt: skip


def _plan(seed: int) -> Plan:
    steps = list(Step)
    return Plan(
        fault=lambda n: steps[(n // _EVERY + seed) % len(steps)] if n % _EVERY == seed % _EVERY else None
    )


def _send(count: int, seed: int) -> tuple[Tally, str]:
    folder, clock, found = Path(tempfile.mkdtemp(prefix="wismo-mails-", dir=MEMORY)), Clock(), Tally()
    store = opened(folder)
    try:
        with FailingMailServer(_plan(seed)) as server:
            pen = Pen("Poste 1", clock=clock)
            notify = notify_of(store, store.notices, lambda: settings(server.port), clock)
            for start in range(0, count, 100):
                notify.queue(
                    take_in(store, pen, *(order(str(n)) for n in range(start, min(start + 100, count))))
                )
            for _ in range(count * 3):
                turn = notify.turn()
                if turn.error is not None or turn.waiting:
                    clock.pass_(minutes=1)
                if not notify.counts().get(EffectState.PENDING):
                    break
            arrived = Counter(ids_of(server.received))
            met = sum(server.met.values())
            silent = sum(times for step, times in server.met.items() if step in AFTER_BODY_BEGAN)
        _check(notify.rows(limit=count * 2), arrived, count, found)
        doubts = notify.counts().get(EffectState.IN_DOUBT, 0)
        if doubts != silent:
            found.wrong("mismatch", f"{doubts} in doubt, {silent} were hung up on after their body began")
        return found, f"{met} hang-ups; {doubts} in doubt, named and never sent again"
    finally:
        store.close()
        shutil.rmtree(folder, ignore_errors=True)


def _check(rows: object, arrived: Counter[str], count: int, found: Tally) -> None:
    assert isinstance(rows, list)
    known = set()
    for row in rows:
        message = str(row.notice.details.get("message_id", ""))
        known.add(message)
        if row.notice.state is EffectState.DONE and not arrived[message]:
            found.wrong("lost", f"{row.notice.order_number} counts as sent")
        elif row.notice.state in (EffectState.PENDING, EffectState.SENDING, EffectState.FAILED):
            found.wrong("lost", f"{row.notice.order_number} is {row.notice.state.value}")
    found.lost += count - len(rows)
    found.doubled += sum(times - 1 for times in arrived.values())
    found.phantom += len(arrived.keys() - known)


def _naive(count: int, seed: int) -> int:
    """The naive twin: any exception means “try again”. How many customers it writes to twice."""
    with FailingMailServer(_plan(seed)) as server:
        for number in range(count):
            mail = Mail(
                to="a@example.org", to_name="", subject=str(number), text="x\n" * 9, html="x",
                message_id=f"<{number}@a.example>", date=NOON, language="fr",
            )  # fmt: skip
            body = build_message(mail, settings(1)).as_bytes()
            for _ in range(5):
                with suppress(OSError, smtplib.SMTPException), smtplib.SMTP("127.0.0.1", server.port) as line:
                    line.sendmail("b@example.org", ["a@example.org"], body)
                    break
        return sum(times - 1 for times in Counter(ids_of(server.received)).values())
