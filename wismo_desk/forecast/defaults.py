"""The default tables: what is assumed of a lane until parcels of its own are known."""

from __future__ import annotations

import csv
from typing import Final

import numpy as np

from wismo_desk.forecast.lanes import DAYS
from wismo_desk.forecast.parcels import Floats

KINDS: Final = ("any", "domestic", "abroad")  # in the order of history_file.ANY, DOMESTIC, ABROAD


def read_defaults(text: str) -> Floats:
    """`resources/forecast/defaults.csv` as hazards (kinds, DAYS): each row holds until the next one of its kind."""
    table = np.zeros((len(KINDS), DAYS), dtype=np.float32)
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for row in csv.DictReader(lines):
        table[KINDS.index(row["kind"]), int(row["day"]) :] = float(row["hazard"])
    return table
