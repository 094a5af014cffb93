"""What this desk knows of one open question, to the second: the station's own record beside the question."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from wismo_desk.domain.effect import EffectKind
from wismo_desk.domain.watching import Doubt
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import empty, rule, scrolled
from wismo_desk.ui.parts import Elided, write
from wismo_desk.ui.theme import Figures, Weight
from wismo_desk.ui.tray_row import MarkWidget, error_words


def record(desk: Desk, doubt: Doubt) -> list[tuple[datetime | None, Mark, str, str]]:
    """(when, mark, what, detail), oldest first: only what the ledger holds."""
    words, effect = desk.words, doubt.effect
    details = effect.details
    printer = str(details.get("printer") or words("printer"))
    lines: list[tuple[datetime | None, Mark, str, str]] = []
    if effect.kind is EffectKind.LABEL_PRINTED:
        lines.append((effect.created_at, Mark.OK, words("Print wanted"), str(details.get("reason") or "")))
        if details.get("odo_before") is not None:
            counted = words.number(int(str(details["odo_before"])))
            lines.append(
                (
                    None,
                    Mark.NEUTRAL,
                    words("Counter of {printer}: {count}", printer=printer, count=counted),
                    "",
                )
            )
        sent = details.get("sent_at")
        at = datetime.fromisoformat(str(sent)) if sent else None
        lines.append((at, Mark.NEUTRAL, words("Sent to {printer}", printer=printer), ""))
    else:
        lines.append(
            (
                effect.created_at,
                Mark.NEUTRAL,
                words("Asked of the carrier"),
                str(details.get("reference") or ""),
            )
        )
    if error := error_words(desk, effect):
        lines.append((effect.changed_at, Mark.DANGER, words("No confirmation"), error))
    if details.get("odo_after") is not None:
        counted = words.number(int(str(details["odo_after"])))
        same = details.get("odo_after") == details.get("odo_before")
        title = words("Counter of {printer}: {count}", printer=printer, count=counted)
        lines.append((effect.changed_at, Mark.NEUTRAL, title, words("unchanged") if same else ""))
    return lines


class TrayJournal(QFrame):
    """The panel at the right of the tray, for the selected question."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.setProperty("part", "panel")
        self.setAccessibleName(desk.words("What is known"))
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        self._title = Elided("", 16, Weight.SEMIBOLD)
        self._below = Elided("", 13, tone="muted", figures=Figures.CODE)
        head = QWidget()
        head.setFixedHeight(72)
        inner = QVBoxLayout(head)
        inner.setContentsMargins(16, 12, 16, 10)
        inner.setSpacing(2)
        inner.addWidget(self._title)
        inner.addWidget(self._below)
        column.addWidget(head)
        column.addWidget(rule())
        body = QWidget()
        self._body = QVBoxLayout(body)
        self._body.setContentsMargins(16, 14, 16, 16)
        self._body.setSpacing(12)
        column.addWidget(scrolled(body), 1)

    def show_doubt(self, doubt: Doubt | None) -> None:
        empty(self._body)
        words = self._desk.words
        if doubt is None:
            self._title.setText(words("Nothing is open"))
            self._below.setText("")
            return
        self._title.setText(words("Order {number}, what is known", number=doubt.order_number))
        self._below.setText(doubt.tracking_number or str(doubt.effect.details.get("reference") or ""))
        self._body.addWidget(write(words("Journal of the station"), 14, Weight.SEMIBOLD))
        self._body.addLayout(self._lines(doubt))
        self._body.addWidget(rule())
        for title, text in self._advice(doubt):
            self._body.addWidget(write(title, 14, Weight.SEMIBOLD, wrap=True))
            self._body.addWidget(write(text, 14, wrap=True))
        self._body.addStretch()

    def _lines(self, doubt: Doubt) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(2, 1)
        top = Qt.AlignmentFlag.AlignTop
        for row, (at, mark, what, detail) in enumerate(record(self._desk, doubt)):
            clock = at.astimezone(self._desk.words.zone).strftime("%H:%M:%S") if at else ""
            grid.addWidget(write(clock, 13, tone="muted", figures=Figures.TABULAR), row, 0, top)
            grid.addWidget(MarkWidget(self._desk.look, mark, 16), row, 1, top)
            cell = QVBoxLayout()
            cell.setSpacing(0)
            cell.addWidget(write(what, 14, wrap=True))
            if detail:
                cell.addWidget(write(detail, 13, tone="muted", wrap=True))
            grid.addLayout(cell, row, 2)
        return grid

    def _advice(self, doubt: Doubt) -> list[tuple[str, str]]:
        words = self._desk.words
        if doubt.effect.kind is not EffectKind.LABEL_PRINTED:
            where = words("On the carrier's own site, under this reference. Asking again never buys twice.")
            return [(words("Where to look"), where)]
        printer = str(doubt.effect.details.get("printer") or words("the printer"))
        name = doubt.customer or doubt.order_number
        return [
            (
                words("What to look for"),
                words(
                    "A label for {name}, on a parcel or on the floor near {printer}.",
                    name=name,
                    printer=printer,
                ),
            ),
            (
                words("If it turns up later"),
                words("Its scan sounds: both copies carry the same number, and only one leaves."),
            ),
        ]
