"""The manifest being scanned: the count in big, what the last scan met, and who is still missing by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from wismo_desk.domain.shipment import Parcel
from wismo_desk.domain.watching import ShipmentRow
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Outcome, Reason, empty, rule, scrolled
from wismo_desk.ui.page_terms import grouped
from wismo_desk.ui.parts import Button, Card, Elided, Kind, write
from wismo_desk.ui.theme import Figures, Weight, set_tone
from wismo_desk.ui.tray_row import IconWidget

if TYPE_CHECKING:
    from wismo_desk.flows.close_out import ManifestScan, OpenManifest

_MARKS = {"ok": Mark.OK, "twice": Mark.INFO}
_MOST = 100


class ManifestScanning(QWidget):
    """Painted from an OpenManifest; asks to be closed or left."""

    close_asked = Signal()
    left = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._question: Reason | None = None
        # The scanning place takes the focus itself: no button stands ready to be pressed by mistake.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        words = desk.words
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(20, 20, 20, 20)
        column.setSpacing(12)
        column.addWidget(self._head())
        self.outcome = Outcome()
        column.addWidget(self.outcome)
        self._missing = Card(words("Still missing"))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        self._missing.body.addLayout(self._rows)
        column.addWidget(self._missing)
        column.addStretch()
        self._bar = QFrame()
        self._bar.setProperty("part", "foot")
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(20, 12, 20, 12)
        row.setSpacing(8)
        self.close_button = Button(
            desk.look, words("Close the manifest"), icon="check", key="F", kind=Kind.PRIMARY
        )
        self.leave = Button(desk.look, words("Leave without closing"), key=words("Esc"))
        self.close_button.clicked.connect(self.ask_close)
        self.leave.clicked.connect(self.left)
        row.addStretch()
        row.addWidget(self.leave)
        row.addWidget(self.close_button)
        self._ask = QVBoxLayout()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scrolled(inner), 1)
        whole.addLayout(self._ask)
        whole.addWidget(self._bar)
        self._open: OpenManifest | None = None

    def _head(self) -> Card:
        look, words = self._desk.look, self._desk.words
        card = Card(pad=20)
        row = QHBoxLayout()
        row.setSpacing(24)
        row.addWidget(IconWidget(look, "scan-barcode", 72, "accent"))
        texts = QVBoxLayout()
        texts.setSpacing(2)
        self._name = Elided("", 22, Weight.SEMIBOLD)
        texts.addStretch()
        texts.addWidget(self._name)
        told = words("Scan every parcel that goes into the truck.")
        texts.addWidget(write(told, 14, tone="muted", wrap=True))
        texts.addStretch()
        row.addLayout(texts, 1)
        self._count = write("", 96, Weight.SEMIBOLD)
        self._of = write("", 22, tone="muted")
        self._of.setContentsMargins(0, 0, 0, 20)  # on the line the big figure stands on
        figures = QHBoxLayout()
        figures.setSpacing(10)
        figures.addWidget(self._count)
        figures.addWidget(self._of, 0, Qt.AlignmentFlag.AlignBottom)
        row.addLayout(figures)
        card.body.addLayout(row)
        card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        return card

    # Showing

    def show_open(self, manifest: OpenManifest, names: Mapping[UUID, ShipmentRow]) -> None:
        """`names` knows the shipments of the expected parcels."""
        words = self._desk.words
        self._open = manifest
        done, wanted = len(manifest.scanned), len(manifest.expected)
        self._name.setText(words("Manifest {carrier}", carrier=manifest.name))
        self._count.setText(words.number(done))
        self._of.setText(words("of {count}", count=words.number(wanted)))
        whole = done == wanted and bool(done)
        set_tone(self._count, "tone", "ok" if whole else "")
        self.close_button.setEnabled(bool(done))
        empty(self._rows)
        for parcel in manifest.missing[:_MOST]:
            self._rows.addWidget(rule())
            self._rows.addLayout(self._row(parcel, names.get(parcel.shipment_id)))
        if len(manifest.missing) > _MOST:
            more = words("and {count} more", count=words.number(len(manifest.missing) - _MOST))
            self._rows.addWidget(write(more, 13, tone="muted"))
        self._missing.setVisible(bool(manifest.missing))
        self._drop_question()

    def _row(self, parcel: Parcel, row: ShipmentRow | None) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setContentsMargins(0, 5, 0, 5)
        line.setSpacing(16)
        order = write(row.order_number if row else "", 13, Weight.MEDIUM, figures=Figures.CODE)
        order.setFixedWidth(96)
        who = f"{row.customer} · {row.place}" if row else ""
        line.addWidget(order)
        line.addWidget(Elided(who, 13), 2)
        line.addWidget(Elided(grouped(parcel.tracking_number), 13, figures=Figures.CODE, tone="muted"), 1)
        return line

    def show_scan(self, scan: ManifestScan, row: ShipmentRow | None) -> None:
        """What the last scan met, in words."""
        words = self._desk.words
        mark = _MARKS.get(str(scan.kind), Mark.DANGER)
        if scan.kind == "ok":
            number = scan.parcel.tracking_number if scan.parcel else ""
            who = f"{row.order_number} · {row.customer}, {row.place}" if row else ""
            self.outcome.say(mark, words("{number} is in.", number=grouped(number)), who)
        else:
            self.outcome.say(mark, words(scan.sentence, **dict(scan.values)))

    # Closing

    def ask_close(self) -> None:
        """At once when everything is in; else the forgotten ones are named (above) and asked about."""
        manifest, words = self._open, self._desk.words
        if manifest is None or not manifest.scanned or self._question is not None:
            return
        count = len(manifest.missing)
        if not count:
            self.close_asked.emit()
            return
        title = (
            words(
                "{count} parcels stay here and are named on the manifest. Close it?",
                count=words.number(count),
            )
            if count > 1
            else words("1 parcel stays here and is named on the manifest. Close it?")
        )
        question = Reason(self._desk, title, (), words("Close without them"), note=True)
        question.without_note()
        question.setProperty("part", "bar")
        question.confirmed.connect(lambda _: self.close_asked.emit())
        question.cancelled.connect(self._drop_question)
        self._question = question
        self._ask.addWidget(question)
        self._bar.hide()
        question.show()
        question.setFocus()

    def _drop_question(self) -> None:
        question, self._question = self._question, None
        if question is not None:
            question.hide()
            question.deleteLater()
            self._bar.show()
