"""What each carrier's contract costs: price lists brought in as CSV, for the rules that ask for the cheapest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from wismo_desk.domain.fact import Changes
from wismo_desk.errors import BadInput
from wismo_desk.ui.detail_parts import IconButton
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_asks import Refusal
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_papers import choose_file
from wismo_desk.ui.page_parts import Outcome, empty
from wismo_desk.ui.parts import Button, Card, write
from wismo_desk.ui.settings_password import still
from wismo_desk.ui.theme import Figures, Weight

LANE = "rules"
_MOST = 5
_EXAMPLE = (
    "carrier;service;zone;max_weight_g;price_cents;transit_days\n"
    "mondial_relay;pickup;FR;500;420;4\n"
    "colissimo;home;FR;500;590;2\n"
    "colissimo;home;FR-20;500;890;4"
)


class Report(Protocol):
    """flows.price.PriceReport."""

    @property
    def name(self) -> str: ...
    @property
    def taken(self) -> int: ...
    @property
    def carriers(self) -> tuple[str, ...]: ...
    @property
    def refusals(self) -> Sequence[Refusal]: ...
    @property
    def changes(self) -> Changes: ...


class Price(Protocol):
    """flows.price.Price."""

    def __call__(self, data: bytes, name: str, /) -> Report: ...

    def clear(self, carrier: str, /) -> Changes: ...

    def counts(self) -> Mapping[str, int]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceAsks:
    price: Price
    changed: Callable[[Changes], object]


class PricesCard(Card):
    """`on_change` is called when the prices are others: the preview of the rules counts with them."""

    def __init__(self, desk: Desk, asks: PriceAsks, on_change: Callable[[], object] = lambda: None) -> None:
        words = desk.words
        super().__init__(words("Price lists"), aside=words("for “the cheapest that keeps the promise”"))
        self._desk, self._asks, self._on_change = desk, asks, on_change
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        self.none = write(words("No price list is here yet."), 14, tone="muted")
        self.outcome = Outcome()
        self.take = Button(desk.look, words("Take in a price list"), icon="download")
        self.take.clicked.connect(self._choose)
        self.help = Button(desk.look, words("How is it written?"), icon="circle-help")
        self.help.setCheckable(True)
        said = words(
            "A CSV with these columns: codes of carrier and service, the zone (a country, FR-20 for the postcodes "
            "that begin with 20, EU, or * for everywhere), the heaviest parcel in grams, the price in cents, and "
            "the working days on the way, where they are known. The narrowest zone counts, then the smallest "
            "weight. The file replaces all prices of the carriers it names."
        )
        told = write(f"{said}\n\n{_EXAMPLE}", 13, tone="muted", wrap=True, figures=Figures.TABULAR)
        told.hide()
        self.help.toggled.connect(told.setVisible)
        self.body.addWidget(self.none)
        self.body.addLayout(self._rows)
        self.body.addWidget(self.outcome)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.take)
        row.addWidget(self.help)
        row.addStretch()
        self.body.addLayout(row)
        self.body.addWidget(told)
        self.start()

    def start(self) -> None:
        self._desk.run(LANE, self._asks.price.counts, still(self, self._show), still(self, self._fail))

    def _show(self, counts: Mapping[str, int]) -> None:
        empty(self._rows)
        self.none.setVisible(not counts)
        for carrier, count in counts.items():
            self._rows.addLayout(self._row(carrier, count))

    def _row(self, carrier: str, count: int) -> QHBoxLayout:
        words, name = self._desk.words, self._desk.names.carrier(carrier)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(write(name, 14, Weight.MEDIUM))
        row.addWidget(write(words("{count} prices", count=words.number(count)), 14, tone="muted"))
        row.addStretch()
        away = IconButton(self._desk.look, "x", words("Remove the prices of {carrier}", carrier=name))
        away.clicked.connect(lambda: self._clear(carrier))
        row.addWidget(away)
        return row

    def _choose(self) -> None:
        words = self._desk.words
        filters = f"{words('Price lists')} (*.csv *.txt *.tsv);;{words('All files')} (*)"
        choose_file(self, words("Choose a price list"), filters, self.take_in)

    def take_in(self, path: Path) -> None:
        """Read a file and bring it in; with a bad line nothing is changed."""

        def work() -> Report:
            try:
                data = path.read_bytes()
            except OSError as error:
                raise BadInput(
                    "The file {name} cannot be read. Close it in other programs, then try again.",
                    name=path.name,
                    raw=error.strerror or "",
                ) from error
            return self._asks.price(data, path.name)

        self._desk.run(LANE, work, still(self, self._took), still(self, self._fail))

    def _took(self, report: Report) -> None:
        words, number = self._desk.words, self._desk.words.number
        if report.refusals:
            head = words("{count} lines cannot be used, so none was.", count=number(len(report.refusals)))
            lines = [
                words(
                    "Line {number}: {what}",
                    number=number(one.line_no),
                    what=words(one.sentence, **dict(one.values)),
                )
                for one in report.refusals[:_MOST]
            ]
            self.outcome.say(Mark.WARN, head, "\n".join(lines))
            return
        named = ", ".join(self._desk.names.carrier(code) for code in report.carriers)
        said = words("{count} prices of {carriers} taken in.", count=number(report.taken), carriers=named)
        self.outcome.say(Mark.OK, said)
        self._changed(report.changes)

    def _clear(self, carrier: str) -> None:
        clear = partial(self._asks.price.clear, carrier)
        self._desk.run(LANE, clear, still(self, self._cleared), still(self, self._fail))

    def _cleared(self, changes: Changes) -> None:
        self.outcome.clear()
        self._changed(changes)

    def _changed(self, changes: Changes) -> None:
        self._asks.changed(changes)
        self.start()
        self._on_change()

    def _fail(self, error: Exception) -> None:
        self.outcome.say(Mark.DANGER, self._desk.told(error))
