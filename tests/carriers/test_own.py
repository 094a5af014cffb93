"""Own deliveries: the SSCC is the parcel's number, and the demo range stays in practice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from carrier_request import REQUEST

from wismo_desk.carriers.own import OwnDeliveries
from wismo_desk.domain.shipment import LabelFormat
from wismo_desk.domain.sscc import make_sscc
from wismo_desk.errors import CarrierRefused

REAL = make_sscc("3760001", 0, 42)


def test_the_label() -> None:
    label = OwnDeliveries().buy_label(replace(REQUEST, sscc=REAL, service="morning", practice=False))
    assert label.tracking_number == REAL
    assert label.codes == (f"00{REAL}",)
    assert (label.format, label.content, label.price_cents) == (LabelFormat.DRAWN, b"", None)


@pytest.mark.parametrize("sscc", ["", "1", REAL[:-1], f"{REAL}0", f"{REAL[:-1]}x", "37600010000000042٣"])
def test_what_is_no_sscc_is_refused(sscc: str) -> None:
    with pytest.raises(CarrierRefused) as caught:
        OwnDeliveries().buy_label(replace(REQUEST, sscc=sscc))
    assert (caught.value.field, caught.value.raw) == ("sscc", "SSCC")


def test_the_demo_prefix_is_for_practice_only() -> None:
    OwnDeliveries().buy_label(REQUEST)
    with pytest.raises(CarrierRefused) as caught:
        OwnDeliveries().buy_label(replace(REQUEST, practice=False))
    assert caught.value.raw == "SSCC-952"
