"""A saved view of the grid: a filter, an order and columns under a name, as data that desks share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from wismo_desk.domain.anomaly_kinds import AnomalyKind
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.domain.watching import Filter, Promise, Sort

VIEW_SCOPE: Final = "grid_view"
NAME_LENGTH: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class GridView:
    """`hidden`: keys of columns that are not shown."""

    name: str
    filter: Filter
    hidden: frozenset[str] = frozenset()


def view_data(view: GridView) -> dict[str, Any]:
    """What is kept under the name."""
    asked = view.filter
    return {
        "text": asked.text,
        "statuses": sorted(status.value for status in asked.statuses),
        "carriers": sorted(asked.carriers),
        "services": [list(pair) for pair in sorted(asked.services)],
        "anomalies": sorted(kind.value for kind in asked.anomalies),
        "owners": sorted(asked.owners),
        "warehouses": sorted(asked.warehouses),
        "promise": asked.promise.value if asked.promise else "",
        "silent_h": asked.silent_h,
        "only_anomalies": asked.only_anomalies,
        "only_open": asked.only_open,
        "sort": asked.sort.value,
        "descending": asked.descending,
        "hidden": sorted(view.hidden),
    }


def view_from_data(name: str, data: Mapping[str, Any]) -> GridView:
    """What a newer desk says and this one does not know is left out."""
    statuses = {one.value for one in TrackingStatus} & set(data.get("statuses", ()))
    kinds = {one.value for one in AnomalyKind} & set(data.get("anomalies", ()))
    promise = data.get("promise") or None
    sort = data.get("sort")
    asked = Filter(
        text=str(data.get("text", "")),
        statuses=frozenset(map(TrackingStatus, statuses)),
        anomalies=frozenset(map(AnomalyKind, kinds)),
        carriers=frozenset(data.get("carriers", ())),
        services=frozenset((str(carrier), str(service)) for carrier, service in data.get("services", ())),
        owners=frozenset(data.get("owners", ())),
        warehouses=frozenset(map(str, data.get("warehouses", ()))),
        promise=Promise(promise) if promise in {one.value for one in Promise} else None,
        silent_h=int(data.get("silent_h", 0)),
        only_anomalies=bool(data.get("only_anomalies")),
        only_open=bool(data.get("only_open")),
        sort=Sort(sort) if sort in {one.value for one in Sort} else Sort.WORST,
        descending=bool(data.get("descending", True)),
    )
    return GridView(name=name, filter=asked, hidden=frozenset(data.get("hidden", ())))
