"""What a setting of a rule would have done last week: the figure, the days, the curve over the thresholds."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from wismo_desk.domain.rule_effect import Effect
from wismo_desk.ui.marks import Mark, paint_mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import empty, rule
from wismo_desk.ui.parts import CENTRE, RIGHT, Card, Elided, write
from wismo_desk.ui.theme import Figures, Weight, font


class Bars(QWidget):
    """Columns with their figures and names; the part `filled` of each is solid, the rest an outline."""

    def __init__(self, desk: Desk, height: int) -> None:
        super().__init__()
        self._desk = desk
        self._columns: list[tuple[str, int, int, bool]] = []
        self.setFixedHeight(height)

    def show_columns(self, columns: list[tuple[str, int, int, bool]]) -> None:
        """(name, count, solid part, chosen)."""
        self._columns = columns
        self.setAccessibleName(", ".join(f"{name}: {count}" for name, count, _, _ in columns))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._columns:
            return
        theme, painter = self._desk.look.theme, QPainter(self)
        most = max(1, *(count for _, count, _, _ in self._columns))
        wide, room = self.width() / len(self._columns), self.height() - 44
        base = self.height() - 22.0
        painter.setFont(font(12, Weight.SEMIBOLD, figures=Figures.TABULAR))
        for n, (name, count, solid, chosen) in enumerate(self._columns):
            left = n * wide
            tall = round(room * count / most)
            column = QRectF(left + wide * 0.18, base - tall, wide * 0.64, tall)
            colour = theme.accent if chosen else theme.bar
            if tall:
                painter.setPen(QPen(colour, 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(column)
                full = round(room * solid / most)
                painter.fillRect(QRectF(column.left(), base - full, column.width(), full), colour)
            painter.setPen(theme.text)
            painter.drawText(QRectF(left, base - tall - 18, wide, 16), CENTRE, str(count))
            painter.setPen(theme.accent if chosen else theme.muted)
            painter.drawText(QRectF(left, base + 4, wide, 16), CENTRE, name)
        painter.setPen(QPen(theme.line_strong, 1))
        painter.drawLine(QPointF(0, base + 0.5), QPointF(self.width(), base + 0.5))


class EffectMark(QWidget):
    """A severity mark of 14 px in a line of its own."""

    def __init__(self, desk: Desk, mark: Mark) -> None:
        super().__init__()
        self._desk, self._mark = desk, mark
        self.setFixedSize(14, 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_mark(QPainter(self), self._mark, QRectF(0, 2, 14, 14), self._desk.look.theme)


class AnomalyEffect(Card):
    """Empty until the first answer."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        words = desk.words
        self.body.addWidget(write(words("This setting would have fired"), 13, tone="muted"))
        figure = QHBoxLayout()
        self.figure = write("", 44, Weight.SEMIBOLD)
        self._beside = write("", 16, Weight.SEMIBOLD)
        self._instead = write("", 13, tone="muted")
        figure.addWidget(self.figure)
        figure.addWidget(self._beside)
        figure.addStretch()
        figure.addWidget(self._instead)
        self.body.addLayout(figure)
        self._right = write("", 14, wrap=True)
        self.body.addWidget(self._right)
        self.week = Bars(desk, 110)
        self.body.addWidget(self.week)
        self._curve = write(words("Alarms in a week, by threshold"), 13, Weight.SEMIBOLD)
        self._legend = write(words("solid: really late"), 12, tone="muted")
        self.curve = Bars(desk, 130)
        self.body.addWidget(rule())
        for widget in (self._curve, self._legend, self.curve):
            self.body.addWidget(widget)
        self._examples = QVBoxLayout()
        self._examples.setSpacing(4)
        self.body.addLayout(self._examples)
        self._looked = write("", 12, tone="muted", wrap=True)
        self.body.addWidget(self._looked)
        self.body.addStretch()

    def wait(self) -> None:
        self._looked.setText(self._desk.words("Counting…"))

    def show_effect(self, effect: Effect, *, figure: int | None, unit: str) -> None:
        """`figure`: the threshold chosen, in `unit`."""
        words, trial = self._desk.words, effect.trial
        self.figure.setText(words.number(trial.times))
        self._beside.setText(words("times in a week") if trial.times != 1 else words("time in a week"))
        was = effect.in_force.times
        self._instead.setText(words("instead of {n}", n=words.number(was)) if was != trial.times else "")
        unsure = trial.times - trial.right - trial.wrong
        parts = [words("{n} rightly", n=trial.right), words("{n} for nothing", n=trial.wrong)]
        parts += [words("{n} not known yet", n=unsure)] if unsure else []
        self._right.setText(", ".join(parts) if trial.times else words("No alarm."))
        today = self._desk.today
        days = [(words.day(day, today=today), count, count, True) for day, count in trial.by_day]
        self.week.show_columns(days)
        curve = [
            (f"{at}\u00a0{unit}", count, right, at == figure) for at, count, right in effect.by_threshold
        ]
        for widget in (self._curve, self._legend, self.curve):
            widget.setVisible(bool(curve))
        self.curve.show_columns(curve)
        self._show_examples(effect)
        self._looked.setText(
            words("Played again with the {n} shipments that moved last.", n=words.number(effect.looked_at))
        )

    def _show_examples(self, effect: Effect) -> None:
        empty(self._examples)
        now = self._desk.clock()
        for number, carrier, at, late in effect.examples:
            mark = Mark.OK if late else Mark.NEUTRAL
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(8)
            row.addWidget(EffectMark(self._desk, mark))
            row.addWidget(Elided(number, 13, figures=Figures.CODE), 2)
            row.addWidget(Elided(self._desk.names.carrier(carrier), 13, tone="muted"), 2)
            when = write(self._desk.words.moment(at, now=now), 13, tone="muted")
            when.setAlignment(RIGHT)
            when.setMinimumWidth(96)
            row.addWidget(when)
            self._examples.addWidget(line)
