"""aiosmtpd that fails on request: what the other end sees at each step, and what was kept."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage

import pytest

from wismo_desk.practice.failing_mail_server import AFTER_BODY_BEGAN, Plan, Step
from wismo_desk.practice.mail_desk_aiosmtpd import AiosmtpdServer


def mail(number: int) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@example.org", "b@example.org", f"n{number}"
    made.set_content("Bonjour\n.\nun point seul\n")
    return made


def send(server: AiosmtpdServer, number: int = 1) -> None:
    with smtplib.SMTP("127.0.0.1", server.port, "here", timeout=60) as session:
        session.send_message(mail(number))


def test_without_a_plan_it_keeps_what_it_gets() -> None:
    with AiosmtpdServer() as server:
        send(server, 1)
        send(server, 2)
    assert [each.message["Subject"] for each in server.received] == ["n1", "n2"]
    assert "\n.\n" in server.received[0].message.get_content().replace("\r\n", "\n")
    assert (server.received[0].to, server.met) == ("b@example.org", {})


@pytest.mark.parametrize("step", list(Step))
def test_it_hangs_up_where_it_was_told_to_and_goes_on_with_the_next(step: Step) -> None:
    with AiosmtpdServer(Plan(fault=lambda number: step if number == 1 else None)) as server:
        with pytest.raises((smtplib.SMTPException, OSError)):
            send(server, 1)
        assert server.met == {step: 1}
        send(server, 2)
        subjects = [each.message["Subject"] for each in server.received]
    assert subjects == (["n1", "n2"] if step is Step.ANSWER else ["n2"])
    assert (step in AFTER_BODY_BEGAN) is (step in (Step.BODY_ASKED, Step.MID_BODY, Step.ANSWER))


@pytest.mark.parametrize(
    ("step", "word"),
    [
        (Step.MAIL, "451 later"),
        (Step.RCPT, "550 unknown"),
        (Step.DATA, "451 later"),
        (Step.ANSWER, "552 no room"),
    ],
)
def test_it_refuses_with_the_words_it_was_given(step: Step, word: str) -> None:
    plan = Plan(says=lambda number: {step: word} if number == 1 else {})
    with AiosmtpdServer(plan) as server:
        with pytest.raises(smtplib.SMTPException) as told:
            send(server, 1)
        assert word.split()[0] in str(told.value)
        send(server, 2)
    assert [each.message["Subject"] for each in server.received] == ["n2"]
