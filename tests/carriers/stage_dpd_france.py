"""DPD France over SOAP: both of its services on one practice server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from carrier_request import BUYER, REQUEST
from stage import Clock, Stage

from wismo_desk.carriers.dpd_france import build
from wismo_desk.practice.dpd_france_server import DpdFranceServer
from wismo_desk.web import Http


@contextmanager
def stage() -> Iterator[Stage]:
    clock = Clock()
    with DpdFranceServer(clock=clock) as server, Http(read_s=10.0) as http:
        yield Stage(
            carrier=build(server.settings, http),
            server=server,
            clock=clock,
            refused=replace(REQUEST, recipient=replace(BUYER, country="ZZ")),
            created=lambda reference: server.created[reference],
            point="P32500",
            stranger="99999999999999",
        )
