"""The settings page with its optional sections, over plain objects; the settings file is a list."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from letter_fakes import FakeLetters
from page_fakes import CARRIERS, NOW, FakePapers, make_desk

from wismo_desk.domain.job_queue import QueueState
from wismo_desk.domain.printer import PrinterState, PrinterStatus
from wismo_desk.errors import DeskError, Refused, SettingsProblem, SharedUnfit
from wismo_desk.settings.inbox import InboxSettings
from wismo_desk.settings.mail import MailSettings, Security
from wismo_desk.settings.station import Settings
from wismo_desk.ui.settings_messages import NoticeAsks
from wismo_desk.ui.settings_page import SettingsAsks, SettingsPage
from wismo_desk.ui.theme import Look
from wismo_desk.words import Words

ADDRESS = "postgresql+psycopg://poste1@192.168.1.10/wismo"
MAIL = MailSettings(
    on=True,
    host="smtp.papeterie.example",
    user="boutique@papeterie.example",
    sender_name="Papeterie Mirabelle",
    sender_address="boutique@papeterie.example",
    test_to="moi@papeterie.example",
)
NO_INBOX = InboxSettings()
NOT_JOINED = SharedUnfit(
    "This desk has not joined that shared database yet. Open the settings and choose what becomes of its own "
    "orders."
)
LOST = Refused(
    "This desk holds orders or labels that the shared database does not know. Upload them, or say clearly that "
    "they may be lost."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeLine:
    address: str = ADDRESS
    online: bool = False
    since: datetime | None = NOW - timedelta(hours=2)
    error: DeskError | None = None
    waiting: int = 0
    may_join: bool = False
    queue: QueueState | None = None


UNJOINED = FakeLine(error=NOT_JOINED, may_join=True, waiting=312)


@dataclass
class FakeOthers:
    """The shared database, the keyring and the mail server of the page; `said` records the calls."""

    line: FakeLine | None = None
    said: list[tuple[Any, ...]] = field(default_factory=list)
    saved: list[Settings] = field(default_factory=list)
    error: DeskError | None = None
    progress: tuple[int, int] | None = None
    letters: FakeLetters = field(default_factory=FakeLetters)
    mails: int = 12

    def state(self) -> FakeLine | None:
        self.said.append(("state",))
        return self.line

    def check(self, address: str) -> None:
        if not address.startswith("postgresql"):
            raise SettingsProblem("The shared database must be PostgreSQL.", field="shared")

    def join(self, *, fresh: bool, forced: bool = False) -> tuple[int, int]:
        self.said.append(("join", fresh, forced))
        if self.error:
            raise self.error
        if fresh and not forced:
            raise LOST
        assert self.line is not None
        self.line = replace(self.line, online=True, error=None, may_join=False, waiting=0)
        return (0, 0) if fresh else (1204, 57)

    def keep_password(self, what: str, value: str) -> None:
        if self.error:
            raise self.error
        self.said.append(("keep", what, value))

    def send_test(self, mail: MailSettings) -> str:
        self.said.append(("test", mail))
        if self.error:
            raise self.error
        return "250 2.0.0 queued"

    def try_inbox(self, inbox: InboxSettings) -> int:
        self.said.append(("inbox", inbox))
        if self.error:
            raise self.error
        return self.mails


def open_page(
    look: Look,
    others: FakeOthers,
    *,
    shared: str = ADDRESS,
    mail: MailSettings = MAIL,
    inbox: InboxSettings = NO_INBOX,
    words: Words | None = None,
    run: Any = None,
    notices: NoticeAsks | None = None,
) -> SettingsPage:
    asks = SettingsAsks(
        save=others.saved.append,
        printer_status=lambda _name: PrinterStatus(state=PrinterState.READY),
        print_test=lambda _name: None,
        backup=lambda _path: None,
        papers=FakePapers(),
        carriers=CARRIERS,
        documents=Path("/nowhere"),
        sharing_state=others.state,
        check_shared=others.check,
        join=others.join,
        join_progress=lambda: others.progress,
        keep_password=others.keep_password,
        send_test_mail=others.send_test,
        try_inbox=others.try_inbox,
        letters=others.letters,
        notices=notices,
        own_texts=Path("/var/lib/wismo-desk/notices"),
    )
    return SettingsPage(make_desk(look, words, run), Settings(shared=shared, mail=mail, inbox=inbox), asks)


PLAIN_HERE = replace(MAIL, host="localhost", port=25, security=Security.NONE, test_to="")
