"""After a crash or a power cut: what was being done to the outside world is found out, never done again."""

from __future__ import annotations

from dataclasses import dataclass

from wismo_desk.domain.effect import Effect, EffectKind, EffectState, Move
from wismo_desk.domain.fact import Changes
from wismo_desk.errors import DeskError
from wismo_desk.flows.hand_over import NEVER_SENT
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.print_label import PrintLabel, pending
from wismo_desk.flows.resolve import is_old
from wismo_desk.flows.ship import Ship, plain
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """`jobs` are prints that certainly never left and are still fresh: send them now."""

    changes: Changes
    jobs: tuple[Effect, ...] = ()
    in_doubt: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Recover:
    """Run once at start, before the bench takes scans, and off the STATION lane: it may ask a carrier."""

    store: Store
    pen: Pen
    ship: Ship
    print_label: PrintLabel

    def __call__(self) -> Recovered:
        changes = Changes()
        for effect in reversed(self.store.journal.effects(states=(EffectState.SENDING,))):
            changes |= self._settle(effect)
        jobs = []
        for job in pending(self.store):
            if is_old(job, self.pen.clock()):
                changes |= self._ask(job)
            else:
                jobs.append(job)
        doubts = self.store.journal.effects(states=(EffectState.IN_DOUBT,))
        return Recovered(changes=changes, jobs=tuple(jobs), in_doubt=len(doubts))

    def _settle(self, effect: Effect) -> Changes:
        if effect.kind is EffectKind.LABEL_PRINTED:
            return self.print_label.recover(effect).changes
        if effect.kind is EffectKind.LABEL_BOUGHT:
            try:
                purchase = self.ship.prepare.again(effect)
                if purchase is not None:
                    return self.ship.settle(purchase, self.ship.find(purchase)).changes
            except DeskError as error:
                return self._doubt(effect, error)
        return self._doubt(effect, DeskError("The program stopped before the answer came."))

    def _doubt(self, effect: Effect, error: DeskError) -> Changes:
        details = {"error": error.sentence, "error_values": plain(error), "raw": error.raw}
        move = Move(
            effect_id=effect.effect_id, was=EffectState.SENDING, now=EffectState.IN_DOUBT, details=details
        )
        return self.store.commit(Entry(at=self.pen.clock(), moves=(move,)))

    def _ask(self, job: Effect) -> Changes:
        move = Move(
            effect_id=job.effect_id,
            was=EffectState.PENDING,
            now=EffectState.IN_DOUBT,
            details={
                "error": NEVER_SENT,
                "never_sent": True,
            },
        )
        return self.store.commit(Entry(at=self.pen.clock(), moves=(move,)))
