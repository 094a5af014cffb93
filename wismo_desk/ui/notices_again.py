"""The band above what was not sent: all of it once more, for one reason, when a whole server had refused."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Reason
from wismo_desk.ui.parts import Button, write


class AllAgain(QFrame):
    """Hidden unless there is something to send again. `asked` when the question opened or closed."""

    confirmed = Signal(str)
    asked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._count = 0
        self.question: Reason | None = None
        words = desk.words
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        self._told = write("", 14, wrap=True)
        self.button = Button(desk.look, words("Send all of them again"), icon="send", small=True)
        self.button.clicked.connect(self.ask)
        row.addWidget(self._told, 1)
        row.addWidget(self.button)
        self._column.addLayout(row)
        self.hide()

    def show_count(self, count: int) -> None:
        """How many there are in view; an open question is not taken away."""
        self._count = count
        self._told.setText(
            self._desk.words(
                "{count} were not sent. Mend the cause first.", count=self._desk.words.number(count)
            )
        )
        self.setVisible(count > 1 or self.question is not None)

    def ask(self) -> None:
        if self.question is not None:
            return
        words = self._desk.words
        title = words("Why are all of them sent again? The reason is kept with each.")
        answers = (words("The server works again"), words("The settings were corrected"))
        self.question = Reason(self._desk, title, answers, words("Send again"))
        self.question.confirmed.connect(self._confirm)
        self.question.cancelled.connect(self.stop_asking)
        self.question.setMaximumWidth(560)
        self._column.addWidget(self.question)
        self.question.setFocus()
        self.asked.emit()

    def _confirm(self, reason: str) -> None:
        self.stop_asking()
        self.confirmed.emit(reason)

    def stop_asking(self) -> None:
        question, self.question = self.question, None
        if question is not None:
            question.setParent(None)
            question.deleteLater()
        self.setVisible(self._count > 1)
        self.asked.emit()
