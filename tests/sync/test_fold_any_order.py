"""Facts of two stations reach a desk in any order, with repeats: the main file says the same."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from two_desks import NOON, Clock, Desk, everything

from wismo_desk.domain.fact import Fact, FactKind

Piece = tuple[str, Any]  # ("fact", Fact) or ("party", (order, data))


@cache
def history() -> tuple[Piece, ...]:
    """What two stations that do not hear each other do to the same orders, as facts and recipients."""
    pieces: list[Piece] = []
    with tempfile.TemporaryDirectory() as folder:
        clock = Clock()
        a = Desk.open(Path(folder) / "a", "A", clock)
        b = Desk.open(Path(folder) / "b", "B", clock)
        first = a.take_in("1001", who="Early Name")
        b.take_in("1001", who="Later Name")
        second = b.take_in("1002")
        for desk in (a, b):
            desk.in_hand(first)
            desk.scan(first)
            parcel = desk.label(first)
            desk.say(desk.fact(FactKind.LABEL_PRINTED, first, parcel, printer="P", copy=1))
            desk.say(
                desk.fact(FactKind.PARCEL_MANIFESTED, first, parcel, manifest=f"M-{desk.name}"),
                desk.fact(
                    FactKind.MANIFEST_CLOSED, first, manifest="20261120-110000-own", carrier="own",
                    parcels=[str(parcel)], missing=[],
                ),
            )  # fmt: skip
            desk.say(desk.fact(FactKind.VALUE_SET, first, scope="rules", key="k", value=desk.name))
            desk.say(
                desk.fact(
                    FactKind.TRACKING_SAID, first, parcel, carrier="own", code="ABSENT", number="N", label=""
                )
            )
        b.void(first, parcel)
        a.in_hand(second)
        b.say(b.fact(FactKind.ORDER_CANCELLED, second, reason="customer"))
        for desk in (a, b):
            pieces += [("fact", fact) for fact in desk.store.inbox.facts_after(UUID(int=0), 500)]
            found = desk.store.inbox.parties_after(UUID(int=0), 500)
            pieces += [("party", (who.order_id, who.data)) for who in found]
            desk.store.close()
    return tuple(pieces)


def fold(pieces: list[Piece], sizes: list[int]) -> dict[str, list[tuple[Any, ...]]]:
    """The pieces as they come, in batches of these sizes, into a new desk."""
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk.open(Path(folder), "C")
        try:
            rest, turn = list(pieces), 0
            while rest:
                size = sizes[turn % len(sizes)]
                batch, rest, turn = rest[:size], rest[size:], turn + 1
                facts: list[Fact] = [what for kind, what in batch if kind == "fact"]
                parties = [what for kind, what in batch if kind == "party"]
                desk.store.inbox.take(facts, parties, now=NOON)
            return everything(desk.store)
        finally:
            desk.store.close()


# Shrinking folds some hundred desks more and shows little: the seed is enough to go on with.
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(st.data())
def test_any_interleaving_gives_the_same_rows(data: st.DataObject) -> None:
    pieces = history()
    mixed = data.draw(st.permutations(pieces))
    repeats = data.draw(st.lists(st.sampled_from(pieces), max_size=5))
    sizes = data.draw(st.lists(st.integers(1, 20), min_size=1, max_size=4))
    assert fold([*mixed, *repeats], sizes) == as_told()


@cache
def as_told() -> dict[str, list[tuple[Any, ...]]]:
    return fold(sorted(history(), key=lambda piece: piece[0] != "party"), [1000])


def test_what_is_folded_is_what_was_done() -> None:
    """The result that all orders agree on is also the right one."""
    rows = as_told()
    first, second = sorted(rows["orders"], key=lambda row: row[1])
    assert (first[3], second[3]) == ("shipped", "cancelled")  # B voided its label: the parcel wears A's
    assert {row[4] for row in rows["shipment"]} == {"Later Name", "Anna Durand"}
    assert len(rows["parcel"]) == 2 and sum(bool(row[-1]) for row in rows["parcel"]) == 1
    assert [row[2] for row in rows["value"]] == ['"B"']


def test_the_naive_last_arrival_would_depend_on_the_order() -> None:
    """The twin: a table where the last to arrive wins is not the same after two orders of arrival."""
    parties = [what for kind, what in history() if kind == "party"]
    assert dict(parties) != dict(reversed(parties))
