"""Réglages → Transporteurs: the days on which the merchant is closed and no truck leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wismo_desk.background.lanes import Lane
from wismo_desk.domain.closed_days import read_closures, write_closures
from wismo_desk.domain.fact import Changes
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.settings_form import Form
from wismo_desk.ui.settings_panes import Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedAsks:
    """`typed` tells them as people type them, `save` takes them so; `changed` gets what that changed."""

    typed: Callable[[], str]
    save: Callable[[str], Changes]
    changed: Callable[[Changes], None]


def closed_form(desk: Desk, draft: Draft, asks: ClosedAsks) -> Form:
    """One line for all of them; what is no day is refused at once and stays to be mended."""
    words = desk.words
    form = Form(desk, words("Closed days"), aside=words("no truck leaves"))

    def take(text: str) -> None:
        said = write_closures(read_closures(text))
        desk.run(Lane.STATION, lambda: asks.save(said), asks.changed, draft.refuse)

    form.checked(
        words("Closed on"),
        asks.typed(),
        take,
        draft.refuse,
        hint=words(
            "Beside weekends and public holidays, for all desks of this warehouse: 24/12/2026, 28/12/2026-02/01/2027. "
            "Holds for orders that come in from now on; carriers' own clocks go on."
        ),
    )
    return form
