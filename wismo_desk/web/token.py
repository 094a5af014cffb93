"""Asks with an access token (OAuth 2.0 client credentials, RFC 6749 §4.4), kept in memory until it expires."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote

from wismo_desk.errors import CarrierRefused, CarrierUnreachable, OutcomeUnknown
from wismo_desk.web.answer import Answer
from wismo_desk.web.client import Http

_FORM: Final = b"grant_type=client_credentials"
_EARLY_S: Final = 60.0  # a token is not used in its last minute: the request has to arrive, too
_UNTOLD_S: Final = 600.0  # of a token that does not say how long it is good


class TokenHttp:
    """Http whose requests carry a token. One may serve several lanes."""

    def __init__(
        self,
        http: Http,
        url: str,
        *,
        client_id: str,
        client_secret: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = http
        self._url = url
        # RFC 6749 §2.3.1: both are form-encoded before they are joined.
        pair = f"{quote(client_id, safe='')}:{quote(client_secret, safe='')}"
        self._basic = "Basic " + base64.b64encode(pair.encode("ascii")).decode("ascii")
        self._clock = clock
        self._lock = threading.Lock()
        self._token, self._until = "", 0.0

    def ask(
        self, method: str, url: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """As Http.ask. A token that is refused (401: nothing was carried out) is replaced once.

        CarrierRefused: the key and secret are not accepted. CarrierUnreachable: no token is to be had, and so
        the request itself never left.
        """
        token, fresh = self._current()
        answer = self._send(token, method, url, body, headers)
        if answer.status == 401 and not fresh:
            self._forget(token)
            answer = self._send(self._current()[0], method, url, body, headers)
        return answer

    def _send(
        self, token: str, method: str, url: str, body: bytes, headers: Mapping[str, str] | None
    ) -> Answer:
        signed = {**(headers or {}), "Authorization": f"Bearer {token}"}
        return self._http.ask(method, url, body=body, headers=signed)

    def _current(self) -> tuple[str, bool]:
        """The token, and whether it was asked for just now."""
        with self._lock:
            if self._token and self._clock() < self._until:
                return self._token, False
            self._token, lasts = self._fetch()
            self._until = self._clock() + max(lasts - _EARLY_S, 0.0)
            return self._token, True

    def _forget(self, token: str) -> None:
        with self._lock:
            if token == self._token:
                self._token = ""

    def _fetch(self) -> tuple[str, float]:
        """The token and for how many seconds it is good."""
        headers = {
            "Authorization": self._basic,
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        try:
            answer = self._http.ask("POST", self._url, body=_FORM, headers=headers)
        except OutcomeUnknown as error:  # of the token: what the caller wants has not left yet
            raise _none_given(error.raw) from error
        raw = f"HTTP {answer.status}"
        if answer.status in (400, 401, 403):
            raise CarrierRefused(
                "The carrier does not accept the client ID and secret. Correct them in the settings.",
                field="account",
                raw=raw,
            )
        if not 200 <= answer.status < 300:
            raise _none_given(raw)
        return _read_token(answer)


def _read_token(answer: Answer) -> tuple[str, float]:
    try:
        told = json.loads(answer.text)
        token, lasts = told["access_token"], told.get("expires_in", _UNTOLD_S)
        seconds = float(lasts)  # a number, and with some companies a number as text
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _none_given(f"HTTP {answer.status}") from None
    if (
        not (isinstance(token, str) and token.isascii() and token.isprintable() and token)
        or seconds != seconds
    ):
        raise _none_given(f"HTTP {answer.status}")
    return token, min(seconds, 24 * 3600.0)


def _none_given(raw: str) -> CarrierUnreachable:
    return CarrierUnreachable(
        "The carrier does not let this desk in at the moment, so nothing was asked. Try again in a minute.",
        raw=raw,
    )
