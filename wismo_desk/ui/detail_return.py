"""The return label of the shipment on view: its number, and printing it again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from wismo_desk.background.lanes import Lane
from wismo_desk.domain.boxed import Boxed, boxed
from wismo_desk.domain.effect import Effect
from wismo_desk.domain.watching import Detail
from wismo_desk.ui.page_asks import Reprint
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Reason
from wismo_desk.ui.parts import Button

Open = Callable[[Reason, Callable[[str], None]], None]


class ReturnAgain:
    """`question` puts one in the buttons' place; `printing` hears the print that is to be sent."""

    def __init__(
        self,
        desk: Desk,
        reprint: Reprint,
        *,
        question: Open,
        printing: Callable[[Effect], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self._desk, self._reprint = desk, reprint
        self._open, self._printing, self._failed = question, printing, failed
        self._boxed: Boxed | None = None
        self.button = Button(desk.look, desk.words("Print the return label again"), icon="printer", key="W")
        self.button.clicked.connect(self.ask)
        self.button.hide()

    def show_detail(self, detail: Detail | None) -> None:
        self._boxed = boxed(detail.facts, detail.effects) if detail else None
        self.button.setVisible(self._boxed is not None and self._boxed.label_id is not None)

    def ask(self) -> None:
        words, back = self._desk.words, self._boxed
        if back is None or back.label_id is None:
            return
        label_id = back.label_id
        reasons = (words("Torn or badly printed"), words("Lost between printer and parcel"))
        title = words("Why is this label printed again? The number stays the same.")
        asked = Reason(self._desk, title, reasons, words("Print again"))

        def again(reason: str) -> None:
            self._desk.run(
                Lane.STATION, partial(self._reprint, label_id, reason=reason), self._printing, self._failed
            )

        self._open(asked, again)
