"""Tracking pages: whether and where this desk publishes them, tried before a customer is sent there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from wismo_desk.domain.brand import https_address
from wismo_desk.errors import BadInput
from wismo_desk.settings.pages import PagesBy, PagesSettings
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Outcome
from wismo_desk.ui.parts import Button, write
from wismo_desk.ui.settings_brand import BrandAsks, BrandCard
from wismo_desk.ui.settings_form import Form
from wismo_desk.ui.settings_mail import read_port
from wismo_desk.ui.settings_panes import Draft, pane
from wismo_desk.ui.settings_password import PasswordField, still
from wismo_desk.ui.settings_server import Lines, read_host

if TYPE_CHECKING:
    # For its words only: loading it would load SQLAlchemy before the first paint.
    from wismo_desk.flows.publish import PagesTurn

T = TypeVar("T")
_LANE = "settings:pages"


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesAsks:
    """All but `last` on a lane; all raise DeskError. `attempt` opens the place and writes one small file."""

    brand: BrandAsks
    preview: Callable[[str], Path]
    fingerprint: Callable[[PagesSettings], str]
    attempt: Callable[[PagesSettings], None]
    last: Callable[[], PagesTurn]
    keep_password: Callable[[str], object] | None = None


class PagesPane(QWidget):
    """All of it applies at once."""

    def __init__(self, desk: Desk, draft: Draft, asks: PagesAsks) -> None:
        super().__init__()
        self._desk, self._draft, self._asks = desk, draft, asks
        self.now, self.outcome, self.key_outcome = Outcome(), Outcome(), Outcome()
        self.brand = BrandCard(desk, asks.brand)
        self._lines = Lines(now=lambda: self.pages, change=self._change, refuse=draft.refuse)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self._sftp = self._server()
        whole.addWidget(pane(self.now, self._where(), self._sftp, self._look(), self.brand))
        self._show()

    @property
    def pages(self) -> PagesSettings:
        return self._draft.settings.pages

    def ask(self) -> None:
        self.brand.ask()
        self._show()

    # The cards

    def _where(self) -> Form:
        words = self._desk.words
        form = Form(self._desk, words("Tracking pages"))
        ways = (
            (PagesBy.OFF.value, words("Not published")),
            (PagesBy.FOLDER.value, words("Into a folder that the web sees")),
            (PagesBy.SFTP.value, words("To the shop's web space by SFTP")),
        )
        self.by = form.choice(
            words("Published"), ways, self.pages.by.value, lambda value: self._change(by=PagesBy(value)),
            hint=words("One desk publishes for all. A page holds a first name and a town; its address is not guessed."),
        )  # fmt: skip
        self._lines.add(
            form, words("Seen under"), "address", _address,
            hint=words("The https address of that folder, such as https://suivi.boutique.example."), code=True,
        )  # fmt: skip
        self._lines.add(form, words("Folder"), "folder", _folder, hint=words("Its whole path."), code=True)
        self._lines.add(
            form, words("Days after the end"), "keep_days", _days,
            hint=words("So long the page of a delivered order stays."),
        )  # fmt: skip
        return form

    def _server(self) -> Form:
        words, look = self._desk.words, self._desk.look
        form = Form(self._desk, words("SFTP server"))
        self._lines.add(form, words("Server"), "host", read_host, code=True)
        self._lines.add(form, words("Port"), "port", read_port, code=True)
        self._lines.add(form, words("User"), "user")
        if self._asks.keep_password is not None:
            hint = words(
                "Kept in the keyring, never shown. It belongs to server and user: type it after them."
            )
            form.add(words("Password"), PasswordField(self._desk, self._asks.keep_password, hint))
        self._lines.add(
            form, words("Key file"), "key_file", hint=words("A private key instead of a password."), code=True
        )
        self._lines.add(form, words("Folder on the server"), "path", code=True)
        self._lines.add(
            form, words("Key of the server"), "host_key", code=True,
            hint=words("Compared before anything is sent. Ask the web host for it (SHA256:…), or take what is shown."),
        )  # fmt: skip
        self.ask_key = Button(look, words("Ask the server for its key"))
        self.ask_key.clicked.connect(self._ask_key)
        row = QHBoxLayout()
        row.addWidget(self.ask_key)
        row.addStretch()
        form.body.addLayout(row)
        form.body.addWidget(self.key_outcome)
        return form

    def _look(self) -> Form:
        words, look = self._desk.words, self._desk.look
        form = Form(self._desk, words("Look at one"))
        self.number = form.text(
            words("Order"), "", lambda _: None, hint=words("Empty, the newest one."), code=True
        )
        self.preview = Button(look, words("Open its page in the browser"), icon="external-link")
        self.attempt = Button(look, words("Try to publish"), icon="send")
        self.preview.clicked.connect(self._preview)
        self.attempt.clicked.connect(self._attempt)
        row = QHBoxLayout()
        row.addWidget(self.preview)
        row.addWidget(self.attempt)
        row.addStretch()
        form.body.addLayout(row)
        form.body.addWidget(self.outcome)
        note = words("The page is drawn here, from this order, and published nowhere.")
        form.body.addWidget(write(note, 13, tone="muted", wrap=True))
        return form

    # Changing and telling

    def _change(self, **values: Any) -> None:
        self._draft.change(pages=replace(self.pages, **values))
        self._show()

    def _show(self) -> None:
        words, pages, last = self._desk.words, self.pages, self._asks.last()
        self._sftp.setVisible(pages.by is PagesBy.SFTP)
        self._lines.fields["folder"].setEnabled(pages.by is PagesBy.FOLDER)
        self.attempt.setEnabled(pages.ready)
        if pages.by is PagesBy.OFF:
            self.now.say(
                Mark.INFO, words("Tracking pages are not published."), words("Letters name no page.")
            )
        elif not pages.ready:
            self.now.say(Mark.WARN, words("Chosen, but nothing is published yet."), self._missing())
        elif last.error is not None:
            self.now.say(Mark.WARN, words.error(last.error), self._waiting(last.waiting))
        else:
            self.now.say(
                Mark.OK,
                words("Tracking pages are published."),
                self._waiting(last.waiting),
            )

    def _waiting(self, count: int) -> str:
        words = self._desk.words
        if count == 1:
            return words("1 page waits")
        return words("{count} pages wait", count=count) if count else words("No page waits.")

    def _missing(self) -> str:
        words, pages = self._desk.words, self.pages
        if not pages.address:
            return words("The address under which they are seen is missing.")
        if pages.by is PagesBy.FOLDER:
            return words("The folder is missing.")
        if not pages.host or not pages.user:
            return words("Server or user is missing.")
        return words("The key of the server is missing.")

    def _ask_key(self) -> None:
        pages, words, outcome = self.pages, self._desk.words, self.key_outcome
        outcome.say(Mark.INFO, words("Asking {host}…", host=pages.host))

        def shown(key: str) -> None:
            said = words("The server shows {key}.", key=key)
            outcome.say(Mark.WARN, said, words("Compare it with what your web host says, then save it."))
            take = Button(self._desk.look, words("It is the same: save it"), icon="check")
            take.clicked.connect(lambda: self._take_key(key))
            outcome.add(take)

        self._ask(lambda: self._asks.fingerprint(pages), shown, outcome)

    def _take_key(self, key: str) -> None:
        self._lines.fields["host_key"].setText(key)
        self.key_outcome.clear()
        self._change(host_key=key)

    def _attempt(self) -> None:
        pages, words = self.pages, self._desk.words
        self.outcome.say(Mark.INFO, words("Trying…"))
        said = words("A file was written there. The pages follow by themselves.")
        self._ask(lambda: self._asks.attempt(pages), lambda _: self.outcome.say(Mark.OK, said), self.outcome)

    def _preview(self) -> None:
        number = self.number.text()

        def show(path: Path) -> None:
            self.open_url(QUrl.fromLocalFile(str(path)))

        self._ask(lambda: self._asks.preview(number), show, self.outcome)

    def _ask(self, work: Callable[[], T], done: Callable[[T], object], outcome: Outcome) -> None:
        def failed(error: Exception) -> None:
            outcome.say(Mark.DANGER, self._desk.told(error))

        self._desk.run(_LANE, work, still(self, done), still(self, failed))

    def open_url(self, url: QUrl) -> None:
        self.outcome.clear()
        QDesktopServices.openUrl(url)


def _address(text: str) -> str:
    return https_address(text, field="address") if text else ""


def _folder(text: str) -> str:
    if text and not Path(text).is_dir():
        raise BadInput(
            "There is no folder {folder}. Make it first, then write its whole path.",
            field="folder",
            folder=text,
        )
    return text


def _days(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < int(text) <= 365):
        raise BadInput("“{text}” is no number of days from 1 to 365.", field="keep_days", text=text)
    return int(text)
