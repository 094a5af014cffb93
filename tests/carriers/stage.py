"""What the contract kit needs to try a carrier: the carrier itself, with its outside played on loopback.

A new carrier brings `tests/carriers/stage_<code>.py` with a context manager `stage()`; the kit finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import cast

from carrier_request import REQUEST

from wismo_desk.domain.carrier import Carrier
from wismo_desk.domain.order import Party
from wismo_desk.domain.shipment import LabelRequest
from wismo_desk.practice.loopback import LoopbackServer


class Clock:
    """The practice server's; tests move it on, and parcels live."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **much: float) -> None:
        self.now += timedelta(**much)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """`request` is one that is accepted, `refused` one that the company refuses. `created` counts the labels
    sold for a reference. `sold_numbers`: how a story of practice/plot.py is asked for is the server's affair;
    these fill in "arrives" by its number when nothing can be sold (a carrier that is only followed)."""

    carrier: Carrier
    server: LoopbackServer | None = None
    clock: Clock = field(default_factory=Clock)
    request: LabelRequest = REQUEST
    refused: LabelRequest | None = None
    created: Callable[[str], int] | None = None
    recipients: Mapping[str, Party] = field(default_factory=dict)  # of services that do not go to `request`'s
    point: str = "EX350001"  # a pickup point of the served kind
    arrives: str = ""  # a number that will be delivered, for carriers that sell none
    stranger: str = "ZZ999999999ZZ"  # a number the company does not know
    natives: tuple[str, ...] = ("^XA",)  # how its labels begin

    def __post_init__(self) -> None:
        """Who is silent gives up before the carrier's client does, which is patient with a machine that is busy."""
        if self.server is not None:
            self.server.silent_s = 0.2


def stages() -> dict[str, Callable[[], AbstractContextManager[Stage]]]:
    here = Path(__file__).parent
    names = sorted(path.stem for path in here.glob("stage_*.py"))
    return {
        name.removeprefix("stage_"): cast(
            "Callable[[], AbstractContextManager[Stage]]", import_module(name).stage
        )
        for name in names
    }
