"""A main file that is written anew with quicker pages, killed: forks itself again and again.

`python anew_killed.py FOLDER KILLS careful|naive SEED`. FOLDER holds the files of a desk of before. Each child writes a
copy of its main file anew and is killed after a random while; the copies, FOLDER/0 and so on, are left as they are, and
stdout says of each whether the child had come to its end. Naive: the old file is deleted first. Kept out of pytest's
process: forking after Qt has started is not safe.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path

from store_rig import KEY

from wismo_desk.store.copies import JOURNAL, MAIN
from wismo_desk.store.page_size import QUICK, make_quick


def child(folder: Path, *, careful: bool) -> None:
    if careful:
        make_quick(folder / MAIN, KEY, QUICK)
        return
    kept = folder.with_name(f"{folder.name}-kept")
    shutil.copytree(folder, kept)
    for name in (MAIN, f"{MAIN}-wal"):
        (folder / name).unlink()
    make_quick(kept / MAIN, KEY, QUICK)
    (kept / MAIN).rename(folder / MAIN)


def copied(before: Path, folder: Path) -> Path:
    folder.mkdir()
    for name in (MAIN, f"{MAIN}-wal", JOURNAL):
        shutil.copyfile(before / name, folder / name)
    return folder


def main() -> None:
    before, kills, how, seed = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    chance = random.Random(seed)
    began = time.monotonic()
    child(copied(before, before / "whole"), careful=how == "careful")
    takes = time.monotonic() - began
    for kill in range(kills):
        folder = copied(before, before / str(kill))
        ours, theirs = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(ours)
            try:
                os.write(theirs, b"b")
                child(folder, careful=how == "careful")
                os.write(theirs, b"e")
            finally:
                os._exit(3)
        os.close(theirs)
        os.read(ours, 1)  # it is at work
        time.sleep(chance.uniform(0.0, takes * 1.1))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        sys.stdout.write(f"{'ended' if os.read(ours, 1) else 'killed'}\n")
        os.close(ours)


if __name__ == "__main__":
    main()
