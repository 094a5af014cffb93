"""Puts the record of both clocks into words and charts: after the last scan, from the hand-over, the simple rule."""

from __future__ import annotations

from wismo_desk.domain.chart import Bar, Chart, Grid, KeyFigure
from wismo_desk.domain.foresight import ForesightReport, OnTheWay, Record
from wismo_desk.ui.foresight_report import ForesightWords, warned_at
from wismo_desk.words import Words


def report_words(report: ForesightReport, words: Words) -> ForesightWords:
    """With both clocks where scans are known, else with the one there is."""
    if report.on_the_way is None or not report.on_the_way.after_scan.evenings:
        return ForesightWords(report, words)
    return WayWords(report, report.on_the_way, words)


class WayWords(ForesightWords):
    """Every figure of one clock has that of the other on the same evenings beside it."""

    def __init__(self, report: ForesightReport, way: OnTheWay, words: Words) -> None:
        super().__init__(report, words)
        self._way = way
        of = {one.month: one for one in report.on_the_way_by_month}
        self._pairs = [(one, of.get(one.month, OnTheWay(month=one.month))) for one in self._months]

    def tiles(self) -> tuple[KeyFigure, ...]:
        words, way = self._words, self._way
        shown, other = way.after_scan, way.from_hand_over
        named = warned_at(way.warned, self._notice)
        before = warned_at(self._report.whole.warned, self._notice)
        context = words(
            "hand-over {other}, rule {naive}",
            other=self.share(before.recall),
            naive=self.share(named.naive),
        )
        wrong = words(
            "wanted {share}, hand-over {other}",
            share=self.share(self._report.false_alarms),
            other=self.share(before.false_alarms),
        )
        return (
            self._beside(words("Likely day, off by"), self.days(shown.off), self.days(other.off)),
            self._beside(words("At most one day off"), self.share(shown.near), self.share(other.near)),
            self._beside(words("The 80% day held"), self.share(shown.covered), self.share(other.covered)),
            KeyFigure(
                label=words("Delays named {days} days ahead", days=self._notice),
                figure=self.share(named.recall),
                context=context,
            ),
            KeyFigure(
                label=words("False alarms, {days} days ahead", days=self._notice),
                figure=self.share(named.false_alarms),
                context=wrong,
            ),
        )

    def how(self) -> str:
        return self._words(
            "After the last scan: looked at on {evenings} evenings on which a parcel was open and its last scan known, "
            "by what was known that evening; from the hand-over: the other clock on the same evenings.",
            evenings=self._words.number(self._way.after_scan.evenings),
        )

    def _beside(self, label: str, figure: str, other: str) -> KeyFigure:
        return KeyFigure(
            label=label, figure=figure, context=self._words("from the hand-over: {figure}", figure=other)
        )

    def _named_ahead(self) -> Chart:
        words = self._words
        return self._ahead(
            self._way.warned,
            (words("Ahead by"), words("After scan"), words("Hand-over")),
            words("after scan"),
            self._report.whole.warned,
        )

    def _false_alarms(self) -> Chart:
        words, report = self._words, self._report
        found = [
            (warned_at(way.warned, self._notice), warned_at(one.warned, self._notice))
            for one, way in self._pairs
        ]
        rows = tuple(
            (
                self.month(one.month),
                self.share(shown.false_alarms),
                self.share(before.false_alarms),
                self.share(shown.recall),
                self.share(before.recall),
                self.share(shown.naive),
            )
            for (one, _), (shown, before) in zip(self._pairs, found, strict=True)
        )
        wrong = warned_at(self._way.warned, self._notice).false_alarms
        title = words("{share} of punctual parcels named wrongly", share=self.share(wrong))
        head = (
            words("Month"),
            words("Wrongly named"),
            words("Hand-over"),
            words("Rightly named"),
            words("Hand-over"),
            words("Simple rule"),
        )
        return Chart(
            title=title if wrong is not None else words("Punctual parcels named wrongly"),
            subtitle=words("{days} days ahead, by month of hand-over", days=self._notice),
            grid=Grid(head=head, rows=rows),
            lines=self._series(
                (words("after scan"), [shown.false_alarms for shown, _ in found], True),
                (words("hand-over"), [before.false_alarms for _, before in found], False),
            ),
            marks=self.marks(),
            unit=self._unit,
            target=report.false_alarms,
            target_said=words("wanted {share}", share=self.share(report.false_alarms)),
            empty=self._too_few(),
        )

    def _covered(self) -> Chart:
        words, shown = self._words, self._way.after_scan
        head = (
            words("Month"),
            words("Evenings"),
            words("80% day"),
            words("Hand-over"),
            words("Span of 8 in 10"),
            words("Hand-over"),
        )
        rows = tuple(
            (
                self.month(way.month),
                words.number(way.after_scan.evenings),
                self.share(way.after_scan.covered),
                self.share(way.from_hand_over.covered),
                self.share(way.after_scan.inside),
                self.share(way.from_hand_over.inside),
            )
            for _, way in self._pairs
        )
        title = words("The day for 8 of 10 held for {share}", share=self.share(shown.covered))
        return Chart(
            title=title if shown.covered is not None else words("The day for 8 of 10"),
            subtitle=words("On every evening on the way, by month of hand-over"),
            grid=Grid(head=head, rows=rows),
            lines=self._series(
                (words("after scan"), [way.after_scan.covered for _, way in self._pairs], True),
                (words("hand-over"), [way.from_hand_over.covered for _, way in self._pairs], False),
            ),
            marks=self.marks(),
            unit=self._unit,
            target=0.8,
            target_said=words("promised 80%"),
            empty=self._too_few(),
        )

    def _off(self) -> Chart:
        words, way, whole = self._words, self._way, self._report.whole
        shown, other = way.after_scan, way.from_hand_over
        bars = (
            (words("After the last scan"), shown.off, True),
            (words("Same evenings, from the hand-over"), other.off, False),
            (words("On the day of hand-over"), whole.off, False),
            (words("As long as usual"), whole.usual_off, False),
            (words("The promise"), whole.promise_off, False),
        )
        title = words(
            "{days} off on average, at most one day for {share}",
            days=self.days(shown.off),
            share=self.share(shown.near),
        )
        head = (
            words("Month"),
            words("After scan"),
            words("Hand-over"),
            words("At most 1 d"),
            words("Hand-over"),
        )
        return Chart(
            title=title if shown.off is not None else words("How far off the likely day is"),
            subtitle=words("Mean days between the likely day and the real one"),
            grid=Grid(head=head, rows=tuple(self._off_row(*pair) for pair in self._pairs)),
            bars=tuple(
                Bar(label=label, value=value, said=self.days(value), loud=loud)
                for label, value, loud in bars
                if value is not None
            ),
            empty=self._too_few(),
        )

    def _off_row(self, one: Record, way: OnTheWay) -> tuple[str, ...]:
        shown, other = way.after_scan, way.from_hand_over
        return (
            self.month(one.month),
            self.days(shown.off),
            self.days(other.off),
            self.share(shown.near),
            self.share(other.near),
        )
