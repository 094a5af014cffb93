"""The reply beside the card: to whom, in which language, to which question; words that come from facts in violet."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QVBoxLayout,
)

from wismo_desk.domain.intent import ANSWERED, HandOff, Intent
from wismo_desk.flows.answer import Answer
from wismo_desk.flows.answer_words import intent_words, why
from wismo_desk.ui.answers_doubt import DoubtBar
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Outcome
from wismo_desk.ui.parts import Button, Chip, Choice, Kind, write
from wismo_desk.ui.theme import Weight, font

_ASKED = tuple(intent for intent in Intent if intent in ANSWERED)


class ReplyPane(QFrame):
    """`reworded` asks for the draft of another question or language; the others say what a person pressed."""

    reworded = Signal()
    copy_wanted = Signal()
    phone_wanted = Signal()
    send_wanted = Signal()
    aside_wanted = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._parts: tuple[str, ...] = ()
        self._unasked = Intent.OTHER  # what a mail asks that has no draft
        self.setProperty("part", "panel")
        words, look = desk.words, desk.look
        self.asked = Choice(look, words("What is asked"))
        names = intent_words(words)
        for intent in _ASKED:
            self.asked.addItem(names[intent], intent)
        self.to, self.subject = QLineEdit(), QLineEdit()
        for field, name in ((self.to, words("To")), (self.subject, words("Subject"))):
            field.setFont(font(14))
            field.setPlaceholderText(name)
            field.setAccessibleName(name)
        self.to.setReadOnly(True)
        self.text = QPlainTextEdit()
        self.text.setFont(font(15))
        self.text.setAccessibleName(words("Reply"))
        self.text.setTabChangesFocus(True)
        self.note, self.doubt = Outcome(), DoubtBar(desk)
        self.send = Button(look, words("Send"), icon="send", key=words("Ctrl Enter"), kind=Kind.PRIMARY)
        self.copy = Button(look, words("Copy"), icon="copy", key=words("Ctrl Shift C"))
        self.phone = Button(look, words("Told by phone"), icon="check")
        self.aside = Button(look, words("No answer is due"), icon="x")
        self._lay_out()
        self.asked.activated.connect(lambda _: self.reworded.emit())
        self.text.textChanged.connect(self._paint_parts)
        for button, signal in (
            (self.send, self.send_wanted),
            (self.copy, self.copy_wanted),
            (self.phone, self.phone_wanted),
            (self.aside, self.aside_wanted),
        ):
            button.clicked.connect(signal)
        self.show_mail("")

    def _lay_out(self) -> None:
        words, look = self._desk.words, self._desk.look
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(write(words("Reply"), 16, Weight.SEMIBOLD))
        head.addStretch()
        self._languages = QButtonGroup(self)
        for at, language in enumerate(("FR", "EN")):
            chip = Chip(look, language)
            chip.setAccessibleName({"FR": words("In French"), "EN": words("In English")}[language])
            self._languages.addButton(chip, at)
            head.addWidget(chip)
        self._languages.idClicked.connect(lambda _: self.reworded.emit())
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addLayout(head)
        for part in (self.asked, self.to, self.subject):
            column.addWidget(part)
        column.addWidget(self.text, 1)
        column.addWidget(self.note)
        column.addWidget(self.doubt)
        hint = write(words("Words in violet come from the facts."), 12, tone="muted", wrap=True)
        column.addWidget(hint)
        first, second = QHBoxLayout(), QHBoxLayout()
        for row in (first, second):
            row.setSpacing(8)
            column.addLayout(row)
        first.addWidget(self.send, 1)
        first.addWidget(self.copy, 1)
        second.addWidget(self.phone, 1)
        second.addWidget(self.aside, 1)

    @property
    def intent(self) -> Intent:
        chosen = self.asked.currentData()
        return self._unasked if chosen is None else Intent(chosen)

    @property
    def language(self) -> str:
        return "en" if self._languages.checkedId() == 1 else "fr"

    def show_mail(self, sender: str) -> None:
        """With a mail the reply can be sent; without one it is copied or told."""
        self.to.setText(sender)
        for part in (self.to, self.send, self.aside):
            part.setVisible(bool(sender))
        self.doubt.ask(of_doubt=False)
        self.copy.kind = Kind.PLAIN if sender else Kind.PRIMARY
        self.copy.update()

    def show_answer(self, found: Answer) -> None:
        self._unasked = found.understood.intent
        self.asked.setCurrentIndex(self.asked.findData(found.understood.intent))
        chip = self._languages.button(1 if found.understood.language == "en" else 0)
        chip.setChecked(True)
        self.subject.setText(found.subject)
        self._parts = tuple(part for said in found.said for part in said.parts)
        self.text.setPlainText(found.reply)
        self.note.clear()
        if found.hand_off is not HandOff.NONE:
            self.note.say(
                Mark.WARN, why(self._desk.words, found.hand_off, found.tasks, proven=found.found.proven)
            )
        for button in (self.copy, self.phone, self.send):
            button.setEnabled(True)

    def show_none(self, found: Answer | None) -> None:
        """No order: nothing to say yet, a person writes."""
        self._unasked = found.understood.intent if found else Intent.OTHER
        self.asked.setCurrentIndex(self.asked.findData(self._unasked))
        self._parts = ()
        self.text.setPlainText("")
        self.subject.setText("")
        self.note.clear()
        if found is not None and found.hand_off is not HandOff.NONE:
            self.note.say(
                Mark.WARN, why(self._desk.words, found.hand_off, found.tasks, proven=found.found.proven)
            )

    def _paint_parts(self) -> None:
        """Each stretch that comes from a fact, as long as it stands there unchanged."""
        theme = self._desk.look.theme
        shape = QTextCharFormat()
        shape.setForeground(theme.info)
        shape.setBackground(theme.info_tint)
        shape.setFontWeight(QFont.Weight.Medium)
        self.text.setExtraSelections(self._found(self._parts, shape))

    def _found(self, parts: Sequence[str], shape: QTextCharFormat) -> list[QTextEdit.ExtraSelection]:
        whole, found = self.text.toPlainText(), []
        for part in dict.fromkeys(parts):
            at = whole.find(part)
            if at >= 0:
                mark = QTextEdit.ExtraSelection()
                cursor = QTextCursor(self.text.document())
                cursor.setPosition(at)
                cursor.setPosition(at + len(part), QTextCursor.MoveMode.KeepAnchor)
                mark.cursor, mark.format = cursor, shape
                found.append(mark)
        return found
