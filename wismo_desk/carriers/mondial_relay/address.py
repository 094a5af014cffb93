"""Fits an address into Mondial Relay's few and short capital letters; what does not fit is refused, not lost.

Limits and alphabet: “Dual Carrier Web Service” 2.7.1, address parameters (AddressAdd1–3 of 30 characters, street
of 40, but its error 10063 says 30: so 30 where the rest finds room, 40 otherwise).
# unverified: no answer of the live service was seen.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterator
from itertools import product
from typing import Final

from wismo_desk.domain.address import is_mobile
from wismo_desk.domain.order import Party
from wismo_desk.errors import CarrierRefused
from wismo_desk.web.xml import Node

_LINE: Final = 30
_STREETS: Final = (30, 40)
_POSTCODE: Final = 10
_EMAIL: Final = 70
_WRONG: Final = re.compile(r"[^0-9A-Z_\-'., /]+")
_NOT_IN_CITIES: Final = re.compile(r"[^A-Z_\-' ]+")
# Latin letters that do not come apart into a letter and an accent, and signs that have a plain twin.
_LATIN: Final = str.maketrans(
    {"œ": "OE", "Œ": "OE", "æ": "AE", "Æ": "AE", "ß": "SS", "ø": "O", "Ø": "O", "ł": "L", "Ł": "L"}
    | {"đ": "D", "Đ": "D", "ı": "I", "þ": "TH", "Þ": "TH", "’": "'", "‘": "'", "–": "-", "—": "-"}
)
# Dialling codes of the countries in the document's table of telephone numbers; the trunk zero stays in Italy.
_DIALLING: Final = (
    {"FR": "33", "ES": "34", "BE": "32", "DE": "49", "LU": "352", "PT": "351", "AT": "43", "GB": "44"}
    | {"IT": "39", "NL": "31", "IE": "353", "CH": "41", "PL": "48", "MC": "377"}
    | {"GF": "594", "MF": "590", "GP": "590", "MQ": "596", "YT": "262", "RE": "262"}
)
_KEEPS_ZERO: Final = frozenset({"IT"})


def build_address(party: Party, who: str) -> tuple[Node, ...]:
    """The content of <Address>. `who` is "recipient" or "shipper". CarrierRefused names the field that cannot be
    printed or does not fit. The name goes into AddressAdd1, which is printed where first and last name would
    be: nobody needs to guess where a name comes apart."""
    name, *company = [text for text in (party.name, party.company) if text.strip()] or [""]
    second = printable(company[0], f"{who}.company") if company else ""
    street, third, spare = _lines(party, who, free=1 if second else 2)
    return (
        ("Streetname", street),
        ("CountryCode", party.country),
        ("PostCode", printable(party.postcode, f"{who}.postcode")[:_POSTCODE]),
        ("City", _city(party.city, who)),
        ("AddressAdd1", cut(printable(name, f"{who}.name"), _LINE)),
        ("AddressAdd2", cut(second, _LINE) or spare),
        ("AddressAdd3", third),
        *_contact(party),
    )


def printable(text: str, field: str) -> str:
    """The text in the service's alphabet. CarrierRefused: letters that have no Latin form."""
    apart = unicodedata.normalize("NFKD", text.translate(_LATIN))
    bare = "".join(c for c in apart if not unicodedata.combining(c)).upper()
    if any(c.isalpha() and not c.isascii() for c in bare):
        raise CarrierRefused(
            "Mondial Relay prints Latin letters only. Write this field of the address in Latin letters.",
            field=field,
            raw="letters",
        )
    return " ".join(_WRONG.sub(" ", bare).split())


def cut(text: str, most: int) -> str:
    """Whole words as far as they fit; the beginning of a word that does not."""
    return next(iter(_wrapped(text, most)), "")


def phone(number: str, country: str) -> str:
    """+33612345678, as the service wants it; "" when it cannot be told."""
    digits = re.sub(r"[^\d+]", "", number.replace("(0)", ""))
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if not digits.startswith("+"):
        code = _DIALLING.get(country, "")
        rest = digits if country in _KEEPS_ZERO else digits.lstrip("0")
        digits = f"+{code}{rest}" if code else ""
    return digits if re.fullmatch(r"\+[1-9]\d{6,14}", digits) else ""


def _contact(party: Party) -> Iterator[Node]:
    """The first telephone is the one home deliveries must have; the second gets the text messages."""
    number = phone(party.phone, party.country)
    yield "PhoneNo", number
    yield "MobileNo", number if is_mobile(party.phone, party.country) else ""
    email = party.email.strip()
    yield "Email", email if len(email) <= _EMAIL and email.isascii() else ""


def _city(city: str, who: str) -> str:
    """Districts and CEDEX numbers are in the postcode already; the service refuses digits in towns."""
    letters = _NOT_IN_CITIES.sub(" ", printable(city, f"{who}.city"))
    return cut(" ".join(letters.split()), _LINE)


def _lines(party: Party, who: str, *, free: int) -> tuple[str, str, str]:
    """The street, the line printed below it, and one that is printed above it and used last."""
    lines = [line for line in (printable(text, f"{who}.street") for text in party.street) if line]
    first, *more = lines or [""]
    for width, joined in product(_STREETS, (False, True)):
        street, *rest = _wrapped(first, width) or [""]
        behind = [" ".join(rest), *more]
        texts = [", ".join(filter(None, behind))] if joined else behind
        slots = [piece for text in texts for piece in _wrapped(text, _LINE)]
        if len(slots) <= free:
            third, spare = (*slots, "", "")[:2]
            return street, third, spare
    raise CarrierRefused(
        "The address is too long for Mondial Relay: a street of 40 characters and {lines} more of 30. Shorten it.",
        lines=free,
        field=f"{who}.street",
        raw="length",
    )


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_on_hyphens=False)
