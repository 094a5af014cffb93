"""Several parcels of one shipment at Colissimo: a call each, followers first, the master names them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import stage_colissimo
from stage import Clock, Stage

from wismo_desk.carriers.colissimo import Colissimo
from wismo_desk.carriers.colissimo.several import group_fields
from wismo_desk.domain.shipment import Label, LabelRequest
from wismo_desk.errors import CarrierRefused, CarrierUnreachable, DeskError, OutcomeUnknown
from wismo_desk.practice.colissimo_parcels import ParcelBook
from wismo_desk.practice.colissimo_server import ColissimoServer
from wismo_desk.practice.loopback import Fault

REFERENCES = ("TOGETHERAAAA2", "TOGETHERBBBB3", "TOGETHERCCCC4")


@pytest.fixture
def stage() -> Iterator[Stage]:
    with stage_colissimo.stage() as made:
        yield made


@pytest.fixture
def carrier(stage: Stage) -> Colissimo:
    assert isinstance(stage.carrier, Colissimo)
    return stage.carrier


@pytest.fixture
def server(stage: Stage) -> ColissimoServer:
    assert isinstance(stage.server, ColissimoServer)
    return stage.server


def parcels(stage: Stage, count: int = 3) -> list[LabelRequest]:
    there = replace(stage.request, service="overseas", recipient=stage_colissimo.REUNION)
    return [
        replace(there, reference=reference, parcel_no=number)
        for number, reference in enumerate(REFERENCES[:count], start=1)
    ]


def roles(server: ColissimoServer, told: Sequence[Label | DeskError]) -> list[str]:
    sold = [server.sold(label.tracking_number) for label in told if isinstance(label, Label)]
    return [parcel.role for parcel in sold if parcel is not None]


def test_the_documents_fields() -> None:
    assert dict(group_fields(2, 5, ["a"])) == {
        "TYPE_MULTI_PARCEL": "FOLLOWER",
        "PARCEL_ITERATION_NUMBER": "2",
        "TOTAL_NUMBER_PARCEL": "5",
    }
    assert dict(group_fields(3, 3, ["8Q53764663714", "8Q53764663721"])) == {
        "TYPE_MULTI_PARCEL": "MASTER",
        "PARCEL_ITERATION_NUMBER": "3",
        "TOTAL_NUMBER_PARCEL": "3",
        "LIST_FOLLOWER_PARCEL": "8Q53764663714/8Q53764663721",
    }


def test_the_master_comes_last_and_names_the_others(
    stage: Stage, carrier: Colissimo, server: ColissimoServer
) -> None:
    told = carrier.buy_labels(parcels(stage))
    assert roles(server, told) == ["FOLLOWER", "FOLLOWER", "MASTER"]
    first, second, last = (label for label in told if isinstance(label, Label))
    master = server.sold(last.tracking_number)
    assert master is not None
    assert master.followers == (first.tracking_number, second.tracking_number)
    for request, label in zip(parcels(stage), told, strict=True):
        assert isinstance(label, Label)
        assert request.reference.encode() in label.content
    assert [server.created[each] for each in REFERENCES] == [1, 1, 1]


def test_one_alone_says_nothing_of_a_group(stage: Stage, carrier: Colissimo, server: ColissimoServer) -> None:
    assert roles(server, carrier.buy_labels(parcels(stage, 1))) == [""]
    assert roles(server, [carrier.buy_label(parcels(stage, 1)[0])]) == [""]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.REFUSE, CarrierRefused),
        (Fault.BUSY, CarrierUnreachable),
        (Fault.HANG_AFTER_CREATE, OutcomeUnknown),
        (Fault.DROP_AFTER_CREATE, OutcomeUnknown),
        (Fault.HALF_ANSWER, OutcomeUnknown),
    ],
)
def test_what_goes_wrong_at_the_second_ends_it_there(
    stage: Stage, carrier: Colissimo, server: ColissimoServer, fault: Fault, kind: type[DeskError]
) -> None:
    server.fail_next(Fault.SLOW)  # the first: late, and well
    server.slow_s = 0.0
    server.fail_next(fault)
    told = carrier.buy_labels(parcels(stage))
    assert [type(each) for each in told] == [Label, kind, CarrierUnreachable]
    assert "was not asked for parcel 3" in str(told[2])
    bought = 1 if kind is OutcomeUnknown else 0
    assert [server.created[each] for each in REFERENCES] == [1, bought, 0]


def test_nothing_bought_at_all_is_raised(stage: Stage, carrier: Colissimo, server: ColissimoServer) -> None:
    for fault, kind in ((Fault.REFUSE, CarrierRefused), (Fault.BUSY, CarrierUnreachable)):
        server.fail_next(fault)
        with pytest.raises(kind):
            carrier.buy_labels(parcels(stage))
    assert not server.created


def test_an_unknown_first_is_the_only_question(
    stage: Stage, carrier: Colissimo, server: ColissimoServer
) -> None:
    server.fail_next(Fault.DROP_AFTER_CREATE)
    told = carrier.buy_labels(parcels(stage))
    assert [type(each) for each in told] == [OutcomeUnknown, CarrierUnreachable, CarrierUnreachable]
    assert [server.created[each] for each in REFERENCES] == [1, 0, 0]


def test_what_cannot_be_written_is_said_before_anything_is_bought(
    stage: Stage, carrier: Colissimo, server: ColissimoServer
) -> None:
    asked = parcels(stage)
    asked[2] = replace(asked[2], weight_g=31_000)
    with pytest.raises(CarrierRefused):
        carrier.buy_labels(asked)
    assert not server.created


def test_the_rest_completes_the_shipment_that_was_begun(
    stage: Stage, carrier: Colissimo, server: ColissimoServer
) -> None:
    first, second, last = parcels(stage)
    server.fail_next(Fault.SLOW)
    server.slow_s = 0.0
    server.fail_next(Fault.BUSY)
    begun = carrier.buy_labels([first, second, last])[0]
    assert isinstance(begun, Label)
    rest = [replace(each, beside=(begun.tracking_number,)) for each in (second, last)]
    told = carrier.buy_labels(rest)
    assert roles(server, told) == ["FOLLOWER", "MASTER"]
    master = server.sold(told[1].tracking_number) if isinstance(told[1], Label) else None
    assert master is not None
    assert master.followers[0] == begun.tracking_number
    assert len(master.followers) == 2


def test_the_last_one_alone_is_its_master(stage: Stage, carrier: Colissimo, server: ColissimoServer) -> None:
    server.fail_next(Fault.SLOW)
    server.slow_s = 0.0
    server.fail_next(Fault.BUSY)
    first, last = parcels(stage, 2)
    begun = carrier.buy_labels([first, last])[0]
    assert isinstance(begun, Label)
    assert roles(server, [carrier.buy_label(replace(last, beside=(begun.tracking_number,)))]) == ["MASTER"]


def test_the_master_first_is_refused(stage: Stage, carrier: Colissimo) -> None:
    """The naive order: nobody has the followers' numbers yet."""
    with pytest.raises(CarrierRefused):
        carrier._sell(parcels(stage)[0], group_fields(3, 3, []))


def test_only_overseas(stage: Stage, carrier: Colissimo) -> None:
    assert not carrier.takes_together(stage.request)
    assert all(carrier.takes_together(each) for each in parcels(stage))
    assert carrier.info.traits.parcels_together == 5


def test_the_practice_books_remember_who_follows(
    tmp_path: Path, stage: Stage, server: ColissimoServer
) -> None:
    del server
    clock, file = Clock(), tmp_path / "parcels"
    with ColissimoServer(clock=clock, state_file=file) as again:
        urls = {key: value for key, value in again.settings.items() if key.startswith("url_")}
        assert isinstance(stage.carrier, Colissimo)
        moved = Colissimo(stage.carrier._contract, urls, stage.carrier._http)
        told = moved.buy_labels(parcels(stage))
    numbers = [label.tracking_number for label in told if isinstance(label, Label)]
    kept = ParcelBook(clock, file)
    assert [getattr(kept.get(number), "role", "") for number in numbers] == ["FOLLOWER", "FOLLOWER", "MASTER"]
    assert getattr(kept.get(numbers[2]), "followers", ()) == tuple(numbers[:2])
