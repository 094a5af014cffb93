"""What the tracking page of one shipment says, in the customer's words: from facts only, and of the person a first name
and a town."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Final
from urllib.parse import quote

from wismo_desk.documents.tracking_page import PageDay, PageStep, PageView, StepState, Tone
from wismo_desk.domain.fact import FactKind
from wismo_desk.domain.notice import Seen
from wismo_desk.domain.order import Party
from wismo_desk.domain.status import TrackingStatus as Status
from wismo_desk.notices.known import Known
from wismo_desk.notices.mjml_letters import palette
from wismo_desk.notices.said import said_day, said_week, short
from wismo_desk.notices.stories import Told
from wismo_desk.words import Words

_MOST: Final = 8  # steps: the newest
# A page of the shop's must not show what somebody typed into these fields to be read by others, such as an address.
_WORD: Final = re.compile(r"[^\W\d_]+(['’-][^\W\d_]+)*\.?")
_TOWN: Final = re.compile(r"[\w '’()-]+(\. [\w '’()-]+)*")
_TITLES: Final = frozenset(("m", "mr", "mme", "mlle", "mrs", "ms", "miss", "dr", "me", "monsieur", "madame"))
_TROUBLE: Final = frozenset((Status.EXCEPTION, Status.DAMAGED, Status.LOST, Status.DESTROYED, Status.EXPIRED))
_BACK: Final = frozenset((Status.RETURNING, Status.RETURNED))
_READY: Final = frozenset((Status.PLANNED, Status.LABEL_CREATED))
_WAY: Final = frozenset((Status.ACCEPTED, Status.IN_TRANSIT, Status.CUSTOMS, Status.DELAYED, Status.UNKNOWN))
LANGUAGES: Final = {"fr": "Français", "en": "English"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """The merchant as pages name it."""

    name: str
    contact: str
    zone: tzinfo
    names: Callable[[str, str, str], tuple[str, str]]  # (carrier, service, language) as people say them


def first_name(party: Party) -> str:
    """The first name alone; "" where the name does not tell which word that is."""
    words = [word for word in short(party.name).split() if word.casefold().rstrip(".") not in _TITLES]
    given = [word for word in words if not (len(word) > 1 and word.isupper())]
    found = given if given and len(given) < len(words) else words
    return found[0] if len(words) > 1 and found and _WORD.fullmatch(found[0]) else ""


def view_of(
    told: Told, known: Known, shop: Shop, words: Words, *, other: str = "", address: str = "", logo: str = ""
) -> PageView:
    """`words` of the page's language. `other`: the file of the other language; `logo`: the file of the logo; `address`:
    the page's own public address."""
    return _Writer(told, known, shop, words).view(other=other, address=address, logo=logo)


class _Writer:
    def __init__(self, told: Told, known: Known, shop: Shop, words: Words) -> None:
        self._told, self._known, self._shop, self._words = told, known, shop, words
        self._row, self._order = told.row, told.order
        self._carrier = shop.names(told.row.carrier, told.row.service, words.language)[0]
        town = short(told.order.recipient.city)
        self._town = town if _TOWN.fullmatch(town) else ""
        places = {fact.at: short(str(fact.data.get("place") or "")) for fact in told.story.facts}
        self._seen = [(each, places.get(each.at, "")) for each in told.story.seen]

    def view(self, *, other: str, address: str, logo: str) -> PageView:
        words, row, known = self._words, self._row, self._known
        second = "en" if words.language == "fr" else "fr"
        name, order = first_name(self._order.recipient), short(self._order.number)
        hello = words("Hello {name}, your order {order}", name=name, order=order)
        subject = quote(words("Order {order}", order=order))
        return PageView(
            language=words.language,
            shop=self._shop.name,
            order=order,
            greeting=hello if name else words("Your order {order}", order=order),
            headline=self._headline(),
            title=f"{words('Order {order}', order=order)} · {self._shop.name}",
            tone=self._tone(),
            hint=self._hint(),
            days=tuple(self._days()),
            notice=self._reason(),
            next=self._next(),
            steps=tuple(self._steps()),
            facts=tuple(self._facts()),
            numbers=self._told.numbers,
            labels=self._labels(),
            other=(other, second, LANGUAGES[second]) if other else ("", "", ""),
            write=f"mailto:{quote(self._shop.contact, safe='@')}?subject={subject}"
            if self._shop.contact
            else "",
            call="tel:" + "".join(c for c in known.brand.phone if c in "+0123456789")
            if known.brand.phone
            else "",
            site=known.brand.site,
            logo=logo,
            imprint=short(known.brand.imprint),
            address=address,
            updated=words("As of {when}.", when=self._moment(row.event_at, long=True)),
            colours=palette(known.brand),
        )

    def _labels(self) -> Mapping[str, str]:
        words = self._words
        many = len(self._told.numbers) > 1
        return {
            "journey": words("Its journey"),
            "to_come": words("to come"),
            "number": words("Parcel numbers") if many else words("Parcel number"),
            "write": words("Write to us"),
            "call": words("Call us: {phone}", phone=self._known.brand.phone),
            "privacy": words("No cookie, no advertising. Only who has this address sees this page."),
        }

    # The answer

    def _headline(self) -> str:
        words, status = self._words, self._row.status
        if status is Status.DELIVERED:
            return words("Delivered on {day}", day=self._day(self._last(Status.DELIVERED)))
        if status is Status.READY_FOR_PICKUP:
            until = self._known.pickup_until
            waits = words("It is waiting for you")
            return words("It is waiting for you until {day}", day=self._day(until)) if until else waits
        if status is Status.OUT_FOR_DELIVERY:
            return words("On the round of {day}", day=self._day(self._last(status)))
        if status is Status.DELIVERY_ATTEMPTED:
            return words("It could not be handed over on {day}", day=self._day(self._last(status)))
        if status in _BACK:
            return words("It is coming back to us")
        if status is Status.CANCELLED:
            return words("This order was cancelled")
        if status in _TROUBLE:
            return words("Something went wrong: we are looking after it")
        return self._expected()

    def _expected(self) -> str:
        words, expected = self._words, self._row.expected
        late = self._is_late()
        if expected is None:
            if self._row.promised_on and not late:
                return words("Expected by {day}", day=self._day(self._row.promised_on))
            if late:
                return words("It is late: we are looking after it")
            return words("It is getting ready") if self._row.status in _READY else words("It is on its way")
        if expected.low >= expected.high:
            day = self._day(expected.high)
            return words("Late, expected on {day}", day=day) if late else words("Expected on {day}", day=day)
        first, last = self._weekday(expected.low), self._weekday(expected.high)
        if late:
            return words("Late, expected between {first} and {last}", first=first, last=last)
        return words("Expected between {first} and {last}", first=first, last=last)

    def _hint(self) -> str:
        """The likeliest day, and the first promise where it was another."""
        words, expected, promised = self._words, self._row.expected, self._row.promised_on
        if expected is None or not self._days_shown():
            return ""
        said = []
        if expected.low < expected.high:
            said.append(words("Most likely: {day}.", day=self._weekday(expected.likely)))
        if promised and promised < expected.low:
            said.append(words("First planned for {day}.", day=self._day(promised)))
        return " ".join(said)

    def _days_shown(self) -> bool:
        return self._row.expected is not None and self._row.status in _WAY | _READY

    def _days(self) -> Iterator[PageDay]:
        """Five days around the interval. No day is called today: the page may be read on any."""
        from babel.dates import format_date

        expected = self._row.expected
        if expected is None or not self._days_shown():
            return
        span = (expected.high - expected.low).days
        first = expected.low - timedelta(days=1 if span < 4 else 0)
        for number in range(5):
            day = first + timedelta(days=number)
            yield PageDay(
                name=str(format_date(day, "EEE", locale=self._words.language)),
                number=str(day.day),
                within=expected.low <= day <= expected.high,
                likely=day == expected.likely,
            )

    def _tone(self) -> Tone:
        status = self._row.status
        if status in _TROUBLE | _BACK or status is Status.DELIVERY_ATTEMPTED or self._is_late():
            return Tone.WARN
        return Tone.GOOD if status in (Status.DELIVERED, Status.READY_FOR_PICKUP) else Tone.CALM

    def _is_late(self) -> bool:
        late = self._told.story.late_since is not None or self._row.status is Status.DELAYED
        return late and self._row.status in _WAY | _READY

    def _reason(self) -> str:
        found = _REASONS.get(self._row.reason.value.split("_")[0], "")
        return self._words(found) if found and self._tone() is Tone.WARN else ""

    def _next(self) -> str:
        words, status, own = self._words, self._row.status, self._row.carrier == "own"
        if status in _READY:
            ours = words("Next: our own driver takes it along.")
            return (
                ours if own else words("Next: {carrier} takes it over and scans it.", carrier=self._carrier)
            )
        if self._is_late():
            return words("We follow it and tell you as soon as there is news.")
        if status in _WAY:
            point = bool(self._order.pickup_point or self._known.pickup_name)
            there = words("Next: it arrives at the pickup point.")
            if point:
                return there
            round_ = words("Next: it goes on the round in {town}.", town=self._town)
            return round_ if self._town else words("Next: it goes on the round.")
        return words(_NEXT.get(status, ""))

    # The journey

    def _steps(self) -> Iterator[PageStep]:
        done = list(self._done())[-_MOST:]
        ahead = self._ahead()
        for number, step in enumerate(done):
            yield step if number < len(done) - 1 else self._newest(step, last=not ahead)
        if ahead:
            yield PageStep(title=ahead, state=StepState.NEXT)

    def _newest(self, step: PageStep, *, last: bool) -> PageStep:
        stuck = self._tone() is Tone.WARN
        state = StepState.STUCK if stuck else StepState.DONE if last else StepState.NOW
        return PageStep(title=step.title, when=step.when, iso=step.iso, below=step.below, state=state)

    def _done(self) -> Iterator[PageStep]:
        words, times = self._words, dict[FactKind, datetime]()
        for fact in self._told.story.facts:
            times[fact.kind] = fact.at
        if FactKind.ORDER_TAKEN_IN in times and FactKind.LABEL_BOUGHT not in times:
            yield self._step(words("Order registered"), times[FactKind.ORDER_TAKEN_IN])
        if FactKind.LABEL_BOUGHT in times:
            yield self._step(words("Packed and weighed"), times[FactKind.LABEL_BOUGHT])
        if FactKind.PARCEL_MANIFESTED in times:
            handed = words("Handed to {carrier}", carrier=self._carrier)
            ours = words("Left with our driver")
            yield self._step(
                ours if self._row.carrier == "own" else handed, times[FactKind.PARCEL_MANIFESTED]
            )
        before: tuple[Status, str] | None = None
        for seen, place in self._seen:
            title = self._title(seen, place)
            if title and (seen.status, place) != before:
                yield self._step(title, seen.at)
            before = (seen.status, place)

    def _title(self, seen: Seen, place: str) -> str:
        words = self._words
        if seen.status in (Status.IN_TRANSIT, Status.ACCEPTED) and place:
            return words("At {place}", place=place)
        return words(_STEPS.get(seen.status, ""))

    def _ahead(self) -> str:
        words, status = self._words, self._row.status
        if status in _READY:
            return words("Handed to {carrier}", carrier=self._carrier)
        if status in _WAY:
            if self._order.pickup_point or self._known.pickup_name:
                return words("At the pickup point")
            return words("On the round in {town}", town=self._town) if self._town else words("On the round")
        if status in (Status.OUT_FOR_DELIVERY, Status.DELIVERY_ATTEMPTED):
            return words("It is delivered")
        return words("Fetched") if status is Status.READY_FOR_PICKUP else ""

    def _facts(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        words, known = self._words, self._known
        point = short(known.pickup_name or self._order.pickup_point)
        if point:
            yield words("Pickup point"), (point,)
            if hours := known.pickup_hours or said_week(known.pickup_week, words.language):
                yield words("Opening hours"), hours
            if known.pickup_until and self._row.status is Status.READY_FOR_PICKUP:
                yield words("Fetch it by the end of"), (self._day(known.pickup_until),)

    # Words

    def _step(self, title: str, at: datetime) -> PageStep:
        local = at.astimezone(self._shop.zone)
        return PageStep(title=title, when=self._moment(at), iso=local.isoformat(timespec="minutes"))

    def _last(self, status: Status) -> date:
        on = [seen.on for seen, _ in self._seen if seen.status is status]
        return on[-1] if on else self._row.event_at.astimezone(self._shop.zone).date()

    def _day(self, day: date) -> str:
        return said_day(day, self._words.language)

    def _weekday(self, day: date) -> str:
        return said_day(day, self._words.language, month=False)

    def _moment(self, at: datetime, *, long: bool = False) -> str:
        from babel.dates import format_datetime

        local = at.astimezone(self._shop.zone)
        pattern = "EEEE d MMMM, HH:mm" if long else "EEE d, HH:mm"
        return str(format_datetime(local, pattern, locale=self._words.language))


_STEPS: Final[Mapping[Status, str]] = {
    Status.ACCEPTED: "Taken over by the carrier",
    Status.IN_TRANSIT: "On its way",
    Status.CUSTOMS: "At the customs",
    Status.OUT_FOR_DELIVERY: "On the round",
    Status.DELIVERY_ATTEMPTED: "Could not be handed over",
    Status.READY_FOR_PICKUP: "At the pickup point",
    Status.DELAYED: "It is delayed",
    Status.EXCEPTION: "Something went wrong",
    Status.DAMAGED: "Damaged on the way",
    Status.LOST: "Cannot be found",
    Status.DELIVERED: "It is delivered",
    Status.RETURNING: "On its way back to us",
    Status.RETURNED: "Back with us",
}
_NEXT: Final[Mapping[Status, str]] = {
    Status.OUT_FOR_DELIVERY: "If nobody can receive it, this page says where it waits.",
    Status.DELIVERY_ATTEMPTED: "This page says what comes next as soon as it is known.",
    Status.READY_FOR_PICKUP: "Bring an identity document and the parcel number.",
    Status.DELIVERED: "You cannot find it? Look with a neighbour and in the letterbox, then write to us.",
    Status.RETURNING: "Tell us what you prefer: to have it sent again, or your money back.",
    Status.RETURNED: "Tell us what you prefer: to have it sent again, or your money back.",
    Status.EXCEPTION: "We will write to you. You need not do anything.",
    Status.DAMAGED: "We will write to you. You need not do anything.",
    Status.LOST: "We will write to you. You need not do anything.",
}
# By who caused it: the exact reason may be nobody else's business than the customer's.
_REASONS: Final[Mapping[str, str]] = {
    "recipient": "The address, the time or the handing over was the difficulty.",
    "carrier": "It is held up at the carrier.",
    "customs": "It is held up at the customs.",
    "weather": "The weather slows the rounds.",
    "force": "An exceptional event slows the rounds.",
    "shipper": "It is held up on our side.",
}
