"""What other rules would do to the orders of today, before anybody saves them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from wismo_desk.domain.rules import Moved, Preview
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Outcome, empty
from wismo_desk.ui.parts import Elided, write
from wismo_desk.ui.theme import Figures, Weight

_MOST = 10


class RulePreview(QWidget):
    """A sentence, then the orders that would go another way with what each would cost."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.outcome = Outcome()
        self._table = QGridLayout()
        self._table.setHorizontalSpacing(16)
        self._table.setVerticalSpacing(4)
        for place, share in ((1, 5), (2, 4), (4, 4)):
            self._table.setColumnStretch(place, share)
        self._notes = QVBoxLayout()
        self._notes.setSpacing(2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.outcome)
        column.addLayout(self._table)
        column.addLayout(self._notes)

    def show_preview(self, preview: Preview) -> None:
        words = self._desk.words
        empty(self._table)
        empty(self._notes)
        count = len(preview.moved)
        waiting = words.number(preview.waiting)
        if not preview.waiting:
            first = words("No order waits: the rules apply to what comes in.")
        elif count:
            first = words(
                "{count} of {waiting} waiting orders would go another way.",
                count=words.number(count),
                waiting=waiting,
            )
        else:
            first = words("All {waiting} waiting orders go as these rules say.", waiting=waiting)
        rest = [self._money(preview)] if count else []
        if preview.by_hand:
            rest.append(words("Chosen by hand, and staying: {count}.", count=words.number(preview.by_hand)))
        self.outcome.say(Mark.INFO if count else Mark.OK, first, " ".join(part for part in rest if part))
        if count:
            self._fill(preview)
        self._say_left_out(preview)

    def _money(self, preview: Preview) -> str:
        """What all of them together would cost more or less, where both prices are known."""
        gaps = [
            one.after.price_cents - one.price_before_cents
            for one in preview.moved
            if one.price_before_cents is not None and one.after.price_cents is not None
        ]
        if not gaps:
            return ""
        gap = sum(gaps)
        words = self._desk.words
        if gap == 0:
            return words("They would cost the same.")
        sentence = "Together {money} less." if gap < 0 else "Together {money} more."
        return words(sentence, money=words.money(abs(gap)))

    def _fill(self, preview: Preview) -> None:
        words = self._desk.words
        heads = (words("Order"), words("Customer"), words("Today"), "", words("With these rules"), "")
        for column, head in enumerate(heads):
            self._table.addWidget(write(head, 12, Weight.MEDIUM, tone="muted"), 0, column)
        for row, moved in enumerate(preview.moved[:_MOST], 1):
            self._line(row, moved)
        if len(preview.moved) > _MOST:
            more = words("and {count} more", count=words.number(len(preview.moved) - _MOST))
            self._table.addWidget(write(more, 13, tone="muted"), _MOST + 1, 0, 1, 6)

    def _line(self, row: int, moved: Moved) -> None:
        who = moved.order.recipient
        number = write(moved.order.number, 13, Weight.SEMIBOLD, figures=Figures.CODE)
        place = f"{who.name or who.company} · {who.postcode} {who.city}"
        cells = (
            number,
            Elided(place, 13),
            Elided(self._way(*moved.before), 13, tone="muted"),
            self._price(moved.price_before_cents),
            Elided(self._way(moved.after.carrier, moved.after.service), 13),
            self._price(moved.after.price_cents),
        )
        for column, cell in enumerate(cells):
            self._table.addWidget(cell, row, column)

    def _price(self, cents: int | None) -> QWidget:
        said = "–" if cents is None else self._desk.words.money(cents)
        label = write(said, 13, tone="muted", figures=Figures.TABULAR)
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return label

    def _way(self, carrier: str, service: str) -> str:
        names = self._desk.names
        if not carrier:
            return self._desk.words("no service at all")
        return f"{names.carrier(carrier)} · {names.service(carrier, service)}"

    def _say_left_out(self, preview: Preview) -> None:
        """Services that cannot be the cheapest, by the reason."""
        words = self._desk.words
        reasons: dict[str, list[str]] = {}
        for carrier, service, why in preview.left_out:
            reasons.setdefault(why, []).append(self._way(carrier, service))
        for why, services in reasons.items():
            said = words(
                "Never the cheapest: {services}, {why}.", services=", ".join(services), why=words(why)
            )
            self._notes.addWidget(write(said, 13, tone="muted", wrap=True))
