"""Addresses that cannot be right are found; addresses that only look odd to a foreigner are not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.domain import address as a
from wismo_desk.domain.address import check_address, is_mobile
from wismo_desk.domain.countries import ISO_CODES, country_code, postcode_fits
from wismo_desk.domain.order import Party

GOOD = Party(
    name="Camille Rousselin",
    street=("12 rue des Tanneurs",),
    postcode="37000",
    city="Tours",
    country="FR",
    phone="06 39 98 12 04",
    email="camille@example.org",
)


def found(**changes: object) -> list[str]:
    return [finding.sentence for finding in check_address(replace(GOOD, **changes))]  # type: ignore[arg-type]  # test data


def test_a_good_address_says_nothing() -> None:
    assert check_address(GOOD, mobile_needed=True) == ()


GOOD_CHANGES: list[dict[str, object]] = [
    {"street": ("Lieu-dit Kerhervé",)},
    {"street": ("Château de la Roche",)},
    {"street": ("ZA des Peupliers", "")},
    {"street": ("Rue du Puits", "BP 40217")},
    {"street": ("Rue du Puits", "Bâtiment 3")},
    {"street": ("Rue du Puits",), "company": "Orsoleil"},
    {"city": "Paris 15e", "postcode": "75015"},
    {"city": "LYON 03", "postcode": "69003"},
    {"city": "Marseille 9ème arrondissement", "postcode": "13009"},
    {"city": "Toulouse Cedex 9", "postcode": "31059"},
    {"city": "Y", "postcode": "80190"},
    {"city": "Ajaccio", "postcode": "20000"},
    {"city": "Monaco", "postcode": "98000", "country": "MC"},
    {"city": "Saint-Denis", "postcode": "97400", "country": "RE"},
    {"city": "Gustavia", "postcode": "97133", "country": "BL"},
    {"city": "Dublin 4", "postcode": "", "country": "IE"},
    {"city": "Hong Kong", "postcode": "", "country": "HK"},
    {"city": "Praha 1", "postcode": "110 00", "country": "CZ"},
    {"street": ("Hauptstraße",), "city": "Wien", "postcode": "1010", "country": "AT"},
    {"city": "Αθήνα", "postcode": "105 63", "country": "GR", "street": ("Ερμού 14",)},
    {"phone": "+33 6 39 98 12 04"},
    {"phone": "0033 1 99 00 31 45"},
    {"phone": "+49 30 23125 142"},
    {"phone": ""},
    {"name": "", "company": "Orsoleil"},
]


@pytest.mark.parametrize("changes", GOOD_CHANGES, ids=str)
def test_odd_but_right(changes: dict[str, object]) -> None:
    assert found(**changes) == []


BAD_CHANGES: list[tuple[dict[str, object], str]] = [
    ({"name": ""}, a.NO_NAME),
    ({"street": ()}, a.NO_STREET),
    ({"street": ("", " ")}, a.NO_STREET),
    ({"street": ("rue des Lavandières",)}, a.NO_NUMBER),
    ({"street": ("xxx",)}, a.PLACEHOLDER),
    ({"street": ("N/A",)}, a.PLACEHOLDER),
    ({"city": "test"}, a.PLACEHOLDER),
    ({"name": "azerty"}, a.PLACEHOLDER),
    ({"postcode": ""}, a.NO_POSTCODE),
    ({"postcode": "1000"}, a.LOST_ZERO),
    ({"postcode": "3700O"}, a.WRONG_POSTCODE),
    ({"postcode": "99123"}, a.WRONG_POSTCODE),
    ({"postcode": "٣٧٠٠٠"}, a.WRONG_POSTCODE),
    ({"postcode": "97110"}, a.TERRITORY),
    ({"postcode": "98000"}, a.TERRITORY),
    ({"postcode": "F-97110"}, a.TERRITORY),
    ({"postcode": "37000", "country": "MQ"}, a.TERRITORY),
    ({"postcode": "75019", "country": "BE"}, a.WRONG_POSTCODE),
    ({"postcode": "", "country": "DE"}, a.NO_POSTCODE),
    ({"postcode": "53000", "country": "ES"}, a.WRONG_POSTCODE),
    ({"country": "ZZ"}, a.NO_COUNTRY),
    ({"city": ""}, a.NO_CITY),
    ({"city": "69008"}, a.DIGITS_IN_CITY),
    ({"city": "12 Tours"}, a.DIGITS_IN_CITY),
    ({"city": "NÃ®mes"}, a.DAMAGED),
    ({"phone": "639981204"}, a.WRONG_PHONE),
    ({"phone": "06 39 98"}, a.WRONG_PHONE),
    ({"email": "camille@example"}, a.WRONG_EMAIL),
    ({"email": "camille example.org"}, a.WRONG_EMAIL),
]


@pytest.mark.parametrize(("changes", "sentence"), BAD_CHANGES, ids=str)
def test_each_damage_has_its_one_sentence(changes: dict[str, object], sentence: str) -> None:
    assert found(**changes) == [sentence]


def test_naive_twin_passes_a_belgian_with_a_french_postcode() -> None:
    party = replace(GOOD, postcode="75019", country="BE")
    assert party.postcode.isdigit() and len(party.postcode) in (4, 5)  # "any postcode" is happy
    assert [finding.certain for finding in check_address(party)] == [True]


def test_lost_zero_is_proposed() -> None:
    finding = check_address(replace(GOOD, postcode="1000"))[0]
    assert finding.sentence.format(**dict(finding.values)).endswith("01000.")
    assert finding.certain


def test_pickup_needs_no_street_and_often_a_mobile() -> None:
    party = replace(GOOD, street=())
    assert check_address(party, pickup_point=True) == ()
    landline = replace(party, phone="01 99 00 31 45")
    assert [f.sentence for f in check_address(landline, pickup_point=True, mobile_needed=True)] == [
        a.NOT_MOBILE
    ]
    assert [
        f.sentence for f in check_address(replace(party, phone=""), pickup_point=True, mobile_needed=True)
    ] == [a.NO_MOBILE]


def test_mobile_is_only_claimed_for_french_numbers() -> None:
    assert is_mobile("+33 7 00 00 00 00", "BE") is True
    assert is_mobile("01 99 00 31 45", "FR") is False
    assert is_mobile("+49 30 23125 142", "FR") is None
    assert is_mobile("0470 12 34 56", "BE") is None


@pytest.mark.parametrize(
    ("country", "postcode"),
    [
        ("NL", "1017 BP"),
        ("NL", "1017bp"),
        ("GB", "SW1A 1AA"),
        ("GB", "M1 1AE"),
        ("IE", "D6W XY00"),
        ("PL", "81-368"),
        ("PT", "1100-148"),
        ("SE", "211 43"),
        ("LU", "L-1855"),
        ("DE", "D-10965"),
        ("LV", "LV-1050"),
        ("CH", "8001"),
        ("MT", "VLT 1117"),
        ("AD", "AD500"),
    ],
)
def test_postcodes_of_the_neighbours(country: str, postcode: str) -> None:
    assert postcode_fits(country, postcode)


def test_postcodes_not_known_are_not_judged() -> None:
    assert postcode_fits("JP", "whatever") is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("fr", "FR"),
        ("FRANCE", "FR"),
        ("Pays-Bas", "NL"),
        ("royaume uni", "GB"),
        ("UK", "GB"),
        ("ETATS-UNIS", "US"),
        ("Ελλάδα", "GR"),
        ("DEU", "DE"),
        ("La Réunion", "RE"),
        ("jp", "JP"),
        ("Frannce", None),
        ("ZZ", None),
        ("", None),
    ],
)
def test_country_names(name: str, code: str | None) -> None:
    assert country_code(name) == code


def test_all_iso_codes() -> None:
    assert len(ISO_CODES) == 249


PARTIES = st.builds(
    Party,
    name=st.text(),
    street=st.tuples(st.text()),
    postcode=st.text(),
    city=st.text(),
    country=st.one_of(st.sampled_from(sorted(ISO_CODES)), st.text()),
    phone=st.text(),
    email=st.text(),
)


@given(PARTIES)
def test_any_text_is_judged_and_every_sentence_can_be_said(party: Party) -> None:
    for finding in check_address(party, mobile_needed=True):
        assert finding.sentence.format(**dict(finding.values))
