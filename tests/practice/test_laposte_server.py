"""La Poste's practice server over real HTTP: its envelope, its sandbox numbers, its memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from wismo_desk.domain.check_digits import mod37_36
from wismo_desk.domain.status import read_codes
from wismo_desk.practice.laposte_server import (
    PRACTICE_KEY,
    SANDBOX,
    SANDBOX_UNKNOWN,
    LaposteServer,
    practice_numbers,
)
from wismo_desk.practice.loopback import Fault
from wismo_desk.resources import status_tables
from wismo_desk.web import Http

CODES = read_codes(status_tables()["laposte"])


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[LaposteServer]:
    with LaposteServer(clock=clock) as started:
        yield started


def ask(
    server: LaposteServer, *numbers: str, key: str = PRACTICE_KEY, lang: str = "fr_FR"
) -> tuple[int, Any]:
    with Http() as http:
        url = f"{server.url}/idships/{','.join(numbers)}?lang={lang}"
        answer = http.ask("GET", url, headers={"X-Okapi-Key": key, "Accept": "application/json"})
    return answer.status, json.loads(answer.content)


def codes(body: Any) -> list[str]:
    """Oldest first."""
    return [each["code"] for each in reversed(body["shipment"]["event"])]


@pytest.mark.parametrize("number", SANDBOX)
def test_the_documented_sandbox_numbers(server: LaposteServer, number: str) -> None:
    holder, step = SANDBOX[number]
    status, body = ask(server, number)
    assert (status, body["returnCode"]) == (200, 200)
    shipment = body["shipment"]
    assert (shipment["idShip"], shipment["holder"], shipment["isFinal"]) == (number, holder, False)
    assert [each["status"] for each in shipment["timeline"]] == [n <= step for n in range(1, 6)]
    assert all(CODES.rule(code) for code in codes(body))


def test_the_documented_unknown_number(server: LaposteServer) -> None:
    status, body = ask(server, SANDBOX_UNKNOWN)
    assert status == 404
    assert (body["returnCode"], body["idShip"]) == (104, SANDBOX_UNKNOWN)


def test_several_are_an_array(server: LaposteServer) -> None:
    status, body = ask(server, SANDBOX_UNKNOWN, "8K00009775862")
    assert status == 207
    assert [each["returnCode"] for each in body] == [104, 200]


def test_what_the_service_refuses(server: LaposteServer) -> None:
    assert ask(server, *practice_numbers(), SANDBOX_UNKNOWN)[0] == 400  # eleven
    assert ask(server, "SHORT")[1]["returnCode"] == 400
    assert ask(server, SANDBOX_UNKNOWN, lang="xx_XX")[0] == 400
    assert ask(server, SANDBOX_UNKNOWN, key="wrong") == (
        401,
        {"code": "UNAUTHORIZED", "message": "Accès non autorisé"},
    )
    server.fail_next(Fault.BUSY)
    assert ask(server, SANDBOX_UNKNOWN)[1]["code"] == "TOO_MANY_REQUESTS"


def test_its_own_numbers_have_the_right_shape_and_live(server: LaposteServer, clock: Clock) -> None:
    numbers = practice_numbers()
    assert len(set(numbers)) == 10
    assert all(len(number) == 15 and mod37_36(number[:14]) == number[14] for number in numbers)
    assert codes(ask(server, numbers[1])[1]) == ["DR1"]
    clock.now += timedelta(days=9)
    ends = [codes(each)[-1] for each in ask(server, *numbers)[1]]
    assert ends == ["DI1"] * 7 + ["ET1", "DI1", "DI2"]  # silent, absent first, given back
    returned = ask(server, numbers[9])[1]["shipment"]
    assert returned["isFinal"] is True
    assert "deliveryDate" not in returned
    assert returned["event"][0]["date"].endswith("+01:00")


def test_other_companies_parcels_are_announced_and_remembered(clock: Clock, tmp_path: Path) -> None:
    kept = tmp_path / "laposte.jsonl"
    with LaposteServer(clock=clock, state_file=kept) as server:
        server.announce("6A15984040331", pickup=True, partner="CZ550028402CH")
    kept.write_text(kept.read_text() + '\n{"number": "cut', encoding="utf-8")
    clock.now += timedelta(hours=30)
    with LaposteServer(clock=clock, state_file=kept) as server:
        _, body = ask(server, "6A15984040331")
    assert codes(body)[-1] == "AG1"
    assert body["shipment"]["contextData"]["partner"]["reference"] == "CZ550028402CH"
    clock.now += timedelta(hours=48)
    with LaposteServer(clock=clock, state_file=kept) as server:
        assert ask(server, "6A15984040331")[1]["shipment"]["event"][0]["label"] == "Votre colis est livré."
