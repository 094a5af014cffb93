"""Checks the address of the shared database before anything is sent to it: no password in a file, no wire
without TLS, no option that could undo either."""

from __future__ import annotations

import ipaddress
from typing import Any, Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from wismo_desk.errors import SettingsProblem

_DRIVERS: Final = {"postgresql+psycopg", "postgresql", "postgres"}
_OPTIONS: Final = {"host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey"}
_SOCKETS: Final = "/var/run/postgresql"  # Debian's
# A dead network is noticed in about 10 s (durability.md §3.3: libpq's own defaults take minutes).
_WIRE: Final[dict[str, Any]] = {
    "connect_timeout": 5,
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 8000,
    "prepare_threshold": None,
    "application_name": "wismo-desk",
    "options": "-c statement_timeout=30s -c lock_timeout=5s -c idle_in_transaction_session_timeout=10s"
    " -c TimeZone=UTC",
}


def safe_url(text: str, password: str) -> tuple[URL, dict[str, Any]]:
    """The URL for SQLAlchemy and the arguments for psycopg. Raises SettingsProblem."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise SettingsProblem(
            "The address of the shared database cannot be read. Write it as "
            "postgresql+psycopg://user@host/database.",
            field="shared",
        ) from error
    if url.drivername not in _DRIVERS or not url.database:
        raise SettingsProblem(
            "The shared database must be PostgreSQL. Write its address as "
            "postgresql+psycopg://user@host/database.",
            field="shared",
        )
    if url.password is not None:
        raise SettingsProblem(
            "The address of the shared database holds a password. Take it out: passwords belong in the "
            "computer's keyring.",
            field="shared",
        )
    unknown = sorted(set(url.query) - _OPTIONS)
    if unknown:
        raise SettingsProblem(
            "The address of the shared database has an option that is not allowed: {option}. Take it out.",
            option=unknown[0],
            field="shared",
        )
    arguments = dict(_WIRE)
    if not all(_is_here(host) for host in _hosts(url)):
        arguments |= _verified(url)
    return url.set(drivername="postgresql+psycopg", password=password or None), arguments


def through(text: str, port: int) -> tuple[tuple[str, int] | str, str]:
    """Where the server of `text` listens, (host, port) or a socket file; and the same address by way of a
    proxy at `port` of this computer. A server elsewhere keeps its name, which its certificate is checked for:
    who connects sets PGHOSTADDR. Raises SettingsProblem."""
    url, _ = safe_url(text, "")
    said = url.query.get("port")
    host, real = _hosts(url)[0], int(url.port or (said if isinstance(said, str) else 0) or 5432)
    rest = {name: value for name, value in url.query.items() if name not in ("host", "port")}
    if host.startswith("/") or not host:
        by_way = url.set(host="127.0.0.1", port=port, query=rest)
        return f"{host or _SOCKETS}/.s.PGSQL.{real}", by_way.render_as_string(hide_password=False)
    by_way = url.set(host=host, port=port, query=rest)
    return (host, real), by_way.render_as_string(hide_password=False)


def _hosts(url: URL) -> list[str]:
    said = url.query.get("host", ())
    named = [said] if isinstance(said, str) else list(said)
    named = [part for text in named for part in text.split(",")]
    return [*named, *([url.host] if url.host else [])] or [""]


def _is_here(host: str) -> bool:
    """A socket file or this computer itself. `host=name:port` is SQLAlchemy's way to name several."""
    if host in ("", "localhost") or host.startswith(("/", "@")):
        return True
    bare = host.strip("[]") if host.startswith("[") or host.count(":") > 1 else host.split(":")[0]
    try:
        return bare == "localhost" or ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return False


def _verified(url: URL) -> dict[str, Any]:
    if url.query.get("sslmode", "verify-full") != "verify-full":
        raise SettingsProblem(
            "The shared database is on another computer: its certificate must be checked. Write "
            "sslmode=verify-full, or leave sslmode out.",
            field="shared",
        )
    more = {"sslmode": "verify-full"}
    if "sslrootcert" not in url.query:
        more["sslrootcert"] = "system"  # the computer's own list of authorities (libpq 16)
    return more
