"""Order files: the same orders from any dialect, a sentence for each damage, and never half an order."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wismo_desk.domain import order_file, order_file_text, order_rows
from wismo_desk.domain.ids import line_id, order_id
from wismo_desk.domain.order import Order
from wismo_desk.domain.order_columns import Field, Mapping
from wismo_desk.domain.order_file import OrderFile, error_file, parse_orders
from wismo_desk.errors import BadInput

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
HEADER = next(
    csv.reader(
        [
            "date,orderId,lineId,origin,originRef,sku,ean,quantity,description,companyName,name,firstname,"
            "lastname,address1,address2,address3,postcode,city,country,phone,phone2,email,instructions,"
            "chosenDeliveryService,relayRef,totalCents,totalShippingCents,lineCents,lineProductsCents,"
            "lineShippingCents,currency,latestShippedAt,latestDeliveryAt"
        ]
    )
)
GOOD = {
    "date": "2026-11-20 10:22",
    "orderId": "10482",
    "lineId": "1",
    "originRef": "#1042",
    "sku": "TS-BLEU-M",
    "ean": "9520000001025",
    "quantity": "2",
    "description": "T-shirt col rond bleu · M",
    "firstname": "Éloïse",
    "lastname": "Béranger-Cœur",
    "address1": "12 rue des Tanneurs",
    "postcode": "01000",
    "city": "Bourg-en-Bresse",
    "country": "France",
    "phone": "06 39 98 12 04",
    "email": "e@example.org",
    "instructions": "Cadeau",
    "chosenDeliveryService": "Exercice relais",
    "relayRef": "00412",
    "totalCents": "8610",
    "lineProductsCents": "4980",
    "currency": "EUR",
    "latestShippedAt": "2026-11-24",
    "latestDeliveryAt": "2026-11-27",
}


def row(**changes: str) -> dict[str, str]:
    return GOOD | changes


def written(*rows: dict[str, str], delimiter: str = ",", end: str = "\n") -> str:
    out = io.StringIO()
    # The writer quotes a line break only when it is one of its own.
    quoting = csv.QUOTE_ALL if end == "\r" else csv.QUOTE_MINIMAL
    writer = csv.DictWriter(out, HEADER, restval="", delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def parse(data: str | bytes, mapping: Mapping | None = None) -> OrderFile:
    raw = data.encode() if isinstance(data, str) else data
    return parse_orders(raw, source="csv", zone=PARIS, received_at=NOW, mapping=mapping)


def refs(file: OrderFile) -> list[str]:
    return [order.source_ref for order in file.orders]


def sentences(file: OrderFile) -> list[str]:
    return [refusal.sentence for refusal in file.refusals]


def say(sentence: str, /, **values: object) -> str:
    return sentence.format(**values)


def test_shippingbo_profile() -> None:
    file = parse(written(row(), row(lineId="2", sku="MUG", ean="", quantity="1", lineProductsCents="1650")))
    assert (file.profile, file.encoding, file.delimiter, file.lines) == ("shippingbo", "utf-8", ",", 2)
    assert not file.refusals
    (order,) = file.orders
    assert order.order_id == order_id("csv", "10482")
    assert (order.source_ref, order.number) == ("10482", "#1042")
    assert order.ordered_at == datetime(2026, 11, 20, 9, 22, tzinfo=UTC)
    assert order.ship_by == datetime(2026, 11, 24, 22, 59, 59, tzinfo=UTC)
    assert order.promised_on == date(2026, 11, 27)
    assert (order.chosen_service, order.pickup_point, order.note) == ("Exercice relais", "00412", "Cadeau")
    assert (order.total_cents, order.currency) == (8610, "EUR")
    assert order.recipient.name == "Éloïse Béranger-Cœur"
    assert (order.recipient.postcode, order.recipient.country) == ("01000", "FR")
    assert [line.line_id for line in order.lines] == [line_id("csv", "10482", n) for n in "12"]
    assert [(line.sku, line.quantity, line.price_cents) for line in order.lines] == [
        ("TS-BLEU-M", 2, 2490),
        ("MUG", 1, 1650),
    ]


# Two letters of Windows-1252 can be one of UTF-8 by chance ("Ãª"): what they mean then nobody can tell.
BY_CHANCE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
NAMES = st.text(st.characters(codec="cp1252", categories=["L"]), min_size=1, max_size=10).filter(
    lambda text: not BY_CHANCE.search(text.encode("cp1252"))
)
LINES = st.builds(
    row,
    quantity=st.integers(1, 99).map(str),
    lastname=NAMES,
    city=NAMES,
    address1=NAMES.map(lambda name: f'12 rue "{name}", bât. A; 3'),
    instructions=st.one_of(st.just(""), NAMES.map(lambda name: f"a\n{name}")),
    postcode=st.integers(1000, 95999).map(lambda code: f"{code:05d}"),
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@settings(max_examples=10)
@given(lines=st.lists(LINES, min_size=1, max_size=4))
def test_one_file_in_any_dialect(
    encoding: str, delimiter: str, end: str, lines: list[dict[str, str]]
) -> None:
    rows = [line | {"orderId": f"A{number}"} for number, line in enumerate(lines)]
    plain = parse(written(*rows))
    assert refs(plain) == [line["orderId"] for line in rows]
    dressed = parse(written(*rows, delimiter=delimiter, end=end).encode(encoding))
    assert dressed.orders == plain.orders
    assert (dressed.delimiter, dressed.refusals) == (delimiter, ())
    for line, order in zip(rows, plain.orders, strict=True):
        assert order.recipient.postcode == line["postcode"]
        assert order.recipient.street == (line["address1"],)
        assert order.note == line["instructions"]


@given(st.permutations(range(6)))
def test_the_order_of_lines_does_not_change_ids(places: list[int]) -> None:
    rows = [row(orderId=f"A{n % 2}", lineId=str(n), sku=f"S{n}") for n in range(6)]
    straight = {order.order_id: set(order.lines) for order in parse(written(*rows)).orders}
    mixed = {order.order_id: set(order.lines) for order in parse(written(*(rows[p] for p in places))).orders}
    assert mixed == straight


DAMAGES: list[tuple[dict[str, str], str, str]] = [
    ({"quantity": "0"}, "quantity", order_rows.WRONG_QUANTITY),
    ({"quantity": ""}, "quantity", order_rows.WRONG_QUANTITY),
    ({"quantity": "1,5"}, "quantity", order_rows.WRONG_QUANTITY),
    ({"ean": "9,52E+12"}, "ean", order_rows.SCIENTIFIC),
    ({"ean": "9.52E+12"}, "ean", order_rows.SCIENTIFIC),
    ({"phone": "6,39981E+8"}, "phone", order_rows.SCIENTIFIC),
    ({"orderId": "1,0482E+12"}, "orderId", order_rows.SCIENTIFIC),
    ({"relayRef": "1,2E+5"}, "relayRef", order_rows.SCIENTIFIC),
    ({"sku": "", "ean": ""}, "sku", order_rows.NO_ARTICLE),
    ({"country": "Frannce"}, "country", order_rows.WRONG_COUNTRY),
    ({"date": "hier"}, "date", order_rows.WRONG_DATE),
    ({"latestShippedAt": "2026-13-24"}, "latestShippedAt", order_rows.WRONG_DATE),
    ({"latestDeliveryAt": "11/24/2026"}, "latestDeliveryAt", order_rows.WRONG_DATE),
    ({"totalCents": "12,50"}, "totalCents", order_rows.WRONG_CENTS),
    ({"lineProductsCents": "x"}, "lineProductsCents", order_rows.WRONG_CENTS),
    ({"city": "Bou\x00rg"}, "", order_file_text.UNREADABLE),
    ({"city": "Bo\ufffdrg"}, "", order_file_text.UNREADABLE),
]


@pytest.mark.parametrize(("damage", "field", "sentence"), DAMAGES, ids=str)
def test_each_damage_has_its_sentence_and_costs_one_order(
    damage: dict[str, str], field: str, sentence: str
) -> None:
    file = parse(written(row(orderId="1"), row(**{"orderId": "2", **damage}), row(orderId="3")))
    assert refs(file) == ["1", "3"]
    (refusal,) = file.refusals
    assert (refusal.line_no, refusal.field, refusal.sentence) == (3, field, sentence)
    assert say(refusal.sentence, **dict(refusal.values))
    assert refusal.raw_line.startswith("2026" if "date" not in damage else "hier")


def test_a_bad_line_keeps_its_whole_order_out() -> None:
    file = parse(
        written(row(), row(lineId="2", quantity="0"), row(lineId="3"), row(orderId="10483"), row(lineId="4"))
    )
    assert refs(file) == ["10483"]
    assert [refusal.line_no for refusal in file.refusals] == [2, 3, 4, 6]
    assert sentences(file).count(order_rows.ORDER_OUT) == 3
    assert dict(file.refusals[0].values) == {"line": 3}


def test_naive_twin_would_pack_half_an_order() -> None:
    text = written(row(), row(lineId="2", quantity="0"))
    naive = [line for line in csv.DictReader(io.StringIO(text)) if line["quantity"] != "0"]
    assert len(naive) == 1  # skipping the bad line leaves an order that looks complete
    assert parse(text).orders == ()


def cut(text: str) -> str:
    """The last line loses a column in its middle, as when a separator is forgotten."""
    lines = text.rstrip("\n").split("\n")
    lines[-1] = lines[-1].replace(",Cadeau,", ",")
    return "\n".join(lines)


def add_mark(text: str) -> str:
    """The last line gets a stray quotation mark before its town."""
    return text.replace(",Nice,", ',"Nice,')


@pytest.mark.parametrize(
    ("spoil", "sentence"), [(cut, order_file_text.RAGGED), (add_mark, order_file_text.UNCLOSED)]
)
def test_shifted_columns_keep_the_order_out(spoil: Callable[[str], str], sentence: str) -> None:
    text = written(row(orderId="7"), row(), row(lineId="2", city="Nice"))
    file = parse(spoil(text))
    assert refs(file) == ["7"]
    assert sentences(file) == [order_rows.ORDER_OUT, sentence]


def test_shifted_before_the_order_number() -> None:
    """The order's column holds something else then: any order the line names anywhere stays out."""
    lines = written(row(orderId="7"), row(), row(lineId="2")).rstrip("\n").split("\n")
    lines[-1] = lines[-1].replace("2026-11-20 10:22,", "")
    file = parse("\n".join(lines))
    assert refs(file) == ["7"]


def test_a_line_without_a_number_keeps_its_neighbours_out() -> None:
    """Some exports name the order on its first line only: taking that line alone would be half an order."""
    file = parse(
        written(row(orderId="A1"), row(orderId="A2"), row(orderId="", lineId="2"), row(orderId="A3"))
    )
    assert refs(file) == ["A1"]
    assert sentences(file) == [order_rows.NAMELESS_BESIDE, order_rows.NO_ORDER, order_rows.NAMELESS_BESIDE]
    assert parse(written(row(), row(orderId=""))).orders == ()
    naive = [line["orderId"] for line in csv.DictReader(io.StringIO(written(row(), row(orderId=""))))]
    assert "10482" in naive  # skipping nameless lines lets the half in


@pytest.mark.parametrize("number", ['10482"', '104"82', "10\x00482", "104\ufffd2"])
def test_a_damaged_number_is_no_new_order(number: str) -> None:
    file = parse(written(row(orderId="A1"), row(), row(lineId="2")).replace("10482,2", f"{number},2"))
    assert refs(file) == ["A1"]
    assert {order_file.BROKEN_NUMBER, order_file_text.UNREADABLE} & set(sentences(file))


WHOLE = written(
    row(address2='esc. B, 3e "droite"'),
    row(lineId="2", sku="MUG", address2='esc. B, 3e "droite"'),
    row(orderId="10483", originRef="", quantity="1"),
    row(orderId="10484", originRef="", instructions="a\nb"),
    row(orderId="10484", originRef="", lineId="2", sku="MUG", instructions="a\nb"),
)
PIECES = {order.source_ref: len(order.lines) for order in parse(WHOLE).orders}


@pytest.mark.parametrize("damage", ['"', ",", "\x00", "\n", "\r", ""], ids=repr)
def test_no_single_damage_gives_half_an_order(damage: str) -> None:
    """Anywhere in the file: a mark, a separator or a break too many, or (empty) a separator too few."""
    for place in range(WHOLE.index("\n") + 1, len(WHOLE)):
        if damage or WHOLE[place] == ",":
            spoilt = WHOLE[:place] + damage + WHOLE[place + (not damage) :]
            for order in parse(spoilt).orders:
                assert len(order.lines) >= PIECES.get(order.source_ref, 1), (place, order.source_ref)


def test_the_same_line_twice_counts_once() -> None:
    file = parse(written(row(), row(), row(lineId="2"), row()))
    assert [len(order.lines) for order in file.orders] == [2]
    assert (file.repeated, file.refusals) == (2, ())


def test_one_line_number_with_two_contents_is_refused() -> None:
    file = parse(written(row(), row(quantity="3"), row(orderId="7")))
    assert refs(file) == ["7"]
    assert sentences(file) == [order_rows.ORDER_OUT, order_rows.LINE_TWICE]
    naive = {
        line["lineId"]: line["quantity"]
        for line in csv.DictReader(io.StringIO(written(row(), row(quantity="3"))))
    }
    assert naive == {"1": "3"}  # the last one wins, silently


def test_two_addresses_in_one_order_are_refused() -> None:
    file = parse(written(row(), row(lineId="2", city="Nice")))
    assert file.orders == ()
    assert order_rows.DIFFERENT in sentences(file)
    assert {refusal.field for refusal in file.refusals} == {"city", ""}


def test_the_first_line_may_speak_for_all() -> None:
    bare = dict.fromkeys(("firstname", "lastname", "address1", "postcode", "city", "country", "date"), "")
    file = parse(written(row(), row(lineId="2", **bare)))
    assert [order.recipient.city for order in file.orders] == ["Bourg-en-Bresse"]
    assert [len(order.lines) for order in file.orders] == [2]


def test_amounts_that_differ_per_line_give_no_total() -> None:
    file = parse(written(row(totalCents="100"), row(lineId="2", totalCents="200")))
    assert [order.total_cents for order in file.orders] == [None]


def test_text_wrapping_of_spreadsheets_is_taken_off() -> None:
    (order,) = parse(written(row(postcode='="01000"', phone="'+33639981204", ean='="0952000000102"'))).orders
    assert (order.recipient.postcode, order.recipient.phone) == ("01000", "+33639981204")
    assert order.lines[0].ean == "0952000000102"


def test_other_files_by_their_words() -> None:
    text = (
        "N° commande;Référence;Désignation;Qté;Prix unitaire;Destinataire;Adresse;CP;Ville;Pays;Total\n"
        "5001;MUG;Mug;2;16,50;Anaïs Lefrançois;8 place du Marché;01000;Bourg;Belgique;1\u202f033,00 €\n"
        "5001;MUG;Mug;1;16,50;;;;;;\n"
        "5001;CARNET;Carnet;1;;;;;;;\n"
    )
    file = parse(text)
    (order,) = file.orders
    assert file.profile == "guessed"
    assert (order.recipient.country, order.total_cents, order.ordered_at) == ("BE", 103300, NOW)
    assert [(line.sku, line.quantity, line.price_cents) for line in order.lines] == [
        ("MUG", 2, 1650),
        ("MUG", 1, 1650),
        ("CARNET", 1, None),
    ]
    assert len({line.line_id for line in order.lines}) == 3
    assert parse(text, file.mapping).orders == file.orders
    assert parse(text, file.mapping).profile == "remembered"


def test_mobile_is_preferred_for_notices() -> None:
    (order,) = parse(written(row(phone="01 99 00 31 45", phone2="06 39 98 12 04"))).orders
    assert order.recipient.phone == "06 39 98 12 04"
    (order,) = parse(written(row(phone="", phone2="01 99 00 31 45"))).orders
    assert order.recipient.phone == "01 99 00 31 45"


def test_breaks_inside_cells() -> None:
    (order,) = parse(
        written(row(city="Bourg-\nen-Bresse", description="T-shirt\nbleu", currency="chf"))
    ).orders
    assert (order.recipient.city, order.lines[0].name) == ("Bourg- en-Bresse", "T-shirt bleu")
    assert order.currency == "CHF"
    assert parse(written(row(currency=""))).orders[0].currency == "EUR"


def test_long_addresses_keep_every_line() -> None:
    (order,) = parse(written(row(address1="A\nB", address2="C", address3="D"))).orders
    assert order.recipient.street == ("A", "B", "C, D")


@pytest.mark.parametrize(
    ("head", "sentence"),
    [
        ("ville;nom", order_file.NO_ORDER_COLUMN),
        ("commande;sku", order_file.NO_QUANTITY_COLUMN),
        ("commande;qte", order_file.NO_ARTICLE_COLUMN),
        ("commande;sku;qte;sku", order_file.COLUMN_TWICE),
    ],
)
def test_columns_that_cannot_be_told(head: str, sentence: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse(f"{head}\na;b;c;d\n")
    assert refused.value.sentence == sentence
    assert "{" not in str(refused.value)


def test_a_remembered_mapping_for_another_file() -> None:
    with pytest.raises(BadInput) as refused:
        parse("commande;sku;qte\n1;A;1\n", Mapping(((Field.ORDER, "elsewhere"),)))
    assert refused.value.sentence == order_file.NO_ORDER_COLUMN


def test_refused_lines_come_in_once_corrected() -> None:
    phone = {"phone": "+33639981204"}
    first = parse(
        written(row(**phone), row(lineId="2", quantity="0", **phone), row(orderId="7"), delimiter=";")
    )
    data = error_file(first.refusals, say, header=first.header, delimiter=first.delimiter)
    assert parse(data).orders == ()
    table = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    place = table[0].index("quantity")
    corrected = [
        [*line[:place], "1" if line[place] == "0" else line[place], *line[place + 1 :]] for line in table
    ]
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(corrected)
    second = parse(out.getvalue())
    assert (refs(second), second.refusals) == (["10482"], ())
    assert second.orders[0].recipient.phone == "+33639981204"


@given(st.lists(st.lists(st.text(max_size=6), min_size=3, max_size=4), max_size=6))
def test_any_table_gives_whole_orders_or_sentences(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([["commande", "sku", "qte"], *rows])
    try:
        file = parse(out.getvalue().encode("utf-8", "surrogatepass"))
    except BadInput as refused:
        assert "\0" in out.getvalue()  # no text file at all
        assert refused.sentence
        return
    assert all(order.lines and order.source_ref for order in file.orders)
    assert all(say(refusal.sentence, **dict(refusal.values)) for refusal in file.refusals)
    assert not {order.source_ref for order in file.orders} & _first_cells(file)


def _first_cells(file: OrderFile) -> set[str]:
    """Order numbers of refused lines that stand where they should."""
    good = {order_rows.WRONG_QUANTITY, order_rows.ORDER_OUT, order_rows.NO_ARTICLE, order_rows.LINE_TWICE}
    return {
        order_file_text.split_line(refusal.raw_line, ";")[0]
        for refusal in file.refusals
        if refusal.sentence in good and "\n" not in refusal.raw_line
    } - {""}


def test_orders_are_plain_values() -> None:
    one, two = parse(written(row())).orders, parse(written(row(), end="\r\n")).orders
    assert one == two and isinstance(one[0], Order)
