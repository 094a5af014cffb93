"""The own-delivery label: what it says, what it refuses, and that any address keeps its codes readable."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from own_label_sample import PAYLOAD, SSCC, sample, to

from wismo_desk.domain.order import Party
from wismo_desk.domain.shipment import LabelRequest
from wismo_desk.domain.sscc import make_sscc
from wismo_desk.errors import BadInput
from wismo_desk.labels.address import country_name, routing_mark
from wismo_desk.labels.fonts import Fonts
from wismo_desk.labels.items import Item, Page, Symbol, Text
from wismo_desk.labels.own_delivery import OwnLabel, lay_out, payload
from wismo_desk.labels.painter import LabelPainter
from wismo_desk.words import Words

LONG_CITY = "SAINT-REMY-EN-BOUZEMONT-SAINT-GENEST-ET-ISSON CEDEX 09"
LONG = {
    "name": "Madame Marie-Hélène de La Rochefoucauld-Montmorency-Châtillon",
    "company": "Société coopérative des artisans menuisiers ébénistes du Haut-Pays bigourdan",
    "street": (
        "Résidence Les Jardins de la Fontaine aux Oiseaux, bâtiment C, escalier 3, troisième étage droite",
        "1458 bis avenue du Général-de-Gaulle prolongée, zone artisanale des Trois-Fontaines",
        "Lieu-dit Le Moulin-Neuf de Saint-Rémy",
    ),
    "postcode": "97460",
    "city": LONG_CITY,
}


def page(request: LabelRequest, fonts: Fonts, *, copy: int = 1) -> Page:
    label = OwnLabel(request=request, carrier="Own deliveries", service="Home delivery", copy=copy)
    return lay_out(label, fonts=fonts, words=Words("en"))


def texts(of: Page) -> list[str]:
    return [item.text for item in of.items if isinstance(item, Text)]


@pytest.mark.parametrize("dpi", [203, 300])
def test_everything_is_said(fonts: Fonts, dpi: int) -> None:
    said = texts(page(sample(dpi=dpi), fonts))
    for word in (
        "Own deliveries",
        "Home delivery",
        "10482",
        "Atelier Mirabelle",
        "69800 Saint-Priest",
        "Claire Lefevre",
        "14 rue Colbert",
        "37000 Tours",
        "FRANCE",
        "0.842\u00a0kg",
        "1 Dec 2026",
        "ABCDEFGHIJKLM",
        "FR 37",
        f"(00) {SSCC[0]} {SSCC[1:]}",
        "PRACTICE, DO NOT SHIP",
    ):
        assert word in said


def test_the_payload() -> None:
    assert payload(sample()) == PAYLOAD
    assert payload(sample(order_number="A|1_é^~\\\x1e2")).endswith("|A|1_???? 2")


def test_pickup_point_before_note_before_service(fonts: Fonts) -> None:
    assert "Relay 12" in texts(page(sample(pickup_point="Relay 12", note="Ring twice"), fonts))
    assert "Ring twice" in texts(page(sample(note="Ring twice"), fonts))


def test_marks_of_practice_and_reprint(fonts: Fonts) -> None:
    real = sample(practice=False, sscc=make_sscc("3760123", 3, 17))
    assert not [text for text in texts(page(real, fonts)) if "PRACTICE" in text or "COPY" in text]
    assert "COPY 2" in texts(page(real, fonts, copy=2))
    assert "PRACTICE, DO NOT SHIP  ·  COPY 3" in texts(page(sample(), fonts, copy=3))


@pytest.mark.parametrize("copy", [1, 2])
def test_marks_stay_off_the_codes(fonts: Fonts, copy: int) -> None:
    symbols = [item for item in page(sample(), fonts, copy=copy).items if isinstance(item, Symbol)]
    plain = replace(sample(), practice=False, sscc=make_sscc("3760123", 3, 17))
    unmarked = [item for item in page(plain, fonts).items if isinstance(item, Symbol)]
    assert [(s.x, s.y, s.module) for s in symbols] == [(s.x, s.y, s.module) for s in unmarked]


@pytest.mark.parametrize(("dpi", "module", "height"), [(203, 4, 256), (300, 6, 378)])
def test_sscc_bars_are_as_wide_and_tall_as_gs1_asks(fonts: Fonts, dpi: int, module: int, height: int) -> None:
    bars = next(i for i in page(sample(dpi=dpi), fonts).items if isinstance(i, Symbol) and i.code.linear)
    assert (bars.module, bars.height) == (module, height)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sscc": ""}, "sscc"),
        ({"sscc": SSCC[:-1] + "0"}, "sscc"),
        ({"practice": False}, "sscc"),  # a demonstration number on a real label
        ({"dpi": 152}, "dpi"),
        ({"order_number": "N" * 200}, "order_number"),
        ({"recipient": Party(name="A", city="თბილისი", country="GE")}, "recipient_city"),
        ({"recipient": Party(name="A", city="Très-Long " * 40)}, "recipient_city"),
    ],
)
def test_what_cannot_be_printed_right_is_refused_by_field(
    fonts: Fonts, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(BadInput) as caught:
        page(sample(**changes), fonts)
    assert caught.value.field == field


def test_no_error_tells_who_the_recipient_is(fonts: Fonts) -> None:
    with pytest.raises(BadInput) as caught:
        page(to(city="Très-Long " * 40), fonts)
    assert "Lefevre" not in str(caught.value)


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("copy", [1, 2])
def test_the_longest_address_keeps_postcode_and_city_whole(fonts: Fonts, dpi: int, copy: int) -> None:
    of = page(replace(to(**LONG), dpi=dpi), fonts, copy=copy)
    said = " ".join(texts(of)).replace("- ", "-")
    assert f"97460 {LONG_CITY}" in said
    routing = of.media.dots(82.5)
    recipient = [i for i in of.items if isinstance(i, Text) and i.y < routing and i.text in texts(of)]
    assert all(i.y + i.px <= routing for i in recipient)


def test_the_naive_setting_would_cut_the_city(fonts: Fonts) -> None:
    """One line of a fixed size, elided: what a city of this length becomes without the rule."""
    naive = fonts.elided(f"97460 {LONG_CITY}", 728, 50, bold=True)
    assert naive.endswith("…")
    assert "CEDEX" not in naive


def _inside(of: Page, item: Item) -> bool:
    height = item.px if isinstance(item, Text) else item.h
    return (
        0 <= item.x <= item.x + item.w <= of.media.width and 0 <= item.y <= item.y + height <= of.media.height
    )


@pytest.mark.parametrize("dpi", [203, 300])
def test_nothing_lies_beyond_the_paper(fonts: Fonts, dpi: int) -> None:
    of = page(replace(to(**LONG), dpi=dpi), fonts, copy=2)
    assert all(_inside(of, item) for item in of.items)


@pytest.mark.parametrize(
    ("party", "mark"),
    [
        (Party(postcode="37000"), "FR 37"),
        (Party(postcode="97460"), "FR 974"),
        (Party(postcode="20 000"), "FR 20"),
        (Party(postcode="SW1A 2AA", country="gb"), "GB SW"),
        (Party(postcode="", country="IE"), "IE"),
        (Party(postcode="١٢٣", country="MA"), "MA"),
    ],
)
def test_the_routing_mark(party: Party, mark: str) -> None:
    assert routing_mark(party) == mark


def test_countries_in_the_reader_s_language() -> None:
    assert country_name("de", "fr") == "ALLEMAGNE"
    assert country_name("DE", "en") == "GERMANY"
    assert country_name("XX", "fr") == "XX"


LETTERS = st.characters(codec="cp1252", exclude_categories=("Cc", "Cs"))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.text(LETTERS, max_size=80),
    street=st.lists(st.text(LETTERS, max_size=70), max_size=3),
    city=st.text(LETTERS, max_size=50),
    number=st.text(st.characters(codec="ascii", exclude_categories=("Cc",)), min_size=1, max_size=24),
    serial=st.integers(0, 10**9),
    dpi=st.sampled_from([203, 300]),
)
def test_whatever_is_ordered_the_codes_read_back(
    painter: LabelPainter, name: str, street: list[str], city: str, number: str, serial: int, dpi: int
) -> None:
    request = replace(
        to(name=name, street=tuple(street), city=city),
        order_number=number,
        sscc=make_sscc("952", 3, serial),
        dpi=dpi,
    )
    painted = painter.paint(request, carrier="Own deliveries", service="Home")
    assert painted.codes == (f"00{request.sscc}", payload(request))
