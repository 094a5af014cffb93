"""A product list becomes products, or sentences: which code, weight, picture and check belong to each SKU.

Columns: sku, name, variant, barcodes, weight, length, width, height (centimetres), picture, aisle, check, hs_code,
origin, by French or English names.
Several barcodes in one cell are separated by | , ; or blanks; "code*6" says that one scan stands for six pieces.
A barcode that two products claim is refused in all of them: the bench could not tell which is in hand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wismo_desk.domain.cell_values import is_scientific, read_count, read_grams
from wismo_desk.domain.check_digits import gs1, is_gtin
from wismo_desk.domain.gs1 import canonical_gtin
from wismo_desk.domain.line_fault import LineFault
from wismo_desk.domain.measures import WRONG_LENGTH, Size, is_nought, read_length, title_unit
from wismo_desk.domain.order import Check, Product
from wismo_desk.domain.order_columns import plain_name
from wismo_desk.domain.order_file_text import Refusal, Row, read_table
from wismo_desk.errors import BadInput

__all__ = ["ProductFile", "parse_products"]

NO_SKU_COLUMN: Final = (
    "The file has no column for the SKU. Its columns are: {header}. Name one of them “sku” or “référence”."
)
NO_SKU: Final = "The line has no SKU: fill the column."
SCIENTIFIC: Final = (
    "The spreadsheet shortened “{value}” and its last digits are lost. Format the column as text "
    "before typing or importing, then export the file again."
)
WRONG_EAN: Final = "“{value}” has 13 digits and is no EAN: its last digit would be {expected}. Correct it."
WRONG_PACK: Final = "The pack quantity in “{value}” is not a whole number: write the code, *, and the pieces."
WRONG_WEIGHT: Final = "The weight “{value}” cannot be read: write 250 (grams) or 0,25 kg."
WRONG_CHECK: Final = "The check “{value}” is not known: write scan, scan_if_possible or manual."
WRONG_HS: Final = "The tariff number “{value}” is none: write its 6 to 10 digits."
WRONG_ORIGIN: Final = "The origin “{value}” is no country code: write two letters, FR for France."
NOTHING_TO_SCAN: Final = "The product is to be scanned and has no barcode: fill it, or write manual."
SKU_TWICE: Final = "SKU {sku} also stands in line {line} with other content: keep one of them."
CODE_TWICE: Final = "Barcode {code} also stands in line {line} for {sku}: one code must name one product."

_WORDS: Final = {
    "sku": ("sku", "reference", "ref", "referenceproduit", "referencearticle", "codearticle", "codeproduit"),
    "name": ("name", "nom", "designation", "libelle", "description", "title", "titre", "produit", "product"),
    "variant": ("variant", "variante", "declinaison", "option", "taille", "size"),
    "barcodes": (
        "barcodes", "barcode", "codesbarres", "codebarres", "codebarre", "codeabarres", "codesabarres", "ean",
        "ean13", "gtin", "upc",
    ),
    "weight": ("weight", "poids", "weightg", "poidsg", "poidsengrammes", "grammes", "grams"),
    "weight_kg": ("weightkg", "poidskg", "poidsenkg"),
    "length": ("length", "longueur", "lengthcm", "longueurcm", "lengthmm", "longueurmm", "longueurencm"),
    "width": ("width", "largeur", "widthcm", "largeurcm", "widthmm", "largeurmm", "largeurencm"),
    "height": ("height", "hauteur", "heightcm", "hauteurcm", "heightmm", "hauteurmm", "hauteurencm"),
    "picture": ("picture", "image", "photo", "picturefile", "imageurl"),
    "aisle": ("aisle", "allee", "emplacement", "location", "bin", "rayon"),
    "check": ("check", "controle", "verification", "verifier"),
    "hs_code": ("hscode", "hs", "codehs", "codesh", "sh", "tariff", "nomenclature", "codedouanier"),
    "origin": ("origin", "origine", "paysdorigine", "countryoforigin"),
}  # fmt: skip
_CHECKS: Final = {
    "scan": Check.SCAN,
    "scanner": Check.SCAN,
    "scanifpossible": Check.SCAN_IF_POSSIBLE,
    "sipossible": Check.SCAN_IF_POSSIBLE,
    "scansipossible": Check.SCAN_IF_POSSIBLE,
    "manual": Check.MANUAL,
    "manuel": Check.MANUAL,
}
_SIDES: Final = ("length", "width", "height")
_HS: Final = re.compile(r"[0-9]{6,10}")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_CODE_SEPARATORS: Final = re.compile(r"[|,;\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFile:
    products: tuple[Product, ...]
    refusals: tuple[Refusal, ...]
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    used: tuple[str, ...] = ()  # columns that something was read from


def parse_products(data: bytes) -> ProductFile:
    """Read one product list. BadInput only without any text or without a SKU column."""
    table = read_table(data)
    columns = _columns(table.header)
    if "sku" not in columns:
        raise BadInput(NO_SKU_COLUMN, field="header", header=", ".join(table.header))
    read: dict[int, tuple[Row, Product]] = {}
    faults: list[tuple[Row, LineFault]] = []
    for row in table.rows:
        try:
            read[row.line_no] = (row, _product(row, columns, table.header))
        except LineFault as fault:
            faults.append((row, fault))
    clashes = _clashes([read[line_no] for line_no in read])
    faults += clashes
    refused = {row.line_no for row, _ in clashes}
    products = {product: None for line_no, (_, product) in read.items() if line_no not in refused}
    refusals = sorted((fault.refusal(row, table.header, columns) for row, fault in faults), key=_line_no)
    return ProductFile(
        products=tuple(products),
        refusals=tuple(refusals),
        encoding=table.encoding,
        delimiter=table.delimiter,
        header=table.header,
        used=tuple(table.header[index] for index in columns.values()),
    )


def _columns(header: Sequence[str]) -> dict[str, int]:
    places = {plain_name(name): index for index, name in reversed(list(enumerate(header)))}
    found = {
        ours: next((places[word] for word in words if word in places), None) for ours, words in _WORDS.items()
    }
    return {ours: index for ours, index in found.items() if index is not None}


def _product(row: Row, columns: dict[str, int], header: Sequence[str]) -> Product:
    if row.sentence:
        raise LineFault("", row.sentence, **dict(row.values))

    def cell(column: str) -> str:
        return row.fields[columns[column]] if column in columns else ""

    sku = cell("sku")
    if not sku:
        raise LineFault("sku", NO_SKU)
    if is_scientific(sku):
        raise LineFault("sku", SCIENTIFIC, value=sku)
    codes = _codes(cell("barcodes"))
    return Product(
        sku=sku,
        name=cell("name"),
        variant=cell("variant"),
        codes=codes,
        weight_g=_weight(cell("weight"), cell("weight_kg")),
        picture=cell("picture"),
        aisle=cell("aisle"),
        check=_check(cell("check"), has_codes=bool(codes)),
        hs_code=_matching(cell("hs_code").replace(" ", "").replace(".", ""), _HS, "hs_code", WRONG_HS),
        origin=_matching(cell("origin").upper(), _COUNTRY, "origin", WRONG_ORIGIN),
        size_mm=_size({side: cell(side) for side in _SIDES if side in columns}, columns, header),
    )


def _size(cells: Mapping[str, str], columns: Mapping[str, int], header: Sequence[str]) -> Size | None:
    """None unless all three sides are said; shops write 0 for what nobody measured."""
    found: list[int] = []
    for side, text in cells.items():
        if is_nought(text):
            continue
        length = read_length(text, unit=title_unit(header[columns[side]]))
        if length is None:
            raise LineFault(side, WRONG_LENGTH, value=text)
        found.append(length)
    return (found[0], found[1], found[2]) if len(found) == len(_SIDES) else None


def _codes(text: str) -> tuple[tuple[str, int], ...]:
    """Each code once, in the file's order: "9521234543213|9521234543220*6"."""
    if is_scientific(text):
        raise LineFault("barcodes", SCIENTIFIC, value=text)
    codes: dict[str, int] = {}
    for part in filter(None, _CODE_SEPARATORS.split(text)):
        code, star, pieces = part.partition("*")
        count = read_count(pieces) if star else 1
        if is_scientific(code):
            raise LineFault("barcodes", SCIENTIFIC, value=code)
        if count is None or not code or codes.get(code, count) != count:
            raise LineFault("barcodes", WRONG_PACK, value=part)
        if len(code) == 13 and code.isascii() and code.isdigit() and not is_gtin(code):
            raise LineFault("barcodes", WRONG_EAN, value=code, expected=gs1(code[:-1]))
        codes[code] = count
    return tuple(codes.items())


def _weight(grams: str, kilos: str) -> int | None:
    text = grams or kilos
    weight = read_grams(text, kilos=not grams) if text else None
    if text and weight is None:
        raise LineFault("weight" if grams else "weight_kg", WRONG_WEIGHT, value=text)
    return weight


def _matching(text: str, shape: re.Pattern[str], column: str, sentence: str) -> str:
    if text and not shape.fullmatch(text):
        raise LineFault(column, sentence, value=text)
    return text


def _check(text: str, *, has_codes: bool) -> Check:
    """An empty cell means scan, or manual when there is nothing to scan."""
    check = _CHECKS.get(plain_name(text)) if text else Check.SCAN if has_codes else Check.MANUAL
    if check is None:
        raise LineFault("check", WRONG_CHECK, value=text)
    if check is Check.SCAN and not has_codes:
        raise LineFault("barcodes", NOTHING_TO_SCAN)
    return check


def _clashes(read: Sequence[tuple[Row, Product]]) -> list[tuple[Row, LineFault]]:
    """A SKU twice with different content, or a barcode of two SKUs: both lines are refused."""
    by_sku: dict[str, list[tuple[Row, Product]]] = {}
    by_code: dict[str, list[tuple[Row, Product]]] = {}
    for row, product in read:
        by_sku.setdefault(product.sku, []).append((row, product))
        for code, _ in product.codes:
            key = canonical_gtin(code) if is_gtin(code) else code
            by_code.setdefault(key, []).append((row, product))
    faults: list[tuple[Row, LineFault]] = []
    for sku, group in by_sku.items():
        for row, product in group:
            other = next((r for r, p in group if p != product), None)
            if other:
                faults.append((row, LineFault("sku", SKU_TWICE, sku=sku, line=other.line_no)))
    for code, group in by_code.items():
        for row, product in group:
            clash = next(((r, p) for r, p in group if p.sku != product.sku), None)
            if clash:
                values = {"code": code, "line": clash[0].line_no, "sku": clash[1].sku}
                faults.append((row, LineFault("barcodes", CODE_TWICE, **values)))
    return faults


def _line_no(refusal: Refusal) -> int:
    return refusal.line_no
