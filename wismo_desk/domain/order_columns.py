"""Which column of an order file means what: Shippingbo's by name, any other by its French or English words.

A mapping is plain data: the store remembers it by the fingerprint of the header it was made for.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Field(StrEnum):
    """What an order line of a file can tell us. Closed vocabulary; the value is stored."""

    ORDER = "order"  # the channel's identity of the order
    NUMBER = "number"  # what people say, when it differs
    LINE = "line"
    ORDERED_AT = "ordered_at"
    SKU = "sku"
    EAN = "ean"
    QUANTITY = "quantity"
    DESCRIPTION = "description"
    COMPANY = "company"
    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    ADDRESS1 = "address1"
    ADDRESS2 = "address2"
    ADDRESS3 = "address3"
    POSTCODE = "postcode"
    CITY = "city"
    COUNTRY = "country"
    STATE = "state"  # or province
    PHONE = "phone"
    PHONE2 = "phone2"
    EMAIL = "email"
    NOTE = "note"
    CHOSEN_SERVICE = "chosen_service"
    PICKUP_POINT = "pickup_point"
    TOTAL_CENTS = "total_cents"
    TOTAL = "total"  # in whole units, "12,50"
    LINE_CENTS = "line_cents"  # the whole line
    PRICE = "price"  # one piece, in whole units
    CURRENCY = "currency"
    SHIP_BY = "ship_by"
    PROMISED_ON = "promised_on"
    TAGS = "tags"  # several, with commas between them
    LENGTH = "parcel_length"  # of the whole order's parcel; centimetres unless the cell or the column's name says more
    WIDTH = "parcel_width"
    HEIGHT = "parcel_height"
    WEIGHT = "parcel_weight"  # likewise, grams


@dataclass(frozen=True, slots=True)
class Mapping:
    """Our field → the file's column name. Column names are unique; fields without a column are absent."""

    columns: tuple[tuple[Field, str], ...]

    def column(self, field: Field) -> str:
        return next((name for ours, name in self.columns if ours is field), "")

    @property
    def missing(self) -> tuple[Field, ...]:
        """The fields without which no line can be packed: order, quantity, and SKU or EAN."""
        known = {field for field, _ in self.columns}
        lost = [field for field in (Field.ORDER, Field.QUANTITY) if field not in known]
        if not known & {Field.SKU, Field.EAN}:
            lost.append(Field.SKU)
        return tuple(lost)

    def to_dict(self) -> dict[str, str]:
        return {field.value: name for field, name in self.columns}

    @classmethod
    def from_dict(cls, stored: Dictionary[str, str]) -> Mapping:
        """The opposite of to_dict; a field this version does not know is dropped."""
        known = {field.value for field in Field}
        return cls(tuple((Field(field), name) for field, name in stored.items() if field in known))


# docs/Good Practices/Order source, "SFTP" in github.com/Facilecomm/shippingbo-api-doc.
SHIPPINGBO: Final = Mapping(
    (
        (Field.ORDER, "orderId"),
        (Field.NUMBER, "originRef"),
        (Field.LINE, "lineId"),
        (Field.ORDERED_AT, "date"),
        (Field.SKU, "sku"),
        (Field.EAN, "ean"),
        (Field.QUANTITY, "quantity"),
        (Field.DESCRIPTION, "description"),
        (Field.COMPANY, "companyName"),
        (Field.NAME, "name"),
        (Field.FIRST_NAME, "firstname"),
        (Field.LAST_NAME, "lastname"),
        (Field.ADDRESS1, "address1"),
        (Field.ADDRESS2, "address2"),
        (Field.ADDRESS3, "address3"),
        (Field.POSTCODE, "postcode"),
        (Field.CITY, "city"),
        (Field.COUNTRY, "country"),
        (Field.PHONE, "phone"),
        (Field.PHONE2, "phone2"),
        (Field.EMAIL, "email"),
        (Field.NOTE, "instructions"),
        (Field.CHOSEN_SERVICE, "chosenDeliveryService"),
        (Field.PICKUP_POINT, "relayRef"),
        (Field.TOTAL_CENTS, "totalCents"),
        (Field.LINE_CENTS, "lineProductsCents"),
        (Field.CURRENCY, "currency"),
        (Field.SHIP_BY, "latestShippedAt"),
        (Field.PROMISED_ON, "latestDeliveryAt"),
    )
)
_SHIPPINGBO_MANDATORY: Final = frozenset(
    {"date", "orderId", "lineId", "sku", "quantity", "firstname", "lastname", "address1", "postcode", "city"}
)

# The first word that fits wins, so the surest come first; compared without accents, blanks and case.


def _parcel_words(english: str, french: str) -> str:
    """The names of a column for one measure of the parcel, with the unit that may stand behind."""
    units = ("", " g", " kg") if english == "weight" else ("", " cm", " mm")
    of = ("parcel {0}", "package {0}", "box {0}", "{1} colis", "{1} du colis", "{1} paquet", "{1} du paquet")
    return "|".join(each.format(english, french) + unit for each in of for unit in units)


_WORDS: Final = {
    Field.ORDER: "order id|order number|order no|order ref|order reference|order|id commande|n° commande|"
    "n° de commande|no commande|num commande|numéro commande|numéro de commande|référence commande|"
    "référence de la commande|ref commande|commande|source ref|id order|bestellnummer",
    Field.NUMBER: "origin ref|order name|nom commande|référence marketplace",
    Field.LINE: "line id|id ligne|n° ligne|numéro de ligne|ligne|line|order line id|order item id|item id",
    Field.ORDERED_AT: "date|order date|date commande|date de commande|date de la commande|created at|"
    "ordered at|date création",
    Field.SKU: "sku|lineitem sku|référence produit|référence article|ref produit|ref article|code article|"
    "code produit|product reference|product sku|item sku|article",
    Field.EAN: "ean|ean13|ean 13|gtin|upc|code barre|code barres|code à barres|codebarre|barcode|product ean",
    Field.QUANTITY: "quantity|qty|qté|qte|quantité|quantité commandée|lineitem quantity|nb|nombre|"
    "ordered quantity",
    Field.DESCRIPTION: "description|désignation|libellé|libellé produit|produit|nom produit|nom du produit|"
    "product name|lineitem name|title|titre|item name|product",
    Field.COMPANY: "company name|company|société|raison sociale|entreprise|nom société",
    Field.NAME: "full name|recipient|recipient name|destinataire|nom complet|nom et prénom|nom prénom|"
    "nom destinataire|customer name|client|name",
    Field.FIRST_NAME: "firstname|first name|prénom|prénom destinataire",
    Field.LAST_NAME: "lastname|last name|nom de famille|surname|nom",
    Field.ADDRESS1: "address1|address 1|adresse 1|adresse|address|street|rue|address line 1|"
    "adresse ligne 1|voie",
    Field.ADDRESS2: "address2|address 2|adresse 2|complément|complément adresse|complément d'adresse|"
    "address line 2|adresse ligne 2|street 2",
    Field.ADDRESS3: "address3|address 3|adresse 3|complément 2|address line 3|adresse ligne 3",
    Field.POSTCODE: "postcode|code postal|cp|zip|zip code|zipcode|postal code|postalcode",
    Field.CITY: "city|ville|commune|localité|town",
    Field.COUNTRY: "country|pays|country code|code pays|pays iso|country iso",
    # Not "state" or "état" alone: in exports that is what became of the order.
    Field.STATE: "province code|state code|province|state province|state or province|province name|"
    "code province|province ou état|état ou province",
    Field.PHONE: "phone|téléphone|tél|tel|telephone|phone number|numéro de téléphone|portable|mobile",
    Field.PHONE2: "phone2|phone 2|téléphone 2|mobile|portable|tél mobile|phone mobile|téléphone portable|gsm",
    Field.EMAIL: "email|e-mail|mail|courriel|adresse email|adresse e-mail|adresse mail|email address",
    Field.NOTE: "instructions|note|notes|commentaire|commentaires|remarque|remarques|message|customer note|"
    "delivery instructions|instructions de livraison|note client",
    Field.CHOSEN_SERVICE: "chosen delivery service|mode de livraison|méthode de livraison|shipping method|"
    "delivery method|transporteur|carrier|service|livreur",
    Field.PICKUP_POINT: "relay ref|point relais|code point relais|id point relais|relais|pickup point|"
    "code point retrait|point de retrait|parcel shop",
    Field.TOTAL_CENTS: "total cents|total en centimes|order total cents",
    Field.TOTAL: "total|total ttc|montant total|montant|order total|total commande|grand total",
    Field.LINE_CENTS: "line products cents|line cents",
    Field.PRICE: "price|unit price|prix|prix unitaire|prix unitaire ttc|pu|pu ttc|lineitem price|item price",
    Field.CURRENCY: "currency|devise|monnaie",
    Field.SHIP_BY: "latest shipped at|ship by|ship before|à expédier avant|expédier avant",
    Field.PROMISED_ON: "latest delivery at|promised on|delivery date|date de livraison|date livraison|"
    "livraison prévue|date promise|deliver by|livrer avant",
    Field.TAGS: "tags|order tags|tag|étiquettes|étiquettes commande|mots-clés|marques",
    # Only what says that it is the parcel's: a bare "weight" or "length" is as often that of one piece.
    Field.LENGTH: _parcel_words("length", "longueur"),
    Field.WIDTH: _parcel_words("width", "largeur"),
    Field.HEIGHT: _parcel_words("height", "hauteur"),
    Field.WEIGHT: _parcel_words("weight", "poids") + "|poids total|total weight|order weight|poids commande",
}
# Words that mean the order or the product, whichever has no column of its own yet.
_VAGUE: Final = (
    (Field.ORDER, ("reference", "ref", "id", "numero", "no", "n", "number")),
    (Field.SKU, ("reference", "ref", "code")),
)
_SKIPPED: Final = ("billing", "factur", "refus", "invoice")
_AFFIX: Final = re.compile(r"^(?:shipping|delivery|livraison)|(?:dela|de)?livraison$|destinataire$")


def guess_mapping(header: Sequence[str]) -> Mapping:
    """The columns as far as their names tell; Shippingbo's own file is recognised whole.

    Billing columns and those of our own error file are left alone.
    """
    if is_shippingbo(header):
        return Mapping(tuple(pair for pair in SHIPPINGBO.columns if pair[1] in header))
    free = [(plain_name(name), name) for name in dict.fromkeys(header) if name]
    free = [(plain, name) for plain, name in free if not any(word in plain for word in _SKIPPED)]
    found = _take_shopify(free)
    for spell in (lambda plain: plain, lambda plain: _AFFIX.sub("", plain)):
        by_word: dict[str, str] = {}
        for plain, name in free:
            if name not in found.values():
                by_word.setdefault(spell(plain), name)
        for field, words in _PLAIN_WORDS.items():
            if field not in found:
                _take(found, field, words, by_word)
    by_plain = {plain: name for plain, name in free if name not in found.values()}
    for field, vague in _VAGUE:
        if field not in found:
            _take(found, field, vague, by_plain)
    return Mapping(tuple((field, found[field]) for field in Field if field in found))


def is_shippingbo(header: Sequence[str]) -> bool:
    return set(header) >= _SHIPPINGBO_MANDATORY


def fingerprint(header: Sequence[str]) -> str:
    """16 hex digits that tell headers apart, whatever the order of their columns."""
    names = "\x1f".join(sorted(plain_name(name) for name in header if name))
    return hashlib.sha256(names.encode()).hexdigest()[:16]


def plain_name(name: str) -> str:
    """A column name reduced to what people compare: "N° de commande" and "no_de_commande" agree."""
    text = unicodedata.normalize("NFKD", name.replace("°", "o").replace("º", "o").casefold())
    return "".join(character for character in text if character.isascii() and character.isalnum())


def _take_shopify(free: Sequence[tuple[str, str]]) -> dict[Field, str]:
    """Shopify's export calls the order "Name" ("#1001"), and its "Id" stands on the first line only."""
    by_plain = dict(free)
    if "lineitemquantity" in by_plain and "name" in by_plain:
        return {Field.ORDER: by_plain["name"]}
    return {}


def _take(found: dict[Field, str], field: Field, words: Iterable[str], by_word: dict[str, str]) -> None:
    """Give the field the first of its words' columns, and take that column off the table."""
    for word in words:
        if word in by_word:
            found[field] = by_word.pop(word)
            return


_PLAIN_WORDS: Final = {
    field: tuple(plain_name(word) for word in words.split("|")) for field, words in _WORDS.items()
}
