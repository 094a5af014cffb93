"""Killed at every step of a label that is bought before its parcel: used once, or given back; never lost or doubled."""

from __future__ import annotations

import pytest
from mortal import finish
from test_crashes import Nursery, Site, nursery, pytestmark, site  # noqa: F401 - fixtures

from wismo_desk.domain.effect import EffectKind, EffectState
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.order import OrderState
from wismo_desk.domain.shipment import ParcelState

POINTS = (
    "before intent",
    "before carrier",
    "after carrier",
    "between shelf",
    "after shelf",
    "between settle",
    "after settle",
    "after bytes",
)


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_each_step(site: Site, nursery: Nursery, point: str) -> None:  # noqa: F811 - fixtures
    site.crash(nursery, "practice", point, ahead="opened")
    with site.reopened() as desk:
        desk.recover()
        desk.wake()
        desk.station.give_back()
        finish(desk, "1", site.tray)
        desk.station.give_back()
        assert desk.state("1") is OrderState.SHIPPED
        (parcel,) = desk.parcels("1")
        assert parcel.state is ParcelState.CHECKED
        assert len(desk.facts("1", FactKind.LABEL_BOUGHT)) == 1
        assert len(desk.facts("1", FactKind.PARCEL_CLOSED)) == 1
        assert {effect.state for effect in desk.effects("1")} == {EffectState.DONE}
        assert desk.station.resolve.doubts() == []
    assert site.printer.odometer == 1
    assert list(site.carrier.created.values()) == [1]
    assert not any(label.voided_at for label in site.carrier.labels)


def test_a_label_kept_in_memory_only_is_bought_twice(site: Site, nursery: Nursery) -> None:  # noqa: F811 - fixtures
    """The naive twin: what was fetched ahead is forgotten with the program, and fetched again."""
    site.crash(nursery, "practice", "after carrier", ahead="opened")
    with site.reopened() as desk:
        (row,) = desk.effects("1", EffectKind.LABEL_BOUGHT)
        purchase = desk.station.ship.prepare.again(row)
        assert purchase is not None
        desk.station.ship.buy(purchase)
    assert list(site.carrier.created.values()) == [2]
