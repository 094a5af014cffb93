"""UPS over HTTP: only asked, nothing is sold. The token is fetched beforehand, so that a fault strikes the question
that a test asks and not the one for the token."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from stage import Clock, Stage

from wismo_desk.carriers.ups import Ups, build
from wismo_desk.practice.ups_server import UpsServer, practice_numbers
from wismo_desk.web import Http

STRANGER = "1ZYY95200300000001"


@contextmanager
def stage() -> Iterator[Stage]:
    clock = Clock()
    with UpsServer(clock=clock) as server, Http(read_s=10.0) as http:
        carrier = build(server.settings, http)
        assert isinstance(carrier, Ups)
        carrier.track([STRANGER])
        yield Stage(
            carrier=carrier, server=server, clock=clock, arrives=practice_numbers()[1], stranger=STRANGER
        )
