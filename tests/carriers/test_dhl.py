"""DHL's unified tracking: what is asked, and every kind of answer, without a network."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.carriers.dhl import CARRIER, SERVICES, Dhl, build, build_track, parse_error, parse_tracking
from wismo_desk.domain.refusals import read_refusals
from wismo_desk.domain.status import IncidentReason, TrackingStatus, fold_key, read_codes, standing
from wismo_desk.domain.tracking import Tracked, event_id
from wismo_desk.errors import CarrierRefused, CarrierUnreachable, DeskError, SettingsProblem
from wismo_desk.practice.loopback import Call, LoopbackServer, Reply
from wismo_desk.resources import refusals, status_tables
from wismo_desk.web import Answer, Http

CODES = read_codes(status_tables()["dhl"])
NUMBER = "JJD000095200000012"
NOON = "2026-11-23T12:00:00+01:00"
Status = TrackingStatus


def event(code: str, said: str = "…", at: str = NOON, **more: Any) -> dict[str, Any]:
    return {"timestamp": at, "statusCode": code, "description": said} | more


def shipment(*events: dict[str, Any], number: str = NUMBER, **more: Any) -> dict[str, Any]:
    return {"id": number, "service": "parcel-de", "events": list(events)} | more


def answer(value: object, status: int = 200) -> Answer:
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Answer(status=status, content=content, headers={}, host="127.0.0.1")


def shipments(*each: dict[str, Any], others: Sequence[str] = ()) -> dict[str, Any]:
    return {"shipments": list(each), "possibleAdditionalShipmentsUrl": list(others)}


def only(*events: dict[str, Any], **more: Any) -> Tracked:
    (tracked,) = parse_tracking(answer(shipments(shipment(*events, **more))))
    return tracked


def status_of(tracked: Tracked) -> TrackingStatus:
    keys = []
    for one in tracked.events:
        rule = CODES.rule(one.code, one.label)
        assert rule is not None, one
        key = event_id("dhl", tracked.number, one, shipped_on=date(2026, 11, 20))
        keys.append((fold_key(rule.status, one.at, key), rule))
    return standing(keys).status


class Company(LoopbackServer):
    """Answers with what it is told to, and keeps what it was asked."""

    def __init__(self, *replies: Reply) -> None:
        super().__init__()
        self.asked: list[Call] = []
        self._next = list(replies)

    def carry_out(self, call: Call) -> Reply:
        self.asked.append(call)
        return self._next.pop(0)


def asked(value: object, number: str = NUMBER, status: int = 200, **settings: str) -> Tracked:
    with Company(Reply(status, json.dumps(value).encode())) as company, Http() as http:
        carrier = build({"api_key": "k", "url": company.url, **settings}, http)
        assert isinstance(carrier, Dhl)
        (tracked,) = carrier.track([number])
    return tracked


def test_the_question() -> None:
    parts = urlsplit(build_track("JD 01&x", service="parcel-de", postcode="53113"))
    assert parts.path == "/shipments"
    assert parse_qs(parts.query) == {
        "trackingNumber": ["JD 01&x"],
        "service": ["parcel-de"],
        "recipientPostalCode": ["53113"],
        "language": ["en"],
    }
    assert "service" not in build_track("1")
    assert "recipientPostalCode" not in build_track("1")


def test_the_postcode_goes_with_one_number_only() -> None:
    body = json.dumps(shipments(shipment(event("transit")))).encode()
    with Company(*[Reply(200, body)] * 3) as company, Http() as http:
        carrier = build({"api_key": "secret", "url": company.url + "/"}, http)
        assert isinstance(carrier, Dhl)
        carrier.track([NUMBER], country="DE", postcode="53113")
        carrier.track([NUMBER, NUMBER], country="DE", postcode="53113")
    assert [call.query.get("recipientPostalCode") for call in company.asked] == ["53113", None, None]
    assert {call.headers["dhl-api-key"] for call in company.asked} == {"secret"}
    assert all(call.path == "/shipments" for call in company.asked)


def test_settings() -> None:
    with Http() as http:
        carrier = build({"api_key": "k", "calls_per_day": "4000", "calls_per_minute": "60"}, http)
        assert isinstance(carrier, Dhl)
        assert (carrier.calls_per_day, carrier.calls_per_minute) == (4000, 60)
        for wrong, field in (
            ({}, "api_key"),
            ({"api_key": "k", "service": "dhl"}, "service"),
            ({"api_key": "k", "calls_per_day": "many"}, "calls_per_day"),
            ({"api_key": "k", "calls_per_minute": "0"}, "calls_per_minute"),
        ):
            with pytest.raises(SettingsProblem) as caught:
                build(wrong, http)
            assert caught.value.field == field
            assert "{" not in str(caught.value)


def test_a_cautious_quota_until_the_merchant_says_otherwise() -> None:
    assert (CARRIER.traits.calls_per_day, CARRIER.traits.calls_per_minute) == (250, 12)
    assert CARRIER.traits.numbers_per_call == 1


def test_events_oldest_first_with_place_and_words() -> None:
    place = {"location": {"address": {"addressLocality": "Bonn", "countryCode": "DE"}}}
    tracked = only(
        event("transit", "The shipment has been loaded to the van", "2026-11-24T08:00:00+01:00", status="42"),
        event("transit", "Sorted", "2026-11-23T20:00:00+01:00", status="SORTED", remark="Heavy", **place),
        event("pre-transit", "Announced", "2026-11-23T09:00:00Z"),
    )
    assert [each.code for each in tracked.events] == ["pre-transit", "transit", "transit"]
    assert [each.label for each in tracked.events] == [
        "Announced",
        "SORTED · Heavy",
        "The shipment has been loaded to the van",
    ]
    assert tracked.events[1].place == "Bonn"
    assert status_of(tracked) is Status.OUT_FOR_DELIVERY


def test_events_of_one_moment_keep_the_order_they_happened_in() -> None:
    tracked = only(
        event("delivered", "c", "2026-11-24T08:00:00Z"),
        event("transit", "b", "2026-11-24T07:00:00Z"),
        event("transit", "a", "2026-11-24T07:00:00Z"),
    )
    assert [each.label for each in tracked.events] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("country", "offset"),
    [("DE", 1), ("FR", 1), ("GB", 0), ("FI", 2), ("", 1), ("US", 1)],
)
def test_a_time_without_zone_is_the_clock_of_the_place(country: str, offset: int) -> None:
    (one,) = only(
        event("transit", at="2026-11-23T12:00:00", location={"address": {"countryCode": country}})
    ).events
    assert one.at.utcoffset() == timedelta(hours=offset)
    assert one.at.replace(tzinfo=None) == datetime(2026, 11, 23, 12, 0)


def test_a_time_with_zone_stays_as_it_was_told() -> None:
    (one,) = only(event("transit", at="2026-11-23T12:00:00-05:00")).events
    assert one.at.utcoffset() == timedelta(hours=-5)


@pytest.mark.parametrize("at", ["", "soon", "2026-13-45T00:00:00", "0001-01-01T00:00:00", None, 12, []])
def test_an_event_without_a_time_is_left_out(at: Any) -> None:
    assert only(event("delivered") | {"timestamp": at}).events == ()


def test_the_status_stands_alone_where_there_are_no_events_and_is_no_second_one_else() -> None:
    assert [one.code for one in only(status=event("transit")).events] == ["transit"]
    assert len(only(event("transit"), status=event("transit")).events) == 1
    newer = only(event("transit"), status=event("delivered", at="2026-11-24T12:00:00+01:00"))
    assert [one.code for one in newer.events] == ["transit", "delivered"]


@pytest.mark.parametrize(
    ("code", "said", "status", "reason"),
    [
        ("pre-transit", "x", Status.LABEL_CREATED, ""),
        ("transit", "The shipment has been processed", Status.IN_TRANSIT, ""),
        ("transit", "The shipment has been picked up", Status.ACCEPTED, ""),
        ("transit", "Out for delivery", Status.OUT_FOR_DELIVERY, ""),
        ("transit", "The shipment is ready for pick-up", Status.READY_FOR_PICKUP, ""),
        ("transit", "Held in customs", Status.CUSTOMS, ""),
        ("transit", "Customs clearance completed", Status.IN_TRANSIT, ""),
        ("transit", "Shipment on hold", Status.EXCEPTION, ""),
        ("transit", "Returned to shipper", Status.RETURNING, ""),
        ("transit", "The shipment could not be delivered", Status.DELIVERY_ATTEMPTED, ""),
        ("delivered", "The shipment has been delivered", Status.DELIVERED, ""),
        ("delivered", "The shipment has been returned to the sender", Status.RETURNED, ""),
        ("delivered", "Delivered to parcelshop, ready for collection", Status.READY_FOR_PICKUP, ""),
        ("delivered", "Could not be delivered", Status.DELIVERY_ATTEMPTED, ""),
        ("failure", "Something went wrong", Status.EXCEPTION, ""),
        ("failure", "The recipient was not home", Status.DELIVERY_ATTEMPTED, "recipient_absent"),
        ("failure", "The recipient refused it", Status.DELIVERY_ATTEMPTED, "recipient_refused"),
        ("failure", "The item is damaged", Status.DAMAGED, "carrier_damage"),
        ("unknown", "x", Status.UNKNOWN, ""),
    ],
)
def test_codes_and_words(code: str, said: str, status: TrackingStatus, reason: str) -> None:
    rule = CODES.rule(code, said)
    assert rule is not None
    assert (rule.status, rule.reason) == (status, IncidentReason(reason))


def test_every_documented_code_is_in_the_table_and_nothing_else() -> None:
    assert set(CODES) == {"pre-transit", "transit", "delivered", "failure", "unknown"}
    assert CODES.rule("lost-in-space") is None


def test_a_failure_is_not_an_end() -> None:
    told = only(
        event("failure", "trouble", "2026-11-24T08:00:00Z"), event("transit", "x", "2026-11-24T09:00:00Z")
    )
    assert status_of(told) is Status.IN_TRANSIT


def test_unknown_is_visible_and_changes_nothing() -> None:
    told = only(event("transit", "x", "2026-11-24T08:00:00Z"), event("unknown", "?", "2026-11-24T09:00:00Z"))
    assert [one.code for one in told.events] == ["transit", "unknown"]
    assert status_of(told) is Status.IN_TRANSIT


def test_delivered_back_to_the_sender_is_returned() -> None:
    """DHL's flag says so even where its words do not."""
    body = shipment(event("delivered", "Delivered"), returnFlag=True)
    (tracked,) = parse_tracking(answer(shipments(body)))
    assert status_of(tracked) is Status.RETURNED
    naive = {"delivered": Status.DELIVERED}[body["events"][0]["statusCode"]]
    assert naive is Status.DELIVERED


def test_two_companies_with_one_number_are_told_apart_or_not_told_at_all() -> None:
    both = shipments(
        shipment(event("delivered", "theirs")), shipment(event("transit", "ours"), service="express")
    )
    tracked = asked(both)
    assert (tracked.found, tracked.events, tracked.problem) == (False, (), "several")
    assert asked(both, service="express").problem == "several"  # answered wrongly in spite of the question
    naive = both["shipments"][0]["events"][0]["statusCode"]
    assert naive == "delivered"


def test_the_answer_for_another_number_is_no_news() -> None:
    tracked = asked(shipments(shipment(event("delivered"), number="1234567890")))
    assert (tracked.number, tracked.found, tracked.events, tracked.problem) == (
        NUMBER,
        False,
        (),
        "other_number",
    )


@pytest.mark.parametrize("written", ["00340434123456789012", "0340434123456789012", "003404341 23456789012"])
def test_a_number_written_otherwise_is_the_same(written: str) -> None:
    tracked = asked(shipments(shipment(event("transit"), number="340434123456789012")), number=written)
    assert tracked.found
    assert tracked.number == written
    assert tracked.aliases == ()


def test_a_piece_hears_only_of_itself() -> None:
    body = shipment(
        event("delivered", "mine", "2026-11-24T10:00:00Z", pieceIds=["JD2"]),
        event("delivered", "the other", "2026-11-24T09:00:00Z", pieceIds=["JD1"]),
        event("transit", "both", "2026-11-23T09:00:00Z"),
        number="9520000102",
        details={"pieceIds": ["JD1", "JD2"]},
    )
    tracked = asked(shipments(body), number="JD1")
    assert [one.label for one in tracked.events] == ["both", "the other"]
    assert tracked.aliases == ()  # the shipment's number names the other piece as well
    assert len(asked(shipments(body), number="9520000102").events) == 3


def test_other_numbers_of_a_single_parcel_are_aliases() -> None:
    details = {
        "pieceIds": ["JD1"],
        "references": [
            {"number": "LX1", "type": "local-tracking-number"},
            {"number": "#1042", "type": "customer-reference"},
            {"number": None, "type": "shipment-id"},
            "odd",
        ],
    }
    tracked = asked(shipments(shipment(event("transit"), details=details)))
    assert tracked.aliases == ("JD1", "LX1")


def test_expected_day() -> None:
    assert only(event("transit"), estimatedTimeOfDelivery="2026-11-25T18:00:00").expected_on == date(
        2026, 11, 25
    )
    frame = {"estimatedFrom": "2026-11-25T08:00:00", "estimatedThrough": "2026-11-26T18:00:00"}
    assert only(event("transit"), estimatedDeliveryTimeFrame=frame).expected_on == date(2026, 11, 26)
    done = only(status=event("delivered"), estimatedTimeOfDelivery="2026-11-25T18:00:00")
    assert done.expected_on is None


def test_not_known_yet_is_no_problem() -> None:
    body = {"status": 404, "title": "No result found", "detail": "…"}
    assert asked(body, status=404) == Tracked(number=NUMBER, found=False)
    assert parse_tracking(answer(body, 404)) == (Tracked(number="", found=False),)


def test_perhaps_with_another_company_says_so() -> None:
    tracked = asked(shipments(others=["/shipments?trackingNumber=1&service=freight"]))
    assert (tracked.found, tracked.problem) == (False, "elsewhere")
    assert asked(shipments()).problem == ""


def test_a_number_dhl_does_not_take_is_that_numbers_problem() -> None:
    assert asked({"status": 400, "title": "Bad Request"}, status=400).problem == "400"


def test_too_many_questions_and_their_own_faults_are_asked_again() -> None:
    for status, body in (
        (429, {"status": 429, "title": "Too many requests"}),
        (429, b""),
        (500, b"<h1>oops</h1>"),
        (503, {"status": 503, "title": "Unavailable"}),
        (200, {"status": 429, "title": "Too many requests"}),
        (200, b""),
        (302, b""),
        (200, {"shipments": {}}),
        (200, []),
    ):
        with pytest.raises(CarrierUnreachable):
            parse_tracking(answer(body, status))


def test_a_refused_key_names_the_account() -> None:
    with pytest.raises(CarrierRefused) as caught:
        parse_tracking(answer({"status": 401, "title": "Unauthorized", "detail": "Check the key"}, 401))
    assert (caught.value.raw, caught.value.field) == ("401", "account")


def test_somebody_else_at_the_address() -> None:
    with pytest.raises(CarrierRefused) as caught:
        parse_tracking(answer(b"<h1>Not here</h1>", 404))
    assert (caught.value.raw, caught.value.field) == ("HTTP 404", "url")


def test_links_are_not_followed() -> None:
    details = {"proofOfDelivery": {"documentUrl": "https://webpod.example/pod"}}
    body = shipments(shipment(event("delivered"), details=details), others=["/shipments?service=freight"])
    with Company(Reply(200, json.dumps(body).encode())) as company, Http() as http:
        carrier = build({"api_key": "k", "url": company.url}, http)
        assert isinstance(carrier, Dhl)
        carrier.track([NUMBER])
        assert len(company.asked) == 1


def test_parse_error() -> None:
    told = parse_error(answer({"status": 429, "title": "Too many", "detail": "Slowly"}, 429))
    assert told is not None
    assert (told.code, told.text) == ("429", "Slowly")
    assert parse_error(answer(shipments())) is None
    assert parse_error(answer(shipments(), 400)) is None  # as a bare body kept in a file is read
    assert parse_error(answer(b"oops", 502)) is not None
    with pytest.raises(DeskError):
        parse_error(answer(b"oops"))


def test_every_problem_has_its_sentence() -> None:
    table = read_refusals(refusals("dhl"))
    for code in ("400", "401", "403", "404", "429", "500", "several", "other_number", "elsewhere"):
        assert table.get(code), code


def test_the_companies_are_those_of_the_description() -> None:
    assert {"express", "parcel-de", "post-de", "freight", "ecommerce"} <= SERVICES
    assert len(SERVICES) == 17


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["delivered", NOON]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "status", "events", "statusCode", "timestamp", "details", "pieceIds", "location"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.lists(json_values, max_size=3))
def test_whatever_stands_in_the_shipments_is_read_or_refused(value: list[Any]) -> None:
    try:
        parse_tracking(answer({"shipments": value}))
    except DeskError as error:
        error.sentence.format(**error.values)  # every place is filled
