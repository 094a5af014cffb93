"""Contracts with carriers: what is missing is named, what is typed is saved, and a secret is never shown."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from page_fakes import make_desk
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from wismo_desk.background.meter import MeterReading
from wismo_desk.domain.carrier import CarrierField, CarrierInfo, Traits
from wismo_desk.errors import CarrierUnreachable
from wismo_desk.settings import Settings
from wismo_desk.ui.settings_contracts import Contract, ContractAsks, ContractsCard
from wismo_desk.ui.settings_password import PasswordField
from wismo_desk.ui.theme import Look

FAST = CarrierInfo(
    code="fast",
    name="Rapide",
    services=(),
    traits=Traits(),
    fields=(
        CarrierField(key="account", name="Account number"),
        CarrierField(key="password", name="Password", secret=True),
        CarrierField(key="url", name="Address", required=False, default="https://fast.example"),
    ),
)
OTHER = replace(FAST, code="other", name="Autre", fields=FAST.fields[:1])


@dataclass
class FakeDraft:
    settings: Settings = field(default_factory=Settings)
    refused: list[Exception] = field(default_factory=list)

    def change(self, *, restart: bool = False, **values: Any) -> None:
        self.settings = replace(self.settings, **values)

    def refuse(self, error: Exception) -> None:
        self.refused.append(error)


@dataclass
class FakeContracts:
    draft: FakeDraft
    secrets: dict[tuple[str, str], str] = field(default_factory=dict)
    broken: str = ""
    asked: MeterReading | None = None

    def look(self) -> list[Contract]:
        return [self._contract(FAST), self._contract(OTHER)]

    def _contract(self, info: CarrierInfo) -> Contract:
        values = {f.key: f.default for f in info.fields if not f.secret}
        values |= self.draft.settings.carriers.get(info.code, {})
        kept = frozenset(key for code, key in self.secrets if code == info.code)
        missing = tuple(
            f.key for f in info.fields if f.required and not values.get(f.key) and f.key not in kept
        )
        return Contract(
            info=info, values=values, kept=kept, missing=missing, broken=self.broken, asked=self.asked
        )

    def keep_secret(self, code: str, key: str, value: str) -> None:
        self.secrets[code, key] = value


def card(qtbot: QtBot, look: Look, **given: Any) -> tuple[ContractsCard, FakeContracts]:
    contracts = FakeContracts(FakeDraft(), **given)
    made = ContractsCard(
        make_desk(look), contracts.draft, ContractAsks(look=contracts.look, keep_secret=contracts.keep_secret)
    )
    qtbot.addWidget(made)
    made.show()
    return made, contracts


def lines(made: ContractsCard) -> dict[str, QLineEdit]:
    return {line.accessibleName(): line for line in made.findChildren(QLineEdit)}


def test_what_is_missing_is_named_until_it_is_there(qtbot: QtBot, look: Look) -> None:
    made, contracts = card(qtbot, look)
    assert made.state.accessibleName() == "Not set up. Missing: Account number, Password."
    assert made.choice.itemText(0) == "Rapide (not set up)"
    line = lines(made)["Account number"]
    qtbot.keyClicks(line, "123456")
    line.editingFinished.emit()
    assert contracts.draft.settings.carriers == {"fast": {"account": "123456"}}
    assert made.state.accessibleName() == "Not set up. Missing: Password."
    (password,) = made.findChildren(PasswordField)
    assert password.told == "None is kept yet."
    qtbot.keyClicks(password.field, "s3cret")
    password.keep()
    assert contracts.secrets == {("fast", "password"): "s3cret"}
    assert made.state.accessibleName().startswith(
        "Set up. This connection was built from the carrier's documents"
    )
    assert password.field.text() == ""
    assert contracts.draft.settings.carriers == {"fast": {"account": "123456"}}  # no secret in the file


def test_an_emptied_field_goes_back_to_its_default(qtbot: QtBot, look: Look) -> None:
    made, contracts = card(qtbot, look)
    line = lines(made)["Address"]
    assert line.text() == "https://fast.example"
    line.setText("")
    line.editingFinished.emit()
    assert contracts.draft.settings.carriers == {"fast": {}}


def test_another_carrier(qtbot: QtBot, look: Look) -> None:
    made, _ = card(qtbot, look)
    made.choice.setCurrentIndex(1)
    made.choice.activated.emit(1)
    assert made.state.accessibleName() == "Not set up. Missing: Account number."
    assert made.findChildren(PasswordField) == [] or not made.findChildren(PasswordField)[0].isVisible()


def test_a_broken_one_says_why(qtbot: QtBot, look: Look) -> None:
    made, _ = card(qtbot, look, broken="the address is wrong")
    assert made.state.accessibleName() == "This carrier cannot be used: the address is wrong"


def test_how_often_it_is_asked_and_why_not(qtbot: QtBot, look: Look) -> None:
    from page_fakes import NOW

    reading = MeterReading(
        minute=3,
        per_minute=60,
        day=120,
        per_day=500,
        failures=2,
        rests_until=NOW,
        error=CarrierUnreachable("It is too busy."),
    )
    made, _ = card(qtbot, look, asked=reading)
    said = made._meter.text()
    assert said.startswith(
        "Asked 3 times this minute (at most 60), 120 times in 24 hours. Its quota is 500 a day."
    )
    assert "Not asked until" in said
    assert said.endswith("It is too busy.")
