"""What a carrier's error codes mean to a packer: a sentence, the field, and what to do (CSV, one per carrier)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from wismo_desk.errors import CarrierRefused


@dataclass(frozen=True, slots=True)
class Refusal:
    """`sentence` (what happened) and `fix` (what to do) are keys of the catalogue, and so are both together, for
    errors are said whole; `field` is ours ("recipient.postcode"), or ""."""

    sentence: str
    fix: str
    field: str = ""

    @property
    def whole(self) -> str:
        return f"{self.sentence} {self.fix}"


@dataclass(frozen=True, slots=True)
class Told:
    """What a carrier's answer says went wrong, in its own words. Both may be empty."""

    code: str
    text: str = ""


UNLISTED = Refusal("The carrier refused: {reason}.", "Correct the order and scan it again.")
MUTE = Refusal(
    "The carrier refused and gave no reason.",
    "Check the address, the weight and the service, then scan again.",
)


class Refusals:
    """The table of one carrier."""

    def __init__(self, rows: Mapping[str, Refusal]) -> None:
        self._rows = rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, code: str) -> Refusal | None:
        return self._rows.get(code)

    def row(self, told: Told) -> Refusal:
        """Never none: an unlisted code is said in the carrier's words."""
        return self._rows.get(told.code) or (UNLISTED if told.text.strip(" .") else MUTE)

    def refused(self, code: str, said: str = "") -> CarrierRefused:
        """The error to raise: in our words if the code is in the table, else in the carrier's."""
        reason = " ".join(said.split()).rstrip(". ")[:300]
        row = self.row(Told(code, reason))
        return CarrierRefused(row.whole, field=row.field, raw=code, reason=reason)


def read_refusals(text: str) -> Refusals:
    """`resources/refusals/<carrier>.csv`: code,field,sentence,fix."""
    rows = csv.DictReader(io.StringIO(text))
    return Refusals({row["code"]: Refusal(row["sentence"], row["fix"], row["field"]) for row in rows})
