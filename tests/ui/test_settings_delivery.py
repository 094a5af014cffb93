"""The carriers' delivery days: a line each, refused with a sentence, and found on the page of the carriers."""

from __future__ import annotations

from dataclasses import replace

from page_fakes import CARRIERS, french_words, make_desk
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot
from settings_fakes import FakeOthers, open_page
from test_settings_contracts import FakeDraft

from wismo_desk.domain.fact import Changes
from wismo_desk.errors import BadInput
from wismo_desk.settings import Settings
from wismo_desk.ui.settings_delivery import DeliveryAsks, delivery_form
from wismo_desk.ui.settings_page import SettingsPage
from wismo_desk.ui.theme import Look


class FakeDelivery:
    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []
        self.heard: list[Changes] = []

    def save(self, carrier: str, typed: str) -> Changes:
        self.said.append((carrier, typed))
        return Changes(values=True)

    def asks(self) -> DeliveryAsks:
        return DeliveryAsks(
            typed=lambda carrier, language: (
                "lun-sam" if language == "fr" and carrier == SELLERS[0].code else ""
            ),
            shipped=lambda carrier, language: (
                {"fr": "lun-sam", "en": "mon-sat"}[language]
                if carrier == SELLERS[0].code
                else {"fr": "lun-ven", "en": "mon-fri"}[language]
            ),
            save=self.save,
            changed=self.heard.append,
        )


SELLERS = [info for info in CARRIERS if info.services]


def _type(field: QLineEdit, text: str) -> None:
    field.setText(text)
    field.setModified(True)
    field.editingFinished.emit()


def test_a_line_for_each_carrier_that_sells(qtbot: QtBot, look: Look) -> None:
    draft, delivery = FakeDraft(), FakeDelivery()
    form = delivery_form(make_desk(look, french_words()), draft, CARRIERS, delivery.asks())
    qtbot.addWidget(form)
    fields = form.findChildren(QLineEdit)
    assert len(fields) == len(SELLERS)
    assert (fields[0].text(), fields[0].accessibleName()) == (
        "lun-sam",
        f"Jours de livraison\u202f: {SELLERS[0].name}",
    )
    assert [one.placeholderText() for one in fields[:2]] == ["lun-sam", "lun-ven"]
    service = SELLERS[0].services[0].code
    _type(fields[0], f"lun-ven; {service} : mar-dim 1/12/2026-24/12/2026")
    assert delivery.said == [(SELLERS[0].code, f"lun-ven; {service}: mar-dim 01/12/2026-24/12/2026")]
    assert delivery.heard == [Changes(values=True)]
    for wrong in ("souvent", "teleport: lun-sam"):
        _type(fields[0], wrong)
        assert isinstance(draft.refused[-1], BadInput)
    assert len(delivery.said) == 1
    _type(fields[0], "")
    assert delivery.said[-1] == (SELLERS[0].code, "")


def test_it_stands_beside_the_closed_days(qtbot: QtBot, look: Look) -> None:
    for asks, there in ((FakeDelivery().asks(), True), (None, False)):
        nothing = replace(open_page(look, FakeOthers(None))._asks, delivery=asks)
        page = SettingsPage(make_desk(look), Settings(), nothing)
        qtbot.addWidget(page)
        page.show_section(2)
        names = [field.accessibleName() for field in page.findChildren(QLineEdit)]
        assert (f"Delivery days: {SELLERS[0].name}" in names) is there
