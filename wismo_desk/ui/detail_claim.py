"""The claim of the shipment on view: opened from the panel, or shown where it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from wismo_desk.domain.claim import Claim, fold_claims
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.watching import Detail
from wismo_desk.ui.many_verbs import ManyVerbs
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.parts import Button

_SAID: Final = frozenset({FactKind.CLAIM_OPENED, FactKind.CLAIM_HANDLED})


def live_claim(facts: Iterable[Fact]) -> Claim | None:
    """The newest claim of an order that goes on."""
    claims = fold_claims(fact for fact in facts if fact.kind in _SAID)
    live = [claim for claim in claims if not claim.is_over and claim.double_of is None]
    return live[-1] if live else None


class ClaimButton(QObject):
    """One button: “Claim it”, and from then on “Show the claim”. `wanted` carries the claim's id."""

    wanted = Signal(object)  # UUID

    def __init__(self, desk: Desk, verbs: ManyVerbs) -> None:
        super().__init__()
        self._desk, self._verbs = desk, verbs
        self._shipment: UUID | None = None
        self._claim: Claim | None = None
        self.button = Button(desk.look, desk.words("Claim it"), icon="hand-coins", key="J")
        self.button.clicked.connect(self.press)

    def show_detail(self, detail: Detail | None, *, can: bool) -> None:
        """`can`: the parcel wears a label and has left."""
        words = self._desk.words
        self._shipment = detail.row.shipment_id if detail else None
        self._claim = live_claim(detail.facts) if detail else None
        self.button.setText(words("Show the claim") if self._claim else words("Claim it"))
        self.button.setAccessibleName(self.button.text())
        self.button.setVisible(can and self._verbs.claims)

    def press(self) -> None:
        """By the key too. A draft; the page of claims has it from then on."""
        shipment = self._shipment
        if shipment is None or not self.button.isVisible():
            return
        if self._claim is not None:
            self.wanted.emit(self._claim.claim_id)
        else:
            self._verbs.claim(lambda: (shipment,))
