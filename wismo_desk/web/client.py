"""Sends one request and says what is known of it: answered, never left, or left without an answer.

`requests` is imported on the first call, not at start: the first window must not wait for it. Nothing
here retries, follows redirects, keeps cookies or reads proxies and passwords from the environment.
"""

from __future__ import annotations

import ipaddress
import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from wismo_desk.errors import CarrierUnreachable, DeskError, OutcomeUnknown, SettingsProblem
from wismo_desk.web.answer import Answer

if TYPE_CHECKING:
    from requests import Response, Session

_PIECE: Final = 64 * 1024
_BODILESS: Final = frozenset({204, 304})  # RFC 9112 section 6.3
_LENGTHS: Final = frozenset({"content-length", "transfer-encoding"})


class Http:
    """The HTTP client. One may serve several lanes; each request has its own connection.

    `connect_s` and `read_s` are seconds: to make the connection, and between two pieces of the answer.
    `max_bytes` caps an unpacked body. `trust` is a file of certificates to accept instead of the usual ones.
    """

    def __init__(
        self,
        *,
        connect_s: float = 5.0,
        read_s: float = 30.0,
        max_bytes: int = 8 * 1024 * 1024,
        trust: str = "",
    ) -> None:
        self._timeouts = (connect_s, read_s)
        self._max_bytes = max_bytes
        self._trust = trust
        self._session: Session | None = None
        self._lock = threading.Lock()

    def ask(
        self, method: str, url: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One request, one whole answer, whatever its status (redirects included).

        SettingsProblem: an address the desk does not speak to. CarrierUnreachable: no connection was
        made, nothing left. OutcomeUnknown: the request left and no whole answer came.
        """
        host = _host_allowed(url)
        sent_headers = _headers_allowed(headers or {})
        session = self._open_session()
        from requests.exceptions import InvalidURL
        from urllib3.exceptions import HTTPError

        try:
            with session.request(
                method,
                url,
                data=body or None,
                headers=sent_headers,
                timeout=self._timeouts,
                allow_redirects=False,
                stream=True,
            ) as response:
                return self._read(response, host)
        except InvalidURL:
            raise _bad_address(url) from None
        except (OSError, HTTPError) as error:  # every requests exception is an OSError
            raise _meaning(error, host) from error

    def close(self) -> None:
        with self._lock:
            session, self._session = self._session, None
        if session is not None:
            session.close()

    def __enter__(self) -> Http:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open_session(self) -> Session:
        from http.cookiejar import DefaultCookiePolicy

        import requests

        with self._lock:
            if self._session is None:
                session = requests.Session()
                session.trust_env = False
                session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
                # A kept connection that the server closed meanwhile breaks after our bytes left, which
                # would put a purchase in doubt for nothing. One connection per request costs a handshake.
                session.headers["Connection"] = "close"
                session.headers["User-Agent"] = "wismo-desk"
                if self._trust:
                    session.verify = self._trust
                # urllib3 writes whole addresses into the log, and their queries hold names and postcodes.
                logging.getLogger("urllib3").setLevel(logging.ERROR)
                self._session = session
            return self._session

    def _read(self, response: Response, host: str) -> Answer:
        content = bytearray()
        for piece in response.iter_content(_PIECE):
            content += piece
            if len(content) > self._max_bytes:
                raise OutcomeUnknown(
                    "The answer of {host} is too long to be read. "
                    "What was asked may have been done: check before asking again.",
                    host=host,
                    raw=f"HTTP {response.status_code}",
                )
        headers = {name.lower(): value for name, value in response.headers.items()}
        if not content and response.status_code not in _BODILESS and not _LENGTHS & headers.keys():
            # A connection cut inside the headers reads like an empty answer of no stated length.
            raise _no_whole_answer(host)
        return Answer(status=response.status_code, content=bytes(content), headers=headers, host=host)


def _host_allowed(url: str) -> str:
    """The host of an https address, or of an http one on this machine; the rest is a SettingsProblem."""
    with suppress(ValueError):
        parts = urlsplit(url)
        host = parts.hostname or ""
        if host and (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))):
            return host
    raise _bad_address(url)


def _headers_allowed(headers: Mapping[str, str]) -> dict[str, str]:
    """Header values that can be sent; a key pasted with its line break is a SettingsProblem."""
    for name, value in headers.items():
        if not (value.isascii() and value.isprintable()):
            raise SettingsProblem(
                "The value of {name} holds characters that cannot be sent. Type it again in the settings.",
                name=name,
                field=name,
            )
    return dict(headers)


def _is_loopback(host: str) -> bool:
    """By number only: the name "localhost" can be made to mean another machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _bad_address(url: str) -> SettingsProblem:
    # The query and the user part may hold names and keys: only the beginning is told.
    with suppress(ValueError):
        parts = urlsplit(url)
        url = f"{parts.scheme}://{parts.hostname or ''}"
    return SettingsProblem(
        "The address {url} cannot be used: it must begin with https://. Correct it in the settings.",
        url=url,
        field="url",
    )


def _meaning(error: Exception, host: str) -> DeskError:
    """Never left, or outcome unknown. Only what is sure to have failed before the request counts as
    never left; all else is the cautious answer."""
    from ssl import SSLCertVerificationError

    from requests.exceptions import ConnectTimeout
    from urllib3.exceptions import NewConnectionError

    causes = tuple(_causes(error))
    if any(isinstance(cause, SSLCertVerificationError) for cause in causes):
        return CarrierUnreachable(
            "The identity of {host} could not be verified, nothing was sent. "
            "Check the date of this computer and its network.",
            host=host,
            raw="certificate",
        )
    if any(isinstance(cause, ConnectTimeout | NewConnectionError) for cause in causes):
        return CarrierUnreachable(
            "{host} cannot be reached, nothing was sent. Check the network; it may be tried again.", host=host
        )
    return _no_whole_answer(host)


def _no_whole_answer(host: str) -> OutcomeUnknown:
    return OutcomeUnknown(
        "{host} did not answer in full. What was asked may have been done: check before asking again.",
        host=host,
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and everything it was raised from or wraps: requests and urllib3 nest theirs in
    arguments and in `reason` as well as in `__cause__`."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        found = waiting.pop()
        if isinstance(found, BaseException) and id(found) not in seen:
            seen.add(id(found))
            yield found
            # Never __context__: inside a caller's `except` it is an older request's failure.
            waiting += [found.__cause__, getattr(found, "reason", None), *found.args]
