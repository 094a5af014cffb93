"""A rule that insures: ticked where the service can be insured, with a bound, said in its sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from page_fakes import CARRIERS
from pytestqt.qtbot import QtBot
from rule_form import VIP_HOME, choose, rule_form

from wismo_desk.domain.rules import Target
from wismo_desk.flows.rule_words import goes_words
from wismo_desk.ui.theme import Look
from wismo_desk.words import Words

INSURES = tuple(
    replace(
        info,
        services=tuple(
            replace(each, insured_to=500_000 if info.code == "colissimo" else 0) for each in info.services
        ),
    )
    for info in CARRIERS
)


def test_ticked_with_and_without_a_bound(qtbot: QtBot, look: Look) -> None:
    made = rule_form(qtbot, look, VIP_HOME, INSURES)
    assert made.rule.insured_to is None
    assert not made.insurance.most.isEnabled()
    made.insurance.on.click()
    assert made.rule.insured_to == 0
    made.insurance.most.setText("150 €")
    made.insurance.most.textEdited.emit("150 €")
    assert made.rule.insured_to == 15_000
    made.insurance.most.setText("abc")
    made.insurance.most.textEdited.emit("abc")
    assert made.rule.insured_to == 15_000
    assert made.insurance.most.property("wrong") == "true"
    made.insurance.most.setText("")
    made.insurance.most.textEdited.emit("")
    assert made.rule.insured_to == 0
    made.insurance.on.click()
    assert made.rule.insured_to is None


def test_a_service_without_insurance_says_so_and_gives_it_up(qtbot: QtBot, look: Look) -> None:
    made = rule_form(qtbot, look, replace(VIP_HOME, insured_to=20_000), INSURES)
    assert made.insurance.hint.text() == "This service: €5,000.00 at most."
    assert made.insurance.most.text() == "€200.00"
    choose(made, ("own", "home"))
    assert made.rule.insured_to is None
    assert not made.insurance.on.isEnabled()
    assert made.insurance.hint.text() == "This service cannot be insured from here."
    choose(made, ("", ""))
    assert made.insurance.on.isEnabled()
    assert made.insurance.hint.text() == "Where the service can be insured from here."


def test_a_kept_wish_is_not_lost_by_looking(qtbot: QtBot, look: Look) -> None:
    kept = rule_form(qtbot, look, replace(VIP_HOME, target=Target("own", "home"), insured_to=0), INSURES)
    assert kept.insurance.on.isEnabled()
    kept.back.toggled.emit(False)
    assert kept.rule.insured_to == 0


@pytest.mark.parametrize(
    ("insured_to", "said"),
    [
        (None, "colissimo home"),
        (0, "colissimo home, insured for the value of the goods"),
        (20_000, "colissimo home, insured for the value of the goods, at most €200.00"),
    ],
)
def test_it_stands_in_the_sentence(insured_to: int | None, said: str) -> None:
    rule = replace(VIP_HOME, insured_to=insured_to)
    assert goes_words(rule, Words("en"), lambda carrier, service: (carrier, service)) == said
