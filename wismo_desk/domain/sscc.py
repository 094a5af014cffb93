"""Serial shipping container codes: made from the merchant's own GS1 prefix, and checked when read.

An SSCC is 18 digits: one extension digit, the GS1 company prefix, the serial, the check digit
(GS1 General Specifications §2.2.1 and §7.9). Which serials are free is the store's affair.
"""

from __future__ import annotations

from typing import Final

from wismo_desk.domain.check_digits import gs1
from wismo_desk.errors import BadInput

DEMO_PREFIX: Final = "952"  # GS1's range for demonstrations and examples: never on a real label
_BODY: Final = 16  # prefix and serial together


def make_sscc(prefix: str, extension: int, serial: int) -> str:
    """The 18 digits. BadInput: the prefix is not 3 to 12 digits, or the range is used up."""
    _check_prefix(prefix)
    if not 0 <= extension <= 9:
        raise BadInput(
            "The SSCC extension digit is {extension}: it must be 0 to 9. Correct it in the settings.",
            field="sscc_extension",
            extension=extension,
        )
    if not 0 <= serial < serials(prefix):
        raise BadInput(
            "The SSCC range of prefix {prefix} is used up at {serial}: it holds {capacity} numbers. "
            "Set another extension digit in the settings.",
            field="sscc_serial",
            prefix=prefix,
            serial=serial,
            capacity=serials(prefix),
        )
    body = f"{extension}{prefix}{serial:0{_BODY - len(prefix)}d}"
    return body + gs1(body)


def serials(prefix: str) -> int:
    """How many serial numbers one extension digit of this prefix holds."""
    return int(10 ** (_BODY - len(prefix)))


def is_sscc(code: str) -> bool:
    return len(code) == 18 and code.isascii() and code.isdigit() and gs1(code[:-1]) == code[-1]


def sscc_element(sscc: str) -> str:
    """The element string of a GS1-128 label: AI 00 and the 18 digits, without parentheses."""
    return f"00{sscc}"


def _check_prefix(prefix: str) -> None:
    if not (3 <= len(prefix) <= 12 and prefix.isascii() and prefix.isdigit()):
        raise BadInput(
            "The GS1 company prefix is {prefix}: it must be 3 to 12 digits. Correct it in the settings.",
            field="sscc_prefix",
            prefix=prefix,
        )
