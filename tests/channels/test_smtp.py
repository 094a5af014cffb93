"""Mail against a real server (aiosmtpd: TLS, login) and one that fails at each step."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from hypothesis import given
from hypothesis import strategies as st
from mail_certificate import make_certificate

from wismo_desk.channels.smtp import Mail, Patience, build_message, clean_address, one_line, open_line
from wismo_desk.errors import (
    BadInput,
    DeskError,
    MailDeferred,
    MailRefused,
    MailUnreachable,
    OutcomeUnknown,
    SettingsProblem,
)
from wismo_desk.practice.failing_mail_server import AFTER_BODY_BEGAN, FailingMailServer, Plan, Step
from wismo_desk.settings.mail import MailSettings, Security

CALM = Patience(connect=20.0, answer=20.0, body=20.0)  # with a machine that is busy
MAIL = Mail(
    to="zoe@example.org",
    to_name="Zoé Lefèvre",
    subject="Votre commande 10482 est prête à partir",
    text="Bonjour Zoé,\n\nà bientôt\n.\nla fin\n",
    html="<p>Bonjour Zoé, à bientôt</p>",
    message_id="<abc@papeterie.example>",
    date=datetime(2026, 11, 23, 12, tzinfo=UTC),
    language="fr",
)


def settings(port: int, **changes: Any) -> MailSettings:
    base = MailSettings(
        on=True,
        host="localhost",
        port=port,
        security=Security.NONE,
        sender_name="Papeterie du Port",
        sender_address="bonjour@papeterie.example",
    )
    return replace(base, **changes)


def sent(server: FailingMailServer, patience: Patience = CALM) -> str:
    with open_line(settings(server.port), "", patience=patience) as line:
        return line.send(MAIL)


def short_before(step: Step) -> Patience:
    """Gives up soon where this step is silent; what is answered before it may take its time."""
    if step is Step.GREETING:
        return replace(CALM, connect=0.15)
    return replace(CALM, body=0.15) if step in AFTER_BODY_BEGAN else replace(CALM, answer=1.0)


# A server that fails


@pytest.mark.parametrize("hangs", [False, True], ids=["hangs up", "hangs"])
@pytest.mark.parametrize("step", list(Step))
def test_every_step_tells_whether_the_body_had_begun(step: Step, hangs: bool) -> None:
    with (
        FailingMailServer(Plan(fault=lambda _: step, hangs=hangs)) as server,
        pytest.raises(DeskError) as told,
    ):
        sent(server, short_before(step) if hangs else CALM)
    assert server.met == {step: 1}
    assert type(told.value) is (OutcomeUnknown if step in AFTER_BODY_BEGAN else MailUnreachable)
    assert len(server.received) == (step is Step.ANSWER)


def test_naive_twin_takes_a_lost_answer_for_a_failure() -> None:
    """What any queue does: an exception means "try again". The customer has it twice."""
    plan = Plan(fault=lambda number: Step.ANSWER if number == 1 else None)
    with FailingMailServer(plan) as server:
        for _ in range(2):
            try:
                with smtplib.SMTP("127.0.0.1", server.port, timeout=20) as session:
                    session.send_message(EmailMessage(), "a@example.org", ["b@example.org"])
                break
            except smtplib.SMTPException:
                continue
    assert len(server.received) == 2


@pytest.mark.parametrize(
    ("step", "answer", "error"),
    [
        (Step.MAIL, "550 not you", MailUnreachable),
        (Step.MAIL, "451 later", MailUnreachable),
        (Step.RCPT, "550 unknown", MailRefused),
        (Step.RCPT, "450 greylisted", MailDeferred),
        (Step.RCPT, "421 closing", MailUnreachable),
        (Step.RCPT, "530 log in first", MailUnreachable),
        (Step.RCPT, "nonsense", MailUnreachable),
        (Step.DATA, "554 no", MailRefused),
        (Step.DATA, "452 full", MailDeferred),
        (Step.ANSWER, "552 too big", MailRefused),
        (Step.ANSWER, "451 later", MailDeferred),
        (Step.ANSWER, "nonsense", OutcomeUnknown),
    ],
)
def test_answers(step: Step, answer: str, error: type[DeskError]) -> None:
    with FailingMailServer(Plan(answers={step: answer})) as server, pytest.raises(DeskError) as told:
        sent(server)
    assert type(told.value) is error
    assert server.received == []


def test_the_line_goes_on_after_a_refusal() -> None:
    with FailingMailServer() as server, open_line(settings(server.port), "", patience=CALM) as line:
        server.plan.answers[Step.RCPT] = "550 unknown"
        with pytest.raises(MailRefused):
            line.send(MAIL)
        server.plan.answers.clear()
        assert not line.broken
        assert line.send(MAIL) == "250 2.0.0 kept as 1"
    (got,) = server.received
    assert got.to == "zoe@example.org"
    body = got.message.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines()[-2:] == [".", "la fin"], "a lone dot does not end it"


def test_an_answer_that_repeats_the_address_is_kept_without_it() -> None:
    plan = Plan(answers={Step.RCPT: "550 5.1.1 <zoe@example.org>: unknown"})
    with FailingMailServer(plan) as server, pytest.raises(MailRefused) as told:
        sent(server)
    assert told.value.raw == "550 5.1.1 …: unknown"


# A real one
# Over implicit TLS aiosmtpd does not know that the line is encrypted, and warns.
REAL = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


class Box:
    def __init__(self) -> None:
        self.got: list[bytes] = []

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:
        self.got.append(envelope.content)
        return "250 kept"


class RealServer(Controller):
    """On a port the system chose."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def allow(server: object, session: object, envelope: object, mechanism: str, data: object) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"shop", "sésame".encode())
    return AuthResult(success=right, handled=False)  # aiosmtpd says no by itself


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(params=[Security.TLS, Security.STARTTLS])
def real(
    request: pytest.FixtureRequest, certificate: tuple[Path, Path]
) -> Iterator[tuple[Box, MailSettings]]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    box = Box()
    implicit = request.param is Security.TLS
    tls: dict[str, Any] = {"ssl_context": context}
    if not implicit:
        tls = {"tls_context": context, "require_starttls": True}
    server = RealServer(
        box, hostname="localhost", port=0, authenticator=allow, auth_required=True,
        auth_require_tls=not implicit, ready_timeout=60, **tls,
    )  # fmt: skip
    server.start()
    port = server.port
    ca = str(certificate[0])
    yield box, settings(port, security=request.param, user="shop", ca_file=ca)
    server.stop()


@REAL
def test_encrypted_and_logged_in(real: tuple[Box, MailSettings]) -> None:
    box, mail = real
    with open_line(mail, "sésame", patience=CALM) as line:
        assert line.send(MAIL) == "250 kept"
        assert line.send(MAIL) == "250 kept"
    assert len(box.got) == 2
    assert b"Message-ID: <abc@papeterie.example>" in box.got[0]


@REAL
def test_wrong_password(real: tuple[Box, MailSettings]) -> None:
    for wrong in ("sesame", "sésamé"):
        with pytest.raises(MailUnreachable, match="refuses the login"):
            open_line(real[1], wrong, patience=CALM)


@REAL
def test_a_certificate_nobody_vouches_for(real: tuple[Box, MailSettings]) -> None:
    with pytest.raises(MailUnreachable, match="cannot be reached safely"):
        open_line(replace(real[1], ca_file=""), "sésame", patience=CALM)


@REAL
def test_a_certificate_for_another_name(real: tuple[Box, MailSettings]) -> None:
    with pytest.raises(MailUnreachable, match="cannot be reached safely"):
        open_line(replace(real[1], host="127.0.0.1"), "sésame", patience=CALM)


def test_starttls_is_never_skipped() -> None:
    with FailingMailServer() as server, pytest.raises(MailUnreachable, match="cannot be reached safely"):
        open_line(settings(server.port, security=Security.STARTTLS), "", patience=CALM)


@pytest.mark.parametrize("host", ["mail.example.org", "192.0.2.1", "10.0.0.5"])
def test_never_in_the_clear_over_a_network(host: str) -> None:
    with pytest.raises(SettingsProblem, match="unencrypted"):
        open_line(settings(25, host=host), "", patience=CALM)


def test_nobody_there() -> None:
    with FailingMailServer() as server:
        port = server.port
    with pytest.raises(MailUnreachable, match="does not answer"):
        open_line(settings(port), "", patience=CALM)


# The message


def test_message_reads_back() -> None:
    message = build_message(MAIL, settings(25))
    assert message["From"] == "Papeterie du Port <bonjour@papeterie.example>"
    assert message["To"] == "Zoé Lefèvre <zoe@example.org>"
    assert message["Date"] == "Mon, 23 Nov 2026 12:00:00 +0000"
    assert message.get_body(("html",)).get_content() == "<p>Bonjour Zoé, à bientôt</p>\n"  # type: ignore[union-attr]
    raw = message.as_bytes()
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) < 998


ANY = st.text(st.characters(exclude_categories=()), max_size=120)  # half characters too


@given(name=ANY, subject=ANY)
def test_no_value_can_start_a_header(name: str, subject: str) -> None:
    raw = build_message(replace(MAIL, to_name=name, subject=subject, text=name), settings(25)).as_bytes()
    head = raw.split(b"\r\n\r\n")[0]
    names = [line.split(b":")[0] for line in head.split(b"\r\n") if line[:1] not in b" \t"]
    assert sorted(names) == sorted(
        [b"From", b"To", b"Subject", b"Date", b"Message-ID", b"Content-Language", b"Auto-Submitted",
         b"MIME-Version", b"Content-Type"]
    )  # fmt: skip


def test_injection_attempts() -> None:
    evil = replace(
        MAIL,
        to_name="Eve\r\nBcc: all@example.org",
        subject="Hi\nX-Evil: 1\u2028Bcc: b@example.org",
        message_id="<a>\r\nX: 1",
    )
    head = build_message(evil, settings(25)).as_bytes().split(b"\r\n\r\n")[0]
    assert not any(line.startswith((b"Bcc", b"X")) for line in head.split(b"\r\n"))


@pytest.mark.parametrize(
    "text",
    ["", "zoe", "@example.org", "zoe@", "a b@example.org", "zoe@example.org\r\nRCPT TO:<b@example.org>",
     "zoé@example.org", "<zoe@example.org>", "a@b@example.org", "zoe@exa mple.org",
     "zoe@" + "a" * 300, "a,b@example.org"],
)  # fmt: skip
def test_addresses_that_cannot_be_written_to(text: str) -> None:
    with pytest.raises(BadInput):
        clean_address(text)


def test_addresses_that_can() -> None:
    assert clean_address(" zoe+shop@example.org ") == "zoe+shop@example.org"
    assert clean_address("zoe@forêt.example") == "zoe@xn--fort-ipa.example"


def test_one_line() -> None:
    assert one_line(" a\r\n\tb\x00c\u202ed ") == "a b c d"
