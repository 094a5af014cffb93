"""Text messages: numbers, alphabets, parts, and what each company's answer means."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from wismo_desk.channels import gsm
from wismo_desk.channels.sms import Sms, clean_text, mobile_number
from wismo_desk.channels.sms_apprise import open_apprise
from wismo_desk.channels.sms_ovh import open_ovh
from wismo_desk.channels.sms_smpp import open_smpp
from wismo_desk.errors import (
    BadInput,
    DeskError,
    MessageDeferred,
    MessageRefused,
    MessageUnreachable,
    OutcomeUnknown,
    SettingsProblem,
)
from wismo_desk.practice.loopback import Call, Fault, LoopbackServer, Reply
from wismo_desk.practice.sms_server import SmsFault, SmsPlan, SmsServer
from wismo_desk.settings.channels import Provider, SmsSettings

HELLO = Sms(to="+33612345678", text="Votre colis arrive à 14 h.", reference="<1@sms>", sender="Papeterie")


def smpp(port: int, **changes: object) -> SmsSettings:
    base = SmsSettings(on=True, host="127.0.0.1", port=port, tls=False, user="desk")
    return replace(base, **changes)  # type: ignore[arg-type]  # of a test


def test_numbers_are_read_as_written_in_their_country() -> None:
    assert mobile_number("06 12 34 56 78", "FR") == "+33612345678"
    assert mobile_number("+32 470 12 34 56", "FR") == "+32470123456"
    for wrong in ("01 42 68 53 00", "12", "0612345678;0699999999", "", "+33612345678\r\n+33699999999 1"):
        with pytest.raises(BadInput) as told:
            mobile_number(wrong, "FR")
        assert wrong == "" or wrong not in str(told.value)


def test_alphabets_and_parts() -> None:
    assert gsm.parts("é€", reference=1) == (gsm.GSM, [b"\x05\x1b\x65"])
    coding, bodies = gsm.parts("ê" * 71, reference=7)
    assert (coding, [len(each) for each in bodies]) == (gsm.UCS2, [140, 14])
    assert [each[:6] for each in bodies] == [bytes((5, 0, 3, 7, 2, n)) for n in (1, 2)]
    coding, bodies = gsm.parts("x" * 152 + "€" + "y" * 10, reference=7)
    assert [len(each) - 6 for each in bodies] == [152, 12], "a sign of two places is not cut"
    assert "".join(gsm.text_of(coding, each) for each in bodies) == "x" * 152 + "€" + "y" * 10


def test_text_that_misleads_or_is_endless() -> None:
    assert clean_text("a\u202eb\x00c\r\nd") == "abc\nd"
    for wrong in ("", " \n", "x" * 919):
        with pytest.raises(BadInput):
            clean_text(wrong)


def test_smpp_hands_over_what_the_telephone_shows() -> None:
    long = "Votre colis vous attend chez « Au bon café » jusqu’au 3 décembre. " * 3
    with SmsServer() as server, open_smpp(smpp(server.port), "secret") as line:
        assert line.send(HELLO) == "m1"
        assert line.send(replace(HELLO, text=long)).split() == ["m2", "m3", "m4"]
    first, second = server.received
    assert (first.to, first.text, first.sender) == ("33612345678", HELLO.text, "Papeterie")
    assert (second.text, second.parts, second.coding) == (long, 3, gsm.UCS2)


@pytest.mark.parametrize(
    ("fault", "raised", "broken", "kept"),
    [
        (SmsFault.REFUSE, MessageRefused, False, 0),
        (SmsFault.LATER, MessageDeferred, False, 0),
        (SmsFault.SLOW_DOWN, MessageUnreachable, True, 0),
        (SmsFault.HANG, OutcomeUnknown, True, 1),
        (SmsFault.HANG_UP, OutcomeUnknown, True, 1),
    ],
)
def test_smpp_answers_are_told_apart(
    fault: SmsFault, raised: type[DeskError], broken: bool, kept: int
) -> None:
    plan = SmsPlan(fault=lambda n: fault if n == 1 else None)
    with SmsServer(plan) as server:
        with open_smpp(smpp(server.port), "secret", answer_s=0.3 if fault is SmsFault.HANG else 20.0) as line:
            with pytest.raises(raised):
                line.send(HELLO)
            assert line.broken is broken
            if not broken:
                line.send(HELLO)
        assert len(server.received) == kept + (not broken)


def test_a_centre_that_is_silent_for_a_while_ends_the_session() -> None:
    plan = SmsPlan(fault=lambda n: SmsFault.HANG, silent_s=0.01)
    with SmsServer(plan) as server, open_smpp(smpp(server.port), "secret") as line:
        with pytest.raises(OutcomeUnknown):
            line.send(HELLO)
        assert line.broken
    assert len(server.received) == 1


class Leaving:
    """The client of a session that does not answer for itself any more after so many questions."""

    def __init__(self, client: Any, answers: int) -> None:
        self._client, self._answers = client, answers

    async def is_alive(self) -> bool:
        self._answers -= 1
        if self._answers < 0:
            raise TimeoutError
        return True

    async def stop(self) -> None:
        await self._client.stop()


@pytest.mark.parametrize(("answers", "raised", "kept"), [(0, MessageUnreachable, 0), (1, OutcomeUnknown, 1)])
def test_a_session_that_ends_before_a_part_leaves_a_doubt_only_when_one_has_left(
    answers: int, raised: type[DeskError], kept: int
) -> None:
    """Nothing left: it may be sent again. A part left: sent again, the customer would have the beginning twice."""
    taken: list[int] = []
    with SmsServer(SmsPlan(fault=taken.append)) as server, open_smpp(smpp(server.port), "secret") as line:
        line._client = Leaving(line._client, answers)  # type: ignore[assignment]  # of a test
        with pytest.raises(raised):
            line.send(replace(HELLO, text="x" * 400))
        assert line.broken
    assert (len(taken), server.received) == (kept, [])


def test_nobody_there_and_never_in_the_clear() -> None:
    with SmsServer() as server:
        port = server.port
    with pytest.raises(MessageUnreachable):
        open_smpp(smpp(port), "secret", connect_s=1.0)
    with pytest.raises(SettingsProblem):
        open_smpp(smpp(2775, host="smsc.example"), "secret")


class Ovh(LoopbackServer):
    """The two calls of OVH's API that a text message needs."""

    def __init__(self, answer: Reply) -> None:
        super().__init__()
        self.said = answer
        self.jobs: list[dict[str, object]] = []

    def carry_out(self, call: Call) -> Reply:
        if call.path.endswith("/auth/time"):
            return Reply(200, b"1795300000")
        assert call.headers["x-ovh-signature"].startswith("$1$")
        self.jobs.append(json.loads(call.body))
        return self.said


TAKEN = Reply(200, b'{"ids":[7],"validReceivers":["+33612345678"],"invalidReceivers":[]}')


def ovh_line(server: Ovh):  # type: ignore[no-untyped-def]  # of a test
    settings = SmsSettings(on=True, provider=Provider.OVH, service="sms-xx1", user="key")
    return open_ovh(settings, "secret:consumer", url=f"{server.url}/1.0", timeout_s=20.0)


def test_ovh_takes_a_job() -> None:
    with Ovh(TAKEN) as server, ovh_line(server) as line:
        assert line.send(HELLO) == "7"
    (job,) = server.jobs
    assert job["receivers"] == ["+33612345678"]
    assert (job["noStopClause"], job["sender"]) == (True, "Papeterie")


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        (Reply(400, b'{"message":"bad +33612345678"}'), MessageRefused),
        (Reply(200, b'{"ids":[],"validReceivers":[],"invalidReceivers":["x"]}'), MessageRefused),
        (Reply(403, b'{"errorCode":"INVALID_KEY","message":"no"}'), MessageUnreachable),
        (Reply(404, b'{"message":"no such service"}'), MessageUnreachable),
        (Reply(429, b'{"message":"slow"}'), MessageUnreachable),
        (Reply(500, b'{"message":"oops"}'), OutcomeUnknown),
        (Reply(200, b"<html>"), OutcomeUnknown),
        (Reply(200, b"{}"), OutcomeUnknown),
    ],
)
def test_ovh_answers_are_told_apart(answer: Reply, raised: type[DeskError]) -> None:
    with Ovh(answer) as server, ovh_line(server) as line:
        with pytest.raises(raised) as told:
            line.send(HELLO)
        assert "33612345678" not in str(told.value)


def test_ovh_falls_silent_or_is_not_there() -> None:
    with Ovh(TAKEN) as server, ovh_line(server) as line:
        server.fail_next(Fault.DROP_AFTER_CREATE)
        with pytest.raises(OutcomeUnknown):
            line.send(HELLO)
        assert line.broken
    with pytest.raises(MessageUnreachable):
        ovh_line(server)
    with pytest.raises(SettingsProblem):
        open_ovh(SmsSettings(), "no colon")


class JsonProvider(LoopbackServer):
    """Takes what apprise posts as JSON."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []

    def carry_out(self, call: Call) -> Reply:
        self.targets.append(call.target)
        return Reply(200, b"{}")

    def refusal(self) -> Reply:
        return Reply(403, b"{}")


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # one of apprise's 171 asks for it
def test_apprise_yes_and_no() -> None:
    with JsonProvider() as server:
        address = server.url.replace("http://", "json://") + "/{to}"
        with open_apprise(address) as line:
            assert line.send(HELLO) == "apprise: ok"
            server.fail_next(Fault.REFUSE)
            with pytest.raises(OutcomeUnknown):
                line.send(HELLO)
        assert server.targets[0].endswith("33612345678")
    for wrong in ("json://127.0.0.1/", "nonsense://{to}", ""):
        with pytest.raises(SettingsProblem):
            open_apprise(wrong)
