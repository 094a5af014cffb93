"""The bench page after the printer: stick the label, scan it. Its picture cannot be scanned instead."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage

from wismo_desk.domain.bench_view import BenchView, LabelView
from wismo_desk.domain.commands import Command
from wismo_desk.ui.bench_canvas import FOOT, HEAD, MARGIN, Canvas, Run, fit, in_groups
from wismo_desk.ui.bench_steps import Exit, paint_exit_strip, paint_title
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.parts import CENTRE
from wismo_desk.ui.theme import Figures, Weight

_PREVIEW = 540


def paint_label_out(canvas: Canvas, view: BenchView, image: QImage | None) -> list[Exit]:
    """`image` is the preview with its codes cut, None while it is being made or when there is none."""
    theme, words, label = canvas.theme, canvas.words, view.label
    if label is None:
        return []
    if label.recalled:
        paint_title(canvas, "history", words("LAST LABEL OF THIS BENCH"))
    elif label.printed:
        canvas.mark(Mark.OK, MARGIN, HEAD + 36, 64)
        canvas.line(MARGIN + 84, HEAD + 88, (Run(words("LABEL PRINTED"), 56, theme.ok, Weight.BOLD),))
    else:
        paint_title(canvas, "printer", words("LABEL SENT TO THE PRINTER"))
    preview = _paint_preview(canvas, label, image)
    flag = Run(words("this label, on the parcel"), 34, theme.on_accent, Weight.SEMIBOLD)
    room = preview.left() - MARGIN - 60
    asked = words("It is on its parcel") if label.checked else words("Stick it on, then scan the label")
    said = asked.replace(", ", ",\n")
    high, most = (300, 96) if label.recalled else (420, 128)  # two ways out need more room below
    px, steps = fit(said, room, high, most=most, least=84, leading=1.06)
    bottom = canvas.block(MARGIN, HEAD + 112, steps, Run("", px, theme.text, Weight.BOLD), leading=1.06)
    who_top = bottom + 72 if label.recalled else max(bottom + 60, HEAD + 545)
    canvas.line(MARGIN, who_top, _who(canvas, label), room=room)
    number = (
        Run(words("Parcel"), 44, theme.muted),
        Run(in_groups(label.tracking_number), 44, theme.text, Weight.SEMIBOLD, Figures.CODE, gap=14),
    )
    canvas.line(MARGIN, who_top + 58, number, room=room)
    tab = QRectF(
        preview.left() - flag.width - 40, preview.top() + preview.height() * 0.56, flag.width + 44, 60
    )
    canvas.fill(tab, theme.accent, radius=6)
    canvas.text_in(tab.adjusted(20, 0, 0, 0), flag)
    return _paint_exits(canvas, label)


def _paint_exits(canvas: Canvas, label: LabelView) -> list[Exit]:
    """Print again; and of a label that was brought back also void it, side by side."""
    words = canvas.words
    bottom = canvas.height - FOOT - 20
    card = QRectF(MARGIN, bottom - 124, 1060, 124)
    title, text = (
        words("Did nothing come out, or is it unreadable?"),
        words("Same number, nothing is bought again."),
    )
    exits = [paint_exit_strip(canvas, card, Command.REPRINT, title, text, "P")]
    if label.recalled:
        above = card.translated(0, -140)
        title, text = words("Is the parcel not to leave?"), words("Voids the label.")
        exits.append(paint_exit_strip(canvas, above, Command.VOID, title, text, "V"))
    return exits


def _who(canvas: Canvas, label: LabelView) -> tuple[Run, ...]:
    theme, words = canvas.theme, canvas.words
    return (
        Run(words("For"), 44, theme.muted),
        Run(label.recipient, 44, theme.text, Weight.SEMIBOLD, gap=14),
        Run("·", 44, theme.muted, gap=14),
        Run(label.place, 44, theme.text, Weight.SEMIBOLD, gap=14),
    )


def _paint_preview(canvas: Canvas, label: LabelView, image: QImage | None) -> QRectF:
    """The label as it lies on the bench, framed in accent, at most as high as the page allows."""
    theme = canvas.theme
    top, bottom = HEAD + 28, canvas.height - FOOT - 28
    shape = image.size().toSizeF() if image is not None else QRectF(0, 0, 100, 150).size()
    inner = shape.scaled(_PREVIEW - 36, bottom - top - 36, Qt.AspectRatioMode.KeepAspectRatio)
    box = QRectF(canvas.width - MARGIN - inner.width() - 36, top, inner.width() + 36, inner.height() + 36)
    canvas.fill(box, _WHITE, radius=8)
    canvas.outline(box, theme.accent, 5)
    inside = QRectF(box.topLeft() + QPointF(18, 18), inner)
    if image is not None:
        canvas.painter.drawImage(inside, image)
        return box
    rows = (
        (label.carrier, 44, Weight.BOLD),
        (label.service, 32, Weight.REGULAR),
        (label.recipient, 38, Weight.SEMIBOLD),
        (label.place, 38, Weight.SEMIBOLD),
        (in_groups(label.tracking_number), 32, Weight.SEMIBOLD),
    )
    for i, (text, px, weight) in enumerate(rows):
        row = QRectF(inside.left() + 16, inside.top() + 40 + i * 76, inside.width() - 32, 60)
        canvas.text_in(row, Run(text, px, _BLACK, weight))
    note = QRectF(inside.left(), inside.bottom() - 90, inside.width(), 60)
    said = "" if label.image else canvas.words("not pre-checked, no picture")
    canvas.text_in(note, Run(said, 30, _GREY), align=CENTRE)
    return box


# A label is paper: black on white in every theme.
_WHITE, _BLACK, _GREY = QColor("#FFFFFF"), QColor("#151A21"), QColor("#566070")
