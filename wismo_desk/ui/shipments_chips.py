"""The row of filters above the grid, with counts that keep their places while data moves."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QMenu, QSizePolicy, QWidget

from wismo_desk.domain.anomaly import AnomalyKind
from wismo_desk.domain.watching import Counts, Filter
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.parts import Button, Chip, Kind
from wismo_desk.ui.shipments_filter import FilterButton
from wismo_desk.ui.shipments_warehouses import WarehouseButton
from wismo_desk.ui.theme import font

ACT = frozenset(
    {
        AnomalyKind.DOUBLE_LABEL,
        AnomalyKind.ORDER_LATE,
        AnomalyKind.NOT_MANIFESTED,
        AnomalyKind.PROMISE_PASSED,
    }
)


class ShipmentChips(QFrame):
    """One view is on at a time; carriers are ticked in a menu and narrow it down."""

    asked = Signal(object)  # Filter
    waiting_shown = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.filter = Filter()
        self._counts = Counts()
        self._carriers: frozenset[str] = frozenset()
        self.setProperty("part", "bar")
        self.setFixedHeight(48)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(8)
        words = desk.words
        self._group = QButtonGroup(self)
        self.all = self._chip(words("All"), Filter())
        self.open = self._chip(words("Not ended"), Filter(only_open=True))
        self.to_do = self._chip(words("To settle"), Filter(only_anomalies=True))
        self.kinds = {
            kind: self._chip(
                desk.terms.anomaly[kind],
                Filter(anomalies=frozenset({kind})),
                mark=Mark.DANGER if kind in ACT else Mark.WARN,
            )
            for kind in AnomalyKind
        }
        self.all.setChecked(True)
        self.others = Button(desk.look, words("Others"), icon="chevron-down", small=True)
        self.others.clicked.connect(self._show_kinds)
        self.carriers = Button(desk.look, words("Carriers"), icon="truck", small=True)
        self.carriers.clicked.connect(self._show_carriers)
        self.warehouses = WarehouseButton(desk)
        self.warehouses.chosen.connect(lambda names: self.narrow(warehouses=names))
        self.narrower = FilterButton(desk)
        self.narrower.narrowed.connect(lambda values: self.narrow(**values))
        for widget in (
            *(self.all, self.open, self.to_do, *self.kinds.values()),
            *(self.others, self.carriers, self.warehouses, self.narrower),
        ):
            row.addWidget(widget)
        row.addStretch()
        self.waiting = Button(desk.look, "", icon="refresh-cw", kind=Kind.GHOST, small=True)
        self.waiting.clicked.connect(self.waiting_shown)
        self.waiting.hide()
        row.addWidget(self.waiting)
        self._fixed: tuple[QWidget, ...] = (
            self.all,
            self.open,
            self.to_do,
            self.narrower,
            self.carriers,
            self.warehouses,
            self.waiting,
        )

    def add_tools(self, views: QWidget, tools: QWidget) -> None:
        """Saved views at the left, the tools at the right."""
        row = self._row
        row.insertWidget(0, views)
        row.addWidget(tools)
        self._fixed += (views, tools)
        self._fold()

    def _chip(self, text: str, view: Filter, mark: Mark | None = None) -> Chip:
        chip = Chip(self._desk.look, text, 0, mark=mark)
        self._group.addButton(chip)
        chip.clicked.connect(lambda: self._ask(view))
        return chip

    def _ask(self, view: Filter) -> None:
        """A view, with the text, carriers and sorting that were on."""
        old = self.filter
        self.filter = replace(
            view,
            text=old.text,
            carriers=self._carriers,
            statuses=old.statuses,
            services=old.services,
            owners=old.owners,
            warehouses=old.warehouses,
            promise=old.promise,
            silent_h=old.silent_h,
            sort=old.sort,
            descending=old.descending,
        )
        self._fold()
        self.asked.emit(self.filter)

    def ask_filter(self, asked: Filter) -> None:
        """Exactly this, whatever was on: a saved view, or a way here from another page."""
        self.filter = asked
        self._carriers = asked.carriers
        self._check(asked)
        self._show_narrowing()
        self._name_carriers()
        self._fold()
        self.asked.emit(asked)

    def _check(self, asked: Filter) -> None:
        """The chip that says the same, if there is one."""
        kind = next(iter(asked.anomalies)) if len(asked.anomalies) == 1 else None
        plain = self.to_do if asked.only_anomalies else self.open if asked.only_open else self.all
        (self.kinds[kind] if kind else plain).setChecked(True)

    def narrow(self, **values: object) -> None:
        """Change the text or the sorting of the view that is on."""
        self.filter = replace(self.filter, **values)  # type: ignore[arg-type]  # names are Filter's
        self._show_narrowing()
        self.asked.emit(self.filter)

    def show_all(self) -> None:
        """The way out of an empty answer: no text, no carrier, every shipment."""
        self.all.setChecked(True)
        self._carriers = frozenset()
        self.filter = Filter(sort=self.filter.sort, descending=self.filter.descending)
        self._name_carriers()
        self._show_narrowing()
        self._fold()
        self.asked.emit(self.filter)

    def _show_narrowing(self) -> None:
        self.narrower.show_filter(self.filter)
        self.warehouses.show_filter(self.filter)
        self._fold()

    def show_counts(self, counts: Counts) -> None:
        self._counts = counts
        self.narrower.show_counts(counts)
        self.warehouses.show_counts(counts)
        by_kind = dict(counts.by_anomaly)
        self.all.set_count(counts.total)
        self.open.set_count(counts.open)
        self.to_do.set_count(counts.with_anomaly)
        for kind, chip in self.kinds.items():
            chip.set_count(by_kind.get(kind, 0))
        self._fold()

    def show_waiting(self, count: int) -> None:
        words = self._desk.words
        text = words("{count} changes, show", count=count) if count > 1 else words("1 change, show")
        self.waiting.setText(text)
        self.waiting.setAccessibleName(text)
        self.waiting.setVisible(count > 0)
        self.waiting.updateGeometry()
        self._fold()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        """Kinds that never occurred stay hidden; those that find no room go into a menu, but the one on."""
        by_kind = dict(self._counts.by_anomaly)
        room = self.width() - 24 - sum(w.sizeHint().width() + 8 for w in self._fixed if not w.isHidden())
        wanted = [kind for kind, chip in self.kinds.items() if by_kind.get(kind) or chip.isChecked()]
        needs = {kind: self.kinds[kind].sizeHint().width() + 8 for kind in wanted}
        if sum(needs.values()) > room:
            room -= self.others.sizeHint().width() + 8
        shown = {kind for kind in wanted if self.kinds[kind].isChecked()}
        room -= sum(needs[kind] for kind in shown)
        for kind in wanted:
            if kind not in shown and needs[kind] <= room:
                shown.add(kind)
                room -= needs[kind]
        for kind, chip in self.kinds.items():
            chip.setVisible(kind in shown)
        self.others.setVisible(len(shown) < len(wanted))

    def _show_kinds(self) -> None:
        menu = self._menu()
        for kind, count in self._counts.by_anomaly:
            action = menu.addAction(f"{self._desk.terms.anomaly[kind]}   {count}")
            action.triggered.connect(lambda _=False, kind=kind: self.kinds[kind].click())
        menu.popup(self.others.mapToGlobal(QPoint(0, self.others.height() + 4)))

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setFont(font(14))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _show_carriers(self) -> None:
        menu = self._menu()
        for code, count in self._counts.by_carrier:
            action = menu.addAction(f"{self._desk.names.carrier(code)}   {count}")
            action.setCheckable(True)
            action.setChecked(code in self._carriers)
            action.triggered.connect(lambda _=False, code=code: self._toggle(code))
        menu.addSeparator()
        every: QAction = menu.addAction(self._desk.words("All carriers"))
        every.triggered.connect(lambda: self._toggle(""))
        menu.popup(self.carriers.mapToGlobal(QPoint(0, self.carriers.height() + 4)))

    def _toggle(self, code: str) -> None:
        self._carriers = self._carriers ^ {code} if code else frozenset()
        self._name_carriers()
        self.narrow(carriers=self._carriers)

    def _name_carriers(self) -> None:
        chosen = [self._desk.names.carrier(code) for code in sorted(self._carriers)]
        text = ", ".join(chosen[:2]) + (f" +{len(chosen) - 2}" if len(chosen) > 2 else "")
        self.carriers.setText(text or self._desk.words("Carriers"))
        self.carriers.setAccessibleName(text or self._desk.words("Carriers"))
        self.carriers.updateGeometry()
