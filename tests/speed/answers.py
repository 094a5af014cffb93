"""Customers' questions: understood, their order found, handed over rightly, and no sentence without an event."""

from __future__ import annotations

from collections.abc import Iterator

from tests.answers_data.judge import Tally, World
from tests.speed.figures import Figure
from tests.speed.room import Room

_FILES = ("unseen_fr", "unseen_en", "dev_fr", "dev_en")


def measure(room: Room) -> list[Figure]:
    folder = room.folder / "answers"
    folder.mkdir()
    world = World(folder, _FILES)
    try:
        return [figure for name in _FILES for figure in _figures(name, world.judge(name))]
    finally:
        world.close()


def _figures(name: str, tally: Tally) -> Iterator[Figure]:
    rules = 100 * tally.right_by_rules / tally.asked
    shares: tuple[tuple[str, float, float | None], ...] = (
        ("intent right", 100 * tally.right / tally.asked, rules),
        ("intent precision, mean of nine", tally.mean(1), None),
        ("intent recall, mean of nine", tally.mean(2), None),
        ("order found, of those that name one", 100 * tally.order_found / max(1, tally.with_order), None),
        ("hand-over precision", 100 * tally.handed_rightly / max(1, tally.handed), None),
        ("hand-over recall", 100 * tally.handed_rightly / max(1, tally.for_person), None),
    )
    for what, value, peer in shares:
        yield Figure(
            chapter="answers",
            name=f"{name}: {what}",
            value=round(value, 1),
            unit="%",
            peer="rules alone" if peer is not None else "",
            peer_value=peer,
            samples=tally.asked,
        )
    for what, count, of in (
        ("wrong order named", tally.order_wrong, tally.asked),
        ("statements without an event", tally.without_event, tally.statements),
    ):
        yield Figure(
            chapter="answers", name=f"{name}: {what}", value=float(count), unit="", aim=0.0, samples=of
        )
    yield Figure(
        chapter="answers",
        name=f"{name}: one question, from text to draft",
        value=round(1000 * tally.seconds / tally.asked, 2),
        unit="ms",
        samples=tally.asked,
    )
