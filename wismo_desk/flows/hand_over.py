"""From the bought label to the label on its parcel: shown, printed, scanned; or said why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from wismo_desk.domain.bench_view import BenchView, Cue, LabelView, Problem, ProblemView
from wismo_desk.domain.commands import AT_BENCH, Command
from wismo_desk.domain.effect import Effect, EffectKind, EffectState, Move
from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.domain.order import Order
from wismo_desk.domain.shipment import Parcel, ParcelState
from wismo_desk.errors import CarrierUnreachable, DeskError
from wismo_desk.flows.bench_state import BenchState, Step
from wismo_desk.flows.label_stack import next_in_hand, next_print, prints_after, take_in_hand, take_up
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.prepare import Purchase
from wismo_desk.flows.print_label import Printed
from wismo_desk.flows.reprint import Reprint
from wismo_desk.flows.resolve import Resolve
from wismo_desk.flows.ship import Ship, Shipped
from wismo_desk.flows.shipment_mates import mates, one_call
from wismo_desk.flows.together import parcels_owed
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

Show = Callable[[Cue], BenchView]
_OWED: Final = "Order {order} is not done: no label yet for its parcel {parcels}. Scan the order again."
NEVER_SENT: Final = "It was never sent: the program stopped, or the printer was away."


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    store: Store
    pen: Pen
    ship: Ship
    reprint: Reprint
    resolve: Resolve
    names: Callable[[str, str], tuple[str, str]]

    def shipped(self, state: BenchState, shipped: Shipped, view: Show) -> Step:
        """What came of one call: its labels, the first of them in hand, and what went wrong with the others."""
        step = self._shipped(state, shipped, view)
        if not shipped.others:
            return step
        mine = state.label is not None and state.label.parcel_id == shipped.purchase.request.parcel_id
        labels = [each for each in (shipped, *shipped.others) if each.label is not None]
        if mine and len(labels) > 1:  # else another order is in hand: they only come out
            take_in_hand(state, [self._label_view(each) for each in labels])
            state.say(
                "{count} labels come out, one for each parcel: scan each on its own. First, parcel {parcel}.",
                count=len(labels),
                parcel=shipped.purchase.request.parcel_no,
            )
        if mine and shipped.last.last:
            state.last_order, state.last_closed = shipped.purchase.order.number, False
        wrong = next((each for each in shipped.others if each.label is None), None)
        if shipped.label is not None and wrong is not None:
            return replace(self._not_bought(state, wrong, view), changes=step.changes, job=step.job)
        return replace(step, view=view(step.view.cue))

    def _label_view(self, shipped: Shipped) -> LabelView:
        assert shipped.label is not None
        order, label = shipped.purchase.order, shipped.label
        carrier, service = self.names(label.carrier, label.service)
        return LabelView(
            parcel_id=shipped.purchase.request.parcel_id,
            parcel_no=shipped.purchase.request.parcel_no,
            tracking_number=label.tracking_number,
            carrier=carrier,
            service=service,
            recipient=order.recipient.name or order.recipient.company,
            place=f"{order.recipient.postcode} {order.recipient.city}".strip(),
            image=shipped.image,
            order_number=order.number,
        )

    def _shipped(self, state: BenchState, shipped: Shipped, view: Show) -> Step:
        order = shipped.purchase.order
        state.buying.pop(order.number, None)
        in_hand = state.packing is None or state.packing.order.order_id == order.order_id
        if shipped.label is None or shipped.job is None:
            return self._not_bought(state, shipped, view)
        if not in_hand:
            state.say("Label of order {order} is printing", order=order.number)
            return Step(view=view(Cue.SILENT), changes=shipped.changes, job=shipped.job)
        take_in_hand(state, [self._label_view(shipped)])
        state.job = shipped.job
        if shipped.label.papers:
            state.say("Papers came with this label: print them from Shipments and put them on the parcel.")
        elif shipped.label.remarks:
            remark = shipped.label.remarks[0]
            state.say(remark.sentence, **dict(remark.values))
        if shipped.purchase.last:
            state.last_order, state.last_closed = order.number, False
        return Step(view=view(Cue.DONE), changes=shipped.changes, job=shipped.job)

    def _not_bought(self, state: BenchState, shipped: Shipped, view: Show) -> Step:
        error = shipped.error or DeskError("No label came.")
        kind = Problem.LABEL_REFUSED
        if shipped.in_doubt:
            kind = Problem.IN_DOUBT
        elif isinstance(error, CarrierUnreachable):
            kind = Problem.CARRIER_AWAY
        state.purchase = shipped.purchase
        state.problem = ProblemView(
            kind=kind,
            sentence=error.sentence,
            values=tuple(error.values.items()),
            raw=error.raw,
            order_number=shipped.purchase.order.number,
            can_retry=not shipped.in_doubt,
        )
        if state.packing is not None and state.packing.order.order_id == shipped.purchase.order.order_id:
            state.packing = None  # it waits as packed; scanning it again asks the carrier again
        cue = Cue.ATTENTION if shipped.in_doubt else Cue.WRONG
        return Step(view=view(cue), changes=shipped.changes)

    def printed(self, state: BenchState, printed: Printed, view: Show) -> Step:
        label = state.label
        mine = label is not None and label.parcel_id == printed.job.parcel_id
        if printed.error is None:
            if mine and label is not None and printed.state is EffectState.DONE:
                state.label = replace(label, printed=True)
            job = next_print(self.store, printed.job)
            return Step(view=view(Cue.SILENT), changes=printed.changes, job=job)
        state.job = printed.job
        doubt = printed.state is EffectState.IN_DOUBT
        state.problem = ProblemView(
            kind=Problem.IN_DOUBT if doubt else Problem.PRINTER,
            sentence=printed.error.sentence,
            values=tuple(printed.error.values.items()),
            raw=printed.error.raw,
            order_number=self._number(printed.job),
            can_retry=True,
        )
        return Step(view=view(Cue.ATTENTION), changes=printed.changes)

    def label_scanned(self, state: BenchState, parcels: list[UUID], view: Show) -> Step:
        """A label is on its parcel. It closes the loop, and any question whether it came out."""
        found = [parcel for key in parcels if (parcel := self.store.read.parcel(key)) is not None]
        parcel = next((p for p in found if p.state is not ParcelState.VOIDED), found[0] if found else None)
        if parcel is None:
            return Step(view=view(Cue.WRONG))
        label = state.label
        if parcel.state is ParcelState.VOIDED:
            void = "Label {number} is void: take it off the parcel."
            return self._problem(state, Problem.WRONG_LABEL, void, {"number": parcel.tracking_number}, view)
        if label is not None and parcel.parcel_id != label.parcel_id and take_up(state, parcel.parcel_id):
            label = state.label
        if label is not None and parcel.parcel_id != label.parcel_id:
            if not label.recalled:
                return self._other_label(state, parcel, label, view)
            label = None  # after a restart any paper may lie there: each is checked as itself
        changes = self._settle_prints(parcel)
        if parcel.state in (ParcelState.CHECKED, ParcelState.MANIFESTED):
            state.say("Label {number} was checked already", number=parcel.tracking_number)
            if label is not None and not state.next_label():
                state.label = None  # brought back to be looked at, and on its parcel all the same
            return Step(view=view(Cue.OK), changes=changes)
        fact = self.pen.fact(
            FactKind.LABEL_CHECKED,
            order_id=parcel.order_id,
            shipment_id=parcel.shipment_id,
            parcel_id=parcel.parcel_id,
        )
        changes |= self.store.commit(Entry(at=self.pen.clock(), facts=(fact,)))
        if label is None:
            state.say("Label {number} checked", number=parcel.tracking_number)
            return Step(view=view(Cue.OK), changes=changes)
        if state.next_label():
            return replace(next_in_hand(self.store, state, view(Cue.DONE)), changes=changes)
        state.label, state.job = None, None
        if state.packing is None or state.packing.complete:
            owed = parcels_owed(self.store, parcel.order_id)
            state.last_order, state.last_closed = label.order_number, not owed
            state.packing = None
            if owed:
                told = ", ".join(map(str, owed))
                state.say(_OWED, order=label.order_number, parcels=told)
        return Step(view=view(Cue.DONE), changes=changes)

    def _other_label(self, state: BenchState, parcel: Parcel, label: LabelView, view: Show) -> Step:
        wrong = (
            "This is the label of order {other}, for {other_name}. The parcel in your hands is order {order}, "
            "for {name}. Put the right one on it."
        )
        row = self.store.read.shipment(parcel.shipment_id)
        raw = f"{parcel.tracking_number} ≠ {label.tracking_number}"
        if row is not None and row.order_number == label.order_number:
            wrong = "This is the label of parcel {other}. In your hands is parcel {number} of the same order."
            parcels = {"other": parcel.parcel_no, "number": label.parcel_no}
            return self._problem(state, Problem.WRONG_LABEL, wrong, parcels, view, raw=raw)
        values = {
            "other": row.order_number if row else parcel.tracking_number,
            "other_name": row.customer if row else "?",
            "order": label.order_number,
            "name": label.recipient,
        }
        return self._problem(state, Problem.WRONG_LABEL, wrong, values, view, raw=raw)

    def _problem(
        self,
        state: BenchState,
        kind: Problem,
        sentence: str,
        values: Mapping[str, object],
        view: Show,
        *,
        raw: str = "",
    ) -> Step:
        state.problem = ProblemView(kind=kind, sentence=sentence, values=tuple(values.items()), raw=raw)
        return Step(view=view(Cue.WRONG))

    def _settle_prints(self, parcel: Parcel) -> Changes:
        """The paper is here: a first print in doubt did come out, a pending one must not come out again."""
        changes = Changes()
        for effect in self.reprint.prints(parcel.parcel_id):
            waits = effect.state is EffectState.PENDING and effect.details.get("copy") == 1
            if effect.state is EffectState.IN_DOUBT or waits:
                changes |= self.resolve.came_out(effect.effect_id, reason="scanned", evidence="scanned")
        return changes

    def act(self, state: BenchState, command: Command, view: Show) -> Step:
        """P and V while the label is in hand."""
        label = state.label
        assert label is not None
        if command is Command.VOID:
            return Step(view=view(Cue.ATTENTION), void=label)
        return self._print_again(state, label.parcel_id, view)

    def return_again(self, state: BenchState, last: Order | None, view: Show) -> Step:
        """The label for the way back of the order whose label is in hand, else of the last one. Nothing is bought."""
        label = state.label
        parcel = self.store.read.parcel(label.parcel_id) if label else None
        order = self.store.read.order(parcel.order_id) if parcel else last
        found = self.reprint.return_of(order.order_id) if order else None
        if order is None or found is None:
            state.say("The last order of this bench has no return label.")
            return Step(view=view(Cue.WRONG))
        job = self._out_again(found)
        state.say(
            "The return label of order {order} comes out again: put it into the box.", order=order.number
        )
        return Step(view=view(Cue.OK), job=job, changes=Changes(effects=True))

    def return_scanned(self, state: BenchState, parcels: list[UUID], view: Show) -> Step:
        """It goes into the box and closes nothing; or the box has come back."""
        found = next((p for key in parcels if (p := self.store.read.parcel(key)) is not None), None)
        order = self.store.read.order(found.order_id) if found else None
        said = "This is the return label of order {order}: it goes into the box. Scan the label outside."
        if found is not None and found.state is ParcelState.MANIFESTED:
            said = "This is the return label of order {order}, which has left. Look it up in Shipments."
        state.say(said, order=order.number if order else "–")
        return Step(view=view(Cue.WRONG))

    def _print_again(self, state: BenchState, parcel_id: UUID, view: Show) -> Step:
        state.job = self._out_again(parcel_id)
        return Step(view=view(Cue.OK), job=state.job, changes=Changes(effects=True))

    def _out_again(self, parcel_id: UUID) -> Effect:
        """The print that now waits. One whose outcome is open is answered by it: nobody asks for a paper in hand."""
        prints = self.reprint.prints(parcel_id)
        open_job = next((job for job in prints if job.state is EffectState.IN_DOUBT), None)
        if open_job is not None:
            return self.resolve.not_out(open_job.effect_id, reason=AT_BENCH)
        return self.reprint(parcel_id, reason=AT_BENCH)

    def put_off(self, state: BenchState, view: Show) -> Step:
        """The printer is away and the bench goes on: the label that never left waits in the tray, in words."""
        job = self.store.journal.effect_by_id(state.job.effect_id) if state.job else None
        changes = Changes()
        if job is not None and job.state is EffectState.PENDING:
            never = {"error": NEVER_SENT, "error_values": {}, "never_sent": True}
            move = Move(
                effect_id=job.effect_id, was=EffectState.PENDING, now=EffectState.IN_DOUBT, details=never
            )
            after = [replace(move, effect_id=row.effect_id) for row in prints_after(self.store, job)]
            changes = self.store.commit(Entry(at=self.pen.clock(), moves=(move, *after)))
            state.say("The label of order {order} waits in “To settle”.", order=self._number(job))
            if state.label is not None and state.label.parcel_id == job.parcel_id:
                state.label, state.more = None, ()
                if state.packing is not None and state.packing.complete:
                    state.packing = None
        state.job = None
        return Step(view=view(Cue.ATTENTION), changes=changes)

    def retry(self, state: BenchState, problem: ProblemView, view: Show) -> Step:
        """Print or buy again, under the same number and the same key."""
        if state.job is not None and problem.kind in (Problem.PRINTER, Problem.IN_DOUBT):
            return self._print_again(state, state.job.parcel_id, view)
        if state.purchase is None or problem.kind is Problem.IN_DOUBT:
            return Step(view=view(Cue.WRONG))
        again = self._again(state.purchase)
        if again is None:
            return Step(view=view(Cue.WRONG))
        changes = self.ship.intend(again)
        state.buying[again.order.number] = again
        return Step(view=view(Cue.OK), changes=changes, purchase=again)

    def _again(self, purchase: Purchase) -> Purchase | None:
        """The same call once more; None when a parcel of it is not known here any more."""
        rows = [
            self.store.journal.effect(EffectKind.LABEL_BOUGHT, each.effect.key) for each in purchase.parts
        ]
        found = [self.ship.prepare.again(row) if row else None for row in rows]
        parts = [each for each in found if each is not None]
        return one_call(parts, mates(self.store, parts[0])) if len(parts) == len(rows) else None

    def _number(self, job: Effect) -> str:
        order = self.store.read.order(job.order_id)
        return order.number if order else ""
