"""The merchant's contracts with carriers: what each gives, whether it is whole, and how the carrier answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from PySide6.QtWidgets import QVBoxLayout, QWidget

from wismo_desk.domain.carrier import CarrierField, CarrierInfo
from wismo_desk.ui.marks import Mark
from wismo_desk.ui.page_desk import Desk
from wismo_desk.ui.page_parts import Outcome, empty
from wismo_desk.ui.parts import Card, Choice, write
from wismo_desk.ui.settings_form import Form
from wismo_desk.ui.settings_panes import Draft
from wismo_desk.ui.settings_password import LANE, PasswordField, still


class Asked(Protocol):
    """How often a carrier was asked about parcels (background.meter.MeterReading)."""

    @property
    def minute(self) -> int: ...
    @property
    def per_minute(self) -> int: ...
    @property
    def day(self) -> int: ...
    @property
    def per_day(self) -> int | None: ...
    @property
    def rests_until(self) -> datetime | None: ...
    @property
    def error(self) -> Exception | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """One carrier as it stands. `values` holds no secret; `kept` names the secrets that are in the keyring."""

    info: CarrierInfo
    values: Mapping[str, str] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()
    broken: str = ""
    asked: Asked | None = None

    @property
    def is_set_up(self) -> bool:
        return not self.missing and not self.broken


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractAsks:
    """`look` runs on a lane and reads the keyring; `keep_secret` takes carrier, key and value."""

    look: Callable[[], Sequence[Contract]]
    keep_secret: Callable[[str, str, str], object]


class ContractsCard(Card):
    """One carrier at a time; everything typed is saved as the field is left, and applies from the next label on."""

    def __init__(self, desk: Desk, draft: Draft, asks: ContractAsks) -> None:
        words = desk.words
        super().__init__(words("Contracts"), aside=words("what each carrier gave you"))
        self._desk, self._draft, self._asks = desk, draft, asks
        self._contracts: dict[str, Contract] = {}
        self.choice = Choice(desk.look, words("Carrier"))
        self.choice.activated.connect(lambda _: self._show())
        self.state = Outcome()
        self._fields = QVBoxLayout()
        self._meter = write("", 13, tone="muted", wrap=True)
        for part in (self.choice, self.state):
            self.body.addWidget(part)
        self.body.addLayout(self._fields)
        self.body.addWidget(self._meter)
        self.start()

    def start(self) -> None:
        """Read how the contracts stand."""
        self._desk.run(LANE, self._asks.look, still(self, self._take), still(self, self._draft.refuse))

    def _take(self, contracts: Sequence[Contract]) -> None:
        chosen = self.choice.currentData()
        self._contracts = {one.info.code: one for one in contracts if one.info.fields}
        self.choice.clear()
        for code, one in self._contracts.items():
            said = "" if one.is_set_up else f" ({self._desk.words('not set up')})"
            self.choice.addItem(one.info.name + said, code)
        self.choice.setCurrentIndex(max(0, self.choice.findData(chosen)))
        self.setVisible(bool(self._contracts))
        self._show()

    def _show(self) -> None:
        empty(self._fields)
        one = self._contracts.get(str(self.choice.currentData()))
        if one is None:
            return
        self._tell(one)
        form = Form(self._desk, "")
        for each in one.info.fields:
            if each.secret:
                form.add(self._desk.words(each.name), self._secret(one, each))
            else:
                form.text(
                    self._desk.words(each.name),
                    one.values.get(each.key, ""),
                    lambda text, key=each.key: self._set(one, key, text),  # type: ignore[misc]  # a default
                    code=True,
                )
        self._fields.addWidget(form)

    def _secret(self, one: Contract, each: CarrierField) -> QWidget:
        words = self._desk.words
        hint = words("One is kept.") if each.key in one.kept else words("None is kept yet.")

        def keep(typed: str) -> None:
            self._asks.keep_secret(one.info.code, each.key, typed)
            self._desk.run(LANE, self._asks.look, still(self, self._refresh), still(self, self._draft.refuse))

        return PasswordField(self._desk, keep, hint)

    def _refresh(self, contracts: Sequence[Contract]) -> None:
        """The state alone: what is being typed stays."""
        self._contracts |= {one.info.code: one for one in contracts if one.info.fields}
        one = self._contracts.get(str(self.choice.currentData()))
        if one is not None:
            self._tell(one)

    def _set(self, one: Contract, key: str, text: str) -> None:
        carriers = dict(self._draft.settings.carriers)
        values = dict(carriers.get(one.info.code, {}))
        if text:
            values[key] = text
        else:
            values.pop(key, None)
        carriers[one.info.code] = values
        self._draft.change(carriers=carriers)
        self._desk.run(LANE, self._asks.look, still(self, self._refresh), still(self, self._draft.refuse))

    def _tell(self, one: Contract) -> None:
        words = self._desk.words
        names = {each.key: words(each.name) for each in one.info.fields}
        if one.broken:
            self.state.say(Mark.DANGER, words("This carrier cannot be used: {reason}", reason=one.broken))
        elif one.missing:
            lacking = ", ".join(names.get(key, key) for key in one.missing)
            self.state.say(Mark.INFO, words("Not set up. Missing: {fields}.", fields=lacking))
        elif one.info.traits.verified_live:
            self.state.say(Mark.OK, words("Set up."))
        else:
            self.state.say(
                Mark.OK,
                words("Set up."),
                words(
                    "This connection was built from the carrier's documents: try it with one parcel first."
                ),
            )
        self._meter.setText(self._asked(one.asked) if one.asked else "")

    def _asked(self, asked: Asked) -> str:
        words = self._desk.words
        said = words(
            "Asked {minute} times this minute (at most {limit}), {day} times in 24 hours.",
            minute=asked.minute,
            limit=asked.per_minute,
            day=asked.day,
        )
        if asked.per_day is not None:
            said += " " + words("Its quota is {count} a day.", count=asked.per_day)
        if asked.rests_until is not None:
            why = self._desk.told(asked.error) if asked.error else ""
            said += " " + words("Not asked until {when}.", when=words.time(asked.rests_until)) + " " + why
        return said.strip()
