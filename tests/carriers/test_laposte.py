"""La Poste's Suivi v2: what is asked, and every kind of answer, without a network."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.carriers.laposte import CARRIER, LaPoste, build, build_track, parse_error, parse_tracking
from wismo_desk.domain.refusals import read_refusals
from wismo_desk.domain.status import IncidentReason, TrackingStatus, fold_key, read_codes, standing
from wismo_desk.domain.tracking import Tracked, event_id
from wismo_desk.errors import CarrierRefused, CarrierUnreachable, DeskError, OutcomeUnknown, SettingsProblem
from wismo_desk.practice.loopback import Call, LoopbackServer, Reply
from wismo_desk.resources import refusals, status_tables
from wismo_desk.web import Answer, Http

CODES = read_codes(status_tables()["laposte"])
DOCUMENTED = (  # channels.md §6
    *("DR1", "DR2", "PC1", "PC2", "ET1", "ET2", "ET3", "ET4", "EP1", "DO1", "DO2", "DO3", "ID0"),
    *("PB1", "PB2", "MD2", "ND1", "AG1", "RE1", "DI0", "DI1", "DI2", "DI3"),
)
RETURN_CODES = ("101", "104", "105", "109", "201", "208", "504")
NUMBER = "6A15984040331"


def event(code: str, at: str, *, order: int = 100, label: str = "…") -> dict[str, Any]:
    return {"order": order, "label": label, "date": at, "code": code}


def shipment(*events: dict[str, Any], number: str = NUMBER, **more: Any) -> dict[str, Any]:
    return {
        "lang": "fr_FR",
        "scope": "open",
        "returnCode": 200,
        "shipment": {"idShip": number, "holder": 4, "product": "colissimo", "isFinal": False}
        | {"event": list(events)}
        | more,
    }


def answer(value: object, status: int = 200) -> Answer:
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Answer(status=status, content=content, headers={}, host="127.0.0.1")


def only(value: object, status: int = 200) -> Tracked:
    (tracked,) = parse_tracking(answer(value, status))
    return tracked


def status_of(tracked: Tracked) -> TrackingStatus:
    keys = []
    for one in tracked.events:
        rule = CODES.rule(one.code, one.label)
        assert rule
        key = event_id("laposte", tracked.number, one, shipped_on=date(2026, 11, 1))
        keys.append((fold_key(rule.status, one.at, key), rule))
    return standing(keys).status


class Scripted(LoopbackServer):
    """Answers with what it was given, and keeps what it was asked."""

    def __init__(self, *answers: Reply) -> None:
        super().__init__()
        self.answers = list(answers)
        self.calls: list[Call] = []

    def carry_out(self, call: Call) -> Reply:
        self.calls.append(call)
        return self.answers.pop(0)


def ask(numbers: Sequence[str], status: int, value: object) -> tuple[Tracked, ...]:
    reply = Reply(status, json.dumps(value).encode())
    with Scripted(reply) as server, Http() as http:
        return LaPoste("k", server.url, http).track(numbers)


# Settings


def test_the_key_is_asked_for_and_the_limit_is_a_number() -> None:
    with Http() as http:
        with pytest.raises(SettingsProblem) as caught:
            build({"okapi_key": "  "}, http)
        assert caught.value.field == "okapi_key"
        for limit in ("0", "-3", "viel", "1.5"):
            with pytest.raises(SettingsProblem) as caught:
                build({"okapi_key": "k", "calls_per_minute": limit}, http)
            assert caught.value.field == "calls_per_minute"
        for limit, per_minute in (("30", 30), ("", CARRIER.traits.calls_per_minute)):
            carrier = build({"okapi_key": "k", "calls_per_minute": limit}, http)
            assert isinstance(carrier, LaPoste)
            assert carrier.calls_per_minute == per_minute


def test_what_it_is() -> None:
    assert CARRIER.services == ()
    assert CARRIER.traits.numbers_per_call == 10
    assert set(CARRIER.follows) == {"colissimo", "chronopost", "coliship"}


# The question


def test_the_question_carries_key_and_language() -> None:
    assert build_track(["AB", "CD"]) == "/idships/AB,CD?lang=fr_FR"
    reply = Reply(200, json.dumps(shipment()).encode())
    with Scripted(reply) as server, Http() as http:
        carrier = build({"okapi_key": "secret", "url": server.url + "/"}, http)
        assert isinstance(carrier, LaPoste)
        carrier.track([NUMBER])
        (call,) = server.calls
    assert call.target == f"/idships/{NUMBER}?lang=fr_FR"
    assert call.headers["x-okapi-key"] == "secret"
    assert call.headers["accept"] == "application/json"
    assert "x-forwarded-for" not in call.headers  # the customer's address is nobody's business


def test_a_malformed_number_is_not_sent_and_spoils_nothing() -> None:
    with Scripted(Reply(200, json.dumps(shipment()).encode())) as server, Http() as http:
        carrier = LaPoste("k", server.url, http)
        short, good, path = carrier.track(["123", NUMBER, "../../../secrets"])
        assert server.calls[0].path == f"/idships/{NUMBER}"
        assert (short.found, short.problem, path.problem) == (False, "400", "400")
        assert good.found
        assert [each.problem for each in carrier.track(["123"])] == ["400"]
        assert len(server.calls) == 1


# One number


def test_events_come_oldest_first_with_their_offsets() -> None:
    tracked = only(
        shipment(
            event("DI1", "2026-11-04T11:20:00+01:00", order=103),
            event("MD2", "2026-11-04T08:05:00+01:00", order=102),
            event("ET2", "2026-11-02T02:00:00-04:00", order=101),
            event("DR1", "2026-11-01T15:05:47+01:00", order=100),
        )
    )
    assert [e.code for e in tracked.events] == ["DR1", "ET2", "MD2", "DI1"]
    assert tracked.events[1].at.utcoffset() == timedelta(hours=-4)
    assert tracked.events[1].at.hour == 2
    assert status_of(tracked) is TrackingStatus.DELIVERED


def test_equal_times_keep_the_service_s_order() -> None:
    at = "2026-11-04T08:05:00+01:00"
    tracked = only(shipment(event("MD2", at, order=101), event("PC1", at, order=100)))
    assert [e.code for e in tracked.events] == ["PC1", "MD2"]


def test_a_time_without_offset_is_french() -> None:
    tracked = only(shipment(event("PC1", "2026-07-04T08:05:00")))
    assert tracked.events[0].at.utcoffset() == timedelta(hours=2)


@pytest.mark.parametrize("events", [[], None, {}, "none", [None, 3, {}], [{"code": "DI1", "date": "soon"}]])
def test_no_events_are_no_crash_and_no_news(events: object) -> None:
    tracked = only(shipment(event=events))
    assert tracked.found
    assert tracked.events == ()
    assert status_of(tracked) is TrackingStatus.UNKNOWN


def test_one_event_may_come_without_its_list() -> None:
    assert [e.code for e in only(shipment(event=event("PC1", "2026-11-01T15:05:47+01:00"))).events] == ["PC1"]


@pytest.mark.parametrize("holder", [1, 3, 4])
@pytest.mark.parametrize("label", ["DISTRIBUE", "LIVRE", "Livraison effectuée", "Votre colis est livré."])
def test_delivered_is_one_thing_whatever_the_product_calls_it(holder: int, label: str) -> None:
    tracked = only(shipment(event("DI1", "2026-11-04T11:20:00+01:00", label=label), holder=holder))
    assert status_of(tracked) is TrackingStatus.DELIVERED
    assert tracked.events[0].label == label


def test_given_back_to_the_sender_is_never_delivered() -> None:
    """`isFinal` is true then, too: who believes it tells the customer a lie."""
    told = shipment(
        event("DI2", "2026-11-09T11:20:00+01:00", order=101),
        event("RE1", "2026-11-06T11:20:00+01:00"),
        isFinal=True,
        deliveryDate="2026-11-09T11:20:00+01:00",
    )
    naive = "delivered" if told["shipment"]["isFinal"] else "on its way"
    assert naive == "delivered"
    assert status_of(only(told)) is TrackingStatus.RETURNED


def test_the_estimate_is_told_until_the_end() -> None:
    estimate = "2026-11-05T00:00:00+01:00"
    assert only(shipment(estimDate=estimate)).expected_on == date(2026, 11, 5)
    assert only(shipment(estimDate=estimate, isFinal=True)).expected_on is None
    assert only(shipment(estimDate="later")).expected_on is None


def test_the_partner_s_number_is_an_alias() -> None:
    partner = {"name": "Correos", "network": "x", "reference": "CZ550028402CH"}
    assert only(shipment(contextData={"partner": partner})).aliases == ("CZ550028402CH",)
    assert only(shipment(contextData={"partner": {"reference": NUMBER}})).aliases == ()
    assert only(shipment(contextData={"partner": None})).aliases == ()


# Not found, refused, away


@pytest.mark.parametrize("code", [104, "104", 404])
@pytest.mark.parametrize("status", [200, 404])
def test_not_found_yet_is_no_error(code: object, status: int) -> None:
    body = {"returnCode": code, "returnMessage": "Inconnu", "idShip": NUMBER, "lang": "fr_FR"}
    assert only(body, status) == Tracked(number=NUMBER, found=False)


@pytest.mark.parametrize("code", [101, 105, 109, 201, 208])
def test_another_code_is_the_number_s_own_problem(code: int) -> None:
    tracked = only({"returnCode": code, "returnMessage": "…", "idShip": NUMBER}, 400)
    assert (tracked.found, tracked.problem) == (False, str(code))


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (429, {"code": "TOO_MANY_REQUESTS", "message": "Trop"}),
        (429, b""),
        (503, {"code": "SERVICE_UNAVAILABLE", "message": "…"}),
        (500, b"<h1>Erreur</h1>"),
        (504, {"returnCode": 504, "returnMessage": "Gateway Timeout"}),
        (200, b"nonsense"),
        (200, {}),
        (200, {"returnCode": 200}),
        (207, [{}, 3]),
        (200, b"null"),
    ],
)
def test_no_news_now_may_be_asked_again(status: int, body: object) -> None:
    with pytest.raises(CarrierUnreachable):
        parse_tracking(answer(body, status))


@pytest.mark.parametrize(
    ("status", "body", "raw"),
    [
        (401, {"code": "UNAUTHORIZED", "message": "Non"}, "UNAUTHORIZED"),
        (403, {"returnCode": 403, "returnMessage": "Non"}, "403"),
        (404, {"code": "RESOURCE_NOT_FOUND", "message": "?"}, "RESOURCE_NOT_FOUND"),  # a wrong address
        (404, b"<h1>404</h1>", "HTTP 404"),
        (400, b"Erreur", "HTTP 400"),
    ],
)
def test_a_no_to_us_is_not_a_number_unknown(status: int, body: object, raw: str) -> None:
    with pytest.raises(CarrierRefused) as caught:
        parse_tracking(answer(body, status))
    assert caught.value.raw == raw


def test_errors_are_told_from_both_bodies() -> None:
    told = parse_error(answer({"code": "TOO_MANY_REQUESTS", "message": "Doucement"}, 429))
    assert told
    assert (told.code, told.text) == ("TOO_MANY_REQUESTS", "Doucement")
    told = parse_error(answer({"returnCode": 104, "returnMessage": "Inconnu"}, 404))
    assert told
    assert (told.code, told.text) == ("104", "Inconnu")
    assert parse_error(answer(shipment())) is None
    assert parse_error(answer(b"<h1>Erreur</h1>", 502)) is not None
    assert parse_error(answer([shipment(), {"returnCode": 105}], 207)) is not None
    with pytest.raises(OutcomeUnknown):  # cut short, it says neither yes nor no
        parse_error(answer(json.dumps(shipment()).encode()[:40]))


# Several numbers


A, B, C = "6A15984040331", "XU002044401EE", "87000720168020K"


def test_each_of_an_array_has_its_own_code() -> None:
    told = [
        shipment(event("PC1", "2026-11-01T15:05:47+01:00"), number=A),
        {"returnCode": 104, "idShip": B, "returnMessage": "Inconnu"},
        {"returnCode": 504, "idShip": C, "returnMessage": "Trop long"},
    ]
    known, unknown, late = ask([A, B, C], 207, told)
    assert (known.number, known.found, len(known.events)) == (A, True, 1)
    assert unknown == Tracked(number=B, found=False)
    assert late == Tracked(number=C, found=False, problem="504")


def test_answers_are_matched_by_number_not_by_place() -> None:
    delivered = shipment(event("DI1", "2026-11-04T11:20:00+01:00"), number=B)
    told = [delivered, shipment(number=A)]
    assert [len(each.events) for each in ask([A, B], 207, told)] == [0, 1]
    naive = [len(each.events) for each in parse_tracking(answer(told, 207))]
    assert naive == [1, 0]  # by place, the wrong customer would be told


def test_an_item_without_a_number_counts_by_its_place_only_when_nothing_is_missing() -> None:
    nameless = {"returnCode": 104, "returnMessage": "Inconnu"}
    assert ask([A, B], 207, [shipment(number=A), nameless])[1] == Tracked(number=B, found=False)
    a, b, c = ask([A, B, C], 207, [shipment(number=A), nameless])
    assert (a.found, b.problem, c.problem) == (True, "unanswered", "unanswered")


def test_all_unknown_at_once() -> None:
    assert [each.found for each in ask([A, B], 404, {"returnCode": 404, "returnMessage": "Not Found"})] == [
        False,
        False,
    ]
    with pytest.raises(CarrierRefused):
        ask([A, B], 400, {"returnCode": 400, "returnMessage": "Incorrect"})


def test_a_partner_s_number_is_answered_under_the_own_one() -> None:
    (tracked,) = ask([C], 200, shipment(number=A))
    assert (tracked.number, tracked.aliases) == (C, (A,))


def test_small_letters_are_the_same_number() -> None:
    assert ask([A.lower(), B], 207, [shipment(number=B), shipment(number=A)])[0].number == A.lower()


# The tables


def test_every_documented_code_is_mapped() -> None:
    assert len(DOCUMENTED) == 23
    assert set(DOCUMENTED) <= set(CODES)
    assert set(CODES) - set(DOCUMENTED) == {"MD1"}


@pytest.mark.parametrize(
    ("code", "status", "reason"),
    [
        ("DR1", TrackingStatus.LABEL_CREATED, ""),
        ("ET1", TrackingStatus.IN_TRANSIT, ""),  # not out for delivery
        ("ET4", TrackingStatus.IN_TRANSIT, ""),
        ("DO3", TrackingStatus.CUSTOMS, "customs_hold"),
        ("MD1", TrackingStatus.OUT_FOR_DELIVERY, ""),
        ("AG1", TrackingStatus.READY_FOR_PICKUP, ""),  # not delivered
        ("DI0", TrackingStatus.DELIVERED, ""),
        ("DI2", TrackingStatus.RETURNED, ""),  # not delivered
        ("DI3", TrackingStatus.DELAYED, "carrier_delay"),
    ],
)
def test_what_codes_mean(code: str, status: TrackingStatus, reason: str) -> None:
    rule = CODES.rule(code)
    assert rule
    assert (rule.status, rule.reason) == (status, IncidentReason(reason))


def test_papers_are_no_scan_and_unknown_stays_unknown() -> None:
    rule = CODES.rule("ID0")
    assert rule
    assert not rule.is_scan
    assert CODES.rule("ZZ9") is None


def test_every_return_code_has_its_sentence() -> None:
    table = read_refusals(refusals("laposte"))
    gateway = ("TOO_MANY_REQUESTS", "UNAUTHORIZED", "SERVICE_UNAVAILABLE")
    assert {*RETURN_CODES, "400", "404", "unanswered", *gateway} <= set(table)
    assert "200" not in table


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["returnCode", "shipment", "event", "date", "code", "idShip", "estimDate"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    ),
    st.sampled_from([200, 207, 400, 404, 429, 500]),
)
def test_whatever_comes_is_news_or_a_sentence(body: object, status: int) -> None:
    try:
        told = parse_tracking(answer(body, status))
    except DeskError as error:
        error.sentence.format(**error.values)  # every place is filled
    else:
        assert all(isinstance(each, Tracked) for each in told)
