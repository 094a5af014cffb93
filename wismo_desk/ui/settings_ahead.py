"""Labels bought before their parcels are packed: whether this bench does, for which orders, by which weight."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from wismo_desk.domain.amount import is_whole_number
from wismo_desk.errors import BadInput
from wismo_desk.settings.ahead import LIMITS, AheadMode
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.settings_form import Form
from wismo_desk.ui.settings_panes import Draft
from wismo_desk.words import Words


def ahead_form(desk: Desk, draft: Draft) -> Form:
    """All of it applies from the next order on."""
    words = desk.words
    form = Form(desk, words("Labels bought ahead"))
    modes = (
        (AheadMode.OFF.value, words("No: bought at the last scan")),
        (AheadMode.OPENED.value, words("When the order is scanned")),
        (AheadMode.QUEUE.value, words("Also for the next orders that wait")),
    )
    form.choice(
        words("Bought"),
        modes,
        draft.settings.ahead.mode.value,
        lambda value: _change(draft, mode=AheadMode(value)),
        hint=words(
            "Only with carriers that bill at hand-over or can void. A label that does not fit its parcel is voided and "
            "bought anew; the carrier's own site shows both."
        ),
    )
    for name, label, hint in _numbers(words):
        known = str(getattr(draft.settings.ahead, name))
        form.checked(label, known, partial(_number, draft, name), draft.refuse, hint=hint, code=True)
    return form


def _numbers(words: Words) -> tuple[tuple[str, str, str], ...]:
    """The fields that are whole numbers: what it is called, and what is to be known about it."""
    return (
        (
            "orders",
            words("Number of orders"),
            words(
                "Of those whose truck leaves today. Desks that share their orders buy for the one in hand only."
            ),
        ),
        (
            "weight_g",
            words("Weight of a parcel, in grams"),
            words("0: the sum of its products; without a weight nothing is bought ahead."),
        ),
        (
            "tolerance_g",
            words("Allowed difference, in grams"),
            words("Between the label and the scale: the carton counts too."),
        ),
    )


def _change(draft: Draft, **values: Any) -> None:
    draft.change(ahead=replace(draft.settings.ahead, **values))


def _number(draft: Draft, name: str, text: str) -> None:
    """Raises BadInput."""
    most = LIMITS[name]
    if not is_whole_number(text.strip()) or int(text) > most:
        raise BadInput("Type a whole number from 0 to {most}.", most=most, field=name)
    _change(draft, **{name: int(text)})
