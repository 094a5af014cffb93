"""The carriers' companies as practice mode plays them, by the carrier's code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Final, Protocol, Self

from wismo_desk.practice.carrier_server import CarrierServer
from wismo_desk.practice.chronopost_server import ChronopostServer
from wismo_desk.practice.colissimo_server import ColissimoServer
from wismo_desk.practice.dhl_server import DhlServer
from wismo_desk.practice.dpd_france_server import DpdFranceServer
from wismo_desk.practice.gls_server import GlsServer
from wismo_desk.practice.laposte_server import LaposteServer
from wismo_desk.practice.loopback import Fault
from wismo_desk.practice.mondial_relay_server import MondialRelayServer
from wismo_desk.practice.ups_server import UpsServer


class Company(Protocol):
    """A loopback server that a carrier module can be built for."""

    @property
    def settings(self) -> Mapping[str, str]: ...

    def fail_next(self, fault: Fault, count: int = 1) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


_COMPANIES: Final[Mapping[str, Callable[..., Company]]] = {
    "colissimo": ColissimoServer,
    "chronopost": ChronopostServer,
    "mondial_relay": MondialRelayServer,
    "laposte": LaposteServer,
    "dhl": DhlServer,
    "dpd_france": DpdFranceServer,
    "gls": GlsServer,
    "ups": UpsServer,
}


class Companies:
    """All of them, what they sold kept in `folder` as `<code>.json`, and the invented one."""

    def __init__(self, folder: Path, practice: CarrierServer) -> None:
        played = {code: make(state_file=folder / f"{code}.json") for code, make in _COMPANIES.items()}
        self.by_code: dict[str, Company] = {"practice": practice, **played}
        self._open = ExitStack()

    def start(self) -> dict[str, dict[str, str]]:
        """The settings of each carrier, pointing at its company."""
        for company in self.by_code.values():
            self._open.enter_context(company)
        return {code: dict(company.settings) for code, company in self.by_code.items()}

    def stop(self) -> None:
        self._open.close()
