"""What the page Réponses asks of the flows, and the lanes on which it asks."""

from __future__ import annotations

from typing import Final, Protocol
from uuid import UUID

from wismo_desk.domain.fact import Changes
from wismo_desk.domain.inbox import InboxMail, MailState
from wismo_desk.domain.intent import Intent
from wismo_desk.domain.watching import Detail, ShipmentRow
from wismo_desk.flows.answer import Answer
from wismo_desk.flows.inbox import Opened
from wismo_desk.ui.detail_words import Timeline
from wismo_desk.ui.page_desk import Desk

LANE: Final = "answers"
INBOX_LANE: Final = "inbox"  # questions over the network


class Asks(Protocol):
    """What the page asks of the flows; the inbox is None where no mailbox is set up."""

    def search(self, text: str) -> list[ShipmentRow]: ...

    def card(self, order_id: UUID, *, intent: Intent, language: str) -> tuple[Answer, Detail]: ...

    def log(self, order_id: UUID | None, intent: Intent, channel: str) -> Changes: ...

    def timeline(self, desk: Desk) -> Timeline: ...


class Mails(Protocol):
    """The inbox, as far as the page needs it (flows/inbox)."""

    @property
    def is_on(self) -> bool: ...

    def mails(self) -> list[InboxMail]: ...

    def open(self, key: str, /) -> Opened: ...

    def send(
        self, key: str, /, *, order_id: UUID | None, intent: Intent, subject: str, text: str
    ) -> Changes: ...

    def choose(self, key: str, order_id: UUID, /) -> Changes: ...

    def settle(self, key: str, state: MailState, /, *, reason: str = "") -> Changes: ...
