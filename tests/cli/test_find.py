"""`wismo-desk find`: this desk first, then the archive; the same rows as JSON."""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from wismo_desk.cli.find import find
from wismo_desk.cli.options import parse
from wismo_desk.domain.archive import ArchivePage, ArchiveRow
from wismo_desk.domain.status import IncidentReason, TrackingStatus
from wismo_desk.domain.watching import Filter, ShipmentRow
from wismo_desk.errors import Refused
from wismo_desk.words import Words

WORDS = Words("en", zone=UTC)
STATUSES = {status: status.value for status in TrackingStatus}
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
SAME: dict[str, Any] = {
    "shipment_id": UUID(int=1), "order_id": UUID(int=2), "order_number": "FR-7", "carrier": "own", "service": "home",
    "number": "T7", "parcels": 1, "customer": "Anna Durand", "place": "Lyon", "status": TrackingStatus.DELIVERED,
    "reason": IncidentReason.NONE, "event_at": AT, "event_place": "Lyon", "carrier_name": "Shop",
}  # fmt: skip
LOCAL = ShipmentRow(row=1, promised_on=None, ship_by=None, severity=0, anomalies=(), **SAME)
OLD = ArchiveRow(warehouse="", begun_at=AT, state_fact="", **SAME)


class Desk:
    """As much of Watch as is asked."""

    def __init__(self, *rows: ShipmentRow) -> None:
        self._rows = rows

    def rows(self, asked: Filter, limit: int | None = None) -> array[int]:
        return array("q", range(len(self._rows)))

    def page(self, rows: Sequence[int]) -> list[ShipmentRow]:
        return list(self._rows)


class Archive:
    def __init__(self, page: ArchivePage) -> None:
        self.page, self.asked = page, 0

    def __call__(self, typed: str, /, *, most: int) -> ArchivePage:
        self.asked += 1
        return self.page


def said(archive: Archive | None, *rows: ShipmentRow, more: Sequence[str] = ()) -> str:
    options = parse(["find", "durand", *more])
    return find(options, Desk(*rows), archive, WORDS, STATUSES)


def test_what_the_desk_knows_is_enough() -> None:
    archive = Archive(ArchivePage(rows=(OLD,)))
    assert said(archive, LOCAL).startswith("FR-7 · delivered · ") and archive.asked == 0
    both = said(archive, LOCAL, more=["--archive"]).splitlines()
    assert archive.asked == 1 and both[1] == f"archive: {both[0]}"


def test_the_archive_is_asked_for_what_the_desk_does_not_know() -> None:
    archive = Archive(ArchivePage(rows=(OLD,), more=True, behind=True))
    lines = said(archive).splitlines()
    assert lines[0].startswith("archive: FR-7") and len(lines) == 3


def test_nothing_anywhere_and_a_desk_alone() -> None:
    assert said(Archive(ArchivePage())) == said(None) == "Nothing matches “durand”."


def test_json_says_which_place_knows_it() -> None:
    alone = json.loads(said(None, LOCAL, more=["--json"]))
    assert alone["archive"] is None and alone["desk"][0]["order"] == "FR-7"
    data = json.loads(said(Archive(ArchivePage(rows=(OLD,), unfolded=2)), more=["--json"]))
    (row,) = data["archive"]["shipments"]
    assert (row["status"], row["event_at"], row["customer"]) == ("delivered", AT.isoformat(), "Anna Durand")
    assert (data["desk"], data["archive"]["unfolded"], data["archive"]["more"]) == ([], 2, False)


def test_a_desk_that_works_alone_says_so() -> None:
    with pytest.raises(Refused, match="works alone"):
        said(None, LOCAL, more=["--archive"])
