"""The mail server that fails at a named step: what it keeps, and what it leaves unanswered."""

from __future__ import annotations

import smtplib

import pytest

from wismo_desk.practice.failing_mail_server import AFTER_BODY_BEGAN, FailingMailServer, Plan, Step


def send(port: int, *, timeout: float = 20) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=timeout) as line:
        line.sendmail("a@example.org", ["b@example.org"], "\r\n".join(["Subject: x", *"abcdefgh"]))


def test_what_is_taken_is_kept() -> None:
    with FailingMailServer() as server:
        send(server.port)
    (kept,) = server.received
    assert (kept.sender, kept.to, kept.message["Subject"]) == ("FROM:<a@example.org>", "b@example.org", "x")


@pytest.mark.parametrize("step", list(Step))
def test_it_hangs_up_at_the_step_and_serves_the_next(step: Step) -> None:
    with FailingMailServer(Plan(fault=lambda number: step if number == 1 else None)) as server:
        with pytest.raises((OSError, smtplib.SMTPException)):
            send(server.port)
        assert server.met == {step: 1}
        send(server.port)
    assert len(server.received) == (2 if step is Step.ANSWER else 1)
    assert (Step.ANSWER in AFTER_BODY_BEGAN) and (Step.RCPT not in AFTER_BODY_BEGAN)


def test_it_can_hang_instead() -> None:
    with FailingMailServer(Plan(fault=lambda _: Step.ANSWER, hangs=True)) as server:
        with pytest.raises(OSError, match="timed out"):
            send(server.port, timeout=1.0)
        assert server.failed.is_set() and len(server.received) == 1


def test_it_can_hang_for_a_while_and_hang_up_then() -> None:
    with FailingMailServer(Plan(fault=lambda _: Step.ANSWER, hangs=True, silent_s=0.01)) as server:
        with pytest.raises(smtplib.SMTPServerDisconnected, match="closed"):
            send(server.port)
        assert server.failed.is_set() and len(server.received) == 1


def test_other_answers_on_request() -> None:
    plan = Plan(answers={Step.RCPT: "550 unknown"})
    with FailingMailServer(plan) as server, pytest.raises(smtplib.SMTPRecipientsRefused):
        send(server.port)
