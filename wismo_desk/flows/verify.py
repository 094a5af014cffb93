"""The packing bench: what each scan, key and answer does to the order in hand.

Runs on the STATION lane only, one call at a time. Every tick is on disk before it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from wismo_desk.domain.bench_view import BenchView, Cue, LineView, Problem, ProblemView
from wismo_desk.domain.commands import Command
from wismo_desk.domain.fact import Changes, Fact, FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.order import Check, Order, OrderLine, OrderState
from wismo_desk.domain.packing import Gate, Packing, find_line, line_view, product_view, resume, tick, undo
from wismo_desk.domain.reading import Reading, ReadKind, read
from wismo_desk.errors import DeskError, StoreProblem
from wismo_desk.flows.bench_state import BenchState, Step
from wismo_desk.flows.close_parcel import CloseParcel
from wismo_desk.flows.departures import Idle
from wismo_desk.flows.hand_over import HandOver
from wismo_desk.flows.load_up import LoadUp
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.print_label import Printed
from wismo_desk.flows.ship import Shipped
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

WEIGH_FIRST: Final = "Weigh the parcel first: put it on the scale and press OK, or type its weight."


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchRules:
    """What the supervisor chose for this bench."""

    gate: Gate = Gate.BLOCK
    require_label_scan: bool = False
    substitutes: Mapping[str, str] = field(default_factory=dict)


class Verify:
    """One bench. `scan`, `act` and `typed` come from people; `shipped`, `printed` and `voided` bring answers
    home from the other lanes."""

    def __init__(
        self,
        *,
        store: Store,
        pen: Pen,
        rules: Callable[[], BenchRules],
        close: CloseParcel,
        hand_over: HandOver,
        load_up: LoadUp,
        truck: Callable[[str], datetime | None],
        names: Callable[[str, str], tuple[str, str]],
    ) -> None:
        self._store = store
        self._pen = pen
        self._rules = rules
        self._close = close
        self._hand_over = hand_over
        self._load_up = load_up
        self._truck = truck
        self._names = names
        self._state = BenchState(station=pen.station)

    # From people

    def scan(self, code: str) -> Step:
        """One whole scan, whatever the bench is showing. Never raises for the world's faults."""
        reading = read(code, substitutes=self._rules().substitutes)
        command = Command(reading.key) if reading.kind is ReadKind.COMMAND else None
        return self._guard(lambda: self.act(command) if command else self._scanned(reading))

    def act(self, command: Command) -> Step:
        return self._guard(lambda: self._act(command))

    def typed(self, text: str) -> Step:
        """An order number or a weight in grams, typed by a person with the entry key."""
        return self._guard(lambda: self._typed(text.strip()))

    def wake(self, idle: Idle) -> Step:
        """At start: take up again the order that was in hand when the program stopped."""
        self._state.idle = idle
        self._state.paused = self._paused()
        rows = self._store.read.orders(states=(OrderState.IN_HAND,), station=self._pen.station)
        if rows and self._state.packing is None:
            facts = self._store.read.order_facts
            latest = max(rows, key=lambda row: max(fact.fact_id.hex for fact in facts(row.order_id)))
            return self._guard(lambda: self._open(latest.order_id, resumed=True))
        return Step(view=self.view())

    def rest(self, idle: Idle) -> Step:
        """Fresh figures for the idle page."""
        self._state.idle = idle
        return Step(view=self.view())

    def view(self, cue: Cue = Cue.SILENT) -> BenchView:
        weight = None
        if self._state.packing is not None:
            weight = self._state.typed_weight_g or self._close.weight(self._state.packing)
        return self._state.view(cue, weight_g=weight)

    # Answers from the other lanes

    def shipped(self, shipped: Shipped) -> Step:
        return self._guard(lambda: self._hand_over.shipped(self._state, shipped, self.view))

    def printed(self, printed: Printed) -> Step:
        return self._guard(lambda: self._hand_over.printed(self._state, printed, self.view))

    def voided(self, changes: Changes) -> Step:
        state = self._state
        state.label, state.job = None, None
        if state.packing is not None and state.packing.complete:
            state.packing = None
        state.say("The label is void. Scan the order to ship it again.")
        return Step(view=self.view(Cue.ATTENTION), changes=changes)

    def failed(self, error: DeskError) -> Step:
        """An answer that could not be worked with; the bench says it and holds."""
        return self._hold(Problem.LABEL_REFUSED, error)

    # Scans by mode

    def _scanned(self, reading: Reading) -> Step:
        state = self._state
        state.warned = False
        state.say()
        if state.problem is not None:
            return self._refuse_held(reading)
        if state.manifest is not None:
            return self._load_up.scan(state, reading.code, self.view)
        named = self._store.read.named(reading.keys)
        if state.packing is not None and not (state.label is not None and state.packing.complete):
            hit = find_line(state.packing, reading.keys)
            if hit is not None and state.weighing:
                state.say(WEIGH_FIRST)
                return Step(view=self.view(Cue.ATTENTION))
            if hit is not None and not (state.packing.finished and state.packing.missing(hit[0])):
                return self._item(reading, *hit)
        parcels = [key for what, key in named if what == "parcel"]
        if parcels:
            return self._hand_over.label_scanned(state, [UUID(key) for key in parcels], self.view)
        orders = [key for what, key in named if what == "order"]
        if orders:
            return self._order_scanned(UUID(orders[0]))
        return self._stranger(reading, [key for what, key in named if what == "product"])

    def _refuse_held(self, reading: Reading) -> Step:
        """Nothing scanned while held is applied later: it is counted, kept on record, and asked for again."""
        problem = self._state.problem
        assert problem is not None
        self._state.problem = replace(problem, held_scans=problem.held_scans + 1)
        changes = self._commit(self._fact(FactKind.SCAN_REFUSED, code=reading.code[:80], problem="held"))
        return Step(view=self.view(Cue.WRONG), changes=changes)

    def _order_scanned(self, order_id: UUID) -> Step:
        state = self._state
        if state.packing is not None and state.packing.order.order_id == order_id:
            if state.packing.complete and state.packing.contents and not state.weighing:
                return self._close_parcel(last=True)
            return Step(view=self.view(Cue.OK))
        unlabelled = self._label_first()
        if unlabelled is not None:
            return unlabelled
        if state.packing is not None and (state.packing.contents or not state.packing.complete):
            return self._hold(
                Problem.FINISH_FIRST,
                DeskError(
                    "Order {order} is still open. Finish it, or pause it, before you scan another one.",
                    order=state.packing.order.number,
                ),
            )
        return self._open(order_id)

    def _label_first(self) -> Step | None:
        """Held, where the station requires it, until the printed label was scanned on its parcel."""
        label = self._state.label
        if label is None or not self._rules().require_label_scan:
            return None
        first = "Scan the label of parcel {number} on its parcel first."
        return self._hold(Problem.FINISH_FIRST, DeskError(first, number=label.tracking_number))

    def _open(self, order_id: UUID, *, resumed: bool = False) -> Step:
        order = self._store.read.order(order_id)
        carrier, service, order_state, station = self._store.read.routed(order_id)
        if order is None:
            return self._hold(Problem.ORDER_UNKNOWN, DeskError("This order is not known here."))
        refused = self._not_open(order, order_state, station)
        if refused is not None:
            return refused
        state = self._state
        products = self._store.read.products([line.sku for line in order.lines])
        state.packing = resume(order, products, self._store.read.order_facts(order_id))
        state.label, state.job, state.problem, state.weighing = None, None, None, False
        state.typed_weight_g = None
        state.carrier, state.service = self._names(carrier, service)
        state.leaves_at = self._truck(carrier)
        state.paused = tuple(number for number in state.paused if number != order.number)
        if resumed:
            return Step(view=self.view(Cue.OK))
        closed = order_state is OrderState.PACKED or (state.packing.complete and not state.packing.contents)
        if closed or self._close.owed(state.packing):
            return self._close.unlabelled(state, self.view)
        changes = self._commit(self._fact(FactKind.ORDER_IN_HAND, order=order))
        if not state.packing.complete:
            return Step(view=self.view(Cue.OK), changes=changes)
        step = self._close_parcel(last=True)  # everything is in: only its weight or its label was missing
        return replace(step, changes=step.changes | changes)

    def _not_open(self, order: Order, order_state: OrderState, station: str) -> Step | None:
        if order_state is OrderState.IN_HAND and station not in ("", self._pen.station):
            elsewhere = DeskError(
                "Order {order} is in hand at {station}. Scan another one.",
                order=order.number,
                station=station,
            )
            return self._hold(Problem.ORDER_ELSEWHERE, elsewhere)
        if order_state is OrderState.SHIPPED:
            done = DeskError(
                "Order {order} is shipped already. To print its label again, open it in the grid.",
                order=order.number,
            )
            return self._hold(Problem.ORDER_DONE, done)
        if order_state is OrderState.CANCELLED:
            cancelled = DeskError("Order {order} is cancelled: put its items back.", order=order.number)
            return self._hold(Problem.ORDER_DONE, cancelled)
        if order.number in self._state.buying:
            asked = DeskError("The label of order {order} is on its way. One moment.", order=order.number)
            return self._hold(Problem.FINISH_FIRST, asked)
        return None

    # Items

    def _item(self, reading: Reading, line: OrderLine, pieces: int) -> Step:
        packing = self._state.packing
        assert packing is not None
        unlabelled = self._label_first()
        if unlabelled is not None:
            return unlabelled
        self._state.label, self._state.job = None, None  # the next parcel of the same order begins
        missing = packing.missing(line)
        if missing < pieces:
            view = line_view(packing, line)
            error = DeskError(
                "{name}: {wanted} wanted, and they are all there.", name=view.name, wanted=line.quantity
            )
            if missing:
                error = DeskError(
                    "{name}: this code stands for {pieces} pieces, and {missing} are wanted.",
                    name=view.name,
                    pieces=pieces,
                    missing=missing,
                )
            return self._wrong(reading, Problem.TOO_MANY, error, scanned=view)
        return self._tick(line, pieces, reading.code, how="scan")

    def _tick(self, line: OrderLine, pieces: int, code: str, *, how: str) -> Step:
        """The last piece closes the parcel: tick, contents and the intent to buy are one commit."""
        state = self._state
        assert state.packing is not None
        fact = self._fact(
            FactKind.ITEM_SCANNED,
            order=state.packing.order,
            line=str(line.line_id),
            pieces=pieces,
            code=code,
            how=how,
        )
        after = tick(state.packing, line.line_id, pieces)
        if after.complete:
            return self._close_parcel(last=True, ticked=(after, fact))
        changes = self._commit(fact)
        state.packing = after
        return Step(view=self.view(Cue.OK), changes=changes)

    def _close_parcel(self, *, last: bool, ticked: tuple[Packing, Fact] | None = None) -> Step:
        return self._close(self._state, last=last, ticked=ticked, view=self.view)

    def _stranger(self, reading: Reading, skus: list[str]) -> Step:
        """A code that is neither in this order, nor a parcel, nor an order."""
        packing = self._state.packing
        product = self._store.read.product_of(reading.keys) if skus else None
        if packing is None or packing.finished or self._state.label is not None:
            said = "No order has the code {code}. Scan the pick slip, or bring the order in first."
            if product is not None:
                said = "{code} is an item. Scan an order first."
            return self._hold(
                Problem.ORDER_UNKNOWN, DeskError(said, code=reading.code[:60], raw=reading.code[:60])
            )
        scanned = product_view(product, reading.code) if product else None
        if product is None:
            error = DeskError(
                "Nothing here has the code {code}.", code=reading.code[:60], raw=reading.code[:60]
            )
            return self._wrong(reading, Problem.UNKNOWN_CODE, error)
        error = DeskError("{name} is not in this order.", name=scanned.name if scanned else product.sku)
        return self._wrong(reading, Problem.WRONG_ITEM, error, scanned=scanned)

    def _wrong(
        self, reading: Reading, problem: Problem, error: DeskError, *, scanned: LineView | None = None
    ) -> Step:
        """Held, warned or only recorded, as the gate says."""
        gate = self._rules().gate
        packing = self._state.packing
        kind = FactKind.SCAN_REFUSED if gate in (Gate.BLOCK, Gate.WARN) else FactKind.GATE_SHADOWED
        order = packing.order if packing else None
        changes = Changes()
        if gate is not Gate.OFF:
            changes = self._commit(
                self._fact(kind, order=order, code=reading.code[:80], problem=problem.value)
            )
        if gate is Gate.BLOCK:
            expected = None
            if packing is not None and packing.current >= 0:
                expected = line_view(packing, packing.order.lines[packing.current])
            step = self._hold(problem, error, expected=expected, scanned=scanned, partial=True)
            return replace(step, changes=changes)
        self._state.say(error.sentence, **error.values)
        if gate is Gate.WARN:
            self._state.warned = True
            return Step(view=self.view(Cue.WRONG), changes=changes)
        return Step(view=self.view(Cue.OK), changes=changes)

    # Commands and keys

    def _act(self, command: Command) -> Step:
        state = self._state
        state.warned = False
        if state.problem is not None:
            return self._act_on_problem(command, state.problem)
        if state.manifest is not None:
            return self._load_up.act(state, command, self.view)
        if command.carton and state.packing is not None:
            state.packing = replace(state.packing, carton=str(command.carton))
            return Step(view=self.view(Cue.OK))
        if command is Command.MANIFEST and state.packing is None:
            return self._load_up.begin(state, self.view)
        if state.label is not None and command in (Command.REPRINT, Command.VOID):
            return self._hand_over.act(state, command, self.view)
        acts = {
            Command.OK: self._confirm,
            Command.UNDO: self._undo,
            Command.PAUSE: self._pause,
            Command.NEXT: self._pause,
            Command.BACK: self._pause,
            Command.NEXT_PARCEL: self._next_parcel,
            Command.PARTIAL: self._ask_partial,
        }
        act = acts.get(command)
        if act is None or state.packing is None:
            if state.label is not None and command in (Command.OK, Command.NEXT, Command.BACK):
                return self._leave_label()
            return Step(view=self.view())
        return act()

    def _act_on_problem(self, command: Command, problem: ProblemView) -> Step:
        state = self._state
        if command in (Command.OK, Command.BACK):
            state.problem = None
            return Step(view=self.view(Cue.OK))
        if command is Command.PARTIAL and problem.can_finish_partial:
            state.problem = None
            if problem.kind is Problem.SHORT:
                return self._close_parcel(last=True)
            return self._ask_partial()
        if command is Command.REPRINT and problem.can_retry:
            state.problem = None
            return self._hand_over.retry(state, problem, self.view)
        return Step(view=self.view(Cue.WRONG))

    def _confirm(self) -> Step:
        """OK: an item without barcode, the weight, or the whole order where the gate is off."""
        state = self._state
        packing = state.packing
        assert packing is not None
        if state.weighing:
            return self._close_parcel(last=state.closing_last)
        if state.label is not None:
            return self._leave_label()
        if packing.complete:
            return self._close_parcel(last=True) if packing.contents else Step(view=self.view())
        line = packing.order.lines[packing.current]
        product = packing.products.get(line.sku)
        if product is not None and product.check is not Check.SCAN:
            return self._tick(line, packing.missing(line), "", how="key")
        if self._rules().gate in (Gate.OFF, Gate.SHADOW):
            return self._close.unverified(state, self.view)
        return Step(view=self.view())

    def _leave_label(self) -> Step:
        """The next order may come without the label's scan, unless the station requires it."""
        state = self._state
        if state.label is not None and self._rules().require_label_scan:
            return Step(view=self.view(Cue.ATTENTION))
        if state.packing is not None and state.packing.complete:
            state.packing = None
        state.label, state.job = None, None
        return Step(view=self.view())

    def _undo(self) -> Step:
        state = self._state
        assert state.packing is not None
        after, taken = undo(state.packing)
        if taken is None:
            return Step(view=self.view())
        fact = self._fact(FactKind.ITEM_UNDONE, order=after.order, line=str(taken[0]), pieces=taken[1])
        changes = self._commit(fact)
        state.packing, state.weighing = after, False
        return Step(view=self.view(Cue.ATTENTION), changes=changes)

    def _pause(self) -> Step:
        """Sets the order aside; scanning it again goes on where it stopped."""
        state = self._state
        assert state.packing is not None
        if state.weighing:
            state.weighing = False
            return Step(view=self.view())
        if state.packing.complete and not state.packing.contents:
            return self._leave_label()
        order = state.packing.order
        changes = self._commit(self._fact(FactKind.ORDER_PAUSED, order=order))
        state.packing, state.label, state.job = None, None, None
        state.paused = tuple(dict.fromkeys((*state.paused, order.number)))
        return Step(view=self.view(Cue.ATTENTION), changes=changes)

    def _next_parcel(self) -> Step:
        packing = self._state.packing
        assert packing is not None
        if not packing.contents or packing.complete:
            self._state.say("The open parcel is empty: scan an item into it first.")
            return Step(view=self.view(Cue.ATTENTION))
        return self._close_parcel(last=False)

    def _ask_partial(self) -> Step:
        packing = self._state.packing
        if packing is None or packing.complete:
            return Step(view=self.view())
        missing = sum(packing.missing(line) for line in packing.order.lines)
        if not packing.contents:
            self._state.problem = None
            self._state.say("Nothing is packed yet: pause the order instead.")
            return Step(view=self.view(Cue.ATTENTION))
        error = DeskError(
            "Pieces missing: {missing}. Ship the rest and note what is missing?", missing=missing
        )
        expected = line_view(packing, packing.order.lines[packing.current])
        return self._hold(Problem.SHORT, error, expected=expected, partial=True, cue=Cue.ATTENTION)

    def _typed(self, text: str) -> Step:
        state = self._state
        if state.weighing and text.isdigit():
            if not 0 < int(text) < 1_000_000:
                state.say(WEIGH_FIRST)
                return Step(view=self.view(Cue.ATTENTION))
            state.typed_weight_g = int(text)
            return self._close_parcel(last=state.closing_last)
        if not text or state.problem is not None:
            return Step(view=self.view())
        return self._scanned(read(text))

    # Common

    def _hold(
        self,
        problem: Problem,
        error: DeskError,
        *,
        expected: LineView | None = None,
        scanned: LineView | None = None,
        partial: bool = False,
        cue: Cue = Cue.WRONG,
    ) -> Step:
        self._state.problem = ProblemView(
            kind=problem,
            sentence=error.sentence,
            values=tuple(error.values.items()),
            raw=error.raw,
            expected=expected,
            scanned=scanned,
            can_finish_partial=partial,
        )
        return Step(view=self.view(cue))

    def _guard(self, work: Callable[[], Step]) -> Step:
        """A journal that cannot write takes nothing in: the bench says so and keeps what it had."""
        try:
            return work()
        except StoreProblem as error:
            return self._hold(Problem.STORAGE, error)
        except DeskError as error:
            return self._hold(Problem.LABEL_REFUSED, error)

    def _fact(self, kind: FactKind, *, order: Order | None = None, **data: Any) -> Fact:
        if order is None:
            return self._pen.fact(kind, **data)
        shipment = shipment_id(order.order_id)
        return self._pen.fact(kind, order_id=order.order_id, shipment_id=shipment, **data)

    def _commit(self, *facts: Fact) -> Changes:
        return self._store.commit(Entry(at=self._pen.clock(), facts=facts))

    def _paused(self) -> tuple[str, ...]:
        rows = self._store.read.orders(states=(OrderState.PAUSED,), station=self._pen.station, limit=20)
        return tuple(row.number for row in rows)
