"""The left of the page Réponses: search or inbox, what was found, and its lines."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QVBoxLayout

from wismo_desk.domain.inbox import InboxMail, MailState
from wismo_desk.domain.intent import HandOff
from wismo_desk.domain.watching import ShipmentRow
from wismo_desk.flows.answer_words import intent_words
from wismo_desk.ui.answers_list import Entry, EntryList
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_terms import STAGES
from wismo_desk.ui.parts import Chip, write
from wismo_desk.ui.theme import Weight
from wismo_desk.words import Words

_STATES: Final[dict[MailState, Mark]] = {
    MailState.OPEN: Mark.INFO,
    MailState.SENDING: Mark.NEUTRAL,
    MailState.SENT: Mark.OK,
    MailState.IN_DOUBT: Mark.WARN,
    MailState.FAILED: Mark.DANGER,
    MailState.ASIDE: Mark.NEUTRAL,
}


class Side(QFrame):
    """Two chips, a title with a line below it, and the list."""

    def __init__(self, desk: Desk, *, with_inbox: bool) -> None:
        super().__init__()
        self.setProperty("part", "list")
        words, look = desk.words, desk.look
        self.list = EntryList(look, words("Orders and messages"))
        self.head, self.below = write("", 16, Weight.SEMIBOLD), write("", 13, tone="muted", wrap=True)
        self.searching = Chip(look, words("Search"))
        self.reading = Chip(look, words("Inbox"), 0)
        self.kinds = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(4)
        chips = QHBoxLayout()
        chips.setContentsMargins(16, 0, 16, 4)
        chips.setSpacing(8)
        for at, chip in enumerate((self.searching, self.reading)):
            self.kinds.addButton(chip, at)
            chips.addWidget(chip)
        chips.addStretch()
        self.searching.setChecked(True)
        self.reading.setVisible(with_inbox)
        titles = QVBoxLayout()
        titles.setContentsMargins(16, 0, 16, 8)
        titles.setSpacing(2)
        titles.addWidget(self.head)
        titles.addWidget(self.below)
        column.addLayout(chips)
        column.addLayout(titles)
        column.addWidget(self.list, 1)

    def say_found(self, words: Words, asked: str, count: int) -> None:
        found = {0: words("Nothing was found"), 1: words("1 order")}
        self.head.setText(found.get(count, words("{count} orders", count=count)))
        self.below.setText(words("for “{text}”", text=asked))

    def say_nothing_asked(self, words: Words) -> None:
        self.head.setText(words("Who is asking?"))
        self.below.setText(words("Order, name, e-mail, telephone or tracking number."))


def put_into_clipboard(text: str) -> None:
    data = QMimeData()
    data.setText(text)
    QGuiApplication.clipboard().setMimeData(data)


def hit_entry(desk: Desk, row: ShipmentRow) -> Entry:
    promised = desk.words.day(row.promised_on, today=desk.today) if row.promised_on else ""
    below = " · ".join(part for part in (row.customer, desk.terms.status[row.status]) if part)
    return Entry(str(row.order_id), STAGES[row.status], row.order_number, promised, below)


def mail_entry(desk: Desk, mail: InboxMail) -> Entry:
    words, kept = desk.words, mail.kept
    title = mail.sender_name or mail.sender or words("Message")
    at = words.moment(mail.at, now=desk.clock()) if mail.at else ""
    state = {
        MailState.IN_DOUBT: words("Sent or not?"),
        MailState.FAILED: words("Was not sent"),
        MailState.SENDING: words("being sent"),
    }.get(kept.state, "")
    number = mail.number or words("no order")
    below = " · ".join(part for part in (state, number, intent_words(words)[kept.intent]) if part)
    grave = kept.hand_off is not HandOff.NONE and kept.state is MailState.OPEN
    return Entry(kept.key, Mark.WARN if grave else _STATES[kept.state], title, at, below, unread=True)
