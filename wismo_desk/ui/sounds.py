"""The bench's four sounds, and a resident player that takes their bytes without ever blocking a scan.

Each differs from the others in pitch and in rhythm (design.md "Words"), 16 bit mono at 48 kHz, under
400 ms, equally loud. The files in resources/sounds are written by `write_sounds`.
"""

from __future__ import annotations

import contextlib
import math
import os
import shutil
import subprocess
import sys
import tempfile
import wave
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol

from wismo_desk.domain.bench_view import Cue

RATE: Final = 48_000  # samples a second
_LOUDNESS: Final = 0.2  # root mean square while sounding, of full scale
_FADE: Final = 0.006  # s; shorter clicks, longer sounds soft


@dataclass(frozen=True, slots=True)
class Note:
    """`start` and `length` in s, gliding from `low` to `high` Hz; odd harmonics make it hollow (square)."""

    start: float
    length: float
    low: float
    high: float
    harmonics: tuple[float, ...] = (1.0,)


_SQUARE: Final = (1.0, 0.0, 1 / 3, 0.0, 1 / 5, 0.0, 1 / 7)
_BELL: Final = (1.0, 0.35, 0.12)
SCORE: Final[Mapping[Cue, tuple[Note, ...]]] = {
    Cue.OK: (Note(0, 0.11, 880, 1320),),
    Cue.WRONG: (Note(0, 0.14, 165, 165, _SQUARE), Note(0.2, 0.16, 147, 147, _SQUARE)),
    Cue.DONE: (
        Note(0, 0.08, 523, 523, _BELL),
        Note(0.09, 0.08, 659, 659, _BELL),
        Note(0.18, 0.14, 784, 784, _BELL),
    ),
    Cue.ATTENTION: (Note(0, 0.15, 587, 587, _BELL), Note(0.23, 0.15, 440, 440, _BELL)),
}


def samples(cue: Cue) -> array[int]:
    """The sound as 16-bit samples, empty for SILENT."""
    notes = SCORE.get(cue, ())
    if not notes:
        return array("h")
    length = max(note.start + note.length for note in notes)
    mixed = [0.0] * math.ceil(length * RATE)
    sounding = 0
    for note in notes:
        first, count = round(note.start * RATE), round(note.length * RATE)
        sounding += count
        for i in range(count):
            mixed[first + i] += _tone(note, i / RATE)
    loud = math.sqrt(sum(value * value for value in mixed) / sounding)
    return array("h", (round(value / loud * _LOUDNESS * 32767) for value in mixed))


def _tone(note: Note, at: float) -> float:
    phase = math.tau * (note.low * at + (note.high - note.low) * at * at / (2 * note.length))
    edge = min(at, note.length - at) / _FADE
    envelope = math.sin(min(1.0, max(0.0, edge)) * math.pi / 2) ** 2
    return envelope * sum(part * math.sin(phase * (n + 1)) for n, part in enumerate(note.harmonics))


def write_sounds(folder: Path) -> tuple[Path, ...]:
    """Write ok.wav, wrong.wav, done.wav and attention.wav; the same bytes each time."""
    written = []
    for cue in SCORE:
        path = folder / f"{cue}.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(_little_endian(samples(cue)))
        written.append(path)
    return tuple(written)


def _little_endian(values: array[int]) -> bytes:
    if sys.byteorder == "big":
        values = array("h", values)
        values.byteswap()
    return values.tobytes()


def read_sounds(folder: Path) -> dict[Cue, bytes]:
    """PCM of the four files."""
    sounds = {}
    for cue in SCORE:
        with wave.open(str(folder / f"{cue}.wav"), "rb") as file:
            sounds[cue] = file.readframes(file.getnframes())
    return sounds


def louder(pcm: bytes, volume: float) -> bytes:
    """Scaled by `volume` (0 to 1)."""
    values = array("h", pcm)
    if sys.byteorder == "big":
        values.byteswap()
    return _little_endian(array("h", (round(value * volume) for value in values)))


class Outlet(Protocol):
    """One way to reach the loudspeaker. False: it is gone, and stays so."""

    def play(self, cue: Cue, pcm: bytes) -> bool: ...

    def close(self) -> None: ...


PLAYERS: Final = (
    ("pacat", "--playback", "--raw", "--rate=48000", "--channels=1", "--format=s16le", "--latency-msec=20"),
    ("pw-cat", "--playback", "--raw", "--rate=48000", "--channels=1", "--format=s16", "--latency=20ms", "-"),
    (
        *("aplay", "-q", "-t", "raw", "-f", "S16_LE", "-r", "48000", "-c", "1"),
        *("--period-time=20000", "--buffer-time=80000", "--start-delay=1", "-"),
    ),
)
# A player hands its device whole periods: the end of a sound must not wait in a half-filled one.
_TAIL: Final = bytes(2 * RATE * 60 // 1000)


class Pipe:
    """A player process that lives as long as the window and reads PCM from its standard input."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603  a fixed table of players, or the test's own
            list(command), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        if self._process.stdin is None:
            raise AssertionError("Popen was asked for a pipe")
        self._stdin = self._process.stdin
        os.set_blocking(self._stdin.fileno(), False)
        self._rest = b""

    def play(self, cue: Cue, pcm: bytes) -> bool:
        """Hand the bytes over now. A full pipe drops this sound: a late one would speak of another scan."""
        try:
            if self._rest:
                # Half a sample would turn every later sound into noise: what was begun is finished first.
                self._rest = self._rest[os.write(self._stdin.fileno(), self._rest) :]
            if not self._rest:
                sound = pcm + _TAIL
                self._rest = sound[os.write(self._stdin.fileno(), sound) :]
        except BlockingIOError:
            return True
        except OSError:
            return False
        return True

    def close(self) -> None:
        with contextlib.suppress(OSError):  # a player that died owes nothing
            self._stdin.close()
        self._process.terminate()
        self._process.wait()


class Files:
    """Systems whose player takes a file: Windows in-process, macOS one short `afplay` per sound."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="wismo-sounds-")
        self._running: list[subprocess.Popen[bytes]] = []

    def play(self, cue: Cue, pcm: bytes) -> bool:
        path = Path(self._folder.name) / f"{cue}-{hash(pcm) & 0xFFFFFFFF:08x}.wav"
        if not path.exists():
            with wave.open(str(path), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(RATE)
                file.writeframes(pcm)
        if sys.platform == "win32":
            import winsound

            winsound.PlaySound(str(path), winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT)
            return True
        self._running = [process for process in self._running if process.poll() is None]
        try:
            self._running.append(subprocess.Popen(["/usr/bin/afplay", str(path)]))  # noqa: S603  our own file
        except OSError:
            return False
        return True

    def close(self) -> None:
        for process in self._running:
            process.terminate()
            process.wait()
        self._folder.cleanup()


def find_outlet(
    system: str = sys.platform, which: Callable[[str], str | None] = shutil.which
) -> Outlet | None:
    """The loudspeaker of this computer, None when it has none we can reach."""
    if system in ("win32", "darwin"):
        return Files()
    for name, *arguments in PLAYERS:
        path = which(name)
        if path:
            return Pipe((path, *arguments))
    return None


class SoundState(StrEnum):
    """What the settings page says of the sound; each screen has its visual twin whatever this is."""

    READY = "ready"
    SILENT = "silent"  # no player on this computer, or it ended


class Speaker:
    """Plays cues at one volume. Never raises and never waits."""

    def __init__(self, sounds: Mapping[Cue, bytes], outlet: Outlet | None, *, volume: float = 0.8) -> None:
        self._sounds, self._outlet = dict(sounds), outlet
        self._ready: dict[Cue, bytes] = {}
        self.set_volume(volume)

    @property
    def state(self) -> SoundState:
        return SoundState.READY if self._outlet is not None else SoundState.SILENT

    def set_volume(self, volume: float) -> None:
        """0 (mute) to 1."""
        self._volume = min(1.0, max(0.0, volume))
        self._ready = {cue: louder(pcm, self._volume) for cue, pcm in self._sounds.items()}

    def play(self, cue: Cue) -> bool:
        """True when the bytes were handed over within this call."""
        pcm = self._ready.get(cue)
        if self._outlet is None or not pcm or not self._volume:
            return False
        if self._outlet.play(cue, pcm):
            return True
        self.close()
        return False

    def close(self) -> None:
        if self._outlet is not None:
            self._outlet.close()
            self._outlet = None
