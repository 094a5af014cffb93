"""Writes the request for a label: addresses fitted to Colissimo's lines, customs data, options.

Sources: specs/colissimo-sls-openapi.json (lengths, what is mandatory when), carriers.md §1.1, and for what no
document says the official shop plug-in, marked so. Colissimo cuts long texts on the right without a word to
the buyer, so they are cut or refused here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any, Final

from wismo_desk.carriers.colissimo.contract import PRODUCTS, Contract, Product, refused, to_json
from wismo_desk.domain.address import is_mobile
from wismo_desk.domain.countries import french_country
from wismo_desk.domain.order import Party
from wismo_desk.domain.shipment import Article, LabelRequest, Remark
from wismo_desk.domain.states import has_states, state_code
from wismo_desk.errors import CarrierRefused

_LINE: Final = 35
_FIRST_NAME: Final = 29
_ORDER_NUMBER: Final = 30
_DESCRIPTION: Final = 64
_STATE: Final = 2
_LONGEST_MM: Final = 2740
_WITH_GIRTH_MM: Final = 3300
_HEAVIEST_G: Final = 30_000
_INSURED: Final = (15_000, 30_000, 50_000, 100_000, 200_000, 500_000)  # cents, the six levels
_COMMERCIAL: Final = 3  # customs category: a sale
_ONE_LINE: Final = frozenset({"CH", "BE"})  # CH: OpenAPI; BE: unverified, the shop plug-in only
_DUTIES_AT_ORIGIN: Final = frozenset({"GP", "MQ", "GF", "RE"})  # unverified: the shop plug-in's list
_UNION: Final = frozenset(
    {"FR", "MC", "AT", "BE", "BG", "HR", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "GR"}
) | {*("HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK")}
# Canary Islands, Ceuta, Melilla; Heligoland, Büsingen; Livigno.
_TAXED_APART: Final = {
    "ES": re.compile(r"35|38|51|52"),
    "DE": re.compile(r"27498|78266"),
    "IT": re.compile(r"23041"),
}
_SIGNS: Final = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "œ": "oe", "Œ": "OE"}
    | {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "€": "EUR"}
)
# A word stays with the house number behind it.
_TOKEN: Final = re.compile(r"\S+(?: \d\S*)?")


def build_label(request: LabelRequest, contract: Contract) -> bytes:
    """CarrierRefused: Colissimo would refuse it, or would cut what must not be lost."""
    return to_json(letter(request, contract)[0])


def letter(
    request: LabelRequest, contract: Contract, more: Iterable[tuple[str, str]] = ()
) -> tuple[dict[str, Any], tuple[Remark, ...]]:
    """The request as JSON with `more` fields, and what had to be cut. The service `return` turns the shipment round:
    its recipient sends, its shipper receives."""
    product = _checked(request)
    sender, recipient = request.shipper, request.recipient
    if product.is_return:
        sender, recipient = recipient, sender
    names = ("recipient", "shipper") if product.is_return else ("shipper", "recipient")
    fit = _Fit()
    customs = _customs(request, recipient, contract)
    body: dict[str, Any] = contract.label_signature | {
        "outputFormat": {"x": 0, "y": 0, "outputPrintingType": f"ZPL_10x15_{request.dpi}dpi"},
        "letter": {
            "service": _service(request, product, contract),
            "parcel": _parcel(request, product, country_of(recipient)),
            "sender": {"senderParcelRef": request.reference[:17], "address": fit.address(sender, names[0])},
            "addressee": {"address": fit.address(recipient, names[1])},
        },
    }
    if product.is_return:
        # Printed as a barcode: whoever opens the box scans what order it belongs to.
        body["letter"]["addressee"] |= {
            "addresseeParcelRef": request.reference[:15],
            "codeBarForReference": True,
        }
    if customs:
        body["letter"]["customsDeclarations"] = customs
    said = (*_fields(request, contract, bool(customs)), *more)
    fields = [{"key": key, "value": value} for key, value in said]
    if fields:
        body["fields"] = {"field": fields}
    return body, tuple(fit.remarks)


def country_of(party: Party) -> str:
    """Shops write FR for the overseas departments too; Colissimo wants their own codes."""
    postcode = party.postcode.strip()
    overseas = party.country == "FR" and re.fullmatch(r"\d{5}", postcode, re.ASCII)
    return french_country(postcode) if overseas else party.country


def customs_apply(party: Party) -> bool:
    """Outside the tax territory of the Union, seen from France (directive 2006/112/EC, article 6)."""
    country = country_of(party)
    if country not in _UNION:
        return True
    apart = _TAXED_APART.get(country)
    return apart is not None and apart.match(party.postcode.strip()) is not None


def plain(text: str) -> str:
    """Letters that a Latin-1 label has; others lose their marks, emoji and signs go. Letters of other scripts stay:
    Colissimo refuses them by name (30600), which is better than a label that says something else.

    unverified: no readable document lists the characters Colissimo takes.
    """
    signed = text if text.isascii() else unicodedata.normalize("NFC", text.translate(_SIGNS))
    if signed.isprintable() and (signed.isascii() or max(signed) <= "ÿ"):
        return " ".join(signed.split())
    return " ".join("".join(map(_letter, signed)).split())


def _letter(character: str) -> str:
    if character.isspace() or unicodedata.category(character) == "Cc":
        return " "
    if character <= "ÿ":
        return character
    base = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
    if base and base <= "ÿ":
        return base
    return "" if unicodedata.category(character)[0] in "SCM" else character


def without_accents(text: str) -> str:
    """For the customs form. unverified: the shop plug-in says that accents there are refused."""
    apart = unicodedata.normalize("NFKD", plain(text).replace("ß", "ss"))
    return "".join(c for c in apart if not unicodedata.combining(c))


def _checked(request: LabelRequest) -> Product:
    """What Colissimo would refuse, or worse, would change without a word."""
    if request.service == "return_international":
        raise CarrierRefused(
            "Colissimo makes labels for returns from abroad on A4 only, with data of the invoice that this desk does "
            "not keep. Make this return in the customer area of Colissimo.",
            field="service",
            raw="CORI",
        )
    product = PRODUCTS.get(request.service)
    if product is None:
        raise refused("30015")
    if not 0 < request.weight_g <= _HEAVIEST_G:
        raise refused("30301")
    if request.dpi not in (203, 300):
        raise refused("30026")
    if product.code == "HD" and not request.pickup_point:
        raise refused("30400")
    if request.size_mm and _too_large(request.size_mm):
        raise refused("SIZE")
    if not product.is_return and request.recipient.country == "US" and not _state(request.recipient, "US"):
        raise refused("STATE")
    if request.insured_cents > product.insured:
        raise refused("30309")
    return product


def _too_large(size_mm: tuple[int, int, int]) -> bool:
    """Longer than 274 cm, or 330 cm with its girth (specs/colissimo-sls-openapi.json, the field LENGTH)."""
    low, middle, long = sorted(size_mm)
    return long > _LONGEST_MM or long + 2 * (low + middle) > _WITH_GIRTH_MM


def _service(request: LabelRequest, product: Product, contract: Contract) -> dict[str, Any]:
    shop = plain(request.shop_name or request.shipper.company or request.shipper.name)
    found: dict[str, Any] = {
        "productCode": product.code,
        "depositDate": request.ship_on.isoformat(),
        "orderNumber": _order_number(request),
    }
    if shop:
        found["commercialName"] = shop
    if product.abroad:
        found["returnTypeChoice"] = contract.return_choice
    carriage = contract.carriage_cents if request.shipping_cents is None else request.shipping_cents
    if carriage is not None:
        found |= {"totalAmount": carriage, "transportationAmount": carriage}
    return found


def _order_number(request: LabelRequest) -> str:
    """The order's number for people, then our reference, by which support finds the parcel in Colissimo's system."""
    room = _ORDER_NUMBER - len(request.reference) - 1
    number = re.sub(r"[^0-9A-Za-z_/-]", "", without_accents(request.order_number))[: max(room, 0)]
    return f"{number} {request.reference}".strip()[:_ORDER_NUMBER]


def _parcel(request: LabelRequest, product: Product, country: str) -> dict[str, Any]:
    # Colissimo takes two decimals: rounded up, never to less than was weighed.
    found: dict[str, Any] = {"weight": -(-request.weight_g // 10) / 100}
    if request.insured_cents:
        found["insuranceValue"] = next(level for level in _INSURED if level >= request.insured_cents)
    if product.code == "HD":
        found["pickupLocationId"] = request.pickup_point
    elif request.non_machinable:
        found["nonMachinable"] = True
    if request.duties_paid and country in _DUTIES_AT_ORIGIN:
        found["ftd"] = True
    elif request.duties_paid and country not in _UNION:
        found["ddp"] = True
    return found


def _customs(request: LabelRequest, party: Party, contract: Contract) -> dict[str, Any]:
    """The CN23; empty where none applies."""
    if not customs_apply(party):
        return {}
    if not request.articles:
        raise refused("30505")
    if request.shipping_cents is None and contract.carriage_cents is None:
        raise refused("30020")
    found: dict[str, Any] = {
        "includeCustomsDeclarations": True,
        "contents": {
            "article": [_article(article, request.currency) for article in request.articles],
            "category": {"value": _COMMERCIAL},
        },
        "invoiceNumber": without_accents(request.order_number)[:_LINE],
    }
    if request.duties_paid:
        names = " ".join(without_accents(article.description) for article in request.articles)
        found["description"] = names[:_DESCRIPTION].strip()
    return found


def _article(article: Article, currency: str) -> dict[str, Any]:
    given = {
        "hsCode": article.hs_code,
        "originCountry": article.origin,
        "artref": without_accents(article.sku)[:_LINE],
    }
    return {
        "description": without_accents(article.description)[:_DESCRIPTION].strip(),
        "quantity": article.quantity,
        "weight": max(article.weight_g, 10) / 1000,  # unverified: the plug-in sends at least 10 g
        "value": article.value_cents / 100,
        "currency": currency,
    } | {key: value for key, value in given.items() if value}


def _fields(request: LabelRequest, contract: Contract, customs: bool) -> Iterator[tuple[str, str]]:
    if request.size_mm:
        sides = sorted((-(-side // 10) for side in request.size_mm), reverse=True)
        yield from zip(("LENGTH", "WIDTH", "HEIGHT"), map(str, sides), strict=True)
    if customs:
        yield "OUTPUT_PRINT_TYPE_CN23", "PDF_A4_300dpi"
        if contract.eori:
            yield "EORI", contract.eori


class _Fit:
    """Fits an address into Colissimo's fields and remembers what it had to cut."""

    def __init__(self) -> None:
        self.remarks: list[Remark] = []

    def address(self, party: Party, field: str) -> dict[str, str]:
        country = country_of(party)
        first, last = _names(party.name)
        found = {
            "companyName": self.cut(party.company, _LINE),
            "lastName": self.cut(last, _LINE),
            "firstName": self.cut(first, _FIRST_NAME),
            **_lines(party.street, country, f"{field}.street"),
            "countryCode": country,
            "city": self.cut(party.city, _LINE),
            "stateOrProvinceCode": _state(party, country),
            "zipCode": _postcode(party.postcode, country),
            "email": party.email.strip(),
            **_phone(party.phone, country),
        }
        return {key: value for key, value in found.items() if value or key == "zipCode"}

    def cut(self, text: str, most: int) -> str:
        """At the last whole word that fits; what was cut is remarked."""
        said = plain(text)
        if len(said) <= most:
            return said
        head = said[: most + 1].rpartition(" ")[0]
        shown = head if len(head) > most // 2 else said[:most]
        sentence = "The label shows “{shown}” for “{text}”: there was no room for more."
        self.remarks.append(Remark(sentence, (("shown", shown), ("text", said))))
        return shown


def _names(name: str) -> tuple[str, str]:
    """(first name, last name): Colissimo wants both for a pickup point. One word alone is the last name; none at
    all leaves the company. unverified: that a company alone is enough is read from the shop plug-in."""
    first, _, last = plain(name).partition(" ")
    return (first, last) if last else ("", first)


def _lines(street: tuple[str, ...], country: str, field: str) -> dict[str, str]:
    """line2 is the street with its number; what stands above it in the address goes above, the rest below. Nothing
    is lost: CarrierRefused when it does not fit."""
    texts = [said for line in street if (said := plain(line))]
    if country in _ONE_LINE:  # only line2 is printed there
        pieces = [piece for text in [" ".join(texts)] if text for piece in _wrapped(text, field)]
        return {"line2": pieces[0]} if len(pieces) == 1 else {} if not pieces else _too_long(pieces, field)
    at = next((n for n, text in enumerate(texts) if text[0].isdigit()), 0)
    above = [piece for text in texts[:at] for piece in _wrapped(text, field)]
    below = [piece for text in texts[at:] for piece in _wrapped(text, field)]
    if not below:
        return {}
    free = ["line0", "line1"][max(0, 2 - len(above)) :]
    spare = ["line3", *(line for line in ("line1", "line0") if line not in free)]
    if len(above) > 2 or len(below) > 1 + len(spare):
        return _too_long(above + below, field)
    return dict(zip(free, above, strict=True)) | dict(zip(["line2", *spare], below, strict=False))


def _wrapped(text: str, field: str) -> list[str]:
    """In pieces of whole words that fit a line, a house number with its street."""
    tokens = (
        word for token in _TOKEN.findall(text) for word in ([token] if len(token) <= _LINE else token.split())
    )
    pieces = [""]
    for word in tokens:
        if len(word) > _LINE:
            _too_long([text], field)
        longer = f"{pieces[-1]} {word}".strip()
        if len(longer) <= _LINE:
            pieces[-1] = longer
        else:
            pieces.append(word)
    return pieces


def _too_long(pieces: list[str], field: str) -> dict[str, str]:
    raise CarrierRefused(
        "The address “{text}” does not fit Colissimo's label, which has {most} characters in a line. Shorten it.",
        text=" ".join(pieces),
        most=_LINE,
        field=field,
        raw="ADDRESS",
    )


def _state(party: Party, country: str) -> str:
    """Two letters, required for the United States (specs/colissimo-sls-openapi.json); of other countries those that
    have them."""
    code = (state_code(country, party.state) if has_states(country) else "") or ""
    return code if len(code) == _STATE else ""


def _postcode(postcode: str, country: str) -> str:
    """unverified: the shop plug-in's habits for LU, US and AE."""
    code = plain(postcode).upper()
    match country:
        case "LU":
            return code.lstrip("L-")
        case "US":
            return code.partition("-")[0]
        case "AE":
            return "00000"
    return code


def _phone(phone: str, country: str) -> dict[str, str]:
    """A mobile number where it may be one: Colissimo writes to it. National form for France, +32 4… for Belgium."""
    digits = re.sub(r"[^\d+]", "", phone.replace("(0)", ""))
    digits = re.sub(r"^00", "+", digits)
    if not digits:
        return {}
    if country in ("FR", "MC"):
        digits = re.sub(r"^\+33", "0", digits)
    if country == "BE":
        digits = re.sub(r"^(?:\+32|0)(?=4\d{8}$)", "+32", digits)
    landline = is_mobile(digits, country) is False
    return {"phoneNumber" if landline else "mobileNumber": digits}
