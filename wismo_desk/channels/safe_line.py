"""What every encrypted line of ours shares: whom it trusts, and when it may go without."""

from __future__ import annotations

import ipaddress
import ssl

from wismo_desk.errors import SettingsProblem


def trusting(ca_file: str) -> ssl.SSLContext:
    """The authorities of this computer, or those of a PEM file. Raises SettingsProblem."""
    try:
        return ssl.create_default_context(cafile=ca_file or None)
    except OSError as error:
        raise SettingsProblem(
            "The certificate file {path} cannot be read. Correct it in the mail settings.",
            path=ca_file,
            field="ca_file",
            raw=str(error),
        ) from error


def is_loopback(host: str) -> bool:
    """Whether what is said to it stays on this computer."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
