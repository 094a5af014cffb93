"""Files of every released version open with this one, and nothing of what was done there is lost.

`released/<version>` holds a backup of a small practice day: eight orders, five packed, two parcels on a
manifest, made by that version with the key below.
"""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from wismo_desk.domain.anomaly import Rules
from wismo_desk.domain.effect import EffectState
from wismo_desk.resources import status_tables
from wismo_desk.store import open_store

KEY = bytes(range(32))
RELEASED = sorted(path for path in (Path(__file__).parent / "released").iterdir() if path.is_dir())


@pytest.mark.parametrize("version", RELEASED, ids=lambda path: path.name)
@pytest.mark.parametrize("refold", [False, True])
def test_a_released_file_opens(version: Path, refold: bool, tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    shutil.copytree(version, folder)
    statuses = status_tables()
    if refold:  # another mapping: every derived table is made anew and folded again
        statuses["own"] += "NEW,in_transit,,1\n"
    store = open_store(folder, KEY, statuses=statuses, rules=Rules(zone=ZoneInfo("Europe/Paris")))
    try:
        assert store.check() == []
        states = Counter(row.state.value for row in store.read.orders())
        assert states == {"shipped": 5, "waiting": len(store.read.orders()) - 5}
        parcels = [
            parcel for row in store.read.orders() for parcel in store.read.parcels(order_id=row.order_id)
        ]
        assert Counter(parcel.state.value for parcel in parcels)["manifested"] == 2
        assert all(store.journal.label(parcel.parcel_id) for parcel in parcels)
        assert len(store.read.manifests()) == 1
        assert store.journal.effects(states=(EffectState.IN_DOUBT, EffectState.SENDING)) == []
    finally:
        store.close()


def test_there_is_one_of_this_version() -> None:
    from wismo_desk import __version__

    assert __version__ in {path.name for path in RELEASED}
