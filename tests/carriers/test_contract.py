"""The contract every carrier keeps, tried on each one that loads, over HTTP and with faults."""

from __future__ import annotations

import json
import random
import re
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from stage import Stage, stages

from wismo_desk.carriers import CarrierModule, find_carriers
from wismo_desk.domain.carrier import (
    ChecksRequests,
    FindsPickupPoints,
    GivesProof,
    MakesManifest,
    Reconciles,
    ReprintsLabels,
    SellsLabels,
    SellsReturns,
    SellsShipments,
    Tracks,
    VoidsLabels,
    WritesOrders,
)
from wismo_desk.domain.pickup import PointSearch
from wismo_desk.domain.shipment import Label, LabelFormat, LabelRequest
from wismo_desk.domain.status import TrackingStatus, fold_key, read_codes, standing
from wismo_desk.domain.tracking import Tracked, event_id
from wismo_desk.errors import CarrierRefused, CarrierUnreachable, DeskError, OutcomeUnknown
from wismo_desk.practice.loopback import Fault
from wismo_desk.resources import status_tables
from wismo_desk.web import Answer, Http

FOUND = find_carriers()
CODES = sorted(FOUND.modules)
REMOTE = [code for code in CODES if not FOUND.modules[code].CARRIER.traits.offline_labels]
STAGES = stages()
TABLES = {code: read_codes(text) for code, text in status_tables().items()}


@pytest.fixture
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    with ExitStack() as stack:
        yield stack.enter_context(STAGES[request.param]())


each_carrier = pytest.mark.parametrize("stage", CODES, indirect=True)
each_remote = pytest.mark.parametrize("stage", REMOTE, indirect=True)


def seller(stage: Stage) -> SellsLabels:
    if not isinstance(stage.carrier, SellsLabels):
        pytest.skip("sells no labels")
    return stage.carrier


def tracker(stage: Stage) -> Tracks:
    if not isinstance(stage.carrier, Tracks):
        pytest.skip("is not asked about parcels")
    return stage.carrier


def requests_for(stage: Stage) -> Iterator[LabelRequest]:
    for service in stage.carrier.info.services:
        point = stage.point if service.pickup_point else ""
        recipient = stage.recipients.get(service.code, stage.request.recipient)
        yield replace(stage.request, service=service.code, pickup_point=point, recipient=recipient)


def number_to_follow(stage: Stage) -> str:
    """Of a parcel that will arrive: bought here, or one that the stage names."""
    if stage.arrives:
        return stage.arrives
    assert isinstance(stage.carrier, SellsLabels)
    for n in range(30):
        label = stage.carrier.buy_label(replace(stage.request, reference=f"FOLLOWED{n:05d}"))
        told = follow(stage, label.tracking_number, days=5)
        if told is TrackingStatus.DELIVERED:
            return label.tracking_number
    raise AssertionError("no parcel of thirty arrives")


def follow(stage: Stage, number: str, *, days: float = 0) -> TrackingStatus:
    stage.clock.wait(days=days)
    (tracked,) = tracker(stage).track([number])
    return status_of(stage, tracked)


def status_of(stage: Stage, tracked: Tracked) -> TrackingStatus:
    codes = TABLES[stage.carrier.info.code]
    keys = []
    for event in tracked.events:
        rule = codes.rule(event.code, event.label)
        assert rule is not None, f"{event.code} {event.label} is in no table"
        key = event_id(stage.carrier.info.code, tracked.number, event, shipped_on=date(2026, 11, 23))
        keys.append((fold_key(rule.status, event.at, key), rule))
    return standing(keys).status


def test_every_shipped_carrier_loads_and_has_a_stage() -> None:
    assert FOUND.broken == ()
    assert set(STAGES) == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_identity(code: str) -> None:
    module: CarrierModule = FOUND.modules[code]
    info = module.CARRIER
    assert info.code == code
    assert re.fullmatch(r"[a-z][a-z0-9_]*", code)
    assert info.name.strip()
    for service in info.services:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", service.code)
        assert service.name.strip()
        assert service.name_en.strip()
        assert info.service(service.code) is service
    for field in info.fields:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", field.key)
        assert field.name.strip()
        assert not (field.secret and field.default)


@each_carrier
def test_traits_agree_with_what_it_can_do(stage: Stage) -> None:
    carrier, traits = stage.carrier, stage.carrier.info.traits
    assert carrier.info is FOUND.modules[carrier.info.code].CARRIER
    assert isinstance(carrier, Reconciles) == traits.reconcilable
    assert isinstance(carrier, VoidsLabels) == traits.voidable
    assert isinstance(carrier, SellsReturns) == traits.sells_returns
    assert isinstance(carrier, SellsShipments) == (traits.parcels_together > 1)
    assert not (isinstance(carrier, ReprintsLabels) and traits.label_once)
    assert isinstance(carrier, SellsLabels | WritesOrders) == bool(carrier.info.services)
    assert isinstance(carrier, SellsLabels | Tracks | WritesOrders)
    assert (stage.server is None) == (traits.offline_labels or isinstance(carrier, WritesOrders))
    if isinstance(carrier, Tracks):
        assert carrier.info.code in TABLES


@each_carrier
@pytest.mark.parametrize("dpi", [203, 300])
def test_every_service_sells_a_label(stage: Stage, dpi: int) -> None:
    carrier = seller(stage)
    for request in requests_for(stage):
        label = carrier.buy_label(replace(request, dpi=dpi))
        assert (label.carrier, label.service) == (stage.carrier.info.code, request.service)
        assert label.tracking_number
        assert set(label.aliases) <= {*label.codes, *label.aliases}
        assert label.tracking_number not in label.aliases
        if label.format is LabelFormat.DRAWN:
            assert label.content == b""
        else:
            assert label.content.lstrip().startswith(tuple(begin.encode() for begin in stage.natives))
            assert label.content.rstrip().endswith(b"^XZ")


@each_carrier
def test_a_bought_label_is_found_by_its_reference(stage: Stage) -> None:
    if not isinstance(stage.carrier, Reconciles):
        pytest.skip("cannot be asked")
    if stage.created:
        assert stage.carrier.find_label(stage.request) is None
    bought = seller(stage).buy_label(stage.request)
    assert stage.carrier.find_label(stage.request) == bought
    if stage.created:
        assert stage.carrier.find_label(replace(stage.request, reference="ZZZZZZZZZZ234")) is None


@each_carrier
def test_void(stage: Stage) -> None:
    carrier = stage.carrier
    if not isinstance(carrier, VoidsLabels):
        pytest.skip("cannot void")
    bought = seller(stage).buy_label(stage.request)
    carrier.void_label(bought.tracking_number, stage.request.reference)
    carrier.void_label(bought.tracking_number, stage.request.reference)  # the first answer may have been lost
    if stage.created and isinstance(carrier, Reconciles):
        assert carrier.find_label(stage.request) is None


@each_carrier
def test_a_refusal_says_why_keeps_the_code_and_buys_nothing(stage: Stage) -> None:
    carrier = seller(stage)
    for refused in (stage.refused or stage.request, replace(stage.request, service="teleport")):
        with pytest.raises(CarrierRefused) as caught:
            carrier.buy_label(refused)
        assert caught.value.raw
        assert caught.value.field
        assert "{" not in str(caught.value)
        if stage.created:
            assert stage.created(refused.reference) == 0


@each_carrier
def test_a_dry_run_creates_nothing(stage: Stage) -> None:
    if not isinstance(stage.carrier, ChecksRequests):
        pytest.skip("has no dry run")
    stage.carrier.check_label(stage.request)
    with pytest.raises(CarrierRefused):
        stage.carrier.check_label(stage.refused or stage.request)
    assert stage.created
    assert stage.created(stage.request.reference) == 0


@each_remote
@pytest.mark.parametrize("fault", [Fault.HANG_AFTER_CREATE, Fault.DROP_AFTER_CREATE, Fault.HALF_ANSWER])
def test_no_answer_is_unknown_and_is_cleared_up_by_asking(stage: Stage, fault: Fault) -> None:
    carrier = seller(stage)
    assert stage.server
    assert stage.created
    stage.server.fail_next(fault)
    with pytest.raises(OutcomeUnknown):
        carrier.buy_label(stage.request)
    if isinstance(carrier, Reconciles):
        assert carrier.find_label(stage.request) is not None
    assert stage.created(stage.request.reference) == 1


@each_remote
def test_an_error_of_their_own_is_never_taken_for_a_no(stage: Stage) -> None:
    """HTTP 500 after the label was made: a refusal would let the bench buy again."""
    carrier = seller(stage)
    assert stage.server
    stage.server.fail_next(Fault.ERROR_AFTER_CREATE)
    with pytest.raises(OutcomeUnknown):
        carrier.buy_label(stage.request)


@each_remote
def test_too_busy_means_nothing_bought(stage: Stage) -> None:
    carrier = seller(stage)
    assert stage.server
    assert stage.created
    stage.server.fail_next(Fault.BUSY)
    with pytest.raises(CarrierUnreachable):
        carrier.buy_label(stage.request)
    assert stage.created(stage.request.reference) == 0


@each_remote
def test_a_wrong_charset_is_read(stage: Stage) -> None:
    carrier = seller(stage)
    assert stage.server
    stage.server.fail_next(Fault.WRONG_CHARSET)
    assert carrier.buy_label(stage.request).tracking_number


@each_remote
def test_the_naive_buyer_pays_twice(stage: Stage) -> None:
    """Tries again whatever went wrong: the twin that shows the tests above can fail."""
    carrier = seller(stage)
    assert stage.server
    assert stage.created
    stage.server.fail_next(Fault.HANG_AFTER_CREATE)
    bought: list[Label] = []
    while not bought:
        try:
            bought.append(carrier.buy_label(stage.request))
        except DeskError:
            continue
    assert stage.created(stage.request.reference) == 2


@each_remote
def test_nobody_there_means_nothing_bought(stage: Stage) -> None:
    carrier = seller(stage)
    assert stage.server
    stage.server.stop()
    with pytest.raises(CarrierUnreachable):
        carrier.buy_label(stage.request)


@each_remote
def test_a_parcel_is_followed_to_its_end(stage: Stage) -> None:
    carrier = tracker(stage)
    number = number_to_follow(stage)
    assert follow(stage, number, days=5) is TrackingStatus.DELIVERED
    (tracked,) = carrier.track([number])
    assert tracked.found
    assert tracked.number == number
    times = [event.at for event in tracked.events]
    assert times == sorted(times)
    assert all(at.tzinfo for at in times)


@each_remote
def test_a_number_it_does_not_know_is_no_error(stage: Stage) -> None:
    (tracked,) = tracker(stage).track([stage.stranger])
    assert not tracked.found
    assert tracked.number == stage.stranger
    assert tracked.events == ()


@each_remote
def test_several_numbers_come_back_in_order(stage: Stage) -> None:
    carrier = tracker(stage)
    if stage.carrier.info.traits.numbers_per_call == 1:
        pytest.skip("one number a call")
    number = number_to_follow(stage)
    asked = [stage.stranger, number]
    assert [tracked.number for tracked in carrier.track(asked)] == asked


@each_remote
@pytest.mark.parametrize(
    "fault",
    [
        Fault.BUSY,
        Fault.SERVER_ERROR,
        Fault.VAGUE,
        Fault.HALF_ANSWER,
        Fault.HANG_AFTER_CREATE,
        Fault.DROP_AFTER_CREATE,
    ],
)
def test_a_failed_question_about_a_parcel_is_an_error(stage: Stage, fault: Fault) -> None:
    carrier = tracker(stage)
    assert stage.server
    number = number_to_follow(stage)
    stage.server.fail_next(fault, 3)
    with pytest.raises(DeskError):
        carrier.track([number])


@each_remote
def test_pickup_points(stage: Stage) -> None:
    if not isinstance(stage.carrier, FindsPickupPoints):
        pytest.skip("has none")
    assert stage.server
    search = PointSearch(postcode="35000", city="Rennes", ship_on=date(2026, 11, 23), most=3)
    points = stage.carrier.find_points(search)
    assert 0 < len(points) <= 3
    assert all(point.point_id and point.name and point.postcode and point.country for point in points)
    assert len({point.point_id for point in points}) == len(points)
    distances = [point.distance_m for point in points if point.distance_m is not None]
    assert distances == sorted(distances)
    stage.server.fail_next(Fault.SERVER_ERROR)
    with pytest.raises(DeskError):
        stage.carrier.find_points(search)


@each_remote
def test_manifest(stage: Stage) -> None:
    if not isinstance(stage.carrier, MakesManifest):
        pytest.skip("has none of its own")
    label = seller(stage).buy_label(stage.request)
    manifest = stage.carrier.make_manifest([label.tracking_number], day=date(2026, 11, 23))
    assert manifest.number
    assert manifest.parcels == (label.tracking_number,)
    if manifest.paper:
        assert manifest.paper.content.startswith(b"%PDF")


@each_remote
def test_proof_of_delivery(stage: Stage) -> None:
    if not isinstance(stage.carrier, GivesProof):
        pytest.skip("gives none")
    number = number_to_follow(stage)
    stage.clock.wait(days=5)
    proof = stage.carrier.fetch_proof(number)
    assert proof is not None
    assert proof.content


@each_remote
def test_damaged_answers_give_a_sentence_and_no_false_delivery(stage: Stage) -> None:
    """What the company truly sent, then bent in every way: an error sentence or fewer news, never a crash,
    never a delivery that was not told."""
    module = FOUND.modules[stage.carrier.info.code]
    dice = random.Random(20261122)
    if isinstance(stage.carrier, WritesOrders):
        pytest.skip("its files have tests of their own")
    assert stage.server
    parse_label = getattr(module, "parse_label", None)
    parse_tracking = getattr(module, "parse_tracking", None)
    if isinstance(stage.carrier, SellsLabels):
        stage.carrier.buy_label(stage.request)
        if parse_label:
            _bend(list(stage.server.replies)[-1], parse_label, dice, lambda _label: None)
    if isinstance(stage.carrier, Tracks) and parse_tracking:
        number = number_to_follow(stage)
        stage.clock.wait(days=-4.2)  # on its way again
        before = follow(stage, number)
        assert before is not TrackingStatus.DELIVERED

        def still_on_its_way(found: tuple[Tracked, ...]) -> None:
            for tracked in found:
                codes = TABLES[stage.carrier.info.code]
                rules = [codes.rule(event.code, event.label) for event in tracked.events]
                assert all(rule is None or rule.status is not TrackingStatus.DELIVERED for rule in rules)

        _bend(list(stage.server.replies)[-1], parse_tracking, dice, still_on_its_way)


def _bend(
    reply: Any, parse: Callable[[Answer], Any], dice: random.Random, check: Callable[[Any], None]
) -> None:
    for content in _bent(reply.content, dice):
        answer = Answer(
            status=reply.status, content=content, headers={"content-type": reply.kind}, host="damaged"
        )
        try:
            check(parse(answer))
        except DeskError as error:
            error.sentence.format(**error.values)  # every place is filled


def _bent(content: bytes, dice: random.Random) -> Iterator[bytes]:
    yield b""
    yield b"null"
    yield b"[]"
    yield b"{}"
    yield b'"text"'
    yield b"12"
    yield b"<a/>"
    yield b"x" * (10 * 1024 * 1024)
    yield b"[" * 100_000
    yield b"<a>" * 20_000
    yield b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'
    yield b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    yield content.decode("utf-8", "replace").encode("utf-16")
    for _ in range(60):
        yield content[: dice.randrange(len(content))]
    for _ in range(60):
        at = dice.randrange(len(content))
        yield content[:at] + bytes([dice.randrange(256)]) + content[at + 1 :]
    yield from _other_types(content, dice)


def _other_types(content: bytes, dice: random.Random) -> Iterator[bytes]:
    """JSON with one value at a time replaced by something of another kind; XML with one element emptied."""
    try:
        tree = json.loads(content)
    except ValueError:
        for match in list(re.finditer(rb">([^<>]+)<", content))[:200]:
            for other in (b"", b"999999999999", b"\xc3\xa9", b"2026-13-45"):
                yield content[: match.start(1)] + other + content[match.end(1) :]
        return
    paths = list(_paths(tree))
    for path in dice.sample(paths, min(len(paths), 200)):
        for other in (None, [], {}, "", 0, -1, True, "é", [[]], {"a": 1}):
            yield json.dumps(_with(tree, path, other)).encode()


def _paths(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        yield from _paths(value, (*path, key))


def _with(tree: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy: Any = dict(tree) if isinstance(tree, dict) else list(tree)
    copy[path[0]] = _with(copy[path[0]], path[1:], value)
    return copy


@pytest.mark.parametrize("code", [code for code in CODES if code not in REMOTE])
def test_offline_means_offline(code: str) -> None:
    settings: Mapping[str, str] = {"url": f"http://127.0.0.1:{_closed_port()}"}
    with STAGES[code]() as stage, Http() as http:
        carrier = FOUND.build(code, settings, http)
        assert isinstance(carrier, SellsLabels)
        assert carrier.buy_label(stage.request).tracking_number


def _closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
