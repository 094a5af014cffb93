"""Every condition that can be made is a sentence in both languages."""

from __future__ import annotations

import pytest

from wismo_desk.domain.rules import CHEAPEST, COMPARISONS, Condition, Rule, Subject, Target
from wismo_desk.flows.rule_words import condition_words, rule_words, target_words
from wismo_desk.resources import catalogue
from wismo_desk.words import Words

FRENCH, ENGLISH = Words("fr", catalogue("fr")), Words("en")
EACH = [(subject, how) for subject in Subject for how in COMPARISONS[subject]]


@pytest.mark.parametrize(("subject", "how"), EACH)
def test_each_condition_is_said(subject: Subject, how: object) -> None:
    condition = Condition(subject, how, "20000-20999")  # type: ignore[arg-type]  # of COMPARISONS
    said, anglais = condition_words(condition, FRENCH), condition_words(condition, ENGLISH)
    assert said != anglais
    assert "{" not in said + anglais


def test_a_rule_reads_as_a_sentence() -> None:
    rule = Rule(
        conditions=(
            Condition(Subject.COUNTRY, COMPARISONS[Subject.COUNTRY][0], "FR, MC"),
            Condition(Subject.WEIGHT, COMPARISONS[Subject.WEIGHT][0], "500"),
            Condition(Subject.VALUE, COMPARISONS[Subject.VALUE][1], "15000"),
        )
    )
    assert rule_words(rule, ENGLISH) == (
        "If the country is France or Monaco and the weight is at most 500\u00a0g and the goods are worth more than "
        "€150.00"
    )
    assert rule_words(Rule(), ENGLISH) == "Always"
    names = {("a", "b"): ("Colissimo", "Domicile")}
    assert target_words(Target("a", "b"), ENGLISH, lambda *key: names[key]) == "Colissimo Domicile"
    assert target_words(CHEAPEST, ENGLISH, lambda *key: names[key]) == "the cheapest that keeps the promise"
