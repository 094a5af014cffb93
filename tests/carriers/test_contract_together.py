"""The contract of carriers that sell several parcels in one call, over HTTP and with faults."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from stage import Stage, stages
from test_contract import FOUND

from wismo_desk.domain.carrier import SellsShipments
from wismo_desk.domain.shipment import Label, LabelFormat, LabelRequest
from wismo_desk.errors import CarrierRefused, CarrierUnreachable, DeskError, OutcomeUnknown
from wismo_desk.practice.loopback import Fault

STAGES = stages()
A_CALL_EACH = {"colissimo"}  # test_colissimo_together.py
CODES = sorted(
    code
    for code, found in FOUND.modules.items()
    if found.CARRIER.traits.parcels_together > 1 and code not in A_CALL_EACH
)
REFERENCES = ("TOGETHERAAAA2", "TOGETHERBBBB3", "TOGETHERCCCC4")


@pytest.fixture(params=CODES)
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    with ExitStack() as stack:
        yield stack.enter_context(STAGES[request.param]())


def seller(stage: Stage) -> SellsShipments:
    assert isinstance(stage.carrier, SellsShipments)
    return stage.carrier


def parcels(stage: Stage, count: int = 3) -> list[LabelRequest]:
    return [
        replace(stage.request, reference=reference, parcel_no=number, weight_g=500 * number)
        for number, reference in enumerate(REFERENCES[:count], start=1)
    ]


def created(stage: Stage) -> list[int]:
    assert stage.created
    return [stage.created(reference) for reference in REFERENCES]


def test_some_carriers_do() -> None:
    assert {"chronopost", "gls", "practice"} <= set(CODES)


def test_each_parcel_gets_its_own_label(stage: Stage) -> None:
    asked = parcels(stage)
    assert all(seller(stage).takes_together(request) for request in asked)
    labels = seller(stage).buy_labels(asked)
    assert created(stage) == [1, 1, 1]
    numbers = set()
    for request, label in zip(asked, labels, strict=True):
        assert isinstance(label, Label)
        assert (label.carrier, label.service) == (stage.carrier.info.code, request.service)
        assert label.format is LabelFormat.ZPL
        assert label.content.count(b"^XA") == label.content.count(b"^XZ") == 1
        assert request.reference.encode() in label.content
        assert label.tracking_number not in label.aliases
        numbers |= {label.tracking_number, *label.aliases} if label.aliases else {label.tracking_number}
    assert len({label.tracking_number for label in labels if isinstance(label, Label)}) == 3


def test_two_and_one(stage: Stage) -> None:
    for count in (2, 1):
        labels = seller(stage).buy_labels(parcels(stage, count))
        assert [isinstance(label, Label) for label in labels] == [True] * count


@pytest.mark.parametrize(
    "fault",
    [Fault.HANG_AFTER_CREATE, Fault.DROP_AFTER_CREATE, Fault.HALF_ANSWER, Fault.ERROR_AFTER_CREATE],
)
def test_no_answer_is_unknown_for_all_of_them(stage: Stage, fault: Fault) -> None:
    assert stage.server
    stage.server.fail_next(fault)
    with pytest.raises(OutcomeUnknown):
        seller(stage).buy_labels(parcels(stage))
    assert created(stage) == [1, 1, 1]


def test_the_naive_buyer_pays_three_times_twice(stage: Stage) -> None:
    """Tries again whatever went wrong: the twin that shows the test above can fail."""
    assert stage.server
    stage.server.fail_next(Fault.HANG_AFTER_CREATE)
    bought: tuple[object, ...] = ()
    while not bought:
        try:
            bought = seller(stage).buy_labels(parcels(stage))
        except DeskError:
            continue
    assert created(stage) == [2, 2, 2]


@pytest.mark.parametrize("lost", [1, 2])
def test_what_the_answer_lacks_is_in_doubt_and_the_rest_is_bought(stage: Stage, lost: int) -> None:
    assert stage.server
    stage.server.leave_out(lost)
    labels = seller(stage).buy_labels(parcels(stage))
    assert created(stage) == [1, 1, 1]
    kinds = [type(label) for label in labels]
    assert kinds == [Label] * (3 - lost) + [OutcomeUnknown] * lost
    for request, label in zip(parcels(stage), labels, strict=True):
        assert not isinstance(label, Label) or request.reference.encode() in label.content


def test_an_answer_without_any_parcel_is_unknown(stage: Stage) -> None:
    assert stage.server
    stage.server.leave_out(3)
    try:
        told = seller(stage).buy_labels(parcels(stage))
    except OutcomeUnknown:
        return
    assert [type(each) for each in told] == [OutcomeUnknown] * 3


def test_busy_means_nothing_bought(stage: Stage) -> None:
    assert stage.server
    stage.server.fail_next(Fault.BUSY)
    with pytest.raises(CarrierUnreachable):
        seller(stage).buy_labels(parcels(stage))
    assert created(stage) == [0, 0, 0]


@pytest.mark.parametrize("wrong", [0, 2])
def test_one_that_is_refused_refuses_all(stage: Stage, wrong: int) -> None:
    asked = parcels(stage)
    refused = replace(stage.refused or stage.request, reference=asked[wrong].reference)
    asked = [
        refused if wrong == 0 else replace(asked[n], weight_g=0) if n == wrong else asked[n] for n in range(3)
    ]
    if wrong and stage.carrier.info.code == "chronopost":
        pytest.skip("rounds a parcel without weight up to ten grams")
    with pytest.raises(CarrierRefused):
        seller(stage).buy_labels(asked)
    assert created(stage) == [0, 0, 0]


def test_what_may_not_be_several(stage: Stage) -> None:
    carrier = seller(stage)
    for service in stage.carrier.info.services:
        request = replace(stage.request, service=service.code, pickup_point=stage.point)
        assert not (service.pickup_point and carrier.takes_together(request))
    assert not carrier.takes_together(replace(stage.request, service="teleport"))
