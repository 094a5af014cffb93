"""Several channels at once: none holds another, each at its own pace, under the merchant's rules."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from notice_day import SECRET
from notice_rig import (
    Clock,
    commit,
    fact,
    label,
    letters_of,
    notify_of,
    order,
    said,
    settings,
    take_in,
)

from wismo_desk.channels.sms_smpp import open_smpp
from wismo_desk.channels.webhook import open_webhook
from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.notice import Channel, Milestone, Notice
from wismo_desk.domain.notice_rules import QUIET, STOPPED, NoticeRule
from wismo_desk.domain.order import Order, Party
from wismo_desk.errors import MessageUnreachable, Refused
from wismo_desk.flows.notify import Notify
from wismo_desk.flows.pen import Pen
from wismo_desk.notices.sms_post import SmsPost
from wismo_desk.notices.webhook_post import WebhookPost
from wismo_desk.practice.failing_mail_server import FailingMailServer
from wismo_desk.practice.sms_server import SmsFault, SmsServer
from wismo_desk.practice.webhook_server import WebhookServer
from wismo_desk.settings.channels import SmsSettings, WebhookSettings
from wismo_desk.settings.mail import MailAccount, Security, mail_from_toml, mail_to_toml
from wismo_desk.store.store import Store
from wismo_desk.web import Http

C, M, S = Channel, Milestone, EffectState
PARTY = Party(
    name="Zoé Lefèvre",
    postcode="37000",
    city="Tours",
    country="FR",
    email="zoe@example.org",
    phone="06 12 34 56 78",
)
ONE = order("1", recipient=PARTY)


class House:
    """Three companies on loopback, and a desk that tells by all of them."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.mail, self.texts, self.program = FailingMailServer(), SmsServer(), WebhookServer(SECRET)
        self.sms, self.webhook = SmsSettings(), WebhookSettings()
        self.store, self.clock = store, clock
        self.changes: dict[str, Any] = {}

    def open(self) -> None:
        self.sms = SmsSettings(on=True, host="127.0.0.1", port=self.texts.port, tls=False, user="desk")
        self.webhook = WebhookSettings(on=True, url=self.program.url)
        http = Http(connect_s=1.0, read_s=10.0)

        def mail() -> Any:
            return settings(self.mail.port, **self.changes)

        posts = (
            SmsPost(
                letters=letters_of(mail),
                settings=lambda: self.sms,
                open_line=lambda chosen: open_smpp(chosen, "secret", answer_s=20.0, connect_s=20.0),
            ),
            WebhookPost(
                settings=lambda: self.webhook,
                open_line=lambda chosen: open_webhook(chosen, SECRET, http),
            ),
        )
        self.notify = notify_of(self.store, self.store.notices, mail, self.clock, posts=posts)

    def told(self, one: Order = ONE) -> dict[tuple[Channel, Milestone], Notice]:
        return {(each.channel, each.milestone): each for each in self.notify.of_order(one.order_id)}

    def rule(self, **values: Any) -> None:
        choices = self.notify.choices
        choices.save(replace(choices.rules(), **values))


@pytest.fixture
def house(store: Store, clock: Clock) -> Iterator[House]:
    made = House(store, clock)
    with ExitStack() as open_now:
        for each in (made.mail, made.texts, made.program):
            open_now.enter_context(each)
        made.open()
        yield made


def out_for_delivery(house: House, pen: Pen, one: Order = ONE, code: str = "TOURNEE") -> Notify:
    changes = take_in(house.store, pen, one)
    parcel = pen.new_id()
    changes |= commit(house.store, pen, label(pen, one, parcel))
    changes |= commit(house.store, pen, fact(pen, one, FactKind.PARCEL_MANIFESTED, parcel, manifest="m"))
    changes |= commit(house.store, pen, said(pen, one, code))
    house.notify.queue(changes)
    return house.notify


def test_each_channel_tells_its_own_news(house: House, pen: Pen) -> None:
    notify = out_for_delivery(house, pen)
    for _ in range(5):
        notify.turn()
        house.clock.pass_(minutes=1)
    (sms,) = house.texts.received
    assert sms.to == "33612345678" and "en tournée" in sms.text
    types = [each.data["type"] for each in house.program.told]
    assert types == [
        "shipment.confirmed", "shipment.shipped", "shipment.handed_over", "shipment.out_for_delivery",
    ]  # fmt: skip
    said_to_program = json.dumps([each.data for each in house.program.told], ensure_ascii=False)
    for personal in ("Zoé", "zoe@", "37000", "612345678"):
        assert personal not in said_to_program
    states = {key: each.state for key, each in house.told().items()}
    assert states[(C.SMS, M.OUT_FOR_DELIVERY)] is S.DONE
    assert (C.SMS, M.SHIPPED) not in states, "a text message is for what is wanted at once"
    for channel in C:
        notice = house.told()[(channel, M.OUT_FOR_DELIVERY)]
        assert "1" in notify.letter(notice.notice_id).text


def test_one_company_away_does_not_hold_the_others(house: House, pen: Pen) -> None:
    notify = out_for_delivery(house, pen)
    house.program.stop()
    turn = notify.turn()
    assert isinstance(turn.error, MessageUnreachable) and set(turn.rests) == {C.WEBHOOK}
    assert len(house.texts.received) == 1 and house.mail.received
    calls = notify.turn()
    assert calls.rests and not calls.sent, "it rests: nobody is asked"
    house.program.start()
    for _ in range(12):
        house.clock.pass_(minutes=5)
        notify.turn()
    assert len(house.program.told) == 4
    assert all(each.state is S.DONE for (channel, _), each in house.told().items() if channel is C.WEBHOOK)


def test_so_many_a_minute(house: House, pen: Pen) -> None:
    house.webhook = replace(house.webhook, per_minute=3)
    for number in range(8):
        house.notify.queue(take_in(house.store, pen, order(f"9{number}", recipient=PARTY)))
    counts = []
    for _ in range(4):
        house.notify.turn()
        house.notify.turn()
        counts.append(len(house.program.told))
        house.clock.pass_(seconds=61)
    assert counts == [3, 6, 8, 8]


def test_naive_twin_without_a_pace_sends_all_at_once(house: House, pen: Pen) -> None:
    for number in range(8):
        house.notify.queue(take_in(house.store, pen, order(f"9{number}", recipient=PARTY)))
    house.notify.turn()
    assert len(house.program.told) == 8


def test_nobody_is_woken(house: House, pen: Pen) -> None:
    house.clock.now = datetime(2026, 11, 23, 22, tzinfo=UTC)
    notify = out_for_delivery(house, pen, code="DEPOSE")
    notify.turn()
    waits = house.told()[(C.SMS, M.READY_FOR_PICKUP)]
    assert house.texts.received == [] and house.mail.received
    assert waits.details["error"] == QUIET
    assert waits.due_at == datetime(2026, 11, 24, 7, tzinfo=UTC)
    house.clock.now = waits.due_at
    notify.turn()
    assert len(house.texts.received) == 1


def test_reminders_until_it_is_fetched(house: House, pen: Pen) -> None:
    """Seven days at the practice carrier's points: told at 3 days and a half; on the sixth it is gone."""
    notify = out_for_delivery(house, pen, code="DEPOSE")
    notify.turn()
    first = house.told()[(C.EMAIL, M.PICKUP_REMINDER)]
    assert first.due_at - house.clock.now == timedelta(days=3.5)
    house.clock.now = first.due_at
    notify.turn()
    assert house.told()[(C.EMAIL, M.PICKUP_REMINDER)].state is S.DONE
    notify.queue(commit(house.store, pen, said(pen, ONE, "RETIRE")))
    house.clock.pass_(days=3)
    notify.turn()
    last = house.told()[(C.EMAIL, M.PICKUP_LAST_REMINDER)]
    assert last.state is S.FAILED and last.details["overtaken"]
    assert len(house.texts.received) == 1, "the pickup itself; its last reminder was needless"


def test_who_wants_no_more(house: House, pen: Pen) -> None:
    house.notify.queue(take_in(house.store, pen, ONE))
    with pytest.raises(Refused):
        house.notify.choices.stop(ONE.order_id, why=" ")
    house.notify.choices.stop(ONE.order_id, why="l’a écrit")
    assert house.notify.choices.is_stopped(ONE.order_id)
    notify = out_for_delivery(house, pen, code="DEPOSE")
    notify.turn()
    told = house.told()
    assert told[(C.EMAIL, M.CONFIRMED)].details["error"] == STOPPED
    assert told[(C.EMAIL, M.READY_FOR_PICKUP)].state is S.DONE, "marked necessary"
    kept = json.dumps([dict(each.data) for each in house.store.read.order_facts(ONE.order_id)])
    assert "zoe@example.org" not in kept
    house.notify.choices.resume(ONE.order_id, why="a changé d’avis")
    assert not house.notify.choices.is_stopped(ONE.order_id)


def test_a_rule_for_one_country(house: House, pen: Pen) -> None:
    silent = NoticeRule(milestones=frozenset({M.CONFIRMED}), countries=frozenset({"FR"}))
    english = NoticeRule(countries=frozenset({"FR"}), channels=frozenset({C.EMAIL}), language="en")
    house.rule(exceptions=(silent, english))
    notify = out_for_delivery(house, pen)
    notify.turn()
    assert (C.EMAIL, M.CONFIRMED) not in house.told()
    assert house.texts.received == []
    assert {str(each.message["Content-Language"]) for each in house.mail.received} == {"en"}


def test_text_messages_in_test_mode_go_to_ones_own_number(house: House, pen: Pen) -> None:
    house.sms = replace(house.sms, test_to="+33 6 99 99 99 99")
    out_for_delivery(house, pen).turn()
    assert [each.to for each in house.texts.received] == ["33699999999"]
    assert house.told()[(C.SMS, M.OUT_FOR_DELIVERY)].details["test"]


def test_a_doubtful_text_message_is_not_sent_again_by_itself(house: House, pen: Pen) -> None:
    house.texts.plan.fault = lambda n: SmsFault.HANG_UP if n == 1 else None
    notify = out_for_delivery(house, pen)
    for _ in range(6):
        notify.turn()
        house.clock.pass_(minutes=5)
    doubt = house.told()[(C.SMS, M.OUT_FOR_DELIVERY)]
    assert doubt.state is S.IN_DOUBT and len(house.texts.received) == 1
    notify.resend(doubt.notice_id, reason="pas arrivé")
    notify.turn()
    assert house.told()[(C.SMS, M.OUT_FOR_DELIVERY)].state is S.DONE
    assert len(house.texts.received) == 2, "a person decided it"


def test_wrong_numbers_fail_with_a_sentence_and_all_failed_go_again(house: House, pen: Pen) -> None:
    others = [order(f"8{n}", recipient=replace(PARTY, phone="01 42 68 53 00")) for n in range(2)]
    for one in others:
        out_for_delivery(house, pen, one)
    for _ in range(2):
        house.notify.turn()
    failed = [house.told(one)[(C.SMS, M.OUT_FOR_DELIVERY)] for one in others]
    assert {each.state for each in failed} == {S.FAILED}
    assert house.notify.tally()[(C.SMS, S.FAILED, False)] == 2
    house.notify.resend_all([each.notice_id for each in failed], reason="numéros corrigés")
    assert {house.told(one)[(C.SMS, M.OUT_FOR_DELIVERY)].state for one in others} == {S.PENDING}


def test_each_shop_writes_by_its_own_account(store: Store, pen: Pen, clock: Clock) -> None:
    with FailingMailServer() as first, FailingMailServer() as second:
        other = MailAccount(
            shop="marketplace",
            host="127.0.0.1",
            port=second.port,
            security=Security.NONE,
            sender_address="bonjour@encres.example",
            shop_name="Encres & Cie",
        )
        mail = settings(first.port, accounts=(other,))
        assert mail_from_toml(mail_to_toml(mail)) == mail
        notify = notify_of(store, store.notices, lambda: mail, clock)
        notify.queue(take_in(store, pen, ONE))
        theirs = order("2", source="marketplace", recipient=PARTY)
        notify.queue(take_in(store, pen, theirs))
        notify.turn()
        (ours,), (his,) = first.received, second.received
        assert "bonjour@papeterie.example" in str(ours.message["From"])
        assert "bonjour@encres.example" in str(his.message["From"])
        assert "Encres" in his.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]  # it has one
        second.__exit__(None, None, None)
        notify.queue(take_in(store, pen, order("3", source="marketplace", recipient=PARTY)))
        turn = notify.turn()
    assert isinstance(turn.error, MessageUnreachable) and not turn.in_doubt
