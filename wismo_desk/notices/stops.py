"""The rules in force, and who wants no more messages: both are values of facts, and travel to every desk."""

from __future__ import annotations

from dataclasses import dataclass

from wismo_desk.domain.notice_rules import KEY, SCOPE, STOPS, NoticeRules, address_mark, read_rules
from wismo_desk.store.store import Store


@dataclass(frozen=True, slots=True)
class Stops:
    store: Store

    def rules(self) -> NoticeRules:
        return read_rules(self.store.read.value(SCOPE, KEY))

    def stopped(self, address: str) -> bool:
        """Whether who has this e-mail address or telephone number asked for no more messages."""
        if not address:
            return False
        said = self.store.read.value(STOPS, address_mark(address))
        return bool(said and said.get("stopped"))
