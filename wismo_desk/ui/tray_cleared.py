"""What was settled today, in the tray: when, which order, how, after how long, with which answer."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from wismo_desk.domain.effect import Effect, EffectState
from wismo_desk.domain.watching import Doubt
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import empty, rule
from wismo_desk.ui.parts import Card, Elided, write
from wismo_desk.ui.theme import Figures
from wismo_desk.ui.tray_row import MarkWidget

_MOST = 12


class Cleared(Card):
    """Hidden while nothing was settled."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.words("Settled today"))
        self._desk = desk
        words = desk.words
        self._outcomes = {
            "came_out": words("came out"),
            "not_out": words("did not come out"),
            "bought": words("bought"),
            "not_bought": words("not bought"),
            "voided": words("void"),
            "not_voided": words("still valid"),
        }
        self._how = {"person": words("decided by a person"), "scanned": words("label scanned")}
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        self.body.addLayout(self._rows)

    def show_doubts(self, cleared: list[Doubt]) -> None:
        empty(self._rows)
        for doubt in cleared[:_MOST]:
            self._rows.addWidget(rule())
            self._rows.addLayout(self._row(doubt))
        self.setVisible(bool(cleared))

    def _ended(self, effect: Effect) -> str:
        words = self._desk.words
        return words("settled") if effect.state is EffectState.DONE else words("not settled")

    def _row(self, doubt: Doubt) -> QHBoxLayout:
        words, effect = self._desk.words, doubt.effect
        outcome = self._outcomes.get(str(effect.details.get("resolved"))) or self._ended(effect)
        how = self._how.get(str(effect.details.get("evidence")), "")
        took = words("after {span}", span=words.span(effect.changed_at - effect.created_at))
        row = QHBoxLayout()
        row.setContentsMargins(0, 6, 0, 6)
        row.setSpacing(16)
        row.addWidget(write(words.time(effect.changed_at), 13, tone="muted", figures=Figures.TABULAR))
        row.addWidget(MarkWidget(self._desk.look, Mark.OK, 16))
        name = words("Order {number}, {carrier}", number=doubt.order_number, carrier=doubt.carrier)
        row.addWidget(Elided(name, 13), 2)
        row.addWidget(Elided(how, 13, tone="muted"), 2)
        row.addWidget(write(f"{took} · {outcome}", 13))
        return row
