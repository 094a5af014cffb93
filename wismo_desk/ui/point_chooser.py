"""Chooses another pickup point: the carrier's list around a postcode, nearest first, all by keyboard."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from wismo_desk.domain.preflight import same_point
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.order_asks import CARRIERS_LANE, FindPoints
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Outcome, empty
from wismo_desk.ui.parts import Button, write
from wismo_desk.ui.point_row import PointRow
from wismo_desk.ui.settings_password import still
from wismo_desk.ui.theme import font

_MOST = 20


class PointChooser(QWidget):
    """`chosen` carries (number, name); a point can also be typed, for carriers that cannot be asked."""

    chosen = Signal(str, str)

    def __init__(self, desk: Desk, find: FindPoints) -> None:
        super().__init__()
        self._desk, self._find = desk, find
        self._order = UUID(int=0)
        self._turn = 0
        self.rows: list[PointRow] = []
        words = desk.words
        self.postcode = self._line(words("Postcode to search around"))
        self.search = Button(desk.look, words("Search"), icon="search", small=True)
        self.number = self._line(words("Number of the point"))
        self.take = Button(desk.look, words("Take it"), small=True)
        self.outcome = Outcome()
        self._list = QVBoxLayout()
        self._list.setSpacing(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._around = self._pair(self.postcode, self.search)
        column.addWidget(self._around)
        column.addWidget(self.outcome)
        column.addLayout(self._list)
        column.addWidget(
            write(words("Or type the number that the customer was given:"), 13, tone="muted", wrap=True)
        )
        column.addWidget(self._pair(self.number, self.take))
        self.search.clicked.connect(self._ask)
        self.postcode.returnPressed.connect(self._ask)
        self.take.clicked.connect(self._typed)
        self.number.returnPressed.connect(self._typed)
        self.number.textChanged.connect(lambda text: self.take.setEnabled(bool(text.strip())))
        self.take.setEnabled(False)

    def _line(self, name: str) -> QLineEdit:
        field = QLineEdit()
        field.setFont(font(14))
        field.setPlaceholderText(name)
        field.setAccessibleName(name)
        return field

    @staticmethod
    def _pair(field: QLineEdit, button: Button) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(field, 1)
        row.addWidget(button)
        return holder

    def open(self, order_id: UUID, postcode: str, *, searches: bool) -> None:
        """For this order, around its recipient. `searches`: its carrier can be asked."""
        self._order = order_id
        self._clear()
        self.number.clear()
        self.postcode.setText(postcode)
        self._around.setVisible(searches)
        if searches:
            self._ask()
            self.postcode.setFocus()
        else:
            self.outcome.clear()
            self.number.setFocus()

    def _ask(self) -> None:
        self._turn += 1
        turn, order_id, postcode = self._turn, self._order, self.postcode.text().strip()
        self._clear()
        self.outcome.say(Mark.INFO, self._desk.words("Asking the carrier…"))
        self._desk.run(
            CARRIERS_LANE,
            lambda: self._find(order_id, postcode=postcode),
            still(self, lambda found: self._show(turn, found)),
            still(self, lambda error: self._fail(turn, error)),
        )

    def _show(self, turn: int, found: object) -> None:
        from wismo_desk.flows.find_points import FoundPoints  # after the first paint

        assert isinstance(found, FoundPoints)
        if turn != self._turn:
            return
        self._clear()
        points = found.points[:_MOST]
        furthest = max((point.distance_m or 0 for point in points), default=0)
        for point in points:
            row = PointRow(self._desk, point, furthest=furthest, ship_on=found.searched.ship_on)
            row.setChecked(same_point(point.point_id, found.chosen))
            row.clicked.connect(lambda _=False, point=point: self.chosen.emit(point.point_id, point.name))
            self._list.addWidget(row)
            QWidget.setTabOrder(self.rows[-1] if self.rows else self.search, row)
            self.rows.append(row)
        if self.rows:
            QWidget.setTabOrder(self.rows[-1], self.number)
        if not points:
            words = self._desk.words
            said = words("No pickup point around {postcode}.", postcode=found.searched.postcode)
            self.outcome.say(Mark.WARN, said, words("Try another postcode."))
        else:
            self.outcome.clear()

    def hours(self, number: str) -> tuple[str, ...]:
        """Of a point that was found: seven texts from Monday on; nothing where the carrier says nothing."""
        return next((row.point.hours or () for row in self.rows if row.point.point_id == number), ())

    def _fail(self, turn: int, error: Exception) -> None:
        if turn == self._turn:
            self._clear()
            self.outcome.say(Mark.WARN, self._desk.told(error))

    def _clear(self) -> None:
        empty(self._list)
        self.rows = []

    def _typed(self) -> None:
        number = self.number.text().strip()
        if number:
            self.chosen.emit(number, "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down walk the list, from the search field into it; Enter takes the one that has the focus."""
        at = next((n for n, row in enumerate(self.rows) if row.hasFocus()), -1)
        if event.key() == Qt.Key.Key_Down and at + 1 < len(self.rows):
            self.rows[at + 1].setFocus()
        elif event.key() == Qt.Key.Key_Up and at >= 0:
            (self.rows[at - 1] if at else self.postcode).setFocus()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and at >= 0:
            self.rows[at].click()
        else:
            super().keyPressEvent(event)
