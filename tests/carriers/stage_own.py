"""The shop's own deliveries: nobody outside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from carrier_request import REQUEST
from stage import Stage

from wismo_desk.carriers.own import build
from wismo_desk.web import Http


@contextmanager
def stage() -> Iterator[Stage]:
    with Http() as http:
        yield Stage(carrier=build({}, http), refused=replace(REQUEST, sscc=REQUEST.sscc[::-1]))
