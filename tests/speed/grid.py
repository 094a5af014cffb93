"""The grid of all shipments: opened, scrolled page by page, sorted, filtered, searched, and while shipments change.

`--shipments 1000000` is what it is built for. Both sides run in processes of their own, for their memory.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from tests.speed import grid_peer
from tests.speed.figures import Figure, at, spread
from tests.speed.fill import KEY
from tests.speed.grid_fill import fill_rows
from tests.speed.room import Room
from wismo_desk.store.store import MAIN

_LIVE_S: Final = 10
_SQL: Final = "QSqlTableModel + QTableView on a plain export (256 rows at a time)"
_STOCK: Final = "stock QTableView on our model, same changes"


def measure(room: Room) -> list[Figure]:
    folder, plain = room.folder / "grid", room.folder / "plain-grid.db"
    print(f"  {room.shipments:,} rows for the grid …", file=sys.stderr, flush=True)
    fill_rows(folder, room.shipments)
    grid_peer.export(folder / MAIN, KEY, plain)
    small = room.folder / "grid-small"
    fill_rows(small, 200)
    ours = _run("tests.speed.grid_process", str(folder), str(_LIVE_S))
    few = _run("tests.speed.grid_process", str(small), "0")
    ours["mb_small"], ours["mb_small_own"] = few["mb_idle"], few["mb_own"]
    peer = _run("tests.speed.grid_peer", str(plain))
    return [*_opened(ours, peer), *_scrolled(ours, peer), *_asked(ours, peer), *_live(ours)]


def _run(module: str, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    if done.returncode:
        raise RuntimeError(f"{module}: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _opened(ours: dict[str, Any], peer: dict[str, Any]) -> list[Figure]:
    rows = f"{ours['rows']:,} rows"
    every = f"{_SQL}; everything fetched: {peer['whole']:.0f} ms"
    said = (
        (f"open to first page painted, {rows}", min(ours["open"]), "ms", _SQL, peer["open"], 60.0),
        ("the whole order known", min(ours["whole"]), "ms", every, peer["whole"], 600.0),
        (
            "memory of the rows: beside a desk of 200",
            ours["mb_idle"] - ours["mb_small"],
            "MB",
            "",
            None,
            None,
        ),
        ("memory of a desk of 200, its own", ours["mb_small_own"], "MB", "", None, None),
        ("memory of the process, its own", ours["mb_open_own"], "MB", "", None, None),
        ("memory of the process", ours["mb"], "MB", f"{_SQL}, everything fetched", peer["mb_whole"], 160.0),
        (
            "memory after all of this",
            ours["mb_end"],
            "MB",
            f"{_SQL}, first rows only",
            peer["mb_first"],
            None,
        ),
    )
    return [
        *(
            Figure(chapter="grid", name=name, value=value, unit=unit, peer=other, peer_value=theirs, aim=aim)
            for name, value, unit, other, theirs, aim in said
        ),
        *(
            Figure(chapter="grid", name=f"of the process's memory: {kind}", value=mb, unit="MB")
            for kind, mb in ours["kinds"].items()
        ),
    ]


def _scrolled(ours: dict[str, Any], peer: dict[str, Any]) -> list[Figure]:
    rows, cells = ours["calls"]
    return [
        *spread(
            "grid",
            "page down, frame",
            ours["frames"],
            peer["scroll"],
            peer=_SQL,
            aim=16.0,
            note=f"{ours['blank']} of {len(ours['frames'])} pages came before their words",
        ),
        *spread(
            "grid",
            "page down, processor's time of the frame",
            ours["frames_cpu"],
            (),
            peer="",
            percents=(99,),
        ),
        *spread("grid", "page down, words there", ours["waits"], peer["scroll"], peer=_SQL),
        Figure(
            chapter="grid",
            name="data() calls of one paint",
            value=cells,
            unit="calls",
            note=f"{rows} rows asked for instead",
        ),
    ]


def _asked(ours: dict[str, Any], peer: dict[str, Any]) -> list[Figure]:
    proxies = {
        "sort": f"QSortFilterProxyModel at 100,000: {peer['proxy_sort']:.0f} ms",
        "filter": f"QSortFilterProxyModel at 100,000: {peer['proxy_filter']:.0f} ms",
        "substring": "LIKE '%…%'",
    }
    figures: list[Figure] = []
    for name, note in proxies.items():
        first, whole = zip(*ours[name], strict=True)
        theirs = peer[name]
        figures += spread("grid", f"{name}, first page", first, theirs, peer=_SQL, aim=100.0, note=note)
        figures += spread("grid", f"{name}, whole order", whole, theirs, peer=_SQL, percents=(99,), aim=500.0)
    return figures


def _live(ours: dict[str, Any]) -> list[Figure]:
    """At the pace of the aim, which may be more than the writer can, and at paces that it keeps."""
    live, stock = ours["live"], ours["stock"]
    return [
        Figure(chapter="grid", name="committed changes", value=live["rate"], unit="1/s", aim=5_000.0),
        *_paced(live, stock, ""),
        *(figure for one in ours["paced"] for figure in _paced(one, None, f" at {one['asked']:,} a second")),
    ]


def _paced(live: dict[str, Any], stock: dict[str, Any] | None, pace: str) -> list[Figure]:
    cpu = live["cpu"]
    theirs = f"; stock {stock['fps']:.0f} frames/s" if stock else ""
    note = (
        f"{live['rate']:.0f} changes/s, {live['fps']:.0f} frames/s{theirs}; "
        f"{cpu['a change']:.0f} µs of a processor a change, window {cpu['window']:.0%} of one; "
        f"{live['blank']} frames with a row without words"
    )
    rests = f"commit to paint, nobody scrolls{pace}"
    seen = f"{live['unseen']} of {len(live['behind'])} rows were off the screen before"
    if not live["rest"]:
        seen += "; while nobody scrolled no row of the screen changed"
    frames, gaps, behind = (stock[key] if stock else () for key in ("frames", "gaps", "behind"))
    return [
        *_worst(f"scrolling while they change{pace}, frame", live["frames"], frames, note, 16.0),
        *_worst(f"from frame to frame{pace}", live["gaps"], gaps, note, None),
        *spread(
            "grid",
            f"commit to paint{pace}",
            live["behind"],
            behind,
            peer=_STOCK if stock else "",
            aim=100.0,
            note=seen,
        ),
        *(spread("grid", rests, live["rest"], (), peer="", aim=100.0) if live["rest"] else ()),
    ]


def _worst(
    name: str, ours: Sequence[float], theirs: Sequence[float], note: str, aim: float | None
) -> list[Figure]:
    return [
        *spread("grid", name, ours, theirs, peer=_STOCK if theirs else "", aim=aim, note=note),
        Figure(
            chapter="grid",
            name=f"{name}, worst",
            value=at(ours, 100) if len(ours) < 2 else max(ours),
            unit="ms",
            peer=_STOCK if theirs else "",
            peer_value=max(theirs, default=None),
            aim=None if aim is None else 33.0,
            samples=len(ours),
        ),
    ]
