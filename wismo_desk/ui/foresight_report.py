"""Puts the forecast's record into words and charts; every figure has its count and the naive rule beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from wismo_desk.domain.chart import Bar, Chart, Grid, KeyFigure, Series
from wismo_desk.domain.foresight import ForesightReport, Warned
from wismo_desk.words import Words

_SHOWN: Final = 12  # months
_NOTICES: Final = (
    3,
    2,
)  # days ahead that tiles and months speak of, where so long before enough is still open
_OPEN: Final = 0.3  # of the punctual parcels; else one day ahead
_SETTLED: Final = 100  # parcels of a month below which it is not drawn


class ForesightWords:
    """One report in one language."""

    def __init__(self, report: ForesightReport, words: Words) -> None:
        self._report, self._words = report, words
        self._notice = next(
            (one for one in _NOTICES if (warned_at(report.whole.warned, one).open_in_time or 0) > _OPEN), 1
        )
        self._months = [one for one in report.by_month if one.arrived >= _SETTLED][-_SHOWN:]

    def tiles(self) -> tuple[KeyFigure, ...]:
        words, whole = self._words, self._report.whole
        warned = warned_at(whole.warned, self._notice)
        arrived = words("{count} parcels", count=words.number(whole.arrived))
        usual = words("as long as usual: {days}", days=self.days(whole.usual_off))
        named = words("simple rule: {share}", share=self.share(warned.naive))
        wanted = words("wanted: {share}", share=self.share(self._report.false_alarms))
        return (
            KeyFigure(label=words("Likely day, off by"), figure=self.days(whole.off), context=usual),
            KeyFigure(label=words("At most one day off"), figure=self.share(whole.near), context=arrived),
            KeyFigure(
                label=words("The 80% day held"),
                figure=self.share(whole.covered),
                context=words("span of 8 in 10: {share}", share=self.share(whole.inside)),
            ),
            KeyFigure(
                label=words("Delays named {days} days ahead", days=self._notice),
                figure=self.share(warned.recall),
                context=named,
            ),
            KeyFigure(
                label=words("False alarms, {days} days ahead", days=self._notice),
                figure=self.share(warned.false_alarms),
                context=wanted,
            ),
        )

    def how(self) -> str:
        """What the figures beyond those at hand-over were taken from; nothing without any."""
        return ""

    def charts(self) -> tuple[Chart, ...]:
        return self._named_ahead(), self._false_alarms(), self._covered(), self._off()

    @property
    def _unit(self) -> str:
        return "\u202f%" if self._words.language == "fr" else "%"

    def days(self, value: float | None) -> str:
        return "–" if value is None else self._words("{days} d", days=self._words.number(value, digits=2))

    def share(self, value: float | None) -> str:
        return (
            "–" if value is None else self._words("{share}%", share=self._words.number(100 * value, digits=1))
        )

    def _named_ahead(self) -> Chart:
        words = self._words
        return self._ahead(
            self._report.whole.warned, (words("Days ahead"), words("Forecast")), words("forecast")
        )

    def _ahead(
        self,
        warned: Sequence[Warned],
        head: tuple[str, ...],
        label: str,
        before: Sequence[Warned] | None = None,
    ) -> Chart:
        """Of `warned`, called `label`; `before`: what the clock of the hand-over said of the same, in a column of its
        own. `head`: of the columns up to those two."""
        words, order = self._words, sorted(warned, key=lambda one: -one.notice)
        others = [] if before is None else [warned_at(before, one.notice) for one in order]
        best = max(order, key=gain, default=Warned(notice=self._notice))
        title = words(
            "{share} of delays named {days} {days|day|days} ahead, rule {naive}",
            share=self.share(best.recall),
            days=best.notice,
            naive=self.share(best.naive),
        )
        limits = dict(self._report.limits)
        rows = tuple(
            (
                words("{days} {days|day|days}", days=one.notice),
                self.share(one.recall),
                *(self.share(other.recall) for other in others[at : at + 1]),
                self.share(one.naive),
                self.share(one.false_alarms),
                self.share(limits.get(one.notice)),
            )
            for at, one in enumerate(order)
        )
        return Chart(
            title=title if best.recall is not None else words("Delays named ahead of the promise"),
            subtitle=words(
                "{late} late; rule: still open so many days before the promise, as many false alarms",
                late=words.number(self._report.whole.late),
            ),
            grid=Grid(
                head=(*head, words("Simple rule"), words("False alarms"), words("Alarm from")), rows=rows
            ),
            lines=self._series(
                (label, [one.recall for one in order], True),
                (words("hand-over"), [one.recall for one in others], False),
                (words("simple rule"), [one.naive for one in order], False),
            ),
            marks=tuple(words("{days} d", days=one.notice) for one in order),
            unit=self._unit,
            empty=self._too_few(),
        )

    def _false_alarms(self) -> Chart:
        words, report = self._words, self._report
        found = [warned_at(one.warned, self._notice) for one in self._months]
        rows = tuple(
            (
                self.month(one.month),
                self.share(warned.false_alarms),
                self.share(warned.recall),
                self.share(warned.naive),
            )
            for one, warned in zip(self._months, found, strict=True)
        )
        wrong = warned_at(report.whole.warned, self._notice).false_alarms
        title = words("{share} of punctual parcels named wrongly", share=self.share(wrong))
        return Chart(
            title=title if wrong is not None else words("Punctual parcels named wrongly"),
            subtitle=words("{days} days ahead, by month of hand-over", days=self._notice),
            grid=Grid(
                head=(words("Month"), words("False alarms"), words("Delays named"), words("Simple rule")),
                rows=rows,
            ),
            lines=self._series((words("false alarms"), [one.false_alarms for one in found], True)),
            marks=self.marks(),
            unit=self._unit,
            target=report.false_alarms,
            target_said=words("wanted {share}", share=self.share(report.false_alarms)),
            empty=self._too_few(),
        )

    def _covered(self) -> Chart:
        words, whole = self._words, self._report.whole
        head = (words("Month"), words("Parcels"), words("80% day"), words("Span of 8 in 10"))
        rows = tuple(
            (
                self.month(one.month),
                words.number(one.arrived),
                self.share(one.covered),
                self.share(one.inside),
            )
            for one in self._months
        )
        title = words("The day for 8 of 10 held for {share}", share=self.share(whole.covered))
        return Chart(
            title=title if whole.covered is not None else words("The day for 8 of 10"),
            subtitle=words("Share that came by the day by which 80% should have come, by month of hand-over"),
            grid=Grid(head=head, rows=rows),
            lines=self._series((words("came by then"), [one.covered for one in self._months], True)),
            marks=self.marks(),
            unit=self._unit,
            target=0.8,
            target_said=words("promised 80%"),
            empty=self._too_few(),
        )

    def _off(self) -> Chart:
        words, whole = self._words, self._report.whole
        bars = (
            (words("Forecast"), whole.off, True),
            (words("As long as usual"), whole.usual_off, False),
            (words("The promise"), whole.promise_off, False),
        )
        rows = tuple(
            (self.month(one.month), self.days(one.off), self.share(one.exact), self.share(one.near))
            for one in self._months
        )
        title = words(
            "{days} off on average, at most one day for {share}",
            days=self.days(whole.off),
            share=self.share(whole.near),
        )
        return Chart(
            title=title if whole.off is not None else words("How far off the likely day is"),
            subtitle=words("Mean days between the likely day at hand-over and the real one"),
            grid=Grid(
                head=(words("Month"), words("Off by"), words("Exact"), words("At most 1 d")), rows=rows
            ),
            bars=tuple(
                Bar(label=label, value=value, said=self.days(value), loud=loud)
                for label, value, loud in bars
                if value is not None
            ),
            empty=self._too_few(),
        )

    def month(self, text: str) -> str:
        """ "nov. 26"."""
        from babel.dates import format_date

        year, number = text.split("-")
        return str(format_date(date(int(year), int(number), 1), "LLL yy", locale=self._words.language))

    def marks(self) -> tuple[str, ...]:
        """Months below an axis: the year at the first one and each January, or they would run into each other."""
        from babel.dates import format_date

        said = []
        for at, one in enumerate(self._months):
            year, number = (int(part) for part in one.month.split("-"))
            style = "LLL" if at and number > 1 else "LLL yy"
            said.append(str(format_date(date(year, number, 1), style, locale=self._words.language)))
        return tuple(said)

    def _series(self, *lines: tuple[str, Sequence[float | None], bool]) -> tuple[Series, ...]:
        made = []
        for label, values, loud in lines:
            last = next((value for value in reversed(values) if value is not None), None)
            if last is not None:
                said = f"{label} {self.share(last)}"
                made.append(Series(label=label, values=tuple(values), said=said, loud=loud))
        return tuple(made)

    def _too_few(self) -> str:
        return self._words("Too few parcels so far.")


def warned_at(warned: Sequence[Warned], notice: int) -> Warned:
    return next((one for one in warned if one.notice == notice), Warned(notice=notice))


def gain(warned: Warned) -> float:
    return (warned.recall or 0) - (warned.naive or 0)
