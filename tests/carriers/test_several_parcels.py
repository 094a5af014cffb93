"""Several parcels in one call: how a label finds its parcel when the answer is not as it should be."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest
import stage_chronopost
import stage_gls
from carrier_request import REQUEST

from wismo_desk.carriers.chronopost import Chronopost
from wismo_desk.carriers.chronopost.answers import Sold
from wismo_desk.carriers.chronopost.several import matched, outcome, with_labels
from wismo_desk.carriers.dpd_france.several import Numbered, outcomes
from wismo_desk.carriers.gls import Gls
from wismo_desk.carriers.gls.answers import parse_several
from wismo_desk.domain.shipment import Label
from wismo_desk.errors import OutcomeUnknown
from wismo_desk.web import Answer

ASKED = [replace(REQUEST, reference=f"TOGETHERAAA{n}2", parcel_no=n) for n in (1, 2, 3)]


def zpl(*words: str) -> bytes:
    return f"^XA{''.join(f'^FD{word}^FS' for word in words)}^XZ".encode()


def sold(number: int, *words: str) -> Sold:
    return Sold(number=f"XX{number:08d}1FR", reservation="888", zpl=zpl(*words) if words else b"", aliases=())


def test_a_label_is_known_by_the_reference_on_it() -> None:
    """Even out of order, and even when some are missing."""
    first, second, third = (sold(n, ASKED[n - 1].reference) for n in (1, 2, 3))
    assert matched([third, first, second], ASKED) == (first, second, third)
    assert matched([third, first], ASKED) == (first, None, third)


def test_without_labels_the_order_of_the_answer_holds() -> None:
    parcels = [sold(n) for n in (1, 2, 3)]
    assert matched(parcels, ASKED) == tuple(parcels)


def test_fewer_that_cannot_be_told_apart_are_nobodys() -> None:
    """The naive twin gives the second parcel's label to the first."""
    answer = [sold(2), sold(3)]
    assert matched(answer, ASKED) == (None, None, None)
    assert next(zip(answer, ASKED, strict=False))[0].number == sold(2).number


def test_a_label_that_speaks_against_the_order_leaves_all_in_doubt() -> None:
    parcels = [sold(1, ASKED[1].reference), sold(2), sold(3)]
    assert matched(parcels, ASKED) == (None, None, None)
    fetched = [(Numbered(each.number, ""), each.zpl) for each in parcels]
    assert [type(each) for each in outcomes(fetched, ASKED)] == [OutcomeUnknown] * 3
    agreeing = [sold(1, ASKED[0].reference), sold(2), sold(3)]
    assert matched(agreeing, ASKED) == tuple(agreeing)


def test_the_reservation_holds_all_labels() -> None:
    parcels = (sold(1, "whole"), sold(2), sold(3))
    held = b"\n".join(zpl(each.number) for each in parcels)
    filled = with_labels(parcels, held)
    assert filled[0] == parcels[0]
    assert [each.number.encode() in each.zpl for each in filled[1:]] == [True, True]
    assert with_labels(parcels, b"half of ^XA") == parcels
    assert with_labels(parcels, held + held)[1].zpl == b""  # two that could be it


def test_what_is_missing_says_which_parcel_and_number() -> None:
    lost, bare = outcome(None, ASKED[1]), outcome(sold(3), ASKED[2])
    assert isinstance(lost, OutcomeUnknown)
    assert lost.values["parcel"] == 2
    assert isinstance(bare, OutcomeUnknown)
    assert bare.raw == sold(3).number


@pytest.mark.parametrize("lost", [1, 3])
def test_chronopost_fetches_lost_labels_under_the_reservation(lost: int) -> None:
    with stage_chronopost.stage() as stage:
        assert isinstance(stage.carrier, Chronopost)
        server = stage.server
        assert server is not None
        server.lose_labels(lost)  # type: ignore[attr-defined]  # Chronopost's server has it
        asked = [replace(stage.request, reference=each.reference, parcel_no=each.parcel_no) for each in ASKED]
        labels = stage.carrier.buy_labels(asked)
        for request, label in zip(asked, labels, strict=True):
            assert isinstance(label, Label)
            assert request.reference.encode() in label.content
        assert len(server.replies) == 2


def test_gls_prints_again_what_it_numbered() -> None:
    """Labels that spell no number out cannot be told apart: each is fetched by its number."""
    with stage_gls.stage() as stage:
        assert isinstance(stage.carrier, Gls)
        assert stage.server is not None
        asked = [replace(stage.request, reference=each.reference) for each in ASKED]
        good = stage.carrier.buy_labels(asked)
        reply = stage.server.replies[-1]
        told = json.loads(reply.content)
        for each in told["CreatedShipment"]["PrintData"]:
            each["Data"] = [base64.b64encode(zpl("picture")).decode()]
        answer = Answer(status=201, content=json.dumps(told).encode(), headers={}, host="gls")
        found = parse_several(answer)
        assert [content for _, content in found.values()] == [b"", b"", b""]
        labels = [
            stage.carrier._whole(parcel, content, answer, dpi=203) for parcel, content in found.values()
        ]
        bought = [label for label in good if isinstance(label, Label)]
        assert [label.content for label in labels] == [label.content for label in bought]


def test_gls_labels_in_one_piece_are_taken_apart() -> None:
    with stage_gls.stage() as stage:
        assert isinstance(stage.carrier, Gls)
        assert stage.server is not None
        stage.carrier.buy_labels([replace(stage.request, reference=each.reference) for each in ASKED])
        told = json.loads(stage.server.replies[-1].content)
        pieces = [data for each in told["CreatedShipment"]["PrintData"] for data in each["Data"]]
        told["CreatedShipment"]["PrintData"] = [{"Data": pieces, "LabelFormat": "ZEBRA"}]
        answer = Answer(status=201, content=json.dumps(told).encode(), headers={}, host="gls")
        found = parse_several(answer)
        for reference, (parcel, content) in found.items():
            assert reference.encode() in content
            assert str(parcel["trackid"]).encode() in content
            assert content.count(b"^XA") == 1


def test_dpd_labels_are_known_by_the_reference_on_them() -> None:
    parcels = [Numbered(f"1077000000000{n}", f"%{n}") for n in (1, 2, 3)]
    labels = [zpl(each.reference) for each in ASKED]
    turned = [(parcels[2], labels[2]), (parcels[0], labels[0])]
    first, second, third = outcomes(turned, ASKED)
    assert isinstance(first, Label)
    assert isinstance(third, Label)
    assert (first.tracking_number, third.tracking_number) == (parcels[0].number, parcels[2].number)
    assert isinstance(second, OutcomeUnknown)


def test_dpd_numbers_without_a_reference_count_in_their_order_when_all_are_there() -> None:
    parcels = [Numbered(f"1077000000000{n}", "") for n in (1, 2, 3)]
    bare = [(each, zpl("picture")) for each in parcels]
    assert [isinstance(each, Label) for each in outcomes(bare, ASKED)] == [True] * 3
    assert [type(each) for each in outcomes(bare[:2], ASKED)] == [OutcomeUnknown] * 3
    lost = outcomes([*bare[:2], (parcels[2], b"")], ASKED)[2]
    assert isinstance(lost, OutcomeUnknown)
    assert lost.raw == parcels[2].number
