"""The practice carrier over real HTTP: its contract, each fault, its memory, and its end."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from wismo_desk.domain.check_digits import gs1
from wismo_desk.errors import CarrierUnreachable, OutcomeUnknown
from wismo_desk.practice.carrier_server import CarrierServer
from wismo_desk.practice.loopback import Fault
from wismo_desk.web import Answer, Http

ASKED: dict[str, Any] = {
    "reference": "ABCDEFGHIJ234",
    "order": "#1042",
    "service": "home",
    "ship_on": "2026-11-23",
    "weight_g": 1240,
    "dpi": 203,
    "pickup_point": "",
    "shipper": {},
    "recipient": {
        "name": "Zoé",
        "street": ["1 rue A"],
        "postcode": "35000",
        "city": "Rennes",
        "country": "FR",
    },
}


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[CarrierServer]:
    with CarrierServer(clock=clock) as started:
        started.silent_s = 0.2
        yield started


@pytest.fixture
def http() -> Iterator[Http]:
    with Http(read_s=10.0) as client:
        yield client


def post(http: Http, server: CarrierServer, path: str = "/labels", value: object = None) -> Answer:
    return http.ask("POST", server.url + path, body=json.dumps(value or ASKED).encode())


def get(http: Http, server: CarrierServer, path: str) -> Any:
    return http.ask("GET", server.url + path).json()


def test_it_sells_and_sells_again(server: CarrierServer, http: Http) -> None:
    first, second = post(http, server), post(http, server)
    assert (first.status, second.status) == (201, 201)
    numbers = [first.json()["number"], second.json()["number"]]
    assert len(set(numbers)) == 2  # as real carriers do
    assert server.created == {"ABCDEFGHIJ234": 2}
    for number in numbers:
        assert (len(number), number[:2]) == (13, "PX")
        assert gs1(number[2:12]) == number[12]
    found = get(http, server, "/labels?reference=ABCDEFGHIJ234")["labels"]
    assert [each["number"] for each in found] == numbers
    assert get(http, server, "/labels?reference=OTHER")["labels"] == []


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"reference": ""}, "REFERENCE_INVALID", "reference"),
        ({"service": "x"}, "SERVICE_UNKNOWN", "service"),
        ({"weight_g": 0}, "WEIGHT_INVALID", "weight_g"),
        ({"weight_g": 30_001}, "WEIGHT_INVALID", "weight_g"),
        ({"weight_g": "1"}, "WEIGHT_INVALID", "weight_g"),
        ({"dpi": 600}, "DPI_INVALID", "dpi"),
        ({"ship_on": "tomorrow"}, "DATE_INVALID", "ship_on"),
        ({"recipient": None}, "RECIPIENT_MISSING", "recipient"),
        ({"recipient": ASKED["recipient"] | {"name": ""}}, "NAME_MISSING", "recipient.name"),
        ({"recipient": ASKED["recipient"] | {"street": "x"}}, "STREET_MISSING", "recipient.street"),
        ({"recipient": ASKED["recipient"] | {"city": ""}}, "CITY_MISSING", "recipient.city"),
        ({"recipient": ASKED["recipient"] | {"postcode": "3500"}}, "POSTCODE_INVALID", "recipient.postcode"),
        ({"service": "pickup"}, "PICKUP_POINT_MISSING", "pickup_point"),
        ({"service": "pickup", "pickup_point": "zz"}, "PICKUP_POINT_UNKNOWN", "pickup_point"),
        ({"service": "pickup", "pickup_point": "EX350004"}, "PICKUP_POINT_CLOSED", "pickup_point"),
    ],
)
def test_refusals(server: CarrierServer, http: Http, change: dict[str, Any], code: str, field: str) -> None:
    answer = post(http, server, value=ASKED | change)
    assert answer.status == 422
    error = answer.json()["error"]
    assert (error["code"], error["field"]) == (code, field)
    assert error["message"]
    assert server.created == {}


def test_pickup_points(server: CarrierServer, http: Http) -> None:
    points = get(http, server, "/pickup-points?postcode=35000")["points"]
    assert [point["open"] for point in points] == [True, True, True, False]
    for point in points:
        answer = post(http, server, value=ASKED | {"service": "pickup", "pickup_point": point["id"]})
        assert answer.status == (201 if point["open"] else 422)
    assert get(http, server, "/pickup-points?postcode=SW1A")["points"] == []


def test_void_until_it_is_handed_over(server: CarrierServer, http: Http, clock: Clock) -> None:
    number = post(http, server).json()["number"]
    mine = {"reference": "ABCDEFGHIJ234"}
    assert post(http, server, f"/labels/{number}/void", {"reference": "OTHER"}).status == 404
    assert post(http, server, "/labels/PX0/void", mine).status == 404
    assert post(http, server, f"/labels/{number}/void", mine).status == 200
    assert post(http, server, f"/labels/{number}/void", mine).status == 200
    assert get(http, server, "/labels?reference=ABCDEFGHIJ234")["labels"][0]["voided"] is True
    assert [each["code"] for each in get(http, server, f"/tracking/{number}")["events"]] == [
        "ANNONCE",
        "ANNULE",
    ]
    number = post(http, server).json()["number"]
    clock.now += timedelta(hours=6)
    answer = post(http, server, f"/labels/{number}/void", mine)
    assert (answer.status, answer.json()["error"]["code"]) == (409, "ALREADY_HANDED_OVER")


def test_a_parcel_lives_by_the_clock(server: CarrierServer, http: Http, clock: Clock) -> None:
    number = next(n for n in (post(http, server).json()["number"] for _ in range(10)) if n[-2] == "0")
    seen: list[int] = []
    for _ in range(4):
        events = get(http, server, f"/tracking/{number}")["events"]
        seen.append(len(events))
        clock.now += timedelta(hours=12)
    assert seen == sorted(set(seen))
    assert events[0]["at"] == "2026-11-22T12:00:00+00:00"
    assert events[-1]["code"] == "LIVRE"
    assert http.ask("GET", f"{server.url}/tracking/PX0").status == 404


def test_no_such_thing(server: CarrierServer, http: Http) -> None:
    assert http.ask("GET", f"{server.url}/").status == 404
    assert http.ask("POST", f"{server.url}/labels", body=b"{").status == 400
    assert http.ask("POST", f"{server.url}/labels", body=b"[]").status == 400
    assert http.ask("POST", f"{server.url}/labels", headers={"Content-Length": "9999999"}).status == 413


@pytest.mark.parametrize(
    ("fault", "status", "sold"),
    [
        (Fault.SLOW, 201, 1),
        (Fault.BUSY, 429, 0),
        (Fault.SERVER_ERROR, 500, 0),
        (Fault.ERROR_AFTER_CREATE, 500, 1),
        (Fault.WRONG_CHARSET, 201, 1),
        (Fault.VAGUE, 400, 0),
        (Fault.REFUSE, 422, 0),
    ],
)
def test_faults_with_an_answer(
    server: CarrierServer, http: Http, fault: Fault, status: int, sold: int
) -> None:
    server.slow_s = 0.01
    server.fail_next(fault)
    answer = post(http, server)
    assert (answer.status, server.created["ABCDEFGHIJ234"]) == (status, sold)
    if status == 201:
        assert answer.json()["message"] == "Étiquette créée"
    assert post(http, server).status == 201  # once only


@pytest.mark.parametrize("fault", [Fault.HANG_AFTER_CREATE, Fault.DROP_AFTER_CREATE, Fault.HALF_ANSWER])
def test_faults_without_a_whole_answer(server: CarrierServer, http: Http, fault: Fault) -> None:
    server.fail_next(fault, 2)
    for _ in range(2):
        with pytest.raises(OutcomeUnknown):
            post(http, server)
    assert server.created["ABCDEFGHIJ234"] == 2


def test_a_silent_and_a_late_answer_outlast_the_client(server: CarrierServer) -> None:
    server.slow_s = server.silent_s = 30
    with Http(read_s=0.3) as hasty:
        for fault in (Fault.HANG_AFTER_CREATE, Fault.SLOW):
            server.fail_next(fault)
            with pytest.raises(OutcomeUnknown):
                post(hasty, server)


def test_faults_can_be_healed(server: CarrierServer, http: Http) -> None:
    server.fail_next(Fault.BUSY, 5)
    server.heal()
    assert post(http, server).status == 201


def test_labels_outlive_the_server_and_a_line_cut_short(tmp_path: Path, http: Http, clock: Clock) -> None:
    file = tmp_path / "labels.jsonl"
    with CarrierServer(state_file=file, clock=clock) as server:
        first, second = post(http, server).json(), post(http, server).json()
        post(http, server, f"/labels/{second['number']}/void", {"reference": "ABCDEFGHIJ234"})
    with file.open("a") as lines:
        lines.write('\n{"number": "PX')
    with CarrierServer(state_file=file, clock=clock) as server:
        found = get(http, server, "/labels?reference=ABCDEFGHIJ234")["labels"]
        assert found == [first, second | {"voided": True}]
        third = post(http, server).json()
    with CarrierServer(state_file=file, clock=clock) as server:
        assert server.created["ABCDEFGHIJ234"] == 3
    assert len({first["number"], second["number"], third["number"]}) == 3


def test_stop_ends_calls_and_threads_and_start_takes_the_same_port(server: CarrierServer, http: Http) -> None:
    server.fail_next(Fault.HANG_AFTER_CREATE)
    host, port = "127.0.0.1", int(server.url.rpartition(":")[2])
    with socket.create_connection((host, port)) as silent, socket.create_connection((host, port)) as hanging:
        body = json.dumps(ASKED).encode()
        hanging.sendall(b"POST /labels HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        while not server.created:
            pass
        server.stop()
        server.stop()
        assert (silent.recv(1), hanging.recv(1)) == (b"", b"")
    assert not [
        thread for thread in threading.enumerate() if "practice" in thread.name or "request" in thread.name
    ]
    with pytest.raises(CarrierUnreachable):
        post(http, server)
    server.start()
    assert server.url.endswith(f":{port}")
    assert post(http, server).status == 201


def test_sold_to_many_at_once_each_has_its_own_number(server: CarrierServer) -> None:
    numbers: list[str] = []

    def buy() -> None:
        with Http() as http:
            numbers.extend(post(http, server).json()["number"] for _ in range(5))

    threads = [threading.Thread(target=buy) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(numbers)) == 20
