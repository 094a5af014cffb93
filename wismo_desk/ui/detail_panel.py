"""The panel of one shipment: the answer in a sentence, its journey, its parcels, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from wismo_desk.background.lanes import Lane
from wismo_desk.domain.boxed import boxed
from wismo_desk.domain.effect import Effect, EffectKind, EffectState
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.notice import Notice
from wismo_desk.domain.watching import Detail, ShipmentRow
from wismo_desk.ui import detail_words
from wismo_desk.ui.detail_actions import Actions, DetailAsks
from wismo_desk.ui.detail_conversation import merged
from wismo_desk.ui.detail_conversation import told as conversation
from wismo_desk.ui.detail_parts import Facts, IconButton, LabelPreview, ParcelChoice
from wismo_desk.ui.detail_timeline import TimelineView
from wismo_desk.ui.foresight_line import ExpectedLine
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Outcome, empty, rule, scrolled
from wismo_desk.ui.page_terms import grouped
from wismo_desk.ui.parts import Elided, write
from wismo_desk.ui.theme import Figures, Weight


class DetailPanel(QFrame):
    """`busy` while a question is open: then it does not follow the selection."""

    changed = Signal(object)  # Changes of a flow that ran here
    closed = Signal()
    stepped = Signal(int)  # -1 or +1: the row above or below

    def __init__(self, desk: Desk, asks: DetailAsks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._asks = desk, asks
        self._timeline = detail_words.Timeline(desk, asks.codes)
        self._row: ShipmentRow | None = None
        self._detail: Detail | None = None
        self._previews: dict[UUID, bytes] = {}
        self._conversation: tuple[UUID | None, list[detail_words.Moment]] = (None, [])
        self.setProperty("part", "panel")
        self.setAccessibleName(desk.words("Shipment detail"))
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head())
        column.addWidget(rule())
        column.addWidget(scrolled(self._body()), 1)
        column.addWidget(rule())
        self.action_bar = Actions(desk, asks)
        column.addWidget(self.action_bar)
        self.action_bar.changed.connect(self._done)
        self.action_bar.said.connect(self.outcome.say)
        self.action_bar.asked.connect(self.outcome.clear)

    def _head(self) -> QWidget:
        words, look = self._desk.words, self._desk.look
        self._name = Elided("", 16, Weight.SEMIBOLD)
        self._order = write("", 14, tone="muted")
        self._service = Elided("", 13, tone="muted")
        self._number = write("", 14, Weight.SEMIBOLD, figures=Figures.CODE)
        self._number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.copy = IconButton(look, "copy", words("Copy the parcel number (C)"))
        self.copy.clicked.connect(self.copy_number)
        up = IconButton(look, "chevron-up", words("Shipment above"))
        down = IconButton(look, "chevron-down", words("Shipment below"))
        away = IconButton(look, "x", words("Close (Esc)"))
        up.clicked.connect(lambda: self.stepped.emit(-1))
        down.clicked.connect(lambda: self.stepped.emit(1))
        away.clicked.connect(self.closed)
        head = QWidget()
        head.setFixedHeight(72)
        column = QVBoxLayout(head)
        column.setContentsMargins(16, 8, 8, 8)
        column.setSpacing(0)
        first, second = QHBoxLayout(), QHBoxLayout()
        rows = ((first, (self._name, up, down, away)), (second, (self._service, self._number, self.copy)))
        for row, widgets in rows:
            row.setSpacing(4)
            for widget in widgets:
                row.addWidget(widget, 1 if isinstance(widget, Elided) else 0)
            column.addLayout(row)
        first.insertWidget(1, self._order)
        return head

    def _body(self) -> QWidget:
        words = self._desk.words
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(12)
        self.answer = Outcome()
        self.outcome = Outcome()
        self.expected = ExpectedLine(self._desk)
        self._parcels = QVBoxLayout()
        self._parcels.setSpacing(8)
        self._journey = write(words("Journey"), 14, Weight.SEMIBOLD)
        self.timeline = TimelineView(self._desk)
        self.preview = LabelPreview(self._desk.look, words("Label, preview: enlarge"))
        self.facts = Facts()
        self._under = QHBoxLayout()
        self._under.setSpacing(16)
        self._under.addWidget(self.preview, 0, Qt.AlignmentFlag.AlignTop)
        self._under.addWidget(self.facts, 1, Qt.AlignmentFlag.AlignTop)
        self.preview.toggled.connect(self._enlarge)
        column.addWidget(self.outcome)
        column.addWidget(self.answer)
        column.addWidget(self.expected)
        column.addLayout(self._parcels)
        column.addWidget(self._journey)
        column.addWidget(self.timeline)
        column.addLayout(self._under)
        column.addStretch()
        return body

    def _enlarge(self, large: bool) -> None:
        way = QHBoxLayout.Direction
        self._under.setDirection(way.TopToBottom if large else way.LeftToRight)

    # Showing

    @property
    def busy(self) -> bool:
        return self.action_bar.busy

    @property
    def shipment_id(self) -> UUID | None:
        return self._row.shipment_id if self._row else None

    def show_shipment(self, row: ShipmentRow) -> None:
        """The head and the answer at once, from the row; the rest when it is read."""
        same = self._row is not None and self._row.shipment_id == row.shipment_id
        self._row = row
        words = self._desk.words
        self._name.setText(row.customer or row.place)
        self._order.setText(words("order {number}", number=row.order_number))
        self._service.setText(f"{row.carrier_name or row.carrier} {row.service_name or row.service}")
        self._number.setText(grouped(row.number))
        self.copy.setVisible(bool(row.number))
        said = detail_words.answer(self._desk, row, self._desk.clock())
        self.answer.say(said.mark, said.first, said.rest)
        self.expected.show_row(row)
        if not same:
            self._blank()
        self._read()

    def _blank(self) -> None:
        self._detail = None
        self.outcome.clear()
        self.action_bar.show_detail(None, ())
        self.preview.show_cut(b"")
        self.timeline.show_moments(())
        self.facts.show_facts(())
        empty(self._parcels)

    def _read(self) -> None:
        row = self._row
        if row is None:
            return

        def read() -> tuple[Detail, tuple[tuple[str, str], ...]]:
            return self._asks.watch.detail(row.shipment_id), self._asks.track.choices(row.carrier)

        key = row.shipment_id
        self._desk.run(Lane.READ, read, lambda got: self._show(*got), lambda e: self._fail(key, e))

    def _fail(self, shipment_id: UUID, error: Exception) -> None:
        if self.shipment_id == shipment_id:
            self.outcome.say(Mark.DANGER, self._desk.told(error))

    def _show(self, detail: Detail, choices: tuple[tuple[str, str], ...]) -> None:
        if detail.row.shipment_id != self.shipment_id:
            return
        self._row, self._detail = detail.row, detail
        now = self._desk.clock()
        said = detail_words.answer(self._desk, detail.row, now)
        self.answer.say(said.mark, said.first, said.rest)
        self.expected.show_row(detail.row)
        self._journey_of(detail, now)
        self._show_parcels(detail)
        self.facts.show_facts(self._facts(detail))
        self.action_bar.show_detail(detail, choices)
        self._show_preview()

    def _journey_of(self, detail: Detail, now: datetime) -> None:
        """With what the customer was told; that follows when it is read, which may ask the shared database."""
        journey = self._timeline(detail, now)
        key, order_id, told = detail.row.shipment_id, detail.order.order_id, self._asks.told
        kept = self._conversation if self._conversation[0] == order_id else (order_id, [])
        self._conversation = kept
        self.timeline.show_moments(merged(journey, kept[1]))
        if told is None:
            return

        def show(notices: Sequence[Notice]) -> None:
            if self.shipment_id == key:
                self._conversation = (order_id, conversation(self._desk, notices, now))
                self.timeline.show_moments(merged(journey, self._conversation[1]))

        # The journey is there without it: a database that is away is told elsewhere.
        self._desk.run("notices:page", lambda: told(order_id), show, lambda _error: None)

    def _show_parcels(self, detail: Detail) -> None:
        chosen = self.action_bar.parcel_id
        empty(self._parcels)
        # A label that was void or doubled is a label more, not a parcel more.
        count = len({parcel.parcel_no for parcel in detail.parcels})
        alone = len(detail.parcels) == 1
        for number, parcel in enumerate(detail.parcels):
            choice = ParcelChoice(self._desk, parcel, count, alone=alone)
            choice.setChecked(parcel.parcel_id == chosen or (chosen is None and number == 0))
            choice.clicked.connect(partial(self._choose, parcel.parcel_id))
            self._parcels.addWidget(choice)

    def _choose(self, parcel_id: UUID, _: bool = False) -> None:
        self.action_bar.choose(parcel_id)
        self._show_preview()

    def _show_preview(self) -> None:
        detail, parcel_id = self._detail, self.action_bar.parcel_id
        image = dict(detail.label_images).get(parcel_id) if detail and parcel_id else None
        if image is None or parcel_id is None:
            self.preview.show_cut(b"")
        elif parcel_id in self._previews:
            self.preview.show_cut(self._previews[parcel_id])
        else:
            png = image
            # Its own lane: looking for codes takes longer than the pages of the grid may wait.
            self._desk.run(
                "preview",
                lambda: self._asks.cut(png),
                lambda cut: self._keep_preview(parcel_id, cut),
                lambda e: self._fail(detail.row.shipment_id, e) if detail else None,
            )

    def _keep_preview(self, parcel_id: UUID, cut: bytes) -> None:
        if len(self._previews) > 30:
            self._previews.clear()
        self._previews[parcel_id] = cut
        if parcel_id == self.action_bar.parcel_id:
            self.preview.show_cut(cut)

    def _facts(self, detail: Detail) -> list[tuple[str, str]]:
        words, order = self._desk.words, detail.order
        who = order.recipient
        address = ", ".join(part for part in (*who.street, f"{who.postcode} {who.city}".strip()) if part)
        value = words.money(order.total_cents, order.currency) if order.total_cents is not None else ""
        back = boxed(detail.facts, detail.effects)
        return [
            (words("Return label"), back.number if back else ""),
            (words("Prints"), self._prints(detail.effects)),
            (words("Phone"), who.phone),
            (words("E-mail"), who.email),
            (words("Address"), address),
            (words("Value"), value),
            (words("Note"), order.note),
        ]

    def _prints(self, effects: tuple[Effect, ...]) -> str:
        words, now = self._desk.words, self._desk.clock()
        said = {
            EffectState.DONE: words("printed"),
            EffectState.PENDING: words("waits for the printer"),
            EffectState.SENDING: words("being sent"),
            EffectState.FAILED: words("did not come out"),
            EffectState.IN_DOUBT: words("not known whether it came out"),
        }
        prints = [effect for effect in effects if effect.kind is EffectKind.LABEL_PRINTED]
        lines = []
        for effect in prints:
            parts = [words.moment(effect.changed_at, now=now), str(effect.details.get("printer") or "")]
            parts += [said[effect.state], self._desk.reason(str(effect.details.get("reason") or ""))]
            lines.append(" · ".join(part for part in parts if part))
        return "\n".join(lines)

    # Doing

    def apply(self, changes: Changes) -> None:
        """Read again what is on view when a flow touched it."""
        if self.isVisible() and self.shipment_id in changes.shipments:
            self._read()

    def _done(self, changes: Changes) -> None:
        self.changed.emit(changes)
        if self.shipment_id not in changes.shipments:
            self._read()

    def copy_number(self) -> None:
        if self.isVisible() and self._row is not None and self._row.number:
            QGuiApplication.clipboard().setText(self._row.number)
            self.outcome.say(Mark.OK, self._desk.words("{number} copied", number=self._row.number))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)
