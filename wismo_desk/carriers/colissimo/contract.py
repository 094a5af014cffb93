"""What the merchant's contract with Colissimo says: who asks, where, which products, and what is refused in our words.

Sources: carriers.md §1.1–1.2 (SLSSPEC, the official shop plug-in), specs/colissimo-sls-openapi.json.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from wismo_desk.domain.refusals import Refusals, read_refusals
from wismo_desk.errors import CarrierRefused
from wismo_desk.resources import refusals

CODE: Final = "colissimo"


@dataclass(frozen=True, slots=True)
class Product:
    """`insured` is the most that may be insured, in cents: 0 for none.

    unverified: which products take an insurance is read from the official shop plug-in, not from a document.
    """

    code: str
    insured: int = 0
    abroad: bool = False
    is_return: bool = False


PRODUCTS: Final[Mapping[str, Product]] = {
    "home": Product("DOM"),
    "home_signature": Product("DOS", insured=500_000),
    "pickup": Product("HD", insured=100_000),
    "overseas": Product("COM", abroad=True),
    "overseas_signature": Product("CDS", insured=500_000, abroad=True),
    "overseas_economy": Product("ECO", abroad=True),
    "international": Product("DOM", abroad=True),
    "international_signature": Product("DOS", insured=500_000, abroad=True),
    "return": Product("CORE", insured=500_000, is_return=True),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """Either `api_key`, or `account` and `password`. `carriage_cents` is declared to customs where an order does
    not say what its carriage costs; `return_choice` is 2 (sent back at the sender's cost) or 3 (not sent back)."""

    account: str = ""
    password: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    return_choice: int = 3
    carriage_cents: int | None = None
    eori: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """For the label service."""
        key = {"apiKey": self.api_key} if self.api_key else {}
        return {"Content-Type": "application/json", "Accept": "*/*"} | key

    def signed(self, account_name: str) -> dict[str, str]:
        """Who asks, in the body; each service calls the account by a name of its own."""
        if self.api_key:
            return {"apiKey": self.api_key}
        return {account_name: self.account, "password": self.password}

    @property
    def label_signature(self) -> dict[str, str]:
        """Who asks, in the body of the label service: nothing beside a key, which goes into the headers."""
        return {} if self.api_key else {"contractNumber": self.account, "password": self.password}


def refused(code: str, said: str = "") -> CarrierRefused:
    """A no under one of Colissimo's own codes, in our words if we have some; ours to raise also before asking."""
    return table().refused(code, said)


@cache
def table() -> Refusals:
    return read_refusals(refusals(CODE))


def to_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
