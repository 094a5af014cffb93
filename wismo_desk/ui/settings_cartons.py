"""The cartons of the shop, one line each: what they measure and weigh."""

from __future__ import annotations

from functools import partial
from typing import Final

from wismo_desk.flows.preflight_words import size_said
from wismo_desk.settings.cartons import MOST, Carton, carton_of, typed_carton
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.settings_form import Form
from wismo_desk.ui.settings_panes import Draft
from wismo_desk.words import Words

_LIKE: Final = Carton(number=1, length_mm=300, width_mm=200, height_mm=125, tare_g=150)


def carton_form(desk: Desk, draft: Draft) -> Form:
    """An empty line is a carton that is not measured. Applies from the next parcel on."""
    words = desk.words
    form = Form(desk, words("Cartons"), aside=words("chosen by the command sheet, 1 to 6"), two=True)

    def keep(number: int, text: str) -> None:
        others = [carton for carton in draft.settings.cartons if carton.number != number]
        fresh = [typed_carton(number, text)] if text.strip() else []
        draft.change(cartons=tuple(sorted((*others, *fresh), key=lambda carton: carton.number)))

    for number in range(1, MOST + 1):
        known = carton_of(draft.settings.cartons, str(number))
        field = form.checked(
            words("Carton {number}", number=number),
            _said(known, words) if known else "",
            partial(keep, number),
            draft.refuse,
            code=True,
        )
        field.setPlaceholderText(_said(_LIKE, words))
    return form


def _said(carton: Carton, words: Words) -> str:
    """As `typed_carton` reads it in every language: the grams stay without separators."""
    size = size_said((carton.length_mm, carton.width_mm, carton.height_mm), words)
    return words("{size}; {tare}", size=size, tare=f"{carton.tare_g}\u00a0g") if carton.tare_g else size
