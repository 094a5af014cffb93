"""Reads the kept counts: the figures on the chips cost the same for a hundred shipments and for a million."""

from __future__ import annotations

from sqlalchemy import Connection

from wismo_desk.domain.anomaly import AnomalyKind
from wismo_desk.domain.status import ENDED, TrackingStatus
from wismo_desk.domain.watching import Counts

Tally = dict[str, dict[str, int]]  # by kind, then by key


def tally(connection: Connection) -> Tally:
    """Every kept count, those that fell to nothing too."""
    found: Tally = {}
    for kind, key, count in connection.exec_driver_sql("SELECT kind, key, count FROM tally"):
        found.setdefault(kind, {})[key] = count
    return found


def as_counts(kept: Tally) -> Counts:
    """As the chips show them; carriers and services with most shipments first."""
    statuses = kept.get("status", {})
    ended = {status.value for status in ENDED}
    kinds = {key: n for key, n in kept.get("anomaly", {}).items() if key and n}
    services = {key: n for key, n in kept.get("service", {}).items() if n}
    return Counts(
        total=sum(statuses.values()),
        open=sum(n for status, n in statuses.items() if status not in ended),
        with_anomaly=sum(kinds.values()),
        by_anomaly=tuple((AnomalyKind(kind), n) for kind, n in sorted(kinds.items())),
        by_carrier=tuple(_most_first({key: n for key, n in kept.get("carrier", {}).items() if n})),
        by_status=tuple((TrackingStatus(key), n) for key, n in _most_first(statuses) if n),
        by_service=tuple((_pair(key), n) for key, n in _most_first(services)),
        by_warehouse=tuple((key, n) for key, n in sorted(kept.get("warehouse", {}).items()) if n),
        by_owner=tuple((key, n) for key, n in sorted(kept.get("owner", {}).items()) if key and n),
    )


def _most_first(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def _pair(key: str) -> tuple[str, str]:
    carrier, _, service = key.partition(" ")
    return carrier, service
