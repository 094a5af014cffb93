"""Says a group of the work list and its shipments: the words of every line, made when it comes into view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from string import Formatter
from typing import Final
from uuid import UUID

from wismo_desk.domain.anomaly_kinds import AnomalyKind, Severity
from wismo_desk.domain.status import IncidentReason
from wismo_desk.domain.triage import Group
from wismo_desk.domain.watching import ShipmentRow
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_desk import Desk

MARKS: Final = {Severity.WATCH: Mark.WARN, Severity.ACT: Mark.DANGER, Severity.NONE: Mark.NEUTRAL}
_REASONS: Final = {reason.value: reason for reason in IncidentReason}
GroupKey = tuple[AnomalyKind, str, str, str]


def key_of(group: Group) -> GroupKey:
    """What makes it the same group at the next reading."""
    return group.kind, group.carrier, group.detail, group.cause.value


@dataclass(frozen=True, slots=True)
class GroupWords:
    """`count` is the figure, `title` the cause, `span` since when, `owners` short."""

    mark: Mark
    count: str
    title: str
    span: str
    cause: str
    since: str
    owners: str


@dataclass(frozen=True, slots=True)
class RowWords:
    shipment: UUID
    number: str
    customer: str
    place: str
    service: str
    when: str
    owner: str
    said: str  # the anomaly, for the tooltip and for those who cannot see


class TriageWords:
    """`countries` names a country; the code where it is not known."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._countries: Mapping[str, str] = {}

    def group(self, group: Group) -> GroupWords:
        words, now = self._desk.words, self._desk.clock()
        return GroupWords(
            mark=MARKS[group.severity],
            count=words.number(group.shipments),
            title=self.title(group),
            span=self._span(group, now),
            cause=self._desk.terms.cause[group.cause],
            since=words.moment(group.since, now=now) if group.since else "",
            owners=", ".join(group.owners),
        )

    def title(self, group: Group) -> str:
        name = self._desk.terms.anomaly[group.kind]
        about = [one for one in (group.carrier_name, self._detail(group)) if one]
        return f"{name} ({', '.join(about)})" if about else name

    def _detail(self, group: Group) -> str:
        if group.kind is AnomalyKind.ADDRESS_DOUBTFUL:
            said = without_values(self._desk.words(group.detail)) if group.detail else ""
            return (
                said.partition(":")[0].removesuffix(".").rstrip()
            )  # what is wrong; what to do stands beside
        if group.detail in _REASONS and group.detail:
            return self._desk.terms.reason[_REASONS[group.detail]]
        if group.kind in _TO_COUNTRY and group.detail:
            return self._desk.words("to {country}", country=self.country(group.detail))
        return group.detail

    def country(self, code: str) -> str:
        if not self._countries:
            from babel import Locale  # not before the first paint

            self._countries = Locale(self._desk.words.language).territories
        return self._countries.get(code, code)

    def _span(self, group: Group, now: datetime) -> str:
        words = self._desk.words
        if group.oldest is None or group.newest is None:
            return words("Since this was foreseen")
        first, last = words.moment(group.oldest, now=now), words.moment(group.newest, now=now)
        if first == last:
            return words("Since {when}", when=first)
        return words("Between {first} and {last}", first=first, last=last)

    def row(self, row: ShipmentRow) -> RowWords:
        words, now = self._desk.words, self._desk.clock()
        worst = row.anomalies[0] if row.anomalies else None
        since = worst.since if worst else None
        return RowWords(
            shipment=row.shipment_id,
            number=row.number or row.order_number,
            customer=row.customer,
            place=row.place,
            service=row.service_name or row.service,
            when=words.moment(since or row.event_at, now=now),
            owner=row.owner,
            said=self._desk.terms.anomaly_words(worst, now=now) if worst else "",
        )


_TO_COUNTRY: Final = frozenset(
    {
        AnomalyKind.PREDICTED_LATE,
        AnomalyKind.PROMISE_PASSED,
        AnomalyKind.INTERVAL_PASSED,
        AnomalyKind.PROBABLY_LOST,
    }
)


def without_values(sentence: str) -> str:
    """A sentence with "…" in each of its places: it is said of many at once."""
    parts = [text + ("…" if name is not None else "") for text, name, _, _ in Formatter().parse(sentence)]
    return "".join(parts)


def initials(owner: str) -> str:
    """ "Service client" as "SC", "nadia" as "NA"."""
    found = owner.split()
    if len(found) > 1:
        return (found[0][0] + found[1][0]).upper()
    return owner[:2].upper()
