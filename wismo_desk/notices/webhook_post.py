"""The merchant's own program as a channel of the sender: what happened to which order, without personal data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from wismo_desk.channels.webhook import Call
from wismo_desk.domain.claim_news import claim_news
from wismo_desk.domain.notice import Channel, Notice, message_id
from wismo_desk.notices.posts import Line, Written, happened
from wismo_desk.notices.stories import Told
from wismo_desk.settings.channels import WebhookSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookPost:
    settings: Callable[[], WebhookSettings]
    open_line: Callable[[WebhookSettings], Line]

    @property
    def channel(self) -> Channel:
        return Channel.WEBHOOK

    @property
    def ready(self) -> bool:
        return self.settings().ready

    @property
    def per_minute(self) -> int:
        return self.settings().per_minute

    def address(self, told: Told) -> str:
        """A program asks for no silence."""
        return ""

    def write(self, told: Told, notice: Notice, *, now: datetime) -> Written:
        call_id = message_id(notice, "webhook").strip("<>").partition("@")[0]
        data = news_of(told, notice, happened(notice, now))
        return Written(message=Call(call_id=f"msg_{call_id}", at=now, data=data), message_id=call_id)

    def open(self) -> Line:
        return self.open_line(self.settings())


def news_of(told: Told, notice: Notice, at: datetime) -> dict[str, object]:
    """The contract with the merchant's program: keys are only ever added."""
    row, expected = told.row, told.row.expected
    claim = claim_news(told.story.facts, row.status)
    return {
        "type": f"shipment.{notice.milestone}",
        "timestamp": at.isoformat(),
        "data": {
            "order": told.order.number,
            "source": told.order.source,
            "shipment": str(notice.shipment_id),
            "carrier": row.carrier,
            "service": row.service,
            "numbers": list(told.numbers),
            "status": row.status.value,
            "reason": row.reason.value,
            "promised_on": row.promised_on.isoformat() if row.promised_on else None,
            "expected": [expected.low.isoformat(), expected.high.isoformat()] if expected else None,
            "claim": {"kind": claim.kind.value, "end": claim.end.value if claim.end else None}
            if claim
            else None,
        },
    }
