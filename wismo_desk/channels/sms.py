"""One text message to one person, whatever company carries it: its number, its text, and how it may end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from wismo_desk.errors import BadInput

_WRITTEN: Final = re.compile(r"\+?[0-9 ().\u00a0\u202f-]{6,24}")  # one number and nothing else
LONGEST: Final = 918  # six parts of the GSM alphabet: beyond that a text message is the wrong channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Sms:
    """`to` in the international form (+33612345678). `reference` is ours, the same at every try."""

    to: str
    text: str
    reference: str
    sender: str = ""


def mobile_number(text: str, country: str) -> str:
    """A number as a message centre takes it (E.164), written in `country` (ISO 3166-1 alpha-2) or with its +.

    BadInput names what is wrong; the number itself is personal data and stays out of it.
    """
    import phonenumbers
    from phonenumbers import NumberParseException, PhoneNumberType

    if not _WRITTEN.fullmatch(text.strip()):
        raise _bad()
    try:
        number = phonenumbers.parse(text, country.upper() or "FR")
    except NumberParseException as error:
        raise _bad() from error
    kinds = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
    if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in kinds:
        raise _bad()
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def clean_text(text: str) -> str:
    """Without what a telephone could not show or could be misled by: control and direction characters."""
    kept = "".join(sign for sign in text if sign == "\n" or (sign.isprintable() and sign not in _TURNING))
    kept = kept.strip()
    if not kept or len(kept) > LONGEST:
        raise BadInput("This text message is empty or too long. Correct its text.", field="sms")
    return kept


_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u2028\u2029")


def _bad() -> BadInput:
    return BadInput("The telephone number of this order is not a mobile number. Correct it.", field="phone")
