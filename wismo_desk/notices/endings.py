"""How asking a channel about one notice ended, and what one turn of the sender did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from wismo_desk.domain.effect import EffectState
from wismo_desk.domain.fact import Changes
from wismo_desk.domain.notice import Channel
from wismo_desk.domain.notice_rules import MERGED, OVERTAKEN, STOPPED
from wismo_desk.errors import DeskError

_ON_PURPOSE: Final = (OVERTAKEN, MERGED, STOPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """Why a channel pauses, and until when."""

    error: DeskError
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one turn did. `waiting` went back to the queue, `overtaken` were left out on purpose; `error`: why
    sending pauses `rests_until` then, or, without that, why some wait. `rests`: the channels that pause."""

    sent: int = 0
    failed: int = 0
    in_doubt: int = 0
    waiting: int = 0
    overtaken: int = 0
    error: DeskError | None = None
    rests_until: datetime | None = None
    rests: Mapping[Channel, Rest] = field(default_factory=dict)
    came_back: bool = False  # something in the mailbox changed what is known

    @property
    def changes(self) -> Changes:
        moved = self.sent, self.failed, self.in_doubt, self.waiting, self.overtaken
        return Changes(effects=self.came_back or any(moved))

    def counting(self, ending: Ending) -> Turn:
        """This and one ending more."""
        name = {
            EffectState.DONE: "sent",
            EffectState.FAILED: "failed",
            EffectState.IN_DOUBT: "in_doubt",
        }.get(ending.state, "waiting")
        name = "overtaken" if ending.is_on_purpose else name
        return replace(self, **{name: getattr(self, name) + 1})

    def __add__(self, other: Turn) -> Turn:
        """Of two channels; the first trouble is told."""
        first = self if self.error is not None else other
        return Turn(
            sent=self.sent + other.sent,
            failed=self.failed + other.failed,
            in_doubt=self.in_doubt + other.in_doubt,
            waiting=self.waiting + other.waiting,
            overtaken=self.overtaken + other.overtaken,
            error=first.error,
            rests_until=first.rests_until,
            rests={**self.rests, **other.rests},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How asking about one notice ended, and when it may be tried again."""

    state: EffectState
    error: DeskError | None = None
    evidence: str = ""
    due_at: datetime | None = None

    @property
    def details(self) -> dict[str, object]:
        error = self.error
        return {
            "error": error.sentence if error else "",
            "error_values": {name: str(value) for name, value in error.values.items()} if error else {},
            "raw": error.raw if error else "",
            "evidence": self.evidence,
            "overtaken": self.is_on_purpose,
        }

    @property
    def is_on_purpose(self) -> bool:
        """Left out because of later news, or because the customer wants none: nothing is wrong."""
        return self.error is not None and self.error.sentence in _ON_PURPOSE
