"""Joins the page Messages to the window once somebody opens it; until then only its badge is counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from wismo_desk.background.lanes import Lane
from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.notice import Tally
from wismo_desk.errors import DeskError
from wismo_desk.flows.notify import Notify
from wismo_desk.ui.late_page import LatePage
from wismo_desk.ui.page_desk import Desk as PageDesk

if TYPE_CHECKING:
    from wismo_desk.ui.notices_page import NoticesPage


class NoticesDesk:
    """`late` stands in the rail, `count` reads its badge, `show_pause` tells why sending rests."""

    def __init__(self, given: PageDesk, notify: Notify, badge: Callable[[int], None]) -> None:
        self._given, self._notify, self._badge = given, notify, badge
        self._pause: tuple[DeskError | None, datetime | None] = (None, None)
        self.late = LatePage(self._make)

    def _make(self) -> NoticesPage:
        from wismo_desk.ui.notices_page import NoticesPage

        page = NoticesPage(self._given, self._notify)
        page.counted.connect(self._badge)
        page.show_pause(*self._pause)
        return page

    def count(self, changes: Changes | None) -> None:
        """How many messages nobody knows the outcome of, for a person to settle."""
        if changes is None or changes.effects:
            self._given.run(Lane.READ, self._notify.tally, self._show, lambda _error: None)

    def _show(self, tally: Tally) -> None:
        doubt = sum(count for (_, state, _), count in tally.items() if state is EffectState.IN_DOUBT)
        self._badge(doubt)

    def show_pause(self, error: DeskError | None, until: datetime | None) -> None:
        """Of the sender's last turn; a page that is built later shows it as well."""
        self._pause = (error, until)
        if self.late.is_built:
            self.late.page.show_pause(error, until)
