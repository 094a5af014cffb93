"""Messages: what customers were told, by which channel, what waits, what failed, and what a person must settle."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.notice import Channel, Letter, NoticeRow, Tally
from wismo_desk.errors import DeskError
from wismo_desk.settings.mail import MailSettings
from wismo_desk.ui import notices_model
from wismo_desk.ui.grid_view import GridView
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.notice_pane import NoticePane
from wismo_desk.ui.notices_again import AllAgain
from wismo_desk.ui.notices_bar import NoticesBar
from wismo_desk.ui.notices_model import NoticesModel
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Foot, Outcome, on_key
from wismo_desk.ui.parts import Blank, Button

# A lane of its own: with a shared database these are questions over the network, and the sender may be busy.
LANE: Final = "notices:page"
_SOON_MS: Final = 500


class Notify(Protocol):
    """What the page asks of flows/notify."""

    def rows(
        self,
        states: Collection[EffectState] = (),
        *,
        channels: Collection[Channel] = (),
        left_out: bool | None = None,
        limit: int = 500,
    ) -> list[NoticeRow]: ...

    def tally(self) -> Tally: ...

    def channels(self) -> tuple[Channel, ...]: ...

    def is_stopped(self, notice_id: UUID, /) -> bool: ...

    def settings(self) -> MailSettings: ...

    def letter(self, notice_id: UUID, /) -> Letter: ...

    def resend(self, notice_id: UUID, /, *, reason: str) -> Changes: ...

    def settle(self, notice_id: UUID, /, *, reason: str) -> Changes: ...

    def stop_telling(self, notice_id: UUID, /, *, reason: str) -> Changes: ...

    def tell_again(self, notice_id: UUID, /, *, reason: str) -> Changes: ...

    def resend_all(self, notices: Sequence[UUID], /, *, reason: str) -> Changes: ...


class NoticesPage(QWidget):
    """`counted` tells how many wait for a person, for the badge in the rail."""

    context_changed = Signal(str)
    changed = Signal(object)  # Changes
    counted = Signal(int)
    settings_wanted = Signal()  # switched off: that is changed on another page

    def __init__(self, desk: Desk, notify: Notify) -> None:
        super().__init__()
        self._desk, self._notify = desk, notify
        self._mail = MailSettings()
        self._on: tuple[Channel, ...] = ()
        self._turn = 0
        words = desk.words
        self.model = NoticesModel(desk, self)
        self.view = GridView(desk.look, self.model, notices_model.WAY, name=words("Messages"))
        self.pane = NoticePane(desk, self.model.terms)
        self.pane.hide()
        self.bar = NoticesBar(desk, self.model.terms)
        self.again = AllAgain(desk)
        self.mode, self.paused, self.outcome = Outcome(), Outcome(), Outcome()
        self._action = Button(desk.look, words("Look again"))
        self._action.clicked.connect(self._way_out)
        self.blank = Blank(desk.look, "mail", words("Reading the messages…"), self._action)
        hints = ((("↑", "↓"), words("row")), (("R",), words("send again")), ((words("Esc"),), words("close")))
        self.foot = Foot(desk.look, hints)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        stack = QWidget()
        self._stack = QStackedLayout(stack)
        self._stack.addWidget(self.blank)
        self._stack.addWidget(self.view)
        bands = QVBoxLayout()
        bands.setContentsMargins(12, 8, 12, 8)
        bands.setSpacing(8)
        for band in (self.mode, self.paused, self.outcome, self.again):
            bands.addWidget(band)
        self._bands = QWidget()
        self._bands.setLayout(bands)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self._bands)
        column.addWidget(stack, 1)
        column.addWidget(self.foot)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(column, 1)
        row.addWidget(self.pane)
        self._fold_bands()

    def _connect(self) -> None:
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self._read)
        self.view.chosen.connect(self._choose)
        self.view.opened.connect(self._choose)
        self.view.closed.connect(self.close_pane)
        self.pane.closed.connect(self.close_pane)
        self.pane.resend_asked.connect(lambda reason: self._decide(self._notify.resend, reason))
        self.pane.settle_asked.connect(lambda reason: self._decide(self._notify.settle, reason))
        self.pane.stop_asked.connect(lambda reason: self._decide(self._notify.stop_telling, reason))
        self.pane.tell_asked.connect(lambda reason: self._decide(self._notify.tell_again, reason))
        self.again.confirmed.connect(self._resend_all)
        self.again.asked.connect(self._fold_bands)
        self.bar.chosen.connect(self._read)
        on_key(self, "R", self.pane.ask_resend)

    # Reading

    def start(self) -> None:
        self._read()

    def show_view(self, key: str) -> None:
        """One of the chips: all, waiting, sent, failed, doubt, left_out."""
        self.bar.show_view(key)

    def apply(self, changes: Changes) -> None:
        if changes.effects and not self._soon.isActive():
            self._soon.start()

    def show_pause(self, error: DeskError | None, until: datetime | None) -> None:
        """Why sending rests, from the last turn of the sender; None when it goes on."""
        if error is None:
            self.paused.clear()
        else:
            words = self._desk.words
            told = words("The next try is at {time}.", time=words.time(until)) if until else ""
            self.paused.say(Mark.WARN, self._desk.told(error), told)
        self._fold_bands()

    def _read(self) -> None:
        self._turn += 1
        turn, view = self._turn, self.bar.view
        channels = (self.bar.channel,) if self.bar.channel else ()
        notify = self._notify
        self._desk.run(
            LANE,
            lambda: (
                notify.rows(view.states, channels=channels, left_out=view.left_out),
                notify.tally(),
                notify.channels(),
                notify.settings(),
            ),
            lambda got: self._show(turn, *got),
            self._fail,
        )

    def _show(
        self, turn: int, rows: list[NoticeRow], tally: Tally, on: tuple[Channel, ...], mail: MailSettings
    ) -> None:
        if turn != self._turn:
            return
        words, self._mail = self._desk.words, mail
        self.model.show_rows(rows)
        self.bar.show_tally(tally, on)
        doubt = sum(count for (_, state, _), count in tally.items() if state is EffectState.IN_DOUBT)
        asked = doubt + sum(
            n for (_, state, out), n in tally.items() if state is EffectState.FAILED and not out
        )
        self.counted.emit(doubt)
        self._on = on
        self.context_changed.emit(words("{count} to look at", count=words.number(asked)) if asked else "")
        self._show_mode(mail)
        self.again.show_count(len(rows) if self.bar.view_key == "failed" else 0)
        self._fold_bands()
        several = words("{count} messages", count=words.number(len(rows)))
        self.foot.left.setText(words("1 message") if len(rows) == 1 else several)
        self.foot.right.setText(words("Up to date at {time}", time=words.time(self._desk.clock())))
        if rows:
            self._stack.setCurrentWidget(self.view)
            self.view.refit()
            self._refresh_pane()
        else:
            self._show_empty(mail)

    def _show_mode(self, mail: MailSettings) -> None:
        words = self._desk.words
        if mail.ready and mail.test_to:
            first = words("Test mode: every message goes to {address}.", address=mail.test_to)
            self.mode.say(Mark.INFO, first, words("No customer is written to."))
        elif not self._on and self.model.rowCount():
            self.mode.say(Mark.INFO, words("Messages to customers are switched off."), self._how())
        else:
            self.mode.clear()
        self._fold_bands()

    def _show_empty(self, mail: MailSettings) -> None:
        words = self._desk.words
        if not self._on:
            told = f"{words('Messages to customers are switched off.')} {self._how()}"
            self._say("mail", told, words("Open the settings"))
        elif self.bar.view_key == "all":
            self._say("mail", words("No message yet: the next order that comes in makes the first."))
        else:
            self._say("circle-check", words("No message is in this view."))

    def _how(self) -> str:
        return self._desk.words("They are switched on in the settings, under Messages.")

    def _way_out(self) -> None:
        if self._on:
            self.start()
        else:
            self.settings_wanted.emit()

    def _say(self, icon: str, sentence: str, action: str = "") -> None:
        self.close_pane()
        self.blank.say(icon, sentence)
        self._action.setText(action or self._desk.words("Look again"))
        self._action.setAccessibleName(self._action.text())
        self._action.updateGeometry()
        self._stack.setCurrentWidget(self.blank)

    def _fail(self, error: Exception) -> None:
        if self.model.rowCount():
            self.outcome.say(Mark.DANGER, self._desk.told(error))
            self._fold_bands()
        else:
            self._say("circle-x", self._desk.told(error))

    def _fold_bands(self) -> None:
        self._bands.setVisible(
            any(not band.isHidden() for band in (self.mode, self.paused, self.outcome, self.again))
        )

    # One notice

    def _choose(self, row: int) -> None:
        if row < 0:
            return
        chosen = self.model.notice_row(row)
        same = self.pane.row is not None and self.pane.row.notice == chosen.notice
        if same and self.pane.isVisible():
            return
        self.outcome.clear()
        self._fold_bands()
        self._show_pane(chosen)

    def _show_pane(self, row: NoticeRow) -> None:
        self.pane.show_row(row)
        self.pane.show()
        self.view.refit()
        wanted = row.notice.notice_id
        self._desk.run(
            LANE,
            lambda: (self._notify.letter(wanted), self._notify.is_stopped(wanted)),
            lambda got: self._if_still(wanted, lambda: self.pane.show_letter(got[0], stopped=got[1])),
            lambda error: self._if_still(wanted, lambda: self.pane.show_error(self._desk.told(error))),
        )

    def _if_still(self, wanted: UUID, then: Callable[[], None]) -> None:
        if self.pane.row is not None and self.pane.row.notice.notice_id == wanted:
            then()

    def _refresh_pane(self) -> None:
        """The row on view may have gone on meanwhile; an open question is not taken away."""
        shown = self.pane.row
        if shown is None or self.pane.isHidden() or self.pane.asking:
            return
        rows = map(self.model.notice_row, range(self.model.rowCount()))
        fresh = next((row for row in rows if row.notice.notice_id == shown.notice.notice_id), None)
        if fresh is None:
            self.close_pane()
        elif fresh.notice != shown.notice:
            self._show_pane(fresh)

    def close_pane(self) -> None:
        if self.pane.asking:
            self.pane.stop_asking()
            return
        if not self.pane.isHidden():
            self.pane.hide()
            self.view.refit()
        self.pane.row = None
        self.view.release()

    def _decide(self, how: Callable[..., Changes], reason: str) -> None:
        row = self.pane.row
        if row is None:
            return
        notice_id = row.notice.notice_id
        self.pane.stop_asking()
        self._desk.run(LANE, lambda: how(notice_id, reason=reason), self._settled, self._refused)

    def _resend_all(self, reason: str) -> None:
        failed = [self.model.notice_row(row).notice.notice_id for row in range(self.model.rowCount())]
        self._desk.run(
            LANE, lambda: self._notify.resend_all(failed, reason=reason), self._settled, self._refused
        )

    def _settled(self, changes: Changes) -> None:
        self.outcome.say(Mark.OK, self._desk.words("Settled."))
        self._fold_bands()
        self.changed.emit(changes)
        self._read()

    def _refused(self, error: Exception) -> None:
        self.outcome.say(Mark.DANGER, self._desk.told(error))
        self._fold_bands()
        self._read()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_pane()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < 1500
        self.pane.setFixedWidth(372 if narrow else 420)
        self.foot.show_hints(not narrow or self.pane.isHidden())
