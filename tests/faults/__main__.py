"""`python -m tests.faults [ROW…] [--short] [--seed N]`: runs rows of the fault bench, prints a line for each.

Without names all rows run, as many at a time as there are processors, each in a process of its own; with one
name that row runs here. The seed of a row that fell short is printed with it and repeats it.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from importlib import import_module
from pathlib import Path
from typing import Final

from tests.faults.outcome import Outcome, heading, line, verdict

# The longest first: the rest fills the gaps.
ROWS: Final = (
    "kills",
    "power",
    "storm",
    "window",
    "printing",
    "mails",
    "disk",
    "flips",
    "clocks",
    "two",
    "released",
    "hole",
)
_ROOT: Final = Path(__file__).resolve().parents[2]
_PATIENCE_S: Final = 3600


def run_here(row: str, *, short: bool, seed: int) -> Outcome:
    logging.disable()  # what is done to the desk on purpose is no news
    found: Outcome = import_module(f"tests.faults.{row}").run(short=short, seed=seed)
    return found


def run_apart(row: str, *, short: bool, seed: int) -> Outcome:
    """In a process of its own; a bug in the row is a row that falls short."""
    command = [sys.executable, "-m", "tests.faults", row, "--json", "--seed", str(seed)]
    began = time.monotonic()
    try:
        done = subprocess.run(
            [*command, *(["--short"] if short else [])],
            cwd=_ROOT, capture_output=True, text=True, timeout=_PATIENCE_S, check=False,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        note = f"not at its end after {_PATIENCE_S} s"
        return Outcome(name=row, unit="", count=0, least=1, seed=seed, seconds=_PATIENCE_S, note=note)
    sys.stderr.write(done.stderr)
    last = done.stdout.strip().splitlines()[-1:]
    if last and last[0].startswith("{"):
        return Outcome(**json.loads(last[0]))
    return Outcome(
        name=row, unit="", count=0, least=1, seed=seed, seconds=time.monotonic() - began,
        note=f"the row itself broke, exit code {done.returncode}",
    )  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(ROWS)}; none means all")
    parser.add_argument("--short", action="store_true", help="the form that `make test` runs")
    parser.add_argument("--seed", type=int, default=0, help="0 draws one")
    parser.add_argument("--json", action="store_true", help="for a program: one line of JSON")
    options = parser.parse_args(arguments)
    if unknown := sorted(set(options.rows) - set(ROWS)):
        parser.error(f"there is no row {', '.join(unknown)}: choose from {', '.join(ROWS)}")
    seed = options.seed or random.SystemRandom().randrange(1, 1_000_000)
    began = time.monotonic()
    if len(options.rows) == 1:
        outcomes = [run_here(options.rows[0], short=options.short, seed=seed)]
        if options.json:
            print(json.dumps(outcomes[0].as_json()))
            return int(bool(outcomes[0].short_of))
        print(f"{heading()}\n{line(outcomes[0])}")
    else:
        outcomes = _all(options.rows or ROWS, short=options.short, seed=seed)
    print(f"\n{verdict(outcomes, time.monotonic() - began)}")
    return int(any(each.short_of for each in outcomes))


def _all(rows: Sequence[str], *, short: bool, seed: int) -> list[Outcome]:
    """Prints each row as it ends."""
    print(heading(), flush=True)
    outcomes = []
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        started = [pool.submit(run_apart, row, short=short, seed=seed) for row in rows]
        for ended in as_completed(started):
            outcomes.append(ended.result())
            print(line(outcomes[-1]), flush=True)
    return outcomes


if __name__ == "__main__":
    sys.exit(main())
