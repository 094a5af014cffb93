"""The fault bench: what people and machines do to a packing bench, done to ours on purpose, and counted.

The rooms' own rigs are used as they are; they are modules without a package, so their folders go on the path.
"""

from __future__ import annotations

import sys
from pathlib import Path

_TESTS = Path(__file__).resolve().parents[1]
for _room in ("flows", "stories", "store", "sync", "notices"):
    if str(_TESTS / _room) not in sys.path:
        sys.path.insert(0, str(_TESTS / _room))
