"""Several labels of one call at the bench: they come out one after the other, and each is stuck on and scanned by
itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from wismo_desk.domain.bench_view import BenchView, LabelView
from wismo_desk.domain.effect import Effect, EffectKind, EffectState
from wismo_desk.flows.bench_state import BenchState, Step
from wismo_desk.flows.bought import THEN
from wismo_desk.store.store import Store


def take_up(state: BenchState, parcel_id: UUID) -> bool:
    """Another label of the stack was scanned first: it is the one in hand. False: it is none of the stack."""
    found = next((label for label in state.more if label.parcel_id == parcel_id), None)
    if found is None or state.label is None:
        return False
    rest = [label for label in (state.label, *state.more) if label.parcel_id != parcel_id]
    state.label, state.more = found, tuple(sorted(rest, key=lambda label: label.parcel_no))
    return True


def take_in_hand(state: BenchState, labels: Sequence[LabelView]) -> None:
    """What just came: the first is in hand. Labels of the same order that were out before and that nobody scanned yet
    stay in the stack."""
    first = labels[0]
    came = {label.parcel_no for label in labels}
    out = [label for label in (state.label, *state.more) if label is not None and not label.recalled]
    out = [each for each in out if each.order_number == first.order_number and each.parcel_no not in came]
    rest = sorted((*labels[1:], *out), key=lambda label: label.parcel_no)
    state.label, state.more = first, tuple(rest)


def next_in_hand(store: Store, state: BenchState, view: BenchView) -> Step:
    """The next label of the stack is shown; its print begins, should it still wait."""
    return Step(view=view, job=first_print(store, state.label.parcel_id) if state.label else None)


def next_print(store: Store, printed: Effect) -> Effect | None:
    """The print of the same call that waited for this one."""
    then = printed.details.get(THEN)
    return first_print(store, UUID(str(then))) if then else None


def prints_after(store: Store, job: Effect) -> Iterator[Effect]:
    """All that wait behind this one."""
    following = next_print(store, job)
    while following is not None:
        yield following
        following = next_print(store, following)


def first_print(store: Store, parcel_id: UUID) -> Effect | None:
    """The first print of a label, while it waits."""
    return next(
        (
            row
            for row in store.journal.effects(states=(EffectState.PENDING,), parcel_id=parcel_id)
            if row.kind is EffectKind.LABEL_PRINTED and row.details.get("copy") == 1
        ),
        None,
    )
