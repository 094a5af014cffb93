"""Printers and scales on the bench. No Qt here, and nothing of orders or carriers."""

from __future__ import annotations

from wismo_desk.devices.tcp_printer import TcpPrinter
from wismo_desk.domain.printer import Printer, PrinterProfile
from wismo_desk.errors import SettingsProblem

__all__ = ["TcpPrinter", "open_printer"]


def open_printer(profile: PrinterProfile) -> Printer:
    """The printer of a profile, not yet connected. SettingsProblem: an address that cannot be one."""
    if not profile.address.strip() or not 0 < profile.port < 65536:
        raise SettingsProblem(
            "The printer {name} has no usable address. Enter its address and port in the settings.",
            name=profile.name,
            field="address",
        )
    return TcpPrinter(profile)
