"""The messages of an order among the moments of its shipment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from notice_fakes import make_notice
from page_fakes import NOW, Direct, french_words, make_desk

from wismo_desk.domain.effect import EffectState
from wismo_desk.ui.detail_conversation import merged, told
from wismo_desk.ui.detail_words import Moment
from wismo_desk.ui.theme import Look


@pytest.mark.usefixtures("qtbot")
def test_what_was_said_and_how_it_ended(look: Look) -> None:
    desk = make_desk(look, french_words(), Direct())
    notices = [make_notice(n, several=True).notice for n in (1, 2, 8, 10)]
    failed, done = told(desk, notices, NOW)
    assert done.title == "Annoncé\u202f: Prête à partir"
    assert done.below == "E-mail · Message envoyé"
    assert failed.below.startswith("SMS · Non envoyé · Le serveur")
    assert notices[2].state is EffectState.PENDING, "what waits was not said, nor what was left out"


def test_newest_on_top_and_a_silence_first() -> None:
    silence = Moment(None, "silence", gap=True)
    journey = [silence, Moment(NOW, "b"), Moment(NOW - timedelta(hours=2), "d")]
    said = [Moment(NOW - timedelta(hours=3), "e"), Moment(NOW - timedelta(hours=1), "c")]
    assert [each.title for each in merged(journey, said)] == ["silence", "b", "c", "d", "e"]
