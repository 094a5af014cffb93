"""The unknown-outcome tray: each question is closed by evidence or by a person with a reason, and kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from wismo_desk.domain.effect import Effect, EffectKind, EffectState, Move
from wismo_desk.domain.fact import Changes, Fact, FactKind
from wismo_desk.domain.ids import shipment_id
from wismo_desk.domain.watching import Doubt
from wismo_desk.errors import Refused
from wismo_desk.flows.pen import Pen
from wismo_desk.flows.shelf import NO_BYTES, shelf_row, told_back, told_others
from wismo_desk.flows.ship import Ship, Shipped
from wismo_desk.store.journal import Entry
from wismo_desk.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve:
    store: Store
    pen: Pen
    ship: Ship
    names: Callable[[str, str], tuple[str, str]]

    def doubts(self) -> list[Doubt]:
        """Open questions, oldest first."""
        effects = self.store.journal.effects(states=(EffectState.IN_DOUBT,))
        return [self._doubt(effect) for effect in reversed(effects)]

    def cleared_today(self) -> list[Doubt]:
        """Settled within the last day by somebody or something, newest first."""
        since = self.pen.clock() - timedelta(days=1)
        effects = self.store.journal.effects(states=(EffectState.DONE, EffectState.FAILED), limit=300)
        return [
            self._doubt(effect)
            for effect in effects
            if "resolved" in effect.details and effect.changed_at >= since
        ]

    def came_out(self, effect_id: UUID, *, reason: str, evidence: str = "person") -> Changes:
        """Also of a print that still waits, when its label was scanned all the same."""
        seen = (EffectState.PENDING,) if evidence == "scanned" else ()
        effect = self._open(effect_id, EffectKind.LABEL_PRINTED, EffectState.IN_DOUBT, *seen)
        printed = self.pen.fact(
            FactKind.LABEL_PRINTED,
            order_id=effect.order_id,
            shipment_id=shipment_id(effect.order_id),
            parcel_id=effect.parcel_id,
            printer=effect.details.get("printer"),
            copy=effect.details.get("copy"),
            reason=effect.details.get("reason"),
            evidence=evidence,
        )
        # A return label is none of the shipment's parcels.
        facts = () if effect.details.get("return") else (printed,)
        return self._settle(effect, EffectState.DONE, "came_out", reason, evidence, facts)

    def not_out(self, effect_id: UUID, *, reason: str) -> Effect:
        """The print job, pending again under the same number."""
        effect = self._open(effect_id, EffectKind.LABEL_PRINTED, EffectState.IN_DOUBT)
        self._settle(effect, EffectState.PENDING, "not_out", reason, "person")
        kept = self.store.journal.effect_by_id(effect_id)
        assert kept is not None
        return kept

    def ask_again(self, effect_id: UUID) -> Shipped:
        """Look the purchase up at the carrier by our reference. Buys nothing; `job` is the print that follows
        when the label was found."""
        effect = self._open(effect_id, EffectKind.LABEL_BOUGHT, EffectState.IN_DOUBT)
        purchase = self.ship.prepare.again(effect)
        if purchase is None:
            raise Refused("The order of this label is not here any more.")
        return self.ship.settle(purchase, self.ship.find(purchase))

    def decide(self, effect_id: UUID, *, bought: bool, number: str, reason: str) -> Changes:
        """A person's word where nobody else can tell: the label exists under `number`, or does not exist (for
        a void in doubt: `bought` means the label is still valid)."""
        effect = self._open(effect_id, None, EffectState.IN_DOUBT)
        if not reason.strip():
            raise Refused("Say how you know: the reason is kept.", field="reason")
        if effect.kind is EffectKind.RETURN_BOUGHT:
            ended = (EffectState.DONE, "bought") if bought else (EffectState.FAILED, "not_bought")
            return self._settle(effect, *ended, reason, "person")
        if effect.kind is EffectKind.LABEL_AHEAD:
            outcome = (EffectState.FAILED, "not_voided") if bought else (EffectState.DONE, "voided")
            return self._settle(effect, *outcome, reason, "person", (told_back(self.pen, effect),))
        if effect.kind is EffectKind.LABEL_VOIDED:
            return self._decide_void(effect, still_valid=bought, reason=reason)
        if effect.kind is not EffectKind.LABEL_BOUGHT:
            raise Refused("This question is about a print: say whether the label came out.")
        if not bought:
            return self._settle(effect, EffectState.FAILED, "not_bought", reason, "person")
        if not number.strip():
            raise Refused("Type the tracking number that the carrier shows.", field="number")
        if effect.details.get("ahead"):
            return self._unwanted(effect, number.strip().upper(), reason)
        return self._settle(
            effect, EffectState.DONE, "bought", reason, "person", (self._bought(effect, number),)
        )

    def _unwanted(self, effect: Effect, number: str, reason: str) -> Changes:
        """A label bought ahead whose bytes never came: nobody can print it, so it is given back."""
        kept = ("carrier", "service", "reference", "parcel_no", "issue_no", "weight_g", "ship_on", "mark")
        details = {name: effect.details[name] for name in kept}
        row = shelf_row(self.pen, effect, {**details, "number": number, "give_back": NO_BYTES})
        told = (told_others(self.pen, effect),)
        return self._settle(effect, EffectState.DONE, "bought", reason, "person", told, (row,))

    def _bought(self, effect: Effect, number: str) -> Fact:
        details = effect.details
        return self.pen.fact(
            FactKind.LABEL_BOUGHT,
            order_id=effect.order_id,
            shipment_id=shipment_id(effect.order_id),
            parcel_id=effect.parcel_id,
            carrier=details["carrier"],
            service=details["service"],
            tracking_number=number.strip().upper(),
            aliases=[],
            reference=details["reference"],
            parcel_no=details["parcel_no"],
            issue_no=details["issue_no"],
            weight_g=details["weight_g"],
            price_cents=None,
            last=self.ship.completes(
                effect.order_id, int(str(details["parcel_no"])), last=bool(details["last"])
            ),
        )

    def _decide_void(self, effect: Effect, *, still_valid: bool, reason: str) -> Changes:
        if still_valid:
            return self._settle(effect, EffectState.FAILED, "not_voided", reason, "person")
        voided = self.pen.fact(
            FactKind.LABEL_VOIDED,
            order_id=effect.order_id,
            shipment_id=shipment_id(effect.order_id),
            parcel_id=effect.parcel_id,
            reason=reason,
        )
        return self._settle(effect, EffectState.DONE, "voided", reason, "person", (voided,))

    def _settle(
        self,
        effect: Effect,
        now: EffectState,
        outcome: str,
        reason: str,
        evidence: str,
        facts: tuple[Fact, ...] = (),
        effects: tuple[Effect, ...] = (),
    ) -> Changes:
        resolved = self.pen.fact(
            FactKind.OUTCOME_RESOLVED,
            order_id=effect.order_id,
            shipment_id=shipment_id(effect.order_id),
            parcel_id=effect.parcel_id,
            effect=str(effect.effect_id),
            outcome=outcome,
            evidence=evidence,
            reason=reason,
        )
        details: dict[str, object] = {"resolved": outcome, "evidence": evidence}
        if outcome == "not_out":
            details["looked"] = (
                True  # before it is sent again, the printer's counter is asked whether they erred
            )
        move = Move(effect_id=effect.effect_id, was=effect.state, now=now, details=details)
        return self.store.commit(
            Entry(at=self.pen.clock(), facts=(*facts, resolved), moves=(move,), effects=effects)
        )

    def _open(self, effect_id: UUID, kind: EffectKind | None, *states: EffectState) -> Effect:
        effect = self.store.journal.effect_by_id(effect_id)
        if effect is None or effect.state not in states:
            raise Refused("This question is settled already.")
        if kind is not None and effect.kind is not kind:
            raise Refused("This answer does not fit the question.", raw=effect.kind.value)
        return effect

    def _doubt(self, effect: Effect) -> Doubt:
        ship = self.store.read.shipment(shipment_id(effect.order_id))
        parcel = self.store.read.parcel(effect.parcel_id)
        carrier = str(effect.details.get("carrier") or (parcel.carrier if parcel else ""))
        service = str(effect.details.get("service") or (parcel.service if parcel else ""))
        names = self.names(carrier, service)
        return Doubt(
            effect=effect,
            order_number=ship.order_number if ship else "",
            customer=ship.customer if ship else "",
            place=ship.place if ship else "",
            carrier=names[0],
            service=names[1],
            tracking_number=str(effect.details.get("number") or ""),
        )


OLD = timedelta(minutes=10)


def is_old(effect: Effect, now: datetime) -> bool:
    """A print that has waited this long is asked about, not sent by surprise the next morning."""
    return now - effect.changed_at > OLD
