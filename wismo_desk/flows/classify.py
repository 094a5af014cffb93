"""What a carrier's unknown code means, said by a person: from then on, and for all that was heard before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.domain.status import CODE_SCOPE, IncidentReason, StatusRule, TrackingStatus, code_key
from wismo_desk.domain.watching import UnmappedCode
from wismo_desk.flows.pen import Pen
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

_BACK: Final = timedelta(days=120)


@dataclass(frozen=True, slots=True, kw_only=True)
class Classify:
    store: Store
    pen: Pen

    def unmapped(self) -> list[UnmappedCode]:
        """What no table knows, the most frequent first."""
        return self.store.unmapped(self.pen.clock() - _BACK)

    def __call__(
        self,
        code: UnmappedCode,
        status: TrackingStatus,
        reason: IncidentReason = IncidentReason.NONE,
        *,
        these_words_only: bool = False,
    ) -> Changes:
        """UNKNOWN means: news that change nothing (a message, a note). A carrier without codes is told by its
        words in any case."""
        piece = code.label if these_words_only or not code.code else ""
        rule = StatusRule(status, reason, is_scan=status is not TrackingStatus.UNKNOWN)
        value = {"status": rule.status.value, "reason": rule.reason.value, "is_scan": rule.is_scan}
        fact = self.pen.fact(
            FactKind.VALUE_SET, scope=CODE_SCOPE, key=code_key(code.carrier, code.code, piece), value=value
        )
        return self.store.commit(Entry(at=self.pen.clock(), facts=(fact,)))

    def take_back(self, code: UnmappedCode) -> Changes:
        """Undo: both ways in which it may have been mapped."""
        facts = tuple(
            self.pen.fact(
                FactKind.VALUE_SET,
                scope=CODE_SCOPE,
                key=code_key(code.carrier, code.code, piece),
                value=None,
            )
            for piece in dict.fromkeys(("", code.label))
        )
        return self.store.commit(Entry(at=self.pen.clock(), facts=facts))
