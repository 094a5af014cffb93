"""MT-SICS lines as documented, and a scale played on a pseudo-terminal."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wismo_desk.devices.scale import PracticeScale, Scale, SerialScale, Weight, read_mt_sics
from wismo_desk.errors import Refused


@pytest.mark.parametrize(
    ("line", "weight"),
    [
        (b"S S     1.234 kg\r\n", Weight(1234, True)),
        (b"S D     1.234 kg\r\n", Weight(1234, False)),
        (b"S S       850 g\r\n", Weight(850, True)),
        (b"S S    850.50 g\r\n", Weight(851, True)),
        (b"S S    850.49 g\r\n", Weight(850, True)),
        (b"S S    -0.012 kg\r\n", Weight(-12, True)),
        (b"S S         0. g\r\n", Weight(0, True)),
        (b"S S   120000 mg\r\n", Weight(120, True)),
    ],
)
def test_weights(line: bytes, weight: Weight) -> None:
    assert read_mt_sics(line) == weight


@pytest.mark.parametrize(
    "line",
    [
        b"S I\r\n",
        b"S +\r\n",
        b"S -\r\n",
        b"ES\r\n",
        b"EL\r\n",
        b"S S 1.2 lb\r\n",
        b"S S\r\n",
        b"\r\n",
        b"\xff\r\n",
    ],
)
def test_no_weight_says_why(line: bytes) -> None:
    with pytest.raises(Refused) as caught:
        read_mt_sics(line)
    assert caught.value.raw or not line.strip()


@given(st.binary(max_size=40))
def test_whatever_is_said_is_a_weight_or_a_refusal(line: bytes) -> None:
    with suppress(Refused):
        assert isinstance(read_mt_sics(line).grams, int)


@given(st.integers(-99_999, 99_999))
def test_grams_survive_kilograms(grams: int) -> None:
    assert read_mt_sics(b"S S %10.3f kg\r\n" % (grams / 1000)) == Weight(grams, True)


def test_practice_scale() -> None:
    scale: Scale = PracticeScale()
    assert isinstance(scale, PracticeScale)
    assert scale.read() == Weight(0, True)
    scale.put(1300, stable=False)
    assert scale.read() == Weight(1300, False)
    scale.unplug()
    with pytest.raises(Refused, match="does not answer"):
        scale.read()
    scale.put(5)
    assert scale.read() == Weight(5, True)
    scale.close()


Answers = list[bytes]


@pytest.fixture
def plug() -> Iterator[Callable[[Answers], str]]:
    """Plays a scale that gives these answers, then falls silent; gives the name of its port."""
    pty = pytest.importorskip("pty", reason="pseudo-terminals are a thing of Unix")
    threads: list[threading.Thread] = []
    ends: list[int] = []

    def start(answers: Answers) -> str:
        inside, outside = pty.openpty()
        ends.extend((inside, outside))

        def serve() -> None:
            for answer in answers:
                heard = b""
                while not heard.endswith(b"SI\r\n"):
                    heard += os.read(inside, 64)
                os.write(inside, answer)

        threads.append(threading.Thread(target=serve))
        threads[-1].start()
        return os.ttyname(outside)

    yield start
    for thread in threads:
        thread.join(60)
    for end in ends:
        os.close(end)


def test_a_serial_scale(plug: Callable[[Answers], str]) -> None:
    with SerialScale(
        plug([b"S D     1.200 kg\r\n", b"S S     1.234 kg\r\n", b"ES\r\n"]), answer_s=20
    ) as scale:
        assert scale.read() == Weight(1200, False)
        assert scale.read() == Weight(1234, True)
        with pytest.raises(Refused, match="not a weight"):
            scale.read()


def test_an_old_answer_is_not_read_as_the_new_one(plug: Callable[[Answers], str]) -> None:
    with SerialScale(plug([b"S S 1 kg\r\nS S 9 kg\r\n", b"S S 2 kg\r\n"]), answer_s=20) as scale:
        assert scale.read() == Weight(1000, True)
        assert scale.read() == Weight(2000, True)


@pytest.mark.parametrize("said", [b"", b"S S   1.2"])
def test_a_scale_that_says_nothing_or_half(plug: Callable[[Answers], str], said: bytes) -> None:
    with SerialScale(plug([said]), answer_s=0.2) as scale, pytest.raises(Refused, match="does not answer"):
        scale.read()


def test_no_scale() -> None:
    with pytest.raises(Refused, match="does not answer"):
        SerialScale("/dev/no-such-port").read()
