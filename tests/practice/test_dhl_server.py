"""DHL's practice server over real HTTP: its envelope, its odd numbers, its quota, its memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from wismo_desk.carriers.dhl import Dhl, build
from wismo_desk.domain.status import read_codes
from wismo_desk.practice.dhl_server import (
    PIECE,
    PRACTICE_KEY,
    SHARED_NUMBER,
    WHOLE,
    DhlServer,
    practice_numbers,
)
from wismo_desk.practice.loopback import Fault
from wismo_desk.resources import status_tables
from wismo_desk.web import Http

CODES = read_codes(status_tables()["dhl"])


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[DhlServer]:
    with DhlServer(clock=clock) as started:
        yield started


def ask(server: DhlServer, number: str, *, key: str = PRACTICE_KEY, **more: str) -> tuple[int, Any]:
    with Http() as http:
        query = urlencode({"trackingNumber": number, **more})
        answer = http.ask("GET", f"{server.url}/shipments?{query}", headers={"DHL-API-Key": key})
    return answer.status, json.loads(answer.content)


@pytest.mark.parametrize("number", practice_numbers())
def test_every_parcel_lives_in_documented_codes(server: DhlServer, clock: Clock, number: str) -> None:
    clock.now += timedelta(days=5)
    status, body = ask(server, number)
    assert status == 200
    (shipment,) = body["shipments"]
    assert shipment["id"] == number
    times = [each["timestamp"] for each in shipment["events"]]
    assert times == sorted(times, reverse=True)
    assert shipment["status"] == shipment["events"][0]
    for each in shipment["events"]:
        rule = CODES.rule(each["statusCode"], each["description"])
        assert rule is not None
        zoneless = shipment["service"] == "parcel-de"
        assert (datetime.fromisoformat(each["timestamp"]).tzinfo is None) == zoneless


def test_one_number_of_two_companies(server: DhlServer) -> None:
    _, body = ask(server, SHARED_NUMBER)
    assert [each["service"] for each in body["shipments"]] == ["express", "parcel-de"]
    _, body = ask(server, SHARED_NUMBER, service="express")
    assert [each["service"] for each in body["shipments"]] == ["express"]


def test_the_carrier_is_helped_by_the_service(server: DhlServer) -> None:
    with Http() as http:
        for service, problem in (("", "several"), ("express", "")):
            carrier = build(server.settings | {"service": service}, http)
            assert isinstance(carrier, Dhl)
            (tracked,) = carrier.track([SHARED_NUMBER])
            assert (tracked.problem, tracked.found) == (problem, not problem)


def test_a_piece_is_found_under_its_own_number(server: DhlServer) -> None:
    _, body = ask(server, PIECE)
    (shipment,) = body["shipments"]
    assert shipment["id"] == WHOLE
    assert PIECE in shipment["details"]["pieceIds"]


@pytest.mark.parametrize(
    ("number", "key", "status"), [("?", "practice", 400), ("ZZ99999", "practice", 404), ("1", "x", 401)]
)
def test_problem_documents(server: DhlServer, number: str, key: str, status: int) -> None:
    code, body = ask(server, number, key=key)
    assert (code, body["status"]) == (status, status)
    assert body["title"]
    assert body["detail"]


def test_the_quota_ends_at_midnight_in_greenwich(clock: Clock) -> None:
    with DhlServer(clock=clock, quota=2) as server:
        number = practice_numbers()[0]
        assert [ask(server, number)[0] for _ in range(3)] == [200, 200, 429]
        clock.now += timedelta(hours=12)
        assert ask(server, number)[0] == 200


def test_busy_is_a_problem_document(server: DhlServer) -> None:
    server.fail_next(Fault.BUSY)
    assert ask(server, practice_numbers()[0])[1]["status"] == 429


def test_what_was_announced_survives_a_restart(clock: Clock, tmp_path: Path) -> None:
    file = tmp_path / "dhl.json"
    with DhlServer(clock=clock, state_file=file) as server:
        server.announce("1234567890", service="freight", pickup=True)
    file.write_text(file.read_text() + '\n{"number": "cut sho')
    clock.now += timedelta(hours=30)
    with DhlServer(clock=clock, state_file=file) as server:
        _, body = ask(server, "1234567890")
    (shipment,) = body["shipments"]
    assert shipment["service"] == "freight"
    assert "collection" in shipment["events"][0]["description"]
