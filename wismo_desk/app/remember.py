"""Gives the practice desk a made-up past, so that forecast and figures have something to show."""

from __future__ import annotations

import threading
from datetime import date
from typing import Final

from wismo_desk.app.surface import Surface
from wismo_desk.domain.fact import Changes
from wismo_desk.store.store import Store
from wismo_desk.words import Words

_DAYS: Final = 200
_PARCELS: Final = 700
_STATION: Final = "Poste 1"
_AT_ONCE: Final = 10  # parcels of one commit: a scan at the bench comes in between


class Remember:
    """Call it on a lane of its own; `stop` from any thread. What is there already stays as it is."""

    def __init__(self, store: Store, words: Words, *, station: str, today: date) -> None:
        self._store, self._words, self._station, self._today = store, words, station, today
        self._stopped = threading.Event()

    def stop(self) -> None:
        self._stopped.set()

    def __call__(self) -> Changes:
        from wismo_desk.practice.histories import SHOP, days_ago, make_history
        from wismo_desk.practice.past import tell

        first = days_ago(self._today, _DAYS)
        history = make_history(_PARCELS, first=first, days=_DAYS - 1, seed=first.toordinal(), world=SHOP)
        changes = Changes()
        for entry in tell(history.arrived(), station=self._station, zone=self._words.zone, chunk=_AT_ONCE):
            if self._stopped.is_set():
                break
            known = self._store.read.known_content([order for order, _, _ in entry.parties])
            if len(known) < len(entry.parties):
                changes |= self._store.commit(entry)
        return changes


def past_for(desk: Surface, store: Store) -> Remember | None:
    """None for a real desk, and for a practice that wants none."""
    if desk.machines is None or not desk.machines.has_past:
        return None
    today = desk.clock().astimezone(desk.words.zone).date()
    return Remember(store, desk.words, station=_STATION, today=today)
