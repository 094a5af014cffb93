"""Fits names and addresses into the short lines of DPD's label; what does not fit is refused, not lost."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator
from typing import Final

from wismo_desk.domain.order import Party
from wismo_desk.domain.shipment import LabelRequest, Remark
from wismo_desk.errors import CarrierRefused
from wismo_desk.web.xml import Node

_LINE: Final = 35  # unverified: open connectors cut the name at 35, the street at 35 or 70
_FREE: Final = 2  # lines for what the street line does not hold
# Letters that do not come apart into a letter and an accent, and are not in Latin-1.
_APART: Final = str.maketrans({"œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "’": "'"})


def build_address(party: Party, who: str) -> Iterator[Node]:
    yield "countryPrefix", party.country
    yield "zipCode", printable(party.postcode, f"{who}.postcode")
    yield "city", cut(printable(party.city, f"{who}.city"))
    yield "street", _lines(party, who)[0]
    yield "name", cut(_name(party, who))
    yield "phoneNumber", party.phone.strip()


def _name(party: Party, who: str) -> str:
    return printable(party.name or party.company, f"{who}.name")


def build_info(party: Party, who: str) -> Iterator[Node]:
    company = printable(party.company, f"{who}.company") if party.name else ""
    yield "name2", cut(company)
    yield from zip(("name3", "name4"), _lines(party, who)[1:], strict=False)


def _lines(party: Party, who: str) -> list[str]:
    """The street line and at most two more, nothing lost: the house number may be anywhere."""
    given = [line for line in (printable(each, f"{who}.street") for each in party.street) if line]
    lines = [piece for line in given for piece in textwrap.wrap(line, _LINE, break_on_hyphens=False)]
    if len(lines) > 1 + _FREE:
        lines = textwrap.wrap(", ".join(given), _LINE, break_on_hyphens=False)
    if len(lines) > 1 + _FREE:
        raise CarrierRefused(
            "The address is too long for DPD's label: {lines} lines of {length} characters. Shorten it.",
            lines=1 + _FREE,
            length=_LINE,
            field=f"{who}.street",
            raw="length",
        )
    return lines or [""]


def printable(text: str, field: str) -> str:
    """In Latin-1, which every French printer of labels has; other Latin letters without their marks. CarrierRefused:
    letters of another script.  # unverified: which letters DPD's labels can show
    """
    plain = text.translate(_APART)
    letters = [c if c <= "\xff" else unicodedata.normalize("NFKD", c)[:1] for c in plain]
    if any(c.isalnum() and c > "\xff" for c in letters):
        raise CarrierRefused(
            "DPD prints Latin letters only. Write the name and the address in Latin letters.",
            field=field,
            raw="letters",
        )
    return " ".join("".join(c if " " <= c <= "~" or "\xa1" <= c <= "\xff" else " " for c in letters).split())


def cut(text: str) -> str:
    """Whole words as far as they fit; the beginning of a word that does not."""
    return next(iter(textwrap.wrap(text, _LINE, break_on_hyphens=False)), "")


def remarks(request: LabelRequest) -> Iterator[Remark]:
    for text, field in (
        (_name(request.recipient, "recipient"), "name"),
        (printable(request.recipient.company, "recipient.company"), "company"),
    ):
        if text != cut(text):
            yield Remark(
                "“{text}” was too long for DPD's label and was cut to “{cut}”.",
                (("text", text), ("cut", cut(text)), ("field", field)),
            )
