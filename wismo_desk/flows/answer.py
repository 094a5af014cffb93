"""Answers a customer's question from stored facts: understands, finds the order, drafts, or hands over to a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from wismo_desk.domain.answer import Case, answers, scans_of, standing
from wismo_desk.domain.answer_tasks import adds, beside_facts, hand_off, task_of, tasks
from wismo_desk.domain.fact import Changes, Fact, FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.intent import HandOff, Intent, Task, Understood
from wismo_desk.domain.intent_model import IntentModel
from wismo_desk.domain.order import Order
from wismo_desk.domain.question import Question, read_question
from wismo_desk.domain.watching import Detail, ShipmentRow
from wismo_desk.domain.wording import language_of
from wismo_desk.errors import DeskError, Refused
from wismo_desk.flows.answer_archived import AskArchive, Elsewhere
from wismo_desk.flows.answer_reading import own_plain, understand
from wismo_desk.flows.answer_words import Said, Speaker, extra, looked_after, short
from wismo_desk.flows.find_order import FindOrder, Found, Key
from wismo_desk.flows.pen import Pen
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store
from wismo_desk.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`said` are the facts, each with its event; `reply` the whole draft. `sentence` is what a person tells who has
    the customer on the line. `hand_off` NONE: the draft may leave as it is, if the merchant wants that; `tasks` is what
    a person has to do, the cancelling first."""

    understood: Understood
    found: Found
    said: tuple[Said, ...] = ()
    subject: str = ""
    reply: str = ""
    sentence: str = ""
    hand_off: HandOff = HandOff.NONE
    tasks: tuple[Task, ...] = ()
    row: ShipmentRow | None = None
    order: Order | None = None
    archived: Detail | None = None  # of an order that the archive knows and this desk does not
    unasked: DeskError | None = None  # why the archive could not be asked for it


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerQuestion:
    """Reads only, but `log`. `speaks` gives the words of a language, `names` those of (carrier, service)."""

    store: Store
    pen: Pen
    find: FindOrder
    model: Callable[[], IntentModel]
    speaks: Callable[[str], Words]
    names: Callable[[str, str], tuple[str, str]]
    shop: Callable[[], str]
    archive: AskArchive | None = None  # None: this desk works alone

    def __call__(
        self,
        text: str,
        *,
        subject: str = "",
        sender: str = "",
        language: str = "",
        order_id: UUID | None = None,
    ) -> Answer:
        """`sender` is an e-mail address, "" for a text from elsewhere; `order_id`: the order that a person chose.
        Never raises for what a customer wrote."""
        question = read_question(text, subject=subject, sender=sender)
        understood = self.understand(question, language=language)
        found = self.find.chosen(question, order_id) if order_id else self.find(question)
        if not found.orders and self.archive is not None:
            return self._from_archive(question, understood, self.archive(question))
        case, row = (
            self._case(found.orders[0], proven=found.proven) if len(found.orders) == 1 else (None, None)
        )
        if case is not None:
            understood = beside_facts(understood, case, own_plain(question))
        why = hand_off(understood, case, found=len(found.orders))
        if case is None or row is None:
            return Answer(understood=understood, found=found, hand_off=why, tasks=tasks(understood, None))
        return self._drafted(understood, found, case, row, why)

    def understand(self, question: Question, *, language: str = "") -> Understood:
        return understand(question, self.model(), language=language)

    def understand_language(self, text: str) -> str:
        return language_of(text)

    def card(self, order_id: UUID, *, intent: Intent = Intent.WHERE_IS_IT, language: str = "") -> Answer:
        """For a person who chose the order: who asks is known to them, so an address may be spoken of. Raises Refused
        for an order that is not here."""
        order = self.store.read.order(order_id)
        if order is None:
            raise Refused("This shipment is not known here.")
        spoken = language or ("fr" if order.recipient.country in _FRENCH else "en")
        found = Found(orders=(order,), keys=frozenset({Key.NUMBER, Key.NAME}))
        case, row = self._case(order, proven=True)
        understood = Understood(intent=intent, confidence=1.0, language=spoken)
        return self._drafted(understood, found, case, row, hand_off(understood, case, found=1))

    def archived_card(
        self, detail: Detail, *, intent: Intent = Intent.WHERE_IS_IT, language: str = ""
    ) -> Answer:
        """As `card`, of an order of the archive that a person chose."""
        spoken = language or ("fr" if detail.order.recipient.country in _FRENCH else "en")
        understood = Understood(intent=intent, confidence=1.0, language=spoken)
        found = Found(orders=(detail.order,), keys=frozenset({Key.NUMBER, Key.NAME}))
        case, row = self._told_of(detail.order, detail.row, detail.facts, proven=True)
        drafted = self._drafted(understood, found, case, row, hand_off(understood, case, found=1))
        return replace(drafted, archived=detail)

    def _from_archive(self, question: Question, understood: Understood, elsewhere: Elsewhere) -> Answer:
        """Drafted for a person: what the archive knows does not leave by itself."""
        found, detail = elsewhere.found, elsewhere.detail
        if detail is None:
            why = hand_off(understood, None, found=len(found.orders))
            told = Answer(understood=understood, found=found, hand_off=why, tasks=tasks(understood, None))
            return replace(told, unasked=elsewhere.error)
        case, row = self._told_of(detail.order, detail.row, detail.facts, proven=found.proven)
        understood = beside_facts(understood, case, own_plain(question))
        why = hand_off(understood, case, found=1) or HandOff.NEEDS_PERSON
        return replace(self._drafted(understood, found, case, row, why), archived=detail)

    def log(self, order_id: UUID | None, intent: Intent, channel: str) -> Changes:
        """A customer asked and was answered: what and how, never who or in which words."""
        fact = self.pen.fact(
            FactKind.CONTACT_LOGGED,
            order_id=order_id,
            shipment_id=shipment_id(order_id) if order_id else None,
            question=intent.value,
            channel=channel,
        )
        return self.store.commit(Entry(at=self.pen.clock(), facts=(fact,)))

    def _case(self, order: Order, *, proven: bool) -> tuple[Case, ShipmentRow]:
        row = self.store.read.shipment(shipment_id(order.order_id))
        if row is None:
            raise Refused("This shipment is not known here.")
        facts = tuple(self.store.read.order_facts(order.order_id))
        return self._told_of(order, row, facts, proven=proven)

    def _told_of(
        self, order: Order, row: ShipmentRow, facts: tuple[Fact, ...], *, proven: bool
    ) -> tuple[Case, ShipmentRow]:
        carrier, service = self.names(row.carrier, row.service)
        row = replace(row, carrier_name=carrier, service_name=service)
        zone = self.speaks("fr").zone
        case = Case(
            number=order.number,
            status=row.status,
            reason=row.reason,
            carrier=carrier,
            service=service,
            facts=facts,
            scans=scans_of(facts, self.store.codes),
            today=self.pen.clock().astimezone(zone).date(),
            promised_on=row.promised_on,
            expected=row.expected,
            pickup_point=order.pickup_point,
            proven=proven,
        )
        return case, row

    def _drafted(
        self, understood: Understood, found: Found, case: Case, row: ShipmentRow, why: HandOff
    ) -> Answer:
        words = self.speaks(understood.language)
        speaker = Speaker(words)
        told = list(self._points(understood, case, speaker, words))
        if told and understood.beyond is not HandOff.NONE:
            told.append(_Told((), looked_after(words, Task.REST)))
        said = tuple(each for one in told for each in one.said)
        order = found.orders[0]
        now = Speaker(self.speaks("")).say
        return Answer(
            understood=understood,
            found=found,
            said=said,
            subject=words("Your order {number}", number=order.number),
            reply=self._letter(words, order, told, named=found.proven) if said else "",
            sentence=short(self.speaks(""), case, self.pen.clock())
            or " ".join(now(each).text for each in standing(case)),
            hand_off=why,
            tasks=tasks(understood, case),
            row=row,
            order=order,
        )

    def _points(self, understood: Understood, case: Case, speaker: Speaker, words: Words) -> Iterator[_Told]:
        """Each point of the mail in its order; to a wish that is no question, where the parcel is."""
        points = understood.points or understood.questions
        if understood.intent is Intent.PARCEL_PROBLEM:
            return
        where = [each if isinstance(each, Intent) else Intent.WHERE_IS_IT for each in points]
        for point, (intent, facts) in zip(points, answers(case, where), strict=True):
            if isinstance(point, Intent):
                more = extra(words, intent) if adds(case, intent) else ""
            else:
                more = looked_after(words, task_of(point, case))
            yield _Told(tuple(map(speaker.say, facts)), more)

    def _letter(self, words: Words, order: Order, told: Sequence[_Told], *, named: bool) -> str:
        """A paragraph to each question. A name is personal data: only who proved to be that customer is called by
        it."""
        name = order.recipient.name.strip()
        hello = words("Hello {name},", name=name) if named and name else words("Hello,")
        body = [part for each in told for part in (" ".join(one.text for one in each.said), each.more)]
        closing = words("Kind regards,")
        parts = dict.fromkeys([hello, *body, f"{closing}\n{self.shop()}".strip()])
        return "\n\n".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class _Told:
    """What one question is answered: facts, and what is added to them."""

    said: tuple[Said, ...]
    more: str


_FRENCH = frozenset(
    {"FR", "BE", "CH", "LU", "MC", "GP", "MQ", "GF", "RE", "YT", "PM", "NC", "PF", "BL", "MF"}
)
