"""Text messages as a channel of the sender: the number as the network takes it, the text of the templates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from wismo_desk.channels.sms import Sms, clean_text, mobile_number
from wismo_desk.domain.notice import Channel, Notice, message_id
from wismo_desk.errors import BadInput
from wismo_desk.notices.letters import Letters
from wismo_desk.notices.posts import Line, Written, happened, refuse_links, spoken
from wismo_desk.notices.stories import Told
from wismo_desk.settings.channels import SmsSettings

NO_NUMBER: Final = "This order has no telephone number. Ask the customer, then send again."


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsPost:
    letters: Letters
    settings: Callable[[], SmsSettings]
    open_line: Callable[[SmsSettings], Line]

    @property
    def channel(self) -> Channel:
        return Channel.SMS

    @property
    def ready(self) -> bool:
        return self.settings().ready

    @property
    def per_minute(self) -> int:
        return self.settings().per_minute

    def address(self, told: Told) -> str:
        return told.order.recipient.phone.strip()

    def write(self, told: Told, notice: Notice, *, now: datetime) -> Written:
        settings, number = self.settings(), self.address(told)
        if not number:
            raise BadInput(NO_NUMBER, field="phone")
        to = mobile_number(
            number, told.order.recipient.country
        )  # in test mode too: it is what the test is for
        refuse_links(told)
        at = happened(notice, now)
        text = self.letters.sms(told, notice.milestone, at=at, language=spoken(notice))
        reference = message_id(notice, "sms")
        sms = Sms(
            to=mobile_number(settings.test_to, "FR") if settings.test_to else to,
            text=clean_text(text),
            reference=reference,
            sender=settings.sender,
        )
        return Written(message=sms, message_id=reference, test=bool(settings.test_to))

    def open(self) -> Line:
        return self.open_line(self.settings())
