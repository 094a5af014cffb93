"""The merchant's closed days: typed in one line, refused with a sentence, and found again on the page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from page_fakes import french_words, make_desk
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot
from settings_fakes import FakeOthers, open_page
from test_settings_contracts import FakeDraft

from wismo_desk.domain.closed_days import TrucksMoved
from wismo_desk.domain.fact import Changes
from wismo_desk.errors import BadInput
from wismo_desk.flows.close_days import DaysClosed
from wismo_desk.settings import Settings
from wismo_desk.ui.settings_closed import ClosedAsks, closed_form, moved_words
from wismo_desk.ui.settings_page import SettingsPage
from wismo_desk.ui.theme import Look

MOVED = TrucksMoved(count=12, before=date(2026, 12, 24), after=date(2026, 12, 28))


class FakeClosed:
    def __init__(self) -> None:
        self.said: list[str] = ["24/12/2026"]
        self.heard: list[Changes] = []

    def save(self, typed: str) -> DaysClosed:
        self.said.append(typed)
        return DaysClosed(changes=Changes(values=True), trucks=tuple(self.preview(typed)))

    def preview(self, typed: str) -> list[TrucksMoved]:
        return [MOVED] if "24/12" in typed else []

    def asks(self) -> ClosedAsks:
        return ClosedAsks(
            typed=lambda: self.said[-1], save=self.save, preview=self.preview, changed=self.heard.append
        )


def _type(field: QLineEdit, text: str) -> None:
    field.setText(text)
    field.setModified(True)
    field.editingFinished.emit()


def test_days_are_typed_and_saved(qtbot: QtBot, look: Look) -> None:
    draft, closed = FakeDraft(), FakeClosed()
    form = closed_form(make_desk(look, french_words()), draft, closed.asks())
    qtbot.addWidget(form)
    (field,) = form.findChildren(QLineEdit)
    assert (field.text(), field.accessibleName()) == ("24/12/2026", "Fermé le")
    _type(field, "2/1/2027, 24.12.2026 – 26.12.2026")
    assert closed.said[-1] == "24/12/2026-26/12/2026, 02/01/2027"
    assert closed.heard == [Changes(values=True)]
    _type(field, "Noël")
    assert len(closed.said) == 2
    assert isinstance(draft.refused[-1], BadInput)


def test_what_moves_is_told_while_it_is_typed(qtbot: QtBot, look: Look) -> None:
    draft, closed = FakeDraft(), FakeClosed()
    form = closed_form(make_desk(look, french_words()), draft, closed.asks())
    qtbot.addWidget(form)
    (field,) = form.findChildren(QLineEdit)
    told = next(one for one in form.findChildren(QLabel) if one.accessibleName() == "Commandes déplacées")
    assert told.isHidden()
    field.setText("24/12/2026, 26/12/2026")
    field.textEdited.emit(field.text())
    assert told.text() == "12 commandes passent du 24/12/2026 au 28/12/2026."
    assert not told.isHidden()
    assert len(closed.said) == 1
    field.textEdited.emit("24/12/2026, 26")
    assert told.isHidden()
    assert draft.refused == []
    _type(field, "24/12/2026, 26/12/2026")
    assert not told.isHidden()


def test_many_days_end_in_a_sum() -> None:
    said = moved_words(french_words(), [MOVED] * 6)
    assert said.splitlines()[3:] == [
        "12 commandes passent du 24/12/2026 au 28/12/2026.",
        "24 autres commandes sont déplacées depuis d’autres jours.",
    ]


@pytest.mark.parametrize("there", [True, False])
def test_it_stands_beside_the_trucks(qtbot: QtBot, look: Look, *, there: bool) -> None:
    page = _page(look, FakeClosed().asks() if there else None)
    qtbot.addWidget(page)
    page.show_section(2)
    names = [field.accessibleName() for field in page.findChildren(QLineEdit)]
    assert ("Closed on" in names) is there


def _page(look: Look, asks: ClosedAsks | None) -> SettingsPage:
    nothing = replace(open_page(look, FakeOthers(None))._asks, closed=asks)
    return SettingsPage(make_desk(look), Settings(), nothing)
