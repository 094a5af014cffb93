"""Labels bought ahead and cartons in the settings: saved at once, wrong figures refused and named."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from page_fakes import french_words, make_desk
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from wismo_desk.settings.ahead import AheadMode
from wismo_desk.settings.cartons import Carton, typed_carton
from wismo_desk.settings.station import Settings
from wismo_desk.ui.parts import Choice
from wismo_desk.ui.settings_ahead import ahead_form
from wismo_desk.ui.settings_cartons import carton_form
from wismo_desk.ui.settings_form import Form
from wismo_desk.ui.theme import Look


class Draft:
    """Settings that keep what they are told."""

    def __init__(self) -> None:
        self.settings = Settings()
        self.refused: list[Exception] = []

    def change(self, *, restart: bool = False, **values: Any) -> None:
        self.settings = replace(self.settings, **values)

    def refuse(self, error: Exception) -> None:
        self.refused.append(error)


def field(form: Form, name: str) -> QLineEdit:
    return next(each for each in form.findChildren(QLineEdit) if each.accessibleName() == name)


def typed(line: QLineEdit, text: str) -> None:
    line.setText(text)
    line.textEdited.emit(text)
    line.editingFinished.emit()


@pytest.fixture
def draft() -> Draft:
    return Draft()


def test_buying_ahead(qtbot: QtBot, look: Look, draft: Draft) -> None:
    form = ahead_form(make_desk(look), draft)
    qtbot.addWidget(form)
    choice = form.findChildren(Choice)[0]
    assert choice.currentData() == AheadMode.OFF.value
    choice.setCurrentIndex(choice.findData(AheadMode.QUEUE.value))
    choice.activated.emit(choice.currentIndex())
    typed(field(form, "Number of orders"), "12")
    assert (draft.settings.ahead.mode, draft.settings.ahead.orders) == (AheadMode.QUEUE, 12)
    for wrong in ("51", "many", "-1", "1²", "²"):
        typed(field(form, "Number of orders"), wrong)
        assert field(form, "Number of orders").property("wrong") == "true"
    assert len(draft.refused) == 5
    assert draft.settings.ahead.orders == 12
    typed(field(form, "Number of orders"), "13")
    assert field(form, "Number of orders").property("wrong") == "false"


def test_cartons(qtbot: QtBot, look: Look, draft: Draft) -> None:
    form = carton_form(make_desk(look), draft)
    qtbot.addWidget(form)
    typed(field(form, "Carton 2"), "30 × 20 × 12,5 ; 150 g")
    typed(field(form, "Carton 1"), "20x15x10")
    assert draft.settings.cartons == (
        Carton(number=1, length_mm=200, width_mm=150, height_mm=100),
        Carton(number=2, length_mm=300, width_mm=200, height_mm=125, tare_g=150),
    )
    for number, wrong in ((3, "large"), (4, "30×20"), (5, "0 × 0 × 0; 0 g")):
        typed(field(form, f"Carton {number}"), wrong)
    assert len(draft.refused) == 3
    for number in (3, 4, 5):  # each says so by itself, though the line at the foot tells the last one only
        shown = field(form, f"Carton {number}")
        assert (shown.property("changed"), shown.property("wrong")) == ("true", "true")
        assert "is no size of a carton" in shown.accessibleDescription()
    typed(field(form, "Carton 4"), "30 × 20 × 10")
    assert field(form, "Carton 4").property("wrong") == "false"
    assert field(form, "Carton 4").accessibleDescription() == ""
    typed(field(form, "Carton 4"), "")
    typed(field(form, "Carton 1"), "")
    assert [carton.number for carton in draft.settings.cartons] == [2]
    again = carton_form(make_desk(look), draft)
    qtbot.addWidget(again)
    assert field(again, "Carton 2").text() == "30 × 20 × 12.5\u00a0cm; 150\u00a0g"
    assert field(again, "Carton 3").placeholderText() == "30 × 20 × 12.5\u00a0cm; 150\u00a0g"


def test_what_a_carton_says_is_read_back_in_both_languages(qtbot: QtBot, look: Look, draft: Draft) -> None:
    kept = Carton(number=2, length_mm=1205, width_mm=200, height_mm=100, tare_g=1250)
    draft.settings = replace(draft.settings, cartons=(kept,))
    for words, name, said in (
        (None, "Carton 2", "120.5 × 20 × 10\u00a0cm; 1250\u00a0g"),
        (french_words(), "Carton 2", "120,5 × 20 × 10\u00a0cm\u202f; 1250\u00a0g"),
    ):
        form = carton_form(make_desk(look, words) if words else make_desk(look), draft)
        qtbot.addWidget(form)
        assert field(form, name).text() == said
        assert typed_carton(2, said) == kept
