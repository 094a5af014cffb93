"""Labels bought before their parcels are packed: whether this bench does, for which orders, by which weight."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from wismo_desk.domain.amount import is_whole_number
from wismo_desk.errors import BadInput
from wismo_desk.settings.ahead import LIMITS, AheadMode, AheadSettings
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.settings_form import Form
from wismo_desk.ui.settings_panes import Draft


def ahead_form(desk: Desk, draft: Draft) -> Form:
    """All of it applies from the next order on."""
    words = desk.words
    form = Form(desk, words("Labels bought ahead"))

    def now() -> AheadSettings:
        return draft.settings.ahead

    def change(**values: Any) -> None:
        draft.change(ahead=replace(now(), **values))

    def number(name: str, text: str) -> None:
        most = LIMITS[name]
        if not is_whole_number(text.strip()) or int(text) > most:
            raise BadInput("Type a whole number from 0 to {most}.", most=most, field=name)
        change(**{name: int(text)})

    modes = (
        (AheadMode.OFF.value, words("No: bought at the last scan")),
        (AheadMode.OPENED.value, words("When the order is scanned")),
        (AheadMode.QUEUE.value, words("Also for the next orders that wait")),
    )
    form.choice(
        words("Bought"),
        modes,
        now().mode.value,
        lambda value: change(mode=AheadMode(value)),
        hint=words(
            "Only with carriers that bill at hand-over or can void. A label that does not fit its parcel is voided and "
            "bought anew; the carrier's own site shows both."
        ),
    )
    form.checked(
        words("So many orders"),
        str(now().orders),
        partial(number, "orders"),
        draft.refuse,
        hint=words(
            "Of those whose truck leaves today. Desks that share their orders buy for the one in hand only."
        ),
        code=True,
    )
    form.checked(
        words("Weight of a parcel, in grams"),
        str(now().weight_g),
        partial(number, "weight_g"),
        draft.refuse,
        hint=words("0: the sum of its products; without a weight nothing is bought ahead."),
        code=True,
    )
    form.checked(
        words("Difference that is allowed, in grams"),
        str(now().tolerance_g),
        partial(number, "tolerance_g"),
        draft.refuse,
        hint=words("Between the label and the scale: the carton counts too."),
        code=True,
    )
    return form
