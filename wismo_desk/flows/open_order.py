"""An order is scanned: it comes into hand, goes on where it was left, or says why it cannot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from wismo_desk.domain.bench_view import BenchView, Cue, Problem
from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.domain.order import Order, OrderState
from wismo_desk.domain.packing import Packing, resume
from wismo_desk.errors import DeskError
from wismo_desk.flows.bench_rules import BenchRules
from wismo_desk.flows.bench_state import BenchState, Step
from wismo_desk.flows.close_parcel import CloseParcel
from wismo_desk.flows.record import Record

Show = Callable[[Cue], BenchView]
_SEVERAL: Final = (
    "Several orders that wait have the number {number}: {orders}. Press Enter, then type / and the code of the one you "
    "mean."
)
_LINES: Final = 3  # of each order, to tell it by
_OPEN: Final = (OrderState.WAITING, OrderState.IN_HAND, OrderState.PAUSED, OrderState.PACKED)
_VOIDED: Final = "The label of parcel {number} was voided. Scan the order again, or OK, for a new one."


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOrder:
    """`is_free`: nobody holds the order any more, though its facts say that another station has it in hand."""

    record: Record
    rules: Callable[[], BenchRules]
    close: CloseParcel
    truck: Callable[[str], datetime | None]
    names: Callable[[str, str], tuple[str, str]]
    is_free: Callable[[UUID], bool] = lambda _order: False

    def __call__(self, state: BenchState, order_id: UUID, view: Show) -> Step:
        packing = state.packing
        if packing is not None and packing.order.order_id == order_id:
            if state.relabel:
                return self.close.unlabelled(state, view)
            if packing.complete and packing.contents and not state.weighing:
                return self.close(state, last=True, ticked=None, view=view)
            return Step(view=view(Cue.OK))
        if self.rules().label_first(state):
            return Step(view=view(Cue.WRONG))
        if packing is not None and (packing.contents or not packing.complete):
            state.hold(
                Problem.FINISH_FIRST,
                DeskError(
                    "Order {order} is still open. Finish it, or pause it, before you scan another one.",
                    order=packing.order.number,
                ),
            )
            return Step(view=view(Cue.WRONG))
        return self._open(state, order_id, view)

    def among(
        self, state: BenchState, orders: Sequence[UUID], view: Show, *, code: str, typed: bool = False
    ) -> Step:
        """Of several orders with one number: the one in hand, else the only one that is not shipped yet. When several
        wait, the bench asks. What a person typed is taken for the shop's own code first."""
        if len(orders) == 1:
            return self(state, orders[0], view)
        packing, read = state.packing, self.record.store.read
        if packing is not None and packing.order.order_id in orders:
            return self(state, packing.order.order_id, view)
        waiting = [order for order in orders if read.routed(order)[2] in _OPEN]
        if len(waiting) < 2:
            return self(state, (waiting or orders)[0], view)
        found = [order for key in waiting if (order := read.order(key)) is not None]
        meant = [order.order_id for order in found if typed and order.source_ref == code]
        if meant:
            return self(state, meant[0], view)
        told = " · ".join(sorted(_known_by(order) for order in found))
        state.hold(Problem.ORDER_TWICE, DeskError(_SEVERAL, number=code, orders=told, raw=code))
        return Step(view=view(Cue.ATTENTION))

    def again(self, state: BenchState, order_id: UUID, view: Show) -> Step:
        """Take up the order that was in hand when the program stopped. Buys nothing by itself."""
        if not self._take(state, order_id):
            return Step(view=view(Cue.WRONG))
        return Step(view=view(Cue.OK))

    def lost(self, state: BenchState, order_id: UUID, station: str, view: Show) -> Step:
        """Another station had the order first. What was ticked here is taken back; once a parcel is closed it
        stays with this bench, and the second label is found at the fold."""
        packing = state.packing
        if packing is None or packing.order.order_id != order_id or packing.parcels:
            return Step(view=view(Cue.SILENT))
        undone = [
            self.record.fact(FactKind.ITEM_UNDONE, order=packing.order, line=str(line), pieces=pieces)
            for line, pieces in packing.history
        ]
        changes = self.record(*undone)
        state.packing, state.weighing = None, False
        state.hold(Problem.ORDER_ELSEWHERE, _elsewhere(packing.order.number, station))
        return Step(view=view(Cue.WRONG), changes=changes)

    def _open(self, state: BenchState, order_id: UUID, view: Show) -> Step:
        if not self._take(state, order_id):
            return Step(view=view(Cue.WRONG))
        packing = state.packing
        assert packing is not None
        owed = self.close.owed(packing)
        if owed and self.close.was_voided(packing, owed[0][0]):
            return self._ask_relabel(state, packing, owed[0][0], view)
        if owed or (packing.complete and not packing.contents):
            return self.close.unlabelled(state, view)
        changes = self.record(self.record.fact(FactKind.ORDER_IN_HAND, order=packing.order))
        if not packing.complete:
            return Step(view=view(Cue.OK), changes=changes)
        # Everything is in: only its weight or its label was missing.
        step = self.close(state, last=True, ticked=None, view=view)
        return replace(step, changes=step.changes | changes)

    def _ask_relabel(self, state: BenchState, packing: Packing, parcel_no: int, view: Show) -> Step:
        """Somebody voided this label on purpose: a new one is bought on purpose too, never by a first scan."""
        changes = Changes()
        if not packing.complete:
            changes = self.record(self.record.fact(FactKind.ORDER_IN_HAND, order=packing.order))
        state.relabel = True
        state.say(_VOIDED, number=parcel_no)
        return Step(view=view(Cue.ATTENTION), changes=changes)

    def _take(self, state: BenchState, order_id: UUID) -> bool:
        """The order into the state, from its facts; or the reason why not, held."""
        read = self.record.store.read
        order = read.order(order_id)
        carrier, service, stands, station = read.routed(order_id)
        if order is None:
            state.hold(Problem.ORDER_UNKNOWN, DeskError("This order is not known here."))
            return False
        refused = self._not_open(state, order, stands, station)
        if refused is not None:
            state.hold(*refused)
            return False
        products = read.products([line.sku for line in order.lines])
        state.packing = resume(order, products, read.order_facts(order_id))
        state.lay_down()
        state.problem, state.weighing = None, False
        state.typed_weight_g, state.relabel = None, False
        state.carrier, state.service = self.names(carrier, service)
        state.leaves_at = self.truck(carrier)
        state.paused = tuple(number for number in state.paused if number != order.number)
        return True

    def _not_open(
        self, state: BenchState, order: Order, stands: OrderState, station: str
    ) -> tuple[Problem, DeskError] | None:
        number = order.number
        elsewhere = stands is OrderState.IN_HAND and station not in ("", self.record.pen.station)
        if elsewhere and not self.is_free(order.order_id):
            return Problem.ORDER_ELSEWHERE, _elsewhere(number, station)
        if stands is OrderState.SHIPPED:
            done = DeskError(
                "Order {order} is shipped already. To print its label again, open it in the grid.",
                order=number,
            )
            return Problem.ORDER_DONE, done
        if stands is OrderState.CANCELLED:
            return Problem.ORDER_DONE, DeskError(
                "Order {order} is cancelled: put its items back.", order=number
            )
        if number in state.buying:
            return Problem.FINISH_FIRST, DeskError(
                "The label of order {order} is on its way. One moment.", order=number
            )
        return None


def _known_by(order: Order) -> str:
    """What tells an order from its namesake on the packing table: its own code, its town, what is in it."""
    lines = [f"{line.quantity}\u00a0×\u00a0{line.sku}" for line in order.lines[:_LINES]]
    more = " …" if len(order.lines) > _LINES else ""
    place = f"{order.recipient.postcode} {order.recipient.city}".strip()
    return f"{order.source_ref} ({', '.join(filter(None, (place, *lines)))}{more})"


def _elsewhere(number: str, station: str) -> DeskError:
    return DeskError(
        "Order {order} is in hand at {station}. Scan another one.", order=number, station=station
    )
