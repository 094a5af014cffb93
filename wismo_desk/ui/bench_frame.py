"""What stays in place on every bench page: the head, the foot, the cards of the order's lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF

from wismo_desk.domain.bench_view import BenchMode, BenchView, LineView
from wismo_desk.domain.printer import PrinterState
from wismo_desk.ui.bench_canvas import DOT, FOOT, HEAD, MARGIN, Canvas, Run
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.parts import CENTRE
from wismo_desk.ui.theme import Weight, font

LINES_HIGH = 120
CARDS = 5  # on one row; a longer order turns pages, so that cards do not slide between scans
_PIPS = 12
_PRINTER_WORDS = {
    PrinterState.READY: "ready",
    PrinterState.PAPER_OUT: "paper out",
    PrinterState.HEAD_OPEN: "head open",
    PrinterState.PAUSED: "paused",
    PrinterState.RIBBON_OUT: "ribbon out",
    PrinterState.NOT_ANSWERING: "does not answer",
    PrinterState.OFFLINE: "offline",
    PrinterState.UNKNOWN: "state unknown",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """What the foot says of the bench's machines. `weight_g` is the scale's reading, None without a scale."""

    printer: str = ""
    printer_state: PrinterState | None = None
    weight_g: int | None = None
    stable: bool = False


def paint_head(canvas: Canvas, view: BenchView, now: datetime) -> None:
    """Which order, how far, with which carrier, and how long until its truck."""
    theme, words = canvas.theme, canvas.words
    canvas.fill(QRectF(0, 0, canvas.width, HEAD), theme.surface)
    canvas.rule(0, HEAD, canvas.width, HEAD)
    number = (
        Run(words("Order"), 36, theme.muted),
        Run(view.order_number, 44, theme.text, Weight.BOLD, gap=26),
    )
    count = [
        Run(
            words("{done} of {wanted}", done=view.pieces_done, wanted=view.pieces_wanted)
            if view.pieces_wanted
            else "",
            36,
            theme.text,
            Weight.SEMIBOLD,
        )
    ]
    if view.parcel_no > 1:
        count.append(Run(words("parcel {no}", no=view.parcel_no), 36, theme.info, Weight.SEMIBOLD, gap=26))
    needed = MARGIN + sum(run.width + run.gap for run in (*number, *count)) + 52
    pips = _pips_width(view)
    if needed + pips + _truck_width(canvas, view, now) > canvas.width - MARGIN - 40:
        pips = 0  # the count says the same in less room
    right = _paint_truck(canvas, view, now, needed + pips + 40)
    whole = sum(run.width + run.gap for run in number) + 2  # the number is never cut: people compare it
    x = canvas.line(MARGIN, 65, number, room=max(whole, right - MARGIN - pips - 240))
    if pips:
        x = _paint_pips(canvas, view, x + 26)
    canvas.line(x + 26, 64, count, room=right - x - 50)


def _truck_width(canvas: Canvas, view: BenchView, now: datetime) -> float:
    times = sum(run.width + run.gap for run in _departure(canvas, view, now))
    carrier = Run(view.carrier, 36, canvas.theme.text).width  # the service gives way before the pips do
    return times + (52 if times else 0) + (carrier + 70 if carrier else 0)


def _pips_width(view: BenchView) -> float:
    wanted = view.pieces_wanted
    if wanted > _PIPS:
        return 200
    return wanted * ((44 if wanted <= 6 else 30) + 8) - 8 if wanted else 0


def _paint_pips(canvas: Canvas, view: BenchView, x: float) -> float:
    theme, wanted, done = canvas.theme, view.pieces_wanted, view.pieces_done
    if not wanted:
        return x - 26
    if wanted > _PIPS:
        box = QRectF(x, 42, _pips_width(view), 20)
        canvas.fill(box, theme.sunken, radius=3)
        canvas.fill(QRectF(x, 42, box.width() * min(1.0, done / wanted), 20), theme.ok, radius=3)
        canvas.outline(box, theme.line_strong, 2, radius=3)
        return box.right()
    wide = 44 if wanted <= 6 else 30
    for i in range(wanted):
        box = QRectF(x, 42, wide, 20)
        if i < done:
            canvas.fill(box, theme.ok, radius=3)
        else:
            here = i == done
            canvas.outline(box, theme.accent if here else theme.line_strong, 4 if here else 2, radius=3)
        x += wide + 8
    return x - 8


def _departure(canvas: Canvas, view: BenchView, now: datetime) -> list[Run]:
    theme, words = canvas.theme, canvas.words
    if view.leaves_at is None:
        return []
    gone = view.leaves_at <= now
    rest = words("gone") if gone else words("in {span}", span=words.span(view.leaves_at - now))
    tone, weight = (theme.danger, Weight.SEMIBOLD) if gone else (theme.muted, Weight.REGULAR)
    return [
        Run(words("leaves"), 36, theme.text),
        Run(words.time(view.leaves_at), 36, theme.text, Weight.SEMIBOLD, gap=10),
        Run(rest, 36, tone, weight, gap=26),
    ]


def _paint_truck(canvas: Canvas, view: BenchView, now: datetime, least: float) -> float:
    """The right side of the head, never left of `least`; where it begins."""
    theme = canvas.theme
    left = canvas.width - MARGIN
    if departure := _departure(canvas, view, now):
        left = canvas.line_right(left, 64, departure)
        canvas.rule(left - 26, 28, left - 26, HEAD - 28)
        left -= 52
    room = left - least - 70
    names = (" ".join(filter(None, (view.carrier, view.service))), view.carrier)
    runs = [Run(name, 36, theme.text) for name in names if name]
    fits = next((run for run in runs if run.width <= room), runs[-1] if runs else None)
    if fits is not None and room > 80:
        wide = min(fits.width, room)
        canvas.line(left - wide, 64, (fits,), room=wide + 2)
        left -= wide + 70
        canvas.icon("truck", left, 32, 40, theme.text)
    return left


def paint_foot(canvas: Canvas, view: BenchView, equipment: Equipment) -> None:
    """Weight, carton, printer, last order; or, when there is one, what the bench has to say."""
    theme = canvas.theme
    top = canvas.height - FOOT
    canvas.fill(QRectF(0, top, canvas.width, FOOT), theme.surface)
    canvas.rule(0, top, canvas.width, top)
    if view.notice:
        _paint_notice(canvas, view, top)
        return
    cells = (
        _weight_cell(canvas, view, equipment),
        _carton_cell(canvas, view),
        _printer_cell(canvas, equipment),
        _last_cell(canvas, view),
    )
    lefts = [MARGIN + (canvas.width - 2 * MARGIN) * share for share in (0, 0.262, 0.503, 0.78)]
    for i, (icon, runs) in enumerate(cells):
        left = lefts[i]
        end = lefts[i + 1] - 36 if i < 3 else canvas.width - MARGIN
        if i:
            canvas.rule(left - 36, top + 22, left - 36, top + FOOT - 22)
        canvas.icon(icon, left, top + 28, 36, theme.text)
        canvas.line(left + 52, top + 57, runs, room=end - left - 52)


def _paint_notice(canvas: Canvas, view: BenchView, top: float) -> None:
    theme = canvas.theme
    mark = Mark.WARN if view.warned else Mark.INFO
    canvas.fill(QRectF(0, top + 1, canvas.width, FOOT), theme.warn_tint if view.warned else theme.info_tint)
    canvas.mark(mark, MARGIN, top + 24, 44)
    said = canvas.words(view.notice, **dict(view.notice_values))
    run = Run(said, 36, theme.colour(mark), Weight.SEMIBOLD)
    canvas.text_in(QRectF(MARGIN + 66, top, canvas.width - 2 * MARGIN - 66, FOOT), run)


Cell = tuple[str, list[Run]]


def _weight_cell(canvas: Canvas, view: BenchView, equipment: Equipment) -> Cell:
    theme, words = canvas.theme, canvas.words
    grams = view.weight_g if view.weight_locked or equipment.weight_g is None else equipment.weight_g
    if grams is None:
        return "scale", [Run(words("no weight"), 32, theme.muted)]
    runs = [Run(words.kilos(grams), 32, theme.text, Weight.BOLD)]
    if view.weight_locked:
        return "lock", [*runs, Run(words("locked"), 32, theme.text, gap=10)]
    if equipment.weight_g is None:
        return "scale", [*runs, Run(words("calculated"), 32, theme.muted, gap=10)]
    if not grams:
        return "scale", [*runs, Run(words("empty"), 32, theme.ok, gap=10)]
    word = words("stable") if equipment.stable else words("moving")
    tone = theme.ok if equipment.stable else theme.warn
    return "scale", [*runs, Run(word, 32, tone, gap=10)]


def _carton_cell(canvas: Canvas, view: BenchView) -> Cell:
    theme, words = canvas.theme, canvas.words
    if view.mode is BenchMode.IDLE and view.paused:
        more = f" +{len(view.paused) - 1}" if len(view.paused) > 1 else ""
        numbers = view.paused[0] + more
        return "pause", [
            Run(words("paused"), 32, theme.muted),
            Run(numbers, 32, theme.text, Weight.BOLD, gap=10),
        ]
    chosen = Run(view.carton or words("to choose"), 32, theme.text, Weight.BOLD, gap=10)
    return "box", [Run(words("carton"), 32, theme.muted), chosen]


def _printer_cell(canvas: Canvas, equipment: Equipment) -> Cell:
    theme, words = canvas.theme, canvas.words
    if not equipment.printer:
        return "printer", [Run(words("no printer"), 32, theme.muted)]
    runs = [Run(equipment.printer, 32, theme.text, Weight.BOLD)]
    if equipment.printer_state is not None:
        ready = equipment.printer_state is PrinterState.READY
        word = words(_PRINTER_WORDS[equipment.printer_state])
        weight = Weight.REGULAR if ready else Weight.SEMIBOLD
        runs.append(Run(word, 32, theme.ok if ready else theme.danger, weight, gap=10))
    return "printer", runs


def _last_cell(canvas: Canvas, view: BenchView) -> Cell:
    theme, words = canvas.theme, canvas.words
    if view.buying and view.buying != view.order_number:
        return "refresh-cw", [
            Run(view.buying, 32, theme.text, Weight.BOLD),
            Run(words("on its way"), 32, theme.accent, gap=10),
        ]
    if not view.last_order:
        return "history", [Run(words("no order yet"), 32, theme.muted)]
    runs = [
        Run(words("last"), 32, theme.muted),
        Run(view.last_order, 32, theme.text, Weight.BOLD, gap=10),
    ]
    if view.last_closed:
        runs.append(Run(words("checked"), 32, theme.ok, gap=10))
    return "history", runs


def paint_lines(canvas: Canvas, view: BenchView) -> None:
    """The order's lines as cards, the current one framed; past five a page of them, and how many more."""
    lines = view.lines
    if not lines:
        return
    top = canvas.height - FOOT - 20 - LINES_HIGH
    current = view.current if view.current >= 0 else len(lines) - 1
    first = current // CARDS * CARDS if len(lines) > CARDS else 0
    shown = lines[first : first + CARDS]
    left, right = float(MARGIN), canvas.width - MARGIN
    if first:
        _paint_more(canvas, QRectF(left, top, 92, LINES_HIGH), lines[:first])
        left += 108
    if first + CARDS < len(lines):
        right -= 108
        _paint_more(canvas, QRectF(right + 16, top, 92, LINES_HIGH), lines[first + CARDS :])
    wide = (right - left - 16 * (CARDS - 1)) / CARDS
    for i, line in enumerate(shown):
        box = QRectF(left + i * (wide + 16), top, wide, LINES_HIGH)
        _paint_card(canvas, line, box, current=first + i == view.current)


def _paint_more(canvas: Canvas, box: QRectF, lines: tuple[LineView, ...]) -> None:
    """A column that stands for the cards not shown: done, or how many are still open."""
    theme = canvas.theme
    open_lines = sum(not line.complete for line in lines)
    canvas.fill(box, theme.surface if open_lines else theme.ok_tint, radius=8)
    canvas.outline(box, theme.line, 1.5)
    if open_lines:
        canvas.text_in(box, Run(f"+{open_lines}", 36, theme.text, Weight.SEMIBOLD), align=CENTRE)
    else:
        centre = box.center()
        canvas.mark(Mark.OK, centre.x() - 22, centre.y() - 22, 44)


def _paint_card(canvas: Canvas, line: LineView, box: QRectF, *, current: bool) -> None:
    theme = canvas.theme
    canvas.fill(box, theme.ok_tint if line.complete else theme.surface, radius=8)
    if current:
        canvas.outline(box, theme.accent, 4)
    elif not line.complete or theme.edge > 1:
        canvas.outline(box, theme.line, 1.5 * theme.edge)
    middle = box.center().y()
    if line.complete:
        canvas.mark(Mark.OK, box.left() + 20, middle - 24, 48)
    else:
        edge = theme.accent if current else theme.line_strong
        square = QRectF(box.left() + 20, middle - 24, 48, 48)
        canvas.outline(square, edge, 4 if current else 2.5, radius=6)
    left, room = box.left() + 88, box.width() - 88 - 20
    weight = Weight.MEDIUM if line.complete else Weight.SEMIBOLD
    name = Run(middle_cut(line, room, weight), 32, theme.text, weight)
    canvas.line(left, middle - 10, (name,), room=room + 4)
    canvas.line(left, middle + 34, _count(canvas, line, room, current=current), room=room)


def middle_cut(line: LineView, room: float, weight: Weight) -> str:
    """Name and variant in one line; the middle gives way, since the end tells one size from another."""
    metrics = QFontMetricsF(font(32, weight))
    whole = DOT.join(filter(None, (line.name, line.variant)))
    if metrics.horizontalAdvance(whole) <= room or not line.variant:
        return metrics.elidedText(whole, Qt.TextElideMode.ElideRight, room)
    end = " ".join(line.variant.split()[-2:])
    left = room - metrics.horizontalAdvance(" " + end)
    if left < room * 0.3:
        return metrics.elidedText(whole, Qt.TextElideMode.ElideMiddle, room)
    return f"{metrics.elidedText(line.name + '…', Qt.TextElideMode.ElideRight, left)} {end}"


def _count(canvas: Canvas, line: LineView, room: float, *, current: bool) -> list[Run]:
    theme, words = canvas.theme, canvas.words
    tone = theme.ok if line.complete else theme.accent if current else theme.muted
    weight = Weight.SEMIBOLD if line.complete or current else Weight.REGULAR
    text = words("{done} of {wanted}", done=line.done, wanted=line.wanted)
    if not line.complete and not line.need_code:
        text = words("to put in")
    elif current and line.wanted > 1:
        longer = text + DOT + words("{count} to go", count=line.wanted - line.done)
        if Run(longer, 30, tone, weight).width <= room:
            text = longer
    return [Run(text, 30, tone, weight)]
