"""Finds the carriers: one module each in this package, or in a package that announces itself.

A carrier module has `CARRIER: CarrierInfo` and `build(settings, http) -> Carrier`, and where the carrier answers
such questions `parse_label`, `parse_tracking` and `parse_error`, which need no network. Nothing else in the
program names a carrier.
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol, cast

from wismo_desk.domain.carrier import Carrier, CarrierInfo
from wismo_desk.errors import SettingsProblem
from wismo_desk.web import Http

log = logging.getLogger(__name__)

ENTRY_POINTS: Final = "wismo_desk.carriers"


class CarrierModule(Protocol):
    """What every carrier module looks like."""

    @property
    def CARRIER(self) -> CarrierInfo: ...  # a module's constant

    def build(self, settings: Mapping[str, str], http: Http) -> Carrier:
        """One carrier from its settings. SettingsProblem: a setting is missing or cannot be right."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found. `broken` holds (name, reason) of each that was skipped, for the settings page."""

    modules: Mapping[str, CarrierModule]  # by carrier code
    broken: tuple[tuple[str, str], ...] = ()

    def build(self, code: str, settings: Mapping[str, str], http: Http) -> Carrier:
        """SettingsProblem: no such carrier here, or its settings cannot be right."""
        module = self.modules.get(code)
        if module is None:
            raise SettingsProblem(
                "The carrier {carrier} is not installed. Choose another one in the settings.",
                carrier=code,
                field="carrier",
            )
        return module.build(settings, http)


def find_carriers(package: str = __name__, group: str = ENTRY_POINTS) -> Found:
    """Every carrier that loads; one that does not is reported and skipped. SettingsProblem: none at all."""
    modules: dict[str, CarrierModule] = {}
    broken: list[tuple[str, str]] = []
    for name, load in (*_shipped(package), *_announced(group)):
        try:
            module = _checked(load(), modules)
        except Exception as error:  # whatever another package's module raises at import
            log.warning("carrier %s does not load", name, exc_info=True)
            broken.append((name, f"{type(error).__name__}: {error}"))
        else:
            modules[module.CARRIER.code] = module
    if not modules:
        raise SettingsProblem("No carrier was found in this installation. Install the program again.")
    return Found(modules=modules, broken=tuple(broken))


def _shipped(package: str) -> Iterator[tuple[str, Callable[[], object]]]:
    home = importlib.import_module(package)
    for found in sorted(pkgutil.iter_modules(home.__path__), key=lambda each: each.name):
        name = f"{package}.{found.name}"
        yield name, partial(importlib.import_module, name)


def _announced(group: str) -> Iterator[tuple[str, Callable[[], object]]]:
    # Costs some 20 ms, which the start of the program need not pay.
    from importlib.metadata import entry_points

    for entry in entry_points(group=group):
        yield entry.value, entry.load


def _checked(module: object, others: Mapping[str, CarrierModule]) -> CarrierModule:
    """The module, if it keeps the contract; TypeError or ValueError says what it lacks."""
    info = getattr(module, "CARRIER", None)
    if not isinstance(info, CarrierInfo):
        raise TypeError("CARRIER is not a CarrierInfo")
    if not callable(getattr(module, "build", None)):
        raise TypeError("build is missing")
    if info.code in others:
        raise ValueError(f"the code {info.code!r} is taken")
    codes = [service.code for service in info.services]
    if len(set(codes)) != len(codes):
        raise ValueError("its services need codes, each once")
    return cast(CarrierModule, module)
