"""Forgets a person, on request and for ever or because the order is old; what happened to the parcel stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Final
from uuid import UUID

from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.notice import NoticeLedger
from wismo_desk.domain.order import OrderState, Party
from wismo_desk.errors import Refused, SharedUnfit, SharedUnreachable, StoreProblem
from wismo_desk.flows.clean_files import CleanFiles
from wismo_desk.flows.pen import Pen
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

_CLOSED: Final = (OrderState.SHIPPED, OrderState.CANCELLED)
_OPEN: Final = (EffectState.PENDING, EffectState.SENDING, EffectState.IN_DOUBT)
_CHUNK: Final = 200
_DAY: Final = timedelta(days=1)


@dataclass(slots=True)
class _Done:
    """`files`: when the newest file that was looked through was written. `retired`: the last time, by the pen's clock.
    Both in seconds since 1970."""

    files: float = 0.0
    retired: float = float("-inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Erase:
    """`redraw` makes the kept sheet of a manifest anew; `days` is how long closed orders keep their recipient here."""

    store: Store
    pen: Pen
    ledger: NoticeLedger
    clean: CleanFiles
    redraw: Callable[[str], None]
    days: Callable[[], int]
    done: _Done = field(default_factory=_Done)

    def __call__(self, orders: Sequence[UUID], *, reason: str, forced: bool = False) -> Changes:
        """Gone from this desk when it returns, from every other when that one next hears of it. `forced`: also of
        orders that are not shipped, which cannot be any more. Refused: nobody was erased."""
        if not orders:
            raise Refused("Nobody is found under that here. Check the order number or the address.")
        if not reason.strip():
            raise Refused(
                "Say why the person is erased: the reason is kept, the person is not.", field="reason"
            )
        for order_id in orders:
            self._refuse_open(order_id, forced=forced)
        changes = Changes()
        new = [order for order in orders if order not in self.store.personal.erased(orders)]
        for start in range(0, len(new), _CHUNK):
            some = new[start : start + _CHUNK]
            facts = tuple(
                self.pen.fact(
                    FactKind.PERSON_ERASED,
                    order_id=order,
                    shipment_id=shipment_id(order),
                    reason=reason.strip(),
                )
                for order in some
            )
            parties = tuple((order, Party(), "") for order in some)
            changes |= self.store.commit(Entry(at=self.pen.clock(), facts=facts, parties=parties))
        self.settle()
        return changes

    def _refuse_open(self, order_id: UUID, *, forced: bool) -> None:
        order = self.store.read.order(order_id)
        _, _, state, station = self.store.read.routed(order_id)
        number = order.number if order else ""
        if state is OrderState.IN_HAND:
            raise Refused(
                "Order {order} is in hand at {station}. Finish it there first.", order=number, station=station
            )
        if not forced and order is not None and state not in _CLOSED:
            raise Refused(
                "Order {order} is not shipped: without its recipient it cannot be. Ship or cancel it first, or say "
                "that it is to be forgotten all the same.",
                order=number,
                field="forced",
            )
        if not forced and self.store.journal.effects(order_id=order_id, states=_OPEN, limit=1):
            raise Refused(
                "Order {order} has a question in the tray. Settle it first.", order=number, field="forced"
            )

    def settle(self) -> None:
        """What is left of erasures, this desk's and the others': files of the data folder, and notices. Call it now
        and then; done again after a crash. A shared database that is away keeps nothing else waiting."""
        self.store.personal.clear_new()
        erased = self.store.personal.all_erased()
        if not erased:
            return
        waiting = self.store.personal.to_clean()
        numbers, since = self.store.personal.numbers(erased), 0.0 if waiting else self.done.files
        self._in_files(partial(self.clean, numbers, since=since))
        self.done.files = self.clean.newest()
        for manifest in self.store.personal.manifests(waiting):
            self._in_files(partial(self.redraw, manifest))
        try:
            for order_id in waiting:
                self.store.notices.forget(order_id)
                self.ledger.forget(order_id)
        except (SharedUnreachable, SharedUnfit):
            return
        self.store.personal.cleaned(waiting)

    def tidy(self) -> Changes:
        """Call it now and then: what is left of erasures, and once a day what has grown old."""
        self.settle()
        return self.retire()

    def retire(self) -> Changes:
        """Once a day: closed orders past their time lose their recipient, and order files that old go."""
        days, now = self.days(), self.pen.clock()
        if not days or now.timestamp() - self.done.retired < _DAY.total_seconds():
            return Changes()
        self.done.retired = now.timestamp()
        before, changes = now - timedelta(days=days), Changes()
        while old := self.store.personal.old(before):
            numbers = self.store.personal.numbers(old)
            self._in_files(partial(self.clean, numbers))
            for order_id in old:
                self.store.notices.forget(order_id)
            changes |= self.store.personal.retire(old)
        self._in_files(partial(self.clean.drop_old, before.timestamp()))
        return changes

    def _in_files(self, work: Callable[[], object]) -> None:
        try:
            work()
        except OSError as error:
            raise StoreProblem(
                "A file that speaks of an erased person cannot be changed: {path}. Close it in other programs.",
                path=str(error.filename or ""),
                raw=error.strerror or "",
            ) from error
