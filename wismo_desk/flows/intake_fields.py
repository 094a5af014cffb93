"""What the fields of an order file are called where a person says which column is which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wismo_desk.domain.order_columns import Field

FIELD_SENTENCES: Final[Mapping[Field, str]] = {
    Field.ORDER: "Order number of the shop",
    Field.NUMBER: "Order number people say",
    Field.LINE: "Line number",
    Field.ORDERED_AT: "Ordered at",
    Field.SKU: "SKU",
    Field.EAN: "Barcode (EAN)",
    Field.QUANTITY: "Quantity",
    Field.DESCRIPTION: "Description",
    Field.COMPANY: "Company",
    Field.NAME: "Name",
    Field.FIRST_NAME: "First name",
    Field.LAST_NAME: "Last name",
    Field.ADDRESS1: "Street",
    Field.ADDRESS2: "Street, second line",
    Field.ADDRESS3: "Street, third line",
    Field.POSTCODE: "Postcode",
    Field.CITY: "Town",
    Field.COUNTRY: "Country",
    Field.STATE: "State or province",
    Field.PHONE: "Telephone",
    Field.PHONE2: "Second telephone",
    Field.EMAIL: "E-mail",
    Field.NOTE: "Note for the packer",
    Field.CHOSEN_SERVICE: "Delivery service chosen",
    Field.PICKUP_POINT: "Pickup point",
    Field.TOTAL_CENTS: "Total in cents",
    Field.TOTAL: "Total",
    Field.LINE_CENTS: "Line total in cents",
    Field.PRICE: "Price of one",
    Field.CURRENCY: "Currency",
    Field.SHIP_BY: "Ship by",
    Field.PROMISED_ON: "Promised on",
    Field.TAGS: "Tags",
    Field.LENGTH: "Length of the parcel (cm)",
    Field.WIDTH: "Width of the parcel (cm)",
    Field.HEIGHT: "Height of the parcel (cm)",
    Field.WEIGHT: "Weight of the parcel (g)",
}
