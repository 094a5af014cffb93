"""One life of a packing program: opens its files, settles what the last life left open, packs on until killed.

It says on a pipe what it has acknowledged, each word in one write of one line, so that a kill cuts no line.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from desk_rig import TEE, Bench, Clock, bench, line
from mortal import Address, settle_doubts

from wismo_desk.domain.bench_view import BenchMode
from wismo_desk.domain.commands import Command
from wismo_desk.domain.effect import EffectKind, EffectState
from wismo_desk.domain.fact import Changes, FactKind
from wismo_desk.domain.order import OrderState
from wismo_desk.settings.mail import MailSettings, Security

PIECES: Final = 3  # of each order


@dataclass(frozen=True, slots=True)
class World:
    """What all lives share. Half of the orders go by our own van, half by the practice carrier."""

    folder: Path
    machines: Address
    mail_port: int
    tray: Path
    orders: int

    @property
    def numbers(self) -> list[str]:
        """Of its orders; long enough for a scanner to be known by."""
        return [f"42-{number:03}" for number in range(self.orders)]

    def opened(self, now: datetime, **more: Any) -> Any:
        mail = MailSettings(
            on=True, host="127.0.0.1", port=self.mail_port, security=Security.NONE, sender_name="Papeterie",
            sender_address="bonjour@papeterie.example",
        )  # fmt: skip
        more.setdefault("clock", Clock(now))
        return bench(self.folder, self.machines, self.machines, mail=mail, **more)


class Pipe:
    """The way out of a process that may be killed between any two instructions."""

    def __init__(self, end: int) -> None:
        self._end = end

    def __call__(self, word: str, *rest: object) -> None:
        left = memoryview((" ".join([word, *map(str, rest)]) + "\n").encode())
        while left:  # a write that is longer than the pipe ends early when the process is held up in it
            left = left[os.write(self._end, left) :]


def pieces_of(desk: Bench, number: str) -> int:
    return sum(int(str(fact.data["pieces"])) for fact in desk.facts(number, FactKind.ITEM_SCANNED))


def lost_by(desk: Bench, acknowledged: dict[str, int]) -> list[str]:
    """Orders of which fewer pieces are known than were acknowledged."""
    return [number for number, count in acknowledged.items() if pieces_of(desk, number) < count]


def live(world: World, now: datetime, acknowledged: dict[str, int], checked: set[str], say: Pipe) -> None:
    """`acknowledged` pieces by order and `checked` orders: what earlier lives said."""
    with world.opened(now) as desk:
        desk.patient(0.5)
        for number in lost_by(desk, acknowledged):
            say("lost", number)
        say("open")
        desk.recover()
        desk.wake()
        settle_doubts(desk, world.tray)
        say("recovered")
        desk.station.notify.start()
        for number in world.numbers:
            if number not in checked:
                _pack(desk, number, say)
                _tell_customers(desk, number, say)


def _pack(desk: Bench, number: str, say: Pipe) -> None:
    if desk.state(number) is not OrderState.SHIPPED:
        if desk.view.order_number != number or desk.view.mode is not BenchMode.PACKING:
            desk.scan(number)
        say("opened", number)
        done = pieces_of(desk, number)
        while desk.view.mode is BenchMode.PACKING and desk.view.current >= 0:
            desk.scan(TEE)
            done += 1
            say("piece", number, done)
        if desk.view.mode is BenchMode.PACKING:
            desk.act(Command.OK)
    _see_to_prints(desk)
    for parcel in desk.parcels(number):
        desk.scan(parcel.tracking_number)
        say("checked", number)


def _see_to_prints(desk: Bench) -> None:
    """What a packer does who reads the screen: prints again what certainly did not come out."""
    for _ in range(20):
        waiting = desk.station.store.journal.effects(states=(EffectState.PENDING,))
        jobs = [job for job in waiting if job.kind is EffectKind.LABEL_PRINTED]
        if not jobs:
            return
        for job in jobs:
            desk.print_label(job)


def _tell_customers(desk: Bench, number: str, say: Pipe) -> None:
    notify = desk.station.notify
    shipments = {fact.shipment_id for fact in desk.facts(number) if fact.shipment_id}
    notify.queue(Changes(shipments=frozenset(shipments)))
    notify.turn()
    say("told", number)


def live_naively(
    world: World, now: datetime, _acknowledged: dict[str, int], checked: set[str], say: Pipe
) -> None:
    """The naive twin: the beep comes before the disk, and what is not marked done is done again."""
    with world.opened(now) as desk:
        desk.patient(0.5)
        say("open")
        station = desk.station
        for effect in station.store.journal.effects(states=(EffectState.SENDING,)):
            if effect.kind is EffectKind.LABEL_BOUGHT:
                purchase = station.ship.prepare.again(effect)
                assert purchase is not None
                station.ship.settle(purchase, station.ship.buy(purchase))
            elif effect.kind is EffectKind.LABEL_PRINTED:
                stored = station.store.journal.label(effect.parcel_id)
                assert stored is not None
                station.printers["Z1"].send(stored.content)
                station.print_label.done(effect, EffectState.SENDING, {})
        say("recovered")
        for number in world.numbers:
            if number in checked:
                continue
            if desk.state(number) is not OrderState.SHIPPED:
                if desk.view.order_number != number or desk.view.mode is not BenchMode.PACKING:
                    desk.scan(number)
                done = pieces_of(desk, number)
                while desk.view.mode is BenchMode.PACKING and desk.view.current >= 0:
                    done += 1
                    say("piece", number, done)
                    desk.scan(TEE)
            _see_to_prints(desk)
            for parcel in desk.parcels(number):
                desk.scan(parcel.tracking_number)
            say("checked", number)


Life = Callable[[World, datetime, "dict[str, int]", "set[str]", Pipe], None]


def later_notices(desk: Bench, clock: Clock, *, every: timedelta = timedelta(minutes=11)) -> None:
    """Until no notice waits; the claims of dead lives run out meanwhile."""
    notify = desk.station.notify
    notify.start()
    for _ in range(30):
        clock.pass_(seconds=every.total_seconds())
        notify.turn()
        if not notify.counts().get(EffectState.PENDING):
            return


def take_orders(world: World, now: datetime) -> None:
    with world.opened(now) as desk:
        desk.take(*map(_order, world.numbers))


def _order(number: str) -> str:
    service = "Exercice" if int(number[-1]) % 2 else "Magasin"
    return line(number, quantity=PIECES, service=service, email=f"c{number}@example.org")
