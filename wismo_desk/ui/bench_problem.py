"""The page that holds the bench: what is wrong, what was expected and scanned, and the ways out.

It stays until a key, a code or a finger acknowledges it; no flash, no timer (mockups/NOTES.md, 02).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFontMetricsF

from wismo_desk.domain.bench_view import BenchView, LineView, Problem, ProblemView
from wismo_desk.domain.commands import Command
from wismo_desk.ui.bench_canvas import Canvas, Run, barcode_width, fit, leading
from wismo_desk.ui.bench_steps import Exit
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.theme import Figures, Weight, font

EDGE: Final = 64


@dataclass(frozen=True, slots=True)
class Case:
    """The words of one problem: title, and what the OK way out is called and means. Catalogue keys."""

    title: str
    ok: str
    then: str
    warn: bool = False  # a question or a wait, not a fault: the triangle, on amber


CASES: Final = {
    Problem.WRONG_ITEM: Case("WRONG ITEM", "I put it back", "Put it back, then scan the right one."),
    Problem.TOO_MANY: Case("ONE TOO MANY", "I take it out", "Put the extra piece back on its shelf."),
    Problem.UNKNOWN_CODE: Case("UNKNOWN CODE", "I scan again", "Look for the product's own barcode."),
    Problem.WRONG_LABEL: Case("WRONG LABEL", "I take it off", "Stick the right label, then scan it."),
    Problem.OTHER_TRUCK: Case(
        "NOT FOR THIS TRUCK", "I set it apart", "It stays out of this manifest.", warn=True
    ),
    Problem.UNKNOWN_PARCEL: Case("UNKNOWN PARCEL", "I scan again", "Look for the carrier's own barcode."),
    Problem.ORDER_UNKNOWN: Case("UNKNOWN ORDER", "Understood", "Scan another pick slip."),
    Problem.ORDER_TWICE: Case(
        "TWO ORDERS, ONE NUMBER", "I choose one", "Type / and the code of the right one.", warn=True
    ),
    Problem.ORDER_DONE: Case("ORDER CLOSED", "Understood", "Scan another pick slip."),
    Problem.ORDER_ELSEWHERE: Case("AT ANOTHER BENCH", "Understood", "Scan another pick slip.", warn=True),
    Problem.FINISH_FIRST: Case("FINISH FIRST", "I finish it", "Goes back to the order in hand.", warn=True),
    Problem.SHORT: Case("PIECES MISSING", "I look again", "Goes back to the order.", warn=True),
    Problem.LABEL_REFUSED: Case(
        "LABEL REFUSED", "Set it aside", "The carton waits; the next order may come."
    ),
    Problem.REFUSED: Case("NOT POSSIBLE", "Understood", "Nothing was changed.", warn=True),
    Problem.CARRIER_AWAY: Case("CARRIER AWAY", "Later", "The carton waits, nothing was bought.", warn=True),
    Problem.IN_DOUBT: Case("OUTCOME UNKNOWN", "Understood", "If a label came out, scan it.", warn=True),
    Problem.PRINTER: Case("PRINTER STOPPED", "Later", "The label waits, nothing is lost."),
    Problem.STORAGE: Case("NOT SAVED", "Understood", "This scan was not taken in. Call for help."),
    Problem.NOT_OPEN: Case("DESK NOT OPEN", "Close the desk", "No scan is taken in. Call for help."),
}


@dataclass(frozen=True, slots=True)
class Way:
    """One way out as it is painted."""

    command: Command
    key: str
    title: str
    text: str


def ways_out(problem: ProblemView) -> list[Way]:
    """OK first; then to try again, then to finish without it, where the flow allows them."""
    case = CASES[problem.kind]
    ways = [Way(Command.OK, "Enter", case.ok, case.then)]
    if problem.can_retry:
        printed = problem.kind in (Problem.PRINTER, Problem.IN_DOUBT)
        title = "Print again" if printed else "Ask again"
        ways.append(Way(Command.REPRINT, "P", title, "Same number, nothing is bought again."))
    if problem.can_finish_partial:
        title = "Ship the rest" if problem.kind is Problem.SHORT else "I do not have it"
        ways.append(Way(Command.PARTIAL, "F", title, "The rest leaves, what is missing is noted."))
    return ways


def difference(expected: str, scanned: str) -> tuple[tuple[str, str, str], tuple[str, str, str]]:
    """Each text as (before, what differs, after), in whole words; what differs is "" for equal texts."""
    left, right = expected.split(), scanned.split()
    head = _shared(left, right)
    tail = _shared(left[head:][::-1], right[head:][::-1])

    def cut(words: list[str]) -> tuple[str, str, str]:
        end = len(words) - tail
        return " ".join(words[:head]), " ".join(words[head:end]), " ".join(words[end:])

    return cut(left), cut(right)


def _shared(left: list[str], right: list[str]) -> int:
    """How many leading words are the same."""
    pairs = enumerate(zip(left, right, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(left), len(right)))


@dataclass(frozen=True, slots=True)
class Page:
    """Colours of a solid page."""

    ground: QColor
    words: QColor


def paint_problem(canvas: Canvas, view: BenchView, problem: ProblemView) -> list[Exit]:
    theme, words = canvas.theme, canvas.words
    case = CASES[problem.kind]
    page = Page(theme.warn_solid, theme.on_warn) if case.warn else Page(theme.danger_solid, theme.on_danger)
    canvas.fill(QRectF(0, 0, canvas.width, canvas.height), page.ground)
    mark = Mark.WARN if case.warn else Mark.DANGER
    canvas.mark(mark, EDGE, 44, 160, shape=page.words, glyph=page.ground)
    room = canvas.width - EDGE - 264
    px, _ = fit(words(case.title), room, 170, most=160, least=72)
    canvas.line(264, 124 + px * 0.36, (Run(words(case.title), px, page.words, Weight.BOLD),), room=room)
    foot = canvas.height - 92
    exits_high = 316.0
    cards = QRectF(EDGE, 240, canvas.width - 2 * EDGE, foot - 20 - exits_high - 32 - 240)
    _paint_what(canvas, problem, cards)
    exits_top = cards.bottom() + 32
    _paint_foot(canvas, view, problem, page, foot)
    ways = ways_out(problem)
    gap = 32
    wide = (cards.width() - gap * (len(ways) - 1)) / max(2, len(ways))
    return [
        _paint_way(canvas, way, QRectF(EDGE + i * (wide + gap), exits_top, wide, exits_high), page)
        for i, way in enumerate(ways)
    ]


def _paint_what(canvas: Canvas, problem: ProblemView, box: QRectF) -> None:
    """Two cards side by side where something was expected, else one with the sentence."""
    said = canvas.words(problem.sentence, **dict(problem.values))
    expected, scanned = problem.expected, problem.scanned
    compare = problem.kind in (Problem.WRONG_ITEM, Problem.WRONG_LABEL, Problem.UNKNOWN_CODE)
    if expected is None or not compare:
        subject = scanned or expected
        _paint_sentence(canvas, said, problem.raw, subject, box)
        return
    half = (box.width() - 32) / 2
    left = QRectF(box.left(), box.top(), half, box.height())
    right = QRectF(box.right() - half, box.top(), half, box.height())
    theme, words = canvas.theme, canvas.words
    if scanned is None:
        _paint_product(canvas, words("Expected"), expected, None, left, theme.ok, theme.ok_tint)
        _paint_code(canvas, said, problem.raw, right)
        return
    _paint_product(canvas, words("Expected"), expected, scanned, left, theme.ok, theme.ok_tint)
    _paint_product(canvas, words("Scanned"), scanned, expected, right, theme.on_danger, theme.danger_solid)


def _paint_card(canvas: Canvas, box: QRectF) -> None:
    canvas.fill(box, canvas.theme.surface, radius=8)
    if canvas.theme.edge > 1:
        canvas.outline(box, canvas.theme.line, canvas.theme.edge)


def _paint_product(
    canvas: Canvas,
    title: str,
    line: LineView,
    other: LineView | None,
    box: QRectF,
    ink: QColor,
    tint: QColor,
) -> None:
    """Picture, name, variant; only the words that differ from `other` are boxed."""
    theme, words = canvas.theme, canvas.words
    _paint_card(canvas, box)
    side = min(284.0, box.height() - 72)
    canvas.picture(line.picture, QRectF(box.left() + 28, box.top() + 36, side, side))
    left = box.left() + 28 + side + 34
    room = box.right() - 28 - left
    canvas.line(left, box.top() + 80, (Run(title, 40, theme.muted, Weight.SEMIBOLD),), room=room)
    names_differ = other is not None and other.name.split() != line.name.split()
    plain = Weight.MEDIUM if line.variant and not names_differ else Weight.BOLD
    y = box.top() + 96
    end = box.bottom() - 76
    name_high = (end - y) * (0.52 if line.variant else 1)
    y = _paint_boxed(
        canvas,
        line.name,
        other.name if other else line.name,
        QRectF(left, y, room, name_high),
        plain,
        ink,
        tint,
    )
    if line.variant or (other is not None and other.variant):
        rest = QRectF(left, y, room, max(60.0, end - y))
        _paint_boxed(
            canvas, line.variant, other.variant if other else line.variant, rest, Weight.BOLD, ink, tint
        )
    runs = [Run(words("Ref."), 30, theme.muted), Run(line.sku, 30, theme.text, Weight.SEMIBOLD, gap=10)]
    if line.code_end:
        runs.append(Run("…" + line.code_end, 30, theme.muted, Weight.SEMIBOLD, Figures.CODE, gap=20))
    canvas.line(left, box.bottom() - 36, runs, room=room)


def _paint_boxed(
    canvas: Canvas, text: str, other: str, box: QRectF, weight: Weight, ink: QColor, tint: QColor
) -> float:
    """Write `text` into the box, the words that differ from `other` on `tint`; the bottom of it."""
    theme = canvas.theme
    (before, differs, after), _ = difference(text, other)
    if not before and not after:
        differs = ""  # nothing in common: a box around everything would say nothing
    step = leading(text, 1.24)
    # Both cards in one size: what differs must be the words, not how large they are.
    px = min(
        fit(each, box.width() - 40, box.height(), most=76, least=32, weight=weight, leading=step)[0]
        for each in (text, other)
        if each
    )
    _, lines = fit(text, box.width() - 40, box.height(), most=px, least=px, weight=weight, leading=step)
    face = font(px, weight)
    y = box.top()
    space = QFontMetricsF(face).horizontalAdvance(" ")
    first, last = len(before.split()), len(before.split()) + len(differs.split())
    index = 0
    for line in lines:
        x, pieces = box.left(), line.split()
        inside = [word for i, word in enumerate(pieces) if first <= index + i < last]
        lead = [word for i, word in enumerate(pieces) if index + i < first]
        trail = [word for i, word in enumerate(pieces) if index + i >= last]
        index += len(pieces)
        baseline = y + px * 1.0
        if lead:
            x = canvas.line(x, baseline, (Run(" ".join(lead), px, theme.text, weight),)) + space
        if inside:
            run = Run(" ".join(inside), px, ink, Weight.BOLD)
            pad = px * 0.2
            canvas.fill(QRectF(x, y + px * 0.02, run.width + 2 * pad, px * 1.2), tint, radius=6)
            if theme.edge > 1:
                canvas.outline(QRectF(x, y + px * 0.02, run.width + 2 * pad, px * 1.2), theme.text, 3)
            x = canvas.line(x + pad, baseline, (run,)) + pad + space
        if trail:
            canvas.line(x, baseline, (Run(" ".join(trail), px, theme.text, weight),))
        y += px * step
    return y


def _paint_code(canvas: Canvas, said: str, raw: str, box: QRectF) -> None:
    """What was scanned and is nothing we know: the sentence and the code itself."""
    theme, words = canvas.theme, canvas.words
    _paint_card(canvas, box)
    left, room = box.left() + 44, box.width() - 88
    canvas.line(left, box.top() + 84, (Run(words("Scanned"), 40, theme.muted, Weight.SEMIBOLD),), room=room)
    px, lines = fit(
        raw or said, room, 150, most=76, least=40, weight=Weight.BOLD, figures=Figures.CODE, leading=1.2
    )
    run = Run("", px, theme.text, Weight.BOLD, Figures.CODE)
    y = canvas.block(left, box.top() + 110, lines, run, leading=1.2)
    if raw:
        px, lines = fit(
            said, room, box.bottom() - y - 40, most=40, least=30, weight=Weight.REGULAR, leading=1.25
        )
        canvas.block(left, y + 14, lines, Run("", px, theme.text), leading=1.25)


def _paint_sentence(canvas: Canvas, said: str, raw: str, subject: LineView | None, box: QRectF) -> None:
    """What happened and what to do, with the foreign code in small and the item it is about."""
    theme = canvas.theme
    _paint_card(canvas, box)
    left = box.left() + 44
    if subject is not None:
        side = min(284.0, box.height() - 72)
        canvas.picture(subject.picture, QRectF(box.left() + 28, box.top() + 36, side, side))
        left = box.left() + 28 + side + 44
    room = box.right() - 44 - left
    high = box.height() - 72 - (60 if raw else 0)
    px, lines = fit(said, room, high, most=72, least=34, weight=Weight.SEMIBOLD, leading=1.22)
    top = box.top() + 36 + max(0.0, (high - len(lines) * px * 1.22) / 2)
    canvas.block(left, top, lines, Run("", px, theme.text, Weight.SEMIBOLD), leading=1.22)
    if raw:
        run = Run(raw, 32, theme.muted, Weight.MEDIUM, Figures.CODE)
        canvas.text_in(QRectF(left, box.bottom() - 84, room, 52), run)


def _paint_way(canvas: Canvas, way: Way, box: QRectF, page: Page) -> Exit:
    words = canvas.words
    canvas.outline(box, page.words, 3)
    code = barcode_width(way.command) + 12
    code = min(code, box.width() * 0.52)
    field = QRectF(box.right() - code - 30, box.top() + 46, code, box.height() - 92)
    canvas.barcode(way.command, field)
    left, room = box.left() + 32, field.left() - box.left() - 56
    px, title = fit(words(way.title), room, 100, most=64, least=44, leading=1.08)
    y = canvas.block(left, box.top() + 36, title, Run("", px, page.words, Weight.BOLD), leading=1.08)
    px, text = fit(
        words(way.text),
        room,
        box.bottom() - 84 - y - 12,
        most=38,
        least=30,
        weight=Weight.REGULAR,
        leading=1.22,
    )
    canvas.block(left, y + 10, text, Run("", px, page.words), leading=1.22)
    canvas.key(words(way.key), left, box.bottom() - 78, page.words, page.words, px=30)
    return Exit(box, way.command)


def _paint_foot(canvas: Canvas, view: BenchView, problem: ProblemView, page: Page, top: float) -> None:
    words = canvas.words
    baseline = top + 58
    canvas.icon("hand", EDGE, top + 26, 40, page.words)
    right = canvas.width - EDGE
    if view.order_number:
        number = Run(view.order_number, 36, page.words, Weight.BOLD, gap=12)
        right = canvas.line_right(right, baseline, (Run(words("Order"), 36, page.words), number)) - 40
    held = problem.held_scans
    if held:
        said = words("Scans not taken in: {count}. Scan them again afterwards.", count=held)
    else:
        said = words("Nothing else is taken in until you choose.")
    run = Run(said, 36, page.words, Weight.BOLD if held else Weight.REGULAR)
    canvas.line(EDGE + 56, baseline, (run,), room=right - EDGE - 56)
