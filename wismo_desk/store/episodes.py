"""Notes when a rule began and ceased to hold for a shipment: the record that rules are measured by."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Connection

from wismo_desk.domain.anomaly import Flip, Judged, Situation
from wismo_desk.domain.anomaly_kinds import AnomalyKind

_KINDS: Final = tuple(AnomalyKind)
_OPEN: Final = (
    "INSERT INTO episode (shipment_id, kind, opened_ms, severity, shadow, closed_ms) SELECT value ->> 0, value ->> 1, "
    "value ->> 2, value ->> 3, value ->> 4, NULL FROM jsonb_each(?) WHERE true "
    "ON CONFLICT DO UPDATE SET severity = max(severity, excluded.severity), shadow = excluded.shadow, closed_ms = NULL"
)
_CLOSE: Final = (
    "UPDATE episode SET closed_ms = said.value ->> 0 FROM jsonb_each(?) AS said "
    "WHERE shipment_id = said.value ->> 1 AND kind = said.value ->> 2 AND closed_ms IS NULL"
)


def note_episodes(
    connection: Connection, at: int, news: Iterable[tuple[str, int, Judged, Situation]]
) -> None:
    """`news`: the shipment, its verdict until now, what was found, and in which situation."""
    opened: list[Any] = []
    closed: list[Any] = []
    for key, before, found, facts in news:
        held = kinds_of(before)
        now: dict[AnomalyKind, tuple[Flip, bool]] = {flip.kind: (flip, True) for flip in found.shadow}
        now |= {flip.kind: (flip, False) for flip in found.found}
        closed += [(at, key, kind.value) for kind in held if kind not in now]
        opened += [
            (key, kind.value, flip.due or flip.since or facts.event or at, int(flip.severity), shadow)
            for kind, (flip, shadow) in now.items()
            if kind not in held
        ]
    if closed:
        connection.exec_driver_sql(_CLOSE, (json.dumps(closed),))
    if opened:
        connection.exec_driver_sql(_OPEN, (json.dumps(sorted(opened)),))  # neighbours stand on one page


def kinds_of(verdict: int) -> frozenset[AnomalyKind]:
    """The kinds that a verdict (domain.anomaly.Judged) names."""
    found, verdict = [], abs(verdict)
    if not verdict:
        return frozenset()
    for kind in _KINDS:
        verdict, digit = divmod(verdict, 6)
        if digit:
            found.append(kind)
    return frozenset(found)
