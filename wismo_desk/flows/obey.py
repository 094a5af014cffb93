"""A command barcode or its key: what it does depends on what the bench is showing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from wismo_desk.domain.bench_view import BenchView, Cue, Problem, ProblemView
from wismo_desk.domain.commands import Command
from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.domain.order import Check
from wismo_desk.domain.packing import Gate, Packing, line_view, undo
from wismo_desk.errors import DeskError
from wismo_desk.flows.bench_rules import BenchRules
from wismo_desk.flows.bench_state import BenchState, Step
from wismo_desk.flows.close_parcel import CloseParcel
from wismo_desk.flows.hand_over import HandOver
from wismo_desk.flows.label_stack import next_in_hand
from wismo_desk.flows.load_up import LoadUp
from wismo_desk.flows.recall import Recall
from wismo_desk.flows.record import Record
from wismo_desk.flows.tick_item import TickItem

Show = Callable[[Cue], BenchView]
_NOTHING_OPEN: Final = (
    "The open parcel is empty. “Next parcel” gives the labels that the closed ones still lack; then pause the "
    "order."
)
_PAUSED_UNLABELLED: Final = (
    "Order {order} is paused. Its parcel {parcels} has no label yet: keep it here, its label comes with the last "
    "one."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Obey:
    record: Record
    rules: Callable[[], BenchRules]
    close: CloseParcel
    tick_item: TickItem
    hand_over: HandOver
    load_up: LoadUp
    recall: Recall

    def __call__(self, state: BenchState, command: Command, view: Show) -> Step:
        state.warned = False
        if state.problem is not None:
            return self._answer(state, command, state.problem, view)
        if state.manifest is not None:
            return self.load_up.act(state, command, view)
        packing = state.packing
        if command is Command.RETURN_AGAIN:
            return self.hand_over.return_again(state, self.recall.last_order(), view)
        if packing is None and command is Command.MANIFEST:
            return self.load_up.begin(state, view)
        if packing is not None and command.carton:
            state.packing = replace(packing, carton=str(command.carton))
            return Step(view=view(Cue.OK))
        if command in (Command.REPRINT, Command.VOID) and (packing is None or state.label is not None):
            return self.hand_over.act(state, command, view) if state.label else self.recall(state, view)
        act = _ACTS.get(command)
        if packing is not None and act is not None:
            return act(self, state, packing, view)
        if state.label is not None and command in (Command.OK, Command.NEXT, Command.BACK):
            return self._leave_label(state, view)
        return Step(view=view(Cue.SILENT))

    def _answer(self, state: BenchState, command: Command, problem: ProblemView, view: Show) -> Step:
        """The ways out of a problem; what it does not offer only sounds wrong."""
        if command in (Command.OK, Command.BACK):
            state.problem = None
            if problem.kind is Problem.PRINTER:
                return self.hand_over.put_off(state, view)
            packing = state.packing
            mine = packing is not None and problem.order_number in ("", packing.order.number)
            if problem.kind is Problem.LABEL_REFUSED and command is Command.OK and packing and mine:
                return self._set_aside(state, packing, view)
            return Step(view=view(Cue.OK))
        if command is Command.PARTIAL and problem.can_finish_partial and state.packing is not None:
            state.problem = None
            if problem.kind is Problem.SHORT:
                return self.close(state, last=True, ticked=None, view=view)
            return self._ask_partial(state, state.packing, view)
        if command is Command.REPRINT and problem.can_retry:
            state.problem = None
            return self.hand_over.retry(state, problem, view)
        return Step(view=view(Cue.WRONG))

    def _confirm(self, state: BenchState, packing: Packing, view: Show) -> Step:
        """OK: an item without barcode, the weight, or the whole order where the gate is off."""
        if state.weighing:
            return self.close(state, last=state.closing_last, ticked=None, view=view)
        if state.label is not None:
            return self._leave_label(state, view)
        if packing.complete:
            if state.relabel:
                return self.close.unlabelled(state, view)
            if packing.contents:
                return self.close(state, last=True, ticked=None, view=view)
            return Step(view=view(Cue.SILENT))
        line = packing.order.lines[packing.current]
        product = packing.products.get(line.sku)
        if product is not None and product.check is not Check.SCAN:
            return self.tick_item.tick(state, line, packing.missing(line), "", how="key", view=view)
        if self.rules().gate in (Gate.OFF, Gate.SHADOW):
            return self.close.unverified(state, view)
        return Step(view=view(Cue.SILENT))

    def _leave_label(self, state: BenchState, view: Show) -> Step:
        """The next order may come without the label's scan, unless the station requires it."""
        held = state.label is not None and not state.label.checked and self.rules().require_label_scan
        if held:
            return Step(view=view(Cue.ATTENTION))
        if state.next_label():
            return next_in_hand(self.hand_over.store, state, view(Cue.SILENT))
        if state.packing is not None and state.packing.complete:
            state.packing = None
        state.label, state.job = None, None
        return Step(view=view(Cue.SILENT))

    def _undo(self, state: BenchState, packing: Packing, view: Show) -> Step:
        after, taken = undo(packing)
        if taken is None:
            return Step(view=view(Cue.SILENT))
        line, pieces = str(taken[0]), taken[1]
        changes = self.record(
            self.record.fact(FactKind.ITEM_UNDONE, order=after.order, line=line, pieces=pieces)
        )
        state.packing, state.weighing = after, False
        return Step(view=view(Cue.ATTENTION), changes=changes)

    def _pause(self, state: BenchState, packing: Packing, view: Show) -> Step:
        """Sets the order aside; scanning it again goes on where it stopped."""
        if state.weighing:
            state.weighing = False
            return Step(view=view(Cue.SILENT))
        if packing.complete and not packing.contents:
            return self._leave_label(state, view)
        changes = self._put_away(state, packing)
        waiting = self.close.waiting(packing.order) if packing.parcels else []
        if waiting:
            told = ", ".join(str(parcel.parcel_no) for parcel in waiting)
            state.say(_PAUSED_UNLABELLED, order=packing.order.number, parcels=told)
        return Step(view=view(Cue.ATTENTION), changes=changes)

    def _put_away(self, state: BenchState, packing: Packing) -> Changes:
        changes = self.record(self.record.fact(FactKind.ORDER_PAUSED, order=packing.order))
        state.packing = None
        state.lay_down()
        state.paused = tuple(dict.fromkeys((*state.paused, packing.order.number)))
        return changes

    def _set_aside(self, state: BenchState, packing: Packing, view: Show) -> Step:
        """The label was refused: the carton waits, and the bench is free for the next order. One whose
        parcels are closed waits as packed; the others are paused."""
        changes = Changes()
        if packing.contents or not packing.complete:
            changes = self._put_away(state, packing)
        state.packing, state.weighing = None, False
        state.say(
            "Order {order} is set aside. Scan it again once the reason is mended.", order=packing.order.number
        )
        return Step(view=view(Cue.ATTENTION), changes=changes)

    def _next_parcel(self, state: BenchState, packing: Packing, view: Show) -> Step:
        if not packing.contents or packing.complete:
            labels = None if packing.complete else self.close.labels_now(state, view)
            if labels is not None:
                return labels
            state.say("The open parcel is empty: scan an item into it first.")
            return Step(view=view(Cue.ATTENTION))
        return self.close(state, last=False, ticked=None, view=view)

    def _ask_partial(self, state: BenchState, packing: Packing, view: Show) -> Step:
        if packing.complete:
            return Step(view=view(Cue.SILENT))
        if not packing.contents:
            state.say(_NOTHING_OPEN if packing.parcels else "Nothing is packed yet: pause the order instead.")
            return Step(view=view(Cue.ATTENTION))
        missing = sum(packing.missing(line) for line in packing.order.lines)
        error = DeskError(
            "Pieces missing: {missing}. Ship the rest and note what is missing?", missing=missing
        )
        expected = line_view(packing, packing.order.lines[packing.current])
        state.hold(Problem.SHORT, error, expected=expected, partial=True)
        return Step(view=view(Cue.ATTENTION))


_ACTS = {
    Command.OK: Obey._confirm,
    Command.UNDO: Obey._undo,
    Command.PAUSE: Obey._pause,
    Command.NEXT: Obey._pause,
    Command.BACK: Obey._pause,
    Command.NEXT_PARCEL: Obey._next_parcel,
    Command.PARTIAL: Obey._ask_partial,
}
