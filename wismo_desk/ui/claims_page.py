"""Réclamations: what can still be claimed and until when, each with its evidence, its letter and its money."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from wismo_desk.background.lanes import Lane
from wismo_desk.domain.claim import Claim, ClaimRow, Sum
from wismo_desk.domain.fact import Changes
from wismo_desk.ui import claims_model
from wismo_desk.ui.claims_asks import ClaimAsks, Moved
from wismo_desk.ui.claims_bar import ClaimsBar
from wismo_desk.ui.claims_deeds import ClaimDeeds
from wismo_desk.ui.claims_model import ClaimsModel
from wismo_desk.ui.claims_pane import ClaimPane
from wismo_desk.ui.claims_papers import ClaimPapers
from wismo_desk.ui.claims_questions import address_question
from wismo_desk.ui.claims_words import near
from wismo_desk.ui.grid_view import GridView
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_papers import open_file
from wismo_desk.ui.page_parts import Foot, Outcome, on_key
from wismo_desk.ui.parts import Blank, Button

_SOON_MS: Final = 400
_KEYS: Final = "SMDEARQPXNLTJKF"


class ClaimsPage(QWidget):
    """`counted`: how many must be sent within two working days; `done`: a sentence and how to undo it."""

    context_changed = Signal(str)
    changed = Signal(object)  # Changes
    counted = Signal(int)
    done = Signal(str, object)

    def __init__(self, desk: Desk, asks: ClaimAsks, *, viewer: Callable[[Path], None] = open_file) -> None:
        super().__init__()
        self._desk, self._asks = desk, asks
        self._turn = 0
        self._text = ""  # what is searched for
        self._wanted: UUID | None = None
        words = desk.words
        self.model = ClaimsModel(desk, self)
        self.view = GridView(desk.look, self.model, claims_model.WAY, name=words("Claims"))
        self.pane = ClaimPane(desk, self.model.say)
        self.pane.hide()
        self.bar = ClaimsBar(desk)
        self.outcome = Outcome()
        self.deeds = ClaimDeeds(desk, asks, self.model.say, do=self._do, fail=self._fail)
        self.papers = ClaimPapers(desk, asks, viewer=viewer)
        again = Button(desk.look, words("Look again"))
        again.clicked.connect(self.start)
        self.blank = Blank(desk.look, "hand-coins", words("Reading the claims…"), again)
        hints = (
            (("↑", "↓"), words("row")),
            (("S",), words("sent")),
            (("D",), words("file")),
            (("L",), words("copy the letter")),
            ((words("Esc"),), words("close")),
        )
        self.foot = Foot(desk.look, hints)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        stack = QWidget()
        self._stack = QStackedLayout(stack)
        self._stack.addWidget(self.blank)
        self._stack.addWidget(self.view)
        self._band = QWidget()
        band = QVBoxLayout(self._band)
        band.setContentsMargins(12, 8, 12, 8)
        band.addWidget(self.outcome)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self._band)
        column.addWidget(stack, 1)
        column.addWidget(self.foot)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(column, 1)
        row.addWidget(self.pane)
        self.setFocusProxy(self.view)
        self._band.hide()

    def _connect(self) -> None:
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self._read)
        self.view.chosen.connect(self._choose)
        self.view.opened.connect(self._choose)
        self.view.closed.connect(self.close_pane)
        self.pane.closed.connect(self.close_pane)
        self.pane.verb.connect(self.act)
        self.pane.file_dropped.connect(self._drop_file)
        self.bar.chosen.connect(self._read)
        self.papers.said.connect(self._say)
        self.papers.fetched.connect(self._show_again)
        self.papers.attached.connect(lambda moved: self._moved(self._desk.words("File added."), moved))
        for key in _KEYS:
            on_key(self, key, partial(self.act, key))
        on_key(self, "B", self.bar.toggle_months)

    # Reading

    def start(self) -> None:
        self._read()

    def show_claim(self, claim_id: UUID) -> None:
        """From another page: this one, whatever view, carrier or search was on."""
        self._wanted, self._text = claim_id, ""
        self.bar.carriers.setCurrentIndex(0)
        self.bar.show_view("all")

    def search(self, text: str) -> None:
        """What is typed in the top bar: order, parcel, customer, case."""
        self._text = text.strip().casefold()
        self._soon.start()

    def _matches(self, row: ClaimRow) -> bool:
        known = (row.order_number, row.claim.number, row.customer, row.claim.reference)
        return not self._text or any(self._text in one.casefold() for one in known)

    def apply(self, changes: Changes) -> None:
        if (changes.shipments or changes.orders) and not self._soon.isActive():
            self._soon.start()

    def _read(self) -> None:
        self._turn += 1
        turn, claims = self._turn, self._asks.claims
        self._desk.run(
            Lane.READ, lambda: (claims.rows(), claims.sums()), lambda got: self._show(turn, *got), self._fail
        )

    def _show(self, turn: int, every: list[ClaimRow], sums: tuple[Sum, ...]) -> None:
        if turn != self._turn:
            return
        words, bar = self._desk.words, self.bar
        bar.show_counts(every)
        bar.show_sums(sums)
        rows = [
            row
            for row in every
            if bar.is_open in (None, not row.claim.is_over)
            and bar.carrier in ("", row.claim.carrier)
            and self._matches(row)
        ]
        self.model.show_rows(rows)
        due = near(every)
        self.counted.emit(due)
        self.context_changed.emit(words("{n} to be sent within 2 working days", n=due) if due else "")
        self.foot.left.setText(
            words("{n} claims", n=words.number(len(rows))) if len(rows) != 1 else words("1 claim")
        )
        self.foot.right.setText(words("Up to date at {time}", time=words.time(self._desk.clock())))
        if rows:
            self._stack.setCurrentWidget(self.view)
            self.view.refit()
            self._refresh_pane()
            return
        self.close_pane()
        none = words("No claim yet. Tick parcels in Shipments or open a group in To settle, then C.")
        self.blank.say("hand-coins", none if not every else words("No claim is in this view."))
        self._stack.setCurrentWidget(self.blank)

    def _refresh_pane(self) -> None:
        """The claim on view may have gone on; an open question is not taken away."""
        if self._wanted is not None:
            place, self._wanted = self.model.place_of(self._wanted), None
            if place >= 0:
                self.view.choose(place)
                self._choose(place)
            return
        claim = self.pane.claim
        if claim is None or self.pane.isHidden() or self.pane.asking:
            return
        place = self.model.place_of(claim.claim_id)
        if place < 0:
            self.close_pane()
        elif self.model.claim_row(place) != self.pane.row:
            self._show_pane(self.model.claim_row(place))

    def _fail(self, error: Exception) -> None:
        self._say(Mark.DANGER, self._desk.told(error), "")

    def _fail_of(self, claim: Claim | None) -> Callable[[Exception], None]:
        """Told with its parcel's number when another claim is on view by then."""

        def fail(error: Exception) -> None:
            shown = self.pane.claim
            same = claim is None or (shown is not None and shown.claim_id == claim.claim_id)
            self._say(Mark.DANGER, self._desk.told(error), "" if same or claim is None else claim.number)

        return fail

    def _say(self, mark: Mark, sentence: str, rest: str) -> None:
        self.outcome.say(mark, sentence, rest)
        self._band.show()

    # One claim

    def _choose(self, row: int) -> None:
        if row < 0:
            return
        chosen, shown = self.model.claim_row(row), self.pane.claim
        if shown is not None and shown.claim_id != chosen.claim.claim_id:
            self._hush()
        if self.pane.asking:
            return
        if self.pane.isHidden() or self.pane.row != chosen:
            self._hush()
            self._show_pane(chosen)

    def _hush(self) -> None:
        """What was said is over: something else worked, or is looked at."""
        self.outcome.clear()
        self._band.hide()

    def _show_pane(self, row: ClaimRow) -> None:
        self.pane.show_row(row)
        self.pane.show()
        self.view.refit()
        wanted = row.claim.claim_id

        def still(then: Callable[[], None]) -> None:
            if self.pane.claim is not None and self.pane.claim.claim_id == wanted:
                then()

        self._desk.run(
            Lane.READ,
            lambda: self._asks.write(wanted),
            lambda got: still(lambda: self.pane.show_evidence(*got)),
            lambda error: still(lambda: self.pane.show_error(self._desk.told(error))),
        )

    def _show_again(self) -> None:
        if self.pane.row is not None and not self.pane.isHidden():
            self._show_pane(self.pane.row)

    def close_pane(self) -> None:
        if self.pane.asking:
            self.pane.stop_asking()
            return
        if not self.pane.isHidden():
            self.pane.hide()
            self.view.refit()
        self.pane.row = None
        self.view.release()

    # Acting

    def act(self, key: str) -> None:
        """What a key or its button does to the claim on view."""
        claim, text = self.pane.claim, self.pane.text
        if claim is None or self.pane.isHidden() or not self.pane.offers(key):
            return
        if key == "E" and text is not None and not text.address:
            self.pane.ask(*address_question(self._desk, claim, partial(self._write_to, claim)))
        elif key in "DELTJF":
            self.papers.act(key, claim, text)
        else:
            self.pane.ask(*self.deeds.question(key, claim))

    def _write_to(self, claim: Claim, address: str) -> None:
        """The address is kept for this carrier's next claims."""
        self.pane.stop_asking()
        write, text = self._asks.write, self.pane.text

        def kept(changes: Changes) -> None:
            self._hush()
            self.changed.emit(changes)
            self.papers.act("E", claim, text)

        self._desk.run(Lane.STATION, lambda: write.set_address(claim.carrier, address), kept, self._fail)

    def _drop_file(self, file: str) -> None:
        claim = self.pane.claim
        one = next((a for a in claim.attachments if a.file == file), None) if claim else None
        if claim is not None and one is not None:
            self._do(
                self._desk.words("File taken away."), lambda: self._asks.steps.detach(claim, one), back=False
            )

    def _do(self, said: str, verb: Callable[[], Moved], *, back: bool = True) -> None:
        self.pane.stop_asking()
        self._hush()
        self._desk.run(
            Lane.STATION,
            verb,
            lambda moved: self._moved(said, moved, back=back),
            self._fail_of(self.pane.claim),
        )

    def _moved(self, said: str, moved: Any, *, back: bool = True) -> None:
        self._hush()
        self.changed.emit(moved.changes)
        self._read()
        self.view.setFocus()
        self.done.emit(said, (lambda: self._undo(moved)) if back else None)

    def _undo(self, moved: Any) -> None:
        def undone(changes: Changes) -> None:
            self._hush()
            self.changed.emit(changes)
            self._read()

        self._desk.run(Lane.STATION, lambda: self._asks.steps.undo(moved), undone, self._fail)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_pane()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < 1500
        self.pane.setFixedWidth(400 if narrow else 460)
        self.foot.show_hints(not narrow or self.pane.isHidden())
