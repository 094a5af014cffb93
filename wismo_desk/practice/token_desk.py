"""The token window of a practice company (OAuth 2.0 client credentials): gives tokens out and knows its own."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import parse_qs

from wismo_desk.practice.loopback import Call, Reply

CLIENT_ID, CLIENT_SECRET = "practice", "practice-secret"
_LASTS: Final = timedelta(hours=4)


class TokenDesk:
    """`clock` (aware) decides when a token has expired. `issued` counts them."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._until: dict[str, datetime] = {}
        self.issued = 0

    def give(self, call: Call) -> Reply:
        """RFC 6749 §5: a token, or 400 for a wrong form and 401 for a wrong client."""
        form = parse_qs(call.body.decode("ascii", "replace"))
        if form.get("grant_type") != ["client_credentials"]:
            return _json(400, {"error": "unsupported_grant_type"})
        pair = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode("ascii")).decode("ascii")
        if call.headers.get("authorization") != f"Basic {pair}":
            return _json(401, {"error": "invalid_client"})
        self.issued += 1
        token = f"practice-token-{self.issued}"
        self._until[token] = self._clock() + _LASTS
        lasts = str(int(_LASTS.total_seconds()))  # as text, as some companies send it
        return _json(200, {"access_token": token, "token_type": "Bearer", "expires_in": lasts})

    def knows(self, call: Call) -> bool:
        """Whether the call carries a token that is still good."""
        kind, _, token = call.headers.get("authorization", "").partition(" ")
        until = self._until.get(token)
        return kind == "Bearer" and until is not None and self._clock() < until


def _json(status: int, value: object) -> Reply:
    return Reply(status, json.dumps(value).encode())
