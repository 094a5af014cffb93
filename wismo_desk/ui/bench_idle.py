"""The bench at rest: scan an order; below, each carrier's truck and what is left for it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from PySide6.QtCore import QRectF

from wismo_desk.domain.bench_view import BenchView, DepartureView
from wismo_desk.ui.bench_canvas import DOT, FOOT, HEAD, MARGIN, Canvas, Run, fit
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.parts import CENTRE
from wismo_desk.ui.theme import Figures, Weight

_TABLE_TOP: Final = 396
_HEADER: Final = 60
# Left edges of the columns as shares of the table: carrier, leaves, packed, left (its right edge), done by.
_COLUMNS: Final = (0.0225, 0.198, 0.406, 0.701, 0.737)


def paint_idle(canvas: Canvas, view: BenchView, now: datetime) -> None:
    _paint_day(canvas, view, now)
    theme, words = canvas.theme, canvas.words
    canvas.icon("scan-barcode", MARGIN, HEAD + 42, 208, theme.accent)
    left = MARGIN + 250
    room = canvas.width - MARGIN - left
    x = canvas.line(left, HEAD + 86, (Run(words("SCAN"), 56, theme.accent, Weight.BOLD),))
    run = Run(words("or type its number"), 36, theme.muted)
    start = canvas.line_right(canvas.width - MARGIN - 76, HEAD + 84, (run,))
    if start > x + 60:
        canvas.key("/", canvas.width - MARGIN - 54, HEAD + 50, theme.muted, theme.line_strong, px=30)
    said = words("an order")
    px, _ = fit(said, room, 180, most=152, least=96)
    canvas.line(left, HEAD + 92 + px, (Run(said, px, theme.text, Weight.BOLD),), room=room)
    _paint_table(canvas, view.departures, now)


def _paint_day(canvas: Canvas, view: BenchView, now: datetime) -> None:
    theme, words = canvas.theme, canvas.words
    canvas.fill(QRectF(0, 0, canvas.width, HEAD), theme.surface)
    canvas.rule(0, HEAD, canvas.width, HEAD)
    local = now.astimezone(words.zone)
    left = canvas.line_right(
        canvas.width - MARGIN,
        65,
        (
            Run(words.date(local.date()), 36, theme.muted),
            Run(words.time(now), 44, theme.text, Weight.BOLD, gap=26),
        ),
    )
    x = canvas.line(
        MARGIN,
        65,
        (Run(words("Bench"), 36, theme.muted), Run(view.station, 44, theme.text, Weight.BOLD, gap=26)),
        room=600,
    )
    canvas.rule(x + 26, 28, x + 26, HEAD - 28)
    canvas.line(
        x + 52,
        65,
        (
            Run(words.number(view.done_today), 36, theme.text, Weight.BOLD),
            Run(words("parcels done today"), 36, theme.text, gap=12),
            Run(words("{count} left", count=words.number(view.left_today)), 36, theme.muted, gap=26),
        ),
        room=left - x - 90,
    )


def _paint_table(canvas: Canvas, rows: tuple[DepartureView, ...], now: datetime) -> None:
    theme, words = canvas.theme, canvas.words
    table = QRectF(MARGIN, _TABLE_TOP, canvas.width - 2 * MARGIN, canvas.height - FOOT - 20 - _TABLE_TOP)
    if not rows:
        canvas.fill(table, theme.surface, radius=8)
        canvas.outline(table, theme.line, 1.5 * theme.edge)
        canvas.text_in(table, Run(words("No order waits."), 48, theme.muted), align=CENTRE)
        return
    room = table.height() - _HEADER
    high = min(116.0, max(80.0, room / len(rows)))
    count = min(len(rows), int(room / high))
    table.setHeight(_HEADER + high * count)
    canvas.fill(table, theme.surface, radius=8)
    lefts = [table.left() + table.width() * share for share in _COLUMNS]
    heads = (words("Carrier"), words("Leaves"), words("Packed"), words("Left"), words("Done about"))
    for i, (left, text) in enumerate(zip(lefts, heads, strict=True)):
        run = Run(text, 30, theme.muted)
        if i == 3:
            canvas.line_right(left, table.top() + 41, (run,))
        else:
            canvas.line(left, table.top() + 41, (run,))
    hidden = len(rows) - count
    for i, row in enumerate(rows[:count]):
        box = QRectF(table.left(), table.top() + _HEADER + i * high, table.width(), high)
        _paint_row(canvas, row, box, lefts, now)
    if hidden:
        run = Run(words("and {count} more", count=hidden), 30, theme.muted)
        canvas.line_right(table.right() - 20, table.top() + 41, (run,))
    canvas.outline(table, theme.line, 1.5 * theme.edge)


def _paint_row(canvas: Canvas, row: DepartureView, box: QRectF, lefts: list[float], now: datetime) -> None:
    theme, words = canvas.theme, canvas.words
    missed = row.leaves_at is not None and row.leaves_at <= now and row.left > 0
    late = row.too_late > 0 or missed
    if late:
        tint = theme.danger_tint if missed else theme.warn_tint
        canvas.fill(box.adjusted(1, 1, -1, 0), tint)
    canvas.rule(box.left(), box.top(), box.right(), box.top())
    y = box.center().y() + 16
    _paint_carrier(canvas, row.carrier, QRectF(lefts[0], box.top(), lefts[1] - lefts[0] - 16, box.height()))
    _paint_leaves(canvas, row, lefts, y, now)
    _paint_bar(canvas, row, QRectF(lefts[2], box.center().y() - 17, lefts[3] - lefts[2] - 155, 34), late=late)
    left = Run(words.number(row.left), 60, theme.text, Weight.BOLD)
    canvas.line_right(lefts[3], y + 4, (left,))
    _paint_finish(canvas, row, box, lefts[4], missed=missed)


def _paint_carrier(canvas: Canvas, name: str, box: QRectF) -> None:
    """Whole: a long name gets smaller, and then a second line."""
    px, lines = fit(name, box.width(), box.height() - 20, most=44, least=28, weight=Weight.SEMIBOLD)
    top = box.center().y() - len(lines) * px * 1.1 / 2
    canvas.block(box.left(), top, lines, Run("", px, canvas.theme.text, Weight.SEMIBOLD), leading=1.1)


def _paint_leaves(canvas: Canvas, row: DepartureView, lefts: list[float], y: float, now: datetime) -> None:
    theme, words = canvas.theme, canvas.words
    if row.leaves_at is None:
        canvas.line(lefts[1], y, (Run("–", 44, theme.muted),))
        return
    gone = row.leaves_at <= now
    rest = words("gone") if gone else words("in {span}", span=words.span(row.leaves_at - now))
    runs = (
        Run(words.time(row.leaves_at), 44, theme.text, Weight.BOLD, Figures.TABULAR),
        Run(rest, 34, theme.muted, gap=22),
    )
    canvas.line(lefts[1], y, runs, room=lefts[2] - lefts[1] - 16)


def _paint_bar(canvas: Canvas, row: DepartureView, bar: QRectF, *, late: bool) -> None:
    theme = canvas.theme
    whole = row.packed + row.left
    canvas.fill(bar, theme.sunken, radius=3)
    if whole and row.packed:
        done = QRectF(bar.left(), bar.top(), bar.width() * row.packed / whole, bar.height())
        canvas.fill(done, theme.warn_solid if late else theme.muted, radius=3)
        if late:
            canvas.outline(done, theme.warn, 2, radius=3)
    canvas.outline(bar, theme.line_strong, 1.5, radius=3)


def _paint_finish(canvas: Canvas, row: DepartureView, box: QRectF, left: float, *, missed: bool) -> None:
    theme, words = canvas.theme, canvas.words
    room = box.right() - left - 66 - 16
    y = box.center().y()
    if missed:
        mark, tone = Mark.DANGER, theme.danger
        text = words("{count} missed the truck", count=row.left)
    elif not row.left:
        mark, tone, text = Mark.OK, theme.text, words("done")
    elif row.finish_at is None:
        canvas.line(left, y + 14, (Run(words("no pace yet"), 36, theme.muted),), room=room + 66)
        return
    else:
        text = words.time(row.finish_at)
        mark, tone = (Mark.WARN, theme.warn) if row.too_late else (Mark.OK, theme.text)
        if row.too_late:
            text += DOT + words("{count} too late", count=row.too_late)
    canvas.mark(mark, left, y - 22, 44)
    weight = Weight.REGULAR if mark is Mark.OK else Weight.SEMIBOLD
    px = 42 if Run(text, 42, tone, weight).width <= room else 36
    canvas.line(left + 66, y + 15, (Run(text, px, tone, weight),), room=room)
