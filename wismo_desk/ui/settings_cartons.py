"""The cartons of the shop, one line each: what they measure and weigh."""

from __future__ import annotations

from functools import partial

from wismo_desk.settings.cartons import MOST, Carton, carton_of, typed_carton
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.settings_form import Form
from wismo_desk.ui.settings_panes import Draft


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
            _said(known) if known else "",
            partial(keep, number),
            draft.refuse,
            code=True,
        )
        field.setPlaceholderText("30 × 20 × 12,5 ; 150 g")
    return form


def _said(carton: Carton) -> str:
    size = " × ".join(_centimetres(side) for side in (carton.length_mm, carton.width_mm, carton.height_mm))
    return f"{size} ; {carton.tare_g} g" if carton.tare_g else size


def _centimetres(mm: int) -> str:
    return f"{mm // 10},{mm % 10}" if mm % 10 else str(mm // 10)
