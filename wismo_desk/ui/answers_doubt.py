"""A reply that broke off after it was handed over: a person looks, says whether it left, and how they know."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from wismo_desk.domain.inbox import MailState
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Outcome
from wismo_desk.ui.parts import Button
from wismo_desk.ui.theme import font


class DoubtBar(QWidget):
    """`settled` carries SENT, or OPEN for what was not sent, and the reason, which is kept."""

    settled = Signal(object, str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        words, look = desk.words, desk.look
        told = Outcome()
        self.reason = QLineEdit()
        self.reason.setFont(font(14))
        self.reason.setPlaceholderText(words("How do you know?"))
        self.reason.setAccessibleName(words("How do you know?"))
        self.sent = Button(look, words("It left"), icon="check")
        self.not_sent = Button(look, words("It did not leave"), icon="x")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.sent, 1)
        row.addWidget(self.not_sent, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(told)
        column.addWidget(self.reason)
        column.addLayout(row)
        told.say(
            Mark.WARN,
            words("Sent or not?"),
            words("The mail server broke off. Look among the sent messages of the mailbox."),
        )
        self.reason.textChanged.connect(lambda _: self._enable())
        self.sent.clicked.connect(lambda: self._say(MailState.SENT))
        self.not_sent.clicked.connect(lambda: self._say(MailState.OPEN))
        self.hide()

    def ask(self, *, of_doubt: bool) -> None:
        self.reason.clear()
        self._enable()
        self.setVisible(of_doubt)

    def _enable(self) -> None:
        known = bool(self.reason.text().strip())
        self.sent.setEnabled(known)
        self.not_sent.setEnabled(known)

    def _say(self, state: MailState) -> None:
        self.settled.emit(state, self.reason.text().strip())
