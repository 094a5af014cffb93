"""The rows of the claims page: what can still be missed first, in the painted table of the rest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from PySide6.QtCore import QObject

from wismo_desk.domain.claim import Claim, ClaimRow
from wismo_desk.ui.claims_words import ClaimWords, mark_of
from wismo_desk.ui.grid_cell import Cell, Column, Keeps
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.plain_table import Painted, PlainTable
from wismo_desk.ui.theme import Figures
from wismo_desk.words import Words

WAY: Final = ("opened", "number", "state", "received", "order")


def columns(words: Words) -> tuple[Column, ...]:
    return (
        Column(key="deadline", title=words("Still to be claimed"), width=232, stretch=3),
        Column(key="state", title=words("How far it is"), width=200, short=40, keeps=Keeps.MARK),
        Column(key="kind", title=words("What happened"), width=170, strong=True, stretch=2),
        Column(key="carrier", title=words("Carrier"), width=118, stretch=1),
        Column(key="number", title=words("Number"), width=138, figures=Figures.CODE),
        Column(key="order", title=words("Order"), width=84, figures=Figures.CODE),
        Column(key="customer", title=words("Customer"), width=140, stretch=2),
        Column(key="asked", title=words("Asked"), width=86, right=True),
        Column(key="received", title=words("Received"), width=86, right=True),
        Column(key="opened", title=words("Opened"), width=112, right=True),
    )


class ClaimsModel(PlainTable):
    """All claims of one view."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(columns(desk.words), parent)
        self._desk = desk
        self.say = ClaimWords(desk)
        self._rows: list[ClaimRow] = []

    def show_rows(self, rows: Sequence[ClaimRow]) -> None:
        now = self._desk.clock()
        self._rows = list(rows)
        self.show_lines([self._line(row, now) for row in rows])

    def claim_row(self, row: int) -> ClaimRow:
        return self._rows[row]

    def place_of(self, claim_id: UUID) -> int:
        return next((n for n, row in enumerate(self._rows) if row.claim.claim_id == claim_id), -1)

    def _line(self, row: ClaimRow, now: datetime) -> Painted:
        words, claim = self._desk.words, row.claim
        said, bad = self.say.deadline(row)
        tint = f"{bad}_tint" if bad else ""
        cells = (
            Cell(said, mark=bad, tint=tint, tone="text" if bad else "muted", tip=self.say.source(claim))
            if said
            else Cell(),
            Cell(self.say.state[claim.state], mark=mark_of(claim)),
            Cell(self.say.kind[claim.kind]),
            Cell(row.carrier_name),
            Cell(claim.number),
            Cell(row.order_number),
            Cell(row.customer),
            Cell(words.money(claim.requested, claim.currency) if claim.requested else ""),
            self._received(claim),
            Cell(
                words.moment(claim.opened_at, now=now),
                tone="muted",
                tip=self._desk.terms.exactly(claim.opened_at),
            ),
        )
        bar = bad if bad in (Mark.DANGER, Mark.WARN) else None
        return claim.claim_id, bar, cells

    def _received(self, claim: Claim) -> Cell:
        """What was accepted and has not come is muted."""
        words = self._desk.words
        if claim.received:
            return Cell(words.money(claim.received, claim.currency), tone="ok")
        if claim.approved:
            tip = words("{amount} accepted", amount=words.money(claim.approved, claim.currency))
            return Cell(words.money(claim.approved, claim.currency), tone="muted", tip=tip)
        return Cell()
