"""The work list, worst first, grouped by cause; everything by keyboard, everything with undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from wismo_desk.background.lanes import Lane
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.triage import Group, HistoryItem, Standing, WorkList
from wismo_desk.domain.watching import ShipmentRow
from wismo_desk.ui.many_verbs import ManyVerbs, Open
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Foot, Outcome, on_key
from wismo_desk.ui.parts import Blank, Button
from wismo_desk.ui.tell_asks import Tell
from wismo_desk.ui.triage_asks import Handled, Triage
from wismo_desk.ui.triage_bar import Only, TriageBar
from wismo_desk.ui.triage_list import TriageList
from wismo_desk.ui.triage_pane import TriagePane
from wismo_desk.ui.triage_questions import owner_question, until_question
from wismo_desk.words import Words

_SOON_MS: Final = 500
_NARROW: Final = 1500
_HINTS: Final = 1250
_SHOWN: Final = 500  # rows of an open group


class TriagePage(QWidget):
    """`counted`: how many shipments somebody must act on; `done`: a sentence and how to undo it."""

    context_changed = Signal(str)
    changed = Signal(object)  # Changes
    counted = Signal(int)
    tray_wanted = Signal()
    done = Signal(str, object)

    def __init__(
        self, desk: Desk, triage: Triage, *, claim: Open | None = None, tell: Tell | None = None
    ) -> None:
        super().__init__()
        self._desk, self._triage = desk, triage
        self._work = WorkList()
        self._standing = Standing.OPEN
        self._only: Only = None
        self._turn = 0
        words = desk.words
        self.bar = TriageBar(desk)
        self.list = TriageList(desk)
        self.pane = TriagePane(desk, self.list.words)
        self.verbs = ManyVerbs(desk, claim=claim, tell=tell, ask=self.pane.ask, close=self.pane.drop_question)
        self.outcome = Outcome()
        self._again = Button(desk.look, words("Look again"))
        self._again.clicked.connect(self.start)
        self.blank = Blank(desk.look, "circle-check", words("Reading what there is to do…"), self._again)
        self.foot = Foot(desk.look, _hints(words))
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        lists = QWidget()
        self._stack = QStackedLayout(lists)
        self._stack.addWidget(self.blank)
        self._stack.addWidget(self.list)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.bar)
        self._band = QWidget()
        band = QVBoxLayout(self._band)
        band.setContentsMargins(16, 8, 16, 0)
        self._asks = Outcome()
        band.addWidget(self._asks)
        band.addWidget(self.outcome)
        column.addWidget(self._band)
        column.addWidget(lists, 1)
        column.addWidget(self.foot)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(column, 1)
        row.addWidget(self.pane)
        self.setFocusProxy(self.list)
        self._fold()

    def _connect(self) -> None:
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self._read)
        self.bar.viewed.connect(self._view)
        self.list.chosen.connect(self._choose)
        self.list.toggled.connect(self._toggle)
        self.list.ticked.connect(lambda: self._choose(self.list.current))
        self.pane.verb.connect(self._act)
        self.pane.noted.connect(self._note)
        self.pane.dropped.connect(self.list.setFocus)  # the next key belongs to it again
        for key, there in (("C", self.verbs.claims), ("N", self.verbs.tells)):
            self.pane.buttons[key].setVisible(there)
        self.verbs.changed.connect(self.changed)
        self.verbs.failed.connect(self._fail)
        self.verbs.done.connect(self.done)
        self.verbs.done.connect(lambda *_: self.list.setFocus())
        for key in ("E", "Z", "A", "R", "C", "N"):
            on_key(self.list, key, partial(self._act, key))
        on_key(self.list, "J", lambda: self.list.step(1))
        on_key(self.list, "K", lambda: self.list.step(-1))

    # Reading

    def start(self) -> None:
        self._read()

    def apply(self, changes: Changes) -> None:
        if changes.shipments or changes.values:
            self._soon.start()

    def _read(self) -> None:
        self._turn += 1
        turn, standing = self._turn, self._standing
        self._desk.run(
            Lane.READ, lambda: self._triage.work(standing), lambda got: self._show(turn, got), self._fail
        )

    def _show(self, turn: int, work: WorkList) -> None:
        if turn != self._turn:
            return
        self._work = work
        self._count(work)
        groups = [one for one in work.groups if self._only in (None, one.severity, one.cause)]
        was_open = self.list.is_open
        self.list.show_groups(groups)
        self._stack.setCurrentWidget(self.list if groups else self.blank)
        self.pane.setVisible(bool(groups))
        if not groups:
            said = self._desk.words("Nothing to settle.") if self._standing is Standing.OPEN else ""
            self.blank.say("circle-check", said or self._desk.words("Nothing here."))
        elif was_open and self.list.current is not None:
            self._open(self.list.current)

    def _count(self, work: WorkList) -> None:
        words = self._desk.words
        self.bar.show_counts(work, self._standing)
        to_do, causes = work.to_act + work.to_watch, len(work.groups)
        parcels = words("{n} parcels", n=words.number(to_do)) if to_do != 1 else words("1 parcel")
        several = words("{n} causes", n=causes) if causes != 1 else words("1 cause")
        self.context_changed.emit(f"{parcels}, {several}" if self._standing is Standing.OPEN else "")
        self.foot.left.setText(words("Settled today: {n}", n=words.number(work.settled_today)))
        self.counted.emit(work.to_act)

    def _view(self, standing: Standing, only: Only) -> None:
        self._standing, self._only = standing, only
        self._read()
        self.list.setFocus()

    # The group under the cursor

    def _choose(self, group: Group | None) -> None:
        if group is None:
            return
        shipments = self._ticked() if self.list.is_open else None
        count = len(shipments) if shipments is not None else group.shipments
        first = self.list.rows[0] if self.list.is_open and self.list.rows else None
        self.pane.show_group(group, count, first)
        self._turn += 1
        turn = self._turn
        self._desk.run(
            Lane.READ,
            lambda: (
                self._triage.rows(group, 1),
                self._triage.history(self._triage.shipments(group)[:_SHOWN]),
            ),
            lambda got: self._explain(turn, group, count, *got),
            self._fail,
        )

    def _explain(
        self, turn: int, group: Group, count: int, rows: list[ShipmentRow], past: tuple[HistoryItem, ...]
    ) -> None:
        if turn == self._turn:
            self.pane.show_group(group, count, rows[0] if rows else None)
            self.pane.show_history(past)

    def _toggle(self, group: Group) -> None:
        if self.list.is_open:
            self.list.close_group()
        else:
            self._open(group)

    def _open(self, group: Group) -> None:
        self._desk.run(
            Lane.READ,
            lambda: self._triage.rows(group, _SHOWN),
            lambda rows: self.list.show_rows(group, rows),
            self._fail,
        )

    def _ticked(self) -> list[UUID]:
        return [row.shipment_id for row in self.list.rows if row.shipment_id not in self.list.unticked]

    # Acting

    def _act(self, key: str) -> None:
        group = self.list.current
        if group is None or self.pane.asks:
            return
        if key == "E" and group.standing is Standing.OPEN:
            self._do(self._triage.acknowledge, self._desk.words("Seen"))
        elif key == "R":
            self._do(self._triage.resolve, self._desk.words("Settled"))
        elif key == "Z" and group.standing is Standing.SNOOZED:
            self._do(lambda ones: self._triage.snooze(ones, None), self._desk.words("Woken"))
        elif key == "Z":
            self._ask_until()
        elif key == "C":
            self.verbs.claim(self._chosen(group))
        elif key == "N":
            self.verbs.tell(self._chosen(group))
        elif key == "A":
            self._desk.run(Lane.READ, self._triage.owners, self._ask_owner, self._fail)

    def _chosen(self, group: Group) -> Callable[[], Sequence[UUID]]:
        """What is ticked, or the whole group when it is closed; asked for on the lane that needs it."""
        ticked = self._ticked() if self.list.is_open else None
        return lambda: ticked if ticked is not None else self._triage.shipments(group)

    def _ask_until(self) -> None:
        words = self._desk.words

        def put_off(until: datetime) -> None:
            self.pane.drop_question()
            when = words.moment(until, now=self._desk.clock())
            self._do(lambda ones: self._triage.snooze(ones, until), words("Put off until {when}", when=when))

        self.pane.ask(*until_question(self._desk, put_off))

    def _ask_owner(self, owners: Sequence[str]) -> None:
        words = self._desk.words

        def assign(owner: str) -> None:
            self.pane.drop_question()
            said = words("Assigned to {name}", name=owner) if owner else words("Assigned to nobody")
            self._do(lambda ones: self._triage.assign(ones, owner), said)

        self.pane.ask(*owner_question(self._desk, owners, assign))

    def _note(self, text: str) -> None:
        self._do(lambda ones: self._triage.note(ones, text), self._desk.words("Noted"))
        self.list.setFocus()

    def _do(self, verb: Callable[[list[UUID]], Handled], said: str) -> None:
        """Say it of what is ticked, or of the whole group when it is closed."""
        group, ticked = self.list.current, self._ticked() if self.list.is_open else None
        if group is None or ticked == []:
            return
        self.outcome.clear()
        self._fold()
        self._desk.run(
            Lane.STATION,
            lambda: verb(ticked if ticked is not None else self._triage.shipments(group)),
            lambda done: self._done(done, said),
            self._fail,
        )

    def _done(self, done: Handled, said: str) -> None:
        words = self._desk.words
        count = (
            words("{n} parcels", n=words.number(done.shipments)) if done.shipments != 1 else words("1 parcel")
        )
        self.changed.emit(done.changes)
        self._read()
        self.list.setFocus()
        self.done.emit(f"{said} · {count}", lambda: self._undo(done))

    def _undo(self, done: Handled) -> None:
        self._desk.run(Lane.STATION, lambda: self._triage.undo(done), self._undone, self._fail)

    def _undone(self, done: Handled) -> None:
        self.changed.emit(done.changes)
        self._read()

    # Unknown outcomes

    def show_questions(self, count: int) -> None:
        """The band at the top: how many outcomes are unknown."""
        words = self._desk.words
        self._asks.clear()
        if count:
            said = words("{n} outcomes are unknown", n=count) if count > 1 else words("1 outcome is unknown")
            self._asks.say(
                Mark.WARN, said, words("A label may be bought, printed or on a parcel: answer this first.")
            )
            show = Button(self._desk.look, words("Show the questions"), icon="circle-help")
            show.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            show.clicked.connect(self.tray_wanted)
            self._asks.add(show)
        self._fold()

    # The rest

    def _fold(self) -> None:
        """An empty band takes no room."""
        self._band.setVisible(not self._asks.isHidden() or not self.outcome.isHidden())

    def _fail(self, error: Exception) -> None:
        self.outcome.say(Mark.DANGER, self._desk.told(error))
        self._fold()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        self.pane.setFixedWidth(372 if narrow else 460)
        self.foot.show_hints(self.width() >= _HINTS)
        self.bar.fold(narrow=narrow)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self.pane.asks:
            self.pane.drop_question()
            self.list.setFocus()
        elif self.list.is_open:
            self.list.close_group()
        else:
            self.list.setFocus()


def _hints(words: Words) -> tuple[tuple[tuple[str, ...], str], ...]:
    return (
        (("J", "K"), words("group")),
        ((words("Enter"),), words("open")),
        (("E",), words("seen")),
        (("Z",), words("put off")),
        (("A",), words("assign")),
        (("N",), words("tell")),
        (("C",), words("claim")),
        (("R",), words("settle")),
        (("Ctrl Z",), words("undo")),
    )
