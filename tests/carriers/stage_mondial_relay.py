"""Mondial Relay over HTTP: both of its services on one practice server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from carrier_request import BUYER, REQUEST
from stage import Clock, Stage

from wismo_desk.carriers.mondial_relay import build
from wismo_desk.practice.mondial_relay_server import PRACTICE, MondialRelayServer
from wismo_desk.web import Http


def settings(server: MondialRelayServer) -> dict[str, str]:
    return {
        "login": PRACTICE.login,
        "password": PRACTICE.password,
        "customer_id": PRACTICE.customer_id,
        "brand": PRACTICE.brand,
        "private_key": PRACTICE.private_key,
        "label_format_300": "Generic_ZPL_10x15_300dpi",
        "url_labels": server.url_labels,
        "url_soap": server.url_soap,
    }


@contextmanager
def stage() -> Iterator[Stage]:
    clock = Clock()
    with MondialRelayServer(clock=clock) as server, Http(read_s=10.0) as http:
        yield Stage(
            carrier=build(settings(server), http),
            server=server,
            clock=clock,
            refused=replace(REQUEST, recipient=replace(BUYER, postcode="3500")),
            created=lambda reference: server.created[reference],
            point="350001",
            stranger="99999999",
        )
