"""WSI2_TracingColisDetaille: what happened to one parcel, told in words, for its rows have no codes.

STAT is the state of the whole (80 registered, 81 in process, 82 delivered, 83 anomaly). It is no event here: it
has no time, and 82 does not say to whom. Where a row says so, the row is the news; an anomaly is told as the
number's `problem`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from wismo_desk.carriers.mondial_relay.contract import Contract, table
from wismo_desk.carriers.mondial_relay.soap1 import TRACING, build_call, result
from wismo_desk.domain.tracking import Tracked, TrackingEvent
from wismo_desk.web import Answer
from wismo_desk.web.xml import text_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

OPERATION: Final = "WSI2_TracingColisDetaille"

_PARIS: Final = ZoneInfo("Europe/Paris")
_DATE: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})")
_TIME: Final = re.compile(r"(\d{1,2})[:hH](\d{2})")
_GOOD: Final = frozenset({"0", "80", "81", "82"})
_UNKNOWN: Final = "94"
# 24: wrong number, also said of one that is not known; 98: some other error, hidden in production.
_OF_THIS_NUMBER: Final = frozenset({"24", "98"})


def build_track(number: str, contract: Contract) -> bytes:
    return build_call(OPERATION, (("Expedition", number), ("Langue", "FR")), contract)


def parse_tracking(answer: Answer) -> tuple[Tracked, ...]:
    """One; `number` is "", for the answer does not repeat it."""
    stat, found = result(answer, OPERATION)
    if stat == _UNKNOWN:
        return (Tracked(number="", found=False),)
    if stat in _OF_THIS_NUMBER:
        return (Tracked(number="", found=False, problem=stat),)
    if stat != "0" and stat not in TRACING:
        raise table().refused(stat)
    rows = [event for row in found.iter("ret_WSI2_sub_TracingColisDetaille") for event in _event(row)]
    if len(rows) > 1 and rows[0].at > rows[-1].at:  # newest first: rows of one minute keep their order
        rows.reverse()
    events = tuple(sorted(rows, key=lambda event: event.at))
    return (Tracked(number="", events=events, problem="" if stat in _GOOD else stat),)


def _event(row: Element) -> Iterator[TrackingEvent]:
    """None for the empty rows that fill the list up."""
    label = " ".join(text_of(row, "Libelle").split())
    at = _moment(text_of(row, "Date"), text_of(row, "Heure")) if label else None
    if at is not None:
        yield TrackingEvent(code="", label=label, at=at, place=_place(row))


def _place(row: Element) -> str:
    point = "-".join(filter(None, (text_of(row, "Relais_Pays"), text_of(row, "Relais_Num"))))
    return " ".join(text_of(row, "Emplacement").split()) or point


def _moment(day: str, time: str) -> datetime | None:
    """French wall-clock time. A minute that the clocks skip in March is told as the one they show instead; of
    the hour they repeat in October, the first."""
    date, clock = _DATE.fullmatch(day), _TIME.match(time)
    if date is None:
        return None
    hour, minute = (int(clock[1]), int(clock[2])) if clock else (0, 0)
    year = int(date[3]) + (2000 if len(date[3]) == 2 else 0)
    try:
        at = datetime(year, int(date[2]), int(date[1]), hour, minute, tzinfo=_PARIS)
    except ValueError:
        return None
    return at.astimezone(UTC).astimezone(_PARIS) if 2000 <= year < 2100 else None
