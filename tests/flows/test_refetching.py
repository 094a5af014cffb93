"""A label whose bytes are gone: from the carrier that gives them again, else said so; nothing is bought."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from desk_rig import MORNING, TEE, Bench, Clock, bench, line, machines

from wismo_desk.carriers.practice import PracticeCarrier
from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.shipment import Label, LabelRequest
from wismo_desk.errors import CarrierUnreachable, Refused


class Reprinting(PracticeCarrier):
    """The practice carrier of a world in which it keeps labels, as GLS does."""

    away = False

    def __init__(self, carrier: Any, request: LabelRequest) -> None:
        super().__init__(carrier._url, carrier._http)
        self._request = request

    def reprint_label(self, tracking_number: str, *, dpi: int = 203) -> Label:
        if self.away:
            raise CarrierUnreachable("The carrier is away.")
        found = self.find_label(self._request)
        assert found is not None
        assert found.tracking_number == tracking_number
        return found


def forgotten(desk: Bench) -> tuple[Any, LabelRequest]:
    """A parcel of yesterday whose bytes the desk has dropped."""
    desk.take(line("1", service="Exercice"))
    desk.hold = True
    desk.scan("1", TEE)
    (purchase,) = desk.purchases
    desk.hold = False
    desk.answer()
    (parcel,) = desk.parcels("1")
    journal = desk.station.store.journal
    journal.prune(0, MORNING.replace(year=2030))
    assert journal.label(parcel.parcel_id) is None
    return parcel, purchase.request


def test_the_carrier_gives_it_again(tmp_path: Path, qapp: object) -> None:
    with machines() as made, bench(tmp_path, *made, clock=Clock()) as desk:
        parcel, request = forgotten(desk)
        carrier = Reprinting(desk.station.carriers["practice"], request)
        desk.station.carriers["practice"] = carrier
        carrier.away = True
        with pytest.raises(CarrierUnreachable):
            desk.station.refetch(parcel.parcel_id)
        carrier.away = False
        desk.station.refetch(parcel.parcel_id)
        job = desk.station.reprint(parcel.parcel_id, reason="torn")
        assert desk.print_label(job).state is EffectState.DONE
        assert desk.printer.wait_for(2)
        first, again = desk.printer.labels
        assert first == again
        assert set(desk.carrier.created.values()) == {1}


def test_a_carrier_that_gives_a_label_once(desk: Bench) -> None:
    parcel, _ = forgotten(desk)
    desk.station.refetch(parcel.parcel_id)
    with pytest.raises(Refused, match="The bytes of this label are gone"):
        desk.station.reprint(parcel.parcel_id, reason="torn")


def test_what_is_here_is_not_asked_for(desk: Bench) -> None:
    desk.take(line("1", service="Exercice"))
    desk.pack("1", TEE)
    (parcel,) = desk.parcels("1")
    desk.carrier.stop()
    desk.station.refetch(parcel.parcel_id)
    desk.carrier.start()
