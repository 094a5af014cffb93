"""What the demo proves, written down: labels as the printer received them, codes, prints, times."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from statistics import quantiles
from typing import Any

from wismo_desk.app.station import Station
from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.order import OrderState
from wismo_desk.domain.shipment import LabelFormat, Parcel, ParcelState
from wismo_desk.domain.watching import Filter


def write_summary(
    station: Station,
    received: Sequence[bytes],
    timings: dict[str, list[float]],
    out: Path,
    *,
    notices: int,
) -> dict[str, Any]:
    """`received` are the bytes of each label as the TCP printer got them. Returns what was written."""
    labels = out / "labels"
    labels.mkdir(parents=True, exist_ok=True)
    numbers = {content.strip(): number for number, content in enumerate(received, 1)}
    shipments = []
    for row in station.watch.orders(states=(OrderState.SHIPPED,)):
        parcels = [
            parcel
            for parcel in station.store.read.parcels(order_id=row.order_id)
            if parcel.state is not ParcelState.VOIDED
        ]
        if not parcels:
            continue
        shipments.append(
            {
                "order": row.number,
                "carrier": parcels[0].carrier,
                "tracking_number": parcels[0].tracking_number,
                "parcels": [_parcel(station, parcel, (numbers, received), labels) for parcel in parcels],
            }
        )
    rows = station.watch.page(station.watch.rows(Filter(only_anomalies=True)))
    summary = {
        "orders": len(station.watch.orders()),
        "shipments": shipments,
        "prints": len(received),
        "notices": notices,
        "anomalies": [
            {"order": row.order_number, "kind": anomaly.kind.value, "said": said(station, anomaly)}
            for row in rows
            for anomaly in row.anomalies
        ],
        "in_doubt": _count(station, EffectState.IN_DOUBT),
        "timings_ms": {name: _spread(values) for name, values in timings.items()},
    }
    text = json.dumps(summary, indent=2, ensure_ascii=False)
    (out / "summary.json").write_text(text, encoding="utf-8")
    return summary


def said(station: Station, anomaly: Any) -> str:
    """The anomaly in words, as the grid says it."""
    words, now = station.words, station.clock()
    when = words.moment(anomaly.since, now=now) if anomaly.since else ""
    return words(anomaly.sentence, **{"when": when, **dict(anomaly.values)})


def _parcel(
    station: Station, parcel: Parcel, printed: tuple[dict[bytes, int], Sequence[bytes]], folder: Path
) -> dict[str, Any]:
    """`label_zpl` holds the bytes as the printer received them; `printed_as` is their place in its day, 0
    when they never arrived. Own labels come with the picture that was painted."""
    stored = station.store.journal.label(parcel.parcel_id)
    assert stored is not None
    numbers, received = printed
    number = numbers.get(stored.content.strip(), 0)
    name = parcel.tracking_number
    (folder / f"{name}.zpl").write_bytes(received[number - 1] if number else b"")
    png = ""
    if stored.format is LabelFormat.DRAWN:
        (folder / f"{name}.png").write_bytes(stored.image)
        png = f"labels/{name}.png"
    return {
        "label_png": png,
        "label_zpl": f"labels/{name}.zpl",
        "codes": list(stored.codes),
        "tracking_number": name,
        "printed_as": number,
    }


def _count(station: Station, state: EffectState) -> int:
    return len(station.store.journal.effects(states=(state,)))


def _spread(values: Sequence[float]) -> dict[str, float]:
    """p50 and p99 in milliseconds."""
    if len(values) < 2:
        return {"p50": 0.0, "p99": 0.0}
    cuts = quantiles(values, n=100, method="inclusive")
    return {"p50": round(cuts[49], 2), "p99": round(cuts[98], 2)}
