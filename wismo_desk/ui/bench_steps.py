"""The bench pages that ask for one thing: scan an item, weigh, wait for the label, load the truck."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF

from wismo_desk.domain.bench_view import BenchView, LineView
from wismo_desk.domain.commands import Command
from wismo_desk.ui.bench_canvas import (
    FOOT,
    HEAD,
    MARGIN,
    Canvas,
    Run,
    barcode_width,
    fit,
    in_groups,
    leading,
    wrap,
)
from wismo_desk.ui.bench_frame import LINES_HIGH
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.theme import Figures, Weight, font

PICTURE = 500
_GAP = 62  # between the words and the picture


@dataclass(frozen=True, slots=True)
class Exit:
    """A card that stands for a command: pressed as a whole, by key, or by its barcode."""

    box: QRectF
    command: Command


def paint_title(canvas: Canvas, icon: str, text: str) -> None:
    """The verb of the step, 56 px, with its icon."""
    theme = canvas.theme
    canvas.icon(icon, MARGIN, HEAD + 36, 64, theme.accent)
    canvas.line(MARGIN + 84, HEAD + 88, (Run(text, 56, theme.accent, Weight.BOLD),))


def _bottom(canvas: Canvas, *, lines: bool) -> float:
    """Where the middle of the page ends."""
    return canvas.height - FOOT - (LINES_HIGH + 40 if lines else 20)


def paint_packing(canvas: Canvas, view: BenchView) -> list[Exit]:
    """The next item: what it is, where it lies, what it looks like, how many."""
    words = canvas.words
    line = view.lines[view.current] if 0 <= view.current < len(view.lines) else None
    if line is None:
        return _paint_all_in(canvas, relabel=view.relabel)
    if line.need_code:
        paint_title(canvas, "scan-barcode", words("SCAN"))
    else:
        paint_title(canvas, "package-plus", words("PUT IN"))
    right = canvas.width - MARGIN - PICTURE
    room = right - _GAP - MARGIN
    bottom = _bottom(canvas, lines=True)
    note_top = bottom - 100
    facts_top = (note_top if view.note else bottom - 12) - 92
    _paint_item(canvas, line, room, facts_top)
    _paint_facts(canvas, line, facts_top, room)
    if view.note:
        _paint_note(canvas, view.note, QRectF(MARGIN, note_top, room, 88))
    side = min(PICTURE, bottom - HEAD - 36 - 112)
    canvas.picture(line.picture, QRectF(canvas.width - MARGIN - side, HEAD + 36, side, side))
    strip = QRectF(canvas.width - MARGIN - side, HEAD + 36 + side + 24, side, 88)
    if line.need_code:
        _paint_pieces(canvas, line, strip)
        return []
    return [_paint_confirm(canvas, line, strip)]


def _paint_item(canvas: Canvas, line: LineView, room: float, facts_top: float) -> None:
    """Name and variant, as large as both fit between the verb and the facts."""
    theme, top = canvas.theme, HEAD + 112.0
    high = facts_top - top - 16
    above, below = leading(line.name, 1.04), leading(line.variant, 1.1)
    for px in range(160, 71, -4):
        small = round(px * 0.8)
        name = wrap(line.name, font(px, Weight.BOLD), room)
        variant = wrap(line.variant, font(small, Weight.BOLD), room) if line.variant else []
        if len(name) * px * above + len(variant) * small * below <= high and _whole_words(
            line.name, px, room
        ):
            break
    else:
        _, name = fit(line.name, room, high - small * below, most=px, least=px, leading=above)
        _, variant = fit(line.variant, room, small * below, most=small, least=48) if variant else (0, [])
    bottom = canvas.block(MARGIN, top, name, Run("", px, theme.text, Weight.BOLD), leading=above)
    canvas.block(
        MARGIN, bottom + small * 0.04, variant, Run("", small, theme.text, Weight.BOLD), leading=below
    )


def _whole_words(text: str, px: int, room: float) -> bool:
    metrics = QFontMetricsF(font(px, Weight.BOLD))
    return all(metrics.horizontalAdvance(word) <= room for word in text.split())


def _paint_facts(canvas: Canvas, line: LineView, top: float, room: float) -> None:
    """Where it lies and what to compare; a long reference gives way, the end of the code never."""
    words = canvas.words
    facts = [
        (words("Aisle"), line.aisle),
        (words("Ref."), line.sku),
        (words("Code ends with"), line.code_end),
    ]
    runs: list[Run] = []
    for px in (48, 42, 36):
        runs = _fact_runs(canvas, facts, px)
        over = sum(run.width + run.gap for run in runs) - room
        if over <= 0:
            break
    if over > 0:
        face = font(px, Weight.SEMIBOLD)
        left = max(120.0, QFontMetricsF(face).horizontalAdvance(line.sku) - over)
        facts[1] = (facts[1][0], QFontMetricsF(face).elidedText(line.sku, Qt.TextElideMode.ElideMiddle, left))
        runs = _fact_runs(canvas, facts, px)
    canvas.line(MARGIN, top + 56, runs, room=room)


def _fact_runs(canvas: Canvas, facts: list[tuple[str, str]], px: int) -> list[Run]:
    theme = canvas.theme
    runs: list[Run] = []
    for label, value in facts:
        if value:
            runs.append(Run(label, px, theme.muted, gap=58 if runs else 0))
            runs.append(Run(value, px, theme.text, Weight.SEMIBOLD, gap=13))
    return runs


def _paint_note(canvas: Canvas, note: str, box: QRectF) -> None:
    theme = canvas.theme
    px, lines = fit(note, box.width() - 130, box.height() - 8, most=48, least=30, weight=Weight.SEMIBOLD)
    widest = max(Run(text, px, theme.info, Weight.SEMIBOLD).width for text in lines)
    band = QRectF(box.left(), box.top(), min(box.width(), widest + 130), box.height())
    canvas.fill(band, theme.info_tint, radius=8)
    if theme.edge > 1:
        canvas.outline(band, theme.info, theme.edge)
    canvas.icon("gift", band.left() + 26, band.center().y() - 24, 48, theme.info)
    top = band.center().y() - len(lines) * px * 1.06 / 2
    canvas.block(band.left() + 96, top, lines, Run("", px, theme.info, Weight.SEMIBOLD))


def _paint_pieces(canvas: Canvas, line: LineView, strip: QRectF) -> None:
    """A disc per piece that is in and a box per piece to go, as long as they fit, and the count in words."""
    theme, words = canvas.theme, canvas.words
    left = strip.left()
    to_go = line.wanted - line.done
    text = words("{count} to go", count=to_go)
    marks = line.wanted if line.wanted <= 3 else 1
    for i in range(marks):
        if marks > 1 and i < line.done:
            canvas.mark(Mark.OK, left, strip.top() + 12, 64)
        else:
            canvas.outline(QRectF(left, strip.top() + 12, 64, 64), theme.accent, 4, radius=6)
        left += 80
    run = Run(text, 72, theme.text, Weight.BOLD)
    px = 72 if run.width <= strip.right() - left - 8 else 56
    canvas.line(
        left + 8, strip.top() + 69, (Run(text, px, theme.text, Weight.BOLD),), room=strip.right() - left
    )


def _paint_confirm(canvas: Canvas, line: LineView, strip: QRectF) -> Exit:
    """An item without a code is confirmed by Enter, by the command's barcode or by touch."""
    theme, words = canvas.theme, canvas.words
    code = barcode_width(Command.OK) + 8
    canvas.barcode(Command.OK, QRectF(strip.right() - code, strip.top() - 6, code, 104))
    canvas.key(words("Enter"), strip.left(), strip.top() + 14, theme.text, theme.line_strong, px=36)
    if line.wanted - line.done > 1:
        canvas.line(
            strip.left(),
            strip.top() + 110,
            (Run(f"× {line.wanted - line.done}", 30, theme.text, Weight.BOLD),),
        )
    return Exit(strip.adjusted(-8, -8, 8, 12), Command.OK)


def _paint_all_in(canvas: Canvas, *, relabel: bool) -> list[Exit]:
    """Every piece is in, and the bench has not said what is next: Enter closes the parcel. `relabel`: it is
    closed, and its label was voided."""
    theme, words = canvas.theme, canvas.words
    room = canvas.width - 2 * MARGIN
    if relabel:
        paint_title(canvas, "package-check", words("LABEL VOIDED"))
        _paint_steps(canvas, words("Scan the order again, for a new label"), room, 340)
    else:
        paint_title(canvas, "package-check", words("ALL IN"))
        _paint_steps(canvas, words("Close the carton, then press Enter"), room, 340)
    strip = QRectF(MARGIN, _bottom(canvas, lines=True) - 130, 500, 104)
    canvas.key(words("Enter"), strip.left(), strip.top() + 20, theme.text, theme.line_strong, px=36)
    code = barcode_width(Command.OK) + 8
    canvas.barcode(Command.OK, QRectF(strip.right() - code, strip.top(), code, 104))
    return [Exit(strip, Command.OK)]


def _paint_steps(canvas: Canvas, text: str, room: float, high: float, *, most: int = 128) -> float:
    # A comma is where a person would break it; the words are the same in either language.
    px, lines = fit(text.replace(", ", ",\n"), room, high, most=most, least=72, leading=1.08)
    run = Run("", px, canvas.theme.text, Weight.BOLD)
    return canvas.block(MARGIN, HEAD + 124, lines, run, leading=1.08)


def paint_buying(canvas: Canvas) -> list[Exit]:
    """The carrier has been asked. Nothing to wait for: the next order may be scanned."""
    theme, words = canvas.theme, canvas.words
    paint_title(canvas, "refresh-cw", words("LABEL ASKED FOR"))
    room = canvas.width - 2 * MARGIN
    bottom = _paint_steps(canvas, words("Close the carton, the label is on its way"), room, 300)
    canvas.line(
        MARGIN,
        bottom + 70,
        (Run(words("You may scan the next order meanwhile."), 44, theme.muted),),
        room=room,
    )
    return []


def paint_weighing(canvas: Canvas, view: BenchView, digits: str) -> list[Exit]:
    """The weight in grams, typed; Enter alone takes the calculated one where there is one."""
    theme, words = canvas.theme, canvas.words
    paint_title(canvas, "scale", words("WEIGH"))
    bottom = _paint_steps(canvas, words("Type the weight in grams"), canvas.width - 2 * MARGIN, 150)
    field = QRectF(MARGIN, bottom + 30, 860, 250)
    canvas.fill(field, theme.surface, radius=8)
    canvas.outline(field, theme.accent, 4)
    shown = words.number(int(digits)) if digits else "0"
    tone = theme.text if digits else theme.line_strong
    unit = Run(words("g"), 96, theme.muted, Weight.SEMIBOLD)
    end = field.right() - 40 - unit.width
    canvas.line(end, field.bottom() - 66, (unit,))
    canvas.line_right(end - 24, field.bottom() - 66, (Run(shown, 200, tone, Weight.BOLD),))
    left = field.right() + 64
    x = canvas.key(words("Enter"), left, field.top() + 4, theme.text, theme.line_strong, px=36)
    said = words("confirms") if digits or view.weight_g is None else words("takes the calculated weight")
    canvas.line(x + 24, field.top() + 46, (Run(said, 44, theme.text),), room=canvas.width - MARGIN - x - 24)
    if view.weight_g is not None:
        canvas.line(
            left,
            field.top() + 112,
            (
                Run(words("calculated"), 44, theme.muted),
                Run(words.kilos(view.weight_g), 44, theme.text, Weight.SEMIBOLD, gap=16),
            ),
        )
    code = barcode_width(Command.OK) + 8
    card = QRectF(left, field.bottom() - 104, code, 104)
    canvas.barcode(Command.OK, card)
    return [Exit(QRectF(left, field.top(), 500, 70), Command.OK), Exit(card, Command.OK)]


def paint_manifest(canvas: Canvas, view: BenchView) -> list[Exit]:
    """Parcels scanned onto the truck's list: how many of how many, nothing else."""
    theme, words = canvas.theme, canvas.words
    canvas.fill(QRectF(0, 0, canvas.width, HEAD), theme.surface)
    canvas.rule(0, HEAD, canvas.width, HEAD)
    carrier = Run(view.manifest_carrier, 44, theme.text, Weight.BOLD, gap=26)
    room = canvas.width - 2 * MARGIN
    canvas.line(MARGIN, 65, (Run(words("Manifest"), 36, theme.muted), carrier), room=room)
    if 0 < view.manifest_expected <= view.manifest_scanned:
        canvas.mark(Mark.OK, MARGIN, HEAD + 36, 64)
        run = Run(words("ALL PARCELS ARE HERE"), 56, theme.ok, Weight.BOLD)
        canvas.line(MARGIN + 84, HEAD + 88, (run,))
    else:
        asked = words("NOT SEEN YET: {count}", count=view.manifest_expected - view.manifest_scanned)
        paint_title(canvas, "scan-barcode", asked if view.forgotten else words("SCAN THE PARCELS THAT LEAVE"))
    card = QRectF(MARGIN, canvas.height - FOOT - 20 - 140, 1060, 140)
    if view.forgotten:
        list_top = HEAD + 124
        _paint_forgotten(canvas, view, QRectF(MARGIN, list_top, room, card.top() - 28 - list_top))
        title, text = words("They stay here"), words("Closes without them; the manifest names them.")
    else:
        _paint_loaded(canvas, view, QRectF(MARGIN, HEAD + 470, room, 44))
        title, text = words("The truck is loaded"), words("Closes the manifest.")
    return [paint_exit_strip(canvas, card, Command.MANIFEST, title, text, "B")]


def _paint_forgotten(canvas: Canvas, view: BenchView, box: QRectF) -> None:
    """Who is not in the truck: order, recipient, number; as many as fit, and where the others are named."""
    theme, words = canvas.theme, canvas.words
    high, count = 72.0, len(view.forgotten)
    fits = int(box.height() / high)
    shown = view.forgotten if count <= fits else view.forgotten[: fits - 1]
    number_left, who_left = box.right() - 560, box.left() + 330
    for i, one in enumerate(shown):
        y = box.top() + i * high
        canvas.rule(box.left(), y, box.right(), y)
        order = Run(one.order_number, 44, theme.text, Weight.BOLD)
        canvas.line(box.left(), y + 50, (order,), room=who_left - box.left() - 24)
        canvas.line(who_left, y + 50, (Run(one.recipient, 40, theme.text),), room=number_left - who_left - 24)
        number = Run(in_groups(one.tracking_number), 36, theme.muted, Weight.SEMIBOLD, Figures.CODE)
        canvas.line(number_left, y + 49, (number,), room=box.right() - number_left)
    if len(shown) < count:
        more = words("and {count} more, all of them on the page Manifest", count=count - len(shown))
        canvas.line(box.left(), box.top() + len(shown) * high + 50, (Run(more, 36, theme.muted),))


def _paint_loaded(canvas: Canvas, view: BenchView, bar: QRectF) -> None:
    theme, words = canvas.theme, canvas.words
    whole = Run(words("of {count}", count=view.manifest_expected), 128, theme.muted, Weight.SEMIBOLD, gap=44)
    canvas.line(
        MARGIN - 10, HEAD + 390, (Run(str(view.manifest_scanned), 320, theme.text, Weight.BOLD), whole)
    )
    share = min(1.0, view.manifest_scanned / view.manifest_expected) if view.manifest_expected else 0.0
    canvas.fill(bar, theme.sunken, radius=4)
    canvas.fill(QRectF(bar.left(), bar.top(), bar.width() * share, bar.height()), theme.ok, radius=4)
    canvas.outline(bar, theme.line_strong, 2, radius=4)
    missing = view.manifest_expected - view.manifest_scanned
    if missing > 0:
        run = Run(words("{count} not seen yet", count=missing), 48, theme.text, Weight.SEMIBOLD)
        canvas.line(MARGIN, bar.bottom() + 80, (run,))


def paint_exit_strip(canvas: Canvas, box: QRectF, command: Command, title: str, text: str, key: str) -> Exit:
    """A quiet way out at the foot of a page: question, answer, key cap, barcode."""
    theme = canvas.theme
    canvas.fill(box, theme.surface, radius=8)
    canvas.outline(box, theme.line, 1.5 * theme.edge)
    code = barcode_width(command, 2) + 16
    room = box.width() - code - 84
    middle = box.center().y()
    canvas.line(box.left() + 28, middle - 10, (Run(title, 38, theme.text, Weight.SEMIBOLD),), room=room)
    end = canvas.line(box.left() + 28, middle + 38, (Run(text, 32, theme.muted),), room=room - 70)
    canvas.key(key, end + 14, middle + 8, theme.text, theme.line_strong, px=24)
    canvas.barcode(command, QRectF(box.right() - code - 28, box.top() + 6, code, box.height() - 12), module=2)
    return Exit(box, command)
