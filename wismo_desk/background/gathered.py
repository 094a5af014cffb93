"""What changed while nobody looked, joined in place: a burst costs what it brings, not what waits already."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from wismo_desk.domain.fact import Changes

_MANY: Final = 2_000  # from here on a set is kept as it came
_TOO_MANY: Final = 20_000  # some 3 MB of ids: to read everything costs less than to ask for each of these


@dataclass(slots=True)
class GatheredIds:
    """A large set that comes first (all that is newly expected) is not copied, for ten pages keep it at once."""

    _whole: frozenset[UUID] = frozenset()
    _more: set[UUID] = field(default_factory=set)

    def add(self, some: frozenset[UUID]) -> None:
        if not self._whole and len(some) >= _MANY:
            self._whole = some
        elif some is not self._whole:
            self._more |= some

    def all(self) -> frozenset[UUID]:
        return (
            self._whole | self._more if self._whole and self._more else self._whole or frozenset(self._more)
        )

    def clear(self) -> None:
        self._whole, self._more = frozenset(), set()

    @property
    def too_many(self) -> bool:
        """Of its own: the large set that came first belongs to all."""
        return len(self._more) > _TOO_MANY

    def __bool__(self) -> bool:
        return bool(self._whole or self._more)


@dataclass(slots=True)
class Gathered:
    """`add` as often as something changes, `take` once somebody looks. Changes themselves are frozen: to join twenty
    bursts a second to the twenty thousand shipments that a hidden page has not read yet would copy all of them each
    time, for every page, in the window's thread."""

    _orders: GatheredIds = field(default_factory=GatheredIds)
    _shipments: GatheredIds = field(default_factory=GatheredIds)
    _effects: bool = False
    _values: bool = False

    def add(self, changes: Changes) -> None:
        self._orders.add(changes.orders)
        self._shipments.add(changes.shipments)
        self._effects = self._effects or changes.effects
        self._values = self._values or changes.values

    def take(self) -> Changes:
        """All of it; nothing waits any more."""
        taken = Changes(
            orders=self._orders.all(),
            shipments=self._shipments.all(),
            effects=self._effects,
            values=self._values,
        )
        self._orders.clear()
        self._shipments.clear()
        self._effects = self._values = False
        return taken

    @property
    def too_many(self) -> bool:
        """Whoever waits so long should read everything, not each of these: a desk that runs for weeks would keep the
        ids of all that ever changed, for each page that nobody opens."""
        return self._orders.too_many or self._shipments.too_many

    def __bool__(self) -> bool:
        return bool(self._orders or self._shipments or self._effects or self._values)
