"""A day of parcels told by e-mail, text message and webhook, while each of the three companies fails: who was told
what, how often, in which order and language. Run by the tests (short) and by `python -m tests.speed notices`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.parser import BytesHeaderParser
from pathlib import Path
from time import perf_counter
from typing import Any, Final, Self

from notice_rig import (
    NOON,
    Clock,
    commit,
    fact,
    label,
    letters_of,
    notify_of,
    opened,
    order,
    patient_line,
    said,
    settings,
    take_in,
)

from wismo_desk.channels.sms_smpp import open_smpp
from wismo_desk.channels.webhook import make_secret, open_webhook
from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.domain.ids import order_id
from wismo_desk.domain.notice import Channel, Milestone, Notice, language_of
from wismo_desk.domain.order import Order, Party
from wismo_desk.errors import MessageDeferred, OutcomeUnknown
from wismo_desk.flows.notify import Notify
from wismo_desk.flows.pen import Pen
from wismo_desk.notices.posts import Line, happened
from wismo_desk.notices.sms_post import SmsPost
from wismo_desk.notices.stories import tell
from wismo_desk.notices.webhook_post import WebhookPost
from wismo_desk.practice.failing_mail_server import Plan, Step
from wismo_desk.practice.loopback import Fault
from wismo_desk.practice.mail_desk_aiosmtpd import AiosmtpdServer
from wismo_desk.practice.sms_server import SmsFault, SmsPlan, SmsServer
from wismo_desk.practice.webhook_server import WebhookServer
from wismo_desk.settings.channels import SmsSettings, WebhookSettings
from wismo_desk.settings.mail import MailSettings
from wismo_desk.store.notice_ledger import EXPIRED
from wismo_desk.web import Http

SECRET: Final = make_secret(bytes(range(32)))
HEADERS: Final = BytesHeaderParser()
MORNING: Final = NOON.replace(hour=7)
_COUNTRIES: Final = (("FR", "+336120{:05d}"), ("DE", "+491512{:07d}"), ("BE", "+3247012{:04d}"))
_TURNS: Final = 100_000
S = EffectState


@dataclass(slots=True)
class Outcome:
    """Counts, by channel. The four that must be nothing: `twice`, `lost` (told by the ledger, received by nobody),
    `backwards`, `wrong_language`."""

    sent: Counter[Channel] = field(default_factory=Counter)
    in_doubt: Counter[Channel] = field(default_factory=Counter)
    failed: Counter[Channel] = field(default_factory=Counter)
    too_old: Counter[Channel] = field(default_factory=Counter)
    left_out: Counter[Channel] = field(default_factory=Counter)
    waiting: Counter[Channel] = field(default_factory=Counter)
    refused: Counter[Channel] = field(default_factory=Counter)  # messages that a company refused for good
    twice: Counter[Channel] = field(default_factory=Counter)
    lost: Counter[Channel] = field(default_factory=Counter)
    backwards: Counter[Channel] = field(default_factory=Counter)
    wrong_language: Counter[Channel] = field(default_factory=Counter)
    faults: int = 0
    seconds: float = 0.0

    @property
    def is_right(self) -> bool:
        wrong = (self.twice, self.lost, self.backwards, self.wrong_language, self.waiting)
        return not any(each.total() for each in wrong) and self.failed == self.refused

    @property
    def handed_over(self) -> int:
        return self.sent.total() + self.in_doubt.total() + self.failed.total()


def a_customer(n: int) -> Order:
    country, phone = _COUNTRIES[n % 3]
    party = Party(
        name=f"Zoé Lefèvre {n}",
        postcode="37000",
        city="Tours",
        country=country,
        email=f"zoe.{n}@example.org",
        phone=phone.format(n),
    )
    return order(str(n), recipient=party, order_id=order_id("csv", str(n)))


class Companies:
    """The three of them, each of which fails at every `every`-th message in a way of its own."""

    def __init__(self, every: int) -> None:
        steps, texts = list(Step), list(SmsFault)
        calls = [Fault.SLOW, Fault.BUSY, Fault.REFUSE, Fault.DROP_AFTER_CREATE, Fault.SERVER_ERROR]
        calls += [Fault.HANG_AFTER_CREATE]

        def struck(n: int, among: Sequence[object]) -> int | None:
            return n // every % (len(among) + 3) if n % every == 0 else None

        def step(n: int) -> Step | None:
            at = struck(n, steps)
            return steps[at] if at is not None and at < len(steps) else None

        def word(n: int) -> dict[Step, str]:
            at = struck(n, steps)
            answers = {len(steps): {Step.RCPT: "450 later"}, len(steps) + 1: {Step.RCPT: "550 unknown"}}
            return answers.get(at if at is not None else -1, {})

        def slow(n: int) -> float:
            return 0.03 if struck(n, steps) == len(steps) + 2 else 0.0

        def text(n: int) -> SmsFault | None:
            at = struck(n, texts)
            return texts[at] if at is not None and at < len(texts) else None

        def call(n: int) -> Fault | None:
            at = struck(n, calls)
            return calls[at] if at is not None and at < len(calls) else None

        self.mail = AiosmtpdServer(Plan(fault=step, says=word, slow_s=slow))
        self.texts = SmsServer(SmsPlan(fault=text, slow_s=0.03, silent_s=0.2))
        self.program = WebhookServer(SECRET, fault=call, slow_s=0.03)

    @property
    def faults(self) -> int:
        return sum(sum(each.met.values()) for each in (self.mail, self.texts, self.program))


@dataclass(slots=True)
class NaiveLine:
    """Any line whose trouble is always "try it again": what was taken before it broke is sent a second time."""

    line: Line

    @property
    def broken(self) -> bool:
        return self.line.broken

    def send(self, message: Any, /) -> str:
        try:
            return self.line.send(message)
        except OutcomeUnknown as error:
            raise MessageDeferred("Try it again.", raw=error.raw) from error

    def __enter__(self) -> Self:
        self.line.__enter__()
        return self

    def __exit__(self, *why: Any) -> None:
        self.line.__exit__(*why)


def a_day(folder: Path, parcels: int, *, every: int = 9, naive: bool = False) -> Outcome:
    """In virtual time: the clock is moved on where the sender pauses. `naive`: as a program that tries again
    whatever happened, which this must catch."""
    companies, clock = Companies(every), Clock(MORNING)
    with ExitStack() as open_now:
        for each in (companies.mail, companies.texts, companies.program):
            open_now.enter_context(each)
        store = opened(folder)
        open_now.callback(store.close)
        pen = Pen("Poste 1", clock=clock)
        companies.program.silent_s = 0.2
        http = Http(connect_s=1.0, read_s=10.0)

        def hand(line: Line) -> Line:
            return NaiveLine(line) if naive else line

        def mail() -> MailSettings:
            return settings(companies.mail.port)

        def texting() -> SmsSettings:
            return SmsSettings(on=True, host="127.0.0.1", port=companies.texts.port, tls=False, user="desk")

        def calling() -> WebhookSettings:
            return WebhookSettings(on=True, url=companies.program.url)

        def smpp(chosen: SmsSettings) -> Line:
            return hand(open_smpp(chosen, "secret", answer_s=20.0))

        def webhook(chosen: WebhookSettings) -> Line:
            return hand(open_webhook(chosen, SECRET, http))

        def line(chosen: MailSettings) -> Any:
            return hand(patient_line(chosen))

        posts = (
            SmsPost(letters=letters_of(mail), settings=texting, open_line=smpp),
            WebhookPost(settings=calling, open_line=webhook),
        )
        notify = notify_of(store, store.notices, mail, clock, open_line=line, posts=posts)
        began = perf_counter()
        customers = [a_customer(n) for n in range(parcels)]
        for changes in _news(notify, pen, clock, customers):
            notify.queue(changes)
            for _ in range(parcels // 12 + 1):  # the next news comes while this is still being told
                _turn(notify, clock)
        _until_quiet(notify, clock)
        outcome = _judged(notify, companies, {each.order_id: each for each in customers})
        outcome.seconds = perf_counter() - began
        return outcome


def _news(notify: Notify, pen: Pen, clock: Clock, customers: Sequence[Order]) -> Iterator[Changes]:
    """Hour by hour; parcels of different customers are at different steps when a company fails."""
    store = notify.store
    boxes = {one.order_id: pen.new_id() for one in customers}
    ends = ("LIVRE", "DEPOSE", "ABSENT")
    codes = [("PRIS",), ("TOURNEE",), ends]

    def at(hour: float) -> None:
        clock.now = max(clock.now, MORNING + timedelta(hours=hour))

    yield take_in(store, pen, *customers)
    at(2)
    yield commit(store, pen, *[fact(pen, one, FactKind.ORDER_IN_HAND) for one in customers])
    at(4)
    yield commit(store, pen, *[label(pen, one, boxes[one.order_id]) for one in customers])
    at(9)
    listed = FactKind.PARCEL_MANIFESTED
    yield commit(
        store, pen, *[fact(pen, one, listed, boxes[one.order_id], manifest="m") for one in customers]
    )
    for hour, words in zip((24, 25, 29), codes, strict=True):
        at(hour)
        yield commit(store, pen, *[said(pen, one, words[n % len(words)]) for n, one in enumerate(customers)])


def _turn(notify: Notify, clock: Clock) -> bool:
    """And, where the sender pauses or nothing was due, the time that passes. Whether it did anything."""
    turn = notify.turn()
    moved = bool(turn.sent or turn.failed or turn.in_doubt or turn.overtaken)
    if turn.error is not None or not moved:
        clock.now += timedelta(seconds=20)
    return moved


def _until_quiet(notify: Notify, clock: Clock) -> None:
    for _ in range(_TURNS):
        if _turn(notify, clock):
            continue
        soon = clock.now + timedelta(hours=1)
        if not any(
            each.due_at <= soon for each in notify.ledger.listed(states=(S.PENDING, S.SENDING), limit=50_000)
        ):
            return
    raise AssertionError(notify.tally())


def _judged(notify: Notify, companies: Companies, customers: dict[object, Order]) -> Outcome:
    outcome = Outcome(faults=companies.faults)
    rows = notify.ledger.listed(limit=1_000_000)
    reminders = (Milestone.PICKUP_REMINDER, Milestone.PICKUP_LAST_REMINDER)
    received = _received(notify, companies, rows)
    for row in rows:
        if row.state is S.DONE:
            outcome.sent[row.channel] += 1
            outcome.lost[row.channel] += not received[row.notice_id.hex]
        elif row.state is S.IN_DOUBT:
            outcome.in_doubt[row.channel] += 1
        elif row.state is S.FAILED:
            kind = outcome.left_out if row.details.get("overtaken") else outcome.failed
            kind = outcome.too_old if row.details.get("error") == EXPIRED else kind
            kind[row.channel] += 1
        elif row.milestone not in reminders:  # those are days away
            outcome.waiting[row.channel] += 1
        outcome.twice[row.channel] += len(received[row.notice_id.hex]) > 1
        outcome.wrong_language[row.channel] += any(
            language not in ("", language_of(customers[row.order_id].recipient.country))
            for _, language in received[row.notice_id.hex]
        )
    _judge_order(outcome, rows, received)
    outcome.refused = Counter(
        {
            Channel.EMAIL: sum(
                1 for row in rows if row.channel is Channel.EMAIL and "550" in str(row.details.get("raw"))
            ),
            Channel.SMS: companies.texts.met.get(SmsFault.REFUSE, 0),
            Channel.WEBHOOK: companies.program.met.get(Fault.REFUSE, 0),
        }
    )
    outcome.refused = +outcome.refused
    return outcome


Receipts = dict[str, list[tuple[int, str]]]  # notice id → (place in the stream, language)


def _received(notify: Notify, companies: Companies, rows: Sequence[Notice]) -> Receipts:
    found: Receipts = defaultdict(list)
    by_id = {str(row.details.get("message_id")): row for row in rows}
    for place, mail in enumerate(companies.mail.received):
        message = HEADERS.parsebytes(mail.content, headersonly=True)
        row = by_id[str(message["Message-ID"])]
        found[row.notice_id.hex].append((place, str(message["Content-Language"])))
    for place, told in enumerate(companies.program.told):
        found[by_id[told.call_id.removeprefix("msg_")].notice_id.hex].append((place, ""))
    texts = {}
    for row in rows:
        if row.channel is Channel.SMS and row.details.get("message_id"):
            story = tell(notify.store, row.shipment_id)
            assert story is not None
            for language in ("fr", "en"):
                text = notify.letters.sms(story, row.milestone, at=happened(row, NOON), language=language)
                texts[(story.order.recipient.phone.lstrip("+"), text)] = (row, language)
    for place, sms in enumerate(companies.texts.received):
        row, language = texts[(sms.to, sms.text)]
        found[row.notice_id.hex].append((place, language))
    return found


def _judge_order(outcome: Outcome, rows: Sequence[Notice], received: Receipts) -> None:
    """Each customer's messages, as they came in, must be in the order of what happened."""
    lines: dict[tuple[object, Channel], list[tuple[int, datetime]]] = defaultdict(list)
    for row in rows:
        for place, _ in received[row.notice_id.hex]:
            lines[(row.shipment_id, row.channel)].append((place, happened(row, NOON)))
    for (_, channel), line in lines.items():
        moments = [at for _, at in sorted(line)]
        outcome.backwards[channel] += moments != sorted(moments)
