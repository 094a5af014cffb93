"""Practice without a scanner: offers the codes that the bench could scan now, and shows the paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from wismo_desk.app.station import Station
from wismo_desk.app.surface import Surface
from wismo_desk.domain.bench_view import BenchMode, BenchView
from wismo_desk.domain.commands import Command
from wismo_desk.domain.order import Order, OrderState, Product
from wismo_desk.practice.loopback import Fault
from wismo_desk.ui.bench_desk import BenchDesk
from wismo_desk.ui.paperless import Mood, PaperLabel, PracticePanel, PracticeScans

_FAULTS: Final = {
    Mood.ANSWERS: None,
    Mood.SILENT: Fault.DROP_AFTER_CREATE,
    Mood.REFUSES: Fault.REFUSE,
}

if TYPE_CHECKING:
    from wismo_desk.flows.bench_state import Step


class PracticeDesk(QObject):
    """`label_came_out` may be called on the printer's thread."""

    _came = Signal(bytes, int)

    def __init__(self, panel: PracticePanel, station: Station, bench: BenchDesk, desk: Surface) -> None:
        super().__init__(panel)
        self.panel = panel
        self._station, self._desk = station, desk
        self._view = BenchView(mode=BenchMode.IDLE)
        panel.scanned.connect(desk.scanned)
        panel.mood_chosen.connect(self._set_mood)
        bench.stepped.connect(self._stepped)
        self._came.connect(self._show_label)
        self._offer()

    def label_came_out(self, content: bytes, number: int) -> None:
        self._came.emit(content, number)

    def _set_mood(self, mood: Mood) -> None:
        if self._desk.machines is not None:
            self._desk.machines.carrier.stay(_FAULTS[mood])

    def _stepped(self, step: Step, _began: float) -> None:
        self._view = step.view
        self._offer()

    def _offer(self) -> None:
        view = self._view
        self._desk.lanes.run("practice", lambda: self._scans(view), self.panel.show_scans, lambda _e: None)

    def _scans(self, view: BenchView) -> PracticeScans:
        """Looks the codes up; runs off the window's thread."""
        label = view.label.tracking_number if view.label else ""
        waiting = self._station.watch.orders(states=(OrderState.WAITING, OrderState.PAUSED))
        number = waiting[0].number if waiting else ""
        right = wrong = ("", "")
        if view.order_number and 0 <= view.current < len(view.lines):
            order = self._order(view.order_number)
            products = self._station.store.read.products()
            line = view.lines[view.current]
            if order is not None:
                wanted = order.lines[view.current]
                code = wanted.ean or _code(products.get(wanted.sku)) or wanted.sku
                # An item without a barcode is confirmed by the key, whose barcode is the command's.
                named = _named(line.name, line.variant)
                right = (named, code) if line.need_code else (f"{named} (OK)", Command.OK.value)
                wrong = _stranger(order, products)
        order_scan = (number, number) if view.mode is BenchMode.IDLE else ("", "")
        return PracticeScans(order=order_scan, right=right, wrong=wrong, label=(label, label))

    def _order(self, number: str) -> Order | None:
        rows = [row for row in self._station.watch.orders(text=number) if row.number == number]
        return self._station.store.read.order(rows[0].order_id) if rows else None

    def _show_label(self, content: bytes, number: int) -> None:
        """Our own labels with their picture; a carrier's native bytes with their number only."""

        def read() -> PaperLabel:
            return self._read_label(content)

        self._desk.lanes.run("practice", read, self.panel.add_label, lambda _e: None)

    def _read_label(self, content: bytes) -> PaperLabel:
        stored = self._station.store.journal.label_like(content)
        if stored is None:
            return PaperLabel(code="", title=self._desk.words("A label"), detail="", image=b"")
        parcel = self._station.store.read.parcel(stored)
        label = self._station.store.journal.label(stored)
        if parcel is None or label is None:
            return PaperLabel(code="", title=self._desk.words("A label"), detail="", image=b"")
        row = self._station.store.read.shipment(parcel.shipment_id)
        carrier, _ = self._station.names(parcel.carrier, parcel.service)
        return PaperLabel(
            code=parcel.tracking_number,
            title=f"{carrier} · {row.order_number if row else ''}",
            detail=f"{row.customer}, {row.place}" if row else "",
            image=label.image,
        )


def _named(name: str, variant: str) -> str:
    return f"{name} · {variant}" if variant else name


def _code(product: Product | None) -> str:
    return product.codes[0][0] if product and product.codes else ""


def _stranger(order: Order, products: dict[str, Product]) -> tuple[str, str]:
    wanted = {line.sku for line in order.lines}
    return next(
        (
            (_named(p.name, p.variant), p.codes[0][0])
            for p in products.values()
            if p.codes and p.sku not in wanted
        ),
        ("", ""),
    )
