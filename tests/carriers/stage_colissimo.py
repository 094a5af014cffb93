"""Colissimo over HTTP, played by its practice server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from carrier_request import BUYER, REQUEST
from stage import Clock, Stage

from wismo_desk.carriers.colissimo import build
from wismo_desk.domain.order import Party
from wismo_desk.domain.shipment import Article
from wismo_desk.practice.colissimo_server import ColissimoServer
from wismo_desk.web import Http

REUNION = Party(
    name="Aude Payet", street=("8 rue des Filaos",), postcode="97400", city="Saint-Denis", phone="0692000000"
)
BERLIN = Party(
    name="Jörg Müßig",
    street=("Lindenstraße 12",),
    postcode="10969",
    city="Berlin",
    country="DE",
    phone="+4915100000",
)
ZURICH = replace(BERLIN, street=("Seestrasse 12", "c/o Meier"), postcode="8002", city="Zürich", country="CH")
MUG = Article(
    description="Tasse en grès",
    quantity=2,
    value_cents=1450,
    weight_g=320,
    hs_code="691200",
    origin="FR",
    sku="MUG-1",
)
ABROAD = {
    "overseas": REUNION,
    "overseas_signature": REUNION,
    "overseas_economy": REUNION,
    "international": ZURICH,
    "international_signature": BERLIN,
}


@contextmanager
def stage() -> Iterator[Stage]:
    clock = Clock()
    request = replace(REQUEST, recipient=replace(BUYER, email="zoe@exemple.fr"), articles=(MUG,))
    with ColissimoServer(clock=clock) as server, Http(read_s=10.0) as http:
        yield Stage(
            carrier=build(server.settings, http),
            server=server,
            clock=clock,
            request=request,
            refused=replace(request, recipient=replace(BUYER, postcode="3500")),
            created=lambda reference: server.created[reference],
            recipients=ABROAD,
            point="350001",
            stranger="6A99999999990",
        )
