"""The practice carrier over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from carrier_request import BUYER, REQUEST
from stage import Clock, Stage

from wismo_desk.carriers.practice import build
from wismo_desk.practice.carrier_server import CarrierServer
from wismo_desk.web import Http


@contextmanager
def stage() -> Iterator[Stage]:
    clock = Clock()
    with CarrierServer(clock=clock) as server, Http(read_s=10.0) as http:
        yield Stage(
            carrier=build({"url": server.url}, http),
            server=server,
            clock=clock,
            refused=replace(REQUEST, recipient=replace(BUYER, postcode="3500")),
            created=lambda reference: server.created[reference],
        )
