"""A keyboard-wedge scanner on a real X server: 500 codes at 1 ms a key, into a window whose text field has
the focus. None lost, none in the field, nothing pressed."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from io import FileIO
from pathlib import Path

import pytest

from wismo_desk.domain.keyboard import repairs

TOOLS = ("Xvfb", "openbox", "xdotool")
MISSING = [tool for tool in TOOLS if shutil.which(tool) is None]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"needs {', '.join(MISSING) or 'nothing'}")
HERE = Path(__file__).parent
BATCH = 25  # codes per xdotool process, which takes them all on its command line
TRIALS = 8


class Screen:
    """An X server of its own, a window manager in it, and programs on it."""

    def __init__(self, stack: ExitStack) -> None:
        read, write = os.pipe()
        self._stack = stack
        self._window: subprocess.Popen[bytes] | None = None
        self._opened = 0
        self._spawn(
            "Xvfb",
            "-displayfd",
            str(write),
            "-screen",
            "0",
            "640x480x24",
            "-noreset",
            "-nolisten",
            "tcp",
            pass_fds=(write,),
        )
        os.close(write)
        with os.fdopen(read) as number:
            self.environment = {**os.environ, "DISPLAY": f":{number.readline().strip()}"}
        self._spawn("openbox")

    def _spawn(self, *command: str, pass_fds: tuple[int, ...] = ()) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            command,
            env=getattr(self, "environment", None),
            pass_fds=pass_fds,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._stack.callback(process.wait)
        self._stack.callback(process.terminate)
        return process

    def run(self, *command: str) -> None:
        subprocess.run(command, env=self.environment, check=True, capture_output=True, timeout=120)

    def open(self, folder: Path, layout: str, busy_ms: float) -> Record:
        self._opened += 1
        path = folder / f"seen{self._opened}"
        os.mkfifo(path)
        self.environment = {**self.environment, "QT_QPA_PLATFORM": "xcb"}
        arguments = (str(HERE / "wedge_window.py"), str(path), layout, str(busy_ms))
        self.environment["PYTHONPATH"] = str(HERE.parents[1])
        if self._window is not None:
            self._window.kill()
        self._window = self._spawn(sys.executable, *arguments)
        return Record(self._stack.enter_context(path.open("rb", buffering=0)))

    def type(self, codes: Sequence[str]) -> None:
        line = ["xdotool"]
        for code in codes:
            line += ["type", "--delay", "1", "--args", "1", code, "key", "--delay", "1", "Return"]
        self.run(*line)


class Record:
    """What the window saw; TimeoutError when it says nothing for long."""

    def __init__(self, told: FileIO) -> None:
        self._told, self._rest = told, b""
        self.events: list[dict[str, object]] = []
        self._until("ready", 1, patience_s=60)

    def _until(self, key: str, count: int, *, patience_s: float = 5) -> None:
        while sum(key in event for event in self.events) < count:
            self.events.append(json.loads(self._line(patience_s)))

    def _line(self, patience_s: float) -> bytes:
        while b"\n" not in self._rest:
            if not select.select([self._told], [], [], patience_s)[0]:
                raise TimeoutError(f"{len(self.events)} events, then none")
            self._rest += self._told.read(65536)
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def scans(self, count: int) -> list[object]:
        self._until("scan", count)
        return [event["scan"] for event in self.events if "scan" in event]

    def forget(self) -> None:
        """What was looked at."""
        self.events = []

    def others(self) -> list[dict[str, object]]:
        return [event for event in self.events if "scan" not in event and "ready" not in event]


@pytest.fixture
def screen() -> Iterator[Screen]:
    with ExitStack() as stack:
        yield Screen(stack)


def codes(count: int) -> list[str]:
    kinds = ("6A{0:011d}", "WD-C{0}", "XY{0:09d}FR", "%00{0:012d}", "SKU-{0}-bleu")
    return [kinds[i % len(kinds)].format(i * 7919 + 13) for i in range(count)]


def until_whole(trial: Callable[[], bool]) -> None:
    """A machine that stops the typist itself for 35 ms in a code makes a person of it: then once more."""
    for _ in range(TRIALS):
        with suppress(TimeoutError):
            if trial():
                return
    raise AssertionError(f"{TRIALS} times a scan was lost")


def scanned(screen: Screen, folder: Path, sent: list[str], *, busy_ms: float = 0) -> None:
    """Batch after batch into one window; into a new one after a batch that did not arrive whole."""
    record: Record | None = None

    def trial(batch: list[str]) -> bool:
        nonlocal record
        before, record = record, None
        now = before or screen.open(folder, "typed", busy_ms)
        screen.type(batch)
        if now.scans(len(batch)) != batch or now.others():
            return False
        now.forget()
        record = now
        return True

    for first in range(0, len(sent), BATCH):
        until_whole(partial(trial, sent[first : first + BATCH]))


def test_500_scans_into_a_focused_text_field(screen: Screen, tmp_path: Path) -> None:
    scanned(screen, tmp_path, codes(500))


def test_scans_queue_while_the_window_is_busy(screen: Screen, tmp_path: Path) -> None:
    """50 ms of work for each scan: keys pile up, and their own timestamps still tell the rhythm."""
    scanned(screen, tmp_path, codes(60), busy_ms=50)


def test_a_person_still_writes(screen: Screen, tmp_path: Path) -> None:
    def trial() -> bool:
        record = screen.open(tmp_path, "typed", 0)
        screen.run("xdotool", "type", "--delay", "90", "dupont")
        screen.type(["4006381333931"])
        whole = record.scans(1) == ["4006381333931"]
        fields = [event["field"] for event in record.others() if "field" in event]
        return whole and fields[-1] == "dupont"

    until_whole(trial)


US_ROWS = {10: "1234567890-", 24: "qwertyuiop", 38: "asdfghjkl", 52: "zxcvbnm"}
KEYCODES = {character: first + i for first, row in US_ROWS.items() for i, character in enumerate(row)}


def press_keys(screen: Screen, code: str) -> None:
    """What a scanner set to US presses, key by key, whatever the computer's layout is."""
    line = ["xdotool"]
    for character in code:
        keycode = str(KEYCODES[character.lower()])
        shift = character.isupper()
        line += [*(("keydown", "50") if shift else ()), "key", "--delay", "1", keycode]
        line += ["keyup", "50"] if shift else []
    screen.run(*line, "key", "--delay", "1", "36")


@pytest.mark.skipif(shutil.which("setxkbmap") is None, reason="needs setxkbmap")
@pytest.mark.parametrize(
    ("layout", "presses", "arrives"),
    [
        ("typed", ["HA112"], ["HQ&&é"]),
        ("us_positions", ["HA112-zw", "6A17204518835"], ["HA112-zw", "6A17204518835"]),
    ],
)
def test_a_us_scanner_on_a_french_computer(
    screen: Screen, tmp_path: Path, layout: str, presses: list[str], arrives: list[str]
) -> None:
    """By position the code arrives as printed; as typed it is mangled, and the reading repairs it."""
    screen.run("setxkbmap", "fr")

    def trial() -> bool:
        record = screen.open(tmp_path, layout, 0)
        for code in presses:
            press_keys(screen, code)
        return record.scans(len(arrives)) == arrives and record.others() == []

    until_whole(trial)
    assert layout == "us_positions" or "HA112" in repairs(arrives[0])
