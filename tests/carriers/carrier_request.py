"""One request for a label, for every test of the carriers."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from wismo_desk.domain.order import Party
from wismo_desk.domain.shipment import LabelRequest
from wismo_desk.domain.sscc import make_sscc

SHOP: Final = Party(company="Maison Exemple", street=("4 rue du Four",), postcode="59000", city="Lille")
BUYER: Final = Party(
    name="Zoé Lefèvre",
    street=("12 rue de l'Église", "Bât. B"),
    postcode="35000",
    city="Rennes",
    phone="0600000000",
)
REQUEST: Final = LabelRequest(
    reference="ABCDEFGHIJ234",
    order_number="#1042",
    parcel_id=UUID(int=7),
    parcel_no=1,
    issue_no=1,
    service="home",
    shipper=SHOP,
    recipient=BUYER,
    weight_g=1240,
    ship_on=date(2026, 11, 23),
    sscc=make_sscc("9520001", 0, 1),
    practice=True,
)
