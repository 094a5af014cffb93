"""Packs every order as a person would: looks at what the bench shows, and scans what it asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from wismo_desk.demo.wedge import Wedge
from wismo_desk.domain.bench_view import BenchMode, BenchView, Problem
from wismo_desk.domain.commands import Command
from wismo_desk.domain.order import Order, Product
from wismo_desk.flows.bench_state import Step

_BREATH_MS = 40  # between a picture and the next scan: 25 scans a second, ten times a quick packer
_PREVIEW_MS = 900  # the cut preview of the label is on the screen by then
Look = Callable[[str], None]  # take a picture under this name


class Packer(QObject):
    """`orders` in the order of packing. One wrong item, one split order: what a day brings."""

    finished = Signal()

    def __init__(
        self,
        wedge: Wedge,
        orders: Sequence[Order],
        products: dict[str, Product],
        *,
        look: Look,
        skip_label_scan: frozenset[str] = frozenset(),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._wedge, self._orders, self._products = wedge, list(orders), products
        self._look = look
        self._skip = skip_label_scan
        self._left = [order.number for order in orders]
        self._by_number = {order.number: order for order in orders}
        self._seen: set[str] = set()
        self._last: tuple[object, ...] = ()
        self._split = next((o.number for o in orders if sum(line.quantity for line in o.lines) >= 4), "")
        self.scans = 0

    def begin(self, view: BenchView) -> None:
        QTimer.singleShot(0, lambda: self._next(view))

    def stepped(self, step: Step, _began: float) -> None:
        QTimer.singleShot(_BREATH_MS, lambda: self._next(step.view))

    def _next(self, view: BenchView) -> None:
        """One reaction to one picture, however often it is shown; one that asks for nothing is waited out."""
        seen = (view.mode, view.order_number, view.pieces_done, view.parcel_no, view.problem, view.label)
        if seen == self._last:
            return
        self._last = seen
        if view.mode is BenchMode.IDLE:
            if self._left:
                self._once("bench-idle")
                self._scan(self._left.pop(0))
            else:
                self.finished.emit()
        elif view.mode is BenchMode.PACKING:
            self._pack(view)
        elif view.mode is BenchMode.PROBLEM and view.problem is not None:
            self._once(f"bench-{view.problem.kind.value.replace('_', '-')}")
            again = view.problem.can_retry and view.problem.kind is not Problem.LABEL_REFUSED
            self._wedge.press(*((Qt.Key.Key_P, "p") if again else (Qt.Key.Key_Return, "\r")))
        elif view.mode is BenchMode.WEIGHING:
            for digit in "500":
                self._wedge.press(Qt.Key(ord(digit)), digit)
            self._wedge.press(Qt.Key.Key_Return, "\r")
        elif view.mode is BenchMode.LABEL_OUT and view.label is not None and view.label.printed:
            first = self._first("label")
            QTimer.singleShot(_PREVIEW_MS if first else 0, lambda: self._stick(view))

    def _stick(self, view: BenchView) -> None:
        """The label is on the parcel: scan it, or forget to."""
        self._once("bench-label")
        if view.order_number in self._skip:
            self._wedge.press(Qt.Key.Key_Return, "\r")
        else:
            self._scan(self._label_code(view))

    def _label_code(self, view: BenchView) -> str:
        assert view.label is not None
        number = view.label.tracking_number
        return f"]C100{number}" if len(number) == 18 and number.isdigit() else number

    def _pack(self, view: BenchView) -> None:
        if view.buying == view.order_number and view.current < 0:
            return
        order = self._by_number[view.order_number]
        if view.current < 0:
            return
        line = view.lines[view.current]
        if view.pieces_done == 1:
            self._once("bench-item-ok")
        if view.pieces_done == 1 and self._first("wrong"):
            self._once("bench-waiting")
            self._scan(self._stranger(order))
            return
        if view.order_number == self._split and view.pieces_done == 2 and self._first("split"):
            self._scan(Command.NEXT_PARCEL.value)
            return
        if not line.need_code:
            self._wedge.press(Qt.Key.Key_Return, "\r")
            return
        self._scan(self._code(order, view.current))

    def _code(self, order: Order, index: int) -> str:
        line = order.lines[index]
        product = self._products.get(line.sku)
        return line.ean or (product.codes[0][0] if product and product.codes else line.sku)

    def _stranger(self, order: Order) -> str:
        wanted = {line.sku for line in order.lines}
        for product in self._products.values():
            if product.sku not in wanted and product.codes:
                return product.codes[0][0]
        return "9520000009991"

    def _scan(self, code: str) -> None:
        self.scans += 1
        self._wedge.scan(code)

    def _first(self, what: str) -> bool:
        if what in self._seen:
            return False
        self._seen.add(what)
        return True

    def _once(self, picture: str) -> None:
        if self._first(picture):
            self._look(picture)
