"""What waits for a page that nobody looks at: the same as joining, without copying what waits already."""

from __future__ import annotations

from functools import reduce
from operator import or_
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.background import gathered
from wismo_desk.background.gathered import Gathered, GatheredIds
from wismo_desk.domain.fact import Changes

_ids = st.frozensets(st.integers(0, 30).map(lambda n: UUID(int=n)), max_size=8)
_changes = st.builds(Changes, orders=_ids, shipments=_ids, effects=st.booleans(), values=st.booleans())


@given(st.lists(_changes, max_size=12), st.integers(1, 6))
def test_what_is_taken_is_what_joining_gives(bursts: list[Changes], many: int) -> None:
    usual = gathered._MANY
    try:
        gathered._MANY = many  # type: ignore[misc]  # so that small sets are large ones, too
        waits = Gathered()
        for burst in bursts:
            waits.add(burst)
        joined = reduce(or_, bursts, Changes())
        assert bool(waits) == bool(joined)
        assert waits.take() == joined
        assert not waits and waits.take() == Changes()
    finally:
        gathered._MANY = usual  # type: ignore[misc]


def test_a_large_set_is_kept_as_it_came() -> None:
    whole = frozenset(UUID(int=n) for n in range(gathered._MANY))
    waits = GatheredIds()
    waits.add(whole)
    assert waits.all() is whole
    assert frozenset(waits.all() | {UUID(int=1 << 100)}) is not whole  # the naive twin: a join copies
    waits.add(frozenset({UUID(int=1 << 100)}))
    assert waits.all() == whole | {UUID(int=1 << 100)} and waits._whole is whole
