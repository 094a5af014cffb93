"""A fake of flows/notify for the notices page: made-up notices, and a note of what was asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from page_fakes import NOW, PEOPLE

from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.notice import Channel, Letter, Milestone, Notice, NoticeRow, notice_id
from wismo_desk.errors import DeskError
from wismo_desk.settings.mail import MailSettings

_SPACE = UUID(int=7)
ON = MailSettings(
    on=True,
    host="smtp.papeterie.example",
    sender_address="bonjour@papeterie.example",
    shop_name="Papeterie du Port",
)
_ENDS: tuple[tuple[EffectState, dict[str, Any]], ...] = (
    (
        EffectState.IN_DOUBT,
        {
            "error": "The mail server broke off after the message was handed over. It may have arrived.",
            "raw": "Connection unexpectedly closed",
        },
    ),
    (
        EffectState.FAILED,
        {
            "error": "The mail server refuses this message. Check the address with the customer.",
            "raw": "550 5.1.1 …: unknown",
        },
    ),
    (EffectState.DONE, {}),
    (EffectState.PENDING, {"error": "The mail server asks to try again later.", "raw": "450 greylisted"}),
    (EffectState.DONE, {}),
    (EffectState.DONE, {"test": True}),
    (EffectState.FAILED, {"error": "This order has no e-mail address. Ask the customer, then send again."}),
    (EffectState.DONE, {}),
    (EffectState.PENDING, {}),
    (EffectState.SENDING, {}),
    (
        EffectState.FAILED,
        {"error": "Not sent: later news made it untrue or needless.", "overtaken": True},
    ),
)


def make_notice(n: int, *, several: bool = False) -> NoticeRow:
    state, details = _ENDS[n % len(_ENDS)]
    milestone = list(Milestone)[n % len(Milestone)]
    channel = Channel.SMS if several and n % 4 == 1 else Channel.EMAIL
    ship = uuid5(_SPACE, str(n))
    at = NOW - timedelta(minutes=7 * n)
    notice = Notice(
        notice_id=notice_id(ship, milestone, channel, 0),
        shipment_id=ship,
        order_id=uuid5(_SPACE, f"order{n}"),
        order_number=str(10482 - n),
        milestone=milestone,
        channel=channel,
        state=state,
        created_at=at - timedelta(minutes=2),
        changed_at=at,
        due_at=at,
        expires_at=at + timedelta(hours=48),
        attempts=0 if state is EffectState.PENDING and not details else 1 + n % 2,
        details=details,
    )
    return NoticeRow(notice=notice, customer=PEOPLE[n % len(PEOPLE)][0])


class FakeNotify:
    def __init__(self, count: int = 40, mail: MailSettings = ON, *, several: bool = False) -> None:
        """`several`: by e-mail and by text message."""
        self.known = [make_notice(n, several=several) for n in range(count)]
        self.mail = mail
        self.asked: list[tuple[Any, ...]] = []
        self.refuses: DeskError | None = None
        self.stopped: set[UUID] = set()

    def rows(
        self,
        states: Collection[EffectState] = (),
        *,
        channels: Collection[Channel] = (),
        left_out: bool | None = None,
        limit: int = 500,
    ) -> list[NoticeRow]:
        if self.refuses is not None:
            raise self.refuses
        return [
            row
            for row in self.known
            if (not states or row.notice.state in states)
            and (not channels or row.notice.channel in channels)
            and left_out in (None, bool(row.notice.details.get("overtaken")))
        ][:limit]

    def tally(self) -> dict[tuple[Channel, EffectState, bool], int]:
        one = (row.notice for row in self.known)
        return dict(Counter((n.channel, n.state, bool(n.details.get("overtaken"))) for n in one))

    def channels(self) -> tuple[Channel, ...]:
        return (Channel.EMAIL,) if self.mail.ready else ()

    def is_stopped(self, notice_id: UUID) -> bool:
        return notice_id in self.stopped

    def stop_telling(self, notice_id: UUID, *, reason: str) -> Changes:
        self.asked.append(("stop", self._row(notice_id).notice.order_number, reason))
        self.stopped.add(notice_id)
        return Changes(values=True)

    def tell_again(self, notice_id: UUID, *, reason: str) -> Changes:
        self.asked.append(("tell", self._row(notice_id).notice.order_number, reason))
        self.stopped.discard(notice_id)
        return Changes(values=True)

    def resend_all(self, notices: Sequence[UUID], *, reason: str) -> Changes:
        changes = Changes()
        for each in notices:
            changes |= self.resend(each, reason=reason)
        return changes

    def settings(self) -> MailSettings:
        return self.mail

    def letter(self, notice_id: UUID) -> Letter:
        row = self._row(notice_id)
        number = row.notice.order_number
        return Letter(
            subject=f"Votre commande {number} est prête à partir",
            text=f"Bonjour {row.customer},\n\nVotre commande {number} est emballée et voyagera avec "
            "Colissimo (domicile). Elle sera livrée à Dijon.\n\nNuméro de suivi\u202f: 6A12345678901\n\n"
            "Livraison prévue au plus tard le mardi 1er décembre.\n\nÀ bientôt,\n"
            "L’équipe Papeterie du Port\n",
            html="",
            to="helene.garnier@example.org",
            name=row.customer,
            language="fr",
        )

    def resend(self, notice_id: UUID, *, reason: str) -> Changes:
        return self._decide(notice_id, EffectState.PENDING, "resend", reason)

    def settle(self, notice_id: UUID, *, reason: str) -> Changes:
        return self._decide(notice_id, EffectState.DONE, "settle", reason)

    def _decide(self, notice_id: UUID, state: EffectState, what: str, reason: str) -> Changes:
        if self.refuses is not None:
            raise self.refuses
        row = self._row(notice_id)
        self.asked.append((what, row.notice.order_number, reason))
        said = {"by": "Poste 1", "outcome": "sent" if what == "settle" else "resent", "reason": reason}
        fresh = replace(row.notice, state=state, details={"history": [said]})
        self.known[self.known.index(row)] = replace(row, notice=fresh)
        return Changes(effects=True)

    def _row(self, notice_id: UUID) -> NoticeRow:
        return next(row for row in self.known if row.notice.notice_id == notice_id)
