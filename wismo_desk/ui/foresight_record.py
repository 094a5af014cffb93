"""The forecast shows its own record: false alarms, delays named ahead, coverage by month, the naive rule beside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from wismo_desk.background.lanes import Lane
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.foresight import ForesightReport
from wismo_desk.ui.chart_card import ChartCard
from wismo_desk.ui.foresight_way import report_words
from wismo_desk.ui.insights_page import KeyTile
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Outcome, scrolled
from wismo_desk.ui.parts import Blank, Button, Card, write
from wismo_desk.ui.stepper import Stepper
from wismo_desk.ui.theme import Weight

_GAP: Final = 16
_MOST: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ForesightAsks:
    """`report` is None until something was learnt. `rule`: the chance in percent from which the rule “late, as
    foreseen” watches, None when it does not; `set_rule` changes it."""

    report: Callable[[], ForesightReport | None]
    false_alarms: Callable[[], float]
    allow: Callable[[float], Changes]
    rule: Callable[[], int | None]
    set_rule: Callable[[int], Changes]


class ForesightRecord(QWidget):
    """Reads whenever it is shown and when values change."""

    changed = Signal(object)

    def __init__(self, desk: Desk, asks: ForesightAsks) -> None:
        super().__init__()
        self._desk, self._asks = desk, asks
        self._report: ForesightReport | None = None
        self._rule: int | None = None
        self._blank = Blank(desk.look, "calendar-days", desk.words("Reading the figures…"))
        self._body = QStackedWidget()
        self._body.addWidget(self._blank)
        self._body.addWidget(scrolled(self._inside()))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._body)

    def _inside(self) -> QWidget:
        look, words = self._desk.look, self._desk.words
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 8, 8, 20)
        column.setSpacing(_GAP)
        self._how = write("", 13, tone="muted", wrap=True)
        column.addWidget(self._how)
        tiles = QHBoxLayout()
        tiles.setSpacing(_GAP)
        self.tiles = [KeyTile() for _ in range(5)]
        for tile in self.tiles:
            tiles.addWidget(tile, 1)
        column.addLayout(tiles)
        column.addWidget(self._settings())
        grid = QGridLayout()
        grid.setSpacing(_GAP)
        self.cards = [ChartCard(look, words) for _ in range(4)]
        for at, card in enumerate(self.cards):
            grid.addWidget(card, at // 2, at % 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        column.addStretch()
        return inside

    def _settings(self) -> Card:
        words = self._desk.words
        card = Card(pad=14)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(write(words("False alarms that are acceptable"), 14, Weight.MEDIUM))
        self.stepper = Stepper(self._desk, words("False alarms that are acceptable"), 5, unit="%", most=_MOST)
        self.stepper.changed.connect(lambda _value: self._show_buttons())
        row.addWidget(self.stepper)
        self.save = Button(self._desk.look, words("Save"), small=True)
        self.save.clicked.connect(lambda _=False: self._allow())
        row.addWidget(self.save)
        row.addSpacing(24)
        self._limit = write("", 13, tone="muted", wrap=True)
        row.addWidget(self._limit, 1)
        self.use = Button(self._desk.look, words("Use for the rule"), small=True)
        self.use.clicked.connect(lambda _=False: self._use())
        row.addWidget(self.use)
        card.body.addLayout(row)
        self.outcome = Outcome()
        card.body.addWidget(self.outcome)
        return card

    # Reading

    def start(self) -> None:
        self.refresh()

    def apply(self, changes: Changes) -> None:
        if changes.values and self.isVisible():
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        asks = self._asks

        def read() -> tuple[ForesightReport | None, float, int | None]:
            return asks.report(), asks.false_alarms(), asks.rule()

        self._desk.run(Lane.READ, read, lambda found: self._show(*found), self._failed)

    def _failed(self, error: Exception) -> None:
        self._blank.say("circle-x", self._desk.told(error))
        self._body.setCurrentIndex(0)

    def _show(self, report: ForesightReport | None, rate: float, rule: int | None) -> None:
        words = self._desk.words
        self._report, self._rule = report, rule
        if report is None:
            self._blank.say(
                "calendar-days", words("The desk learns from its past parcels: a moment, please.")
            )
            self._body.setCurrentIndex(0)
            return
        if report.known < report.enough:
            said = words(
                "{count} of your own parcels have arrived, {enough} are needed. Until then arrivals are assumed, and "
                "there is no record to show.",
                count=words.number(report.known),
                enough=words.number(report.enough),
            )
            self._blank.say("calendar-days", said)
            self._body.setCurrentIndex(0)
            return
        self.stepper.put(round(100 * rate))
        self._tell(report)
        self._body.setCurrentIndex(1)

    def _tell(self, report: ForesightReport) -> None:
        words = self._desk.words
        told = report_words(report, words)
        how = (
            words(
                "Your own parcels, walked through week by week with what was known by then: {count} foreseen since "
                "{enough} had arrived. Learnt {day} from {known} arrivals.",
                count=words.number(report.whole.parcels),
                enough=words.number(report.enough),
                day=words.day(report.learnt_on, today=self._desk.today),
                known=words.number(report.known),
            ),
            told.how(),
        )
        self._how.setText(" ".join(filter(None, how)))
        for tile, one in zip(self.tiles, told.tiles(), strict=True):
            tile.show_figure(one)
        for card, chart in zip(self.cards, told.charts(), strict=True):
            card.show_chart(chart)
        self._show_buttons()

    def _show_buttons(self) -> None:
        words, report = self._desk.words, self._report
        if report is None:
            return
        wanted = self.stepper.value
        self.save.setEnabled(wanted is not None and wanted > 0 and wanted != round(100 * report.false_alarms))
        limit = round(100 * report.limit)
        rule = words("never") if self._rule is None else words("{share}%", share=self._rule)
        self._limit.setText(
            words(
                "A chance of {limit}% keeps this rate over all days ahead; the rule “Late, as foreseen” watches from "
                "{rule} on.",
                limit=limit,
                rule=rule,
            )
        )
        self.use.setEnabled(limit != self._rule)

    # Acting

    def _allow(self) -> None:
        if self.stepper.value:
            rate = self.stepper.value / 100
            self._act(
                lambda: self._asks.allow(rate),
                self._desk.words("Saved; thresholds and record follow in a moment."),
            )

    def _use(self) -> None:
        if self._report is not None:
            limit = max(1, round(100 * self._report.limit))
            self._act(lambda: self._asks.set_rule(limit), self._desk.words("The rule watches from there on."))

    def _act(self, work: Callable[[], Changes], said: str) -> None:
        def done(changes: Changes) -> None:
            self.outcome.say(Mark.OK, said)
            self.changed.emit(changes)
            self.refresh()

        self._desk.run(
            Lane.TRACKING, work, done, lambda error: self.outcome.say(Mark.DANGER, self._desk.told(error))
        )
