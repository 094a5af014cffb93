"""The page Chiffres: number tiles and charts of a period, each also as a table; exported as a PDF."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from wismo_desk.background.lanes import Lane
from wismo_desk.domain.chart import KeyFigure, Report, Trend
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.figures import Figures, Period
from wismo_desk.ui.chart_card import ChartCard
from wismo_desk.ui.insights_attempts import AttemptChips
from wismo_desk.ui.insights_fields import AmountField, DayField
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.parts import Blank, Button, Card, Chip, Choice, Elided, write
from wismo_desk.ui.theme import Figures as Numerals
from wismo_desk.ui.theme import Weight

_SPANS: Final = (7, 28, 84)
_USUAL: Final = 28
_GAP: Final = 16


class Insights(Protocol):
    def last(self, days: int, /) -> Period: ...

    def __call__(self, period: Period, *, carrier: str = "") -> Figures: ...

    def set_contact_cost(self, cents: int | None, /) -> Changes: ...

    def set_late_target(self, percent: int | None, /) -> Changes: ...

    def count_attempts(self, carrier: str, /, *, as_delivered: bool) -> Changes: ...


class KeyTile(Card):
    """A figure of 32 px over one line of context."""

    def __init__(self) -> None:
        super().__init__(pad=14)
        self.body.setSpacing(2)
        self._label = Elided("", 13, Weight.MEDIUM, tone="muted")
        self._figure = write("", 32, Weight.SEMIBOLD)
        self._context = Elided("", 13, tone="muted", figures=Numerals.TABULAR)
        self._change = write("", 13, Weight.SEMIBOLD, figures=Numerals.TABULAR)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._change)
        row.addWidget(self._context, 1)
        self.body.addWidget(self._label)
        self.body.addWidget(self._figure)
        self.body.addLayout(row)

    def show_figure(self, one: KeyFigure) -> None:
        self._label.setText(one.label)
        self._figure.setText(one.figure)
        self._context.setText(one.context)
        self._change.setText(one.change)
        self._change.setVisible(bool(one.change))
        self._change.setProperty("tone", one.trend.value if one.trend is not Trend.NONE else "muted")
        self._change.style().polish(self._change)
        self.setAccessibleName(
            ", ".join(part for part in (one.label, one.figure, one.change, one.context) if part)
        )


class InsightsPage(QWidget):
    """`tell` puts figures into words, `draw` makes the PDF of a report; `beside` are further tabs (name, widget)."""

    changed = Signal(object)
    context_changed = Signal(str)
    said = Signal(str)

    def __init__(
        self,
        desk: Desk,
        insights: Insights,
        *,
        tell: Callable[[Figures], Report],
        draw: Callable[[Report], bytes],
        documents: Path,
        carriers: Sequence[tuple[str, str]],
        wall: Callable[[], None],
        beside: Sequence[tuple[str, QWidget]] = (),
    ) -> None:
        super().__init__()
        self.setMinimumWidth(960)  # beside the practice panel on a screen of 1366
        self._desk, self._insights, self._tell, self._draw = desk, insights, tell, draw
        self._documents, self._wall = documents, wall
        self._period = insights.last(_USUAL)
        self._report: Report | None = None
        self._asked = 0
        self._attempts = AttemptChips(desk.look, desk.words, carriers)
        self._attempts.chosen.connect(self._attempts_chosen)
        self._lay_out(carriers, beside)
        self._show_days()

    def start(self) -> None:
        """It reads when it is shown: nobody waits for figures at the start of the program."""

    def apply(self, changes: Changes) -> None:
        """A period up to yesterday hardly changes: it is read anew when the page is shown."""
        if changes.values and self.isVisible():
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    @property
    def report(self) -> Report | None:
        return self._report

    def show_period(self, period: Period) -> None:
        self._period = period
        self._show_days()
        self.refresh()

    def refresh(self) -> None:
        if self._spans.checkedId() > 0:  # a desk stays open over night: the last weeks end yesterday
            self._period = self._insights.last(self._spans.checkedId())
            self._show_days()
        self._asked += 1
        asked, period, carrier = self._asked, self._period, str(self._carrier.currentData() or "")
        insights, tell = self._insights, self._tell

        def read() -> tuple[Figures, Report]:
            figures = insights(period, carrier=carrier)
            return figures, tell(figures)

        def show(found: tuple[Figures, Report]) -> None:
            if asked == self._asked:
                self._show(*found)

        self._desk.run(Lane.READ, read, show, self._failed)

    def export(self) -> None:
        """A PDF into the documents folder; where it is is said."""
        report = self._report
        if report is None or report.empty:
            return
        draw, folder = self._draw, self._documents
        name = f"figures-{self._period.first}-{self._period.last}.pdf"

        def write_file() -> Path:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / name
            path.write_bytes(draw(report))
            return path

        self._export.setEnabled(False)
        self._desk.run("documents", write_file, self._exported, self._failed)

    def _exported(self, path: Path) -> None:
        self._export.setEnabled(True)
        self.said.emit(self._desk.words("Saved as {path}.", path=str(path)))

    def _failed(self, error: Exception) -> None:
        self._export.setEnabled(True)
        self._blank.say("circle-x", self._desk.told(error))
        self._body.setCurrentWidget(self._blank)

    def _show(self, figures: Figures, report: Report) -> None:
        self._report = report
        self.context_changed.emit(report.period)
        cents, target = figures.contact_cost_cents, figures.late_target
        self._cost.show_amount(None if cents is None else cents / 100)
        self._target.show_amount(None if target is None else 100 * target)
        self._attempts.show_chosen(figures.attempts)
        self._export.setEnabled(not report.empty)
        if report.empty:
            self._blank.say("chart-column", report.empty)
            self._body.setCurrentWidget(self._blank)
            return
        for tile, one in zip(self._tiles, report.figures, strict=True):
            tile.show_figure(one)
        for card, chart in zip(self._cards, report.charts, strict=True):
            card.show_chart(chart)
        self._notes.setText(" ".join(report.notes))
        self._body.setCurrentWidget(self._scroll)

    def _lay_out(self, carriers: Sequence[tuple[str, str]], beside: Sequence[tuple[str, QWidget]]) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 12, 20, 0)
        column.setSpacing(12)
        self._stack = QStackedWidget()
        own = QWidget()
        inner = QVBoxLayout(own)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(12)
        inner.addLayout(self._bar(carriers))
        inner.addWidget(self._make_body(), 1)
        if beside:
            column.addLayout(self._tabs([self._desk.words("Figures"), *(name for name, _ in beside)]))
        self._stack.addWidget(own)
        for _, widget in beside:
            self._stack.addWidget(widget)
        column.addWidget(self._stack, 1)

    def _tabs(self, names: Sequence[str]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self._tab_group = QButtonGroup(self)
        for n, name in enumerate(names):
            chip = Chip(self._desk.look, name)
            chip.setChecked(n == 0)
            self._tab_group.addButton(chip, n)
            row.addWidget(chip)
        self._tab_group.idClicked.connect(self._stack.setCurrentIndex)
        row.addStretch()
        return row

    def _bar(self, carriers: Sequence[tuple[str, str]]) -> QHBoxLayout:
        look, words = self._desk.look, self._desk.words
        row = QHBoxLayout()
        row.setSpacing(8)
        self._spans = QButtonGroup(self)
        named = (words("7 days"), words("4 weeks"), words("12 weeks"))
        for days, name in zip(_SPANS, named, strict=True):
            chip = Chip(look, name)
            chip.setChecked(days == _USUAL)
            self._spans.addButton(chip, days)
            row.addWidget(chip)
        self._spans.idClicked.connect(lambda days: self.show_period(self._insights.last(days)))
        self._first, self._last = DayField(words, words("First day")), DayField(words, words("Last day"))
        self._first.entered.connect(self._first_entered)
        self._last.entered.connect(self._last_entered)
        row.addWidget(self._first)
        row.addWidget(write("–", 13, tone="muted"))
        row.addWidget(self._last)
        self._carrier = Choice(look, words("Carrier"))
        self._carrier.addItem(words("All carriers"), "")
        for code, name in carriers:
            self._carrier.addItem(name, code)
        self._carrier.currentIndexChanged.connect(lambda _index: self.refresh())
        row.addWidget(self._carrier)
        row.addStretch()
        board = Button(look, words("Wall board"), icon="monitor", key="F11", small=True)
        board.clicked.connect(lambda _=False: self._wall())
        self._export = Button(look, words("Export"), icon="download", small=True)
        self._export.clicked.connect(lambda _=False: self.export())
        self._export.setEnabled(False)
        row.addWidget(board)
        row.addWidget(self._export)
        return row

    def _show_days(self) -> None:
        self._first.show_day(self._period.first)
        self._last.show_day(self._period.last)

    def _first_entered(self, day: date) -> None:
        self._days_entered(day, max(day, self._period.last))

    def _last_entered(self, day: date) -> None:
        self._days_entered(min(day, self._period.first), day)

    def _days_entered(self, first: date, last: date) -> None:
        checked = self._spans.checkedButton()
        if checked is not None:  # none of the usual periods any more
            self._spans.setExclusive(False)
            checked.setChecked(False)
            self._spans.setExclusive(True)
        self.show_period(Period(first, last))

    def _make_body(self) -> QStackedWidget:
        desk = self._desk
        self._body = QStackedWidget()
        self._blank = Blank(desk.look, "chart-column", desk.words("Reading the figures…"))
        self._body.addWidget(self._blank)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 20)
        column.setSpacing(_GAP)
        tiles = QHBoxLayout()
        tiles.setSpacing(_GAP)
        self._tiles = [KeyTile() for _ in range(4)]
        for tile in self._tiles:
            tiles.addWidget(tile, 1)
        column.addLayout(tiles)
        grid = QGridLayout()
        grid.setSpacing(_GAP)
        self._cards = [ChartCard(desk.look, desk.words) for _ in range(8)]
        for n, card in enumerate(self._cards):
            grid.addWidget(card, n // 2, n % 2)
        grid.addWidget(self._said_card(), 4, 0, 1, 2)
        for side in (0, 1):
            grid.setColumnStretch(side, 1)
        column.addLayout(grid)
        self._notes = write("", 12, tone="muted", wrap=True)
        column.addWidget(self._notes)
        column.addStretch()
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inside)
        self._body.addWidget(self._scroll)
        return self._body

    def _said_card(self) -> Card:
        """What the merchant says, not what was counted."""
        words = self._desk.words
        card = Card(words("What you count with"))
        cost, target = words("Cost of one contact"), words("Late share aimed at")
        self._cost = AmountField(words, cost, unit="€", digits=2, most=99.99)
        self._cost.entered.connect(self._cost_entered)
        self._target = AmountField(words, target, unit="%", digits=0, most=50)
        self._target.entered.connect(self._target_entered)
        hint = words("Left empty, it is not counted with. All desks of the shop use the same.")
        for name, field in ((cost, self._cost), (target, self._target)):
            row = QHBoxLayout()
            label = write(name, 14)
            label.setBuddy(field)
            row.addWidget(label)
            row.addStretch()
            row.addWidget(field)
            card.body.addLayout(row)
        card.body.addWidget(self._attempts)
        card.body.addWidget(write(hint, 12, tone="muted", wrap=True))
        card.body.addStretch()
        return card

    def _cost_entered(self, amount: float | None) -> None:
        cents = None if amount is None else round(100 * amount)
        work = partial(self._insights.set_contact_cost, cents)
        self._desk.run(Lane.STATION, work, self._entered, self._failed)

    def _target_entered(self, amount: float | None) -> None:
        work = partial(self._insights.set_late_target, None if amount is None else round(amount))
        self._desk.run(Lane.STATION, work, self._entered, self._failed)

    def _attempts_chosen(self, carrier: str, as_delivered: bool) -> None:
        work = partial(self._insights.count_attempts, carrier, as_delivered=as_delivered)
        self._desk.run(Lane.STATION, work, self._entered, self._failed)

    def _entered(self, changes: Changes) -> None:
        self.changed.emit(changes)
        self.refresh()
