"""What each column of the grid becomes in a file or on paper: its titles, its values, how wide it is printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from wismo_desk.documents.table_file import Value
from wismo_desk.domain.watching import ShipmentRow
from wismo_desk.words import Words

Said = Callable[[ShipmentRow], tuple[str, str]]  # its status and what is wrong with it, as people say it
# Every column, as a file without a choice has them.
EVERY: Final = (
    *("order", "status", "anomaly", "owner", "carrier", "number"),
    *("customer", "promised", "expected", "event"),
)
_SHARES: Final = {
    "anomaly": 3.2,
    "status": 1.7,
    "carrier": 2.2,
    "number": 2.0,
    "order": 1.1,
    "customer": 2.6,
    "promised": 1.1,
    "expected": 2.0,
    "event": 2.6,
    "owner": 1.2,
}


@dataclass(frozen=True, slots=True)
class _Part:
    title: str
    value: Callable[[ShipmentRow], Value]


@dataclass(frozen=True, slots=True)
class FileColumns:
    """Keys are the grid's (ui/grid_lines.py); one that a file does not know is left out."""

    words: Words
    said: Said
    keys: Sequence[str] = ()  # in the order of the grid; empty means every column
    _parts: tuple[_Part, ...] = field(init=False)

    def __post_init__(self) -> None:
        known = self._known()
        wanted = [key for key in self.keys if key in known] or EVERY
        object.__setattr__(self, "_parts", tuple(part for key in wanted for part in known[key]))

    def header(self) -> tuple[str, ...]:
        return tuple(part.title for part in self._parts)

    def values(self, row: ShipmentRow) -> tuple[Value, ...]:
        """As a spreadsheet takes them: days and moments (local, without a zone) as such."""
        return tuple(part.value(row) for part in self._parts)

    def _known(self) -> dict[str, tuple[_Part, ...]]:
        words, part = self.words, _Part
        return {
            "order": (part(words("Order"), lambda row: row.order_number),),
            "status": (part(words("Status"), lambda row: self.said(row)[0]),),
            "anomaly": (
                part(words("Anomaly"), lambda row: self.said(row)[1]),
                part(words("Since"), self._since),
            ),
            "owner": (part(words("Who"), lambda row: row.owner),),
            "carrier": (
                part(words("Carrier"), lambda row: row.carrier_name or row.carrier),
                part(words("Service"), lambda row: row.service_name or row.service),
            ),
            "number": (
                part(words("Number"), lambda row: row.number),
                part(words("Parcels"), lambda row: row.parcels),
            ),
            "customer": (
                part(words("Customer"), lambda row: row.customer),
                part(words("Place"), lambda row: row.place),
            ),
            "promised": (part(words("Promised"), lambda row: row.promised_on),),
            "expected": (
                part(words("Expected from"), lambda row: row.expected.low if row.expected else None),
                part(words("Expected to"), lambda row: row.expected.high if row.expected else None),
            ),
            "event": (
                part(words("Last event"), lambda row: self._local(row.event_at)),
                part(words("Where"), lambda row: row.event_place),
            ),
        }

    def _since(self, row: ShipmentRow) -> datetime | None:
        worst = row.anomalies[0] if row.anomalies else None
        return self._local(worst.since) if worst and worst.since else None

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self.words.zone).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class PaperColumns:
    """One column of paper for each of the grid; without a choice all of them."""

    words: Words
    said: Said
    keys: Sequence[str] = ()

    @property
    def shown(self) -> tuple[str, ...]:
        return tuple(key for key in self.keys if key in _SHARES) or tuple(_SHARES)

    @property
    def shares(self) -> tuple[float, ...]:
        """How wide each is beside the others."""
        return tuple(_SHARES[key] for key in self.shown)

    def header(self) -> tuple[str, ...]:
        words = self.words
        titles = {
            "anomaly": words("Anomaly"),
            "status": words("Status"),
            "carrier": words("Carrier"),
            "number": words("Number"),
            "order": words("Order"),
            "customer": words("Customer · place"),
            "promised": words("Promised"),
            "expected": words("Expected"),
            "event": words("Last event"),
            "owner": words("Who"),
        }
        return tuple(titles[key] for key in self.shown)

    def values(self, row: ShipmentRow) -> tuple[str, ...]:
        return tuple(self._cell(key, row) for key in self.shown)

    def _cell(self, key: str, row: ShipmentRow) -> str:
        words = self.words
        match key:
            case "anomaly":
                return self.said(row)[1]
            case "status":
                return self.said(row)[0]
            case "carrier":
                return f"{row.carrier_name or row.carrier} {row.service_name or row.service}"
            case "number":
                return f"{row.number} ×{row.parcels}" if row.parcels > 1 else row.number
            case "customer":
                return f"{row.customer} · {row.place}".strip(" ·")
            case "promised":
                return words.date(row.promised_on) if row.promised_on else ""
            case "expected":
                return self._interval(row)
            case "event":
                at = row.event_at.astimezone(words.zone)
                return f"{words.date(at.date())} {words.time(at)} {row.event_place}".strip()
            case "owner":
                return row.owner
            case _:
                return row.order_number

    def _interval(self, row: ShipmentRow) -> str:
        found = row.expected
        if found is None:
            return ""
        low, high = self.words.date(found.low), self.words.date(found.high)
        return low if low == high else f"{low} – {high}"
