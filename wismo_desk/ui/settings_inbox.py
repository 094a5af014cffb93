"""The customers' mailbox: where their mails are read, whether it answers, and which replies may leave by themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Final

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from wismo_desk.domain.intent import Intent
from wismo_desk.errors import BadInput, SettingsProblem
from wismo_desk.flows.answer_words import intent_words
from wismo_desk.flows.inbox import ALONE, SURE_ALONE
from wismo_desk.settings.inbox import PASSWORD, InboxSettings, keep_inbox_password
from wismo_desk.settings.mail import Security
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Outcome
from wismo_desk.ui.parts import Button, write
from wismo_desk.ui.settings_form import Form
from wismo_desk.ui.settings_panes import Draft, pane
from wismo_desk.ui.settings_password import still
from wismo_desk.ui.settings_server import Lines, ServerCard, refuse_plain

TryInbox = Callable[[InboxSettings], int]  # on a lane: how many mails the first reading would see
_LONGEST_DAYS: Final = 90


def read_imap_port(text: str) -> int:
    """Raises BadInput."""
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 65536):
        raise BadInput("“{text}” is not a port. Mailboxes use 993, or 143.", field="port", text=text)
    return int(text)


def read_days(text: str) -> int:
    """Raises BadInput."""
    if not (text.isascii() and text.isdecimal() and int(text) <= _LONGEST_DAYS):
        raise BadInput(
            "“{text}” is not a number of days. Write 0 to {most}.",
            field="since_days",
            text=text,
            most=_LONGEST_DAYS,
        )
    return int(text)


def keep_in_keyring(inbox: InboxSettings, typed: str) -> None:
    """The password belongs to server and user. Raises BadInput and SettingsProblem."""
    if not (inbox.host and inbox.user):
        raise BadInput("Enter server and user first: the password belongs to them.", field="mail")
    if not keep_inbox_password(inbox, typed):
        raise SettingsProblem(
            "This computer has no keyring that keeps the password. Set the environment variable {name}.",
            name=PASSWORD,
            field="mail",
        )


class InboxPane(QWidget):
    """All of it applies at once. `attempt` opens the mailbox as it is written here and changes nothing in it;
    `secrets`: whether a password may be kept (not in practice)."""

    def __init__(self, desk: Desk, draft: Draft, *, attempt: TryInbox, secrets: bool) -> None:
        super().__init__()
        self._desk, self._draft = desk, draft
        self._attempt, self._secrets = attempt, secrets
        self._refused = False  # at the last try with the settings in force
        self._lines = Lines(now=lambda: self.inbox, change=self._change, refuse=draft.refuse)
        self.now, self.outcome = Outcome(), Outcome()
        self.fields: dict[str, QLineEdit] = {}
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(pane(self.now, self._reading(), self._server(), self._alone()))
        self._show()

    @property
    def inbox(self) -> InboxSettings:
        return self._draft.settings.inbox

    # The cards

    def _reading(self) -> Form:
        words = self._desk.words
        form = Form(self._desk, words("Customers' mailbox"))
        self.on = form.switch(
            words("Mailbox"),
            words("Read what customers write"),
            self.inbox.on,
            lambda on: self._change(on=on),
        )
        named = words("As the server names it; INBOX everywhere.")
        self.fields["folder"] = self._lines.add(form, words("Folder"), "folder", hint=named)
        back = words("How far back the first reading goes.")
        self.fields["since_days"] = self._lines.add(
            form, words("Days back"), "since_days", read_days, hint=back
        )
        said = words("Nothing is deleted, moved or marked as read. No word of a mail is kept on this desk.")
        form.body.addWidget(write(said, 13, tone="muted", wrap=True))
        self.test = Button(self._desk.look, words("Try the mailbox"), icon="mail")
        self.test.clicked.connect(self.try_now)
        row = QHBoxLayout()
        row.addWidget(self.test)
        row.addStretch()
        form.body.addLayout(row)
        form.body.addWidget(self.outcome)
        return form

    def _server(self) -> Form:
        words = self._desk.words
        ports = {
            Security.TLS: (993, words("TLS from the start, usually port 993")),
            Security.STARTTLS: (143, words("STARTTLS, usually port 143")),
            Security.NONE: (143, words("None: a server on this computer only")),
        }
        card = ServerCard(
            self._desk,
            words("Server (IMAP)"),
            self._lines,
            ports=ports,
            read_port=read_imap_port,
            user_hint=words("Mostly the whole address."),
            keep=(lambda typed: keep_in_keyring(self.inbox, typed)) if self._secrets else None,
        )
        self.security, self.password = card.security, card.password
        self.fields |= card.fields
        self.server = card
        return card.form

    def _alone(self) -> Form:
        """One switch to each question that facts alone may answer; the others always wait for a person."""
        words = self._desk.words
        form = Form(self._desk, words("Replies that leave by themselves"))
        names = intent_words(words)
        for intent in (each for each in Intent if each in ALONE):
            form.switch(
                names[intent],
                words("Answer it without a person"),
                intent in self.inbox.alone,
                partial(self._let, intent),
            )
        self.warning = Outcome()
        form.body.addWidget(self.warning)
        note = words(
            "Only when two keys name the order, the question is understood to {sure}% at least, and it is the only "
            "one of the mail. What is lost, claimed, said in anger or to be changed always waits for a person.",
            sure=words.number(SURE_ALONE * 100),
        )
        form.body.addWidget(write(note, 13, tone="muted", wrap=True))
        return form

    # Changing

    def _change(self, **values: Any) -> None:
        """Raises BadInput."""
        fresh = replace(self.inbox, **values)
        refuse_plain(fresh)
        self._draft.change(inbox=fresh)
        self._refused = False
        self.outcome.clear()  # it was said of other settings
        self._show()

    def _let(self, intent: Intent, on: bool) -> None:
        now = self.inbox.alone
        self._change(alone=now | {intent} if on else now - {intent})

    # Telling

    def _show(self) -> None:
        words, inbox = self._desk.words, self.inbox
        if not inbox.on:
            self.now.say(
                Mark.INFO,
                words("The mailbox is not read."),
                words("Questions are answered by search and scan."),
            )
        elif not inbox.ready:
            self.now.say(
                Mark.WARN, words("Switched on, but nothing is read yet."), words("Enter server and user.")
            )
        elif self._refused:
            self.now.say(
                Mark.WARN,
                words("The mailbox is switched on, and could not be read at the last try."),
                words("What it answered stands below."),
            )
        else:
            self.now.say(
                Mark.OK,
                words("The mailbox is read every minute."),
                words("Answers go out through the mail server under Messages."),
            )
        alone = inbox.alone & ALONE
        self.warning.setVisible(bool(alone))
        if alone:
            self.warning.say(
                Mark.WARN,
                words("Such replies leave without anybody having read them."),
                words("Read some drafts on the page Answers first."),
            )

    def try_now(self) -> None:
        """With what is shown now, whether it is switched on or not."""
        words, inbox = self._desk.words, self.inbox
        if not (inbox.host and inbox.user):
            self.outcome.say(Mark.WARN, words("Enter server and user first."))
            return
        self.test.setEnabled(False)
        self.outcome.say(Mark.INFO, words("The mailbox is asked…"))
        self._desk.run(
            "mail:test",
            lambda: self._attempt(replace(inbox, on=True)),
            still(self, self._answered),
            still(self, self._failed),
        )

    def _answered(self, count: int) -> None:
        words, inbox = self._desk.words, self.inbox
        self._tried(refused=False)
        days = words.number(inbox.since_days)
        said = (
            words("One mail of the last {days} days is in {folder}.", days=days, folder=inbox.folder)
            if count == 1
            else words(
                "{count} mails of the last {days} days are in {folder}.",
                count=words.number(count),
                days=days,
                folder=inbox.folder,
            )
        )
        self.outcome.say(Mark.OK, words("The mailbox answers."), said)

    def _failed(self, error: Exception) -> None:
        self._tried(refused=True)
        self.outcome.say(Mark.DANGER, self._desk.told(error))

    def _tried(self, *, refused: bool) -> None:
        self.test.setEnabled(True)
        self._refused = refused
        self._show()
