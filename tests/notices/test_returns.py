"""Returned mail, from a mailbox on loopback to the ledger; a customer's STOP, obeyed when it is theirs."""

from __future__ import annotations

from datetime import date
from email.message import EmailMessage

from notice_rig import Clock, notify_of, order, settings, take_in
from test_bounces import report

from wismo_desk.channels.imap import open_mailbox
from wismo_desk.domain.effect import EffectState
from wismo_desk.flows.notice_choices import NoticeChoices
from wismo_desk.flows.notify import Notify
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.returns import CAME_BACK, Returns
from wismo_desk.practice.failing_mail_server import FailingMailServer
from wismo_desk.practice.imap_server import USER, ImapServer
from wismo_desk.settings.inbox import InboxSettings
from wismo_desk.settings.mail import Security
from wismo_desk.store.store import Store

ONE, TWO = order("1"), order("2")
DAY = date(2026, 11, 23)


def told(store: Store, pen: Pen, clock: Clock) -> Notify:
    with FailingMailServer() as server:
        notify = notify_of(store, store.notices, lambda: settings(server.port), clock)
        notify.queue(take_in(store, pen, ONE, TWO))
        notify.turn()
    return notify


def returns_of(store: Store, pen: Pen, box: ImapServer) -> Returns:
    return Returns(
        store=store,
        pen=pen,
        ledger=store.notices,
        choices=NoticeChoices(store=store, pen=pen),
        settings=lambda: InboxSettings(
            on=True, host="127.0.0.1", port=box.port, user=USER, security=Security.NONE
        ),
        open_box=lambda chosen: open_mailbox(chosen, USER, DAY),
    )


def stop_mail(sender: str, number: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = sender, f"STOP {number}"
    mail.set_content("merci")
    return mail.as_bytes()


def test_what_came_back_is_shown_as_failed(store: Store, pen: Pen, clock: Clock) -> None:
    notify = told(store, pen, clock)
    sent = {row.notice.order_number: row.notice for row in notify.rows()}
    digest = str(sent["1"].details["message_id"])[1:33]
    with ImapServer(today=DAY) as box:
        box.put(report(original=f"Message-ID: <{digest}@papeterie.example>"))
        box.put(report(original=f"Message-ID: <{'f' * 32}@papeterie.example>"))
        returns = returns_of(store, pen, box)
        assert returns.turn().effects
        assert not returns.turn(), "it is not time yet"
        clock.pass_(minutes=6)
        assert not returns.turn(), "read once"
    (failed,) = notify.rows((EffectState.FAILED,))
    assert failed.notice.order_number == "1"
    assert (failed.notice.details["error"], failed.notice.details["raw"]) == (CAME_BACK, "5.1.1")
    notify.resend(failed.notice.notice_id, reason="adresse corrigée")
    assert notify.counts()[EffectState.PENDING] == 1


def test_stop_counts_from_the_recipient_only(store: Store, pen: Pen, clock: Clock) -> None:
    told(store, pen, clock)
    choices = NoticeChoices(store=store, pen=pen)
    with ImapServer(today=DAY) as box:
        box.put(stop_mail("somebody@else.example", "1"))
        box.put(stop_mail("Zoe.2@example.org", "2"))
        box.put(b"\xff\xfe nonsense")
        returns_of(store, pen, box).turn()
    assert not choices.is_stopped(ONE.order_id)
    assert choices.is_stopped(TWO.order_id)


def test_a_mailbox_that_is_away_holds_nothing_up(store: Store, pen: Pen, clock: Clock) -> None:
    with ImapServer(today=DAY) as box:
        returns = returns_of(store, pen, box)
    assert not returns.turn()
    assert returns.next_at is not None and returns.next_at > clock()


def test_numbers_given_anew_change_nothing_twice(store: Store, pen: Pen, clock: Clock) -> None:
    notify = told(store, pen, clock)
    digest = str(notify.rows()[0].notice.details["message_id"])[1:33]
    with ImapServer(today=DAY) as box:
        box.put(report(original=f"Message-ID: <{digest}@papeterie.example>"))
        returns = returns_of(store, pen, box)
        returns.turn()
        box.renumber()
        clock.pass_(minutes=6)
        returns.turn()
    assert len(notify.rows((EffectState.FAILED,))) == 1
