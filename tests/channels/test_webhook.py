"""The merchant's program: signed calls, and what each of its answers means."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from wismo_desk.channels.webhook import Call, WebhookLine, make_secret, open_webhook, read_secret, signature
from wismo_desk.errors import (
    DeskError,
    MessageRefused,
    MessageUnreachable,
    OutcomeUnknown,
    SettingsProblem,
)
from wismo_desk.practice.loopback import Fault
from wismo_desk.practice.webhook_server import WebhookServer
from wismo_desk.settings.channels import WebhookSettings
from wismo_desk.web import Http

SECRET = make_secret(bytes(range(32)))
CALL = Call(
    call_id="msg_1", at=datetime(2026, 11, 23, tzinfo=UTC), data={"type": "shipment.delivered", "n": "é"}
)


def line_to(url: str, secret: str = SECRET) -> WebhookLine:
    return open_webhook(WebhookSettings(on=True, url=url), secret, Http(connect_s=0.5, read_s=10.0))


def test_signed_as_the_specification_says() -> None:
    # The example of the Standard Webhooks specification's own libraries.
    key = read_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    said = signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert said == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_told_once_with_a_right_signature() -> None:
    with WebhookServer(SECRET) as server, line_to(server.url) as line:
        assert line.send(CALL) == "HTTP 204"
        assert [each.data["n"] for each in server.told] == ["é"]
        with line_to(server.url, make_secret(b"x" * 32)) as stranger, pytest.raises(MessageUnreachable):
            stranger.send(CALL)
        assert len(server.told) == 1


@pytest.mark.parametrize(
    ("fault", "raised", "broken", "kept"),
    [
        (Fault.REFUSE, MessageRefused, False, 0),
        (Fault.BUSY, MessageUnreachable, True, 0),
        (Fault.SERVER_ERROR, OutcomeUnknown, True, 0),
        (Fault.ERROR_AFTER_CREATE, OutcomeUnknown, True, 1),
        (Fault.DROP_AFTER_CREATE, OutcomeUnknown, True, 1),
        (Fault.HANG_AFTER_CREATE, OutcomeUnknown, True, 1),
    ],
)
def test_answers_are_told_apart(fault: Fault, raised: type[DeskError], broken: bool, kept: int) -> None:
    with WebhookServer(SECRET, fault=lambda n: fault if n == 1 else None) as server:
        server.silent_s = 0.2
        line = line_to(server.url)
        with pytest.raises(raised):
            line.send(CALL)
        assert (line.broken, len(server.told)) == (broken, kept)


def test_nobody_there_no_secret_no_encryption() -> None:
    with WebhookServer(SECRET) as server:
        url = server.url
    with pytest.raises(MessageUnreachable):
        line_to(url).send(CALL)
    for secret in ("", "whsec_", "whsec_c2hvcnQ=", "whsec_%%%"):
        with pytest.raises(SettingsProblem):
            line_to(url, secret)
    with pytest.raises(SettingsProblem):
        line_to("http://shop.example/hook").send(CALL)
