"""What tells the customers, joined: letters, the outbox, and the sender."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from wismo_desk.app.other_channels import other_posts, receipts_flow, returns_flow
from wismo_desk.channels.smtp import open_line
from wismo_desk.domain.carrier import CarrierInfo
from wismo_desk.domain.notice import NoticeLedger
from wismo_desk.flows.notify import Notify
from wismo_desk.flows.pen import Pen
from wismo_desk.notices.known import Knowledge
from wismo_desk.notices.letters import Letters, spoken_names
from wismo_desk.notices.outbox import Outbox
from wismo_desk.notices.sender import Sender
from wismo_desk.notices.stops import Stops
from wismo_desk.resources import resources_dir
from wismo_desk.settings import Settings
from wismo_desk.settings.mail import MailSettings, mail_password
from wismo_desk.store.store import Store


def notify_flow(
    store: Store,
    pen: Pen,
    ledger: NoticeLedger,
    settings: Callable[[], Settings],
    infos: Mapping[str, CarrierInfo],
    *,
    folder: Path,
    practice: bool = False,
) -> Notify:
    """`ledger` is the shared one where there is one; the shop's own texts are in `folder`/notices. `practice`: no
    channel leaves this computer."""

    def mail() -> MailSettings:
        return settings().mail

    letters = _letters(store, settings, infos, folder)
    receipts = receipts_flow(pen, ledger, settings, practice=practice)
    posts = other_posts(letters, settings, practice=practice, heard=receipts.heard)
    stops, returns = Stops(store), returns_flow(store, pen, ledger, settings, practice=practice)
    sender = Sender(
        store=store,
        ledger=ledger,
        letters=letters,
        mail=mail,
        open_line=lambda chosen: open_line(chosen, mail_password(chosen)),
        clock=pen.clock,
        posts=posts,
        rules=stops.rules,
        stopped=stops.stopped,
        zone=settings().timezone,
    )
    outbox = Outbox(
        store=store,
        ledger=ledger,
        mail=mail,
        clock=pen.clock,
        rules=stops.rules,
        others=lambda: [post.channel for post in posts if post.ready],
    )
    return Notify(
        store=store,
        pen=pen,
        ledger=ledger,
        outbox=outbox,
        sender=sender,
        letters=letters,
        mail=mail,
        returns=lambda: returns.turn() | receipts.turn(),
    )


def _letters(
    store: Store, settings: Callable[[], Settings], infos: Mapping[str, CarrierInfo], folder: Path
) -> Letters:
    """The shop's own texts before those of the program, and what they may say of an order."""
    known = Knowledge(store=store, zone=settings().timezone)
    return Letters(
        (folder / "notices", resources_dir() / "notices"),
        names=spoken_names(infos, settings().own_name),
        zone=settings().timezone,
        mail=lambda: settings().mail,
        known=known,
        texts=known.texts,
    )
