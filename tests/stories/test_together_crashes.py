"""Killed at every step of two parcels that are bought in one call: each label once, none lost, none doubled."""

from __future__ import annotations

from typing import Any

import pytest
from mortal import finish
from test_crashes import Nursery, Site, nursery, pytestmark, site  # noqa: F401 - fixtures

from wismo_desk.domain.effect import EffectKind, EffectState
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.order import OrderState
from wismo_desk.domain.shipment import ParcelState
from wismo_desk.settings import Settings

POINTS = (
    "before intent",
    "between intent",
    "before carrier",
    "after carrier",
    "between settle",
    "after settle",
    "after sending",
    "half bytes",
    "after bytes",
    "between printed",
)


def reopened(site: Site) -> Any:  # noqa: F811 - fixture's class
    return site.reopened(parcels_together=True)


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_each_step(site: Site, nursery: Nursery, point: str) -> None:  # noqa: F811 - fixtures
    site.crash(nursery, "practice", point, together="yes")
    with reopened(site) as desk:
        desk.recover()
        desk.wake()
        finish(desk, "1", site.tray)
        while desk.view.label is not None:
            desk.scan(desk.view.label.tracking_number)
        assert desk.state("1") is OrderState.SHIPPED
        parcels = desk.parcels("1")
        assert sorted(parcel.parcel_no for parcel in parcels) == [1, 2]
        assert {parcel.state for parcel in parcels} == {ParcelState.CHECKED}
        bought = desk.facts("1", FactKind.LABEL_BOUGHT)
        assert [fact.data["last"] for fact in bought].count(True) == 1
        assert len(bought) == len(desk.facts("1", FactKind.PARCEL_CLOSED)) == 2
        assert [effect.state for effect in desk.effects("1")] == [EffectState.DONE] * 4
        assert desk.station.resolve.doubts() == []
        assert desk.station.store.check() == []
    assert site.printer.odometer == 2
    assert sorted(site.carrier.created.values()) == [1, 1]


def test_a_call_that_is_simply_made_again_pays_for_both_twice(site: Site, nursery: Nursery) -> None:  # noqa: F811
    """The naive twin: after the restart nobody asks the carrier's books first."""
    site.crash(nursery, "practice", "after carrier", together="yes")
    with reopened(site) as desk:
        rows = desk.effects("1", EffectKind.LABEL_BOUGHT)
        purchases = [desk.station.ship.prepare.again(row) for row in rows]
        carrier: Any = desk.station.carriers["practice"]
        carrier.buy_labels([purchase.request for purchase in purchases if purchase])
    assert sorted(site.carrier.created.values()) == [2, 2]


def test_off_unless_chosen() -> None:
    assert not Settings().parcels_together
