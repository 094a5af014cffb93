"""Raises benches that are to be killed: reads jobs as JSON lines, forks a process for each, says how it went.

All modules are loaded once, before the first fork, and Qt is started in the children only. A job either dies
at its `point`, or, with `seconds`, packs order after order until it is killed.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "flows"))

from desk_rig import Clock, bench, line
from mortal import Address, doom, finish

from wismo_desk.app.qt import paint_application
from wismo_desk.settings.ahead import AheadMode, AheadSettings


def dies_at(job: dict[str, Any]) -> None:
    clock = Clock(datetime.fromisoformat(job["now"]))
    ahead = AheadSettings(mode=AheadMode(job.get("ahead", "off")))
    together = bool(job.get("together"))
    machines = [Address(job["port"], job["url"])] * 2
    with bench(Path(job["folder"]), *machines, clock=clock, ahead=ahead, parcels_together=together) as desk:
        desk.take(line("1", quantity=2, service=job["service"]))
        doom(desk, job["point"])
        between = ["WD-COLIS"] if together else []
        desk.scan("1", "9520000001025", *between, "9520000001025")


def packs_on(job: dict[str, Any]) -> None:
    """Starts the program, settles what the last one left, and packs what is not shipped yet."""
    clock = Clock(datetime.fromisoformat(job["now"]))
    with bench(Path(job["folder"]), *[Address(job["port"], job["url"])] * 2, clock=clock) as desk:
        desk.take(*(line(str(n), service="Exercice" if n % 2 else "Magasin") for n in range(job["orders"])))
        desk.recover()
        desk.wake()
        for number in range(job["orders"]):
            finish(desk, str(number), Path(job["tray"]))


def main() -> None:
    for text in sys.stdin:
        job = json.loads(text)
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                application = paint_application()
                (packs_on if "seconds" in job else dies_at)(job)
                code = 0
                del application
            except BaseException as error:
                print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            finally:
                os._exit(code)
        if "seconds" in job:
            time.sleep(job["seconds"])
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        print(
            json.dumps({"killed": os.WIFSIGNALED(status), "code": os.waitstatus_to_exitcode(status)}),
            flush=True,
        )


if __name__ == "__main__":
    main()
