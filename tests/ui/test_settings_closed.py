"""The merchant's closed days: typed in one line, refused with a sentence, and found again on the page."""

from __future__ import annotations

from dataclasses import replace

import pytest
from page_fakes import french_words, make_desk
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot
from settings_fakes import FakeOthers, open_page
from test_settings_contracts import FakeDraft

from wismo_desk.domain.fact import Changes
from wismo_desk.errors import BadInput
from wismo_desk.settings import Settings
from wismo_desk.ui.settings_closed import ClosedAsks, closed_form
from wismo_desk.ui.settings_page import SettingsPage
from wismo_desk.ui.theme import Look


class FakeClosed:
    def __init__(self) -> None:
        self.said: list[str] = ["24/12/2026"]
        self.heard: list[Changes] = []

    def save(self, typed: str) -> Changes:
        self.said.append(typed)
        return Changes(values=True)

    def asks(self) -> ClosedAsks:
        return ClosedAsks(typed=lambda: self.said[-1], save=self.save, changed=self.heard.append)


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


@pytest.mark.parametrize("there", [True, False])
def test_it_stands_beside_the_trucks(qtbot: QtBot, look: Look, *, there: bool) -> None:
    page = _page(look, FakeClosed().asks() if there else None)
    qtbot.addWidget(page)
    names = [field.accessibleName() for field in page.findChildren(QLineEdit)]
    assert ("Closed on" in names) is there


def _page(look: Look, asks: ClosedAsks | None) -> SettingsPage:
    nothing = replace(open_page(look, FakeOthers(None))._asks, closed=asks)
    return SettingsPage(make_desk(look), Settings(), nothing)
