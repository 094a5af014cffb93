"""A rule that wants a return label in the box: only where the carrier sells one, said in its sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from page_fakes import CARRIERS
from pytestqt.qtbot import QtBot
from rule_form import VIP_HOME, choose, rule_form

from wismo_desk.flows.rule_words import goes_words
from wismo_desk.ui.theme import Look
from wismo_desk.words import Words

SELLS = tuple(
    replace(info, traits=replace(info.traits, sells_returns=info.code == "colissimo")) for info in CARRIERS
)


def test_it_is_ticked_and_given_up_with_another_carrier(qtbot: QtBot, look: Look) -> None:
    made = rule_form(qtbot, look, VIP_HOME, SELLS)
    assert made.back.isEnabled()
    made.back.click()
    assert made.rule.with_return
    choose(made, ("own", "home"))
    assert not made.back.isEnabled()
    assert not made.rule.with_return
    choose(made, ("", ""))  # the cheapest may be one that sells them
    assert made.back.isEnabled()


def test_where_nobody_sells_them_it_cannot_be_wished_for(qtbot: QtBot, look: Look) -> None:
    assert not rule_form(qtbot, look, VIP_HOME, CARRIERS).back.isEnabled()
    kept = rule_form(qtbot, look, replace(VIP_HOME, with_return=True), CARRIERS)  # of a contract that is gone
    assert kept.back.isEnabled()
    assert kept.rule.with_return


@pytest.mark.parametrize(
    ("wanted", "said"), [(True, "colissimo home, with a return label"), (False, "colissimo home")]
)
def test_it_stands_in_the_sentence(wanted: bool, said: str) -> None:
    rule = replace(VIP_HOME, with_return=wanted)
    assert goes_words(rule, Words("en"), lambda carrier, service: (carrier, service)) == said
