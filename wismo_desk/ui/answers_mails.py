"""The customers' mails on the page Réponses: opened, their order chosen, answered once, doubts settled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from wismo_desk.domain.fact import Changes
from wismo_desk.domain.inbox import InboxMail, MailState
from wismo_desk.domain.watching import Detail, ShipmentRow
from wismo_desk.flows.answer import Answer
from wismo_desk.flows.inbox import Opened
from wismo_desk.ui.answers_asks import INBOX_LANE, LANE, Asks, Mails
from wismo_desk.ui.answers_card import AnswerCard
from wismo_desk.ui.answers_list import Entry
from wismo_desk.ui.answers_reply import ReplyPane
from wismo_desk.ui.answers_side import Side, hit_entry, mail_entry
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Outcome


@dataclass(slots=True)
class Chosen:
    """What stands in the middle of the page: an order, a mail, or a mail with its order. "" for none."""

    order: str = ""
    mail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The parts of the page that mails use, and how it shows a card or nothing."""

    side: Side
    card: AnswerCard
    reply: ReplyPane
    outcome: Outcome
    chosen: Chosen = field(default_factory=Chosen)
    blank: Callable[[str, str], None]
    show_card: Callable[[Answer, Detail], None]
    letter_alone: Callable[[], None]


class Mailroom(QObject):
    """Without an inbox it says so and does nothing. `counted` tells how many mails wait for a person."""

    changed = Signal(object)  # Changes
    counted = Signal(int)

    def __init__(self, desk: Desk, asks: Asks, inbox: Mails | None, shown: Shown, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._asks, self._inbox, self._shown = desk, asks, inbox, shown
        self._waiting: list[InboxMail] = []
        self._turn = 0
        pick, reply = shown.card.pick, shown.reply
        pick.wanted.connect(self._search)
        pick.picked.connect(self._pick)
        reply.send_wanted.connect(self.send)
        reply.aside_wanted.connect(partial(self._settle, MailState.ASIDE, ""))
        reply.doubt.settled.connect(self._settle)

    # The list

    def read(self) -> None:
        if self._inbox is not None:
            self._desk.run(LANE, self._inbox.mails, self._have, self._fail)

    def _have(self, mails: Sequence[InboxMail]) -> None:
        self._waiting = list(mails)
        self._shown.side.reading.set_count(len(mails))
        self.counted.emit(len(mails))
        if self._shown.side.reading.isChecked():
            self.show()

    def show(self) -> None:
        words, side, count = self._desk.words, self._shown.side, len(self._waiting)
        waits = words("1 message waits") if count == 1 else words("{count} messages wait", count=count)
        side.head.setText(waits if count else words("No message waits"))
        side.below.setText("" if self._inbox is not None and self._inbox.is_on else self._off())
        entries = [mail_entry(self._desk, mail) for mail in self._waiting]
        side.list.show_entries(entries, keep=self._shown.chosen.mail)
        if not self._shown.chosen.mail:
            self._shown.blank(
                "mail", words("Choose a message.") if count else words("No message waits for an answer.")
            )

    def _off(self) -> str:
        return self._desk.words("The mailbox is not read. It is switched on in the settings.")

    # One mail

    def open(self, key: str) -> None:
        if self._inbox is None:
            return
        self._shown.chosen.mail, self._shown.chosen.order = key, ""
        self._desk.run(INBOX_LANE, partial(self._inbox.open, key), partial(self._opened, key), self._fail)

    def _opened(self, key: str, opened: Opened) -> None:
        shown, found = self._shown, opened.answer
        if key != shown.chosen.mail:
            return
        shown.reply.show_mail(opened.mail.sender)
        in_doubt = opened.mail.kept.state is MailState.IN_DOUBT
        shown.reply.doubt.ask(of_doubt=in_doubt)
        for button in (shown.reply.send, shown.reply.aside):
            button.setVisible(not in_doubt)
        shown.reply.show()
        text = opened.text or self._desk.words("This message holds no text.")
        several = [Entry(str(each.order_id), Mark.NEUTRAL, each.number) for each in found.found.orders]
        shown.card.pick.start(known=found.order is not None, several=several if found.order is None else ())
        if found.order is None:
            shown.card.show_letter(text, alone=True)
            shown.letter_alone()
            shown.reply.show_none(found)
            if found.unasked is not None:
                why = self._desk.told(found.unasked)
                said = self._desk.words("Nothing on this desk. The archive was not asked: {why}", why=why)
                shown.outcome.say(Mark.WARN, said)
            return
        shown.chosen.order = str(found.order.order_id)
        shown.card.show_letter(text)
        if found.archived is not None:
            self._show_both(key, found, found.archived)
            return
        self._desk.run(
            LANE,
            lambda: self._asks.card(UUID(shown.chosen.order), intent=found.understood.intent, language=""),
            lambda told: self._show_both(key, found, told[1]),
            self._fail,
        )

    def _show_both(self, key: str, found: Answer, detail: Detail) -> None:
        """The draft is the mail's own: of the address only what the mail's keys allow."""
        if key == self._shown.chosen.mail:
            self._shown.show_card(found, detail)

    # Its order, chosen by hand

    def _search(self, text: str) -> None:
        self._turn += 1
        turn = self._turn
        if not text:
            self._shown.card.pick.show_hits((), asked="")
            return
        self._desk.run(LANE, partial(self._asks.search, text), partial(self._found, turn, text), self._fail)

    def _found(self, turn: int, text: str, rows: Sequence[ShipmentRow]) -> None:
        if turn == self._turn:
            self._shown.card.pick.show_hits([hit_entry(self._desk, row) for row in rows], asked=text)

    def _pick(self, order: str) -> None:
        key = self._shown.chosen.mail
        if self._inbox is not None and key:
            inbox = self._inbox
            self._desk.run(LANE, lambda: inbox.choose(key, UUID(order)), self._picked, self._fail)

    def _picked(self, changes: Changes) -> None:
        self.changed.emit(changes)
        self.read()
        self.open(self._shown.chosen.mail)

    # Its answer

    def send(self) -> None:
        """By a person, once: what the state of the mail forbids is said in a sentence."""
        shown, reply = self._shown, self._shown.reply
        text = reply.text.toPlainText().strip()
        if self._inbox is None or not shown.chosen.mail or not text:
            return
        key, inbox = shown.chosen.mail, self._inbox
        order = UUID(shown.chosen.order) if shown.chosen.order else None
        intent, subject = reply.intent, reply.subject.text()
        reply.send.setEnabled(False)
        self._desk.run(
            INBOX_LANE,
            lambda: inbox.send(key, order_id=order, intent=intent, subject=subject, text=text),
            partial(self._done, self._desk.words("Sent.")),
            self._fail,
        )

    def _settle(self, state: MailState, reason: str) -> None:
        key, words = self._shown.chosen.mail, self._desk.words
        if self._inbox is None or not key:
            return
        said = {
            MailState.ASIDE: words("Put aside."),
            MailState.SENT: words("Noted: it was sent."),
            MailState.OPEN: words("Noted: it was not sent. It can be sent again."),
        }[state]
        settle: Callable[[], Changes] = partial(self._inbox.settle, key, state, reason=reason)
        self._desk.run(LANE, settle, partial(self._done, said), self._fail)

    def _done(self, said: str, changes: Changes) -> None:
        self._shown.chosen.mail = ""
        self.show()
        self._shown.outcome.say(Mark.OK, said)
        self.changed.emit(changes)
        self.read()

    def _fail(self, error: Exception) -> None:
        self._shown.outcome.say(Mark.DANGER, self._desk.told(error))
        self._shown.reply.send.setEnabled(True)
