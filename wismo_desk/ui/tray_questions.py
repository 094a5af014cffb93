"""The inline questions of the tray: how somebody knows that a label came out, did not, or was bought."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit

from wismo_desk.domain.effect import EffectKind
from wismo_desk.domain.watching import Doubt
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Reason
from wismo_desk.ui.theme import Figures, font


def not_out(desk: Desk) -> Reason:
    words = desk.words
    answers = (words("Nothing lies at the printer"), words("It came out blank or torn"))
    title = words("How do you know that nothing came out? The same number is printed again.")
    return Reason(desk, title, answers, words("Print"))


def came_out(desk: Desk) -> Reason:
    words = desk.words
    answers = (words("I have it in my hand"), words("It is on the parcel"))
    title = words("How do you know that it came out? Scanning it is the better proof.")
    return Reason(desk, title, answers, words("It came out"))


class Decision(Reason):
    """What the carrier's own site shows, where the carrier does not answer us."""

    def __init__(self, desk: Desk, doubt: Doubt) -> None:
        words = desk.words
        self._void = doubt.effect.kind in (EffectKind.LABEL_VOIDED, EffectKind.LABEL_AHEAD)
        self._answers = (
            (words("The carrier shows it as void"), words("The carrier shows it as still valid"))
            if self._void
            else (words("The carrier shows the label"), words("The carrier has no such label"))
        )
        title = words("What does the carrier's own site say?")
        super().__init__(desk, title, self._answers, words("Settle"), note=True)
        self.field = QLineEdit()
        self.field.setFont(font(14, figures=Figures.CODE))
        self.field.setPlaceholderText(words("Tracking number shown by the carrier"))
        self.field.setAccessibleName(words("Tracking number shown by the carrier"))
        if not self._void:
            self.add_field(self.field)

    @property
    def bought(self) -> bool:
        """The label exists; for a void: it is still valid."""
        return self.chosen == (1 if self._void else 0)

    @property
    def number(self) -> str:
        return self.field.text().strip()

    @property
    def reason(self) -> str:
        return self.note or self._answers[self.chosen]
