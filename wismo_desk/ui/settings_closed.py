"""Réglages → Transporteurs: the days on which the merchant is closed and no truck leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wismo_desk.background.lanes import Lane
from wismo_desk.domain.closed_days import TrucksMoved, read_closures, write_closures
from wismo_desk.domain.fact import Changes
from wismo_desk.errors import BadInput
from wismo_desk.flows.close_days import DaysClosed
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.parts import write
from wismo_desk.ui.settings_form import Form
from wismo_desk.ui.settings_panes import Draft
from wismo_desk.words import Words

_SHOWN = 4  # pairs of days; the rest is one sum


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedAsks:
    """`typed` tells them as people type them, `save` takes them so, `preview` counts what saving would move;
    `changed` gets what that changed."""

    typed: Callable[[], str]
    save: Callable[[str], DaysClosed]
    preview: Callable[[str], Sequence[TrucksMoved]]
    changed: Callable[[Changes], None]


def closed_form(desk: Desk, draft: Draft, asks: ClosedAsks) -> Form:
    """One line for all of them, below it what they move as they are typed; what is no day is refused once the line is
    left, and stays to be mended."""
    words = desk.words
    form = Form(desk, words("Closed days"), aside=words("no truck leaves"))
    moved = write("", 13, wrap=True)
    moved.setAccessibleName(words("Orders that move"))
    moved.hide()

    def tell(trucks: Sequence[TrucksMoved]) -> None:
        moved.setText(moved_words(words, trucks))
        moved.setVisible(bool(trucks))

    def look(text: str) -> None:
        try:
            said = write_closures(read_closures(text))
        except BadInput:  # half a day is typed
            tell(())
            return
        desk.run(
            Lane.READ,
            lambda: asks.preview(said),
            lambda trucks: tell(trucks) if field.text() == text else None,
            draft.refuse,
        )

    def saved(done: DaysClosed) -> None:
        asks.changed(done.changes)
        tell(done.trucks)

    def take(text: str) -> None:
        said = write_closures(read_closures(text))
        desk.run(Lane.STATION, lambda: asks.save(said), saved, draft.refuse)

    field = form.checked(
        words("Closed on"),
        asks.typed(),
        take,
        draft.refuse,
        hint=words(
            "Beside weekends and public holidays, for all desks of this warehouse: 24/12/2026, 28/12/2026-02/01/2027. "
            "Orders not shipped yet move to the next truck, what was promised to customers stays; carriers' own "
            "clocks go on."
        ),
    )
    field.textEdited.connect(look)
    form.add("", moved)
    return form


def moved_words(words: Words, trucks: Sequence[TrucksMoved]) -> str:
    """A line for each pair of days, at most four."""
    lines = [
        words(
            "{count} {count|order moves|orders move} from {before} to {after}.",
            count=words.number(one.count),
            before=words.date(one.before),
            after=words.date(one.after),
        )
        for one in trucks[:_SHOWN]
    ]
    rest = sum(one.count for one in trucks[_SHOWN:])
    if rest:
        more = "{count} {count|more order moves|more orders move} from other days."
        lines.append(words(more, count=words.number(rest)))
    return "\n".join(lines)
