"""Starts the program as its command does, and says when its window was first painted and what was loaded by then.

Run as `python -m tests.speed.first_paint [--eager] FOLDER [ARGUMENTS…]`; prints one JSON object and ends at
once. `--eager` loads the heavy modules first, as programs do that import at the top.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from contextlib import suppress
from typing import Final

HEAVY: Final = ("sqlalchemy", "reportlab", "escpos", "requests", "numpy", "PIL", "keyring")
_EAGER: Final = (
    *("sqlalchemy.orm", "reportlab.platypus", "reportlab.graphics.barcode.code128", "escpos.printer"),
    *("requests", "numpy", "PIL.Image", "keyring"),
)


def start(folder: str, arguments: list[str], *, eager: bool) -> None:
    if eager:
        for name in _EAGER:
            with suppress(ImportError):  # numpy is not among this version's dependencies
                importlib.import_module(name)
    from wismo_desk.app import desk as composition

    class Watched(composition.Desk):
        """The desk, listened to from its first moment."""

        def show(self, size: object = None) -> None:
            self.bench_page.painted.connect(lambda _view: _tell())
            super().show()

    composition.Desk = Watched  # type: ignore[misc]  # the program builds its desk by this name
    from wismo_desk.__main__ import main

    sys.exit(main(["--folder", folder, *arguments]))


def _tell() -> None:
    painted = time.monotonic()
    loaded = {name for name in HEAVY if name in sys.modules}
    sys.stdout.write(json.dumps({"painted": painted, "loaded": sorted(loaded)}) + "\n")
    sys.stdout.flush()
    os._exit(0)  # the paint is all that was asked; a store may just be opening


if __name__ == "__main__":
    words = sys.argv[1:]
    early = "--eager" in words
    rest = [word for word in words if word != "--eager"]
    start(rest[0], rest[1:], eager=early)
