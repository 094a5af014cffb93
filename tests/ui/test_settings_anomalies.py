"""The rule editor: a draft, its effect, saving, taking back; by keyboard and in words."""

from __future__ import annotations

import pytest
from anomaly_fakes import FakeRules
from page_fakes import CARRIERS, Direct, french_words, make_desk
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from wismo_desk.domain.anomaly_kinds import AnomalyKind
from wismo_desk.domain.anomaly_rules import DEFAULT, Mode, RuleException, Threshold
from wismo_desk.domain.calendar import Zone
from wismo_desk.domain.fact import Changes
from wismo_desk.ui.anomaly_rule_words import rule_sentences
from wismo_desk.ui.settings_anomalies import AnomalyAsks, AnomalyPane
from wismo_desk.ui.stepper import Stepper
from wismo_desk.ui.theme import Look

K = AnomalyKind
FRENCH = french_words()


class Shown:
    def __init__(self, qtbot: QtBot, look: Look, *, refuses: bool = False) -> None:
        self.rules = FakeRules(refuses=refuses)
        self.changes: list[Changes] = []
        asks = AnomalyAsks(rules=self.rules, changed=self.changes.append)
        self.pane = AnomalyPane(make_desk(look, FRENCH, Direct()), asks, CARRIERS)
        qtbot.addWidget(self.pane)
        self.pane.resize(1628, 1000)
        with qtbot.waitExposed(self.pane):
            self.pane.show()
        self.pane.start()


@pytest.fixture
def shown(qtbot: QtBot, look: Look) -> Shown:
    return Shown(qtbot, look)


def test_every_rule_has_its_line_and_its_sentence(shown: Shown) -> None:
    assert set(shown.pane.lines) == set(K) == set(rule_sentences(FRENCH))
    assert shown.pane.title.text() == "Sans scan"
    assert not shown.pane.save.isEnabled()


def test_a_draft_is_tried_before_it_is_saved(qtbot: QtBot, shown: Shown) -> None:
    shown.pane.editor.steppers[(Zone.HOME, "watch")].step(1)
    qtbot.waitUntil(lambda: shown.pane.effect.figure.text() == "12")
    assert shown.rules.asked[-1].by_zone[Zone.HOME] == Threshold(watch=4, act=4)
    assert shown.rules.kept[K.NO_SCAN] == DEFAULT[K.NO_SCAN]
    assert shown.pane.save.isEnabled()


def test_what_is_saved_can_be_taken_back(qtbot: QtBot, shown: Shown) -> None:
    shown.pane.editor.steppers[(Zone.EU, "act")].step(2)
    qtbot.keyClick(shown.pane, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert shown.rules.kept[K.NO_SCAN].by_zone[Zone.EU].act == 9
    assert shown.changes == [Changes(values=True)]
    assert not shown.pane.save.isEnabled()
    shown.pane._take_back(DEFAULT[K.NO_SCAN])
    assert shown.rules.kept[K.NO_SCAN] == DEFAULT[K.NO_SCAN]


def test_a_rule_is_put_on_trial(shown: Shown) -> None:
    shown.pane.lines[K.CUSTOMS_HELD].click()
    editor = shown.pane.editor
    editor.mode.setCurrentIndex(editor.mode.findData(Mode.SHADOW.value))
    editor.mode.activated.emit(editor.mode.currentIndex())
    shown.pane.save.click()
    assert shown.rules.kept[K.CUSTOMS_HELD].mode is Mode.SHADOW
    assert "essai" in shown.pane.lines[K.CUSTOMS_HELD].accessibleName()


def test_a_carrier_is_an_exception(shown: Shown) -> None:
    editor = shown.pane.editor
    editor._except("dpd")
    assert editor.draft is not None
    assert editor.draft.exceptions == (RuleException(carrier="dpd", threshold=Threshold(watch=3, act=4)),)
    editor._set_exception(0, "act", 9)
    assert editor.draft.exceptions[0].threshold == Threshold(watch=3, act=9)
    editor._drop(0)
    assert editor.draft.exceptions == ()


def test_a_rule_without_figures_is_off_for_an_exception(shown: Shown) -> None:
    shown.pane.lines[K.DAMAGED].click()
    shown.pane.editor._except("colissimo|signed")
    assert shown.pane.editor.draft is not None
    assert shown.pane.editor.draft.exceptions == (RuleException(carrier="colissimo", service="signed"),)


def test_a_refusal_is_said(qtbot: QtBot, look: Look) -> None:
    shown = Shown(qtbot, look, refuses=True)
    shown.pane.editor.steppers[(Zone.HOME, "watch")].step(1)
    shown.pane.save.click()
    assert "surveiller" in shown.pane.outcome.accessibleName()


def test_a_draft_stays_when_the_page_reads_again(shown: Shown) -> None:
    shown.pane.editor.steppers[(Zone.HOME, "watch")].step(2)
    shown.pane.start()
    assert shown.pane.editor.draft is not None
    assert shown.pane.editor.draft.by_zone[Zone.HOME].watch == 5


def test_a_figure_goes_down_to_never_and_back(qtbot: QtBot, look: Look) -> None:
    stepper = Stepper(make_desk(look, FRENCH, Direct()), "France", 1, unit="j")
    qtbot.addWidget(stepper)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Minus):
        qtbot.keyClick(stepper, key)
    assert (stepper.value, stepper.said) == (None, "jamais")
    qtbot.keyClick(stepper, Qt.Key.Key_Up)
    assert stepper.value == 0
    assert "France" in stepper.accessibleName()
