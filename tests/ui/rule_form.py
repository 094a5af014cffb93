"""The form of one shipping rule, as tests fill it in."""

from __future__ import annotations

from page_fakes import make_desk
from pytestqt.qtbot import QtBot

from wismo_desk.domain.carrier import CarrierInfo
from wismo_desk.domain.rules import Comparison, Condition, Rule, Subject, Target
from wismo_desk.ui.rule_fields import RuleFields
from wismo_desk.ui.theme import Look

VIP_HOME = Rule(
    conditions=(Condition(Subject.TAG, Comparison.ONE_OF, "VIP"),), target=Target("colissimo", "home")
)


def rule_form(qtbot: QtBot, look: Look, rule: Rule, carriers: tuple[CarrierInfo, ...]) -> RuleFields:
    made = RuleFields(make_desk(look), rule, carriers)
    qtbot.addWidget(made)
    return made


def choose(made: RuleFields, wanted: tuple[str, str]) -> None:
    place = next(n for n in range(made.target.count()) if tuple(made.target.itemData(n)) == wanted)
    made.target.setCurrentIndex(place)
    made.target.activated.emit(place)
