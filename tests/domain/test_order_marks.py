"""The shop's tags and the state of an address: read from a file, asked by rules, missed by the pre-flight."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from test_preflight import PLACES, kinds, seen

from wismo_desk.domain.cell_values import read_tags
from wismo_desk.domain.order import Order, OrderLine
from wismo_desk.domain.order_columns import Field, guess_mapping
from wismo_desk.domain.order_file import parse_orders
from wismo_desk.domain.preflight import Fix, local_concerns
from wismo_desk.domain.rules import Comparison, Condition, Subject, consignment_of, holds
from wismo_desk.domain.states import has_states, state_code
from wismo_desk.store.codec import content_hash, data_order, data_party, order_data, party_data

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def read(text: str) -> list[Order]:
    return list(
        parse_orders(text.encode(), zone=ZoneInfo("Europe/Paris"), received_at=NOW, source="csv").orders
    )


@pytest.mark.parametrize(
    ("country", "text", "code"),
    [
        ("US", "CA", "CA"),
        ("US", " california ", "CA"),
        ("US", "Californie", "CA"),
        ("US", "US-NY", "NY"),
        ("CA", "Québec", "QC"),
        ("CA", "qc", "QC"),
        ("AU", "New South Wales", "NSW"),
        ("US", "Québec", None),
        ("US", "", ""),
        ("FR", "Bretagne", "Bretagne"),
    ],
)
def test_a_state_as_people_write_it(country: str, text: str, code: str | None) -> None:
    assert state_code(country, text) == code


def test_countries_whose_addresses_name_one() -> None:
    assert [has_states(country) for country in ("US", "CA", "AU", "FR")] == [True, True, True, False]


def test_a_file_gives_tags_and_a_state() -> None:
    (order,) = read(
        "order number,sku,quantity,full name,address1,city,postcode,country,shipping province,tags\n"
        '1,MUG,1,Ann,1 Main St,Austin,78701,US,Texas,"VIP, cadeau,VIP"\n'
        "1,TEE,1,Ann,1 Main St,Austin,78701,US,Texas,\n"
    )
    assert (order.recipient.state, order.tags) == ("TX", ("VIP", "cadeau"))


def test_what_became_of_an_order_is_no_state_of_an_address() -> None:
    mapping = guess_mapping(["commande", "sku", "quantité", "état", "state"])
    assert mapping.column(Field.STATE) == ""


@pytest.mark.parametrize("text", ["a;b", "a|b", "a, b,", "a\nb"])
def test_tags_are_divided_as_shops_do(text: str) -> None:
    assert read_tags(text) == ("a", "b")


def test_they_are_kept_and_an_order_without_any_reads_as_before() -> None:
    (order,) = read("order number,sku,quantity,country,province,tags\n1,MUG,1,US,TX,VIP\n")
    data, party = order_data(order, carrier="own", service="home"), party_data(order.recipient)
    again = data_order(order.order_id, data, party)
    assert (again.tags, data_party(party).state) == (("VIP",), "TX")
    (plain,) = read("order number,sku,quantity\n1,MUG,1\n")
    said = order_data(plain, carrier="own", service="home")
    assert "tags" not in said
    assert "state" not in party_data(plain.recipient)
    assert content_hash(said, party_data(plain.recipient)) != content_hash(data, party)
    assert data_order(plain.order_id, said, {}).tags == ()


def test_a_rule_asks_for_a_tag() -> None:
    (order,) = read("order number,sku,quantity,tags\n1,MUG,1,VIP\n")
    parcel = consignment_of(order, {})
    is_vip = Condition(Subject.TAG, Comparison.ONE_OF, "vip, urgent")
    is_none = Condition(Subject.TAG, Comparison.NOT_ONE_OF, "vip")
    assert (holds(is_vip, parcel), holds(is_none, parcel)) == (True, False)
    (other,) = read("order number,sku,quantity\n1,MUG,1\n")
    assert (holds(is_vip, consignment_of(other, {})), holds(is_none, consignment_of(other, {}))) == (
        False,
        True,
    )


HOME_US = {"country": "US", "postcode": "78701", "city": "Austin", "phone": "+1 512 555 0100"}
PRICED = {"lines": (OrderLine(line_id=seen().order.lines[0].line_id, sku="MUG", price_cents=900),)}


@pytest.mark.parametrize(
    ("state", "expected"),
    [("TX", []), ("", [(Fix.RECIPIENT, "state", False)]), ("Bretagne", [(Fix.RECIPIENT, "state", False)])],
)
def test_the_pre_flight_misses_a_state(state: str, expected: list[tuple[Fix, str, bool]]) -> None:
    assert kinds(local_concerns(seen(order=PRICED, who={**HOME_US, "state": state}), PLACES)) == expected


def test_the_pre_flight_misses_tariff_number_and_origin_where_customs_ask() -> None:
    missing: dict[str, Any] = {"without_tariff": ("MUG",), "without_origin": ("MUG",)}
    abroad = seen(order=PRICED, who={**HOME_US, "state": "TX"}, **missing)
    assert kinds(local_concerns(abroad, PLACES)) == [(Fix.PRODUCTS, "customs", False)] * 2
    assert local_concerns(seen(**missing), PLACES) == ()
