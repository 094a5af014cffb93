"""Paints the label of an own delivery while the packer still reaches for the last piece.

Nothing is bought, written or promised by it: when the last scan asks for exactly this label it is there already, and
when anything differs (another weight, another order, another day) it is painted anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from wismo_desk.domain.carrier import SellsLabels
from wismo_desk.domain.ids import purchase_key, reference
from wismo_desk.domain.order import Order
from wismo_desk.domain.packing import Packing, tick
from wismo_desk.domain.shipment import Label, LabelRequest
from wismo_desk.errors import DeskError
from wismo_desk.flows.prepare import Prepare
from wismo_desk.store.store import Store

_NOBODY: Final = UUID(int=0)


@dataclass(slots=True)
class SerialAhead:
    """The next number of a range, taken from disk before it is needed. `take` gives each number once; the one that
    lies here when the program ends is a gap."""

    take: Callable[[], int]
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _next: int | None = None

    def __call__(self) -> int:
        """From any thread; used up for ever."""
        with self._lock:
            number, self._next = self._next, None
            return self.take() if number is None else number

    def peek(self) -> int:
        """What the next call will give, unless another comes first."""
        with self._lock:
            if self._next is None:
                self._next = self.take()
            return self._next


@dataclass(frozen=True, slots=True, kw_only=True)
class PaintAhead:
    """`number` is the SSCC that the next purchase will get, `paint` keeps the label that it paints for whoever asks for
    the same one. Any thread."""

    store: Store
    prepare: Prepare
    number: Callable[[], str]
    paint: Callable[[LabelRequest, Label], None]

    def __call__(self, order: Order, *, parcel_no: int, weight_g: int) -> bool:
        """Whether there was something to paint. What is wrong with it is told when it is bought."""
        try:
            return self._painted(order, parcel_no, weight_g)
        except DeskError:
            return False

    def _painted(self, order: Order, parcel_no: int, weight_g: int) -> bool:
        code, service, _, _ = self.store.read.routed(order.order_id)
        carrier = self.prepare.carriers.get(code)
        if not isinstance(carrier, SellsLabels) or not carrier.info.traits.offline_labels:
            return False
        if self.store.read.parcels(order_id=order.order_id):
            return False  # a later parcel, or one whose label is void: rare, and another key
        details = {
            "reference": reference(purchase_key(order.order_id, parcel_no, 1)),
            "parcel_no": parcel_no,
            "issue_no": 1,
            "service": service,
            "weight_g": weight_g,
            "sscc": self.number(),
        }
        request = self.prepare.request(order, _NOBODY, details)
        self.paint(request, carrier.buy_label(request))  # offline: a number written down, nothing bought
        return True


def after_last_piece(packing: Packing) -> Packing | None:
    """As it will be when the one piece that is still missing is scanned; None when it is not one."""
    missing = [(line, packing.missing(line)) for line in packing.order.lines if packing.missing(line)]
    if packing.finished or len(missing) != 1 or missing[0][1] != 1:
        return None
    return tick(packing, missing[0][0].line_id, 1)
