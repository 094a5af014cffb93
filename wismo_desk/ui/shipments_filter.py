"""The filters that are no chips: state, service, promise, age and owner, ticked in one menu."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QMenu

from wismo_desk.domain.watching import Counts, Filter, Promise
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.parts import Button
from wismo_desk.ui.theme import font

_AGES = (24, 48, 72, 168)  # hours


class FilterButton(Button):
    """Says how many of these filters are on; Filter's own names go out with `narrowed`."""

    narrowed = Signal(object)  # dict of Filter fields

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.look, desk.words("Filter"), icon="list-checks", small=True)
        self._desk = desk
        self._filter, self._counts = Filter(), Counts()
        self.clicked.connect(self.open)

    def show_counts(self, counts: Counts) -> None:
        self._counts = counts

    def show_filter(self, asked: Filter) -> None:
        """What is on now."""
        self._filter = asked
        on = (asked.statuses, asked.services, asked.owners, asked.promise, asked.silent_h)
        count = sum(1 for one in on if one)
        words = self._desk.words
        text = words("Filter: {count}", count=count) if count else words("Filter")
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()

    def open(self) -> None:
        """The menu, with the kept counts."""
        menu = self.menu()
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))

    def menu(self) -> QMenu:
        words, asked = self._desk.words, self._filter
        menu = QMenu(self)
        menu.setFont(font(14))
        menu.aboutToHide.connect(menu.deleteLater)
        states = self._part(menu, words("Status"))
        for status, count in self._counts.by_status:
            self._offer(states, self._desk.terms.status[status], count, "statuses", status)
        services = self._part(menu, words("Service"))
        for (carrier, service), count in self._counts.by_service:
            name = f"{self._desk.names.carrier(carrier)} {self._desk.names.service(carrier, service)}"
            self._offer(services, name.strip(), count, "services", (carrier, service))
        owners = self._part(menu, words("Who"))
        self._offer(owners, words("Nobody"), None, "owners", "")
        for owner, count in self._counts.by_owner:
            self._offer(owners, owner, count, "owners", owner)
        promised = self._part(menu, words("Promised"))
        for promise, said in self._promises().items():
            wanted = None if asked.promise is promise else promise
            self._tick(promised, said, asked.promise is promise, partial(self._say, promise=wanted))
        ages = self._part(menu, words("Nothing heard for"))
        for hours in _AGES:
            on = asked.silent_h == hours
            said = words("{days} days", days=hours // 24) if hours > 24 else words("1 day")
            self._tick(ages, said, on, partial(self._say, silent_h=0 if on else hours))
        menu.addSeparator()
        menu.addAction(words("No filter")).triggered.connect(lambda: self._clear())
        return menu

    def _part(self, menu: QMenu, title: str) -> QMenu:
        part = menu.addMenu(title)
        part.setFont(font(14))
        return part

    def _promises(self) -> dict[Promise, str]:
        words = self._desk.words
        return {
            Promise.PASSED: words("Passed"),
            Promise.TODAY: words("Today"),
            Promise.TOMORROW: words("Tomorrow"),
            Promise.WEEK: words("Within a week"),
            Promise.NONE: words("None was made"),
        }

    def _offer(self, menu: QMenu, said: str, count: int | None, field: str, value: object) -> None:
        """One of several that may be on together."""
        now: frozenset[object] = getattr(self._filter, field)
        text = said if count is None else f"{said}   {self._desk.words.number(count)}"
        self._tick(menu, text, value in now, lambda: self._say(**{field: now ^ {value}}))

    def _tick(self, menu: QMenu, said: str, on: bool, slot: Callable[[], None]) -> None:
        action = menu.addAction(said.replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(on)
        action.triggered.connect(lambda _=False: slot())

    def _say(self, **values: object) -> None:
        self.narrowed.emit(values)

    def _clear(self) -> None:
        none: frozenset[object] = frozenset()
        self._say(statuses=none, services=none, owners=none, promise=None, silent_h=0)
