"""What somebody types into an order form, a template or a setting, to make our messages say or do something else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from notice_rig import Clock, notify_of, order, settings, take_in
from test_notice_channels import ONE, PARTY, House, house, out_for_delivery

from wismo_desk.channels.webhook import Call, open_webhook
from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.notice import Channel, Milestone
from wismo_desk.errors import DeskError, SettingsProblem
from wismo_desk.flows.pen import Pen
from wismo_desk.notices.posts import LINK
from wismo_desk.practice.failing_mail_server import FailingMailServer
from wismo_desk.settings.channels import WebhookSettings
from wismo_desk.store.store import Store
from wismo_desk.web import Http

__all__ = ["house"]
C, M, S = Channel, Milestone, EffectState


@pytest.mark.parametrize(
    "email",
    [
        "zoe@example.org\r\nBcc: all@example.org",
        "zoe@example.org>\r\nDATA",
        "zoe@example.org, all@example.org",
        "zoe@example.org all@example.org",
        '"zoe\r\n."@example.org',
        "zoe@example.org\x00",
        "@example.org",
    ],
)
def test_an_address_that_is_more_than_one_is_refused(
    store: Store, pen: Pen, clock: Clock, email: str
) -> None:
    with FailingMailServer() as server:
        notify = notify_of(store, store.notices, lambda: settings(server.port), clock)
        notify.queue(take_in(store, pen, order("1", recipient=replace(PARTY, email=email))))
        notify.turn()
        assert server.received == []
    (row,) = notify.rows()
    assert row.notice.state is S.FAILED
    assert str(row.notice.details["error"]).startswith(
        "The e-mail address of this order cannot be written to"
    )
    assert "all@" not in json.dumps(dict(row.notice.details)), "the address stays out of the ledger"


def test_names_and_numbers_start_no_header_and_no_tag(store: Store, pen: Pen, clock: Clock) -> None:
    evil = "Zoé\r\nBcc: all@example.org\r\n\r\n<script>alert(1)</script>{{7*7}}{% raw %}"
    one = replace(order("1", recipient=replace(PARTY, name=evil)), number="7\r\nX-Evil: yes")
    with FailingMailServer() as server:
        notify = notify_of(store, store.notices, lambda: settings(server.port), clock)
        notify.queue(take_in(store, pen, one))
        notify.turn()
    (mail,) = (each.message for each in server.received)
    assert (mail["Bcc"], mail["X-Evil"]) == (None, None)
    assert len(mail.get_all("To", [])) == 1
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]  # both parts are there
    assert "<script>alert" not in html and "&lt;script&gt;" in html
    assert "49" not in html, "what customers type is no template"


@pytest.mark.parametrize("field", ["name", "company", "city"])
@pytest.mark.parametrize("text", ["Gagnez http://evil.example/x", "www.evil.example", "evil.example/x"])
def test_a_strangers_link_is_not_carried_to_a_stranger(house: House, pen: Pen, field: str, text: str) -> None:
    one = order("1", recipient=replace(PARTY, **{field: text}))
    notify = out_for_delivery(house, pen, one)
    notify.turn()
    assert house.mail.received == [] and house.texts.received == []
    told = house.told(one)
    assert told[(C.SMS, M.OUT_FOR_DELIVERY)].details["error"] == LINK
    assert told[(C.EMAIL, M.CONFIRMED)].details["error"] == LINK


def test_a_text_message_holds_no_hidden_signs_and_one_number(house: House, pen: Pen) -> None:
    turned = replace(PARTY, phone="06 12 34 56 78, 06 99 99 99 99")
    notify = out_for_delivery(house, pen, order("1", recipient=turned))
    notify.turn()
    assert house.texts.received == []
    again = replace(order("2", recipient=PARTY), number="2\u202e\x07")
    out_for_delivery(house, pen, again).turn()
    (sms,) = house.texts.received
    assert "\u202e" not in sms.text and "\x07" not in sms.text


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ shop.__init__.__globals__ }}",
        "{% include '/etc/passwd' %}",
        "{% include '../../station.toml' %}",
        "{{ shop | attr('__class__') }}",
        "{% for i in range(10**9) %}x{% endfor %}",
    ],
)
def test_a_template_reads_its_values_and_nothing_else(
    store: Store, pen: Pen, clock: Clock, tmp_path: Path, template: str
) -> None:
    own = tmp_path / "notices"
    (own / "fr").mkdir(parents=True)
    (own / "fr" / "confirmed.txt.j2").write_text(template, encoding="utf-8")
    with FailingMailServer() as server:
        notify = notify_of(store, store.notices, lambda: settings(server.port), clock, own)
        notify.queue(take_in(store, pen, ONE))
        turn = notify.turn()
        assert server.received == []
    assert isinstance(turn.error, SettingsProblem)
    assert "confirmed.txt.j2" in str(turn.error)


def test_a_program_that_moves_is_not_followed() -> None:
    line = open_webhook(
        WebhookSettings(on=True, url="http://10.0.0.1/metadata"), "whsec_" + "A" * 44, Http(connect_s=0.1)
    )
    with pytest.raises(DeskError):
        line.send(Call(call_id="msg_1", at=Clock().now, data={}))
    with pytest.raises(DeskError):
        line.send(Call(call_id="msg_1\r\nX: y", at=Clock().now, data={}))
