"""The access token: asked once, kept until it expires, and never the reason why a purchase is in doubt."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator

import pytest

from wismo_desk.errors import CarrierRefused, CarrierUnreachable, OutcomeUnknown
from wismo_desk.practice.loopback import Call, Fault, LoopbackServer, Reply
from wismo_desk.web import Http
from wismo_desk.web.token import TokenHttp


class Company(LoopbackServer):
    """Numbers its tokens; `good` are the ones it still takes."""

    def __init__(self) -> None:
        super().__init__()
        self.silent_s = 0.2
        self.calls: list[Call] = []
        self.given: object = None
        self.status = 200
        self.issued = 0
        self.good: set[str] = set()

    def carry_out(self, call: Call) -> Reply:
        self.calls.append(call)
        if call.path == "/token":
            self.issued += 1
            self.good.add(f"Bearer t{self.issued}")
            told = (
                {"access_token": f"t{self.issued}", "expires_in": "3600"}
                if self.given is None
                else self.given
            )
            return Reply(self.status, told if isinstance(told, bytes) else json.dumps(told).encode())
        if call.headers.get("authorization") not in self.good:
            return Reply(401, b"")
        return Reply(200, call.body or b"{}")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def company() -> Iterator[Company]:
    with Company() as started:
        yield started


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def asking(company: Company, clock: Clock) -> Iterator[TokenHttp]:
    with Http(read_s=10.0) as http:
        yield TokenHttp(http, f"{company.url}/token", client_id="id:ä", client_secret="s+/", clock=clock)


def test_asked_once_and_sent_with_each_question(company: Company, asking: TokenHttp) -> None:
    answer = asking.ask("POST", f"{company.url}/do", body=b"[1]", headers={"Accept": "x"})
    assert (answer.status, answer.content) == (200, b"[1]")
    asking.ask("GET", f"{company.url}/do")
    token, first, _ = company.calls
    assert company.issued == 1
    assert (token.method, token.body) == ("POST", b"grant_type=client_credentials")
    told = base64.b64decode(token.headers["authorization"].removeprefix("Basic ")).decode()
    assert told == "id%3A%C3%A4:s%2B%2F"  # a colon in an ID would end it too soon
    assert (first.headers["authorization"], first.headers["accept"]) == ("Bearer t1", "x")


def test_it_expires_a_minute_early(company: Company, clock: Clock, asking: TokenHttp) -> None:
    asking.ask("GET", f"{company.url}/do")
    clock.now = 3539.0
    asking.ask("GET", f"{company.url}/do")
    assert company.issued == 1
    clock.now = 3540.0
    asking.ask("GET", f"{company.url}/do")
    assert company.issued == 2


def test_one_that_was_taken_back_is_replaced_once(company: Company, asking: TokenHttp) -> None:
    asking.ask("GET", f"{company.url}/do")
    company.good.clear()
    assert asking.ask("GET", f"{company.url}/do").status == 200
    assert company.issued == 2


def test_a_no_to_a_new_token_is_a_no(company: Company, asking: TokenHttp) -> None:
    company.given = {"access_token": "other", "expires_in": 3600}
    assert asking.ask("GET", f"{company.url}/do").status == 401
    assert company.issued == 1  # asking without end would lock the account


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_wrong_secret_is_said(company: Company, asking: TokenHttp, status: int) -> None:
    company.status = status
    with pytest.raises(CarrierRefused) as caught:
        asking.ask("GET", f"{company.url}/do")
    assert (caught.value.field, caught.value.raw) == ("account", f"HTTP {status}")


@pytest.mark.parametrize(
    "fault",
    [Fault.HANG_AFTER_CREATE, Fault.DROP_AFTER_CREATE, Fault.HALF_ANSWER, Fault.SERVER_ERROR, Fault.BUSY],
)
def test_no_token_means_the_question_never_left(company: Company, asking: TokenHttp, fault: Fault) -> None:
    """The naive way lets the silence of the token window through: a purchase in doubt that was never asked for."""
    company.fail_next(fault)
    with pytest.raises(CarrierUnreachable):
        asking.ask("POST", f"{company.url}/do")
    assert [call.path for call in company.calls if call.path != "/token"] == []
    if fault is Fault.HANG_AFTER_CREATE:
        company.fail_next(fault)
        with Http(read_s=10.0) as naive, pytest.raises(OutcomeUnknown):
            naive.ask("POST", f"{company.url}/token")


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"<h1>Hello</h1>",
        b"[" * 50_000,
        [],
        {},
        {"access_token": ""},
        {"access_token": "a\nb"},
        {"access_token": 3},
        {"access_token": "t", "expires_in": "soon"},
        {"access_token": "t", "expires_in": None},
        {"access_token": "t", "expires_in": "nan"},
    ],
)
def test_what_is_no_token(company: Company, asking: TokenHttp, given: object) -> None:
    company.given = given
    with pytest.raises(CarrierUnreachable):
        asking.ask("GET", f"{company.url}/do")


def test_a_failure_is_not_kept(company: Company, asking: TokenHttp) -> None:
    company.given = {}
    with pytest.raises(CarrierUnreachable):
        asking.ask("GET", f"{company.url}/do")
    company.given = None
    assert asking.ask("GET", f"{company.url}/do").status == 200


def test_a_fault_of_the_question_itself_is_passed_on(company: Company, asking: TokenHttp) -> None:
    asking.ask("GET", f"{company.url}/do")
    company.fail_next(Fault.DROP_AFTER_CREATE)
    with pytest.raises(OutcomeUnknown):
        asking.ask("POST", f"{company.url}/do")
