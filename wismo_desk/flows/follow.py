"""Asks the carriers about the parcels that are on their way, as often as is worth it and as they allow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from wismo_desk.background.meter import Meter, MeterReading
from wismo_desk.domain.carrier import Carrier, Tracks
from wismo_desk.domain.fact import Changes, Fact, FactKind
from wismo_desk.domain.tracking import Tracked, TrackingEvent, event_id
from wismo_desk.errors import DeskError
from wismo_desk.flows.pen import Clock, Pen
from wismo_desk.store.journal import Entry
from wismo_desk.store.looks import Followed
from wismo_desk.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round brought. `errors` is by carrier."""

    changes: Changes = field(default_factory=Changes)
    asked: int = 0  # numbers
    heard: int = 0  # events that were new
    errors: Mapping[str, DeskError] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """`claim` says whether this station may ask a carrier now: with a shared database, one station at a time does.
    A carrier that fails rests, and the others are asked all the same."""

    store: Store
    pen: Pen
    carriers: Mapping[str, Carrier]
    clock: Clock
    claim: Callable[[str], bool] = lambda _carrier: True
    meters: dict[str, Meter] = field(default_factory=dict)

    def __call__(self) -> Round:
        total = Round()
        for code, followed in self._routes().items():
            done = self._ask(code, followed)
            total = Round(
                changes=total.changes | done.changes,
                asked=total.asked + done.asked,
                heard=total.heard + done.heard,
                errors={**total.errors, **done.errors},
            )
        return total

    def one(self, code: str) -> Round:
        """This carrier alone; nothing where it cannot be asked any more."""
        followed = self._routes().get(code)
        return self._ask(code, followed) if followed else Round()

    def meter(self, code: str) -> Meter:
        carrier = self.carriers[code]
        traits = carrier.info.traits
        known = self.meters.get(code)
        if known is None:
            # A merchant's contract may bear less than the carrier's documents say.
            limit = min(
                traits.calls_per_minute, getattr(carrier, "calls_per_minute", traits.calls_per_minute)
            )
            a_day = getattr(carrier, "calls_per_day", traits.calls_per_day)  # DHL raises it on request
            known = self.meters[code] = Meter(per_minute=limit, per_day=a_day)
        return known

    def readings(self) -> dict[str, MeterReading]:
        """Of every carrier that can be asked."""
        return {code: self.meter(code).reading(self.clock()) for code in self._routes()}

    def _routes(self) -> dict[str, list[str]]:
        """Whom to ask about whose parcels: each carrier about its own, and where it cannot be asked, another that
        follows them too."""
        able = {code: carrier for code, carrier in self.carriers.items() if isinstance(carrier, Tracks)}
        routes = {code: [code] for code in able}
        for code, carrier in able.items():
            routes[code] += [other for other in carrier.info.follows if other not in able]
        return routes

    def _ask(self, code: str, followed: Sequence[str]) -> Round:
        carrier, meter = self.carriers[code], self.meter(code)
        assert isinstance(carrier, Tracks)
        size = carrier.info.traits.numbers_per_call
        calls = meter.allowed(self.clock())
        due = self.store.looks.due(followed, self.clock(), calls * size) if calls else []
        if not due or not self.claim(code):
            return Round()
        total = Round()
        for start in range(0, len(due), size):
            batch = due[start : start + size]
            meter.asked(self.clock())
            try:
                answers = carrier.track([one.number for one in batch], **self._whereabouts(batch))
            except DeskError as error:
                meter.failed(self.clock(), error)
                return replace(total, errors={code: error})  # what was heard before stays heard
            meter.answered()
            total = self._heard(code, batch, answers, total)
        return total

    def _heard(self, code: str, batch: Sequence[Followed], answers: Sequence[Tracked], total: Round) -> Round:
        facts = tuple(self._news(code, batch, answers))
        changes = self.store.commit(Entry(at=self.clock(), facts=facts)) if facts else Changes()
        known = [(one.parcel_id, tracked.found) for one, tracked in zip(batch, answers, strict=True)]
        self.store.looks.asked(known, self.clock())
        return Round(
            changes=total.changes | changes, asked=total.asked + len(batch), heard=total.heard + len(facts)
        )

    def _whereabouts(self, batch: Sequence[Followed]) -> dict[str, str]:
        """The recipient's country and postcode, for one number only: some carriers ask for them."""
        if len(batch) != 1:
            return {}
        order = self.store.read.order(batch[0].order_id)
        if order is None:
            return {}
        return {"country": order.recipient.country, "postcode": order.recipient.postcode}

    def _news(self, code: str, batch: Sequence[Followed], answers: Sequence[Tracked]) -> Iterator[Fact]:
        """Events that are not known yet, as facts: what the carrier said, word for word."""
        told = [
            (event_id(code, one.number, event, shipped_on=one.look.labelled_at.date()), one, event)
            for one, tracked in zip(batch, answers, strict=True)
            for event in tracked.events
        ]
        fresh = self.store.looks.unknown([fact_id for fact_id, _, _ in told])
        for fact_id, one, event in told:
            if fact_id in fresh:
                fresh.discard(fact_id)  # some carriers say a thing twice
                yield Fact(
                    fact_id=fact_id,
                    kind=FactKind.TRACKING_SAID,
                    at=event.at,
                    station=self.pen.station,
                    order_id=one.order_id,
                    shipment_id=one.shipment_id,
                    parcel_id=one.parcel_id,
                    data=_said(code, one.number, event),
                )


def _said(carrier: str, number: str, event: TrackingEvent) -> dict[str, object]:
    said: dict[str, object] = {
        "carrier": carrier,
        "number": number,
        "code": event.code,
        "label": event.label,
        "local_time": event.at.isoformat(),
        "place": event.place,
        "source": "carrier",
    }
    return said | ({"logical": True} if event.logical else {})
