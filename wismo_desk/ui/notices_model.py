"""The rows of the notices page: what was told to whom and how it ended, in the painted table of the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QObject

from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.notice import Channel, Milestone, Notice, NoticeRow
from wismo_desk.ui.grid_cell import Cell, Column, Keeps
from wismo_desk.ui.marks import Mark, Stage
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.plain_table import Painted, PlainTable
from wismo_desk.ui.theme import Figures
from wismo_desk.words import Words

WAY: Final = ("tries", "state")
MARKS: Final[Mapping[EffectState, Mark | Stage]] = {
    EffectState.PENDING: Stage.ANNOUNCED,
    EffectState.SENDING: Stage.IN_TRANSIT,
    EffectState.DONE: Mark.OK,
    EffectState.FAILED: Mark.DANGER,
    EffectState.IN_DOUBT: Mark.WARN,
}
_SOON: Final = timedelta(minutes=2)


class NoticeTerms:
    """Milestones and states as people say them."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self.milestone: Mapping[Milestone, str] = {
            Milestone.CONFIRMED: words("Order received"),
            Milestone.IN_PREPARATION: words("In preparation"),
            Milestone.SHIPPED: words("Ready to leave"),
            Milestone.HANDED_OVER: words("Handed to the carrier"),
            Milestone.OUT_FOR_DELIVERY: words("On the delivery round"),
            Milestone.ATTEMPTED: words("Nobody was there"),
            Milestone.READY_FOR_PICKUP: words("Waits at the pickup point"),
            Milestone.PICKUP_REMINDER: words("Pickup: reminder"),
            Milestone.PICKUP_LAST_REMINDER: words("Pickup: last days"),
            Milestone.DELIVERED: words("Delivery done"),
            Milestone.RETURNING: words("Goes back to the shop"),
            Milestone.DELAYED: words("Running late"),
            Milestone.PREDICTED_LATE: words("Will probably be late"),
            Milestone.CLAIM_OPENED: words("Claim sent to the carrier"),
            Milestone.CLAIM_SETTLED: words("Claim settled"),
        }
        self.state: Mapping[EffectState, str] = {
            EffectState.PENDING: words("Waits to be sent"),
            EffectState.SENDING: words("Being sent"),
            EffectState.DONE: words("Message sent"),
            EffectState.FAILED: words("Was not sent"),
            EffectState.IN_DOUBT: words("Sent or not?"),
        }

        self.channel: Mapping[Channel, str] = {
            Channel.EMAIL: words("E-mail"),
            Channel.SMS: words("SMS"),
            Channel.WEBHOOK: words("Own program"),
        }

    def state_of(self, notice: Notice) -> str:
        """A test that went to one's own address is not a customer told."""
        if notice.state is EffectState.DONE and notice.details.get("test"):
            return self._words("Sent as a test")
        if is_overtaken(notice):
            return self._words("Left out on purpose")
        return self.state[notice.state]

    def error(self, notice: Notice) -> str:
        """Why it was not sent, or not yet; empty when all is well."""
        sentence = notice.details.get("error")
        if not sentence:
            return ""
        values = notice.details.get("error_values")
        return self._words(str(sentence), **(values if isinstance(values, dict) else {}))

    def wait(self, notice: Notice, now: datetime) -> str:
        """When it is told, of a message that waits for its time; else nothing."""
        if notice.state is not EffectState.PENDING or notice.due_at <= now + _SOON:
            return ""
        return self._words("To be sent {moment}", moment=self._words.moment(notice.due_at, now=now))


def is_overtaken(notice: Notice) -> bool:
    """Left out on purpose: nothing is wrong with it."""
    return notice.state is EffectState.FAILED and bool(notice.details.get("overtaken"))


def mark_of(notice: Notice) -> Mark | Stage:
    return Mark.NEUTRAL if is_overtaken(notice) else MARKS[notice.state]


def columns(words: Words) -> tuple[Column, ...]:
    return (
        Column(key="error", title=words("What is wrong"), width=220, stretch=5),
        Column(key="state", title=words("State"), width=150, short=40, keeps=Keeps.MARK),
        Column(key="milestone", title=words("News"), width=176, strong=True, stretch=1),
        Column(key="channel", title=words("By"), width=104),
        Column(key="order", title=words("Order"), width=104, figures=Figures.CODE),
        Column(key="customer", title=words("Customer"), width=170, stretch=3),
        Column(key="tries", title=words("Tries"), width=64, right=True),
        Column(key="at", title=words("When"), width=104, right=True),
    )


class NoticesModel(PlainTable):
    """Up to 500 notices, newest first."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(columns(desk.words), parent)
        self._desk = desk
        self.terms = NoticeTerms(desk.words)
        self._rows: list[NoticeRow] = []

    def show_rows(self, rows: Sequence[NoticeRow]) -> None:
        now = self._desk.clock()
        self._rows = list(rows)
        self.show_lines([self._line(row, now) for row in rows])

    def notice_row(self, row: int) -> NoticeRow:
        return self._rows[row]

    def _line(self, row: NoticeRow, now: datetime) -> Painted:
        words, notice = self._desk.words, row.notice
        mark = mark_of(notice)
        bad = mark if mark in (Mark.DANGER, Mark.WARN) and isinstance(mark, Mark) else None
        error = self.terms.error(notice)
        if not error or (notice.state is EffectState.PENDING and not notice.attempts):
            error = " ".join(filter(None, (error, self.terms.wait(notice, now))))
        tint = f"{bad}_tint" if bad else ""
        cells = (
            Cell(error, mark=bad, tint=tint, tone="text" if bad else "muted", tip=error) if error else Cell(),
            Cell(self.terms.state_of(notice), mark=mark),
            Cell(self.terms.milestone[notice.milestone]),
            Cell(self.terms.channel[notice.channel], tone="muted"),
            Cell(notice.order_number),
            Cell(row.customer),
            Cell(words.number(notice.attempts) if notice.attempts else "", tone="muted"),
            Cell(
                words.moment(notice.changed_at, now=now),
                tone="muted",
                tip=self._desk.terms.exactly(notice.changed_at),
            ),
        )
        return notice.notice_id, bad, cells
