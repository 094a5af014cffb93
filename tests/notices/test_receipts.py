"""Receipts of a real message centre on loopback: what it gave up is shown as failed, and nothing else changes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from notice_day import a_customer
from notice_rig import Clock, letters_of, notify_of, settings, take_in

from wismo_desk.channels.receipts import Receipt, read_receipt, spellings
from wismo_desk.channels.sms_smpp import SmppLine, open_smpp
from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.notice import Channel, Milestone
from wismo_desk.domain.notice_rules import NoticeRules
from wismo_desk.flows.notify import Notify
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.receipts import NOT_REACHED, Receipts
from wismo_desk.notices.sms_post import SmsPost
from wismo_desk.practice.sms_server import SmsServer
from wismo_desk.settings.channels import SmsSettings
from wismo_desk.settings.mail import MailSettings
from wismo_desk.store.store import Store

TEXT = b"id:m1 sub:001 dlvrd:000 submit date:2611231200 done date:2611231205 stat:UNDELIV err:001 text:"


class Centre:
    """One desk that tells by text message, and its centre."""

    def __init__(self, store: Store, pen: Pen, clock: Clock, server: SmsServer) -> None:
        self.store, self.clock, self.server = store, clock, server
        self.chosen = SmsSettings(on=True, host="127.0.0.1", port=server.port, tls=False, user="desk")
        self.receipts = Receipts(
            pen=pen, ledger=store.notices, settings=lambda: self.chosen, open_line=self.line
        )
        off: MailSettings = settings(1, on=False)
        post = SmsPost(letters=letters_of(lambda: off), settings=lambda: self.chosen, open_line=self.line)
        self.notify: Notify = notify_of(store, store.notices, lambda: off, clock, posts=(post,))
        rules = NoticeRules(told={Channel.SMS: frozenset({Milestone.CONFIRMED})})
        self.notify.choices.save(rules)

    def line(self, chosen: SmsSettings) -> SmppLine:
        return open_smpp(chosen, "secret", answer_s=20.0, heard=self.receipts.heard)

    def states(self) -> dict[str, EffectState]:
        return {row.notice.order_number: row.notice.state for row in self.notify.rows()}


def told(store: Store, pen: Pen, clock: Clock, server: SmsServer, *numbers: int) -> Centre:
    centre = Centre(store, pen, clock, server)
    centre.notify.queue(take_in(store, pen, *[a_customer(n) for n in numbers]))
    centre.notify.turn()
    assert set(centre.states().values()) == {EffectState.DONE}
    return centre


def test_what_was_given_up_is_failed_and_what_arrived_stays(store: Store, pen: Pen, clock: Clock) -> None:
    with SmsServer() as server:
        centre = told(store, pen, clock, server, 30, 60)
        server.report("m1", "UNDELIV")
        server.report("m2", "DELIVRD")
        assert centre.receipts.turn().effects
    by_number = {str(row.notice.details["evidence"]): row.notice for row in centre.notify.rows()}
    assert by_number["m1"].state is EffectState.FAILED
    assert (by_number["m1"].details["error"], by_number["m1"].details["raw"]) == (NOT_REACHED, "UNDELIV")
    assert by_number["m2"].state is EffectState.DONE


def test_what_is_heard_while_another_is_sent_counts_too(store: Store, pen: Pen, clock: Clock) -> None:
    with SmsServer() as server:
        centre = told(store, pen, clock, server, 30)
        server.report("m1", "REJECTD")
        centre.notify.queue(take_in(store, pen, a_customer(60)))
        centre.notify.turn()
    assert centre.states() == {"30": EffectState.FAILED, "60": EffectState.DONE}


def test_it_listens_now_and_then_and_only_while_a_receipt_may_come(
    store: Store, pen: Pen, clock: Clock
) -> None:
    with SmsServer() as server:
        centre = Centre(store, pen, clock, server)
        assert not centre.receipts.turn() and centre.receipts.next_at is None, "nothing was sent"
        centre = told(store, pen, clock, server, 30)
        centre.receipts.turn()
        server.report("m1", "EXPIRED")
        assert not centre.receipts.turn(), "not yet time"
        clock.pass_(minutes=11)
        assert centre.receipts.turn().effects
        centre.chosen = replace(centre.chosen, on=False)
        clock.pass_(minutes=11)
        assert not centre.receipts.turn()


def test_a_centre_that_is_away_holds_nothing_up(store: Store, pen: Pen, clock: Clock) -> None:
    with SmsServer() as server:
        centre = told(store, pen, clock, server, 30)
    assert not centre.receipts.turn()
    assert centre.states() == {"30": EffectState.DONE}


@pytest.mark.parametrize(
    ("esm_class", "body", "tlvs", "found"),
    [
        (4, TEXT, {}, Receipt(number="m1", state="UNDELIV")),
        (4, b"", {0x001E: b"9f3\0", 0x0427: b"\x05"}, Receipt(number="9f3", state="UNDELIV")),
        (4, TEXT, {0x0427: b"\x02"}, Receipt(number="m1", state="DELIVRD")),
        (0, TEXT, {}, None),
        (4, b"stat:UNDELIV", {}, None),
        (4, b"id:7", {}, None),
        (4, b"\xff\x00id: stat:", {}, None),
    ],
)
def test_receipts_are_read_as_centres_write_them(
    esm_class: int, body: bytes, tlvs: dict[int, bytes], found: Receipt | None
) -> None:
    assert read_receipt(esm_class, body, tlvs) == found


def test_a_number_in_either_notation() -> None:
    assert {"255", "ff", "FF"} <= set(spellings("255"))
    assert "255" in spellings("FF")
    assert spellings("m1") == ("m1", "M1")
