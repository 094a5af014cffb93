"""What every channel looks like to the sender, and e-mail as the first of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Final, Protocol, Self

from wismo_desk.channels.smtp import Mail, MailLine, clean_address
from wismo_desk.domain.notice import Channel, Letter, Notice, message_id
from wismo_desk.errors import BadInput, MailUnreachable, SettingsProblem
from wismo_desk.notices.letters import Letters
from wismo_desk.notices.stories import Told
from wismo_desk.settings.mail import MailSettings

NO_ADDRESS: Final = "This order has no e-mail address. Ask the customer, then send again."


LINK: Final = "The recipient of this order holds a web address. Correct it, then send again."
_LINK: Final = re.compile(r"://|\bwww\.|\w\.[a-z]{2,}/", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A notice as its channel sends it. `details` go into the ledger before the channel is asked."""

    message: Any
    message_id: str
    test: bool = False


class Line(Protocol):
    """One open way out; `broken` once nothing more can be sent on it.

    `send` returns the other side's word on taking it. It raises MessageRefused, MessageDeferred or BadInput (this
    message was not taken), MessageUnreachable (not taken, and the way is closed), OutcomeUnknown (it may have been).
    """

    @property
    def broken(self) -> bool: ...

    def send(self, message: Any, /) -> str: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...


class Post(Protocol):
    """One channel. `write` raises BadInput (this one cannot be sent) and SettingsProblem (none can, for now);
    `open` raises MessageUnreachable, SettingsProblem, BadInput."""

    @property
    def channel(self) -> Channel: ...

    @property
    def ready(self) -> bool: ...

    @property
    def per_minute(self) -> int:
        """How many may be sent in a minute; 0: as many as there are."""
        ...

    def address(self, told: Told) -> str:
        """Where it would go, "" for nowhere; who wants no more messages is known by it."""
        ...

    def write(self, told: Told, notice: Notice, *, now: datetime) -> Written: ...

    def open(self) -> Line: ...


def refuse_links(told: Told) -> None:
    """Whoever orders may type what they like: a shop's letters must not carry a stranger's link to a stranger."""
    who = told.order.recipient
    for field in ("name", "company", "city"):
        if _LINK.search(getattr(who, field)):
            raise BadInput(LINK, field=field)


def happened(notice: Notice, now: datetime) -> datetime:
    return datetime.fromisoformat(str(notice.details.get("happened_at") or now.isoformat()))


def spoken(notice: Notice) -> str:
    """The language a rule chose for it, or "" for the usual one."""
    return str(notice.details.get("language") or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPost:
    letters: Letters
    mail: Callable[[], MailSettings]
    open_line: Callable[[MailSettings], MailLine]

    @property
    def channel(self) -> Channel:
        return Channel.EMAIL

    @property
    def ready(self) -> bool:
        return self.mail().ready

    @property
    def per_minute(self) -> int:
        return self.mail().per_minute

    def address(self, told: Told) -> str:
        return told.order.recipient.email.strip()

    def write(self, told: Told, notice: Notice, *, now: datetime) -> Written:
        if not self.address(told):
            raise BadInput(NO_ADDRESS, field="email")
        clean_address(self.address(told))  # in test mode too: it is what the test is for
        refuse_links(told)
        at = happened(notice, now)
        letter = self.letters.write(told, notice.milestone, at=at, language=spoken(notice))
        mail = self.mail()
        own = mail.of_shop(told.order.source)
        message = _message(own, notice, letter, now)
        routed = (own, message) if mail.accounts else message
        return Written(message=routed, message_id=message.message_id, test=bool(mail.test_to))

    def open(self) -> Line:
        mail = self.mail()
        return MailLines(self.open_line) if mail.accounts else self.open_line(mail)


class MailLines:
    """Several accounts, each on a line of its own that is opened when its first message comes; one that is away
    ends the turn."""

    def __init__(self, open_line: Callable[[MailSettings], MailLine]) -> None:
        self._open = open_line
        self._lines: dict[tuple[str, int, str, str], MailLine] = {}
        self._held = ExitStack()
        self.broken = False

    def send(self, routed: tuple[MailSettings, Mail]) -> str:
        mail, message = routed
        key = (mail.host, mail.port, mail.user, mail.sender_address)
        if key not in self._lines:
            self._lines[key] = self._opened(mail)
        line = self._lines[key]
        try:
            return line.send(message)
        finally:
            self.broken = self.broken or line.broken

    def _opened(self, mail: MailSettings) -> MailLine:
        """Nothing has left when it cannot be opened."""
        try:
            return self._held.enter_context(self._open(mail))
        except (SettingsProblem, BadInput) as error:
            self.broken = True
            away = MailUnreachable(error.sentence, raw=error.raw)
            away.values = error.values
            raise away from error
        except MailUnreachable:
            self.broken = True
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._held.close()


def _message(mail: MailSettings, notice: Notice, letter: Letter, now: datetime) -> Mail:
    """In test mode it goes to one's own address, and the subject names whom it was meant for."""
    domain = clean_address(mail.sender_address).rpartition("@")[2]
    return Mail(
        to=mail.test_to or letter.to,
        to_name="" if mail.test_to else letter.name,
        subject=f"[Test → {letter.to}] {letter.subject}" if mail.test_to else letter.subject,
        text=letter.text,
        html=letter.html,
        message_id=message_id(notice, domain),
        date=now,
        language=letter.language,
    )
