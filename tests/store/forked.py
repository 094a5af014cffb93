"""A writer that is killed: forks itself again and again, and says on stdout what each child acknowledged.

`python forked.py FOLDER KILLS naive|careful SEED`. Each child opens the store, commits facts in a loop and
writes the number of each to a pipe *after* its commit (careful) or before it (naive, as with no sync at all).
The parent kills it after a random while and goes on with the next child. Kept out of pytest's process:
forking after Qt has started is not safe.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path

from store_rig import about, opened, order, taken_in

from wismo_desk.domain.fact import FactKind
from wismo_desk.flows.pen import Pen
from wismo_desk.store.journal import Entry

ONE = order("1042")


def child(folder: Path, pipe: int, start: int, *, careful: bool) -> None:
    store = opened(folder)
    pen = Pen("Poste 1", after=store.newest_id("Poste 1"))
    if not store.read.orders():
        store.commit(taken_in(pen, ONE))
    for number in range(start, start + 100_000):
        line = str(ONE.lines[0].line_id)
        fact = about(pen, ONE, FactKind.ITEM_SCANNED, line=line, pieces=1, code=str(number), how="scan")
        entry = Entry(at=pen.clock(), facts=(fact,))
        if not careful:
            os.write(pipe, number.to_bytes(4, "big"))
        store.commit(entry)
        if careful:
            os.write(pipe, number.to_bytes(4, "big"))


def main() -> None:
    folder, kills, how, seed = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    chance = random.Random(seed)
    opened(folder).close()  # all modules are loaded once, by whoever forks
    for kill in range(kills):
        ours, theirs = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(ours)
            try:
                child(folder, theirs, kill * 100_000, careful=how == "careful")
            finally:
                os._exit(3)
        os.close(theirs)
        heard = os.read(ours, 4)  # it is at work
        time.sleep(chance.uniform(0.0, 0.012))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        while piece := os.read(ours, 65536):
            heard += piece
        os.close(ours)
        numbers = [int.from_bytes(heard[i : i + 4], "big") for i in range(0, len(heard) - len(heard) % 4, 4)]
        for number in numbers:
            sys.stdout.write(f"{number}\n")


if __name__ == "__main__":
    main()
