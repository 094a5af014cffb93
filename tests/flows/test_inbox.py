"""Customers' mails end to end: real mailbox and mail server on loopback, nothing lost, nothing answered twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from desk_rig import KEY, TEE, Bench, bench, line, machines

from wismo_desk.app.answering import answer_flow, inbox_flow, try_mailbox
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.ids import order_id
from wismo_desk.domain.inbox import SCOPE, MailState
from wismo_desk.domain.intent import HandOff, Intent
from wismo_desk.errors import DeskError, MailUnreachable, OutcomeUnknown, Refused
from wismo_desk.flows.inbox import Inbox, Reply
from wismo_desk.practice.failing_mail_server import FailingMailServer, Plan, Step
from wismo_desk.practice.imap_server import USER, ImapServer
from wismo_desk.settings.inbox import PASSWORD, InboxSettings
from wismo_desk.settings.mail import MailSettings, Security

TODAY = date(2026, 11, 23)


def mail(text: str, *, number: int = 1, sender: str = "Zoé <zoe@example.org>", **headers: str) -> bytes:
    lines = {
        "From": sender,
        "Subject": "Question",
        "Message-ID": f"<{number}@example.org>",
        "Date": "Mon, 23 Nov 2026 08:00:00 +0100",
        "Content-Type": "text/plain; charset=utf-8",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "\n".join(f"{name}: {value}" for name, value in lines.items())
    return f"{head}\n\n{text}\n".encode()


@dataclass
class Room:
    """One desk with its mailbox and its mail server."""

    bench: Bench
    box: ImapServer
    server: FailingMailServer
    inbox: Inbox

    def states(self) -> list[MailState]:
        return [MailState(data["state"]) for data in self.bench.station.store.read.values(SCOPE).values()]

    def only(self) -> str:
        (waiting,) = self.inbox.mails()
        return waiting.kept.key

    def answer(self, key: str) -> None:
        opened = self.inbox.open(key)
        order = opened.answer.order
        self.inbox.send(
            key,
            order_id=order.order_id if order else None,
            intent=opened.answer.understood.intent,
            subject=opened.answer.subject,
            text=opened.answer.reply,
        )

    def again(self) -> None:
        """The program is started again: nothing of any mail is in memory."""
        self.inbox = inbox_flow(self.bench.station, answer_flow(self.bench.station))
        self.inbox.start()


@pytest.fixture
def room(tmp_path: Path, qapp: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    monkeypatch.setenv(PASSWORD, USER)
    with (
        machines() as (printer, carrier),
        ImapServer(today=TODAY) as box,
        FailingMailServer() as server,
        bench(
            tmp_path / "desk",
            printer,
            carrier,
            inbox=InboxSettings(on=True, host="127.0.0.1", port=box.port, user=USER, security=Security.NONE),
            mail=MailSettings(
                on=True,
                host="127.0.0.1",
                port=server.port,
                security=Security.NONE,
                sender_address="bonjour@atelier.example",
                sender_name="Atelier",
            ),
        ) as made,
    ):
        made.take(line("10482"), line("10483", email="luc@example.org", who="Luc Petit"))
        made.pack("10482", TEE)
        yield Room(made, box, server, inbox_flow(made.station, answer_flow(made.station)))


def test_a_mail_is_understood_and_waits_for_a_person(room: Room) -> None:
    room.box.put(mail("ou est ma commande 10482 svp"))
    room.inbox.turn()
    (waiting,) = room.inbox.mails()
    assert (waiting.kept.intent, waiting.number, waiting.sender) == (
        Intent.WHERE_IS_IT,
        "10482",
        "zoe@example.org",
    )
    assert room.server.received == [], "nothing leaves by itself"


def test_the_answer_goes_out_once_in_its_thread(room: Room) -> None:
    room.box.put(mail("ou est ma commande 10482 svp"))
    room.inbox.turn()
    key = room.only()
    room.answer(key)
    with pytest.raises(Refused):
        room.answer(key)
    (sent,) = room.server.received
    assert sent.to == "zoe@example.org"
    assert sent.message["In-Reply-To"] == "<1@example.org>"
    assert "10482" in sent.message.get_content()
    assert room.states() == [MailState.SENT]
    (contact,) = room.bench.facts("10482", FactKind.CONTACT_LOGGED)
    assert contact.data == {"question": "where_is_it", "channel": "mail"}


def test_the_same_mail_again_is_known_whatever_its_number(room: Room) -> None:
    room.box.put(mail("ou est ma commande 10482 svp"))
    room.inbox.turn()
    room.answer(room.only())
    room.box.renumber()
    room.again()
    room.inbox.turn()
    assert room.inbox.mails() == []
    room.box.put(mail("ou est ma commande 10482 svp"))
    room.inbox.turn()
    assert room.inbox.mails() == [], "a copy in the mailbox is the same mail"
    assert len(room.server.received) == 1


@pytest.mark.parametrize("step", [Step.BODY_ASKED, Step.MID_BODY, Step.ANSWER])
def test_what_breaks_after_the_body_began_is_in_doubt_and_never_sent_again(room: Room, step: Step) -> None:
    room.server.plan = Plan(fault=lambda number: step)
    room.box.put(mail("ou est ma commande 10482 svp"))
    room.inbox.turn()
    key = room.only()
    with pytest.raises(OutcomeUnknown):
        room.answer(key)
    room.server.plan = Plan()
    before = len(room.server.received)
    assert room.states() == [MailState.IN_DOUBT]
    with pytest.raises(Refused):
        room.answer(key)
    assert len(room.server.received) == before
    with pytest.raises(Refused):
        room.inbox.settle(key, MailState.OPEN)  # how would they know?
    room.inbox.settle(key, MailState.OPEN, reason="pas dans les messages envoyés")
    room.answer(key)
    assert room.states() == [MailState.SENT]
    (settled,) = room.bench.facts("10482", FactKind.OUTCOME_RESOLVED)
    assert settled.data["outcome"] == "reply_open"
    assert settled.data["reason"] == "pas dans les messages envoyés"
    with pytest.raises(Refused):
        room.inbox.settle(key, MailState.SENT, reason="deux fois")


def test_a_doubt_that_was_sent_is_closed_and_counted_as_a_contact(room: Room) -> None:
    room.server.plan = Plan(fault=lambda number: Step.ANSWER)
    room.box.put(mail("ou est ma commande 10482 svp"))
    room.inbox.turn()
    key = room.only()
    with pytest.raises(OutcomeUnknown):
        room.answer(key)
    room.inbox.settle(key, MailState.SENT, reason="vu dans les messages envoyés")
    assert room.states() == [MailState.SENT] and room.inbox.mails() == []
    assert len(room.bench.facts("10482", FactKind.CONTACT_LOGGED)) == 1
    assert len(room.server.received) == 1


def test_a_person_chooses_the_order_of_a_mail_and_it_stays_chosen(room: Room) -> None:
    room.box.put(mail("où en est ma commande svp ?", sender="Autre <autre@example.org>"))
    room.inbox.turn()
    key = room.only()
    assert room.inbox.open(key).answer.hand_off is HandOff.NO_ORDER
    room.inbox.choose(key, order_id("csv", "10483"))
    opened = room.inbox.open(key)
    assert opened.answer.order is not None and opened.answer.order.number == "10483"
    assert "Luc" not in opened.answer.reply, "the mail itself named no key: no personal data in the draft"
    room.again()
    room.inbox.turn()
    (waiting,) = room.inbox.mails()
    assert waiting.number == "10483"
    room.answer(key)
    assert len(room.server.received) == 1


def naive_send(inbox: Inbox, send: Callable[[Reply], str], reply: Reply) -> None:
    """The twin that tries again after any error, as simple programs do."""
    for _ in range(2):
        try:
            send(reply)
        except DeskError:
            continue
        else:
            return


def test_the_naive_twin_answers_twice(room: Room) -> None:
    room.server.plan = Plan(fault=lambda number: Step.ANSWER if number == 1 else None)
    room.box.put(mail("ou est ma commande 10482 svp"))
    room.inbox.turn()
    reply = Reply(
        to="zoe@example.org",
        to_name="Zoé",
        subject="Votre commande",
        text="Bonjour",
        message_id="<r@x>",
        references=(),
        date=room.bench.clock(),
        language="fr",
    )
    naive_send(room.inbox, room.inbox.send_mail, reply)
    assert len(room.server.received) == 2


def test_a_server_that_is_away_leaves_it_to_be_sent_again(room: Room) -> None:
    room.server.plan = Plan(fault=lambda number: Step.GREETING)
    room.box.put(mail("ou est ma commande 10482 svp"))
    room.inbox.turn()
    with pytest.raises(DeskError):
        room.answer(room.only())
    assert room.states() == [MailState.FAILED]
    room.server.plan = Plan()
    room.answer(room.only())
    assert len(room.server.received) == 1


def test_a_crash_while_sending_is_a_doubt_at_the_next_start(room: Room) -> None:
    room.box.put(mail("ou est ma commande 10482 svp"))
    room.inbox.turn()
    key = room.only()

    def dies(reply: Reply) -> str:
        raise KeyboardInterrupt

    dying = replace(room.inbox, send_mail=dies, _seen=room.inbox._seen)
    with pytest.raises(KeyboardInterrupt):
        dying.send(key, order_id=None, intent=Intent.WHERE_IS_IT, subject="x", text="y")
    assert room.states() == [MailState.SENDING], "committed before the first byte"
    room.again()
    assert room.states() == [MailState.IN_DOUBT]


def test_a_mailbox_that_hangs_up_loses_no_mail(room: Room) -> None:
    for number in range(1, 4):
        room.box.put(mail(f"ou est ma commande 10482 svp {number}", number=number))
    room.box.falls_silent_at = "FETCH"
    with pytest.raises(MailUnreachable):
        room.inbox.turn()
    room.box.falls_silent_at = ""
    room.inbox.turn()
    assert len(room.inbox.mails()) == 3


def test_after_a_start_the_words_are_asked_for_again(room: Room) -> None:
    room.box.put(mail("ou est ma commande 10482 svp"))
    room.inbox.turn()
    room.again()
    assert room.inbox.mails()[0].sender == "", "nothing of a mail was kept"
    room.inbox.turn()
    assert room.inbox.mails()[0].sender == "zoe@example.org"


def test_no_word_of_a_mail_is_in_any_file(room: Room, tmp_path: Path) -> None:
    room.box.put(mail("xylophone ou est ma commande 10482 svp"))
    room.inbox.turn()
    stored = room.bench.station.store.read.values(SCOPE)
    assert "zoe" not in str(stored) and "xylophone" not in str(stored)
    assert KEY  # the files themselves are encrypted


def test_a_machine_is_not_answered(room: Room) -> None:
    room.box.put(mail("Je suis absent jusqu'au 30 novembre", Auto_Submitted="auto-replied"))
    room.box.put(mail("ou est ma commande 10482", number=2, List_Id="<ventes>"))
    room.inbox.turn()
    assert room.inbox.mails() == []
    assert room.states() == [MailState.ASIDE, MailState.ASIDE]


def allow(room: Room, *intents: Intent) -> None:
    station = room.bench.station
    station.settings = replace(
        station.settings, inbox=replace(station.settings.inbox, alone=frozenset(intents))
    )


def test_by_itself_only_what_the_merchant_turned_on(room: Room) -> None:
    allow(room, Intent.WHICH_CARRIER)
    room.box.put(mail("ou est ma commande 10482 svp"))
    room.box.put(mail("Par quel transporteur est envoyée la commande 10482 ?", number=2))
    room.inbox.turn()
    (sent,) = room.server.received
    assert "10482" in sent.message.get_content()
    assert [waiting.kept.intent for waiting in room.inbox.mails()] == [Intent.WHERE_IS_IT]
    room.inbox.turn()
    assert len(room.server.received) == 1


def test_by_itself_never_what_is_serious_or_named_by_one_key(room: Room) -> None:
    allow(room, *Intent)
    room.box.put(mail("arnaque ! ou est ma commande 10482"))
    room.box.put(mail("ou est ma commande 10482 svp", number=2, sender="autre@example.org"))
    room.box.put(mail("je veux changer mon adresse, commande 10482", number=3))
    room.inbox.turn()
    assert room.server.received == []
    found = {waiting.kept.hand_off for waiting in room.inbox.mails()}
    assert HandOff.ANGER in found


def test_a_forged_header_ends_in_no_header_of_ours(room: Room) -> None:
    evil = "Zoé\r\n Bcc: victim@example.org <zoe@example.org>"
    room.box.put(mail("ou est ma commande 10482 svp", sender=evil, Subject="x\r\n\tBcc: all@example.org"))
    room.inbox.turn()
    key = room.only()
    opened = room.inbox.open(key)
    if opened.mail.sender:
        room.inbox.send(
            key,
            order_id=None,
            intent=Intent.WHERE_IS_IT,
            subject="Re: x\r\nBcc: all@example.org",
            text="Bonjour\r\n.\r\nQUIT",
        )
        (sent,) = room.server.received
        assert sent.message["Bcc"] is None
        assert sent.to == opened.mail.sender
        assert "QUIT" in sent.message.get_content()


def test_the_mailbox_is_tried_without_reading_or_remembering_anything(room: Room) -> None:
    chosen = room.bench.station.settings.inbox
    room.box.put(mail("ou est ma commande 10482 svp"))
    assert try_mailbox(room.bench.station, chosen) == 1
    assert "FETCH" not in room.box.commands and "STORE" not in room.box.commands
    assert room.inbox.mails() == []
    with pytest.raises(MailUnreachable, match="no folder"):
        try_mailbox(room.bench.station, replace(chosen, folder="Nulle part"))
