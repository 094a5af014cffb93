"""A mapped code stands for its parts, too ("X" for "X/013"): at once, as after a rebuild."""

from __future__ import annotations

import pytest
from test_classifying import S, desk, row, say  # noqa: F401 - the fixture

from desk_rig import Bench  # isort: skip  # after the module that the fixture comes from
from wismo_desk.domain.watching import UnmappedCode


def unknown(code: str, desk: Bench) -> UnmappedCode:  # noqa: F811 - the fixture's name
    at = desk.clock()
    return UnmappedCode(carrier="practice", code=code, label="", times=1, last_at=at)


@pytest.mark.parametrize("said", ["ZZ9/013", "ZZ9/013/7", "ZZ9"])
def test_what_was_heard_in_parts_follows(desk: Bench, said: str) -> None:  # noqa: F811
    say(desk, "1", "TRI")
    say(desk, "1", said)
    say(desk, "2", "ZZ90")
    changes = desk.station.classify(unknown("ZZ9", desk), S.DELIVERED)
    assert row(desk, "1").status is S.DELIVERED
    assert row(desk, "2").status is not S.DELIVERED
    assert len(changes.shipments) == 1
    at_once = [row(desk, n).status for n in ("1", "2")]
    desk.station.store.rebuild()
    assert [row(desk, n).status for n in ("1", "2")] == at_once


def test_a_part_that_has_its_own_word_keeps_it(desk: Bench) -> None:  # noqa: F811
    say(desk, "1", "ZZ9/013")
    desk.station.classify(unknown("ZZ9/013", desk), S.RETURNED)
    desk.station.classify(unknown("ZZ9", desk), S.DELIVERED)
    assert row(desk, "1").status is S.RETURNED
    desk.station.classify.take_back(unknown("ZZ9/013", desk))
    assert row(desk, "1").status is S.DELIVERED
    desk.station.classify.take_back(unknown("ZZ9", desk))
    assert row(desk, "1").status is not S.DELIVERED
