"""Lines in one text are found by halves as a dictionary would find them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.domain.places import Places, _Lines

_keys = st.text("AB é1", max_size=3)


@given(st.lists(st.tuples(_keys, st.text("xyz", max_size=3)), max_size=30), _keys)
def test_a_line_is_found_by_its_key(rows: list[tuple[str, str]], asked: str) -> None:
    lines = _Lines(f"{key}|{rest}" for key, rest in rows)
    assert len(lines) == len(rows)
    assert list(lines.after(asked)) == sorted(rest for key, rest in rows if key == asked)


def test_a_key_that_begins_another_is_not_taken_for_it() -> None:
    places = Places({"01400": ("Ars",), "0140": ("Bey", "Bey-le-Haut")})
    assert (places._towns("01400"), places._towns("0140"), places._towns("014")) == (
        ["Ars"],
        ["Bey", "Bey-le-Haut"],
        [],
    )
    assert len(places) == 2
