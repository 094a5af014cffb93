"""When and by which channel customers are told: quiet hours, the gap, pickup windows, and the exceptions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import time
from functools import partial
from typing import Any

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from wismo_desk.background.lanes import Lane
from wismo_desk.domain.carrier import CarrierInfo
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.notice import Channel, Milestone
from wismo_desk.domain.notice_rules import PICKUP_DAYS, PICKUP_GUESS, NoticeRules
from wismo_desk.errors import BadInput
from wismo_desk.ui.notices_model import NoticeTerms
from wismo_desk.ui.page_checks import Check
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import empty
from wismo_desk.ui.parts import write
from wismo_desk.ui.settings_channels import read_number
from wismo_desk.ui.settings_exceptions import ExceptionsCard
from wismo_desk.ui.settings_form import Form
from wismo_desk.ui.settings_password import still


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeAsks:
    """flows.notice_choices, and whom it concerns; `changed` tells the other pages."""

    rules: Callable[[], NoticeRules]
    save: Callable[[NoticeRules], Changes]
    changed: Callable[[Changes], object]


def read_time(text: str) -> time:
    """Raises BadInput."""
    try:
        return time.fromisoformat(text if len(text) != 4 else f"0{text}")
    except ValueError as error:
        raise BadInput(
            "“{text}” is not a time of day. Write it as 17:30.", field="time", text=text
        ) from error


class MessagesPane(QWidget):
    """Read on a lane, saved there with each change; `refuse` says what cannot be."""

    def __init__(
        self,
        desk: Desk,
        asks: NoticeAsks,
        refuse: Callable[[Exception], None],
        carriers: Sequence[CarrierInfo],
    ) -> None:
        super().__init__()
        self._desk, self._asks, self._refuse, self._carriers = desk, asks, refuse, carriers
        self.rules = NoticeRules()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(16)
        self.start()

    def start(self) -> None:
        self._desk.run(Lane.READ, self._asks.rules, still(self, self.show_rules), self._refuse)

    def show_rules(self, rules: NoticeRules) -> None:
        self.rules = rules
        empty(self._column)
        self.exceptions = ExceptionsCard(
            self._desk, rules.exceptions, self._carriers, lambda rows: self.change(exceptions=rows)
        )
        for card in (self._news(), self._times(), self._pickup(), self.exceptions):
            self._column.addWidget(card)

    def change(self, **values: Any) -> None:
        """Kept at once; what was shown before comes back when it cannot be."""
        fresh = replace(self.rules, **values)
        if fresh == self.rules:
            return
        self.rules = fresh
        self._desk.run(
            Lane.STATION, lambda: self._asks.save(fresh), still(self, self._asks.changed), self._refuse
        )

    # The cards

    def _news(self) -> Form:
        words = self._desk.words
        form = Form(self._desk, words("News by text message, and what is necessary"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(2)
        for column, title in enumerate(
            (words("By text message"), words("Also to who wants no more messages")), 1
        ):
            grid.addWidget(write(title, 13, tone="muted", wrap=True), 0, column)
        names = NoticeTerms(words).milestone
        for row, milestone in enumerate(Milestone, 1):
            grid.addWidget(write(names[milestone], 14), row, 0)
            by_sms = self._check(
                f"{names[milestone]}: {words('By text message')}",
                milestone in self.rules.told.get(Channel.SMS, ()),
                partial(self._text, milestone),
            )
            needed = self._check(
                f"{names[milestone]}: {words('Also to who wants no more messages')}",
                milestone in self.rules.necessary,
                partial(self._necessary, milestone),
            )
            grid.addWidget(by_sms, row, 1)
            grid.addWidget(needed, row, 2)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        form.body.addLayout(grid)
        return form

    def _check(self, name: str, on: bool, then: Callable[[bool], object]) -> Check:
        check = Check(self._desk.look, "")
        check.setAccessibleName(name)
        check.setChecked(on)
        check.toggled.connect(then)
        return check

    def _text(self, milestone: Milestone, on: bool) -> None:
        told = frozenset(self.rules.told.get(Channel.SMS, ()))
        self.change(told={**self.rules.told, Channel.SMS: _with(told, milestone, on)})

    def _necessary(self, milestone: Milestone, on: bool) -> None:
        self.change(necessary=_with(self.rules.necessary, milestone, on))

    def _quiet(self, channel: Channel, on: bool) -> None:
        self.change(quiet=_with(self.rules.quiet, channel, on))

    def _times(self) -> Form:
        words, rules = self._desk.words, self.rules
        form = Form(self._desk, words("When they are sent"))
        form.text(
            words("Quiet from"),
            f"{rules.quiet_from:%H:%M}",
            lambda text: self._read(read_time, text, "quiet_from"),
            code=True,
        )
        form.text(
            words("until"),
            f"{rules.quiet_to:%H:%M}",
            lambda text: self._read(read_time, text, "quiet_to"),
            hint=words("What falls due in between waits for the end. Twice the same hour: none."),
            code=True,
        )
        for channel, said in (
            (Channel.SMS, words("Quiet hours hold text messages")),
            (Channel.EMAIL, words("Quiet hours hold e-mails")),
        ):
            form.switch(
                NoticeTerms(words).channel[channel],
                said,
                channel in rules.quiet,
                partial(self._quiet, channel),
            )
        form.text(
            words("Minutes between two"),
            str(rules.gap),
            lambda text: self._read(read_number, text, "gap"),
            hint=words("Of one order, by one channel. 0: none."),
            code=True,
        )
        form.switch(
            words("Several at once"),
            words("Tell only the latest news when several wait"),
            rules.merge,
            lambda on: self.change(merge=on),
        )
        return form

    def _pickup(self) -> Form:
        words = self._desk.words
        form = Form(
            self._desk,
            words("Days at the pickup point"),
            aside=words("reminders at half and at 80%"),
            two=True,
        )
        for info in self._carriers:
            if info.code == "own":
                continue
            days = self.rules.pickup_days.get(info.code)
            ours = PICKUP_DAYS.get(info.code)
            hint = "" if days else words("as published") if ours else words("a guess: check your contract")
            form.text(
                info.name,
                str(days or ours or PICKUP_GUESS),
                partial(self._days, info.code),
                hint=hint,
                code=True,
            )
        return form

    def _days(self, carrier: str, text: str) -> None:
        try:
            days = read_number(text)
        except BadInput as error:
            self._refuse(error)
            return
        others = {code: each for code, each in self.rules.pickup_days.items() if code != carrier}
        self.change(pickup_days=others | ({carrier: days} if days else {}))

    def _read(self, read: Callable[[str], object], text: str, name: str) -> None:
        try:
            self.change(**{name: read(text)})
        except BadInput as error:
            self._refuse(error)


def _with(known: Collection[Any], one: Any, on: bool) -> frozenset[Any]:
    return frozenset(known) | {one} if on else frozenset(known) - {one}
