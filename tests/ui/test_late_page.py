"""A page that is built when somebody first looks at it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from wismo_desk.domain.fact import Changes
from wismo_desk.ui.late_page import LatePage


class Sheet(QWidget):
    context_changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.field = QLineEdit()
        QVBoxLayout(self).addWidget(self.field)
        self.setFocusProxy(self.field)
        self.started, self.applied = 0, 0

    def start(self) -> None:
        self.started += 1

    def apply(self, _changes: Changes) -> None:
        self.applied += 1

    def showEvent(self, event: object) -> None:
        self.context_changed.emit("shown")


def stacked(qtbot: QtBot) -> tuple[QStackedWidget, LatePage, list[Sheet]]:
    made: list[Sheet] = []

    def make() -> Sheet:
        made.append(Sheet())
        return made[-1]

    stack, late = QStackedWidget(), LatePage(make)
    stack.addWidget(QWidget())
    stack.addWidget(late)
    qtbot.addWidget(stack)
    stack.resize(600, 400)
    stack.show()
    return stack, late, made


def test_it_is_built_once_and_only_when_it_is_shown(qtbot: QtBot) -> None:
    stack, late, made = stacked(qtbot)
    late.start()
    late.apply(Changes())
    stack.setStyleSheet("QWidget { color: red }")
    assert not made and not late.is_built
    stack.setCurrentWidget(late)
    assert len(made) == 1 and late.is_built and late.page is made[0]
    assert (made[0].started, made[0].applied) == (1, 0), "asked to read before it was there"
    stack.setCurrentIndex(0)
    stack.setCurrentWidget(late)
    assert len(made) == 1


def test_it_stands_there_whole_in_the_same_turn(qtbot: QtBot) -> None:
    stack, late, made = stacked(qtbot)
    heard: list[str] = []
    late.built.connect(lambda page: page.context_changed.connect(heard.append))
    stack.setCurrentWidget(late)
    late.setFocus()
    assert made[0].isVisible() and heard == ["shown"]
    assert late.focusProxy() is made[0] and made[0].field.hasFocus() == stack.isActiveWindow()
    qtbot.waitUntil(lambda: made[0].size() == late.size())


def test_what_it_knows_it_is_told(qtbot: QtBot) -> None:
    _, late, made = stacked(qtbot)
    assert late.page is made[0]
    late.start()
    late.apply(Changes())
    assert (made[0].started, made[0].applied) == (1, 1)
    plain = LatePage(QWidget)
    qtbot.addWidget(plain)
    assert isinstance(plain.page, QWidget)
    plain.start()
    plain.apply(Changes())
