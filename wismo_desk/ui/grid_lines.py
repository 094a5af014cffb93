"""From a shipment to the cells of its row: the words of the grid, formatted once and kept by the model."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from wismo_desk.domain.anomaly import Severity
from wismo_desk.domain.watching import ShipmentRow, Sort
from wismo_desk.ui.grid_cell import Cell, Column, Keeps, Line
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_terms import MARKS, STAGES
from wismo_desk.ui.theme import Figures
from wismo_desk.words import Words

# What gives way when the window is narrow, in this order (mockups/NOTES.md, 12).
WAY = ("order", "number", "carrier", "event", "status")


def columns(words: Words) -> tuple[Column, ...]:
    """The grid of shipments, left to right."""
    return (
        Column(key="anomaly", title=words("Anomaly"), width=350, stretch=4, sort=Sort.WORST),
        Column(key="status", title=words("Status"), width=146, short=40, keeps=Keeps.MARK, sort=Sort.STATUS),
        Column(
            key="carrier",
            title=words("Carrier · service"),
            width=196,
            short=136,
            strong=True,
            stretch=1,
            sort=Sort.CARRIER,
        ),
        Column(
            key="number",
            title=words("Number"),
            width=172,
            figures=Figures.CODE,
            sort=Sort.NUMBER,
        ),
        Column(key="order", title=words("Order"), width=84, right=True),
        Column(key="customer", title=words("Customer · place"), width=196, stretch=4),
        Column(key="promised", title=words("Promised"), width=84, right=True, sort=Sort.PROMISED),
        Column(
            key="event",
            title=words("Last event"),
            width=168,
            short=118,
            keeps=Keeps.REST,
            stretch=2,
            sort=Sort.EVENT,
        ),
    )


class ShipmentLines:
    """Formats rows; the words for days are kept, for a thousand rows name the same few."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._days: dict[date, str] = {}
        self._today = date.min

    def __call__(self, row: ShipmentRow, now: datetime) -> Line:
        severity = Severity(row.severity)
        terms = self._desk.terms
        stage = STAGES[row.status]
        reason = terms.reason[row.reason]
        status = terms.status[row.status]
        carrier, service = row.carrier_name or row.carrier, row.service_name or row.service
        several = f"\u00a0×{row.parcels}" if row.parcels > 1 else ""
        cells = (
            self._anomaly(row, severity, now),
            Cell(status, mark=stage, tip=f"{status}, {reason}" if reason else status),
            Cell(carrier, f" {service}", tip=f"{carrier} {service}"),
            Cell(row.number, several),
            Cell(row.order_number),
            Cell(row.customer, f" · {row.place}" if row.place else ""),
            self._promised(row, now),
            Cell(
                row.event_place,
                f" · {terms.age(row.event_at, now=now)}"
                if row.event_place
                else terms.age(row.event_at, now=now),
                tip=terms.exactly(row.event_at),
            ),
        )
        return Line(row.row, MARKS[severity], cells)

    def _anomaly(self, row: ShipmentRow, severity: Severity, now: datetime) -> Cell:
        mark = MARKS[severity]
        if mark is None or not row.anomalies:
            return Cell()
        said = [self._desk.terms.anomaly_words(anomaly, now=now) for anomaly in row.anomalies]
        more = f" +{len(said) - 1}" if len(said) > 1 else ""
        steps = [self._desk.words(anomaly.step) for anomaly in row.anomalies]
        tip = "\n".join(f"{what}. {step}" for what, step in zip(said, steps, strict=True))
        return Cell(said[0], more, mark=mark, tint=f"{mark}_tint", tip=tip)

    def _promised(self, row: ShipmentRow, now: datetime) -> Cell:
        if row.promised_on is None:
            return Cell()
        words = self._desk.words
        today = now.astimezone(words.zone).date()
        if today != self._today:
            self._days.clear()
            self._today = today
        said = self._days.get(row.promised_on)
        if said is None:
            said = self._days[row.promised_on] = words.day(row.promised_on, today=today)
        return Cell(said, tip=words.date(row.promised_on))


def as_table(desk: Desk, rows: Sequence[ShipmentRow]) -> str:
    """Rows as tab-separated text with a header: for a spreadsheet or a message."""
    form, now = ShipmentLines(desk), desk.clock()
    head = "\t".join(column.title for column in columns(desk.words))
    return "\n".join([head, *("\t".join(cell.text for cell in form(row, now).cells) for row in rows)])
