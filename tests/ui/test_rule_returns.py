"""A rule that wants a return label in the box: only where the carrier sells one, said in its sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from page_fakes import CARRIERS, make_desk
from pytestqt.qtbot import QtBot

from wismo_desk.domain.carrier import CarrierInfo
from wismo_desk.domain.rules import Comparison, Condition, Rule, Subject, Target
from wismo_desk.flows.rule_words import goes_words
from wismo_desk.ui.rule_fields import RuleFields
from wismo_desk.ui.theme import Look
from wismo_desk.words import Words

SELLS = tuple(
    replace(info, traits=replace(info.traits, sells_returns=info.code == "colissimo")) for info in CARRIERS
)
RULE = Rule(
    conditions=(Condition(Subject.TAG, Comparison.ONE_OF, "VIP"),), target=Target("colissimo", "home")
)


def fields(qtbot: QtBot, look: Look, rule: Rule, carriers: tuple[CarrierInfo, ...] = SELLS) -> RuleFields:
    made = RuleFields(make_desk(look), rule, carriers)
    qtbot.addWidget(made)
    return made


def choose(made: RuleFields, wanted: tuple[str, str]) -> None:
    place = next(n for n in range(made.target.count()) if tuple(made.target.itemData(n)) == wanted)
    made.target.setCurrentIndex(place)
    made.target.activated.emit(place)


def test_it_is_ticked_and_given_up_with_another_carrier(qtbot: QtBot, look: Look) -> None:
    made = fields(qtbot, look, RULE)
    assert made.back.isEnabled()
    made.back.click()
    assert made.rule.with_return
    choose(made, ("own", "home"))
    assert not made.back.isEnabled()
    assert not made.rule.with_return
    choose(made, ("", ""))  # the cheapest may be one that sells them
    assert made.back.isEnabled()


def test_where_nobody_sells_them_it_cannot_be_wished_for(qtbot: QtBot, look: Look) -> None:
    assert not fields(qtbot, look, RULE, CARRIERS).back.isEnabled()
    kept = fields(qtbot, look, replace(RULE, with_return=True), CARRIERS)  # of a contract that is gone
    assert kept.back.isEnabled()
    assert kept.rule.with_return


@pytest.mark.parametrize(
    ("wanted", "said"), [(True, "colissimo home, with a return label"), (False, "colissimo home")]
)
def test_it_stands_in_the_sentence(wanted: bool, said: str) -> None:
    rule = replace(RULE, with_return=wanted)
    assert goes_words(rule, Words("en"), lambda carrier, service: (carrier, service)) == said
