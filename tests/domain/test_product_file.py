"""Product lists: codes with their pack quantities, and a sentence for what would mislead the bench."""

from __future__ import annotations

import pytest

from wismo_desk.domain import order_file_text, product_file
from wismo_desk.domain.order import Check, Product
from wismo_desk.domain.product_file import ProductFile, parse_products
from wismo_desk.errors import BadInput

HEADER = "sku;name;variant;barcodes;weight;picture;aisle;check"


def parse(*lines: str, head: str = HEADER) -> ProductFile:
    return parse_products("\n".join((head, *lines)).encode())


def test_one_product() -> None:
    file = parse("STYLO;Stylo;noir;9520000003111|9520000003197*6;28;stylo.svg;A-03;scan")
    assert file.products == (
        Product(
            sku="STYLO",
            name="Stylo",
            variant="noir",
            codes=(("9520000003111", 1), ("9520000003197", 6)),
            weight_g=28,
            picture="stylo.svg",
            aisle="A-03",
            check=Check.SCAN,
        ),
    )
    assert file.refusals == ()


@pytest.mark.parametrize("cell", ["A1|B2*6", "A1,B2*6", '"A1;B2*6"', "A1 B2*6", '"A1\nB2*6"', "A1 | B2*6"])
def test_codes_in_one_cell(cell: str) -> None:
    assert parse(f"S;;;{cell};;;;").products[0].codes == (("A1", 1), ("B2", 6))


@pytest.mark.parametrize(
    ("codes", "check", "expected"),
    [
        ("A1", "", Check.SCAN),
        ("", "", Check.MANUAL),
        ("A1", "manual", Check.MANUAL),
        ("", "manuel", Check.MANUAL),
        ("A1", "scan_if_possible", Check.SCAN_IF_POSSIBLE),
        ("", "Si possible", Check.SCAN_IF_POSSIBLE),
    ],
)
def test_check(codes: str, check: str, expected: Check) -> None:
    assert parse(f"S;;;{codes};;;;{check}").products[0].check is expected


def test_french_header_and_kilograms() -> None:
    file = parse(
        "MUG;Mug;9520000002015;0,34;C-01", head="Référence;Désignation;Code-barres;Poids (kg);Emplacement"
    )
    assert file.products[0].weight_g == 340
    assert file.products[0].codes == (("9520000002015", 1),)
    assert file.products[0].aisle == "C-01"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (";;;A1;;;;", product_file.NO_SKU),
        ("S;;;9,52E+12;;;;", product_file.SCIENTIFIC),
        ("9.52E+12;;;A1;;;;", product_file.SCIENTIFIC),
        ("S;;;A1|9.52E+12;;;;", product_file.SCIENTIFIC),
        ("S;;;9520000002016;;;;", product_file.WRONG_EAN),
        ("S;;;A1*six;;;;", product_file.WRONG_PACK),
        ("S;;;A1*0;;;;", product_file.WRONG_PACK),
        ("S;;;*6;;;;", product_file.WRONG_PACK),
        ("S;;;A1|A1*6;;;;", product_file.WRONG_PACK),
        ("S;;;A1;0,25;;;", product_file.WRONG_WEIGHT),
        ("S;;;A1;;;;peut-être", product_file.WRONG_CHECK),
        ("S;;;;;;;scan", product_file.NOTHING_TO_SCAN),
        ("S;;;A1;;;", order_file_text.RAGGED),
        ('S;"x;;A1;;;;', order_file_text.UNCLOSED),
    ],
)
def test_each_damage_has_its_sentence(line: str, sentence: str) -> None:
    file = parse("FIRST;;;F1;;;;", line, "LAST;;;L1;;;;")
    assert [product.sku for product in file.products] == ["FIRST", "LAST"]
    assert [(refusal.line_no, refusal.sentence) for refusal in file.refusals] == [(3, sentence)]
    assert sentence.format(**dict(file.refusals[0].values))


def test_the_column_is_named_as_in_the_file() -> None:
    grams = parse("S;x", head="sku;Poids").refusals
    kilos = parse("S;x", head="sku;Poids (kg)").refusals
    assert [refusal.field for refusal in (*grams, *kilos)] == ["Poids", "Poids (kg)"]


def test_one_code_for_two_products_is_refused_in_both() -> None:
    file = parse("A;;;036000291452;;;;", "B;;;0036000291452;;;;", "C;;;C1;;;;")
    assert [product.sku for product in file.products] == ["C"]
    assert [refusal.sentence for refusal in file.refusals] == [product_file.CODE_TWICE] * 2
    assert [dict(refusal.values)["sku"] for refusal in file.refusals] == ["B", "A"]
    naive = {"036000291452": "A", "0036000291452": "B"}  # a plain dictionary sees two codes
    assert len(naive) == 2


def test_a_sku_twice() -> None:
    alike = parse("A;Mug;;A1;;;;", "A;Mug;;A1;;;;")
    assert ([p.sku for p in alike.products], alike.refusals) == (["A"], ())
    other = parse("A;Mug;;A1;;;;", "A;Bol;;A1;;;;")
    assert (other.products, [r.line_no for r in other.refusals]) == ((), [2, 3])


def test_no_sku_column() -> None:
    with pytest.raises(BadInput, match="no column for the SKU"):
        parse("x;y", head="nom;poids")
