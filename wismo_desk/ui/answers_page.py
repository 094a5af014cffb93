"""Réponses: from any search, scan or mail to one sentence with proof, and a reply ready to copy or send."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from wismo_desk.domain.fact import Changes
from wismo_desk.domain.intent import Intent
from wismo_desk.domain.watching import Detail, ShipmentRow
from wismo_desk.flows.answer import Answer
from wismo_desk.ui.answers_archive import ArchiveSearch, Elsewhere
from wismo_desk.ui.answers_asks import LANE, Asks, Mails
from wismo_desk.ui.answers_card import AnswerCard
from wismo_desk.ui.answers_claim import OpenAsked
from wismo_desk.ui.answers_list import Entry
from wismo_desk.ui.answers_mails import Mailroom, Shown
from wismo_desk.ui.answers_reply import ReplyPane
from wismo_desk.ui.answers_side import Side, hit_entry, put_into_clipboard
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Foot, Outcome, on_key
from wismo_desk.ui.parts import Blank


class AnswersPage(QWidget):
    """`counted` tells how many mails wait for a person, for the badge in the rail."""

    changed = Signal(object)  # Changes
    counted = Signal(int)
    context_changed = Signal(str)

    def __init__(
        self,
        desk: Desk,
        asks: Asks,
        inbox: Mails | None = None,
        *,
        claim: OpenAsked | None = None,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        super().__init__()
        self._desk, self._asks, self._inbox = desk, asks, inbox
        self._turn = 0
        self._hits: list[Entry] = []
        self._opens = False
        self._archive = ArchiveSearch(desk, elsewhere, self)
        self._timeline = asks.timeline(desk)
        words, look = desk.words, desk.look
        self.side = Side(desk, with_inbox=inbox is not None)
        self.list, self.searching, self.reading = self.side.list, self.side.searching, self.side.reading
        self.card, self.reply = AnswerCard(desk), ReplyPane(desk)
        self.card.claim.claim = claim
        self.blank = Blank(look, "message-square-reply", words("Search, scan or choose a message."))
        self.outcome = Outcome()
        hints = (
            (("↑", "↓"), words("choose")),
            ((words("Ctrl K"),), words("search")),
            ((words("Esc"),), words("close")),
        )
        self.foot = Foot(look, hints)
        self._lay_out()
        shown = Shown(
            side=self.side,
            card=self.card,
            reply=self.reply,
            outcome=self.outcome,
            blank=self._blank,
            show_card=self._show,
            letter_alone=lambda: self._stack.setCurrentWidget(self.card),
        )
        self._chosen = shown.chosen
        self.mails = Mailroom(desk, asks, inbox, shown, self)
        self._connect()
        self._show_empty()

    # Building

    def _lay_out(self) -> None:
        middle = QWidget()
        self._stack = QStackedLayout(middle)
        self._stack.addWidget(self.blank)
        self._stack.addWidget(self.card)
        centre = QVBoxLayout()
        centre.setSpacing(0)
        centre.addWidget(self.outcome)
        centre.addWidget(middle, 1)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.side)
        row.addLayout(centre, 1)
        row.addWidget(self.reply)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(row, 1)
        whole.addWidget(self.foot)

    def _connect(self) -> None:
        self.list.chosen.connect(self._choose)
        self.side.kinds.idClicked.connect(self._show_kind)
        self.card.copied.connect(self._copy_text)
        self.card.claim.changed.connect(self.changed)
        self.card.claim.done.connect(partial(self.outcome.say, Mark.OK))
        self.card.claim.failed.connect(self._fail)
        self.reply.reworded.connect(lambda: self._read_card(self.reply.intent, self.reply.language))
        self.reply.copy_wanted.connect(self.copy)
        self.reply.phone_wanted.connect(partial(self._log, "phone"))
        self.mails.changed.connect(self.changed)
        self._archive.found.connect(self._archived)
        self._archive.failed.connect(self._unasked)
        self.mails.counted.connect(self.counted)
        on_key(self, "Ctrl+Return", self.mails.send)
        on_key(self, "Ctrl+Enter", self.mails.send)
        on_key(self, "Ctrl+O", self._pick_order)
        on_key(self, "Ctrl+J", self.card.claim.press)
        on_key(self, "Ctrl+Shift+C", self.copy)

    # What the window and the desk say

    def start(self) -> None:
        self.mails.read()

    def apply(self, changes: Changes) -> None:
        if changes.values:
            self.mails.read()

    def search(self, text: str) -> None:
        """As it is typed."""
        self._find(text, opens=False)

    def search_entered(self, text: str) -> None:
        """Entered or scanned: the first hit opens."""
        self._find(text, opens=True)

    def _find(self, text: str, *, opens: bool) -> None:
        self._turn += 1
        turn, asked = self._turn, text.strip()
        self._archive.forget()
        if not asked:
            self._hits = []
            self._show_hits("", opens=False)
            return
        self._desk.run(
            LANE,
            partial(self._asks.search, asked),
            lambda rows: self._found(turn, asked, rows, opens),
            self._fail,
        )

    def _found(self, turn: int, asked: str, rows: Sequence[ShipmentRow], opens: bool) -> None:
        if turn != self._turn:
            return
        self._hits, self._opens = [hit_entry(self._desk, row) for row in rows], opens
        self._show_hits(asked, opens=opens)
        if not rows and self._archive.may_ask(asked):
            self._blank("search", self._desk.words("Nothing on this desk. Asking the archive…"))
            self._archive.ask(asked)

    def _archived(self, asked: str, hits: list[Entry]) -> None:
        self._hits = hits
        self._show_hits(asked, opens=self._opens)
        if not hits:
            said = self._desk.words(
                "Nothing fits, here or in the archive. Try another number, name or e-mail."
            )
            self._blank("search", said)

    def _unasked(self, _asked: str, error: Exception) -> None:
        why = self._desk.told(error)
        self._blank(
            "search", self._desk.words("Nothing on this desk. The archive was not asked: {why}", why=why)
        )

    def _show_hits(self, asked: str, *, opens: bool) -> None:
        count = len(self._hits)
        self.searching.setChecked(True)
        self.list.show_entries(self._hits, keep=self._chosen.order)
        if not asked:
            self._show_empty()
            return
        self.side.say_found(self._desk.words, asked, count)
        if count == 0:
            words = self._desk.words
            self._blank(
                "search", words("Nothing fits. Try the order number, the e-mail address or the telephone.")
            )
        elif opens or count == 1:
            self.list.choose(0)

    def _show_empty(self) -> None:
        self.side.say_nothing_asked(self._desk.words)
        self._blank("message-square-reply", self._desk.words("Search, scan or choose a message."))

    def _blank(self, icon: str, sentence: str) -> None:
        self._chosen.order = self._chosen.mail = ""
        self.blank.say(icon, sentence)
        self._stack.setCurrentWidget(self.blank)
        self.reply.hide()

    # One order

    def _choose(self, key: str) -> None:
        self.outcome.clear()
        if self.reading.isChecked():
            self.mails.open(key)
            return
        self._chosen.mail, self._chosen.order = "", key
        self.reply.show_mail("")
        self.card.show_letter("")
        self._read_card(Intent.WHERE_IS_IT, "")

    def _read_card(self, intent: Intent, language: str) -> None:
        if not self._chosen.order:
            return
        wanted = self._chosen.order
        here = partial(self._asks.card, UUID(wanted), intent=intent, language=language)
        lane, card = self._archive.card(wanted, intent, language) or (LANE, here)
        self._desk.run(lane, card, lambda told: self._show_card(wanted, *told), self._fail)

    def _show_card(self, wanted: str, found: Answer, detail: Detail) -> None:
        if wanted == self._chosen.order:
            self._show(found, detail)

    def _show(self, found: Answer, detail: Detail) -> None:
        moments = self._timeline(detail, self._desk.clock())
        self.card.show_answer(found, moments, facts=detail.facts)
        self._archive.show(found.archived)
        if found.archived is None:
            self.card.claim.show_answer(found, detail, self.card.written)
        else:
            self.card.claim.hide()
            said = self._desk.words(
                "This order is in the archive, not on this desk: read the reply before it leaves."
            )
            self.outcome.say(Mark.INFO, said)
        self.reply.show_answer(found)
        self.reply.show()
        self._stack.setCurrentWidget(self.card)

    def copy(self) -> None:
        """The reply as it stands, and the contact is logged."""
        if self.reply.isVisible() and self.reply.text.toPlainText().strip():
            self._copy_text(self.reply.text.toPlainText())
            self._log("copy")

    def _copy_text(self, text: str) -> None:
        put_into_clipboard(text)
        self.outcome.say(Mark.OK, self._desk.words("Copied."))

    def _log(self, channel: str) -> None:
        order = UUID(self._chosen.order) if self._chosen.order else None
        intent = self.reply.intent
        said = self._desk.words("Copied. The contact is noted.")
        if channel == "phone":
            said = self._desk.words("The contact is noted.")
        self._desk.run(
            LANE, lambda: self._asks.log(order, intent, channel), partial(self._logged, said), self._fail
        )

    def _logged(self, said: str, changes: Changes) -> None:
        self.outcome.say(Mark.OK, said)
        self.changed.emit(changes)

    def _show_kind(self, kind: int) -> None:
        if kind == 1:
            self.mails.show()
        else:
            self._show_hits("", opens=False)

    def _pick_order(self) -> None:
        """Of a mail: which order it means."""
        if self._chosen.mail and self.card.isVisible():
            self.card.pick.unfold()

    def _fail(self, error: Exception) -> None:
        self.outcome.say(Mark.DANGER, self._desk.told(error))
        self.reply.send.setEnabled(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._find("", opens=False)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < 1500
        self.side.setFixedWidth(280 if narrow else 340)
        self.reply.setFixedWidth(400 if narrow else 600)
