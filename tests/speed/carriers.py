"""Carriers' answers read and label requests built, ours and karrio's, on the same payloads in turns."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from tests.speed.figures import Figure
from tests.speed.karrio_peer import Karrio
from tests.speed.room import Room
from wismo_desk.carriers import CarrierModule
from wismo_desk.domain.shipment import LabelRequest
from wismo_desk.domain.status import Codes, read_codes
from wismo_desk.resources import status_tables
from wismo_desk.web import Answer

_ROUNDS: Final = 9
_TIMES: Final = 25
_LABELS: Final = 150
_AIM: Final = 5.0
_STAGES: Final = Path(__file__).parents[1] / "carriers"
_HOURS: Final = (1, 6, 6, 10, 2, 4)  # apart: announced, taken, sorted, arrived, on the round, delivered


@dataclass(frozen=True, slots=True)
class _Pair:
    """`asked` is who of ours is asked; `of` is a code of ours whose parcels it is asked about."""

    name: str
    asked: str
    package: str = ""  # of karrio; "" has none that reads these answers


_TRACKING: Final = (
    _Pair("Chronopost", "chronopost", "chronopost"),
    _Pair("Colissimo by La Poste's Suivi", "laposte", "colissimo"),
    _Pair("Colissimo by its own timeline", "colissimo"),
    _Pair("La Poste", "laposte", "laposte"),
    _Pair("GLS", "gls", "gls"),
    _Pair("UPS", "ups", "ups"),
    _Pair("DHL", "dhl", "dhl_universal"),
)
