"""`python -m tests.speed [names…]`: measures, prints one table, writes out/bench.json."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from tests.speed.figures import Figure, table
from tests.speed.room import PACE_MS, Room

# By name on the command line: the module, in the order of running. What only reads a quiet machine comes first.
CHAPTERS: Final = {
    "start": "start",
    "label": "label",
    "read": "reading",
    "numbers": "numbers",
    "carriers": "carriers",
    "letters": "letters",
    "answers": "answers",
    "import": "intake",
    "fill": "filling",
    "scan": "scan",
    "journal": "journal",
    "grid": "grid",
    "news": "grid_news",
    "rules": "rules",
    "forecast": "forecast",
    "insights": "insights",
    "notices": "notices",
    "shared": "shared_delay",
    "pages": "shared_page",
    "stations": "stations",
}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.speed", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(CHAPTERS)}; none means all")
    parser.add_argument("--shipments", type=int, default=100_000, metavar="N", help="in the filled station")
    parser.add_argument("--out", type=Path, default=Path("out"), metavar="DIR")
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="DIR",
        help="make the filled station there and take it from there next time",
    )
    parser.add_argument(
        "--pace", type=int, default=PACE_MS, metavar="MS", help="of scan: from a picture to the next scan"
    )
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.names) - set(CHAPTERS))
    if unknown:
        parser.error(f"there is no chapter {', '.join(unknown)}: choose from {', '.join(CHAPTERS)}")
    options.out.mkdir(parents=True, exist_ok=True)
    began, load = time.monotonic(), os.getloadavg()
    # Beside the result, not in /tmp: where that is memory, fsync costs nothing and the journal looks fast.
    with tempfile.TemporaryDirectory(prefix="bench-", dir=options.out) as folder:
        figures = _measure(
            Room(Path(folder), options.shipments, keep=options.keep, pace_ms=options.pace),
            options.names or list(CHAPTERS),
        )
    took = time.monotonic() - began
    print(table(figures))
    print(
        f"\n{took:.0f} s; load before {load[0]:.1f}, after {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    report = {"machine": _machine(load), "seconds": round(took, 1), "figures": [f.as_json() for f in figures]}
    path = options.out / "bench.json"
    path.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"written: {path}")
    return 0


def _measure(room: Room, names: Sequence[str]) -> list[Figure]:
    figures: list[Figure] = []
    for name, module in CHAPTERS.items():
        if name in names:
            began = time.monotonic()
            figures += import_module(f"tests.speed.{module}").measure(room)
            print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return figures


def _machine(load: tuple[float, float, float]) -> dict[str, Any]:
    packages = ("PySide6-Essentials", "SQLAlchemy", "sqlcipher3", "reportlab", "pypdfium2", "zxing-cpp")
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "system": platform.platform(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load_before": load,
        "load_after": os.getloadavg(),
        "packages": {name: version(name) for name in packages},
    }


if __name__ == "__main__":
    sys.exit(main())
