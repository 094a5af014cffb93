"""What comes back: reports of every shape, a STOP, and bytes that mean nothing."""

from __future__ import annotations

from email.message import EmailMessage
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.channels.bounces import Bounce, Stop, read_return

OURS = "0123456789abcdef0123456789abcdef"


def report(
    *,
    action: str = "failed",
    status: str = "5.1.1",
    original: str = f"Message-ID: <{OURS}@a.example>",
    whole: bool = False,
) -> bytes:
    """As RFC 3464 lays one out."""
    kind = "message/rfc822" if whole else "text/rfc822-headers"
    body = "\n\nBonjour" if whole else ""
    return (
        dedent(
            f"""\
        From: MAILER-DAEMON@mx.example
        To: bonjour@papeterie.example
        Subject: Undelivered Mail Returned to Sender
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="XX"

        --XX
        Content-Type: text/plain

        I'm sorry.

        --XX
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example

        Final-Recipient: rfc822; zoe@example.org
        Action: {action}
        Status: {status}

        --XX
        Content-Type: {kind}

        @@

        --XX--
        """
        )
        .replace("@@", f"From: bonjour@papeterie.example\n{original}\nSubject: x{body}")
        .encode()
    )


@pytest.mark.parametrize("whole", [False, True])
def test_a_message_that_came_back(whole: bool) -> None:
    assert read_return(report(whole=whole)) == Bounce((OURS,), "5.1.1")


def test_what_is_no_end_or_not_ours() -> None:
    assert read_return(report(action="delayed", status="4.4.1")) is None
    assert read_return(report(original="Message-ID: <other@b.example>")) is None
    assert read_return(report(original=f"Message-ID: <{OURS.upper()}@a.example>")) is None
    plain = EmailMessage()
    plain["Subject"] = f"Undelivered <{OURS}@a.example>"
    plain.set_content(f"<{OURS}@a.example>")
    assert read_return(plain.as_bytes()) is None, "a person may quote us"


def test_a_customer_says_stop() -> None:
    mail = EmailMessage()
    mail["From"] = "Zoé <zoe@example.org>"
    mail["Subject"] = "stop  10482"
    mail.set_content("merci")
    assert read_return(mail.as_bytes()) == Stop("10482", "zoe@example.org")
    mail["Auto-Submitted"] = "auto-replied"
    assert read_return(mail.as_bytes()) is None
    for subject in ("STOP", "Re: STOP 1", "please STOP 1", "STOP 1 2"):
        del mail["Subject"], mail["Auto-Submitted"]
        mail["Subject"] = subject
        assert read_return(mail.as_bytes()) is None


@given(st.binary(max_size=400))
def test_no_bytes_stop_the_reading(raw: bytes) -> None:
    read_return(raw)
    read_return(report()[:300] + raw)
    read_return(b"Content-Type: multipart/report; report-type=delivery-status; boundary=X\n\n--X\n" + raw)
