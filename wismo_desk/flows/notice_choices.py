"""What people decide about messages: the rules, and who wants none any more. Both are facts, for every desk."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.domain.notice_rules import KEY, SCOPE, STOPS, NoticeRules, address_mark, dump_rules
from wismo_desk.domain.order import Party
from wismo_desk.errors import Refused
from wismo_desk.flows.pen import Pen
from wismo_desk.notices.stops import Stops
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeChoices:
    store: Store
    pen: Pen

    def rules(self) -> NoticeRules:
        """Those in force."""
        return Stops(self.store).rules()

    def save(self, rules: NoticeRules) -> Changes:
        """In force for every message that has not left yet."""
        return self._set(SCOPE, KEY, dump_rules(rules))

    def is_stopped(self, order_id: UUID) -> bool:
        stops = Stops(self.store)
        return any(stops.stopped(each) for each in self._addresses(order_id))

    def stop(self, order_id: UUID, *, why: str) -> Changes:
        """Who received this order gets no more messages but the necessary ones, for any order."""
        if not why.strip():
            raise Refused("Say how you know: the reason is kept.", field="reason")
        return self._mark(order_id, {"stopped": True, "why": why.strip()})

    def resume(self, order_id: UUID, *, why: str) -> Changes:
        """The customer wants to hear of it again."""
        if not why.strip():
            raise Refused("Say how you know: the reason is kept.", field="reason")
        return self._mark(order_id, {"stopped": False, "why": why.strip()})

    def stop_address(self, address: str, *, why: str) -> Changes:
        """Of an e-mail address that wrote so itself."""
        return self._set(STOPS, address_mark(address), {"stopped": True, "why": why})

    def recipient(self, order_id: str) -> str:
        """The e-mail address of an order, "" when there is none."""
        order = self.store.read.order(UUID(order_id))
        return order.recipient.email.strip() if order else ""

    def _mark(self, order_id: UUID, value: dict[str, object]) -> Changes:
        changes = Changes()
        for address in self._addresses(order_id):
            changes |= self._set(STOPS, address_mark(address), value)
        if not changes:
            raise Refused("This order has neither e-mail address nor telephone number.")
        return changes

    def _addresses(self, order_id: UUID) -> list[str]:
        order = self.store.read.order(order_id)
        who = order.recipient if order else Party()
        return [each for each in (who.email.strip(), who.phone.strip()) if each]

    def _set(self, scope: str, key: str, value: object) -> Changes:
        fact = self.pen.fact(FactKind.VALUE_SET, scope=scope, key=key, value=value)
        return self.store.commit(Entry(at=self.pen.clock(), facts=(fact,)))
