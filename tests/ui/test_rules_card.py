"""The rules of the settings: read as sentences, edited as fields, saved only when somebody says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from page_fakes import CARRIERS, FakePapers, french_words, make_desk, shown
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from rule_fakes import BOOK, REFUSED, FakePrice, FakeRules

from wismo_desk.domain.fact import Changes
from wismo_desk.domain.printer import PrinterState, PrinterStatus
from wismo_desk.domain.rules import CHEAPEST, Comparison, Condition, RuleBook, Subject, Target
from wismo_desk.errors import StoreProblem
from wismo_desk.settings.station import Settings
from wismo_desk.ui.parts import Answer
from wismo_desk.ui.rule_fields import RuleFields, TargetChoice
from wismo_desk.ui.settings_page import SettingsAsks, SettingsPage
from wismo_desk.ui.settings_prices import PriceAsks, PricesCard
from wismo_desk.ui.settings_rules import RuleAsks, RulesCard
from wismo_desk.ui.theme import Look
from wismo_desk.words import Words


def _page(
    look: Look, rules: FakeRules, price: FakePrice | None = None, words: Words | None = None
) -> SettingsPage:
    asks = SettingsAsks(
        save=lambda _settings: None,
        printer_status=lambda _name: PrinterStatus(state=PrinterState.READY),
        print_test=lambda _name: None,
        backup=lambda _path: None,
        papers=FakePapers(),
        carriers=CARRIERS,
        documents=Path("documents"),
        rules=RuleAsks(book=rules.book, preview=rules.preview, save=rules.save, changed=rules.told.append),
        prices=PriceAsks(price=price or FakePrice(), changed=rules.told.append),
    )
    return SettingsPage(make_desk(look, words), Settings(), asks)


def _card(qtbot: QtBot, look: Look, rules: FakeRules, words: Words | None = None) -> RulesCard:
    page = _page(look, rules, words=words)
    qtbot.addWidget(page)
    page.resize(1310, 720)
    shown(qtbot, page)
    page.show_section(2)
    assert page.rules is not None
    return page.rules


def _preview(qtbot: QtBot, card: RulesCard) -> str:
    qtbot.waitUntil(lambda: not card._soon.isActive())
    return card.preview.outcome.accessibleName()


def test_rules_read_as_sentences(qtbot: QtBot, look: Look) -> None:
    card = _card(qtbot, look, FakeRules())
    assert [row.sentence.text() for row in card.rows] == [
        "If the country is France and the postcode is between 20000 and 20999",
        "If the customer chose “Livraison express”",
        "If the country is France and the weight is at most 500\u00a0g and the customer chose a pickup point",
        "If the goods are worth more than €150.00",
        "Always",
    ]
    assert card.rows[0].target.text() == "→ Colissimo · home"
    assert card.rows[3].target.text().endswith("Off.")
    assert card.rows[4].target.text() == "→ the cheapest that keeps the promise"
    assert card.rows[0].count.text() == "3 waiting"
    french = _card(qtbot, look, FakeRules(), words=french_words())
    assert (
        french.rows[0].sentence.text() == "Si le pays est France et le code postal est entre 20000 et 20999"
    )


def test_nothing_is_saved_before_somebody_says_so(qtbot: QtBot, look: Look) -> None:
    rules = FakeRules()
    card = _card(qtbot, look, rules)
    assert not card.apply.isVisible()
    assert not card.save.isVisible()
    card.rows[4].up.click()
    card.rows[3].up.click()
    card.rows[2].up.click()
    assert "2 of 14 waiting orders would go another way." in _preview(qtbot, card)
    assert "Together €2.74 less." in card.preview.outcome.accessibleName()
    assert rules.saved == []
    card.discard.click()
    assert card.draft == BOOK
    assert "All 14 waiting orders" in _preview(qtbot, card)
    assert not card.save.isVisible()


def test_saving_sends_the_waiting_orders_and_can_be_undone(qtbot: QtBot, look: Look) -> None:
    rules = FakeRules()
    card = _card(qtbot, look, rules)
    for place in (4, 3, 2):
        card.rows[place].up.click()
    _preview(qtbot, card)
    fresh = card.draft
    card.apply.click()
    assert rules.saved == [(fresh, True)]
    assert len(rules.told[0].orders) == 2
    assert "Orders that go another way now: 2." in card.outcome.accessibleName()
    assert card.undo.isVisible()
    card.undo.click()
    assert rules.saved[-1] == (BOOK, True)
    assert card.saved == BOOK
    assert card.outcome.accessibleName().startswith("Undone.")
    assert not card.undo.isVisible()


def test_saved_for_new_orders_only(qtbot: QtBot, look: Look) -> None:
    rules = FakeRules()
    card = _card(qtbot, look, rules)
    card.rows[0].on.click()
    _preview(qtbot, card)
    card.save.click()
    (book, applied) = rules.saved[0]
    assert not applied
    assert not book.rules[0].on
    assert "would go another way" not in card.preview.outcome.accessibleName()


def test_a_rule_is_edited_in_its_fields(qtbot: QtBot, look: Look) -> None:
    card = _card(qtbot, look, FakeRules())
    row = card.rows[2]
    row.edit.click()
    fields = row.fields
    assert isinstance(fields, RuleFields)
    weight = fields.fields[1]
    assert weight.value.text() == "500\u00a0g"
    weight.value.clear()
    qtbot.keyClicks(weight.value, "1,5 kg")
    assert row.sentence.text().count("1.500\u00a0kg") == 1
    assert card.draft.rules[2].conditions[1] == Condition(Subject.WEIGHT, Comparison.AT_MOST, "1500")
    weight.value.clear()
    qtbot.keyClicks(weight.value, "lourd")
    assert weight.value.property("wrong") == "true"
    assert "Not finished" in row.target.text()
    weight.removed.emit()
    assert len(card.draft.rules[2].conditions) == 2
    weight = fields.fields[1]
    assert not weight.value.isVisible()  # a pickup point was chosen or not: nothing to type
    weight.subject.setCurrentIndex(weight.subject.findData(Subject.SKU))
    weight.subject.activated.emit(weight.subject.currentIndex())
    weight.how.setCurrentIndex(1)
    weight.how.activated.emit(1)
    qtbot.keyClicks(weight.value, "TS-*")
    assert card.draft.rules[2].conditions[1] == Condition(Subject.SKU, Comparison.NOT_ONE_OF, "TS-*")
    fields.more.click()
    assert len(fields.fields) == 3
    assert not card.draft.rules[2].is_whole
    card.rows[0].edit.click()
    assert row.fields is None  # one at a time


def test_the_service_of_a_rule_and_of_all_others(qtbot: QtBot, look: Look) -> None:
    card = _card(qtbot, look, FakeRules())
    card.rows[1].edit.click()
    fields = card.rows[1].fields
    assert fields is not None
    _choose(fields.target, ("dpd", "predict"))
    assert card.draft.rules[1].target == Target("dpd", "predict")
    _choose(fields.target, ("", ""))
    assert card.draft.rules[1].target == CHEAPEST
    _choose(card.default, ("own", "home"))
    assert card.draft.default == Target("own", "home")


def _choose(choice: TargetChoice, wanted: tuple[str, str]) -> None:
    place = next(n for n in range(choice.count()) if tuple(choice.itemData(n)) == wanted)
    choice.setCurrentIndex(place)
    choice.activated.emit(place)


def test_a_carrier_that_is_gone_is_shown_as_it_is(qtbot: QtBot, look: Look) -> None:
    card = _card(qtbot, look, FakeRules(RuleBook(default=Target("gone", "home"))))
    assert card.default.currentText() == "gone · home (not set up)"
    assert card.default.target == Target("gone", "home")


def test_rules_are_added_moved_and_removed_by_keyboard(qtbot: QtBot, look: Look) -> None:
    card = _card(qtbot, look, FakeRules(RuleBook(default=Target("own", "home"))))
    assert card.rows == []
    qtbot.keyClick(card.more, Qt.Key.Key_Space)
    qtbot.keyClick(card.more, Qt.Key.Key_Space)
    assert len(card.rows) == 2
    assert card.rows[1].fields is not None
    assert not card.rows[0].up.isEnabled()
    card.rows[0].down.setFocus()
    qtbot.keyClick(card.rows[0].down, Qt.Key.Key_Space)
    assert card.rows[1].edit.hasFocus() or card.rows[1].down.hasFocus()
    card.rows[1].removed.emit()
    assert len(card.draft.rules) == 1


def test_left_out_services_are_said(qtbot: QtBot, look: Look) -> None:
    card = _card(qtbot, look, FakeRules())
    notes = [card.preview._notes.itemAt(n).widget() for n in range(card.preview._notes.count())]
    assert [note.text() for note in notes if note] == [  # type: ignore[attr-defined]  # labels
        "Never the cheapest: gls · home, its carrier is not set up at this desk."
    ]


def test_an_error_is_told_and_the_draft_stays(qtbot: QtBot, look: Look) -> None:
    rules = FakeRules()
    card = _card(qtbot, look, rules)
    card.rows[0].on.click()
    draft = card.draft
    rules.error = StoreProblem("The disk is full.")
    card.save.click()
    assert "The disk is full." in card.outcome.accessibleName()
    assert card.draft == draft
    card.start()
    assert card.draft == draft


# Price lists


@pytest.fixture
def prices(qtbot: QtBot, look: Look) -> tuple[PricesCard, FakePrice, list[Changes]]:
    price, told = FakePrice(), list[Changes]()
    card = PricesCard(make_desk(look), PriceAsks(price=price, changed=told.append))
    qtbot.addWidget(card)
    card.show()
    return card, price, told


def test_a_price_list_is_taken_in(
    prices: tuple[PricesCard, FakePrice, list[Changes]], tmp_path: Path
) -> None:
    card, price, told = prices
    path = tmp_path / "tarifs.csv"
    path.write_text("x")
    card.take_in(path)
    assert card.outcome.accessibleName() == "60 prices of DPD taken in."
    assert price.known["dpd"] == 60
    assert len(told) == 1
    price.report = REFUSED
    card.take_in(path)
    assert card.outcome.accessibleName().startswith("1 lines cannot be used, so none was. Line 3: The zone")
    assert len(told) == 1
    card.take_in(tmp_path / "gone.csv")
    assert "cannot be read" in card.outcome.accessibleName()


def test_the_prices_of_a_carrier_are_removed(prices: tuple[PricesCard, FakePrice, list[Changes]]) -> None:
    card, price, told = prices
    card._clear("colissimo")
    assert "colissimo" not in price.known
    assert len(told) == 1
    card._clear("mondial_relay")
    assert card.none.isVisible()
    card.help.click()
    assert any("max_weight_g" in label.text() for label in card.findChildren(type(card.none)))
    assert not card.outcome.findChildren(Answer)
