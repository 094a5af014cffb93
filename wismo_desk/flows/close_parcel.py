"""Closes the open parcel: its last tick, its contents and the intent to buy its label are one commit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from wismo_desk.domain.bench_view import BenchView, Cue
from wismo_desk.domain.effect import Move
from wismo_desk.domain.fact import Changes, Fact, FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.order import Order
from wismo_desk.domain.packing import Packing, close_parcel, resume, tick
from wismo_desk.errors import DeskError, Refused, StoreProblem
from wismo_desk.flows.bench_state import BenchState, Step
from wismo_desk.flows.buy_ahead import BuyAhead
from wismo_desk.flows.label_by_file import LabelByFile
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.prepare import Purchase
from wismo_desk.flows.ship import Ship
from wismo_desk.flows.together import LATER, Closed, Together, owed_rows
from wismo_desk.settings.cartons import Carton
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

Show = Callable[[Cue], BenchView]


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseParcel:
    """`scale` gives stable grams or None. `weigh` says whether a label needs a weight at this station."""

    store: Store
    pen: Pen
    ship: Ship
    scale: Callable[[], int | None]
    weigh: Callable[[], bool]
    by_file: LabelByFile
    ahead: BuyAhead
    together: Together
    carton: Callable[[str], Carton | None] = lambda _chosen: None

    def __call__(
        self, state: BenchState, *, last: bool, ticked: tuple[Packing, Fact] | None, view: Show
    ) -> Step:
        packing = ticked[0] if ticked else state.packing
        assert packing is not None
        facts = (ticked[1],) if ticked else ()
        weight = state.typed_weight_g or self.weight(packing)
        if weight is None and self.weigh():
            return self._ask_weight(state, packing, facts, last, view)
        if self.by_file.serves(packing.order.order_id):
            return self._close_by_file(state, packing, facts, weight or 0, last, view)
        parcel = (packing.parcels + 1, weight or 0, last)
        whole = (
            last and not packing.parcels and not any(packing.missing(line) for line in packing.order.lines)
        )
        later = not last and self._may_wait(packing, weight or 0)
        closed = (*facts, self._closed(packing, weight or 0, last, later=later))
        try:
            if later:
                step = self._put_by(state, packing, closed, view)
            else:
                step = self._labelled(
                    state, packing.order, parcel, view, whole=whole, facts=closed, carton=packing.carton
                )
        except StoreProblem:
            raise
        except DeskError:
            self._commit(facts)  # the pieces are in the box, whatever becomes of the label
            state.packing = packing
            raise
        state.packing = close_parcel(packing, last=last)
        state.weighing, state.typed_weight_g = False, None
        return replace(step, view=view(step.view.cue))

    def _labelled(
        self,
        state: BenchState,
        order: Order,
        parcel: tuple[int, int, bool],
        view: Show,
        *,
        whole: bool,
        facts: tuple[Fact, ...] = (),
        carton: str = "",
    ) -> Step:
        """The label of one parcel (its number, grams, and whether it is the last): the one that lies here, the one
        that is on its way, or a new one. `facts` go into the same commit."""
        parcel_no, weight_g, last = parcel
        found = self.ahead.at_close(order, parcel_no=parcel_no, weight_g=weight_g, whole=whole)
        if found.use is not None:
            shipped = self.ahead.use(found.use, order, facts)
            state.locked_g = weight_g or None
            return Step(view=view(Cue.OK), bought=shipped)
        if found.coming is not None:
            changes = self._commit(facts)
            return replace(self._buy(state, found.coming, changes, view), purchase=None)
        if found.moves:  # first: the new label is another issue
            self._move(found.moves)
        box = self.carton(carton)
        # What the shop says of the parcel holds where it is the only one, and nobody chose another box.
        size_mm = box.size_mm if box else order.size_mm if whole else None
        purchase = self.ship.prepare(
            order, parcel_no=parcel_no, weight_g=weight_g, last=last, size_mm=size_mm
        )
        if not whole:
            purchase = self.together.joined(order, purchase, lambda: self._others(order, parcel_no))
        effects, moves = self.ship.entry(purchase)
        entry = Entry(at=self.pen.clock(), facts=facts, effects=effects, moves=moves)
        return self._buy(state, purchase, self.store.commit(entry), view)

    def _may_wait(self, packing: Packing, weight_g: int) -> bool:
        """Whether the label of the open parcel may come with that of the last one."""
        if not self.together.on():
            return False
        box = self.carton(packing.carton)
        number = packing.parcels + 1
        parcel = Closed(parcel_no=number, weight_g=weight_g, last=False, size_mm=box.size_mm if box else None)
        if not self.together.may_wait(packing.order, parcel, len(self.waiting(packing.order))):
            return False
        ahead = self.ahead.at_close(packing.order, parcel_no=number, weight_g=weight_g, whole=False)
        return ahead.coming is None

    def _put_by(self, state: BenchState, packing: Packing, facts: tuple[Fact, ...], view: Show) -> Step:
        """Closed without a label. What was bought ahead for it alone is given back."""
        number = packing.parcels + 1
        found = self.ahead.at_close(packing.order, parcel_no=number, weight_g=0, whole=False)
        if found.moves:
            self._move(found.moves)
        changes = self._commit(facts)
        state.say("Parcel {parcel} is closed: its label comes with that of the last one.", parcel=number)
        return Step(view=view(Cue.OK), changes=changes)

    def labels_now(self, state: BenchState, view: Show) -> Step | None:
        """The labels of the parcels that wait for the last one, which is not to come yet. None: none waits."""
        packing = state.packing
        assert packing is not None
        rows = self.waiting(packing.order)
        if not rows:
            return None
        first = rows[0]
        parcel = (first.parcel_no, first.weight_g, first.last)
        carton = str(self._as_closed(packing.order, first.parcel_no)["carton"])
        return self._labelled(state, packing.order, parcel, view, whole=False, carton=carton)

    def waiting(self, order: Order) -> list[Closed]:
        """Closed parcels whose label comes with that of the last one."""
        return [row for row in self._others(order, 0) if row.later]

    def _others(self, order: Order, parcel_no: int) -> list[Closed]:
        """The other closed parcels that never had a label, to be asked for in the same call."""
        rows = owed_rows(self.store, order.order_id)
        worn = {parcel.parcel_no for parcel in self.store.read.parcels(order_id=order.order_id)}
        return [
            replace(row, size_mm=self._box(order, row.parcel_no))
            for row in rows
            if row.parcel_no != parcel_no and row.parcel_no not in worn
        ]

    def _box(self, order: Order, parcel_no: int) -> tuple[int, int, int] | None:
        box = self.carton(str(self._as_closed(order, parcel_no)["carton"]))
        return box.size_mm if box else None

    def weight(self, packing: Packing) -> int | None:
        """What lies on the scale, else the sum of the product table and the empty carton, in grams."""
        weighed = self.scale()
        if weighed or packing.weight_g is None:
            return weighed
        box = self.carton(packing.carton)
        return packing.weight_g + (box.tare_g if box else 0)

    def unverified(self, state: BenchState, view: Show) -> Step:
        """Gate off or shadow: everything still missing is taken as packed, and the record says so."""
        packing = state.packing
        assert packing is not None
        facts = []
        for line in packing.order.lines:
            missing = packing.missing(line)
            if missing:
                said: dict[str, Any] = {"line": str(line.line_id), "pieces": missing, "code": ""}
                facts.append(self._fact(packing, FactKind.ITEM_SCANNED, **said, how="gate"))
                packing = tick(packing, line.line_id, missing)
        changes = self._commit(tuple(facts))
        state.packing = packing
        step = self(state, last=True, ticked=None, view=view)
        return replace(step, changes=step.changes | changes)

    def unlabelled(self, state: BenchState, view: Show) -> Step:
        """An order whose parcels are closed, opened again: buy the label that is still owed."""
        packing = state.packing
        assert packing is not None
        state.relabel = False
        owed = self.owed(packing)
        if not owed:
            number = packing.order.number
            state.packing = None
            raise Refused(
                "The label of order {order} is on its way or its outcome is unknown. Look in the tray.",
                order=number,
            )
        if self.by_file.serves(packing.order.order_id):
            self._set_aside(state, packing.order.order_id, last=True)
            return Step(view=view(Cue.ATTENTION))
        return self._labelled(
            state, packing.order, owed[0], view, **self._as_closed(packing.order, owed[0][0])
        )

    def late(self, state: BenchState, order: Order, view: Show) -> Step | None:
        """What was being bought ahead has come, or has not: the label of the parcel that was closed meanwhile. None:
        no parcel waits for it."""
        owed = self.owed(resume(order, {}, self.store.read.order_facts(order.order_id)))
        if not owed:
            return None
        return self._labelled(state, order, owed[0], view, **self._as_closed(order, owed[0][0]))

    def _as_closed(self, order: Order, parcel_no: int) -> dict[str, Any]:
        """Whether all that was ordered lies in this one closed parcel, and its carton."""
        facts = self.store.read.order_facts(order.order_id)
        closed = [fact.data for fact in facts if fact.kind is FactKind.PARCEL_CLOSED]
        whole = len(closed) == 1 and bool(closed[0]["last"]) and not closed[0]["missing"]
        cartons = [str(data["carton"]) for data in closed if data["parcel_no"] == parcel_no]
        return {"whole": whole, "carton": cartons[-1] if cartons else ""}

    def owed(self, packing: Packing) -> list[tuple[int, int, bool]]:
        """(parcel_no, weight_g, last) of closed parcels without a live label and without an open question. Those whose
        label comes with the last parcel's are owed once that is closed."""
        rows = owed_rows(self.store, packing.order.order_id)
        finished = any(row.last for row in rows) or packing.finished
        return [(row.parcel_no, row.weight_g, row.last) for row in rows if finished or not row.later]

    def was_voided(self, packing: Packing, parcel_no: int) -> bool:
        """Whether this parcel wore a label before."""
        parcels = self.store.read.parcels(order_id=packing.order.order_id)
        return any(parcel.parcel_no == parcel_no for parcel in parcels)

    def _close_by_file(
        self,
        state: BenchState,
        packing: Packing,
        facts: tuple[Fact, ...],
        weight_g: int,
        last: bool,
        view: Show,
    ) -> Step:
        """Nothing is asked of anybody: the label lies here already, or comes with the carrier's next file."""
        order = packing.order
        closed = self._closed(packing, weight_g, last)
        bought = self.by_file.bought(order.order_id, packing.parcels + 1, weight_g=weight_g, last=last)
        changes = self._commit((*facts, closed, *([bought] if bought else [])))
        state.packing = close_parcel(packing, last=last)
        state.weighing, state.typed_weight_g = False, None
        if bought is None:
            self._set_aside(state, order.order_id, last=last)
            return Step(view=view(Cue.ATTENTION), changes=changes)
        state.label, state.job = self.by_file.in_hand(order, bought), None
        if last:
            state.last_order, state.last_closed = order.number, False
        return Step(view=view(Cue.DONE), changes=changes)

    def _set_aside(self, state: BenchState, order_id: UUID, *, last: bool) -> None:
        state.say(
            "{carrier} prints this label from a file: set the parcel aside until it is there.",
            carrier=self.by_file.name(order_id),
        )
        if last:
            state.packing = None

    def _buy(self, state: BenchState, purchase: Purchase, changes: Changes, view: Show) -> Step:
        """A carrier takes seconds and painting a label some milliseconds: the sound waits for neither."""
        state.buying[purchase.order.number] = purchase
        state.locked_g = purchase.request.weight_g or None
        return Step(view=view(Cue.OK), changes=changes, purchase=purchase)

    def _ask_weight(
        self, state: BenchState, packing: Packing, facts: tuple[Fact, ...], last: bool, view: Show
    ) -> Step:
        changes = self._commit(facts)
        state.packing = packing
        state.weighing, state.closing_last = True, last
        return Step(view=view(Cue.ATTENTION), changes=changes)

    def _closed(self, packing: Packing, weight_g: int, last: bool, *, later: bool = False) -> Fact:
        missing = {str(line.line_id): packing.missing(line) for line in packing.order.lines}
        return self._fact(
            packing,
            FactKind.PARCEL_CLOSED,
            parcel_no=packing.parcels + 1,
            weight_g=weight_g,
            carton=packing.carton,
            contents={str(key): count for key, count in packing.contents.items()},
            missing={key: count for key, count in missing.items() if count} if last else {},
            last=last,
            **({LATER: True} if later else {}),
        )

    def _fact(self, packing: Packing, kind: FactKind, **data: Any) -> Fact:
        order_id = packing.order.order_id
        return self.pen.fact(kind, order_id=order_id, shipment_id=shipment_id(order_id), **data)

    def _move(self, moves: tuple[Move, ...]) -> None:
        self.store.commit(Entry(at=self.pen.clock(), moves=moves))

    def _commit(self, facts: tuple[Fact, ...]) -> Changes:
        return self.store.commit(Entry(at=self.pen.clock(), facts=facts)) if facts else Changes()
