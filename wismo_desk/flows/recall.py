"""Brings the last label of this station back to the bench: after a restart, or when somebody asks for it.
Read from the ledger and the facts; nothing is remembered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from wismo_desk.domain.bench_view import BenchView, Cue, LabelView
from wismo_desk.domain.effect import EffectKind, EffectState
from wismo_desk.domain.order import Order
from wismo_desk.domain.shipment import Parcel, ParcelState
from wismo_desk.flows.bench_state import BenchState, Step
from wismo_desk.flows.pen import Clock
from wismo_desk.store.store import Store

Show = Callable[[Cue], BenchView]
_FRESH: Final = timedelta(hours=2)  # then the anomaly "label made, parcel not scanned" has it
_LOOKED_AT: Final = 60  # newest ledger rows: prints and voids lie between the purchases
_OUT: Final = (ParcelState.BOUGHT, ParcelState.PRINTED)
_CLOSED: Final = (ParcelState.CHECKED, ParcelState.MANIFESTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    store: Store
    clock: Clock
    names: Callable[[str, str], tuple[str, str]]

    def wake(self, state: BenchState) -> None:
        """At start: a label that may still lie beside the printer is shown again, so that it can be scanned,
        printed again or voided."""
        found = self._last()
        if found is None:
            return
        parcel, order = found
        packing = state.packing
        if packing is None or packing.order.order_id != order.order_id:
            state.last_order, state.last_closed = order.number, parcel.state in _CLOSED
        on_the_bench = packing is None or (packing.order.order_id == order.order_id and not packing.contents)
        made = parcel.labelled_at
        fresh = made is not None and self.clock() - made < _FRESH
        if on_the_bench and fresh and parcel.state in _OUT:
            self._show(state, parcel, order)

    def __call__(self, state: BenchState, view: Show) -> Step:
        """REPRINT or VOID with nothing in hand: the last label comes up first, the second time it acts."""
        found = self._last()
        if found is None:
            state.say("No label of this bench can be printed again or voided here. Look in the shipments.")
        else:
            self._show(state, *found)
        return Step(view=view(Cue.ATTENTION))

    def last_order(self) -> Order | None:
        """Of this bench's newest label."""
        found = self._last()
        return found[1] if found else None

    def _last(self) -> tuple[Parcel, Order] | None:
        """The ledger is this station's own, so its newest purchase is this bench's last label."""
        done = self.store.journal.effects(states=(EffectState.DONE,), limit=_LOOKED_AT)
        bought = next(
            (row for row in done if row.kind is EffectKind.LABEL_BOUGHT and not row.details.get("ahead")),
            None,
        )
        parcel = self.store.read.parcel(bought.parcel_id) if bought else None
        order = self.store.read.order(parcel.order_id) if parcel else None
        if parcel is None or order is None or parcel.state is ParcelState.VOIDED:
            return None
        return parcel, order

    def _show(self, state: BenchState, parcel: Parcel, order: Order) -> None:
        carrier, service = self.names(parcel.carrier, parcel.service)
        stored = self.store.journal.label(parcel.parcel_id)
        who = order.recipient
        state.lay_down()
        state.label = LabelView(
            parcel_id=parcel.parcel_id,
            parcel_no=parcel.parcel_no,
            tracking_number=parcel.tracking_number,
            carrier=carrier,
            service=service,
            recipient=who.name or who.company,
            place=f"{who.postcode} {who.city}".strip(),
            image=stored.image if stored else b"",
            printed=parcel.state is not ParcelState.BOUGHT,
            order_number=order.number,
            recalled=True,
            checked=parcel.state in _CLOSED,
        )
        state.say("This is the last label of this bench, of order {order}.", order=order.number)
