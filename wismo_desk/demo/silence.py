"""The mail server falls silent in the middle of things: each customer is told once, or it is in doubt and shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from wismo_desk.channels.smtp import Patience, open_line
from wismo_desk.demo.stage import Stage
from wismo_desk.domain.effect import EffectState
from wismo_desk.notices.sender import Sender
from wismo_desk.practice.failing_mail_server import FailingMailServer, Plan, Step

_EVERY: Final = 29  # one transaction in so many meets silence
_BRIEF: Final = Patience(connect=2, answer=1, body=1)  # not the usual minutes: a demo has none to spare


class Silence:
    """`wanted`: how many notices it must be asked of at least."""

    def __init__(self, stage: Stage, *, wanted: int) -> None:
        self._stage, self._wanted = stage, wanted
        self._before = 0

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """The worker sends through that server from here on; at the end all is told."""
        with FailingMailServer(Plan(fault=_faults, hangs=True)) as server:
            self._stage.until(self._is_told)
            self._before = self._told()
            self._take(server.port)
            yield
            # The worker looks every two seconds: none waiting may also be none heard of yet.
            self._stage.until(lambda: self._told() - self._before >= self._wanted and self._is_told())
            self._count(server)

    def _take(self, port: int) -> None:
        station = self._stage.house.worker
        assert station.sharing is not None
        station.settings = replace(station.settings, mail=replace(station.settings.mail, port=port))
        sender = Sender(
            store=station.store,
            ledger=station.sharing.notices,
            letters=station.notify.letters,
            mail=lambda: station.settings.mail,
            open_line=lambda mail: open_line(mail, "", patience=_BRIEF),
            clock=station.clock,
            chance=lambda: 0.0,
        )
        station.notify = replace(station.notify, sender=sender)

    def _counts(self) -> Counter[EffectState]:
        return Counter(self._stage.house.worker.notify.counts())

    def _told(self) -> int:
        counts = self._counts()
        return counts[EffectState.DONE] + counts[EffectState.IN_DOUBT]

    def _is_told(self) -> bool:
        counts = self._counts()
        return not counts[EffectState.PENDING] and not counts[EffectState.SENDING]

    def _count(self, server: FailingMailServer) -> None:
        """Lost: refused for good though nothing overtook it, or sent by the ledger's word and never there."""
        stage, counts = self._stage, self._counts()
        arrived = Counter(str(message["Message-ID"]) for message in stage.house.machines.mail.messages)
        arrived += Counter(str(each.message["Message-ID"]) for each in server.received)
        refused = stage.house.worker.notify.rows((EffectState.FAILED,), limit=5000)
        lost = sum(not row.notice.details.get("overtaken") for row in refused)
        lost += max(0, counts[EffectState.DONE] - len(arrived))
        twice, doubt = sum(count > 1 for count in arrived.values()), counts[EffectState.IN_DOUBT]
        asked = self._told() - self._before
        stage.rows.add("notices before that", f"{self._before}")
        stage.rows.add(
            "notices, the mail server falls silent in the middle",
            f"{asked}, {sum(server.met.values())} silences: {twice} twice, {lost} lost, {doubt} in doubt and shown",
            bar=f"≥ {self._wanted}, none twice, none lost",
            kept=asked >= self._wanted and not twice and not lost and self._is_told(),
        )


def _faults(number: int) -> Step | None:
    """Each step of a conversation in its turn."""
    steps = list(Step)
    return steps[number // _EVERY % len(steps)] if number % _EVERY == 0 else None
