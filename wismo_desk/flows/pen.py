"""Writes facts and intents in this station's name, with ids that grow with time."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from wismo_desk.domain.effect import Effect, EffectKind, EffectState
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.ids import time_ordered

Clock = Callable[[], datetime]
_FOLLOWED_MS: Final = 24 * 3600 * 1000


def now_utc() -> datetime:
    return datetime.now(UTC)


def later_than_all(now: datetime) -> UUID:
    """An id that no station's clock worth following can have given yet (see `Pen.follow`)."""
    return time_ordered(int(now.timestamp() * 1000) + _FOLLOWED_MS, bytes(10))


class Pen:
    """Ids of one station strictly increase, also within a millisecond and when its clock is set back: the
    largest id is the latest word. `follow` keeps that true between stations whose clocks differ."""

    def __init__(
        self,
        station: str,
        *,
        clock: Clock = now_utc,
        operator: str = "",
        entropy: Callable[[int], bytes] = secrets.token_bytes,
        after: UUID | None = None,
    ) -> None:
        """`after`: the largest id this station ever gave (Store.newest_id); the next ones are larger."""
        self.station = station
        self.operator = operator
        self.clock = clock
        self._entropy = entropy
        self._lock = threading.Lock()
        # Millisecond and count within it, as new_id lays them into the first 64 bits.
        self._last = (after.int >> 80, after.int >> 64 & 0xFFF) if after else (0, 0)

    def new_id(self) -> UUID:
        with self._lock:
            ms, count = int(self.clock().timestamp() * 1000), 0
            if ms <= self._last[0]:
                ms, count = self._last[0], self._last[1] + 1
                if count >= 4096:  # the 12 bits that UUIDv7 leaves beside the version
                    ms, count = ms + 1, 0
            self._last = (ms, count)
        return time_ordered(ms, count.to_bytes(2, "big") + self._entropy(8))

    def follow(self, heard: UUID) -> None:
        """Another station's id was read: what is said here from now on is later than that, whatever the clocks
        say. A clock that is days ahead is not followed: it would take all others along for ever."""
        ms = heard.int >> 80
        with self._lock:
            if heard.version == 7 and ms <= int(self.clock().timestamp() * 1000) + _FOLLOWED_MS:
                self._last = max(self._last, (ms, heard.int >> 64 & 0xFFF))

    def fact(
        self,
        kind: FactKind,
        *,
        order_id: UUID | None = None,
        shipment_id: UUID | None = None,
        parcel_id: UUID | None = None,
        **data: Any,
    ) -> Fact:
        return Fact(
            fact_id=self.new_id(),
            kind=kind,
            at=self.clock(),
            station=self.station,
            by=self.operator,
            order_id=order_id,
            shipment_id=shipment_id,
            parcel_id=parcel_id,
            data=data,
        )

    def effect(
        self,
        kind: EffectKind,
        key: str,
        *,
        state: EffectState,
        order_id: UUID,
        parcel_id: UUID,
        **details: Any,
    ) -> Effect:
        at = self.clock()
        return Effect(
            effect_id=self.new_id(),
            kind=kind,
            key=key,
            state=state,
            order_id=order_id,
            parcel_id=parcel_id,
            created_at=at,
            changed_at=at,
            details=details,
        )
