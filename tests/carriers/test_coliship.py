"""Coliship: the file that goes out, the numbers that come back, and the columns that a merchant may change."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from carrier_request import BUYER, REQUEST
from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.carriers.coliship import (
    CARRIER,
    Coliship,
    Columns,
    build,
    build_file,
    default_columns,
    parse_numbers,
    read_columns,
)
from wismo_desk.domain.carrier import SellsLabels, WritesOrders
from wismo_desk.domain.shipment import LabelRequest
from wismo_desk.errors import BadInput, CarrierRefused, SettingsProblem
from wismo_desk.web import Http

COLUMNS = read_columns(default_columns())
# The order of La Poste's own export (record EXP), by the names of Coliship's import format.
EXPORTED = (
    *("EntenteLigneColis", "ReferenceExpedition", "RaisonSocialeExpediteur", "NomCommercialChargeur"),
    *("PrenomExpediteur", "Adresse1Expediteur", "Adresse2Expediteur", "Adresse3Expediteur"),
    *("Adresse4Expediteur", "CodePostalExpediteur", "CommuneExpediteur", "CodePaysExpediteur"),
    *("MailExpediteur", "TelephoneExpediteur", "RaisonSociale", "NomDestinataire", "Prenom", "Adresse1"),
    *("Adresse2", "Adresse3", "Adresse4", "CodePostal", "Commune", "CodePays", "CodeISOProvince"),
    *("Portable", "Telephone", "Mail", "CodePointRetrait", "CodeProduit", "FTD", "LangueNotification"),
    *(
        "LivraisonAvecSignature",
        "LivraisonSansCodeBloquant",
        "Poids",
        "NatureEnvoi",
        "MontantADV",
        "TagUsers",
    ),
)


def row(request: LabelRequest = REQUEST, columns: Columns = COLUMNS) -> dict[str, str]:
    text = build_file([request], columns, account="123456").decode(columns.encoding)
    (cells,) = csv.reader(io.StringIO(text, newline=""), delimiter=columns.separator)
    return dict(zip((name for name, _ in columns.columns), cells, strict=True))


def test_it_writes_files_and_sells_nothing() -> None:
    with Http() as http:
        carrier = build({"account": "123456"}, http)
    assert isinstance(carrier, WritesOrders)
    assert not isinstance(carrier, SellsLabels)
    assert {service.code for service in CARRIER.services} == set(COLUMNS.products)


def test_the_columns_stand_as_in_the_posts_own_export() -> None:
    assert tuple(name for name, _ in COLUMNS.columns) == EXPORTED


def test_a_line() -> None:
    found = row()
    assert found["EntenteLigneColis"] == "EXP"
    assert found["ReferenceExpedition"] == REQUEST.reference
    assert (found["NomDestinataire"], found["Adresse1"]) == ("Zoé Lefèvre", "12 rue de l'Église")
    assert (found["Adresse2"], found["Adresse3"]) == ("Bât. B", "")
    assert (found["CodePostal"], found["Commune"], found["CodePays"]) == ("35000", "Rennes", "FR")
    assert (found["Portable"], found["Telephone"]) == ("0600000000", "")
    assert (found["Poids"], found["CodeProduit"], found["LivraisonAvecSignature"]) == ("1240", "DOM", "N")
    assert found["RaisonSocialeExpediteur"] == "Maison Exemple"


def test_lines_end_in_crlf_and_are_quoted_where_needed() -> None:
    tricky = replace(BUYER, name='Zoé "Zo", Lefèvre', company="A\r\nB")
    content = build_file([replace(REQUEST, recipient=tricky)] * 2, COLUMNS)
    assert content.count(b"\r\n") == 2
    assert b'"Zo\xc3\xa9 ""Zo"", Lef\xc3\xa8vre"' in content
    assert row(replace(REQUEST, recipient=tricky))["RaisonSociale"] == "A B"


def test_a_landline_and_a_signature() -> None:
    found = row(replace(REQUEST, service="home_signature", recipient=replace(BUYER, phone="0299000000")))
    assert (found["Portable"], found["Telephone"]) == ("", "0299000000")
    assert (found["CodeProduit"], found["LivraisonAvecSignature"]) == ("DOS", "O")


def test_a_pickup_point() -> None:
    found = row(replace(REQUEST, service="pickup", pickup_point="350001"))
    assert (found["CodePointRetrait"], found["CodeProduit"]) == ("350001", "HD")
    assert row(replace(REQUEST, pickup_point="350001"))["CodePointRetrait"] == ""


def test_no_line_of_an_address_is_lost() -> None:
    streets = ("1", "2", "3", "4", "5")
    found = row(replace(REQUEST, recipient=replace(BUYER, street=streets)))
    assert [found[f"Adresse{n}"] for n in range(1, 5)] == ["1", "2", "3", "4, 5"]


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (replace(REQUEST, service="teleport"), "service"),
        (replace(REQUEST, weight_g=0), "weight"),
        (replace(REQUEST, recipient=replace(BUYER, country="CH")), "recipient.country"),
        (replace(REQUEST, recipient=replace(BUYER, postcode="97400")), "recipient.country"),
        (replace(REQUEST, service="pickup"), "pickup_point"),
        (replace(REQUEST, insured_cents=1), "insurance"),
    ],
)
def test_what_the_file_cannot_say_is_refused(request_: LabelRequest, field: str) -> None:
    with pytest.raises(CarrierRefused) as caught:
        build_file([request_], COLUMNS)
    assert caught.value.field == field
    assert "{" not in str(caught.value)


def test_another_encoding_refuses_what_it_cannot_write() -> None:
    columns = replace(COLUMNS, encoding="cp1252", separator=";", header=True)
    assert build_file([REQUEST], columns).startswith(b"EntenteLigneColis;ReferenceExpedition;")
    with pytest.raises(CarrierRefused):
        build_file([replace(REQUEST, recipient=replace(BUYER, name="Ωmega"))], columns)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_numbers_come_back(separator: str, encoding: str) -> None:
    lines = [
        'NumeroColis,"Référence"',
        "6a15984040331,ABCDEFGHIJ234,x",
        ",NOTHING",
        "8R28870676224, 1042 ",
        "",
    ]
    content = "\r\n".join(lines).replace(",", separator).encode(encoding)
    assert parse_numbers(content, COLUMNS) == (
        ("ABCDEFGHIJ234", "6A15984040331"),
        ("1042", "8R28870676224"),
    )


@pytest.mark.parametrize(
    "content", [b"", b"x", b"NumeroColis,ReferenceExpedition\r\n", b"\x00\xff\xfe", b",\n"]
)
def test_a_file_without_numbers(content: bytes) -> None:
    with pytest.raises(BadInput):
        parse_numbers(content, COLUMNS)


@given(st.binary(max_size=200))
def test_any_file_is_read_or_refused(content: bytes) -> None:
    try:
        assert all(reference and number for reference, number in parse_numbers(content, COLUMNS))
    except BadInput as error:
        assert "{" not in str(error)


def test_own_columns(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'separator = ";"\nencoding = "cp1252"\nheader = false\n[products]\nhome = "COLD"\n'
        "[numbers]\nnumber = 3\nreference = 0\n"
        '[[column]]\nname = "A"\nvalue = "order"\n[[column]]\nname = "B"\nvalue = "product"\n',
        "utf-8",
    )
    with Http() as http:
        carrier = build({"account": "1", "columns": str(path)}, http)
    assert isinstance(carrier, Coliship)
    assert carrier.build_file([REQUEST]) == b"#1042;COLD\r\n"
    assert carrier.parse_numbers(b"#1042;x;y;6A15984040331\n") == (("#1042", "6A15984040331"),)


@pytest.mark.parametrize(
    "change",
    [
        ('separator = ","', 'separator = ",,"'),
        ('encoding = "utf-8"', 'encoding = "klingon"'),
        ('value = "reference"', 'value = "refrence"'),
        ('value = "recipient.city"', 'value = "recipient.password"'),
        ("number = 0", "number = -1"),
        ("[products]", "[product]"),
        ("[[column]]", "[column"),
    ],
)
def test_a_column_file_that_cannot_be_used(tmp_path: Path, change: tuple[str, str]) -> None:
    path = tmp_path / "mine.toml"
    text = default_columns().read_text("utf-8")
    assert change[0] in text
    path.write_text(text.replace(*change), "utf-8")
    with Http() as http, pytest.raises(SettingsProblem) as caught:
        build({"account": "1", "columns": str(path)}, http)
    assert caught.value.field == "columns"


def test_settings() -> None:
    with Http() as http:
        with pytest.raises(SettingsProblem) as caught:
            build({}, http)
        assert caught.value.field == "account"
        with pytest.raises(SettingsProblem):
            build({"account": "1", "columns": "/nowhere.toml"}, http)
