"""Messages to customers: whether they are sent, through which server, in whose name, and of which news."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from wismo_desk.domain.notice import Milestone
from wismo_desk.errors import BadInput
from wismo_desk.settings.mail import MailSettings, Security
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.notices_model import NoticeTerms
from wismo_desk.ui.page_checks import Check
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Outcome
from wismo_desk.ui.parts import Button
from wismo_desk.ui.settings_form import Form
from wismo_desk.ui.settings_letters import LettersCard
from wismo_desk.ui.settings_panes import Draft, pane
from wismo_desk.ui.settings_password import still
from wismo_desk.ui.settings_server import Lines, ServerCard, refuse_plain

_ADDRESS: Final = re.compile(r"[^\s@<>,;:\"()]+@[\w-]+(\.[\w-]+)*")


def read_port(text: str) -> int:
    """Raises BadInput."""
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 65536):
        raise BadInput("“{text}” is not a port. Most mail servers use 587 or 465.", field="port", text=text)
    return int(text)


def read_address(text: str) -> str:
    """Raises BadInput."""
    if text and not _ADDRESS.fullmatch(text):
        raise BadInput(
            "“{text}” is not an e-mail address. Write it like name@shop.example.", field="email", text=text
        )
    return text


class MailPane(QWidget):
    """All of it applies at once; `send_test` sends one message to the desk's own people, never to a customer,
    and returns the server's words."""

    def __init__(
        self,
        desk: Desk,
        draft: Draft,
        *,
        keep_password: Callable[[str, str], object] | None,
        send_test: Callable[[MailSettings], str] | None,
        letters: LettersCard | None = None,
        others: Sequence[QWidget] = (),
    ) -> None:
        """`others`: the cards of the other channels and of the rules."""
        super().__init__()
        self.letters = letters
        self._desk, self._draft = desk, draft
        self._keep_password, self._send_test = keep_password, send_test
        self._lines = Lines(now=lambda: self.mail, change=self._change, refuse=draft.refuse)
        self.now, self.outcome = Outcome(), Outcome()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        cards = [self.now, self._sending(), self._server(), self._sender(), self._news()]
        whole.addWidget(pane(*cards, *others, *([letters] if letters else [])))
        self._show()

    @property
    def mail(self) -> MailSettings:
        return self._draft.settings.mail

    # The cards

    def _sending(self) -> Form:
        words = self._desk.words
        form = Form(self._desk, words("Messages to customers"))
        form.switch(
            words("E-mails"),
            words("Tell customers how their order is doing"),
            self.mail.on,
            lambda on: self._change(on=on),
        )
        self._lines.add(
            form,
            words("Test mode"),
            "test_to",
            read_address,
            hint=words(
                "An address of your own: while it stands here, all messages go there, none to customers."
            ),
        )
        if self._send_test is not None:
            self.test = Button(self._desk.look, words("Send me a test message"), icon="send")
            self.test.clicked.connect(self.send_test)
            row = QHBoxLayout()
            row.addWidget(self.test)
            row.addStretch()
            form.body.addLayout(row)
            form.body.addWidget(self.outcome)
        return form

    def _server(self) -> Form:
        words = self._desk.words
        ports = {
            Security.STARTTLS: (587, words("STARTTLS, usually port 587")),
            Security.TLS: (465, words("TLS from the start, usually port 465")),
            Security.NONE: (25, words("None: a server on this computer only")),
        }
        card = ServerCard(
            self._desk,
            words("Mail server"),
            self._lines,
            ports=ports,
            read_port=read_port,
            user_hint=words("Empty, if the server asks for no login."),
            keep=self._keep if self._keep_password is not None else None,
        )
        self.security, self.password = card.security, card.password
        self.port, self.ca_file = card.fields["port"], card.fields["ca_file"]
        self.server = card
        return card.form

    def _sender(self) -> Form:
        words = self._desk.words
        form = Form(self._desk, words("In whose name"))
        self._lines.add(form, words("Sender"), "sender_name")
        self._lines.add(form, words("Sender's address"), "sender_address", read_address)
        self._lines.add(
            form, words("Shop in the text"), "shop_name", hint=words("Empty, the name of the sender is used.")
        )
        languages = (("auto", words("By the country of the order")), ("fr", "Français"), ("en", "English"))
        form.choice(words("Language"), languages, self.mail.language, lambda v: self._change(language=v))
        return form

    def _news(self) -> Form:
        words = self._desk.words
        form = Form(self._desk, words("News that customers are told by e-mail"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        names = NoticeTerms(words).milestone
        for number, milestone in enumerate(Milestone):
            check = Check(self._desk.look, names[milestone])
            check.setChecked(milestone in self.mail.milestones)
            check.toggled.connect(lambda on, milestone=milestone: self._tell(milestone, on))
            grid.addWidget(check, number % 5, number // 5)
        form.body.addLayout(grid)
        return form

    # Changing

    def _change(self, **values: Any) -> None:
        """Raises BadInput."""
        fresh = replace(self.mail, **values)
        refuse_plain(fresh)
        self._draft.change(mail=fresh)
        self._show()

    def _tell(self, milestone: Milestone, on: bool) -> None:
        told = self.mail.milestones | {milestone} if on else self.mail.milestones - {milestone}
        self._change(milestones=told)

    def _keep(self, typed: str) -> None:
        assert self._keep_password is not None
        if not (self.mail.host and self.mail.user):
            raise BadInput("Enter server and user first: the password belongs to them.", field="mail")
        self._keep_password("mail", typed)

    # Telling

    def _show(self) -> None:
        mail, words = self.mail, self._desk.words
        if not mail.on:
            told = words("Messages to customers are switched off."), words("No customer is written to.")
            self.now.say(Mark.INFO, *told)
        elif not mail.ready:
            self.now.say(Mark.WARN, words("Switched on, but nothing is sent yet."), self._missing())
        elif mail.test_to:
            said = words("Test mode: every message goes to {address}.", address=mail.test_to)
            self.now.say(Mark.INFO, said, words("No customer is written to."))
        else:
            self.now.say(Mark.OK, words("Customers are told by e-mail."))

    def _missing(self) -> str:
        words, mail = self._desk.words, self.mail
        if not mail.host:
            return words("The name of the mail server is missing.")
        if not mail.sender_address:
            return words("The sender's address is missing.")
        return words("No news is chosen.")

    def send_test(self) -> None:
        """With what is shown now, whether messages are on or off."""
        assert self._send_test is not None
        send, mail, words = self._send_test, self.mail, self._desk.words
        address = mail.test_to or mail.sender_address
        if not mail.host or not address or not mail.sender_address:
            self.outcome.say(Mark.WARN, words("Enter the mail server and the sender's address first."))
            return
        self.test.setEnabled(False)
        self.outcome.say(Mark.INFO, words("The test message goes to {address}…", address=address))
        self._desk.run(
            "mail:test",
            lambda: send(mail),
            still(self, lambda said: self._sent(address, said)),
            still(self, self._failed),
        )

    def _sent(self, address: str, said: str) -> None:
        words = self._desk.words
        self.test.setEnabled(True)
        self.outcome.say(
            Mark.OK,
            words("The mail server took the test message for {address}.", address=address),
            words("Its answer: {said}", said=said),
        )

    def _failed(self, error: Exception) -> None:
        self.test.setEnabled(True)
        self.outcome.say(Mark.DANGER, self._desk.told(error))
