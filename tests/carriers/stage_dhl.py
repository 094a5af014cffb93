"""DHL's unified tracking over HTTP: only asked, nothing is sold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from stage import Clock, Stage

from wismo_desk.carriers.dhl import build
from wismo_desk.practice.dhl_server import DhlServer, practice_numbers
from wismo_desk.web import Http


@contextmanager
def stage() -> Iterator[Stage]:
    clock = Clock()
    with DhlServer(clock=clock) as server, Http(read_s=10.0) as http:
        yield Stage(
            carrier=build(server.settings, http),
            server=server,
            clock=clock,
            arrives=practice_numbers()[1],
            stranger="JJD099999999999999",
        )
