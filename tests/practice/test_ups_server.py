"""UPS's practice server over real HTTP: its token, its envelope, its memory."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from wismo_desk.domain.check_digits import ups
from wismo_desk.domain.reading import read
from wismo_desk.domain.status import read_codes
from wismo_desk.practice.loopback import Fault
from wismo_desk.practice.token_desk import CLIENT_ID, CLIENT_SECRET
from wismo_desk.practice.ups_server import UpsServer, practice_numbers
from wismo_desk.resources import status_tables
from wismo_desk.web import Answer, Http

CODES = read_codes(status_tables()["ups"])


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[UpsServer]:
    with UpsServer(clock=clock) as started:
        yield started


def token(server: UpsServer, secret: str = CLIENT_SECRET) -> Answer:
    headers = {"Authorization": "Basic " + base64.b64encode(f"{CLIENT_ID}:{secret}".encode()).decode()}
    with Http() as http:
        return http.ask(
            "POST", server.settings["url_token"], body=b"grant_type=client_credentials", headers=headers
        )


def ask(server: UpsServer, number: str, query: str = "", **headers: str) -> Answer:
    given = {
        "Authorization": f"Bearer {token(server).json()['access_token']}",
        "transId": "1",
        "transactionSrc": "t",
    }
    with Http() as http:
        url = f"{server.settings['url']}/track/v1/details/{number}{query}"
        return http.ask("GET", url, headers={key: value for key, value in (given | headers).items() if value})


def shipment(answer: Answer) -> Any:
    (found,) = answer.json()["trackResponse"]["shipment"]
    return found


def code(answer: Answer) -> str:
    return str(answer.json()["response"]["errors"][0]["code"])


def test_its_numbers_have_the_right_shape() -> None:
    numbers = practice_numbers()
    assert len(set(numbers)) == 10
    for number in numbers:
        assert ups(number[2:17]) == number[17]
        assert (read(number).carrier, read(number).check_ok) == ("ups", True)


def test_what_it_refuses(server: UpsServer) -> None:
    assert (token(server, "x").status, code(token(server, "x"))) == (401, "10401")
    number = practice_numbers()[0]
    assert code(ask(server, number, Authorization="Bearer x")) == "250002"
    assert code(ask(server, "1Z")) == "TV1002"
    assert ask(server, number, transId="").status == 400
    server.fail_next(Fault.REFUSE)
    with Http() as http:
        assert http.ask("GET", server.url).status == 401


def test_unknown_is_a_success_with_a_warning(server: UpsServer) -> None:
    answer = ask(server, "1ZYY95200300000001")
    assert answer.status == 200
    assert shipment(answer)["warnings"][0]["code"] == "TW0001"
    assert "package" not in shipment(answer)


def test_parcels_live_newest_first_and_every_code_is_known(server: UpsServer, clock: Clock) -> None:
    clock.now += timedelta(days=9)
    ends = []
    for number in practice_numbers():
        (package,) = shipment(ask(server, number))["package"]
        times = [each["gmtDate"] + each["gmtTime"] for each in package["activity"]]
        assert times == sorted(times, reverse=True)
        for each in package["activity"]:
            status = each["status"]
            assert CODES.rule(
                "/".join(status[key] for key in ("type", "statusCode", "code")), status["description"]
            )
            assert each["gmtOffset"] == "+01:00"
        assert package["activity"][-1]["logicalScan"] is True
        ends.append(package["currentStatus"]["code"])
    assert ends == ["011"] * 7 + ["005", "011", "034"]  # silent, absent first, given back


def test_the_proof_comes_when_it_is_asked_for(server: UpsServer, clock: Clock) -> None:
    number = practice_numbers()[1]
    (before,) = shipment(ask(server, number, "?returnPOD=true"))["package"]
    assert "deliveryInformation" not in before
    assert before["deliveryDate"][0]["type"] == "SDD"
    clock.now += timedelta(days=3)
    (plain,) = shipment(ask(server, number))["package"]
    assert "pod" not in plain["deliveryInformation"]
    (full,) = shipment(ask(server, number, "?returnPOD=true"))["package"]
    assert base64.b64decode(full["deliveryInformation"]["pod"]["content"]).startswith(b"<!DOCTYPE html>")
    assert full["deliveryDate"][0]["type"] == "DEL"


def test_other_parcels_are_announced_and_remembered(clock: Clock, tmp_path: Path) -> None:
    kept = tmp_path / "ups.jsonl"
    with UpsServer(clock=clock, state_file=kept) as server:
        server.announce("1ZEX95200300001998", pickup=True, other="CZ550028402CH")
    kept.write_text(kept.read_text() + '\n{"number": "cut', encoding="utf-8")
    clock.now += timedelta(hours=30)
    with UpsServer(clock=clock, state_file=kept) as server:
        (package,) = shipment(ask(server, "1ZEX95200300001998"))["package"]
    assert package["currentStatus"]["code"] == "040"
    assert package["alternateTrackingNumber"][0]["number"] == "CZ550028402CH"
