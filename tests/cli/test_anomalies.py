"""`wismo-desk anomalies`: the work list in words and as JSON."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.store.store_rig import NOON, Clock, opened, order, taken_in
from wismo_desk.cli.anomalies import anomalies
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.triage import Triage
from wismo_desk.words import Words

PARIS = ZoneInfo("Europe/Paris")


def test_it_says_what_is_to_be_settled(tmp_path: Path) -> None:
    store, pen = opened(tmp_path), Pen("QUAI-1", clock=Clock())
    store.commit(taken_in(pen, order("1", ship_by=NOON - timedelta(hours=1), promised_on=None)))
    triage = Triage(
        store=store, pen=pen, names=lambda carrier, service: (carrier.upper(), service), zone=PARIS
    )
    words = Words("en", zone=PARIS)
    said = anomalies(triage, words, NOON, as_json=False).splitlines()
    assert said == ["To settle: 1, to watch: 0", "    1 × Late to pack · OWN · Since 12:00"]
    found = json.loads(anomalies(triage, words, NOON, as_json=True))
    assert (found["to_act"], found["groups"][0]["anomaly"]) == (1, "order_late")
    assert found["groups"][0]["cause"] == "warehouse"
    store.close()
