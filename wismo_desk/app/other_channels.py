"""Text messages, the merchant's own program and returned mail, joined; in practice none leaves this computer."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from urllib.parse import urlsplit

from wismo_desk.channels.imap import Mailbox, open_mailbox
from wismo_desk.channels.receipts import Receipt
from wismo_desk.channels.safe_line import is_loopback
from wismo_desk.channels.sms_smpp import SmppLine, open_smpp
from wismo_desk.channels.sms_ways import open_sms
from wismo_desk.channels.webhook import open_webhook
from wismo_desk.domain.notice import NoticeLedger
from wismo_desk.errors import SettingsProblem
from wismo_desk.flows.notice_choices import NoticeChoices
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.receipts import Receipts
from wismo_desk.flows.returns import Returns
from wismo_desk.notices.letters import Letters
from wismo_desk.notices.posts import Line, Post
from wismo_desk.notices.sms_post import SmsPost
from wismo_desk.notices.webhook_post import WebhookPost
from wismo_desk.settings import Settings
from wismo_desk.settings.channels import (
    Provider,
    SmsSettings,
    WebhookSettings,
    sms_secret,
    webhook_secret,
)
from wismo_desk.settings.inbox import InboxSettings, inbox_password
from wismo_desk.store.store import Store
from wismo_desk.web import Http

_ANSWER_S = 15.0  # a program that takes longer to say yes is in doubt


def other_posts(
    letters: Letters,
    settings: Callable[[], Settings],
    *,
    practice: bool,
    heard: Callable[[Receipt], object] = lambda receipt: None,
) -> tuple[Post, ...]:
    """`heard` gets what a message centre reports of earlier messages while one is sent."""
    http = Http(read_s=_ANSWER_S)

    def text(chosen: SmsSettings) -> Line:
        if practice and not (chosen.provider is Provider.SMPP and is_loopback(chosen.host)):
            raise _stays_here()
        return open_sms(chosen, sms_secret(chosen), heard=heard)

    def call(chosen: WebhookSettings) -> Line:
        if practice and not is_loopback(urlsplit(chosen.url).hostname or ""):
            raise _stays_here()
        return open_webhook(chosen, webhook_secret(chosen), http)

    return (
        SmsPost(letters=letters, settings=lambda: settings().sms, open_line=text),
        WebhookPost(settings=lambda: settings().webhook, open_line=call),
    )


def returns_flow(
    store: Store, pen: Pen, ledger: NoticeLedger, settings: Callable[[], Settings], *, practice: bool
) -> Returns:
    """From the mailbox of `[bounces]`; where there is none, from the customers' own, `[inbox]`."""

    def chosen() -> InboxSettings:
        now = settings()
        return now.bounces if now.bounces.ready else now.inbox

    def open_box(box: InboxSettings) -> AbstractContextManager[Mailbox]:
        if practice and not is_loopback(box.host):
            raise _stays_here()
        today = pen.clock().astimezone(settings().timezone).date()
        return open_mailbox(box, inbox_password(box), today)

    return Returns(
        store=store,
        pen=pen,
        ledger=ledger,
        choices=NoticeChoices(store=store, pen=pen),
        settings=chosen,
        open_box=open_box,
    )


def receipts_flow(
    pen: Pen, ledger: NoticeLedger, settings: Callable[[], Settings], *, practice: bool
) -> Receipts:
    def line(chosen: SmsSettings) -> SmppLine:
        if practice and not is_loopback(chosen.host):
            raise _stays_here()
        return open_smpp(chosen, sms_secret(chosen))

    return Receipts(pen=pen, ledger=ledger, settings=lambda: settings().sms, open_line=line)


def _stays_here() -> SettingsProblem:
    return SettingsProblem("In practice nothing leaves this computer: this channel stays silent.")
