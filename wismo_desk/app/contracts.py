"""The carriers of this station: opened from the merchant's contracts, and opened again when one changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from wismo_desk.background.meter import MeterReading
from wismo_desk.carriers import find_carriers
from wismo_desk.domain.carrier import Carrier, CarrierInfo
from wismo_desk.errors import DeskError
from wismo_desk.settings import Settings
from wismo_desk.settings.carriers import (
    carrier_secret,
    carrier_values,
    given_secret,
    keep_carrier_secret,
    missing_fields,
)
from wismo_desk.ui.settings_contracts import Contract
from wismo_desk.web.client import Http
from wismo_desk.words import Words

_PRACTICE = "practice"


class Contracts:
    """`carriers` and `infos` are the mappings that the flows hold: they change in place. A carrier whose contract
    nobody entered is no trouble, it is only listed. Practice never looks into the keyring nor writes there: it holds
    what the merchant's real contracts need, and on Linux twelve megabytes come with it."""

    def __init__(
        self,
        http: Http,
        settings: Callable[[], Settings],
        readings: Callable[[], Mapping[str, MeterReading]],
        *,
        practice: bool,
        words: Words,
    ) -> None:
        self._http, self._settings, self._readings = http, settings, readings
        self._practice = practice
        self._typed: dict[tuple[str, str], str] = {}  # secrets of practice, until it is closed
        self._found = find_carriers()
        self.offered: dict[str, CarrierInfo] = {
            code: _called(module.CARRIER, settings().own_name, words)
            for code, module in self._found.modules.items()
            if practice or code != _PRACTICE
        }
        self.carriers: dict[str, Carrier] = {}
        self.infos: dict[str, CarrierInfo] = {}
        self.broken: dict[str, str] = {}
        self.open()

    def open(self) -> None:
        """Build what is set up now. A carrier in use meanwhile is finished with by whoever holds it."""
        carriers: dict[str, Carrier] = {}
        broken = dict(self._found.broken)
        for code, info in self.offered.items():
            values = self._values(info)
            if missing_fields(info, values):
                continue
            try:
                carriers[code] = self._found.build(code, values, self._http)
            except DeskError as error:
                broken[code] = str(error)
        for known in set(self.carriers) - set(carriers):
            del self.carriers[known], self.infos[known]
        self.carriers.update(carriers)
        named = {
            code: replace(carrier.info, name=self.offered[code].name) for code, carrier in carriers.items()
        }
        self.infos.update(named)
        self.broken = broken

    def look(self) -> list[Contract]:
        """How each stands, those that are set up first."""
        readings = self._readings()
        found = []
        for code, info in self.offered.items():
            values = self._values(info)
            secrets = frozenset(each.key for each in info.fields if each.secret)
            found.append(
                Contract(
                    info=info,
                    values={key: value for key, value in values.items() if key not in secrets},
                    kept=frozenset(key for key in secrets if values.get(key)),
                    missing=missing_fields(info, values),
                    broken=self.broken.get(code, ""),
                    asked=readings.get(code),
                )
            )
        return sorted(found, key=lambda one: (not one.is_set_up, one.info.name))

    def keep_secret(self, code: str, key: str, value: str) -> None:
        """Raises SettingsProblem where there is no keyring."""
        if self._practice:
            self._typed[code, key] = value
        else:
            keep_carrier_secret(code, key, value)
        self.open()

    def _values(self, info: CarrierInfo) -> dict[str, str]:
        kept = self._settings().carriers.get(info.code, {})
        return carrier_values(info, kept, self._practised_secret if self._practice else carrier_secret)

    def _practised_secret(self, code: str, key: str) -> str:
        return self._typed.get((code, key), "") or given_secret(code, key)


def _called(info: CarrierInfo, own_name: str, words: Words) -> CarrierInfo:
    """Own deliveries have the merchant's name for them, on every page the same."""
    return replace(info, name=own_name if info.code == "own" else words(info.name))
