"""What a scan says by itself: normalised, repaired, and guessed as far as its check digits carry.

The database is asked first, with every key of the reading; the guess comes second and the operator last.
So nothing here claims more than the code proves: what two carriers could have printed has `check_ok` None
and the others in `alternatives`. Target: 20 µs a scan.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from wismo_desk.domain import commands, gs1
from wismo_desk.domain.carrier_numbers import carrier_guesses, maybe_carrier, message_guesses
from wismo_desk.domain.check_digits import is_gtin
from wismo_desk.domain.guess import Guess, ReadKind
from wismo_desk.domain.keyboard import repairs, swaps
from wismo_desk.domain.sscc import is_sscc
from wismo_desk.errors import BadInput

__all__ = ["Guess", "ReadKind", "Reading", "read"]

OWN_LABEL: Final = "WD1"  # then |reference|sscc or nothing|order number: the DataMatrix of our labels
REPAIRED: Final = (
    "The scanner and this computer disagree about the keyboard; the code was repaired. "
    "Run the scanner's calibration in the settings."
)
CHECK_DIGIT: Final = "The check digit does not match: scan the code again, or compare it with the label."
AMBIGUOUS: Final = "Several kinds of numbers look like this one; only a look-up can tell them apart."
GS1_DAMAGED: Final = "This GS1 code is cut off or damaged: scan it again."
NOTHING: Final = "Nothing readable came from the scanner: scan the code again."
OLD_COMMAND: Final = "This command barcode is not known here: print a new command sheet."

_NO_SUBSTITUTES: Final[Mapping[str, str]] = MappingProxyType({})
_LONGEST: Final = 400  # characters; a DataMatrix of the trade stays far below
_AIM: Final = re.compile(r"\]([A-Za-z][0-9A-Za-z])")
_GS1_SYMBOLS: Final = frozenset({"C1", "e0", "d2", "Q3", "J1"})  # FNC1 in first position
_DROPPED: Final = dict.fromkeys((*range(0x1D), 0x1F, *range(0x7F, 0xA0), 0xAD, 0x200B, 0xFEFF))
_BLANKS: Final = dict.fromkeys(map(ord, " .\u00a0\u202f\x1d\x1e"))
_TEXT_AIS: Final = ("400", "401", "402", "403", "21", "10")  # what an order or shipment may be found by
_STRENGTH: Final = {True: 0, None: 1, False: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One scan understood. `key` is what to look up; for text it is the code as it was scanned.

    `check_ok`: True only when the check digit matches *and* no other reading is possible; False when the
    likeliest reading's digit is wrong; None when nothing can be proven. `gtin` is in canonical spelling
    (EAN-13 for UPC-A; a GTIN-14 that names a pack stays 14 digits), `quantity` from AI 37 or 30.
    """

    code: str
    kind: ReadKind
    carrier: str = ""
    key: str = ""
    check_ok: bool | None = None
    reason: str = ""  # a catalogue key, or empty
    gtin: str = ""
    quantity: int | None = None
    sscc: str = ""
    order_number: str = ""  # of our own label
    elements: tuple[gs1.Element, ...] = ()
    alternatives: tuple[Guess, ...] = ()
    repaired: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """Every whole key to ask the database for, the likeliest first."""
        others = (guess.key for guess in self.alternatives if not guess.partial)
        spellings = gs1.gtin_spellings(self.gtin) if self.gtin else ()
        return tuple(dict.fromkeys(filter(None, (self.key, *spellings, self.sscc, self.code, *others))))

    @property
    def parts(self) -> tuple[Guess, ...]:
        """Guesses whose key is only a stretch of a number: asked for when no whole key is found. The
        likeliest reading itself is among them when it is no more than that."""
        return tuple(guess for guess in self.alternatives if guess.partial)


def read(scan: str, *, substitutes: Mapping[str, str] = _NO_SUBSTITUTES) -> Reading:
    """Understand one scan. `substitutes`: what this station's scanner types instead of what it means,
    found by calibration ({"~": "\\x1d"} for a replaced GS, {"X": ""} for a configured prefix). Never raises.
    """
    text = scan
    for typed, meant in substitutes.items():
        text = text.replace(typed, meant)
    if not text.isprintable():  # nothing that is dropped is
        text = text.translate(_DROPPED)
    text = text.strip(" \u00a0\u202f")
    if not text or len(text) > _LONGEST:
        return Reading(code=text[:_LONGEST], kind=ReadKind.UNKNOWN, reason=NOTHING)
    candidates = repairs(text)
    if candidates:
        return _repaired(text, candidates)
    reading = _interpret(text)
    if (reading.kind is ReadKind.TEXT and not reading.elements) or reading.check_ok is False:
        repaired = next((swap for swap in swaps(text) if _is_proven(_interpret(swap))), "")
        return _repaired(text, (repaired,)) if repaired else reading
    return reading


def _repaired(text: str, candidates: tuple[str, ...]) -> Reading:
    """The first candidate that proves itself, else the first; the others and the scan are alternatives."""
    # Capitals beside the plain digit row were typed with shift: then every key is wrong, not only digits.
    ordered = candidates if text.islower() else candidates[::-1]
    readings = {candidate: _interpret(candidate) for candidate in ordered}
    best = next(filter(_is_proven, readings.values()), readings[candidates[0]])
    others = tuple(
        Guess(readings[other].kind, readings[other].carrier, readings[other].key, readings[other].check_ok)
        for other in candidates
        if readings[other].key != best.key
    )
    raw = Guess(ReadKind.TEXT, "", text)
    reason = best.reason if best.check_ok is False else REPAIRED
    return replace(best, reason=reason, repaired=True, alternatives=(*best.alternatives, *others, raw))


def _is_proven(reading: Reading) -> bool:
    return reading.check_ok is True or reading.kind in (ReadKind.COMMAND, ReadKind.OWN_LABEL)


def _interpret(text: str) -> Reading:
    if text.isascii() and text.isalnum():  # neither a symbology nor a separator in it, as in most codes
        compact = text.upper()
        found = _gs1(compact) if _looks_gs1(compact) else None
        return found or _from_guesses(text, _guesses(compact), compact)
    symbol = _AIM.match(text)
    body = text[3:] if symbol else text
    if body.startswith(f"{OWN_LABEL}|") and body.count("|") >= 3:
        return _own_label(body)
    if body.startswith("[)>"):
        return _from_guesses(body, message_guesses(body))
    compact = body.translate(_BLANKS).upper()
    if compact.startswith(commands.PREFIX):
        return _command(compact)
    is_gs1 = (symbol is not None and symbol[1] in _GS1_SYMBOLS) or gs1.GS in body or body.startswith("(")
    if is_gs1 or _looks_gs1(compact):
        found = _gs1(body if is_gs1 else compact)
        if found is not None:
            return found
    reading = _from_guesses(body, _guesses(compact), compact)
    if is_gs1 and reading.kind is ReadKind.TEXT:
        return replace(reading, reason=GS1_DAMAGED)
    return reading


def _own_label(body: str) -> Reading:
    _, reference, sscc, number = body.split("|", 3)
    return Reading(
        code=body,
        kind=ReadKind.OWN_LABEL,
        key=reference.upper(),
        check_ok=is_sscc(sscc) if sscc else None,
        reason=CHECK_DIGIT if sscc and not is_sscc(sscc) else "",
        sscc=sscc,
        order_number=number,
    )


def _command(code: str) -> Reading:
    known = commands.parse(code) is not None
    kind = ReadKind.COMMAND if known else ReadKind.UNKNOWN
    return Reading(code=code, kind=kind, key=code, reason="" if known else OLD_COMMAND)


def _looks_gs1(compact: str) -> bool:
    """An element string whose scanner sends neither symbology nor FNC1: its first check digit must hold."""
    if compact.startswith("00"):
        return len(compact) >= 20 and is_sscc(compact[2:20])
    return compact.startswith(("01", "02")) and len(compact) >= 16 and is_gtin(compact[2:16])


def _gs1(body: str) -> Reading | None:
    try:
        elements = gs1.parse(body.replace(" ", ""))  # no identifier's alphabet has a blank
    except BadInput:
        return None
    check = gs1.elements_check(elements)
    said = {element.ai: element.value for element in reversed(elements)}  # the first of each counts
    sscc = said.get("00", "")
    trade = said.get("01") or said.get("02")
    gtin = gs1.canonical_gtin(trade) if trade else ""
    count = said.get("37") or said.get("30")
    kind = ReadKind.SSCC if sscc else ReadKind.GTIN if gtin else ReadKind.TEXT
    texts = tuple(said[ai] for ai in _TEXT_AIS if ai in said)
    return Reading(
        code=body,
        kind=kind,
        key=sscc or gtin or next(iter(texts), body),
        check_ok=check,
        reason=CHECK_DIGIT if check is False else "",
        gtin=gtin,
        quantity=int(count) if count else None,
        sscc=sscc,
        elements=elements,
        alternatives=() if kind is not ReadKind.TEXT else tuple(Guess(kind, "", text) for text in texts[1:]),
    )


def _guesses(compact: str) -> tuple[Guess, ...]:
    if is_gtin(compact):
        return (Guess(ReadKind.GTIN, "", gs1.canonical_gtin(compact), True), *carrier_guesses(compact))
    if is_sscc(compact):
        return (Guess(ReadKind.SSCC, "", compact, True), *carrier_guesses(compact))
    return carrier_guesses(compact)


def _from_guesses(body: str, guesses: tuple[Guess, ...], compact: str = "") -> Reading:
    if not guesses:
        return _text(body, compact)
    best, rest, rivals = guesses[0], [], False
    if len(guesses) > 1:
        best, *rest = sorted(guesses, key=lambda guess: _STRENGTH[guess.check_ok])
        rivals = any(
            (g.kind, g.carrier) != (best.kind, best.carrier) and g.check_ok is not False for g in rest
        )
    reason = CHECK_DIGIT if best.check_ok is False else AMBIGUOUS if rivals else ""
    return Reading(
        code=compact or body,
        kind=best.kind,
        carrier=best.carrier,
        key=best.key,
        check_ok=None if rivals else best.check_ok,
        reason=reason,
        gtin=best.key if best.kind is ReadKind.GTIN else "",
        sscc=best.key if best.kind is ReadKind.SSCC else "",
        alternatives=(*rest, best) if best.partial else tuple(rest),
    )


def _text(body: str, compact: str) -> Reading:
    others: list[Guess] = []
    if compact and compact != body:
        others.append(Guess(ReadKind.TEXT, "", compact))
    carrier = maybe_carrier(compact)
    if carrier:
        others.append(Guess(ReadKind.CARRIER_NUMBER, carrier, compact))
    bad_ean = len(compact) == 13 and compact.isascii() and compact.isdigit()
    return Reading(
        code=body,
        kind=ReadKind.TEXT,
        key=body,
        check_ok=False if bad_ean else None,
        reason=CHECK_DIGIT if bad_ean else "",
        alternatives=tuple(others),
    )
