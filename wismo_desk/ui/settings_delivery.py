"""Réglages → Transporteurs: on which weekdays each carrier delivers, dated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wismo_desk.background.lanes import Lane
from wismo_desk.domain.carrier import CarrierInfo
from wismo_desk.domain.delivery_days import read_rows, write_rows
from wismo_desk.domain.fact import Changes
from wismo_desk.errors import BadInput
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.parts import write
from wismo_desk.ui.settings_form import Form
from wismo_desk.ui.settings_panes import Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryAsks:
    """`typed` tells a carrier's weeks as people of a language type them, "" where everybody's week holds; `shipped`
    those that hold while nothing is typed; `save` takes them so; `changed` gets what that changed."""

    typed: Callable[[str, str], str]
    shipped: Callable[[str, str], str]
    save: Callable[[str, str], Changes]
    changed: Callable[[Changes], None]


def delivery_form(desk: Desk, draft: Draft, carriers: Sequence[CarrierInfo], asks: DeliveryAsks) -> Form:
    """A line for each carrier; what is no week is refused at once and stays to be mended."""
    words = desk.words
    form = Form(desk, words("Delivery days"), aside=words("as shipped where nothing is typed"), two=True)

    def add(info: CarrierInfo) -> None:
        def take(text: str) -> None:
            rows = read_rows(info.code, text)
            for row in rows:
                if row.service != "*" and info.service(row.service) is None:
                    raise BadInput(
                        "{carrier} has no service “{service}”. Known are: {services}.",
                        carrier=info.name,
                        service=row.service,
                        services=", ".join(service.code for service in info.services),
                        field="delivery",
                    )
            said = write_rows(rows, words.language)
            desk.run(Lane.STATION, lambda: asks.save(info.code, said), asks.changed, draft.refuse)

        field = form.checked(info.name, asks.typed(info.code, words.language), take, draft.refuse)
        field.setAccessibleName(words("Delivery days: {carrier}", carrier=info.name))
        field.setPlaceholderText(asks.shipped(info.code, words.language))
        field.setCursorPosition(0)

    for info in carriers:
        if info.services:
            add(info)
    told = words(
        "A week, for one service, for some time: mon-sat; pickup: tue-sat; mon-sun 01/12/2026-24/12/2026. A later "
        "one over an earlier one. What is late and what is expected is counted in these days, public holidays "
        "apart, by all desks."
    )
    form.body.addWidget(write(told, 13, tone="muted", wrap=True))
    return form
