"""The practice data is what its readers take it for: 60 orders, five refused, pictures for every product."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

from wismo_desk.domain.address import check_address
from wismo_desk.domain.check_digits import is_gtin
from wismo_desk.domain.order import Check
from wismo_desk.domain.order_file import parse_orders
from wismo_desk.domain.product_file import parse_products
from wismo_desk.domain.reading import ReadKind, read

PRACTICE = Path(__file__).parents[2] / "resources" / "practice"
ORDERS = parse_orders(
    (PRACTICE / "commandes-exemple.csv").read_bytes(),
    source="csv",
    zone=ZoneInfo("Europe/Paris"),
    received_at=datetime(2026, 11, 22, tzinfo=UTC),
)
PRODUCTS = parse_products((PRACTICE / "produits-exemple.csv").read_bytes())


def test_orders() -> None:
    assert (len(ORDERS.orders), ORDERS.profile, ORDERS.repeated) == (60, "shippingbo", 1)
    assert (
        len({refusal.sentence for refusal in ORDERS.refusals}) == 6
    )  # five damages, and "the rest stays out"
    services = Counter(order.chosen_service for order in ORDERS.orders)
    assert services == {"Livraison magasin": 35, "Exercice domicile": 20, "Exercice relais": 5}
    assert all(bool(o.pickup_point) is (o.chosen_service == "Exercice relais") for o in ORDERS.orders)


def test_some_addresses_are_wrong_on_purpose() -> None:
    bad = [
        order
        for order in ORDERS.orders
        if check_address(
            order.recipient, pickup_point=bool(order.pickup_point), mobile_needed=bool(order.pickup_point)
        )
    ]
    assert len(bad) == 6


def test_every_line_is_a_known_product_and_scans() -> None:
    known = {product.sku: product for product in PRODUCTS.products}
    for line in (line for order in ORDERS.orders for line in order.lines):
        codes = dict(known[line.sku].codes)
        assert line.ean in codes or (not line.ean and not codes)
    assert max(line.quantity for order in ORDERS.orders for line in order.lines) > 1


def test_products() -> None:
    assert (len(PRODUCTS.products), PRODUCTS.refusals) == (25, ())
    checks = Counter(product.check for product in PRODUCTS.products)
    assert (checks[Check.MANUAL], checks[Check.SCAN_IF_POSSIBLE]) == (1, 1)
    codes = [code for product in PRODUCTS.products for code, _ in product.codes]
    assert all(is_gtin(code) and code.startswith(("952", "2")) for code in codes)
    assert all(read(code).kind is ReadKind.GTIN for code in codes)
    assert [count for product in PRODUCTS.products for _, count in product.codes if count > 1] == [6]


def test_pictures() -> None:
    files = {path.name for path in (PRACTICE / "pictures").glob("*.svg")}
    assert files == {product.picture for product in PRODUCTS.products}
    for name in files:
        root = ElementTree.parse(PRACTICE / "pictures" / name).getroot()
        assert root.get("viewBox") == "0 0 512 512"


def test_no_real_person_can_be_reached() -> None:
    """Telephone ranges kept for fiction (Arcep 06 39 98, 01 99 00; BNetzA 030 23125) and example domains."""
    fiction = re.compile(r"06 39 98 \d\d \d\d|01 99 00 \d\d \d\d|\+49 30 23125 \d{3}|")
    for order in ORDERS.orders:
        assert fiction.fullmatch(order.recipient.phone)
        assert order.recipient.email.endswith(("@example.com", "@example.org"))
