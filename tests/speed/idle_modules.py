"""Opens a desk with an empty station and says which heavy modules it loaded before anybody asked for anything.

Run as `python -m tests.speed.idle_modules [--eager] FOLDER`; prints one JSON list. `--eager` loads them first, as
programs do that import at the top.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Final

from wismo_desk.app.process import begin_process, spare_sources

# Each costs between two and thirty megabytes, and is imported where it is used.
HEAVY: Final = (
    *("numpy", "reportlab", "PIL", "requests", "keyring", "cryptography", "paramiko", "psycopg", "holidays"),
    *(
        "phonenumbers",
        "rapidfuzz",
        "jinja2",
        "xlsxwriter",
        "mrml",
        "apprise",
        "ovh",
        "smpp34",
        "sqlalchemy.orm",
    ),
    *("wismo_desk.forecast.model", "wismo_desk.practice.carrier_server", "wismo_desk.store.grid_columns"),
)
_EAGER: Final = ("numpy", "reportlab", "PIL", "requests", "keyring", "sqlalchemy.orm")
_LANES: Final = ("recover", "read", "grid pages", "tracking", "inbox", "notices", "intake", "foresight")


def main(folder: Path) -> None:
    from tests.speed.room import Room, wait

    room = Room(folder, 0)
    with room.desk(folder / "station", prepare=lambda _desk: None) as desk:
        for page in ("shipments", "orders", "bench"):
            desk.window.show_page(page)
        done: list[object] = []
        for lane in _LANES:  # what opening began there is over then
            desk.lanes.run(lane, lambda: None, done.append, done.append)
        wait(lambda: len(done) == len(_LANES))
        sys.stdout.write(json.dumps([name for name in HEAVY if name in sys.modules]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    begin_process()
    spare_sources()
    words = sys.argv[1:]
    for name in _EAGER if "--eager" in words else ():
        importlib.import_module(name)
    main(Path(words[-1]))
