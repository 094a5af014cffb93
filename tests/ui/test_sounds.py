"""Four sounds an ear can tell apart, and a player that never holds a scan."""

from __future__ import annotations

import math
import sys
import wave
from itertools import pairwise
from pathlib import Path

import pytest

from wismo_desk.domain.bench_view import Cue
from wismo_desk.ui.sounds import (
    PLAYERS,
    RATE,
    SCORE,
    Pipe,
    SoundState,
    Speaker,
    find_outlet,
    louder,
    read_sounds,
    samples,
    write_sounds,
)

RESOURCES = Path(__file__).parents[2] / "resources" / "sounds"
CUES = tuple(SCORE)


def beats(cue: Cue) -> list[tuple[int, int]]:
    """Where it sounds: (start, length) in ms, silence being 15 ms below a fiftieth of full scale."""
    window = RATE // 1000
    values = samples(cue)
    loud = [max(map(abs, values[i : i + window])) > 650 for i in range(0, len(values), window)]
    found: list[tuple[int, int]] = []
    quiet = 99
    for ms, on in enumerate(loud):
        if not on:
            quiet += 1
        elif quiet >= 4:
            found.append((ms, 1))
            quiet = 0
        else:
            found[-1] = (found[-1][0], ms - found[-1][0] + 1)
            quiet = 0
    return found


def pitch(cue: Cue) -> float:
    """Strongest frequency among candidates, by the Goertzel sum, over the first 80 ms."""
    values = samples(cue)[: RATE * 8 // 100]

    def power(hertz: float) -> float:
        turn = math.tau * hertz / RATE
        real = sum(v * math.cos(turn * i) for i, v in enumerate(values[::4], 0) for i in [i * 4])
        imaginary = sum(v * math.sin(turn * i) for i, v in enumerate(values[::4], 0) for i in [i * 4])
        return real * real + imaginary * imaginary

    return max((131 * 1.122**step for step in range(24)), key=power)


def test_the_files_are_what_the_score_makes(tmp_path: Path) -> None:
    for path in write_sounds(tmp_path):
        assert path.read_bytes() == (RESOURCES / path.name).read_bytes()
    assert {path.stem for path in RESOURCES.glob("*.wav")} == {"ok", "wrong", "done", "attention"}


@pytest.mark.parametrize("cue", CUES)
def test_each_is_short_mono_48_khz_and_equally_loud(cue: Cue) -> None:
    with wave.open(str(RESOURCES / f"{cue}.wav")) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (48_000, 1, 2)
        assert file.getnframes() / 48_000 < 0.4
    values = samples(cue)
    sounding = sum(note.length for note in SCORE[cue]) * RATE
    assert math.sqrt(sum(v * v for v in values) / sounding) == pytest.approx(0.2 * 32767, rel=0.02)
    assert max(map(abs, values)) < 32767


def test_they_differ_in_pitch() -> None:
    heard = sorted(pitch(cue) for cue in CUES)
    assert all(high / low > 1.1 for low, high in pairwise(heard)), heard


def test_they_differ_in_rhythm() -> None:
    rhythms = {cue: beats(cue) for cue in CUES}
    assert [len(rhythms[cue]) for cue in (Cue.OK, Cue.WRONG, Cue.DONE, Cue.ATTENTION)] == [1, 2, 3, 2]
    wrong, attention = rhythms[Cue.WRONG], rhythms[Cue.ATTENTION]
    assert attention[1][0] - wrong[1][0] >= 20, "the slow pair is slower"


def test_the_player_gets_the_bytes_within_the_call(tmp_path: Path) -> None:
    heard = tmp_path / "heard.pcm"
    copy = "import sys,shutil; shutil.copyfileobj(sys.stdin.buffer, open(sys.argv[1], 'wb'))"
    pipe = Pipe((sys.executable, "-c", copy, str(heard)))
    sounds = read_sounds(RESOURCES)
    speaker = Speaker(sounds, pipe, volume=1)
    assert speaker.play(Cue.OK)
    pipe._stdin.close()
    assert pipe._process.wait() == 0
    assert heard.read_bytes().startswith(sounds[Cue.OK])
    speaker.close()


def test_a_player_that_died_is_silence_and_no_error() -> None:
    pipe = Pipe((sys.executable, "-c", "raise SystemExit"))
    pipe._process.wait()
    speaker = Speaker(read_sounds(RESOURCES), pipe)
    assert speaker.state is SoundState.READY
    assert not speaker.play(Cue.WRONG)
    assert speaker.state is SoundState.SILENT
    assert not speaker.play(Cue.WRONG)


def test_a_player_that_never_reads_never_blocks() -> None:
    """A plain blocking pipe would hang here for ever: 100 sounds are 4 MB, a pipe takes 64 kB."""
    pipe = Pipe((sys.executable, "-c", "import time; time.sleep(60)"))
    speaker = Speaker(read_sounds(RESOURCES), pipe)
    assert all(speaker.play(Cue.DONE) for _ in range(100))
    speaker.close()


def test_a_half_taken_sound_is_finished_before_the_next_so_that_samples_stay_whole(tmp_path: Path) -> None:
    heard, go = tmp_path / "heard.pcm", tmp_path / "go"
    slow = (
        "import sys,os,shutil\n"
        "while not os.path.exists(sys.argv[2]): pass\n"
        "shutil.copyfileobj(sys.stdin.buffer, open(sys.argv[1], 'wb'))"
    )
    pipe = Pipe((sys.executable, "-c", slow, str(heard), str(go)))
    odd = bytes(range(256)) * 400  # 102,400 bytes: more than a pipe takes
    assert pipe.play(Cue.OK, odd)
    begun = pipe._rest
    assert begun
    go.touch()
    while pipe._rest:
        pipe.play(Cue.OK, odd)
    pipe._stdin.close()
    pipe._process.wait()
    assert heard.read_bytes().startswith(odd)
    pipe.close()


def test_no_player_is_silence() -> None:
    assert find_outlet("linux", lambda name: None) is None
    speaker = Speaker(read_sounds(RESOURCES), None)
    assert speaker.state is SoundState.SILENT
    assert not speaker.play(Cue.OK)


def test_every_player_is_asked_for_the_files_format() -> None:
    for name, *arguments in PLAYERS:
        line = " ".join(arguments)
        assert "48000" in line, name
        assert "s16" in line.lower(), name


def test_volume_scales_and_zero_is_mute() -> None:
    pcm = read_sounds(RESOURCES)[Cue.OK]
    half = memoryview(louder(pcm, 0.5)).cast("h")
    assert max(half) == pytest.approx(max(memoryview(pcm).cast("h")) / 2, abs=1)
    assert not Speaker(read_sounds(RESOURCES), None, volume=0).play(Cue.OK)
