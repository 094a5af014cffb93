"""What the rules read of a shipment follows from its parcels, its manifests and its carrier's answers."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.store.store_rig import NOON, Clock, opened, order, taken_in
from wismo_desk.domain.anomaly_kinds import AnomalyKind
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.flows.pen import Pen
from wismo_desk.store.journal import Entry


def test_a_number_that_the_carrier_does_not_know(tmp_path: Path) -> None:
    clock = Clock()
    store, pen = opened(tmp_path), Pen("QUAI-1", clock=clock)
    one = order("1", ship_by=None, promised_on=None)
    store.commit(taken_in(pen, one))
    parcel = pen.new_id()
    ids = {"order_id": one.order_id, "shipment_id": shipment_id(one.order_id), "parcel_id": parcel}
    bought: dict[str, Any] = {
        "carrier": "own",
        "service": "home",
        "tracking_number": "X1",
        "aliases": [],
        "reference": "R",
    }
    facts = (
        pen.fact(FactKind.LABEL_BOUGHT, **ids, **bought, parcel_no=1, issue_no=1, weight_g=100),
        pen.fact(FactKind.LABEL_CHECKED, **ids),
        pen.fact(FactKind.PARCEL_MANIFESTED, **ids, manifest="M1"),
        pen.fact(FactKind.MANIFEST_CLOSED, manifest="M1", carrier="own", parcels=[str(parcel)], missing=[]),
    )
    store.commit(Entry(at=NOON, facts=facts))

    def kinds() -> list[AnomalyKind]:
        row = store.read.shipment(ids["shipment_id"])
        assert row is not None
        return [anomaly.kind for anomaly in row.anomalies]

    store.looks.asked([(parcel, False)], NOON + timedelta(hours=1))
    store.judge_due(NOON + timedelta(hours=11))
    assert kinds() == []
    store.judge_due(NOON + timedelta(hours=13))
    assert kinds() == [AnomalyKind.NUMBER_UNKNOWN]
    store.looks.asked([(parcel, True)], NOON + timedelta(hours=14))
    store.judge_due(NOON + timedelta(hours=20))  # it is asked again every six hours
    assert kinds() == []
    store.judge_due(NOON + timedelta(hours=25))
    assert kinds() == [AnomalyKind.NO_FIRST_SCAN]
    store.rebuild()
    store.judge_due(NOON + timedelta(hours=25))
    assert AnomalyKind.NO_FIRST_SCAN in kinds()
    store.close()
