"""`wismo-desk find`: a shipment by anything that names it, first on this desk, then in the archive."""

from __future__ import annotations

import argparse
import json
from array import array
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from wismo_desk.domain.archive import ArchivePage, ArchiveRow
from wismo_desk.domain.status import TrackingStatus
from wismo_desk.domain.watching import Filter, ShipmentRow, Sort
from wismo_desk.errors import Refused
from wismo_desk.words import Words

_MOST: Final = 50


class Listed(Protocol):
    """This desk's own rows (flows.watch.Watch, which the help of a command must not load)."""

    def rows(self, asked: Filter, limit: int | None = None) -> array[int]: ...

    def page(self, rows: Sequence[int]) -> list[ShipmentRow]: ...


class Archived(Protocol):
    def __call__(self, typed: str, /, *, most: int) -> ArchivePage: ...


def add_find(commands: argparse._SubParsersAction[argparse.ArgumentParser], words: Words) -> None:
    finding = commands.add_parser(
        "find", help=words("find a shipment by number, name, e-mail, telephone or postcode")
    )
    finding.add_argument("text", metavar=words("TEXT"), help=words("what the search box would be given"))
    finding.add_argument(
        "--archive", action="store_true", help=words("ask the archive also when this desk knows some")
    )
    finding.add_argument("--json", action="store_true", help=words("one JSON object"))


def find(
    options: argparse.Namespace,
    watch: Listed,
    archived: Archived | None,
    words: Words,
    statuses: Mapping[TrackingStatus, str],
) -> str:
    """At most 50 rows of each place, the newest first. `archived` is asked when this desk has none, or when it is
    told to; None: this desk works alone. Raises Refused and what the archive raises."""
    if options.archive and archived is None:
        raise Refused(
            "This desk works alone: there is no archive to ask. Leave out --archive.", field="archive"
        )
    here = watch.page(list(watch.rows(Filter(text=options.text, sort=Sort.EVENT), _MOST)))
    page = archived(options.text, most=_MOST) if archived and (options.archive or not here) else None
    there = page.rows if page else ()
    if options.json:
        return json.dumps(_data(options.text, here, page), ensure_ascii=False)
    lines = [_line(row, words, statuses) for row in here]
    lines += [words("archive: {line}", line=_line(row, words, statuses)) for row in there]
    if page and page.more:
        lines.append(words("There are more in the archive: say more of it."))
    if page and page.behind:
        lines.append(words("The archive is still taking in older shipments: some may be missing."))
    return "\n".join(lines) or words("Nothing matches “{text}”.", text=options.text)


def _line(row: ShipmentRow | ArchiveRow, words: Words, statuses: Mapping[TrackingStatus, str]) -> str:
    day = words.date(row.event_at.astimezone(words.zone).date())
    carrier = row.carrier_name or row.carrier
    parts = (row.order_number, statuses[row.status], day, carrier, row.number, row.customer, row.place)
    return " · ".join(filter(None, parts))


def _data(text: str, here: list[ShipmentRow], page: ArchivePage | None) -> dict[str, Any]:
    archive = None
    if page is not None:
        archive = {
            "shipments": [
                {**_row(row), "warehouse": row.warehouse, "begun_at": row.begun_at.isoformat()}
                for row in page.rows
            ],
            "more": page.more,
            "behind": page.behind,
            "unfolded": page.unfolded,
            "same_codes": page.same_codes,
        }
    return {"text": text, "desk": [_row(row) for row in here], "archive": archive}


def _row(row: ShipmentRow | ArchiveRow) -> dict[str, Any]:
    return {
        "order": row.order_number,
        "order_id": str(row.order_id),
        "shipment_id": str(row.shipment_id),
        "carrier": row.carrier,
        "service": row.service,
        "number": row.number,
        "parcels": row.parcels,
        "status": row.status.value,
        "reason": row.reason.value,
        "event_at": row.event_at.isoformat(),
        "event_place": row.event_place,
        "customer": row.customer,
        "place": row.place,
    }
