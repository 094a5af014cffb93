"""Says what facts say, in the customer's language: a date as people write it, a reason as one tells it a customer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from wismo_desk.domain.answer import Case, Statement, handed
from wismo_desk.domain.intent import HandOff, Intent, Task
from wismo_desk.domain.status import ENDED, IncidentReason, TrackingStatus
from wismo_desk.words import Words

_R = IncidentReason


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of a reply and the event it rests on; `parts` are the stretches of it that come from facts."""

    event: UUID
    text: str
    parts: tuple[str, ...] = ()


class Speaker:
    """`words` in the language of the customer."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._reasons = _reasons(words)

    def say(self, statement: Statement) -> Said:
        values = {name: self._value(value) for name, value in statement.values.items()}
        text = self._words(statement.sentence, **values)
        parts = tuple(part for value in values.values() if (part := value.strip(" ():")) and part in text)
        return Said(statement.events[0], text, parts)

    def _value(self, value: object) -> str:
        if isinstance(value, datetime):
            local = value if value.tzinfo is None else value.astimezone(self._words.zone)
            clock = f"{local:%H:%M}"
            return self._words("{day} at {clock}", day=self._day(local.date()), clock=clock)
        if isinstance(value, date):
            return self._day(value)
        if isinstance(value, IncidentReason):
            said = self._reasons.get(value, "")
            return f" ({said})" if said else ""
        return str(value)

    def _day(self, day: date) -> str:
        from babel.dates import format_date

        return str(format_date(day, "EEEE d MMMM", locale=self._words.language))


def short(words: Words, case: Case, now: datetime) -> str:
    """For who has the customer on the line: handed over, last scan, expected, in one sentence of near words. "" where
    the parcel has not left: the reply's own sentences say that."""
    parts, today = [], now.astimezone(words.zone).date()
    left = handed(case)
    if left is not None:
        parts.append(
            words("Handed to {carrier} {when}", carrier=case.carrier, when=words.moment(left.at, now=now))
        )
    scan = case.scans[-1] if case.scans else None
    if scan is not None and scan.status is case.status:
        when = words.moment(scan.at, now=now)
        if scan.status is TrackingStatus.DELIVERED:
            parts.append(words("delivered {when}", when=when))
        elif scan.place:
            parts.append(words("last scan {when}, {place}", when=when, place=scan.place))
        else:
            parts.append(words("last scan {when}", when=when))
    known = case.expected
    if known is not None and scan is not None and case.status not in ENDED and known.high >= today:
        low, high = (words.day(max(day, today), today=today) for day in (known.low, known.high))
        said = (
            words("expected {low} (80%)", low=low)
            if low == high
            else words("expected {low} to {high} (80%)", low=low, high=high)
        )
        parts.append(said)
    text = ", ".join(parts)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _reasons(words: Words) -> dict[IncidentReason, str]:
    return {
        _R.RECIPIENT_ABSENT: words("nobody was there to take it"),
        _R.RECIPIENT_REFUSED: words("it was refused"),
        _R.RECIPIENT_ADDRESS: words("the address was not found"),
        _R.RECIPIENT_NO_ACCESS: words("the driver could not get in"),
        _R.RECIPIENT_CLOSED: words("the place was closed"),
        _R.RECIPIENT_MOVED: words("the recipient is not known there any more"),
        _R.RECIPIENT_REQUEST: words("another day or place was asked for"),
        _R.RECIPIENT_UNCLAIMED: words("it was not fetched in time"),
        _R.CARRIER_DELAY: words("delayed on the way"),
        _R.CARRIER_MISSORT: words("it took a wrong way and was sent on"),
        _R.CARRIER_CAPACITY: words("the round was full"),
        _R.CARRIER_STRIKE: words("a strike at the carrier"),
        _R.CARRIER_INQUIRY: words("the carrier is looking for it"),
        _R.CUSTOMS_HOLD: words("held at customs"),
        _R.WEATHER_DELAY: words("the weather"),
        _R.FORCE_MAJEURE: words("circumstances beyond anybody's control"),
    }


def why(words: Words, reason: HandOff, tasks: Sequence[Task] = (), *, proven: bool = True) -> str:
    """A hand-over for the desk: why, then what there is to do; "" for none. `proven`: who asks named two keys."""
    sentences: dict[HandOff, Callable[[], str]] = {
        HandOff.NONE: lambda: "",
        HandOff.NO_ORDER: lambda: words("No order was found: ask for its number, or search by name."),
        HandOff.SEVERAL_ORDERS: lambda: words("Several orders fit: choose the one that is meant."),
        HandOff.NOT_WISMO: lambda: words("This is not about a parcel on its way."),
        HandOff.LOST: lambda: words("A lost parcel: a person decides on a search, a new parcel or a refund."),
        HandOff.CLAIM: lambda: words("A claim: a person looks at it."),
        HandOff.ANGER: lambda: words("The customer is angry: a person answers."),
        HandOff.UNSURE: lambda: words("The question was not understood for certain."),
        HandOff.ONE_KEY: lambda: words("Only one key names this order: its address is not spoken of."),
        HandOff.CONTRADICTION: lambda: words("What the customer says and what is known do not go together."),
        HandOff.NO_FACTS: lambda: words("Nothing is known yet that would answer this."),
        HandOff.NEEDS_PERSON: lambda: words("Something must be done first: a person decides."),
        HandOff.AUTOMATIC: lambda: words("An automatic message: no answer is due."),
    }
    said = sentences[reason]()
    if not said or not tasks:
        return said
    named = task_words(words)
    listed = ", ".join(named[task] for task in tasks)
    said = words("{why} To be done: {list}.", why=said, list=listed)
    if proven or reason is HandOff.ONE_KEY or _BY_TWO_KEYS.isdisjoint(tasks):
        return said
    return f"{said} {sentences[HandOff.ONE_KEY]()}"


_BY_TWO_KEYS = frozenset({Task.CHANGE_ADDRESS, Task.TELL_ADDRESS})


def task_words(words: Words) -> dict[Task, str]:
    return {
        Task.CANCEL: words("cancel the order"),
        Task.RETURN: words("cancelled too late: look at a return"),
        Task.SEARCH: words("look for a parcel that is reported as delivered"),
        Task.CHANGE_ADDRESS: words("change the address"),
        Task.TELL_ADDRESS: words("say which address it goes to"),
        Task.INSTRUCT: words("pass delivery instructions on"),
        Task.OTHER_DAY: words("another day or place"),
        Task.REST: words("the rest of the message"),
    }


def intent_words(words: Words) -> dict[Intent, str]:
    return {
        Intent.WHERE_IS_IT: words("Where is it?"),
        Intent.WHEN_WILL_IT_LEAVE: words("When will it leave?"),
        Intent.DELIVERED_NOT_RECEIVED: words("Delivered, not received"),
        Intent.CHANGE_ADDRESS: words("Change of address"),
        Intent.DELIVERY_INSTRUCTIONS: words("Delivery instructions"),
        Intent.ABSENT: words("Absent"),
        Intent.WHICH_CARRIER: words("Which carrier?"),
        Intent.PARCEL_PROBLEM: words("Damaged, incomplete, wrong"),
        Intent.OTHER: words("Something else"),
    }


def extra(words: Words, intent: Intent) -> str:
    """What is added to the facts of some questions: no fact itself, and no promise."""
    lines: dict[Intent, Callable[[], str]] = {
        Intent.CHANGE_ADDRESS: lambda: words(
            "Please send us the whole new address if it is not in your message: one of us looks at what can still be "
            "changed, and answers you."
        ),
        Intent.DELIVERY_INSTRUCTIONS: lambda: words(
            "We have read your wish: one of us looks at what can still be passed on to the carrier, and answers you."
        ),
        Intent.ABSENT: lambda: words(
            "One of us looks at what the carrier can still do for another day or place, and answers you."
        ),
        Intent.DELIVERED_NOT_RECEIVED: lambda: words(
            "Please look in your letter box and ask your neighbours and the caretaker, and tell us if it is still "
            "missing."
        ),
    }
    found = lines.get(intent)
    return found() if found else ""


def looked_after(words: Words, task: Task | None) -> str:
    """What the customer is told of a wish that is no question: a person sees to it. "" for the others."""
    lines: dict[Task, Callable[[], str]] = {
        Task.CANCEL: lambda: words(
            "One of us looks at whether your order can still be cancelled, and answers you."
        ),
        Task.RETURN: lambda: words(
            "It can no longer be cancelled: one of us looks at a return with you, and answers you."
        ),
        Task.TELL_ADDRESS: lambda: words(
            "One of us looks at the address that your order goes to, and answers you."
        ),
        Task.REST: lambda: words("One of us looks after the rest of your message, and answers you."),
    }
    found = lines.get(task) if task else None
    return found() if found else ""
