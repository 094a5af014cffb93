"""Addresses that cannot be right, found without asking anyone: shape and plausibility, nothing more.

A finding is a hint for the supervisor before packing, never a block by itself; whether the street exists
only a carrier's service knows. Findings carry the field and a sentence, not the person's data, save
for what must be seen to be corrected.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from wismo_desk.domain.countries import (
    FRENCH_TERRITORIES,
    ISO_CODES,
    POSTCODE_OPTIONAL,
    french_country,
    postcode_fits,
)
from wismo_desk.domain.order import Party

NO_NAME: Final = "The address has neither a name nor a company: ask the customer."
NO_STREET: Final = "The address has no street: ask the customer."
NO_NUMBER: Final = "The street “{street}” has no number: check it with the customer."
NO_POSTCODE: Final = "The address has no postcode: ask the customer."
LOST_ZERO: Final = "A French postcode has five digits, this one has four: probably {postcode}."
WRONG_POSTCODE: Final = "The postcode “{postcode}” cannot be in {country}: correct one of them."
TERRITORY: Final = "The postcode “{postcode}” lies in {expected}, the country says {country}: correct one."
NO_CITY: Final = "The address has no town: ask the customer."
DIGITS_IN_CITY: Final = "The town “{city}” contains digits: perhaps two fields were mixed up."
NO_COUNTRY: Final = "The country “{country}” is not known: write its two-letter code."
PLACEHOLDER: Final = "“{text}” looks like a filler, not like an answer: ask the customer."
DAMAGED: Final = "The letters of “{text}” were damaged by a wrong encoding: correct them in the shop."
NO_MOBILE: Final = "This service sends a text message and the address has no mobile number: ask the customer."
NOT_MOBILE: Final = "This service sends a text message and {phone} is not a mobile number: ask the customer."
WRONG_PHONE: Final = "A French telephone number has ten digits and begins with 0 or +33: correct {phone}."
WRONG_EMAIL: Final = "The e-mail address is not complete: correct it, or no message can be sent."

_FILLER: Final = re.compile(
    r"(?:x{2,}|a{3,}|z{3,}|test(?:e[rs]?|ing)?|na|n/a|n\.a\.|none|null|nan|undefined|inconnue?|unknown|"
    r"[-.?_/0]+|asdf\w*|qsdf\w*|qwerty|azerty|adresse|address|rue|street|ville|city|"
    r"[aà] d[eé]finir|to be defined|tbd|idem)",
    re.IGNORECASE,
)
_NUMBERLESS: Final = re.compile(
    r"\b(?:lieu[- ]?dit|le bourg|bourg|hameau|ferme|moulin|ch[aâ]teau|domaine|mas|chalet|villa|manoir|abbaye|"
    r"za|zi|zac|zae|zone|bp|cs|tsa|poste restante|gare|mairie|caserne|a[eé]roport|h[oô]pital|camping|port)\b",
    re.IGNORECASE,
)
_CITY_NUMBERS: Final = re.compile(
    r"\b(?:paris|lyon|marseille)[ -]*\d{1,2}(?:\s?(?:er?|[eè]me|nd))?(?: arrondissement)?\b"
    r"|\bcedex\s*\d{1,2}\b",
    re.IGNORECASE,
)
_NO_DIGITS_IN_CITY: Final = frozenset({"FR", "MC", "BE", "LU", "CH", "ES", "IT", "PT", "NL"})
# UTF-8 read as Windows-1252: "Ã©" for "é".
_MOJIBAKE: Final = re.compile("[ÃÂ][\u0080-\u00bfŒœŠšŸƒ\u2018-\u2026€]|\ufffd")
_DIGIT: Final = re.compile(r"\d")
_PHONE_MARKS: Final = re.compile(r"[\s.\-/()\u00a0\u202f]")
_FRENCH_PHONE: Final = re.compile(r"(?:0|\+33\(?0?\)?|0033)([1-9])\d{8}", re.ASCII)
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")
_PHONES_LIKE_FRANCE: Final = frozenset({"FR", "GP", "MQ", "GF", "RE", "YT"})


@dataclass(frozen=True, slots=True)
class Finding:
    """`field` names the part of the Party; `sentence` and `values` are a catalogue key and its arguments.

    `certain`: the parcel cannot arrive like this; otherwise it is worth a look.
    """

    field: str
    sentence: str
    values: tuple[tuple[str, object], ...] = ()
    certain: bool = False


def check_address(
    party: Party, *, pickup_point: bool = False, mobile_needed: bool = False
) -> tuple[Finding, ...]:
    """All findings of one address, field by field; empty when it is plausible.

    `pickup_point`: the parcel goes to a shop, so the street may be missing. `mobile_needed`: the service
    announces the parcel by text message.
    """
    return (
        *_check_texts(party),
        *_check_street(party, pickup_point=pickup_point),
        *_check_postcode(party),
        *_check_city(party),
        *_check_contact(party, mobile_needed=mobile_needed),
    )


def is_mobile(phone: str, country: str) -> bool | None:
    """Whether a French number is a mobile one (06, 07); None for numbers of other countries."""
    digits = _PHONE_MARKS.sub("", phone)
    if not digits.startswith(("+33", "0033")) and (
        country not in _PHONES_LIKE_FRANCE or digits.startswith(("+", "00"))
    ):
        return None
    match = _FRENCH_PHONE.fullmatch(digits)
    return match is not None and match[1] in "67"


def _check_texts(party: Party) -> Iterator[Finding]:
    if not party.name and not party.company:
        yield Finding("name", NO_NAME, certain=True)
    fields = [("name", party.name), ("company", party.company), ("city", party.city)]
    for field, text in (*fields, *(("street", line) for line in party.street)):
        if _FILLER.fullmatch(text.strip()):
            yield Finding(field, PLACEHOLDER, (("text", text),), certain=field in ("street", "city"))
        elif _MOJIBAKE.search(text):
            yield Finding(field, DAMAGED, (("text", text),))


def _check_street(party: Party, *, pickup_point: bool) -> Iterator[Finding]:
    lines = [line for line in party.street if line.strip()]
    if pickup_point:
        return
    if not lines:
        yield Finding("street", NO_STREET, certain=True)
    elif party.country == "FR" and not party.company and not _may_lack_number(lines):
        yield Finding("street", NO_NUMBER, (("street", lines[0]),))


def _may_lack_number(lines: list[str]) -> bool:
    """Houses have numbers, farms, hamlets and post boxes need none; fillers are told apart already."""
    shapes = (_DIGIT.search, _NUMBERLESS.search, _FILLER.fullmatch)
    return any(shape(line) for line in lines for shape in shapes)


def _check_postcode(party: Party) -> Iterator[Finding]:
    country, postcode = party.country, party.postcode.strip()
    if country not in ISO_CODES:
        yield Finding("country", NO_COUNTRY, (("country", country),), certain=True)
        return
    if country in FRENCH_TERRITORIES.values() or country == "FR":
        yield from _check_french_postcode(country, postcode)
        return
    fits = postcode_fits(country, postcode)
    if not postcode:
        if fits is False and country not in POSTCODE_OPTIONAL:
            yield Finding("postcode", NO_POSTCODE, certain=True)
    elif fits is False:
        yield _wrong_postcode(country, postcode)


def _check_french_postcode(country: str, postcode: str) -> Iterator[Finding]:
    """France and the territories with country codes of their own share one set of postcodes."""
    if not postcode:
        yield Finding("postcode", NO_POSTCODE, certain=True)
    elif country == "FR" and re.fullmatch(r"[1-9]\d{3}", postcode, re.ASCII):
        yield Finding("postcode", LOST_ZERO, (("postcode", f"0{postcode}"),), certain=True)
    elif not postcode_fits("FR", postcode) or postcode[-5:-3] in ("96", "99"):
        yield _wrong_postcode(country, postcode)
    else:
        expected = french_country(postcode[-5:])
        if expected != country:
            values = (("postcode", postcode), ("expected", expected), ("country", country))
            yield Finding("country", TERRITORY, values)


def _wrong_postcode(country: str, postcode: str) -> Finding:
    values = (("postcode", postcode), ("country", country))
    return Finding("postcode", WRONG_POSTCODE, values, certain=True)


def _check_city(party: Party) -> Iterator[Finding]:
    city = party.city.strip()
    if not city:
        yield Finding("city", NO_CITY, certain=True)
    elif city.replace(" ", "").isdigit():
        yield Finding("city", DIGITS_IN_CITY, (("city", city),), certain=True)
    elif party.country in _NO_DIGITS_IN_CITY and _DIGIT.search(_CITY_NUMBERS.sub("", city)):
        yield Finding("city", DIGITS_IN_CITY, (("city", city),))


def _check_contact(party: Party, *, mobile_needed: bool) -> Iterator[Finding]:
    phone = _PHONE_MARKS.sub("", party.phone)
    if mobile_needed and not phone:
        yield Finding("phone", NO_MOBILE)
    elif phone and is_mobile(phone, party.country) is False and not _FRENCH_PHONE.fullmatch(phone):
        yield Finding("phone", WRONG_PHONE, (("phone", party.phone),))
    elif mobile_needed and is_mobile(phone, party.country) is False:
        yield Finding("phone", NOT_MOBILE, (("phone", party.phone),))
    if party.email and not _EMAIL.fullmatch(party.email.strip()):
        yield Finding("email", WRONG_EMAIL)
