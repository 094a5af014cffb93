"""GLS over HTTP, played by its practice server. The token is fetched beforehand, so that a fault strikes the question
that a test asks and not the one for the token."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from carrier_request import BUYER, REQUEST
from stage import Clock, Stage

from wismo_desk.carriers.gls import Gls, build
from wismo_desk.practice.gls_server import GlsServer
from wismo_desk.web import Http

STRANGER = "YY999999"


@contextmanager
def stage() -> Iterator[Stage]:
    clock = Clock()
    request = replace(REQUEST, recipient=replace(BUYER, email="zoe@exemple.fr"))
    with GlsServer(clock=clock) as server, Http(read_s=10.0) as http:
        carrier = build(server.settings, http)
        assert isinstance(carrier, Gls)
        carrier.track([STRANGER])
        yield Stage(
            carrier=carrier,
            server=server,
            clock=clock,
            request=request,
            refused=replace(request, recipient=replace(BUYER, postcode="3500")),
            created=lambda reference: server.created[reference],
            point="25350001",
            stranger=STRANGER,
        )
