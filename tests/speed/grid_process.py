"""The grid's desk as the program starts one: what the process is told comes before anything of Qt's is imported.

`python -m tests.speed.grid_process FOLDER SECONDS`: see grid_desk.
"""

from __future__ import annotations

import sys

from wismo_desk.app.process import begin_process, spare_sources


def start(folder: str, seconds: float) -> None:
    begin_process()
    spare_sources()
    from tests.speed.grid_desk import main

    main(folder, seconds)


if __name__ == "__main__":
    start(sys.argv[1], float(sys.argv[2]))
