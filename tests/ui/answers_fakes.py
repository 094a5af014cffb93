"""Fakes of the answer flow and the inbox for the page: made-up orders, drafts that look like real ones."""

# ruff: noqa: E501 - sentences as customers read them
from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import UUID

from page_fakes import NOW, FakeWatch, french_words, make_row

from wismo_desk.domain.expected import Expected
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.inbox import InboxMail, Kept, MailState
from wismo_desk.domain.intent import HandOff, Intent, Understood
from wismo_desk.domain.status import NO_CODES
from wismo_desk.domain.watching import Detail, Filter, ShipmentRow
from wismo_desk.errors import Refused
from wismo_desk.flows.answer import Answer
from wismo_desk.flows.answer_words import Said
from wismo_desk.flows.find_order import Found, Key
from wismo_desk.flows.inbox import Opened
from wismo_desk.ui.detail_words import Timeline
from wismo_desk.ui.page_desk import Desk

EVENT = UUID(int=7)


def drafted(detail: Detail, intent: Intent, language: str, hand_off: HandOff = HandOff.NONE) -> Answer:
    french = language != "en"
    said = (
        Said(EVENT, "Nous avons remis votre commande 8002 à Colissimo lundi 30 novembre à 17:48.", ("8002", "lundi 30 novembre à 17:48"))
        if french
        else Said(EVENT, "We handed your order 8002 to Colissimo on Monday 30 November at 17:48.", ("8002", "Monday 30 November at 17:48")),
        Said(EVENT, "Nous l’attendons entre mercredi 2 décembre et vendredi 4 décembre (8 fois sur 10, d’après les colis passés).", ("mercredi 2 décembre", "vendredi 4 décembre"))
        if french
        else Said(EVENT, "We expect it between Wednesday 2 December and Friday 4 December (8 times out of 10, going by past parcels).", ("Wednesday 2 December", "Friday 4 December")),
    )  # fmt: skip
    hello = f"Bonjour {detail.order.recipient.name}," if french else f"Hello {detail.order.recipient.name},"
    body = " ".join(each.text for each in said)
    return Answer(
        understood=Understood(intent=intent, confidence=0.97, language=language or "fr"),
        found=Found(orders=(detail.order,), keys=frozenset({Key.NUMBER, Key.EMAIL})),
        said=said,
        subject=f"Votre commande {detail.order.number}" if french else f"Your order {detail.order.number}",
        reply=f"{hello}\n\n{body}\n\n{'Bien à vous' if french else 'Kind regards'},\nAtelier Mirabelle",
        sentence=body,
        hand_off=hand_off,
        row=detail.row,
        order=detail.order,
    )


@dataclass
class FakeAsks:
    watch: FakeWatch = field(default_factory=FakeWatch)
    logged: list[tuple[UUID | None, Intent, str]] = field(default_factory=list)
    asked: list[tuple[Intent, str]] = field(default_factory=list)

    def search(self, text: str) -> list[ShipmentRow]:
        return self.watch.page(self.watch.rows(Filter(text=text), 50))

    def card(self, order_id: UUID, *, intent: Intent, language: str) -> tuple[Answer, Detail]:
        self.asked.append((intent, language))
        row = make_row(order_id.int - (1 << 64) - 1)
        known = Expected(date(2026, 12, 2), date(2026, 12, 3), date(2026, 12, 4))
        detail = replace(self.watch.detail(row.shipment_id), row=replace(row, expected=known))
        return drafted(detail, intent, language), detail

    def log(self, order_id: UUID | None, intent: Intent, channel: str) -> Changes:
        self.logged.append((order_id, intent, channel))
        return Changes(values=True)

    def timeline(self, desk: Desk) -> Timeline:
        return Timeline(desk, {"colissimo": NO_CODES})


_PEOPLE = ("Camille Roussel", "Rachid Amrani", "Manon Schmitt", "Chloé Fontaine", "Lucas Da Silva")
_ASKED = (
    (Intent.WHERE_IS_IT, HandOff.NONE, MailState.OPEN),
    (Intent.DELIVERED_NOT_RECEIVED, HandOff.ANGER, MailState.OPEN),
    (Intent.CHANGE_ADDRESS, HandOff.NONE, MailState.OPEN),
    (Intent.OTHER, HandOff.NOT_WISMO, MailState.OPEN),
    (Intent.WHEN_WILL_IT_LEAVE, HandOff.NONE, MailState.IN_DOUBT),
)


@dataclass
class FakeInbox:
    is_on: bool = True
    error: Exception | None = None
    sent: list[tuple[str, UUID | None, Intent, str, str]] = field(default_factory=list)
    settled: list[tuple[str, MailState]] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    chosen: dict[str, UUID] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def mails(self) -> list[InboxMail]:
        found = []
        for at, (name, (intent, why, state)) in enumerate(zip(_PEOPLE, _ASKED, strict=True)):
            kept = Kept(key=f"m{at}", state=state, uid=at, intent=intent, confidence=0.9, hand_off=why)
            mail = InboxMail(
                kept=kept,
                sender=f"{name.split()[0].lower()}@exemple.fr",
                sender_name=name,
                subject="Ma commande",
                at=NOW - timedelta(minutes=34 * (at + 1)),
                number="" if intent is Intent.OTHER else str(8002 + at),
            )
            if kept.key not in self.gone:
                found.append(mail)
        return found

    def open(self, key: str) -> Opened:
        mail = next(each for each in self.mails() if each.kept.key == key)
        row = make_row(2)
        answer = drafted(FakeWatch().detail(row.shipment_id), mail.kept.intent, "", mail.kept.hand_off)
        if mail.kept.intent is Intent.OTHER and key not in self.chosen:
            answer = Answer(understood=answer.understood, found=Found(), hand_off=HandOff.NOT_WISMO)
        text = "Bonjour,\nje n’ai toujours rien reçu, pouvez-vous me dire où en est ma commande 8002 ?\nMerci, Camille"
        return Opened(mail=mail, text=text, answer=answer)

    def send(self, key: str, *, order_id: UUID | None, intent: Intent, subject: str, text: str) -> Changes:
        if self.error:
            raise self.error
        if key in self.gone:
            raise Refused("This message was answered already, or may have been: look in the mailbox first.")
        self.sent.append((key, order_id, intent, subject, text))
        self.gone.add(key)
        return Changes(values=True)

    def choose(self, key: str, order_id: UUID) -> Changes:
        self.chosen[key] = order_id
        return Changes(values=True)

    def settle(self, key: str, state: MailState, *, reason: str = "") -> Changes:
        self.settled.append((key, state))
        self.reasons.append(reason)
        self.gone.add(key)
        return Changes(values=True)


__all__ = ["FakeAsks", "FakeInbox", "french_words"]
