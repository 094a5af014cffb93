"""An item is scanned: it ticks its line, or it is the wrong one, one too many, or nothing anybody knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from wismo_desk.domain.bench_view import BenchView, Cue, LineView, Problem
from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.domain.order import OrderLine
from wismo_desk.domain.packing import Gate, line_view, product_view, tick
from wismo_desk.domain.reading import Reading
from wismo_desk.errors import DeskError
from wismo_desk.flows.bench_rules import BenchRules
from wismo_desk.flows.bench_state import BenchState, Step
from wismo_desk.flows.close_parcel import CloseParcel
from wismo_desk.flows.record import Record

Show = Callable[[Cue], BenchView]
_NOT_THE_LABEL: Final = (
    "{code} is neither the label that is awaited nor an order that is here. "
    "Scan label {number} of order {order}."
)
_SHOWN = 60  # characters of a code that nobody knows
_KEPT = 80  # of one on record


@dataclass(frozen=True, slots=True, kw_only=True)
class TickItem:
    record: Record
    rules: Callable[[], BenchRules]
    close: CloseParcel

    def __call__(self, state: BenchState, reading: Reading, line: OrderLine, pieces: int, view: Show) -> Step:
        """A scan that stands for `pieces` of a line of the order in hand."""
        packing = state.packing
        assert packing is not None
        if self.rules().label_first(state):
            return Step(view=view(Cue.WRONG))
        state.lay_down()  # the next parcel of the same order begins
        missing = packing.missing(line)
        if missing >= pieces:
            return self.tick(state, line, pieces, reading.code, how="scan", view=view)
        shown = line_view(packing, line)
        error = DeskError(
            "{name}: {wanted} wanted, and they are all there.", name=shown.name, wanted=line.quantity
        )
        if missing:
            error = DeskError(
                "{name}: this code stands for {pieces} pieces, and {missing} are wanted.",
                name=shown.name,
                pieces=pieces,
                missing=missing,
            )
        return self._wrong(state, reading, Problem.TOO_MANY, error, view, scanned=shown)

    def tick(
        self, state: BenchState, line: OrderLine, pieces: int, code: str, *, how: str, view: Show
    ) -> Step:
        """The last piece closes the parcel: tick, contents and the intent to buy are one commit."""
        assert state.packing is not None
        fact = self.record.fact(
            FactKind.ITEM_SCANNED,
            order=state.packing.order,
            line=str(line.line_id),
            pieces=pieces,
            code=code,
            how=how,
        )
        after = tick(state.packing, line.line_id, pieces)
        if after.complete:
            return self.close(state, last=True, ticked=(after, fact), view=view)
        changes = self.record(fact)
        state.packing = after
        return Step(view=view(Cue.OK), changes=changes)

    def stranger(self, state: BenchState, reading: Reading, *, is_item: bool, view: Show) -> Step:
        """A code that names nothing in this order, no parcel and no order. `is_item`: a product's."""
        packing, code = state.packing, _shown(reading.code)
        label = state.label
        if label is not None and not label.recalled:
            awaited = DeskError(
                _NOT_THE_LABEL, code=code, number=label.tracking_number, order=label.order_number
            )
            state.hold(Problem.WRONG_LABEL, awaited)
            return Step(view=view(Cue.WRONG))
        if packing is None or packing.finished or state.label is not None:
            said = "No order has the code {code}. Scan the pick slip, or bring the order in first."
            if is_item:
                said = "{code} is an item. Scan an order first."
            state.hold(Problem.ORDER_UNKNOWN, DeskError(said, code=code, raw=code))
            return Step(view=view(Cue.WRONG))
        product = self.record.store.read.product_of(reading.keys) if is_item else None
        if product is None:
            error = DeskError("Nothing here has the code {code}.", code=code, raw=code)
            return self._wrong(state, reading, Problem.UNKNOWN_CODE, error, view)
        scanned = product_view(product, reading.code)
        error = DeskError("{name} is not in this order.", name=scanned.name)
        return self._wrong(state, reading, Problem.WRONG_ITEM, error, view, scanned=scanned)

    def _wrong(
        self,
        state: BenchState,
        reading: Reading,
        problem: Problem,
        error: DeskError,
        view: Show,
        *,
        scanned: LineView | None = None,
    ) -> Step:
        """Held, warned or only recorded, as the gate says."""
        gate, packing = self.rules().gate, state.packing
        assert packing is not None
        changes = Changes()
        if gate is not Gate.OFF:
            kind = FactKind.GATE_SHADOWED if gate is Gate.SHADOW else FactKind.SCAN_REFUSED
            said = self.record.fact(
                kind, order=packing.order, code=reading.code[:_KEPT], problem=problem.value
            )
            changes = self.record(said)
        if gate is Gate.BLOCK:
            lines, current = packing.order.lines, packing.current
            expected = line_view(packing, lines[current]) if current >= 0 else None
            lacking = problem is not Problem.TOO_MANY  # nothing is missing of what lies here twice
            state.hold(problem, error, expected=expected, scanned=scanned, partial=lacking)
            return Step(view=view(Cue.WRONG), changes=changes)
        state.say(error.sentence, **error.values)
        state.warned = gate is Gate.WARN
        return Step(view=view(Cue.WRONG if state.warned else Cue.OK), changes=changes)


def _shown(code: str) -> str:
    """A code as the screen has room for it; that some of it is left out is seen."""
    return code if len(code) <= _SHOWN else code[:_SHOWN] + "…"
