"""What the orders page asks of the flows that send an order another way, correct it, and look the queue over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from wismo_desk.domain.fact import Changes
from wismo_desk.domain.order import Party

if TYPE_CHECKING:
    # For its words only: loading it would load SQLAlchemy before the first paint.
    from wismo_desk.flows.find_points import FoundPoints
    from wismo_desk.flows.preflight import Looked
    from wismo_desk.flows.show_order import ShownOrder

CARRIERS_LANE = "carriers"  # the one that the carriers' meters belong to
FLIGHT_LANE = "preflight"


class Reroute(Protocol):
    def choose(self, order_id: UUID, carrier: str, service: str, *, why: str = "") -> Changes: ...

    def unchoose(self, order_id: UUID, /) -> Changes: ...


class Correct(Protocol):
    def __call__(self, order_id: UUID, recipient: Party, *, why: str = "") -> Changes: ...

    def point(
        self, order_id: UUID, point_id: str, *, name: str = "", hours: Sequence[str] = (), why: str = ""
    ) -> Changes: ...


class Preflight(Protocol):
    def look(self, touched: frozenset[UUID] | None = None, /) -> Looked: ...

    def start(self, *, by_hand: bool = False) -> None: ...

    def ask(self, most: int = 10) -> int: ...


class FindPoints(Protocol):
    def __call__(self, order_id: UUID, *, postcode: str = "", city: str = "") -> FoundPoints: ...


class ReturnChoice(Protocol):
    def choose(self, order_id: UUID, /, *, on: bool) -> Changes: ...


class OrderAsks(Protocol):
    """app.routing.Routing."""

    @property
    def show_order(self) -> Callable[[UUID], ShownOrder]: ...
    @property
    def reroute(self) -> Reroute: ...
    @property
    def correct(self) -> Correct: ...
    @property
    def find_points(self) -> FindPoints: ...
    @property
    def preflight(self) -> Preflight: ...
    @property
    def returns(self) -> ReturnChoice: ...
