"""Coliship: files only, nobody outside is asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from stage import Stage

from wismo_desk.carriers.coliship import build
from wismo_desk.web import Http


@contextmanager
def stage() -> Iterator[Stage]:
    with Http() as http:
        yield Stage(carrier=build({"account": "123456"}, http), point="123456")
