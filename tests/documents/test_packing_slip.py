"""The packing slip: everything to pack is on it once, in walking order, and its code opens the order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper_sample import FONTS, PRODUCTS, codes, line, order, pages, picture

from wismo_desk.documents.packing import packing_slip, walk
from wismo_desk.documents.script import DrawsText
from wismo_desk.domain.order import Party, Product
from wismo_desk.words import Words


def slip(words: Words, draw: DrawsText | None = None, **changes: object) -> bytes:
    return packing_slip(order(**changes), products=PRODUCTS, words=words, fonts=FONTS, draw=draw)


def test_what_it_says(words: Words) -> None:
    [text] = pages(slip(words))
    for part in (
        "Packing slip",
        "10482",
        "Ordered on 1 Dec 2026",
        "Service: Home",
        "Note: Fragile",
        "Claire Lefèvre",
        "37000 Tours",
        "A10",
        "FIG-1",
        "Bougie figuier · 180 g",
        "Œuf d’argile",
        "Pieces in all: 6",
        "Page 1 of 1",
    ):
        assert part in text
    assert text.index("SAV-2") < text.index("FIG-1") < text.index("OEU-3")  # A2, A10, no aisle


@pytest.mark.parametrize("number", ["10482", "CMD-2026/000482", "a#1", "X" * 30])
@pytest.mark.parametrize("dpi", [300, 600])
def test_its_code_opens_the_order(words: Words, number: str, dpi: int) -> None:
    assert codes(picture(slip(words, number=number), dpi=dpi)) == [number]


@pytest.mark.parametrize("number", ["Commande n° 7", "注文12", "N" * 60])
def test_a_number_no_scanner_types_has_no_code(words: Words, draw: DrawsText, number: str) -> None:
    assert codes(picture(slip(words, draw, number=number))) == []


def test_many_lines_are_each_on_one_page(words: Words) -> None:
    lines = tuple(line(n, f"SKU-{n:03d}", quantity=n % 4 + 1) for n in range(130))
    texts = pages(slip(words, lines=lines))
    assert len(texts) > 4
    together = "\n".join(texts)
    assert all(together.count(f"SKU-{n:03d}") == 2 for n in range(130))  # as reference and as name
    for number, text in enumerate(texts, start=1):
        assert f"Page {number} of {len(texts)}" in text
        assert "Packing slip 10482" in text
    assert f"Pieces in all: {sum(n % 4 + 1 for n in range(130))}" in texts[-1]


def test_nothing_is_written_below_the_page_s_end(words: Words) -> None:
    for count in range(14, 24):
        lines = tuple(line(n, f"SKU-{n}") for n in range(count))
        texts = pages(slip(words, lines=lines))
        assert "Pieces in all" in texts[-1]


def test_names_in_any_script_are_drawn(words: Words, draw: DrawsText) -> None:
    party = Party(name="محمد عبد الرحمن", company="北京文具", city="Tours", postcode="37000")
    drawn = picture(slip(words, draw, recipient=party))
    plain = picture(slip(words, recipient=party))
    area = (170, 550, 1500, 690)  # the recipient's first lines at 300 dpi
    assert drawn.crop(area).tobytes() != plain.crop(area).tobytes()
    assert "?" * 4 in pages(slip(words, recipient=party))[0]  # without a drawer: seen to be missing
    assert "?" not in pages(slip(words, draw, recipient=party))[0]


def test_a_long_name_is_shrunk_then_cut(words: Words) -> None:
    product = Product(sku="L", name="Très long " * 30, aisle="B")
    pdf = packing_slip(order(lines=(line(1, "L"),)), products={"L": product}, words=words, fonts=FONTS)
    [text] = pages(pdf)
    assert "Très long Très long" in text
    assert "…" in text


def test_the_same_order_gives_the_same_bytes(words: Words) -> None:
    assert slip(words) == slip(words)


def test_no_phone_and_no_mail_of_the_customer(words: Words) -> None:
    party = Party(name="C", phone="0639984107", email="c@example.org", city="Tours")
    [text] = pages(slip(words, recipient=party))
    assert "0639984107" not in text
    assert "example.org" not in text


AISLES = st.sampled_from(["A1", "A2", "A10", "a3", "B-2", "B-10", "", "12", "7"])


@given(aisles=st.lists(AISLES, max_size=8))
def test_the_walk_goes_up_the_numbers(aisles: list[str]) -> None:
    products = {f"S{n}": Product(sku=f"S{n}", aisle=aisle) for n, aisle in enumerate(aisles)}
    lines = tuple(line(n, f"S{n}") for n in range(len(aisles)))
    walked = [products[each.sku].aisle for each in walk(lines, products)]
    order_of_aisles = ["7", "12", "A1", "A2", "a3", "A10", "B-2", "B-10", ""]
    assert walked == sorted(aisles, key=order_of_aisles.index)


def test_sorting_as_text_would_walk_back_and_forth() -> None:
    assert sorted(["A2", "A10"]) == ["A10", "A2"]
