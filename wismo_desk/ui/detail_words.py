"""What a shipment's panel says: the answer in one sentence, and its timeline from facts. No widgets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from wismo_desk.domain import choices, own_reports
from wismo_desk.domain.anomaly import Severity
from wismo_desk.domain.fact import Fact, FactKind
from wismo_desk.domain.status import ENDED, NO_CODES, Codes, TrackingStatus
from wismo_desk.domain.watching import Detail, ShipmentRow
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_terms import MARKS


class Answer(NamedTuple):
    mark: Mark
    first: str
    rest: str


class Moment(NamedTuple):
    """One item of the timeline. `seen` by the carrier is filled, by us a ring; `gap` is a silence."""

    at: datetime | None
    title: str
    below: str = ""
    seen: bool = False
    gap: bool = False


def answer(desk: Desk, row: ShipmentRow, now: datetime) -> Answer:
    """What to tell somebody who asks now: what is wrong and what to do, or where it is and for when."""
    words = desk.words
    mark = MARKS[Severity(row.severity)]
    status = desk.terms.status[row.status]
    reason = desk.terms.reason[row.reason]
    where = words("{status}: {reason}.", status=status, reason=reason) if reason else f"{status}."
    when = words.moment(row.event_at, now=now)
    seen = words("Last seen at {place}, {when}.", place=row.event_place, when=when) if row.event_place else ""
    promised = ""
    if row.promised_on is not None and row.status not in ENDED:
        today = now.astimezone(words.zone).date()
        promised = words("Promised for {day}.", day=words.day(row.promised_on, today=today))
    if mark is not None and row.anomalies:
        worst = row.anomalies[0]
        return Answer(mark, f"{desk.terms.anomaly_words(worst, now=now)}.", words(worst.step))
    calm = Mark.OK if row.status is TrackingStatus.DELIVERED else Mark.INFO
    if row.status in (TrackingStatus.EXCEPTION, TrackingStatus.DAMAGED, TrackingStatus.LOST):
        calm = Mark.WARN
    return Answer(calm, where, " ".join(part for part in (seen, promised) if part))


class Timeline:
    """Turns facts into moments, newest first. `codes` says what a carrier's code means to us."""

    def __init__(self, desk: Desk, codes: Mapping[str, Codes]) -> None:
        self._desk, self._codes = desk, codes
        self._tell: dict[FactKind, Callable[[Fact], tuple[str, str]]] = {
            FactKind.ORDER_TAKEN_IN: self._taken,
            FactKind.ORDER_PAUSED: lambda f: (desk.words("Paused at the bench"), f.station),
            FactKind.ORDER_CANCELLED: lambda f: (desk.words("Order cancelled"), _text(f, "reason")),
            FactKind.PARCEL_CLOSED: self._closed,
            FactKind.LABEL_BOUGHT: self._bought,
            FactKind.LABEL_PRINTED: self._printed,
            FactKind.LABEL_CHECKED: lambda f: (desk.words("Label scanned on the parcel"), f.station),
            FactKind.LABEL_VOIDED: lambda f: (desk.words("Label voided"), desk.reason(_text(f, "reason"))),
            FactKind.PARCEL_MANIFESTED: lambda f: (
                desk.words("On the manifest, at the dock"),
                f"{_text(f, 'manifest')} · {f.station}",
            ),
            FactKind.VALUE_SET: self._chosen,
            FactKind.TRACKING_SAID: self._said,
            FactKind.PERSON_ERASED: lambda f: (desk.words("Recipient erased"), _text(f, "reason")),
            FactKind.OUTCOME_RESOLVED: lambda f: (
                desk.words("Unknown outcome settled"),
                desk.reason(_text(f, "reason")),
            ),
        }

    def __call__(self, detail: Detail, now: datetime) -> list[Moment]:
        """The journey, and above it a silence that is too long."""
        found, row = self.of(detail.facts), detail.row
        if row.severity == Severity.ACT and row.status not in ENDED and row.number:
            found.insert(0, Moment(None, self._quiet(row, now), gap=True))
        return found

    def of(self, facts: Sequence[Fact]) -> list[Moment]:
        """What is of no use to somebody who asks where the parcel is (each scanned piece) is left out."""
        found = []
        gone = own_reports.withdrawn(facts)
        for fact in reversed(facts):
            tell = self._tell.get(fact.kind)
            if tell is not None:
                title, below = tell(fact)
                if str(fact.fact_id) in gone:
                    title = self._desk.words("{what} (taken back)", what=title)
                found.append(Moment(fact.at, title, below, seen=fact.kind is FactKind.TRACKING_SAID))
        return found

    def _quiet(self, row: ShipmentRow, now: datetime) -> str:
        words = self._desk.words
        if now - row.event_at > timedelta(days=2):
            return words("No event for {span}", span=words.span(now - row.event_at))
        return words("No event since {when}", when=words.moment(row.event_at, now=now))

    def _taken(self, fact: Fact) -> tuple[str, str]:
        return self._desk.words("Order taken in"), _text(fact, "source")

    def _chosen(self, fact: Fact) -> tuple[str, str]:
        """What a person or a rule said of this order over the shop's word."""
        words, names, value = self._desk.words, self._desk.names, fact.data["value"]
        assert isinstance(value, Mapping)
        why = str(value.get("why") or "")
        by = _joined(fact.by, fact.station, why)
        if fact.data["scope"] == choices.ROUTE:
            carrier, service = str(value["carrier"]), str(value["service"])
            goes = f"{names.carrier(carrier)} {names.service(carrier, service)}"
            title = words("Service chosen by hand") if value["hand"] else words("Service by the rules")
            return title, _joined(goes, by)
        if fact.data["scope"] == choices.DUE:
            leaves = words.date(datetime.fromisoformat(str(value["ship_by"])).date())
            return words("The truck leaves on another day: closed days changed"), _joined(leaves, by)
        if fact.data["scope"] == choices.POINT:
            return words("Other pickup point"), _joined(str(value["point"]), str(value.get("name") or ""), by)
        if fact.data["scope"] == choices.LAID_ASIDE:
            back = bool(value.get("back"))
            return words("Label bought ahead given back") if back else words(
                "Label bought ahead"
            ), fact.station
        if fact.data["scope"] == choices.BOXED:
            return words("Return label for the box"), _joined(str(value["number"]), fact.station)
        if fact.data["scope"] == choices.WITH_RETURN:
            return (words("Return label wanted") if value["on"] else words("No return label wanted")), by
        return words("Recipient corrected"), by

    def _closed(self, fact: Fact) -> tuple[str, str]:
        words = self._desk.words
        grams = fact.data.get("weight_g")
        weight = words.kilos(grams) if isinstance(grams, int) and grams else ""
        title = words("Parcel {number} closed", number=_text(fact, "parcel_no"))
        return title, _joined(fact.station, _text(fact, "carton"), weight)

    def _bought(self, fact: Fact) -> tuple[str, str]:
        words, names = self._desk.words, self._desk.names
        carrier = _text(fact, "carrier")
        price = fact.data.get("price_cents")
        below = _joined(
            names.carrier(carrier),
            names.service(carrier, _text(fact, "service")),
            words.money(price) if isinstance(price, int) else "",
        )
        return words("Label bought"), below

    def _printed(self, fact: Fact) -> tuple[str, str]:
        words = self._desk.words
        copy = fact.data.get("copy")
        again = isinstance(copy, int) and copy > 1
        title = words("Label printed again, copy {copy}", copy=copy) if again else words("Label printed")
        reason = self._desk.reason(_text(fact, "reason"))
        return title, _joined(fact.station, _text(fact, "printer"), reason)

    def _said(self, fact: Fact) -> tuple[str, str]:
        code, carrier = _text(fact, "code"), _text(fact, "carrier")
        rule = self._codes.get(carrier, NO_CODES).rule(code, _text(fact, "label"))
        if fact.data.get("source") == own_reports.CORRECTION:
            return self._desk.words("Report taken back"), _text(fact, "label")
        # A carrier's code is shown for whoever asks there; ours is only the button that was pressed.
        shown = "" if carrier == own_reports.OWN else code
        below = _joined(shown, _text(fact, "label"), _text(fact, "place"), _text(fact, "note"))
        if rule is None or rule.status is TrackingStatus.UNKNOWN:
            return self._desk.words("The carrier said something not mapped"), below
        title = self._desk.terms.status[rule.status]
        reason = self._desk.terms.reason[rule.reason]
        return (f"{title}, {reason}" if reason else title), below


def _text(fact: Fact, key: str) -> str:
    value = fact.data.get(key)
    return "" if value is None else str(value)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
