"""The chips above the messages: how each stands, and, where there are several channels, which of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.notice import Channel, Tally
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.notices_model import NoticeTerms
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.parts import Chip, Elided

S = EffectState
_DASH: Final = "–"


@dataclass(frozen=True, slots=True)
class View:
    """What one chip shows: the states, and whether with, without or only what was left out on purpose."""

    states: tuple[EffectState, ...] = ()
    left_out: bool | None = None

    def holds(self, state: EffectState, left_out: bool) -> bool:
        return (not self.states or state in self.states) and self.left_out in (None, left_out)


VIEWS: Final[Mapping[str, View]] = {
    "all": View(),
    "waiting": View((S.PENDING, S.SENDING)),
    "sent": View((S.DONE,)),
    "failed": View((S.FAILED,), left_out=False),
    "doubt": View((S.IN_DOUBT,)),
    "left_out": View((S.FAILED,), left_out=True),
}


class NoticesBar(QFrame):
    """`chosen` after a chip was pressed. The counts beside a state are those of the chosen channel; the line
    beside the channels tells what each of them leaves to a person."""

    chosen = Signal()

    def __init__(self, desk: Desk, terms: NoticeTerms) -> None:
        super().__init__()
        self._desk, self._terms = desk, terms
        self.view_key = "all"
        self.channel: Channel | None = None
        self.setProperty("part", "bar")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(8)
        column.addLayout(row)
        words = desk.words
        names: dict[str, tuple[str, Mark | None]] = {
            "all": (words("All"), None),
            "waiting": (words("To be sent"), None),
            "sent": (words("Sent"), None),
            "failed": (words("Was not sent"), Mark.DANGER),
            "doubt": (words("Sent or not?"), Mark.WARN),
            "left_out": (words("Left out on purpose"), None),
        }
        states = QButtonGroup(self)
        self.chips: dict[str, Chip] = {}
        for key, (name, mark) in names.items():
            chip = Chip(desk.look, name, 0, mark=mark)
            states.addButton(chip)
            chip.clicked.connect(lambda _=False, key=key: self.show_view(key))
            row.addWidget(chip)
            self.chips[key] = chip
        self.chips["all"].setChecked(True)
        row.addStretch()
        self._by = QWidget()
        column.addWidget(self._by)
        by = QHBoxLayout(self._by)
        by.setContentsMargins(0, 0, 0, 0)
        by.setSpacing(8)
        self.channels: dict[Channel, Chip] = {}
        for channel in Channel:
            chip = Chip(desk.look, terms.channel[channel], 0)
            chip.clicked.connect(lambda _=False, channel=channel: self.show_channel(channel))
            by.addWidget(chip)
            self.channels[channel] = chip
        self.told = Elided("", 13, tone="muted")
        by.addWidget(self.told, 1)
        self._show_channels(frozenset())

    def show_view(self, key: str) -> None:
        self.view_key = key
        self.chips[key].setChecked(True)
        self.chosen.emit()

    def show_channel(self, channel: Channel) -> None:
        """Pressed again, all are shown."""
        self.channel = None if self.channel is channel else channel
        for each, chip in self.channels.items():
            chip.setChecked(each is self.channel)
        self.chosen.emit()

    @property
    def view(self) -> View:
        return VIEWS[self.view_key]

    def show_tally(self, tally: Tally, on: tuple[Channel, ...]) -> None:
        """`on`: the channels that are switched on."""
        used = frozenset(channel for channel, _, _ in tally) | frozenset(on)
        self._show_channels(used)
        for key, chip in self.chips.items():
            chip.set_count(self._count(tally, key, self.channel))
        for channel, chip in self.channels.items():
            chip.set_count(self._count(tally, "all", channel))
        self.told.setText(self._overview(tally))

    def _overview(self, tally: Tally) -> str:
        """Of each channel what a person must look at, or that all is well."""
        words = self._desk.words
        said = []
        for channel, name in self._terms.channel.items():
            asked = [(key, self._count(tally, key, channel)) for key in ("waiting", "failed", "doubt")]
            parts = [f"{self.chips[key].text()}\u00a0{words.number(count)}" for key, count in asked if count]
            if parts and not self.channels[channel].isHidden():
                said.append(f"{name}\u00a0{_DASH} {', '.join(parts)}")
        return "   ·   ".join(said)

    @staticmethod
    def _count(tally: Tally, key: str, channel: Channel | None) -> int:
        return sum(
            count
            for (each, state, left_out), count in tally.items()
            if channel in (None, each) and VIEWS[key].holds(state, left_out)
        )

    def _show_channels(self, used: frozenset[Channel]) -> None:
        several = len(used) > 1
        self._by.setVisible(several)
        for channel, chip in self.channels.items():
            chip.setVisible(several and channel in used)
