"""La Poste's Suivi v2 over HTTP: only asked, nothing is sold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from stage import Clock, Stage

from wismo_desk.carriers.laposte import build
from wismo_desk.practice.laposte_server import PRACTICE_KEY, SANDBOX_UNKNOWN, LaposteServer, practice_numbers
from wismo_desk.web import Http


@contextmanager
def stage() -> Iterator[Stage]:
    clock = Clock()
    with LaposteServer(clock=clock) as server, Http(read_s=10.0) as http:
        yield Stage(
            carrier=build({"okapi_key": PRACTICE_KEY, "url": server.url}, http),
            server=server,
            clock=clock,
            arrives=practice_numbers()[1],
            stranger=SANDBOX_UNKNOWN,
        )
