"""From a shipment to the cells of its row: the words of the grid, formatted once and kept by the model."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from wismo_desk.domain.anomaly import Severity
from wismo_desk.domain.watching import ShipmentRow, Sort
from wismo_desk.ui.grid_cell import Cell, Column, Keeps, Line
from wismo_desk.ui.grid_interval import interval_of
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_terms import MARKS, STAGES
from wismo_desk.ui.theme import Figures
from wismo_desk.words import Words

# What gives way when the window is narrow, in this order (mockups/NOTES.md, 12). The numbers go only beside the
# panel, which shows them.
WAY = ("owner", "order", "number", "carrier", "event", "anomaly", "status")


def columns(words: Words) -> tuple[Column, ...]:
    """The grid of shipments, left to right."""
    return (
        Column(key="anomaly", title=words("Anomaly"), width=300, least=240, stretch=4, sort=Sort.WORST),
        Column(key="status", title=words("Status"), width=128, short=40, keeps=Keeps.MARK, sort=Sort.STATUS),
        Column(
            key="carrier",
            title=words("Carrier · service"),
            width=178,
            short=120,
            strong=True,
            stretch=1,
            sort=Sort.CARRIER,
        ),
        Column(
            key="number",
            title=words("Number"),
            width=138,
            vital=True,
            figures=Figures.CODE,
            sort=Sort.NUMBER,
        ),
        Column(key="order", title=words("Order"), width=84, vital=True, right=True),
        Column(key="customer", title=words("Customer · place"), width=196, stretch=4, sort=Sort.CUSTOMER),
        Column(key="promised", title=words("Promised"), width=84, right=True, sort=Sort.PROMISED),
        Column(
            key="expected",
            title=words("Expected"),
            width=152,
            days=tuple(words("M T W T F S S").split()),
        ),
        Column(
            key="event",
            title=words("Last event"),
            width=154,
            short=104,
            keeps=Keeps.REST,
            stretch=2,
            sort=Sort.EVENT,
        ),
        Column(key="owner", title=words("Who"), width=48),
    )


class ShipmentLines:
    """Formats rows; the words for days are kept, for a thousand rows name the same few."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._days: dict[date, tuple[str, str]] = {}  # as one says it, and in full
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
            self._expected(row, now),
            Cell(
                row.event_place,
                f" · {terms.age(row.event_at, now=now)}"
                if row.event_place
                else terms.age(row.event_at, now=now),
                moment=row.event_at,
            ),
            Cell(_initials(row.owner), tip=row.owner, tone="text", boxed=True),
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

    def _expected(self, row: ShipmentRow, now: datetime) -> Cell:
        words = self._desk.words
        said = interval_of(row, zone_day=row.event_at.astimezone(words.zone).date())
        found = row.expected
        if found is None or said.ended is not None:
            return Cell(interval=said)
        low, high = (self._day(day, now)[0] for day in (found.low, found.high))
        between = low if found.low == found.high else words("{low} to {high}", low=low, high=high)
        late = "" if found.late is None else words("late: {percent}%", percent=round(found.late * 100))
        why = words(found.sentence, **dict(found.values)) if found.sentence else ""
        return Cell(between, interval=said, tip="\n".join(one for one in (between, late, why) if one))

    def _promised(self, row: ShipmentRow, now: datetime) -> Cell:
        if row.promised_on is None:
            return Cell()
        said, whole = self._day(row.promised_on, now)
        return Cell(said, tip=whole)

    def _day(self, day: date, now: datetime) -> tuple[str, str]:
        words = self._desk.words
        today = now.astimezone(words.zone).date()
        if today != self._today:
            self._days.clear()
            self._today = today
        said = self._days.get(day)
        if said is None:
            said = self._days[day] = (words.day(day, today=today), words.date(day))
        return said


def _initials(name: str) -> str:
    parts = name.replace("-", " ").split()
    return "".join(part[0] for part in parts[:2]).upper() if len(parts) > 1 else name[:2].upper()


def as_table(desk: Desk, rows: Sequence[ShipmentRow]) -> str:
    """Rows as tab-separated text with a header: for a spreadsheet or a message."""
    form, now = ShipmentLines(desk), desk.clock()
    head = "\t".join(column.title for column in columns(desk.words))
    return "\n".join([head, *("\t".join(cell.text for cell in form(row, now).cells) for row in rows)])
