"""The figures of a period on paper: tiles, charts in greys that any printer keeps apart, and every chart as a table."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Final

from wismo_desk.documents.script import DrawsText
from wismo_desk.documents.sheet import BOTTOM, MARGIN, WIDTH, Sheet, write_sheets
from wismo_desk.domain.chart import Bar, Chart, Grid, KeyFigure, Report, Series, Spread, ceiling
from wismo_desk.words import Words

_FULL: Final = WIDTH - 2 * MARGIN
_RIGHT: Final = WIDTH - MARGIN
_TOP: Final = 18.0
_ROW: Final = 7.0
_SPREAD: Final = 15.0
_PLOT: Final = 46.0
_LINE: Final = 5.0  # of a table
_LOUD, _QUIET = 0.1, 0.65  # shades


def figures_report(
    report: Report,
    *,
    shop: str,
    made: str,
    words: Words,
    fonts: Path,
    draw: DrawsText | None = None,
    practice: bool = False,
) -> bytes:
    """PDF, A4. `made` is when, as people say it. The same report gives the same bytes."""
    title = words("Figures of {shop}, {period}", shop=shop, period=report.period) if shop else ""
    title = title or f"{report.title} · {report.period}"

    def write(page: Sheet) -> None:
        y = _head(page, report, title, words("made on {when}", when=made))
        if practice:
            page.text(MARGIN, y, words("PRACTICE: these parcels are made up"), size=11, bold=True)
            y += 7.0
        if report.empty:
            page.text(MARGIN, y + 6.0, report.empty, size=11, width=_FULL)
            return
        y = _tiles(page, report.figures, y)
        for chart in report.charts:
            y = _room(page, y, 16.0 + _height(chart))
            y = _chart(page, chart, y) + 8.0
        page.next_page()
        y = _TOP
        for chart in report.charts:
            if chart.grid.rows:
                y = _table(page, chart.title, chart.grid, y) + 8.0
        for note in report.notes:
            y = _wrapped(page, note, _room(page, y, 12.0))

    return write_sheets(write, words=words, fonts=fonts, title=title, draw=draw)


def _head(page: Sheet, report: Report, title: str, made: str) -> float:
    page.text(MARGIN, 22.0, report.title, size=20, bold=True)
    page.text(_RIGHT, 22.0, report.period, size=12, bold=True, right=True, width=100.0)
    page.text(MARGIN, 28.5, title, size=9, grey=True, width=110.0)
    page.text(_RIGHT, 28.5, made, size=9, grey=True, right=True, width=60.0)
    return 35.0


def _tiles(page: Sheet, figures: tuple[KeyFigure, ...], y: float) -> float:
    wide = (_FULL - 4.0 * (len(figures) - 1)) / max(1, len(figures))
    for n, one in enumerate(figures):
        x = MARGIN + n * (wide + 4.0)
        page.box(x, y, wide, 23.0, line=0.4)
        page.text(x + 3.0, y + 5.5, one.label, size=8, grey=True, width=wide - 6.0)
        page.text(x + 3.0, y + 14.0, one.figure, size=18, bold=True, width=wide - 6.0)
        said = f"{one.change}  {one.context}".strip()
        page.text(x + 3.0, y + 20.0, said, size=8, grey=True, width=wide - 6.0)
    return y + 30.0


def _height(chart: Chart) -> float:
    if chart.bars:
        return _ROW * len(chart.bars) + 8.0
    if chart.spreads:
        return _SPREAD * len(chart.spreads) + 8.0
    return _PLOT + 8.0 if chart.lines else 8.0


def _chart(page: Sheet, chart: Chart, y: float) -> float:
    page.text(MARGIN, y + 4.0, chart.title, size=12, bold=True, width=_FULL)
    page.text(MARGIN, y + 9.0, chart.subtitle, size=8.5, grey=True, width=_FULL)
    y += 12.0
    if chart.bars:
        y = _bars(page, chart, y)
    elif chart.spreads:
        y = _spreads(page, chart, y)
    elif chart.lines:
        y = _lines(page, chart, y)
    else:
        page.text(MARGIN, y + 4.0, chart.empty, size=9, grey=True, width=_FULL)
        y += 6.0
    if chart.foot:
        page.text(MARGIN, y + 4.0, chart.foot, size=9, bold=True, width=_FULL)
        y += 6.0
    return y


def _bars(page: Sheet, chart: Chart, y: float) -> float:
    left, room = MARGIN + 48.0, _FULL - 48.0 - 62.0
    most = max(*(bar.value for bar in chart.bars), chart.target or 0.0, 1e-9)
    top, bottom = y + 5.0, y + 5.0 + _ROW * len(chart.bars)
    page.line(left, top, left, bottom, shade=0.5)
    for n, bar in enumerate(chart.bars):
        _bar(page, bar, left, top + n * _ROW, room * bar.value / most)
    if chart.target is not None:
        x = left + room * chart.target / most
        page.line(x, top - 1.0, x, bottom, dashed=True)
        page.text(x + 1.0, y + 3.0, chart.target_said, size=8)
    return bottom + 1.0


def _bar(page: Sheet, bar: Bar, left: float, y: float, length: float) -> None:
    page.text(left - 2.0, y + 4.6, bar.label, size=9, bold=bar.loud, right=True, width=46.0)
    if length > 0:
        page.box(left, y + 1.4, length, 4.2, shade=_LOUD if bar.loud else _QUIET, line=0)
    page.text(left + length + 2.0, y + 4.6, bar.said, size=9, bold=True)
    x = left + length + 5.0 + 2.1 * len(bar.said)
    page.text(x, y + 4.6, bar.note, size=8, grey=True, width=_RIGHT - x)


def _spreads(page: Sheet, chart: Chart, y: float) -> float:
    left = MARGIN + 48.0
    step = (_FULL - 48.0 - 34.0) / len(chart.marks)
    for n, spread in enumerate(chart.spreads):
        _spread(page, spread, chart, left, y + n * _SPREAD, step)
    bottom = y + _SPREAD * len(chart.spreads)
    for n, mark in enumerate(chart.marks):
        page.text(left + (n + 0.5) * step + 1.5, bottom + 4.0, mark, size=8, grey=True, right=True)
    page.text(_RIGHT - 32.0, bottom + 4.0, chart.axis, size=8, grey=True, width=32.0)
    return bottom + 6.0


def _spread(page: Sheet, spread: Spread, chart: Chart, left: float, y: float, step: float) -> None:
    page.text(MARGIN, y + 5.0, spread.label, size=9, width=45.0)
    page.text(MARGIN, y + 9.0, spread.note, size=8, grey=True)
    base, high, whole = y + 11.0, 9.0, max(1, sum(spread.bins))
    most = max(*spread.bins, 1)
    page.line(left, base, left + step * len(spread.bins), base, width=0.4, shade=0.4)
    for n, (count, late) in enumerate(zip(spread.bins, spread.late, strict=True)):
        if not count:
            continue
        x, tall, over = left + n * step + 0.6, high * count / most, high * late / most
        page.box(x, base - tall, step - 1.2, tall, shade=_QUIET, line=0)
        if late:
            page.box(x, base - tall, step - 1.2, max(0.4, over), shade=_LOUD, line=0)
        if count / whole >= 0.05 and tall < high - 3.5:
            page.text(x + step / 2 + 1.0, base - tall - 0.8, f"{100 * count / whole:.0f}", size=7, right=True)
    low, end = (max(0, days - chart.first) for days in (spread.low, spread.high))
    page.line(
        left + low * step + 0.6, base + 1.2, left + (end + 1) * step - 0.6, base + 1.2, width=1.6, shade=0.4
    )
    middle = left + (max(0, spread.middle - chart.first) + 0.5) * step
    page.line(middle, base + 0.3, middle, base + 2.1, width=1.6)
    if spread.promised is not None:
        x = left + min(len(spread.bins), spread.promised - chart.first + 1) * step
        page.line(x, y + 0.5, x, base, width=1.0)
    page.text(_RIGHT - 32.0, y + 5.0, spread.said, size=9, bold=True, width=32.0)
    page.text(_RIGHT - 32.0, y + 9.0, spread.more, size=8, grey=True, width=32.0)


def _lines(page: Sheet, chart: Chart, y: float) -> float:
    left, right, bottom = MARGIN + 12.0, _RIGHT - 36.0, y + _PLOT
    values = [value for line in chart.lines for value in line.values if value is not None]
    most, unit = ceiling(max(*values, chart.target or 0.0, 0.01))
    step = (right - left) / max(1, len(chart.marks) - 1)

    def height(value: float) -> float:
        return bottom - (_PLOT - 2.0) * value / most

    for n in range(round(most / unit) + 1):
        page.line(left, height(n * unit), right, height(n * unit), width=0.3, shade=0.8)
        said = f"{100 * n * unit:.0f}{chart.unit}"
        page.text(left - 2.0, height(n * unit) + 1.0, said, size=8, grey=True, right=True)
    for n, mark in enumerate(chart.marks):
        if (len(chart.marks) - 1 - n) % 2 == 0:
            page.text(left + n * step + 4.0, bottom + 4.5, mark, size=8, grey=True, right=True)
    if chart.target is not None:
        page.line(left, height(chart.target), right, height(chart.target), dashed=True)
    ends = []
    for line in chart.lines:
        points = [(left + n * step, height(v)) if v is not None else None for n, v in enumerate(line.values)]
        _line(page, line, points)
        last = next((point for point in reversed(points) if point is not None), (right, bottom))
        ends.append((last[1], line.said, line.loud))
    if chart.target is not None:
        ends.append((height(chart.target), chart.target_said, False))
    at = 0.0
    for wanted, said, loud in sorted(ends):
        at = max(wanted, at + 4.0)
        page.text(right + 2.0, at + 1.0, said, size=8, bold=loud, width=34.0)
    return bottom + 6.0


def _line(page: Sheet, line: Series, points: list[tuple[float, float] | None]) -> None:
    """A week without a figure is a gap."""
    width, shade = (1.8, _LOUD) if line.loud else (1.2, 0.5)
    for one, two in pairwise(points):
        if one is not None and two is not None:
            page.line(*one, *two, width=width, shade=shade)


def _table(page: Sheet, title: str, grid: Grid, y: float) -> float:
    y = _room(page, y, 12.0 + 2 * _LINE)
    page.text(MARGIN, y + 4.0, title, size=10, bold=True, width=_FULL)
    y = _table_head(page, grid, y + 6.0)
    for row in grid.rows:
        if y + _LINE > BOTTOM:
            page.next_page()
            y = _table_head(page, grid, _TOP)
        _cells(page, row, y + 3.6, bold=False)
        y += _LINE
        page.rule(MARGIN, y, _FULL, line=0.2)
    return y


def _table_head(page: Sheet, grid: Grid, y: float) -> float:
    _cells(page, grid.head, y + 3.6, bold=True)
    page.rule(MARGIN, y + _LINE, _FULL, line=0.8)
    return y + _LINE


def _cells(page: Sheet, row: tuple[str, ...], baseline: float, *, bold: bool) -> None:
    wide = (_FULL - 56.0) / max(1, len(row) - 1)
    page.text(MARGIN + 1.0, baseline, row[0], size=8, bold=bold, width=54.0)
    for n, text in enumerate(row[1:], start=1):
        right = MARGIN + 56.0 + n * wide - 1.0
        page.text(right, baseline, text, size=8, bold=bold, right=True, width=wide - 2.0)


def _wrapped(page: Sheet, text: str, y: float) -> float:
    line = ""
    for word in text.split(" "):
        if len(line) + len(word) > 120:
            page.text(MARGIN, y + 4.0, line, size=8, grey=True, width=_FULL)
            y, line = y + 4.0, ""
        line = f"{line} {word}".strip()
    page.text(MARGIN, y + 4.0, line, size=8, grey=True, width=_FULL)
    return y + 4.0


def _room(page: Sheet, y: float, height: float) -> float:
    if y + height <= BOTTOM:
        return y
    page.next_page()
    return _TOP
