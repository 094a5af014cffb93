"""What came back from one HTTP request, whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wismo_desk.errors import OutcomeUnknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One whole answer. `status` is for the caller to judge; header names are lower case."""

    status: int
    content: bytes
    headers: Mapping[str, str]
    host: str

    @property
    def text(self) -> str:
        """The body as text. Companies declare one charset and send another, so the bytes decide: UTF-8
        if they are UTF-8, else Windows-1252, which French servers mean by "latin"."""
        try:
            return self.content.decode().removeprefix("\ufeff")
        except UnicodeDecodeError:
            return self.content.decode("cp1252", errors="replace")

    def json(self) -> Any:
        """The body as JSON (RFC 8259). OutcomeUnknown when it is not: the request was carried out by
        somebody whose answer cannot be read. Half a character (a surrogate alone, which JSON can write and nothing can
        store) comes as a question mark."""
        try:
            text = self.text
            value = json.loads(text)
            if "\\ud" in text or "\\uD" in text:
                value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
            return value
        except (ValueError, RecursionError):  # the latter: nested without end
            raise OutcomeUnknown(
                "The answer of {host} cannot be read. "
                "What was asked may have been done: check before asking again.",
                host=self.host,
                raw=f"HTTP {self.status}",
            ) from None
