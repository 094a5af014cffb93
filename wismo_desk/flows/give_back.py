"""Gives labels back that were bought ahead and are not used: asked of the carrier, or told in the tray."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from wismo_desk.domain.carrier import Carrier, VoidsLabels
from wismo_desk.domain.effect import Effect, EffectKind, EffectState, Move
from wismo_desk.domain.fact import Changes
from wismo_desk.errors import CarrierRefused, CarrierUnreachable, DeskError, OutcomeUnknown
from wismo_desk.flows.buy_ahead import BuyAhead
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.shelf import told_back
from wismo_desk.flows.ship import plain
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store

_AGAIN: Final = timedelta(minutes=15)  # Chronopost knows a new label after about ten
_TRIES: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveBack:
    """On a lane that may wait for a network, now and then. The ledger decides between it and the bench: whoever
    moves the row first has the label."""

    store: Store
    pen: Pen
    carriers: Mapping[str, Carrier]
    ahead: BuyAhead

    def __call__(self) -> Changes:
        changes = Changes()
        for row in self.store.journal.effects(states=(EffectState.PENDING,)):
            if row.kind is not EffectKind.LABEL_AHEAD:
                continue
            why = str(row.details.get("give_back") or "") or self.ahead.outdated(row)
            if why and self._is_time(row):
                changes |= self._give(row, why)
        return changes

    def _is_time(self, row: Effect) -> bool:
        after = row.details.get("after")
        return not after or self.pen.clock() >= datetime.fromisoformat(str(after))

    def _give(self, row: Effect, why: str) -> Changes:
        carrier = self.carriers.get(str(row.details["carrier"]))
        if carrier is not None and not carrier.info.traits.bills_at_creation and not _voids(carrier):
            return self._done(row, EffectState.PENDING, give_back=why, asked=False)
        if carrier is None or not isinstance(carrier, VoidsLabels):
            return self._move(row, EffectState.PENDING, EffectState.IN_DOUBT, give_back=why)
        changes = self._move(row, EffectState.PENDING, EffectState.SENDING, give_back=why)
        try:
            carrier.void_label(str(row.details["number"]), str(row.details["reference"]))
        except (CarrierRefused, CarrierUnreachable) as error:
            return changes | self._again(row, error)
        except OutcomeUnknown as error:
            return changes | self._move(row, EffectState.SENDING, EffectState.IN_DOUBT, **_said(error))
        return changes | self._done(row, EffectState.SENDING, asked=True)

    def _again(self, row: Effect, error: DeskError) -> Changes:
        """Later, some times; then a person is told."""
        tries = int(str(row.details.get("tries", 0))) + 1
        now = EffectState.PENDING if tries < _TRIES else EffectState.IN_DOUBT
        after = (self.pen.clock() + _AGAIN).isoformat()
        return self._move(row, EffectState.SENDING, now, tries=tries, after=after, **_said(error))

    def _done(self, row: Effect, was: EffectState, **details: Any) -> Changes:
        move = Move(effect_id=row.effect_id, was=was, now=EffectState.DONE, details=details)
        return self.store.commit(Entry(at=self.pen.clock(), facts=(told_back(self.pen, row),), moves=(move,)))

    def _move(self, row: Effect, was: EffectState, now: EffectState, **details: Any) -> Changes:
        move = Move(effect_id=row.effect_id, was=was, now=now, details=details)
        return self.store.commit(Entry(at=self.pen.clock(), moves=(move,)))


def _voids(carrier: Carrier) -> bool:
    return carrier.info.traits.voidable and isinstance(carrier, VoidsLabels)


def _said(error: DeskError) -> dict[str, Any]:
    return {"error": error.sentence, "error_values": plain(error), "raw": error.raw}
