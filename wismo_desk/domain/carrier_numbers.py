"""Which carriers may have numbered a parcel so: the shapes of parcel codes and the keys hidden in them.

Shapes and samples: /work/shared/carriers.md §3 (carriers' documents and open connectors). A shape with
letters in fixed places is claimed even when its check digit fails, so that the operator hears of a bad
read; an all-digit shape is claimed only while its check digit does not speak against it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from wismo_desk.domain import check_digits
from wismo_desk.domain.guess import Guess, ReadKind

Reader = Callable[[str], tuple[Guess, ...]]

_GS: Final = "\x1d"
_COLISSIMO_EXPORT: Final = ("EY", "EN")  # products COLI and ACCI (carriers.md §1.1)
_USPS_MAIL: Final = ("03", "71", "73", "77", "81")
_COUNTRY_BASE: Final = 101  # of the three digits in Chronopost's geo number; inferred from all samples


def carrier_guesses(code: str) -> tuple[Guess, ...]:
    """Every carrier shape of an upper-case code without blanks, the likeliest first; empty: none."""
    for shape, reader in _BY_LENGTH.get(len(code), ()):
        if shape.fullmatch(code):
            return reader(code)
    for shape, reader in _ANY_LENGTH:
        if shape.fullmatch(code):
            return reader(code)
    return ()


def message_guesses(message: str) -> tuple[Guess, ...]:
    """The parcel inside an ISO/IEC 15434 message `[)>` RS `01` GS …: DPD 2D or UPS MaxiCode."""
    fields = [field.strip() for field in message.split(_GS)]
    if len(fields) < 5 or not fields[0].endswith("\x1e01"):
        return ()
    parcel = fields[4]
    if any(field.startswith("GEOP") for field in fields[5:]):
        return (Guess(ReadKind.CARRIER_NUMBER, "dpd", parcel),)
    if parcel.startswith("1Z") and len(parcel) == 18:
        return _ups(parcel)
    if parcel.startswith("1Z"):  # the shipper's six characters stand apart: the end must do
        return (Guess(ReadKind.CARRIER_NUMBER, "ups", parcel[2:], partial=True),)
    return ()


def maybe_carrier(code: str) -> str:
    """GLS also numbers with eight letters and digits, as half of all SKUs do, and CDL with ten hexadecimal ones:
    never more than a maybe. "": no such number."""
    if _GLS_MIXED.fullmatch(code):
        return "gls"
    return "cdl" if _CDL.fullmatch(code) else ""


def skybill(geo: str) -> str:
    """Chronopost's 13-character number from its geo number: eleven characters, then the country in digits.

    "XP503122466248…" gives "XP503122466FR" (101 + 26·first letter + second, A = 0); "" if out of range.
    """
    letters = int(geo[11:14]) - _COUNTRY_BASE
    if not 0 <= letters < 26 * 26:
        return ""
    first, second = divmod(letters, 26)
    return f"{geo[:11]}{chr(65 + first)}{chr(65 + second)}"


def _number(
    carrier: str, key: str, check_ok: bool | None = None, *, partial: bool = False
) -> tuple[Guess, ...]:
    return (Guess(ReadKind.CARRIER_NUMBER, carrier, key, check_ok, partial),)


def _s10(code: str) -> tuple[Guess, ...]:
    return _number(_s10_carrier(code), code, check_digits.s10(code[2:10]) == code[10])


def _s10_carrier(code: str) -> str:
    """Chronopost's service indicators begin with X; the country is not validated (JB is in use)."""
    if code[0] == "X":
        return "chronopost"
    if not code.endswith("FR"):
        return ""
    return "colissimo" if code[0] == "C" or code[:2] in _COLISSIMO_EXPORT else "laposte"


def _colissimo13(code: str) -> tuple[Guess, ...]:
    return _number("colissimo", code, check_digits.gs1(code[2:12]) == code[12])


def _colissimo24(code: str) -> tuple[Guess, ...]:
    """The handling code ("prise en charge"): found as an alias, it does not hold the tracking number."""
    return _number("colissimo", code, check_digits.gs1(code[8:23]) == code[23])


def _practice(code: str) -> tuple[Guess, ...]:
    return _number("practice", code, check_digits.gs1(code[2:12]) == code[12])


def _geopost(code: str) -> tuple[Guess, ...]:
    """BIC3: as scanned `%` and 27 characters without a check character, as printed 27 and the check."""
    body = code.removeprefix("%")
    check = None if len(body) == 27 else check_digits.mod37_36(body[:27]) == body[27]
    return _geopost_parcel(body[7:21], check)


def _geopost_parcel(parcel: str, check: bool | None) -> tuple[Guess, ...]:
    if _GEO14.fullmatch(parcel):
        return _number("chronopost", skybill(parcel) or parcel, check) + _number("chronopost", parcel, check)
    if _COLISSIMO_IN_GEOPOST.fullmatch(parcel):
        serial = parcel[4:] + check_digits.gs1(parcel[4:])
        # One sample of the label specification carries another product code than the parcel's own.
        whole = _number("colissimo", parcel[2:4] + serial, check)
        return whole + _number("colissimo", serial, check, partial=True)
    if _SO_COLISSIMO.fullmatch(parcel):
        return _number("colissimo", parcel[:13], check_digits.gs1(parcel[2:12]) == parcel[12])
    if _COLISSIMO_ABROAD.fullmatch(parcel):
        serial = parcel[6:] + check_digits.s10(parcel[6:])
        return _number("dpd", parcel, check) + _number("colissimo", serial, check, partial=True)
    return _number("dpd", parcel, check)


def _geo15(code: str) -> tuple[Guess, ...]:
    check = check_digits.mod37_36(code[:14]) == code[14]
    return _number("chronopost", skybill(code) or code, check) + _number("chronopost", code, check)


def _geo14(code: str) -> tuple[Guess, ...]:
    return _number("chronopost", skybill(code) or code) + _number("chronopost", code)


def _fifteen(code: str) -> tuple[Guess, ...]:
    """La Poste's 15 and a DPD parcel number with its check character have one shape and one check."""
    guesses: tuple[Guess, ...] = ()
    check = check_digits.mod37_36(code[:14]) == code[14]
    if check or not code.isdigit():
        laposte = _number("laposte", code, check)
        dpd = _number("dpd", code[:14], check)
        guesses = laposte + dpd if code[0] == "8" else dpd + laposte
    if code.isdigit() and check_digits.gs1(code[:14]) == code[14]:
        guesses += _number("fedex", code, True)
    return guesses


def _ups(code: str) -> tuple[Guess, ...]:
    return _number("ups", code, check_digits.ups(code[2:17]) == code[17])


def _ups_waybill(code: str) -> tuple[Guess, ...]:
    return _number("ups", code, check_digits.ups_waybill(code[1:10]) == code[10])


def _ontrac(code: str) -> tuple[Guess, ...]:
    """The letter counts like one of UPS's: C is 4, D is 5."""
    return _number("ontrac", code, check_digits.ups(code[:14]) == code[14])


def _mail_innovations(code: str) -> tuple[Guess, ...]:
    """Without a check digit, and one in ten is an SSCC as well."""
    return _number("ups", code)


def _amazon(code: str) -> tuple[Guess, ...]:
    return _number("amazon", code)


def _dhl_piece(code: str) -> tuple[Guess, ...]:
    return _number("dhl", code)


def _fedex34(code: str) -> tuple[Guess, ...]:
    number = code[-14:].removeprefix("00")
    return _number("fedex", number, check_digits.fedex12(code[-14:-1]) == code[-1])


def _fedex22(code: str) -> tuple[Guess, ...]:
    return _number("fedex", code[7:], check_digits.gs1(code[7:21]) == code[21])


def _twenty(code: str) -> tuple[Guess, ...]:
    """USPS's short form under its own check digit, or as it leaves out the 91 in front; FedEx leaves out a 92."""
    if code[:2] in _USPS_MAIL and check_digits.gs1(code[:19]) == code[19]:
        return _number("usps", code, True)
    usps = _number("usps", code, True) if check_digits.gs1(f"91{code[:19]}") == code[19] else ()
    return usps + (_number("fedex", code, True) if check_digits.gs1(f"92{code[:19]}") == code[19] else ())


def _impb(code: str) -> tuple[Guess, ...]:
    """USPS's package barcode: 22 digits, or 26. FedEx hands its SmartPost parcels to USPS under numbers of the same
    form; those of the samples begin with 9261, so these are FedEx's first."""
    check = check_digits.gs1(code[:-1]) == code[-1]
    if len(code) == 26:
        return (_number("usps", code, True) if check else ()) + _mondial_relay26(code)
    usps = _number("usps", code, check)
    return _number("fedex", code, check) + usps if code.startswith("9261") else usps


def _impb_routed(code: str) -> tuple[Guess, ...]:
    """With 420 and the postcode, of five or nine digits, in front."""
    numbers = [code[start:] for start in (8, 12) if _IMPB.fullmatch(code[start:])]
    proven = next((number for number in numbers if check_digits.gs1(number[:-1]) == number[-1]), "")
    return _number("usps", proven or numbers[0], bool(proven))


def _eight(code: str) -> tuple[Guess, ...]:
    return _number("mondial_relay", code) + _number("gls", code)


def _ten(code: str) -> tuple[Guess, ...]:
    return _dhl_waybill(code) + _number("mondial_relay", code)


def _eleven(code: str) -> tuple[Guess, ...]:
    return _dhl_waybill(code) + _number("gls", code)


def _twelve(code: str) -> tuple[Guess, ...]:
    fedex = _number("fedex", code, True) if check_digits.fedex12(code[:11]) == code[11] else ()
    return fedex + _number("mondial_relay", code) + _number("gls", code)


def _fourteen(code: str) -> tuple[Guess, ...]:
    return _number("dpd", code)


def _mondial_relay26(code: str) -> tuple[Guess, ...]:
    """The long code of a Mondial Relay label. Its layout is not documented; on the one public sample the shipment's
    number stands behind the first two digits. Found as an alias anyway, where the label was bought here."""
    return _number("mondial_relay", code[2:10]) + _number("mondial_relay", code)


def _dhl_waybill(code: str) -> tuple[Guess, ...]:
    return _number("dhl", code, True) if check_digits.dhl(code[:-1]) == code[-1] else ()


def _shape(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


_GLS_MIXED: Final = _shape(r"(?=.*\d)(?=.*[A-Z])[0-9A-Z]{8}")
_CDL: Final = _shape(r"(?=.*[A-F])[0-9A-F]{10}")
_IMPB: Final = _shape(r"9[1-5]\d{20}(?:\d{4})?")
_GEO14: Final = _shape(r"[A-Z]{2}\d{12}")
_COLISSIMO_IN_GEOPOST: Final = _shape(r"11\d[A-Z]\d{10}")
_SO_COLISSIMO: Final = _shape(r"\d[A-Z]\d{11}0")
_COLISSIMO_ABROAD: Final = _shape(r"\d{5}[01]\d{8}")
_BIC3: Final = _shape(r"%\d{7}[0-9A-Z]{14}\d{6}[0-9A-Z]?|[0-9A-Z]{7}[0-9A-Z]{14}\d{6}[0-9A-Z]")

_BY_LENGTH: Final[dict[int, tuple[tuple[re.Pattern[str], Reader], ...]]] = {
    8: ((_shape(r"\d{8}"), _eight),),
    10: ((_shape(r"\d{10}"), _ten),),
    11: ((_shape(r"\d{11}"), _eleven), (_shape(r"[AHJKTV]\d{10}"), _ups_waybill)),
    12: ((_shape(r"\d{12}"), _twelve),),
    13: (
        (_shape(r"[A-Z]{2}\d{9}[A-Z]{2}"), _s10),
        (_shape(r"\d[A-Z]\d{11}"), _colissimo13),
        (_shape(r"PX\d{11}"), _practice),
    ),
    14: ((_shape(r"\d{14}"), _fourteen), (_GEO14, _geo14)),
    15: (
        (_shape(r"[A-Z]{2}\d{12}[0-9A-Z]"), _geo15),
        (_shape(r"\d{14}[0-9A-Z]"), _fifteen),
        (_shape(r"TB[ACM]\d{12}"), _amazon),
        (_shape(r"[CD]\d{14}"), _ontrac),
    ),
    18: ((_shape(r"1Z[0-9A-Z]{15}\d"), _ups), (_shape(r"80\d{16}"), _mail_innovations)),
    20: ((_shape(r"\d{20}"), _twenty),),
    22: ((_shape(r"96\d{20}"), _fedex22), (_IMPB, _impb)),
    24: ((_shape(r"\d[A-Z]\d(?:\d{5}|AD\d{3})\d{16}"), _colissimo24),),
    26: ((_IMPB, _impb), (_shape(r"\d{26}"), _mondial_relay26)),
    28: ((_BIC3, _geopost),),
    29: ((_BIC3, _geopost),),
    30: ((_shape(r"420\d{5}9[1-5]\d{20}"), _impb_routed),),
    34: (
        (_shape(r"(?:100|96\d)\d{31}"), _fedex34),
        (_shape(r"420\d{5}(?:9[1-5]\d{24}|\d{4}9[1-5]\d{20})"), _impb_routed),
    ),
}
_ANY_LENGTH: Final[tuple[tuple[re.Pattern[str], Reader], ...]] = (
    (_shape(r"(?:JJD|JVGL)\d{9,20}|GM\d{10,39}"), _dhl_piece),
)
