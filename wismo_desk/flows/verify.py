"""The packing bench: what each scan, key and answer does to the order in hand.

Runs on the STATION lane only, one call at a time. Every tick is on disk before it is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from wismo_desk.domain.amount import is_whole_number
from wismo_desk.domain.bench_view import BenchView, Cue, Problem
from wismo_desk.domain.commands import Command
from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.domain.order import OrderState
from wismo_desk.domain.packing import find_line
from wismo_desk.domain.reading import Reading, ReadKind, read
from wismo_desk.errors import DeskError, OutcomeUnknown, Refused, StoreProblem
from wismo_desk.flows.bench_rules import BenchRules
from wismo_desk.flows.bench_state import BenchState, Step
from wismo_desk.flows.close_parcel import CloseParcel
from wismo_desk.flows.departures import Idle
from wismo_desk.flows.hand_over import HandOver
from wismo_desk.flows.load_up import LoadUp
from wismo_desk.flows.obey import Obey
from wismo_desk.flows.open_order import OpenOrder
from wismo_desk.flows.paint_ahead import PaintAhead, after_last_piece
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.print_label import Printed
from wismo_desk.flows.recall import Recall
from wismo_desk.flows.record import Record
from wismo_desk.flows.return_label import ReturnLabel
from wismo_desk.flows.ship import Shipped
from wismo_desk.flows.tick_item import TickItem
from wismo_desk.store.store import Store

__all__ = ["BenchRules", "Verify"]

WEIGH_FIRST: Final = "Weigh the parcel first: put it on the scale and press OK, or type its weight."
_HEAVIEST: Final = 1_000_000  # grams; what is typed beyond is no weight


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
        returns: ReturnLabel,
        hand_over: HandOver,
        load_up: LoadUp,
        truck: Callable[[str], datetime | None],
        names: Callable[[str, str], tuple[str, str]],
        is_free: Callable[[UUID], bool] = lambda _order: False,
        paint_ahead: PaintAhead | None = None,
    ) -> None:
        self._store = store
        self._paint_ahead = paint_ahead
        self._ahead = close.ahead
        self._returns = returns
        self._looked: UUID | None = None  # the order for which a label was last thought of ahead
        self._rules = rules
        self._close = close
        self._hand_over = hand_over
        self._load_up = load_up
        self._record = record = Record(store=store, pen=pen)
        self._tick_item = TickItem(record=record, rules=rules, close=close)
        self._open_order = OpenOrder(
            record=record, rules=rules, close=close, truck=truck, names=names, is_free=is_free
        )
        self._recall = Recall(store=store, clock=pen.clock, names=names)
        self._obey = Obey(
            record=record,
            rules=rules,
            close=close,
            tick_item=self._tick_item,
            hand_over=hand_over,
            load_up=load_up,
            recall=self._recall,
        )
        self._state = BenchState(station=pen.station)

    # From people

    def scan(self, code: str) -> Step:
        """One whole scan, whatever the bench is showing. Never raises for the world's faults."""
        reading = read(code, substitutes=self._rules().substitutes)
        if reading.kind is ReadKind.COMMAND:
            return self.act(Command(reading.key))
        return self._guard(lambda: self._scanned(reading))

    def act(self, command: Command) -> Step:
        return self._guard(lambda: self._obey(self._state, command, self.view))

    def typed(self, text: str) -> Step:
        """An order number or a weight in grams, typed by a person with the entry key."""
        return self._guard(lambda: self._typed(text.strip()))

    def wake(self, idle: Idle) -> Step:
        """At start: take up again the order that was in hand when the program stopped, and the label."""
        state = self._state
        state.idle = idle
        orders = self._store.read.orders
        paused = orders(states=(OrderState.PAUSED,), station=state.station, limit=20)
        state.paused = tuple(row.number for row in paused)
        if state.packing is not None:
            return Step(view=self.view())
        return self._guard(self._take_up)

    def _take_up(self) -> Step:
        state, read = self._state, self._store.read
        rows = read.orders(states=(OrderState.IN_HAND,), station=state.station)
        cue = Cue.SILENT
        if rows:
            latest = max(
                rows, key=lambda row: max(fact.fact_id.hex for fact in read.order_facts(row.order_id))
            )
            cue = self._open_order.again(state, latest.order_id, self.view).view.cue
        self._recall.wake(state)
        return Step(view=self.view(cue))

    def rest(self, idle: Idle) -> Step:
        """Fresh figures for the idle page."""
        self._state.idle = idle
        return self._guard(lambda: Step(view=self.view(), purchase=self._ahead.next(self.in_hand)))

    def view(self, cue: Cue = Cue.SILENT) -> BenchView:
        weight = None
        if self._state.packing is not None:
            weight = self._state.typed_weight_g or self._close.weight(self._state.packing)
        return self._state.view(cue, weight_g=weight)

    # Answers from the other lanes

    def shipped(self, shipped: Shipped) -> Step:
        return self._guard(lambda: self._shipped(shipped))

    def _shipped(self, shipped: Shipped) -> Step:
        """What was bought ahead is shown only when somebody waits for it."""
        state, order = self._state, shipped.purchase.order
        if shipped.purchase.is_return:
            return self._boxed(shipped)
        if not shipped.purchase.ahead:
            return self._with_return(self._hand_over.shipped(state, shipped, self.view), shipped)
        waited = state.buying.pop(order.number, None) is not None
        if waited and shipped.in_doubt:
            return self._hand_over.shipped(state, shipped, self.view)
        step = self._close.late(state, order, self.view) if waited else None
        if step is None:
            # A carrier that is away is not asked for the next one at once.
            more = None if shipped.error else self._ahead.next(self.in_hand)
            step = Step(view=self.view(), purchase=more)
        return replace(step, changes=step.changes | shipped.changes)

    def _with_return(self, step: Step, shipped: Shipped) -> Step:
        """The parcel has its label: the one for the way back is asked for, if one belongs into the box."""
        if shipped.label is None or shipped.job is None:
            return step
        try:
            return replace(step, purchase=self._returns.next(shipped.last))
        except Refused as error:
            self._state.say(error.sentence, **error.values)
            return replace(step, view=self.view(step.view.cue))

    def _boxed(self, shipped: Shipped) -> Step:
        """The way back is bought, or is not: the parcel may go without it."""
        state, order = self._state, shipped.purchase.order
        if shipped.label is not None:
            number = shipped.label.tracking_number
            state.say(
                "Put the return label {number} into the box of order {order}.",
                number=number,
                order=order.number,
            )
            return Step(view=self.view(Cue.SILENT), changes=shipped.changes, job=shipped.job)
        sentence = "No return label came for order {order}: it goes without one, or void its label and ship it again."
        if shipped.in_doubt:
            sentence = (
                "It is not known whether the return label of order {order} was bought. Look in the tray."
            )
        state.say(sentence, order=order.number)
        return Step(view=self.view(Cue.ATTENTION), changes=shipped.changes)

    def printed(self, printed: Printed) -> Step:
        return self._guard(lambda: self._hand_over.printed(self._state, printed, self.view))

    def voided(self, changes: Changes) -> Step:
        state = self._state
        if not state.next_label():
            state.label, state.job = None, None
            if state.packing is not None and state.packing.complete:
                state.packing = None
        state.say("The label is void. Scan the order twice to ship it again.")
        return Step(view=self.view(Cue.ATTENTION), changes=changes)

    @property
    def in_hand(self) -> UUID | None:
        """The order on the bench."""
        packing = self._state.packing
        return packing.order.order_id if packing else None

    def nearly(self) -> Callable[[], object] | None:
        """What may be prepared, on any lane, for a scan that closes the parcel; None when the next one does not."""
        state, packing, paint = self._state, self._state.packing, self._paint_ahead
        if packing is None or paint is None or state.label is not None or state.problem is not None:
            return None
        after = after_last_piece(packing)
        weight_g = state.typed_weight_g or (after.weight_g if after else None)
        if after is None or weight_g is None:
            return None
        return partial(paint, packing.order, parcel_no=packing.parcels + 1, weight_g=weight_g)

    def seen(self, order_id: UUID) -> frozenset[UUID]:
        """The facts of an order that this bench works from."""
        return frozenset(fact.fact_id for fact in self._store.read.order_facts(order_id))

    def lost(self, order_id: UUID, station: str) -> Step:
        """Another station had this order first."""
        return self._guard(lambda: self._open_order.lost(self._state, order_id, station, self.view))

    def failed(self, error: DeskError) -> Step:
        """The label was not voided, or nobody knows; the bench says it and holds."""
        doubt = isinstance(error, OutcomeUnknown)
        self._state.hold(Problem.IN_DOUBT if doubt else Problem.REFUSED, error)
        return Step(view=self.view(Cue.WRONG))

    def unreadable(self, error: StoreProblem) -> Step:
        """This desk's files do not answer: no figure on the screen may pretend they do."""
        self._state.hold(Problem.STORAGE, error)
        return Step(view=self.view(Cue.WRONG))

    # What was scanned or typed

    def _scanned(self, reading: Reading, *, typed: bool = False) -> Step:
        state = self._state
        state.warned = False
        state.say()
        if state.problem is not None:
            return self._refuse_held(reading)
        if state.manifest is not None:
            return self._load_up.scan(state, reading.code, self.view)
        ticked = self._line_scanned(reading)
        if ticked is not None:
            return ticked
        named = self._store.read.named(reading.keys)
        parcels = [UUID(key) for what, key in named if what == "parcel"]
        if parcels:
            return self._hand_over.label_scanned(state, parcels, self.view)
        back = [UUID(key) for what, key in named if what == "return"]
        if back:
            return self._hand_over.return_scanned(state, back, self.view)
        orders = [UUID(key) for what, key in named if what == "order"]
        if orders:
            return self._open_order.among(state, orders, self.view, code=reading.code, typed=typed)
        is_item = any(what == "product" for what, _ in named)
        return self._tick_item.stranger(state, reading, is_item=is_item, view=self.view)

    def _line_scanned(self, reading: Reading) -> Step | None:
        """A scan of something the order in hand wants, or wanted."""
        state, packing = self._state, self._state.packing
        if packing is None or (state.label is not None and packing.complete):
            return None
        hit = find_line(packing, reading.keys)
        if hit is None:
            return None
        if state.weighing:
            state.say(WEIGH_FIRST)
            return Step(view=self.view(Cue.ATTENTION))
        if packing.finished and packing.missing(hit[0]):
            return None
        return self._tick_item(state, reading, *hit, self.view)

    def _refuse_held(self, reading: Reading) -> Step:
        """Nothing scanned while held is applied later: it is counted, kept on record, and asked for again."""
        problem = self._state.problem
        assert problem is not None
        self._state.problem = replace(problem, held_scans=problem.held_scans + 1)
        held = self._record.fact(FactKind.SCAN_REFUSED, code=reading.code[:80], problem="held")
        return Step(view=self.view(Cue.WRONG), changes=self._record(held))

    def _typed(self, text: str) -> Step:
        state = self._state
        if state.weighing and is_whole_number(text):
            if not 0 < int(text) < _HEAVIEST:
                state.say(WEIGH_FIRST)
                return Step(view=self.view(Cue.ATTENTION))
            state.typed_weight_g = int(text)
            return self._close(state, last=state.closing_last, ticked=None, view=self.view)
        if not text or state.problem is not None:
            return Step(view=self.view())
        return self._scanned(read(text), typed=True)

    def _guard(self, work: Callable[[], Step]) -> Step:
        """A journal that cannot write takes nothing in: the bench says so and keeps what it had."""
        try:
            return self._served(work())
        except StoreProblem as error:
            self._state.hold(Problem.STORAGE, error)
        except DeskError as error:
            no_label = self._state.packing is not None and self._state.label is None
            self._state.hold(Problem.LABEL_REFUSED if no_label else Problem.REFUSED, error)
        return Step(view=self.view(Cue.WRONG))

    def _served(self, step: Step) -> Step:
        """A label that lay here is shown at once; an order that just came into hand may get its own ahead."""
        if step.bought is not None:
            after = self._hand_over.shipped(self._state, step.bought, self.view)
            after = self._with_return(after, step.bought)
            return replace(after, changes=after.changes | step.changes)
        if step.purchase is None and self.in_hand != self._looked:
            self._looked = self.in_hand
            if self._looked is not None:
                step = replace(step, purchase=self._ahead.next(self._looked))
        return step
