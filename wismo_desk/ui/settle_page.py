"""À traiter: the work list, and behind its band the unknown outcomes as long as there are any."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from wismo_desk.background.lanes import Lane
from wismo_desk.domain.fact import Changes
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.parts import Button
from wismo_desk.ui.triage_page import TriagePage


class SettlePage(QWidget):
    """`counted`: what somebody must act on, with the open questions; the tray keeps its own reading. `to_act` reads
    the former without the list."""

    context_changed = Signal(str)
    counted = Signal(int)

    def __init__(
        self, desk: Desk, triage: TriagePage, tray: QWidget, to_act: Callable[[], int] = lambda: 0
    ) -> None:
        super().__init__()
        self._asked_to_act = to_act
        self._desk, self.triage, self.tray = desk, triage, tray
        self._questions = self._to_act = 0
        self._said = ""
        self._pages = QStackedLayout(self)
        self._pages.setContentsMargins(0, 0, 0, 0)
        self._pages.addWidget(triage)
        self._pages.addWidget(self._with_way_back(tray))
        self.setFocusProxy(triage.list)  # keys work as soon as the page is there
        triage.context_changed.connect(self._say)
        triage.counted.connect(self._count)
        triage.tray_wanted.connect(self.show_tray)

    def _with_way_back(self, tray: QWidget) -> QWidget:
        words = self._desk.words
        self.back = Button(
            self._desk.look, words("Back to the work list"), key=words("Esc"), icon="list-checks"
        )
        self.back.clicked.connect(self.show_work)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(20, 12, 20, 0)
        head.addWidget(self.back)
        head.addStretch()
        column.addLayout(head)
        column.addWidget(tray, 1)
        return page

    def start(self) -> None:
        self.triage.start()

    def apply(self, changes: Changes) -> None:
        self.triage.apply(changes)

    def count(self, changes: Changes | None) -> None:
        """While nobody sees the page, the badge only. None: whatever may have changed."""
        if changes is None or changes.shipments or changes.values:
            self._desk.run(Lane.READ, self._asked_to_act, self._count, lambda _error: None)

    def show_questions(self, count: int) -> None:
        """How many outcomes are unknown."""
        self._questions = count
        self.triage.show_questions(count)
        self.counted.emit(self._to_act + count)

    def _count(self, to_act: int) -> None:
        self._to_act = to_act
        self.counted.emit(to_act + self._questions)

    def _say(self, said: str) -> None:
        self._said = said
        if self._pages.currentIndex() == 0:
            self.context_changed.emit(said)

    @property
    def shows_tray(self) -> bool:
        return self._pages.currentIndex() == 1

    def show_tray(self) -> None:
        self._pages.setCurrentIndex(1)
        self.context_changed.emit(self._desk.words("Unknown outcomes"))
        self.tray.setFocus()

    def show_work(self) -> None:
        self._pages.setCurrentIndex(0)
        self.context_changed.emit(self._said)
        self.triage.list.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.shows_tray:
            self.show_work()
        else:
            super().keyPressEvent(event)
