"""Columns found by what people call them, in French and English, and remembered as plain data."""

from __future__ import annotations

import pytest

from wismo_desk.domain.order_columns import Field, Mapping, fingerprint, guess_mapping

FRENCH = "N° de commande;Date;Référence;Désignation;Qté;Prix unitaire TTC;Nom;Prénom;Société;Adresse;Complément d'adresse;Code postal;Ville;Pays;Téléphone;Portable;E-mail;Mode de livraison;Point relais;Commentaire;Total TTC"  # noqa: E501  one header line, as exported
PRESTA = "ID;Référence commande;Référence produit;EAN13;Quantité;Nom destinataire;Adresse livraison;CP livraison;Ville livraison;Pays livraison;Adresse facturation;CP facturation;Ville facturation"  # noqa: E501  likewise
SHOPIFY = "Name,Email,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Billing Name,Billing Street,Billing Zip,Shipping Name,Shipping Address1,Shipping Address2,Shipping Zip,Shipping City,Shipping Country,Shipping Phone,Shipping Method,Notes,Total,Currency,Id"  # noqa: E501  likewise


def guessed(header: str, delimiter: str) -> dict[str, str]:
    return guess_mapping(header.split(delimiter)).to_dict()


def test_french_export() -> None:
    assert guessed(FRENCH, ";") == {
        "order": "N° de commande",
        "ordered_at": "Date",
        "sku": "Référence",
        "description": "Désignation",
        "quantity": "Qté",
        "price": "Prix unitaire TTC",
        "last_name": "Nom",
        "first_name": "Prénom",
        "company": "Société",
        "address1": "Adresse",
        "address2": "Complément d'adresse",
        "postcode": "Code postal",
        "city": "Ville",
        "country": "Pays",
        "phone": "Téléphone",
        "phone2": "Portable",
        "email": "E-mail",
        "chosen_service": "Mode de livraison",
        "pickup_point": "Point relais",
        "note": "Commentaire",
        "total": "Total TTC",
    }


def test_delivery_columns_win_over_billing() -> None:
    found = guessed(PRESTA, ";")
    assert found["order"] == "Référence commande"
    assert (found["address1"], found["postcode"]) == ("Adresse livraison", "CP livraison")
    assert not [name for name in found.values() if "facturation" in name]


def test_shopify_export() -> None:
    found = guessed(SHOPIFY, ",")
    assert found["order"] == "Name"  # its "Id" stands on the first line of an order only
    assert (found["name"], found["address1"]) == ("Shipping Name", "Shipping Address1")
    assert (found["quantity"], found["sku"]) == ("Lineitem quantity", "Lineitem sku")


def test_reference_alone_is_the_order_when_nothing_else_is() -> None:
    assert guessed("Référence;SKU;Qté", ";")["order"] == "Référence"
    assert guessed("Commande;Référence;Qté", ";")["sku"] == "Référence"


def test_our_own_error_columns_are_left_alone() -> None:
    header = ["Refusé : pourquoi", "Refusé : ligne", "Refused: line", "Commande", "SKU", "Qté"]
    assert set(guess_mapping(header).to_dict().values()) == {"Commande", "SKU", "Qté"}


def test_each_column_is_used_once() -> None:
    for header, delimiter in ((FRENCH, ";"), (PRESTA, ";"), (SHOPIFY, ",")):
        names = list(guessed(header, delimiter).values())
        assert len(names) == len(set(names))


def test_missing() -> None:
    assert guess_mapping(["Ville", "Nom"]).missing == (Field.ORDER, Field.QUANTITY, Field.SKU)
    assert guess_mapping(["commande", "ean", "qte"]).missing == ()


def test_mapping_is_plain_data() -> None:
    mapping = guess_mapping(FRENCH.split(";"))
    assert Mapping.from_dict(mapping.to_dict()) == mapping
    assert Mapping.from_dict({"order": "A", "from_a_later_version": "B"}).to_dict() == {"order": "A"}
    assert (mapping.column(Field.CITY), mapping.column(Field.LINE)) == ("Ville", "")


def test_fingerprint_knows_a_header_again() -> None:
    header = FRENCH.split(";")
    assert fingerprint(header) == fingerprint([*reversed(header), ""])
    assert fingerprint(header) == fingerprint([name.upper() for name in header])
    assert fingerprint(header) != fingerprint(header[1:])
    assert len(fingerprint(header)) == 16


@pytest.mark.parametrize(
    "name", ["N° commande", "no commande", "numéro de commande", "Order ID", "ORDER_NUMBER"]
)
def test_names_of_the_order(name: str) -> None:
    assert guess_mapping([name, "sku", "qty"]).column(Field.ORDER) == name
