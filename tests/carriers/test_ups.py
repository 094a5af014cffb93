"""UPS's tracking: what is asked, and every kind of answer, without a network."""

from __future__ import annotations

import base64
import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stage_ups import STRANGER, stage

from wismo_desk.carriers.ups import CARRIER, Ups, build, build_track, parse_error, parse_proof, parse_tracking
from wismo_desk.domain.refusals import Told, read_refusals
from wismo_desk.domain.status import (
    ENDED,
    IncidentReason,
    TrackingStatus,
    fold_key,
    read_codes,
    standing,
)
from wismo_desk.domain.tracking import Tracked, event_id
from wismo_desk.errors import CarrierRefused, CarrierUnreachable, DeskError, OutcomeUnknown, SettingsProblem
from wismo_desk.practice.loopback import Call, Fault, LoopbackServer, Reply
from wismo_desk.practice.ups_server import UpsServer, practice_numbers
from wismo_desk.resources import refusals, status_tables
from wismo_desk.web import Answer, Http
from wismo_desk.web.token import TokenHttp

CODES = read_codes(status_tables()["ups"])
NUMBER = "1Z5R89390357567127"


def activity(
    kind: str,
    code: str,
    gmt: str = "20261125 101500",
    *,
    offset: str = "+01:00",
    said: str = "…",
    **more: Any,
) -> dict[str, Any]:
    day, time = gmt.split()
    status, _, detail = code.partition("/")
    return {
        "location": {"address": {"city": "Rennes", "countryCode": "FR"}},
        "status": {"type": kind, "statusCode": status, "code": detail or "XX", "description": said},
        "date": "20000101",
        "time": "000000",
        "gmtDate": day,
        "gmtTime": time,
        "gmtOffset": offset,
        "logicalScan": False,
    } | more


def package(*activities: dict[str, Any], number: str = NUMBER, **more: Any) -> dict[str, Any]:
    return {"trackingNumber": number, "activity": list(activities)} | more


def response(*packages: dict[str, Any], inquiry: str = NUMBER, **more: Any) -> dict[str, Any]:
    shipment = {"inquiryNumber": inquiry} | ({"package": list(packages)} if packages else {}) | more
    return {"trackResponse": {"shipment": [shipment]}}


def answer(value: object, status: int = 200) -> Answer:
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Answer(status=status, content=content, headers={}, host="127.0.0.1")


def only(value: object, status: int = 200) -> Tracked:
    (tracked,) = parse_tracking(answer(value, status))
    return tracked


def errors(code: str, message: str = "x") -> dict[str, Any]:
    return {"response": {"errors": [{"code": code, "message": message}]}}


def status_of(tracked: Tracked) -> TrackingStatus:
    keys = []
    for one in tracked.events:
        rule = CODES.rule(one.code, one.label)
        if rule and not one.logical:
            key = event_id("ups", tracked.number, one, shipped_on=date(2026, 11, 1))
            keys.append((fold_key(rule.status, one.at, key), rule))
    return standing(keys).status


# Settings and the question


@pytest.mark.parametrize("missing", ["client_id", "client_secret"])
def test_id_and_secret_are_asked_for(missing: str) -> None:
    with Http() as http, pytest.raises(SettingsProblem) as caught:
        build({"client_id": "i", "client_secret": "s"} | {missing: " "}, http)
    assert caught.value.field == missing


def test_what_it_is() -> None:
    assert CARRIER.services == ()  # no document of its labels was at hand
    assert CARRIER.traits.numbers_per_call == 1
    assert not CARRIER.traits.bills_at_creation


class Scripted(LoopbackServer):
    """Gives a token, then answers with what it was given, and keeps what it was asked."""

    def __init__(self, *answers: Reply) -> None:
        super().__init__()
        self.answers = list(answers)
        self.calls: list[Call] = []

    def carry_out(self, call: Call) -> Reply:
        if call.path == "/token":
            return Reply(200, b'{"access_token": "t", "expires_in": "14399"}')
        self.calls.append(call)
        return self.answers.pop(0)


def ask(number: str, status: int, value: object) -> tuple[tuple[Tracked, ...], list[Call]]:
    reply = Reply(status, json.dumps(value).encode())
    with Scripted(reply) as server, Http() as http:
        signed = TokenHttp(http, f"{server.url}/token", client_id="i", client_secret="s")
        told = Ups(server.url, signed, ticket=lambda: "ticket").track([number])
        return told, server.calls


def test_the_question() -> None:
    told, (call,) = ask(NUMBER, 200, response(package(activity("I", "005"))))
    assert told[0].number == NUMBER
    assert call.path == f"/track/v1/details/{NUMBER}"
    assert call.query == {
        "locale": "en_US",
        "returnSignature": "false",
        "returnMilestones": "false",
        "returnPOD": "false",
    }
    headers = call.headers
    assert (headers["transid"], headers["transactionsrc"]) == ("ticket", "wismo-desk")
    assert headers["authorization"] == "Bearer t"
    assert "returnPOD=true" in build_track(NUMBER, proof=True)


@pytest.mark.parametrize("number", ["123456", "1" * 35, "../../secrets", "1Z 5R8939"])
def test_a_malformed_number_is_not_sent(number: str) -> None:
    with stage() as staged:
        assert isinstance(staged.carrier, Ups)
        (found,) = staged.carrier.track([number])
        assert (found.found, found.problem) == (False, "TV1002")
        with pytest.raises(CarrierRefused):
            staged.carrier.fetch_proof(number)


# Events


def test_events_come_oldest_first_in_the_offset_of_their_place() -> None:
    tracked = only(
        response(
            package(
                activity("D", "011/FS", "20261125 101500"),
                activity("I", "021/OT", "20261125 061000", offset="+00:00"),
                activity("I", "005/AR", "20261123 234500", offset="-05:00"),
            )
        )
    )
    assert [event.code for event in tracked.events] == ["I/005/AR", "I/021/OT", "D/011/FS"]
    assert tracked.events[0].at.utcoffset() == timedelta(hours=-5)
    assert (tracked.events[0].at.day, tracked.events[0].at.hour) == (23, 18)
    assert tracked.events[2].at.hour == 11
    assert tracked.events[2].place == "Rennes, FR"


@pytest.mark.parametrize(
    ("day", "time"),
    [("20261125", "074700"), ("20261125", "74700"), ("2026-11-25", "07:47:00"), ("20261125", "07:47:00")],
)
def test_the_gmt_time_comes_in_several_shapes(day: str, time: str) -> None:
    told = activity("I", "005") | {"gmtDate": day, "gmtTime": time}
    (event,) = only(response(package(told))).events
    assert (event.at.hour, event.at.minute, event.at.utcoffset()) == (8, 47, timedelta(hours=1))


def test_without_gmt_the_local_time_counts_as_french() -> None:
    told = activity("I", "005") | {"gmtDate": "", "gmtTime": None, "date": "20260725", "time": "084700"}
    (event,) = only(response(package(told))).events
    assert (event.at.hour, event.at.utcoffset()) == (8, timedelta(hours=2))
    (event,) = only(response(package(activity("I", "005") | {"gmtOffset": "?"}))).events
    assert (event.at.hour, event.at.utcoffset()) == (10, timedelta(0))  # GMT all the same


def test_events_of_one_moment_keep_their_order() -> None:
    told = response(package(activity("I", "005/DP"), activity("I", "005/AR")))
    assert [event.code for event in only(told).events] == ["I/005/AR", "I/005/DP"]
    ids = {event_id("ups", NUMBER, event, shipped_on=date(2026, 11, 1)) for event in only(told).events}
    assert len(ids) == 2  # by type and status code alone, one of the two would be lost


def test_a_logical_scan_touched_no_parcel() -> None:
    tracked = only(
        response(package(activity("D", "011", logicalScan=True), activity("I", "005", "20261124 080000")))
    )
    assert [event.logical for event in tracked.events] == [False, True]
    assert status_of(tracked) is TrackingStatus.IN_TRANSIT
    (event,) = only(response(package(activity("D", "011", logicalScan="true")))).events
    assert event.logical


@pytest.mark.parametrize(
    "told", [[], None, {}, "none", [None, 3, {}], [{"status": {"type": "D"}, "date": "soon"}]]
)
def test_no_events_are_no_crash_and_no_news(told: object) -> None:
    tracked = only(response({"trackingNumber": NUMBER, "activity": told}))
    assert (tracked.found, tracked.events) == (True, ())


# What they mean


def test_given_back_to_the_sender_is_never_delivered() -> None:
    """The type is that of a delivery, with a day and a signature: who believes them tells the customer a lie."""
    for told in (
        activity("D", "034/UA", said="Package was returned to the sender "),
        activity("D", "011/FS", said="Package was returned to the sender"),
        activity("D", "", said="PACKAGE RETURNED TO SENDER"),
        activity("D", "/UA", said="…"),
        activity("RS", "", said="…"),
    ):
        tracked = only(response(package(told, deliveryDate=[{"type": "DEL", "date": "20261125"}])))
        assert status_of(tracked) is TrackingStatus.RETURNED, tracked.events
    naive = told["status"]["type"] in ("D", "RS")
    assert naive


def test_waiting_at_an_access_point_is_not_delivered() -> None:
    for told in (
        activity("D", "040/ZP"),
        activity("D", "011/ZP", said="Delivered to UPS Access Point™"),
        activity("I", "017"),
    ):
        assert status_of(only(response(package(told)))) is TrackingStatus.READY_FOR_PICKUP


def test_delivered_is_delivered() -> None:
    for code in ("011/FS", "011/KB", "", "026"):
        assert (
            status_of(only(response(package(activity("D", code, said="DELIVERED ")))))
            is TrackingStatus.DELIVERED
        )


@pytest.mark.parametrize(
    ("code", "status", "reason"),
    [
        ("M/003/MP", TrackingStatus.LABEL_CREATED, ""),
        ("MV/007/VP", TrackingStatus.CANCELLED, ""),
        ("P/038/PU", TrackingStatus.ACCEPTED, ""),
        ("I/005/AR", TrackingStatus.IN_TRANSIT, ""),
        ("I/099/ZZ", TrackingStatus.IN_TRANSIT, ""),  # the type is documented, whatever its detail
        ("I/021/OT", TrackingStatus.OUT_FOR_DELIVERY, ""),
        ("O/-/-", TrackingStatus.OUT_FOR_DELIVERY, ""),
        ("X/013/A7", TrackingStatus.EXCEPTION, ""),
        ("X/022/48", TrackingStatus.DELIVERY_ATTEMPTED, ""),
        ("X/034/ZZ", TrackingStatus.RETURNING, ""),  # an exception never ends a parcel
        ("X/052/7W", TrackingStatus.DELAYED, "weather_delay"),
        ("X/058/ZZ", TrackingStatus.CUSTOMS, "customs_documents"),
        ("X/064/KR", TrackingStatus.EXCEPTION, "recipient_refused"),
        ("I/037/OT", TrackingStatus.RETURNING, ""),  # on the vehicle, to the sender
        ("RS/036/ZZ", TrackingStatus.RETURNING, ""),
        ("U/-/ZZ", TrackingStatus.UNKNOWN, ""),
        ("U/011/ZZ", TrackingStatus.UNKNOWN, ""),
        ("DD/-/-", TrackingStatus.IN_TRANSIT, ""),
    ],
)
def test_what_codes_mean(code: str, status: TrackingStatus, reason: str) -> None:
    rule = CODES.rule(code)
    assert rule
    assert (rule.status, rule.reason) == (status, IncidentReason(reason))


def test_an_exception_is_not_an_end() -> None:
    table = {code: CODES.rule(code) for code in CODES if code.startswith(("X", "I", "U"))}
    ends = {code for code, rule in table.items() if rule and rule.status in ENDED}
    assert ends == {"I/007", "U/007"}  # voided information
    assert not {code for code in CODES if code.startswith(("X", "U", "I")) and code.endswith("034")} & ends


def test_wishes_are_no_scans_and_unknown_stays_unknown() -> None:
    for code in ("X/027", "I/018", "U/054"):
        rule = CODES.rule(code)
        assert rule
        assert not rule.is_scan
    assert CODES.rule("ZZ/999/ZZ") is None
    assert CODES.rule("-/-/-") is None


# The parcel


def test_the_partners_number_is_an_alias() -> None:
    others = [{"number": "92419900000033499522966220", "type": "USPS_PIC"}, {"number": NUMBER}, {"type": "X"}]
    tracked = only(response(package(alternateTrackingNumber=others)))
    assert (tracked.number, tracked.aliases) == (NUMBER, ("92419900000033499522966220",))


def test_asked_by_another_number_it_is_answered_under_that() -> None:
    told, _ = ask(
        "92419900000033499522966220", 200, response(package(), inquiry="92419900000033499522966220")
    )
    assert (told[0].number, told[0].aliases) == ("92419900000033499522966220", (NUMBER,))


def test_of_several_packages_only_the_one_asked_for_counts() -> None:
    other = "1Z5R89390357567135"
    body = response(package(activity("D", "011"), number=other), package(activity("I", "005")))
    told, _ = ask(NUMBER.lower(), 200, body)
    assert (told[0].number, [event.code[0] for event in told[0].events]) == (NUMBER.lower(), ["I"])
    naive = parse_tracking(answer(body))[0].events
    assert naive[0].code.startswith("D")  # the first one's delivery
    told, _ = ask(STRANGER, 200, body)
    assert (told[0].found, told[0].problem) == (False, "unanswered")


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([("SDD", "20261125")], date(2026, 11, 25)),
        ([("SDD", "20261125"), ("RDD", "20261127")], date(2026, 11, 27)),
        ([("SDD", "20261125"), ("DEL", "20261126")], None),
        ([("SDD", "later")], None),
        ([], None),
    ],
)
def test_the_expected_day(days: list[tuple[str, str]], expected: date | None) -> None:
    told = [{"type": kind, "date": day} for kind, day in days]
    assert only(response(package(deliveryDate=told))).expected_on == expected


# Not found, refused, away


def test_not_found_comes_as_a_success_with_a_warning() -> None:
    body = response(warnings=[{"code": "TW0001", "message": "Tracking Information Not Found"}])
    assert only(body) == Tracked(number=NUMBER, found=False)
    assert parse_error(answer(body)) == Told("TW0001", "Tracking Information Not Found")
    naive = answer(body).status == 200
    assert naive  # who goes by the status takes it for a parcel without news
    assert only(response(warnings=[{"code": "TW0009", "message": "?"}])).problem == "TW0009"


def test_a_warning_beside_a_package_is_only_a_warning() -> None:
    body = response(package(activity("I", "005")), warnings=[{"code": "TW0007", "message": "x"}])
    assert len(only(body).events) == 1
    assert parse_error(answer(body)) is None


def test_a_number_it_cannot_read_is_that_numbers_problem() -> None:
    told, _ = ask(NUMBER, 400, errors("TV1002", "Invalid inquiry number"))
    assert told == (Tracked(number=NUMBER, found=False, problem="TV1002"),)
    told, _ = ask(NUMBER, 404, errors("151044", "No tracking information available"))
    assert told == (Tracked(number=NUMBER, found=False),)


@pytest.mark.parametrize(
    ("status", "body", "error", "raw"),
    [
        (401, errors("250002"), CarrierRefused, "250002"),
        (401, errors("251004"), CarrierRefused, "251004"),
        (401, b"", CarrierRefused, "HTTP 401"),
        (403, errors("250014"), CarrierRefused, "250014"),
        (403, b"", CarrierRefused, "HTTP 403"),
        (404, b"<h1>404</h1>", CarrierRefused, "HTTP 404"),
        (400, b"Erreur", CarrierRefused, "HTTP 400"),
        (429, errors("10429"), CarrierUnreachable, "HTTP 429"),
        (500, errors("TV0500"), CarrierUnreachable, "TV0500"),
        (503, b"", CarrierUnreachable, "HTTP 503"),
        (200, b"nonsense", CarrierUnreachable, "HTTP 200"),
        (200, {}, CarrierUnreachable, "HTTP 200"),
        (200, {"trackResponse": {"shipment": [{}]}}, CarrierUnreachable, "HTTP 200"),
    ],
)
def test_no_news(status: int, body: object, error: type[DeskError], raw: str) -> None:
    with pytest.raises(error) as caught:
        parse_tracking(answer(body, status))
    assert caught.value.raw == raw


def test_errors_are_told() -> None:
    assert parse_error(answer(errors("TV1002", "Invalid"), 400)) == Told("TV1002", "Invalid")
    assert parse_error(answer({"errors": [{"code": "250002", "message": "x"}]}, 401)) == Told("250002", "x")
    assert parse_error(answer(b"", 503)) == Told("HTTP 503")
    assert parse_error(answer(response(package()))) is None
    with pytest.raises(OutcomeUnknown):
        parse_error(answer(b'{"trackRes'))
    table = read_refusals(refusals("ups"))
    assert {"TV1002", "TW0001", "250002", "251004", "10401", "unanswered", "HTTP 403"} <= set(table)


# Proof


def proof(content: object, **more: Any) -> dict[str, Any]:
    return response(package(deliveryInformation={"receivedBy": "X", "pod": {"content": content}}, **more))


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"<!DOCTYPE html><html/>", "text/html"), (b"%PDF-1.4", "application/pdf"), (b"\x89PNG..", "image/png")],
)
def test_a_proof_says_what_it_is(content: bytes, kind: str) -> None:
    found = parse_proof(answer(proof(base64.b64encode(content).decode())))
    assert found
    assert (found.content, found.media_type) == (content, kind)


@pytest.mark.parametrize("content", [None, "", "?", 3, base64.b64encode(b"hello").decode()])
def test_no_proof(content: object) -> None:
    assert parse_proof(answer(proof(content))) is None
    assert parse_proof(answer(response(package()))) is None
    assert parse_proof(answer(errors("TV1002"), 400)) is None
    with pytest.raises(CarrierUnreachable):
        parse_proof(answer(b"", 500))


@pytest.mark.parametrize(
    "status", [{"code": "034"}, {"statusCode": "067"}, {"description": "Returned to Sender", "code": "011"}]
)
def test_the_senders_own_signature_proves_nothing(status: dict[str, str]) -> None:
    content = base64.b64encode(b"<html/>").decode()
    assert parse_proof(answer(proof(content))) is not None
    assert parse_proof(answer(proof(content, currentStatus=status))) is None


def test_over_http() -> None:
    numbers = practice_numbers()
    with stage() as staged:
        assert isinstance(staged.carrier, Ups)
        assert isinstance(staged.server, UpsServer)
        assert staged.carrier.fetch_proof(numbers[1]) is None
        staged.clock.wait(days=6)
        found = staged.carrier.fetch_proof(numbers[1])
        assert found
        assert b"EXERCICE" in found.content
        assert staged.carrier.fetch_proof(numbers[9]) is None  # it came back
        assert staged.server.tokens.issued == 2  # the first one expired on the way
        (returned,) = staged.carrier.track([numbers[9]])
        assert status_of(returned) is TrackingStatus.RETURNED


def test_no_token_is_no_news() -> None:
    with stage() as staged, Http(read_s=10.0) as http:
        assert isinstance(staged.server, UpsServer)
        wrong = build({**staged.server.settings, "client_id": "x"}, http)
        assert isinstance(wrong, Ups)
        with pytest.raises(CarrierRefused) as caught:
            wrong.track([NUMBER])
        assert caught.value.field == "account"
        fresh = build(staged.server.settings, http)
        assert isinstance(fresh, Ups)
        staged.server.fail_next(Fault.HALF_ANSWER)
        with pytest.raises(CarrierUnreachable):
            fresh.track([NUMBER])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *(
                        "trackResponse",
                        "shipment",
                        "package",
                        "activity",
                        "status",
                        "type",
                        "statusCode",
                        "gmtDate",
                    ),
                    *(
                        "gmtTime",
                        "gmtOffset",
                        "response",
                        "errors",
                        "code",
                        "warnings",
                        "deliveryDate",
                        "pod",
                    ),
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON, st.sampled_from([200, 400, 401, 404, 429, 500]))
def test_whatever_comes_is_news_or_a_sentence(body: object, status: int) -> None:
    for parse in (parse_tracking, parse_proof, parse_error):
        try:
            parse(answer(body, status))
        except DeskError as error:
            assert "{" not in str(error)


@given(
    st.dictionaries(
        st.sampled_from(["gmtDate", "gmtTime", "gmtOffset", "date", "time"]), st.text(max_size=12)
    )
)
def test_whatever_the_time_it_is_one_or_none(times: dict[str, str]) -> None:
    for event in only(response(package(activity("I", "005") | times))).events:
        assert event.at.tzinfo
