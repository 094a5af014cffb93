"""The labels the practice carrier has sold, in memory and, if given a file, across restarts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from wismo_desk.domain.check_digits import gs1
from wismo_desk.practice.carrier_rules import TARIFFS, price_cents
from wismo_desk.practice.practice_label import Drawing, draw

_SERIALS: Final = 10**10


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldLabel:
    """One label, as sold. `zpl` is ASCII."""

    number: str
    reference: str
    service: str
    price_cents: int
    zpl: str
    created_at: datetime
    voided_at: datetime | None = None


class LabelBook:
    """Sells as often as it is asked: like a real carrier it does not notice that it is asked twice.

    A number is PX, ten digits, and their GS1 check digit: a shape no real carrier has. The file holds one
    JSON line per sale or void; a line cut short by a kill is dropped. Not thread safe.
    """

    def __init__(self, clock: Callable[[], datetime], file: Path | None = None) -> None:
        self._clock = clock
        self._file = file
        self._labels: dict[str, SoldLabel] = {}
        for label in _read(file):
            self._labels[label.number] = label
        # Seconds since 1970 have ten digits until 2286: a server without a file does not sell the
        # numbers of its last run again.
        newest = max((int(number[2:12]) for number in self._labels), default=0)
        self._serial = max(newest + 1, int(clock().timestamp())) % _SERIALS

    @property
    def created(self) -> Counter[str]:
        """How many labels were sold per reference, voided ones included."""
        return Counter(label.reference for label in self._labels.values())

    @property
    def sold(self) -> tuple[SoldLabel, ...]:
        return tuple(self._labels.values())

    def sell(self, asked: Mapping[str, Any]) -> SoldLabel:
        """One more label for a request that `refusal` found nothing wrong with."""
        serial = f"{self._serial:010d}"
        number = f"PX{serial}{gs1(serial)}"
        self._serial = (self._serial + 1) % _SERIALS
        service = asked["service"]
        label = SoldLabel(
            number=number,
            reference=asked["reference"],
            service=service,
            price_cents=price_cents(service, asked["weight_g"]),
            zpl=draw(_drawing(number, asked)).decode("ascii"),
            created_at=self._clock(),
        )
        self._keep(label)
        return label

    def get(self, number: str) -> SoldLabel | None:
        return self._labels.get(number)

    def find(self, reference: str) -> list[SoldLabel]:
        """Oldest first."""
        return [label for label in self._labels.values() if label.reference == reference]

    def void(self, number: str) -> None:
        self._keep(replace(self._labels[number], voided_at=self._clock()))

    def _keep(self, label: SoldLabel) -> None:
        self._labels[label.number] = label
        if self._file is not None:
            # The line break comes first, so that a line cut short by a kill spoils no other.
            with self._file.open("a", encoding="ascii") as lines:
                lines.write("\n" + json.dumps(asdict(label), default=datetime.isoformat))


def _drawing(number: str, asked: Mapping[str, Any]) -> Drawing:
    to = asked["recipient"]
    town = f"{to.get('postcode', '')} {to['city']}".strip()
    country = "" if to.get("country") == "FR" else str(to.get("country", ""))
    point = asked.get("pickup_point", "") if asked["service"] == "pickup" else ""
    lines = (to.get("name"), to.get("company"), *to["street"], town, country)
    return Drawing(
        number=number,
        reference=asked["reference"],
        service=f"{TARIFFS[asked['service']].name} {point}".strip(),
        lines=tuple(str(line) for line in lines if line),
        order=str(asked.get("order", "")),
        weight_g=asked["weight_g"],
        ship_on=asked["ship_on"],
        dpi=asked["dpi"],
    )


def _read(file: Path | None) -> Iterator[SoldLabel]:
    """The lines as they were written; a later one of the same number stands for the earlier."""
    if file is None or not file.exists():
        return
    for line in file.read_text("ascii").splitlines():
        try:
            row = json.loads(line)
            row["created_at"] = datetime.fromisoformat(row["created_at"])
            row["voided_at"] = row["voided_at"] and datetime.fromisoformat(row["voided_at"])
            yield SoldLabel(**row)
        except (ValueError, KeyError, TypeError):
            continue  # cut short, or an empty first line
