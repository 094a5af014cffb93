"""Parcel numbers recognised, ours and PyPI's tracking-numbers: who is right on which, and how long a guess takes."""

from __future__ import annotations

import random
import string
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import thread_time
from typing import Final

from tests.speed.figures import Figure
from tests.speed.room import Room
from wismo_desk.domain.reading import ReadKind, read

_EACH: Final = 25
_ROUNDS: Final = 9
_TIMES: Final = 8
_AIM_US: Final = 20.0
_S10: Final = "s10"  # what the peer calls every postal number
# The forms of the peer's public samples, by its names: # any digit, @ a digit or capital, ? what it finds valid.
_FORMS: Final = (
    ("amazon", "TBA" + 12 * "#"),
    ("cdl", "#a#####c##"),
    ("dhl", 9 * "#" + "?"),
    ("dhl", 10 * "#" + "?"),
    ("fedex", 11 * "#" + "?"),
    ("fedex", "1001" + 29 * "#" + "?"),
    ("fedex", "612999" + 13 * "#" + "?"),
    ("fedex", 14 * "#" + "?"),
    ("fedex", "00" + 15 * "#" + "?"),
    ("fedex", "9611020" + 14 * "#" + "?"),
    ("fedex", "9622001" + 26 * "#" + "?"),
    ("ontrac", "C" + 13 * "#" + "?"),
    ("s10", "RR" + 8 * "#" + "?DE"),
    ("s10", "CP" + 8 * "#" + "?FR"),
    ("ups", "1Z" + 6 * "@" + "03" + 7 * "#" + "?"),
    ("ups", "80" + 16 * "#"),
    ("usps", "71" + 17 * "#" + "?"),
    ("usps", "9400" + 17 * "#" + "?"),
    ("usps", "92" + 23 * "#" + "?"),
    ("usps", "420" + 5 * "#" + "92" + 19 * "#" + "?"),
    ("usps", "420" + 9 * "#" + "94" + 19 * "#" + "?"),
)


@dataclass(frozen=True, slots=True)
class _Number:
    """`carrier` by our names, "" for a post of any country. Not `valid`: its check digit is wrong."""

    text: str
    carrier: str
    valid: bool = True


def measure(room: Room) -> list[Figure]:
    try:
        from tracking_numbers import get_tracking_number
    except ImportError as error:
        print(f"  numbers: left out, {error}", file=sys.stderr, flush=True)
        return []

    def guess(text: str) -> str:
        found = get_tracking_number(text)
        return found.courier.code if found else ""

    return [*_figures("its", list(_its_own()), guess), *_figures("French", list(_french()), guess)]


def _figures(whose: str, numbers: Sequence[_Number], guess: Callable[[str], str]) -> Iterator[Figure]:
    texts = [number.text for number in numbers]
    rounds = [(_each(read, texts), _each(guess, texts)) for _ in range(_ROUNDS)]
    for name, is_right, aim in (("wrong", _is_named, 0), ("wrong at the first guess", _is_first, None)):
        yield Figure(
            chapter="numbers",
            name=f"{whose} numbers, {name}",
            value=sum(not is_right(number) for number in numbers),
            unit=f"of {len(numbers)}",
            peer="tracking-numbers, which makes one guess",
            peer_value=sum(not _is_right(number, guess(number.text)) for number in numbers),
            aim=aim,
        )
    yield Figure(
        chapter="numbers",
        name=f"{whose} numbers, one guess",
        value=min(ours for ours, _ in rounds),
        unit="µs",
        peer="tracking-numbers, which makes one guess",
        peer_value=min(theirs for _, theirs in rounds),
        aim=_AIM_US,
        samples=_TIMES * len(texts),
    )


def _is_named(number: _Number) -> bool:
    """Where two carriers number alike, both are to be named."""
    reading = read(number.text)
    if not number.valid:
        return reading.check_ok is False
    others = {guess.carrier for guess in reading.alternatives if guess.kind is ReadKind.CARRIER_NUMBER}
    return _is_first(number) or number.carrier in others


def _is_first(number: _Number) -> bool:
    reading = read(number.text)
    if not number.valid:
        return reading.check_ok is False
    if reading.kind is ReadKind.SSCC:  # which FedEx's own are, too
        return number.carrier == "fedex"
    return reading.kind is ReadKind.CARRIER_NUMBER and reading.carrier == number.carrier


def _is_right(number: _Number, said: str) -> bool:
    """The peer's. A post's number is a post's, whichever."""
    if not number.valid:
        return not said
    if said == _S10:
        return len(number.text) == 13 and number.carrier in ("", "colissimo", "chronopost", "laposte")
    return bool(said) and said == number.carrier


def _its_own() -> Iterator[_Number]:
    """Numbers that the peer's own definitions of a carrier find valid, drawn with a fixed seed."""
    draw = random.Random(20261122)
    for carrier, form in _FORMS:
        for _ in range(_EACH):
            text = _drawn(carrier, form, draw)
            yield _Number(text, read(text).carrier if carrier == _S10 else carrier)


def _drawn(carrier: str, form: str, draw: random.Random) -> str:
    from tracking_numbers import DEFINITIONS

    own = [definition for definition in DEFINITIONS if definition.courier.code == carrier]
    kinds = {"#": string.digits, "@": string.digits + string.ascii_uppercase}
    for _ in range(1000):  # not every draw has a digit that the peer takes
        drawn = "".join(draw.choice(kinds[c]) if c in kinds else c for c in form)
        for digit in string.digits:
            text = drawn.replace("?", digit)
            if any((found := definition.test(text)) and found.valid for definition in own):
                return text
    raise ValueError(f"tracking-numbers knows no {carrier} number like {form}")


def _french() -> Iterator[_Number]:
    """The samples of the tests: French carriers' and their neighbours' (carriers.md §3)."""
    from tests.domain.test_reading import AMBIGUOUS_SAMPLES, CARRIER_SAMPLES

    for text, carrier, _, check in CARRIER_SAMPLES:
        yield _Number(text, carrier, valid=check is not False)
    for text, (carrier, _), _ in AMBIGUOUS_SAMPLES:
        yield _Number(text, carrier)


def _each(work: Callable[[str], object], texts: Sequence[str]) -> float:
    """Microseconds of the processor, a number."""
    began = thread_time()
    for _ in range(_TIMES):
        for text in texts:
            work(text)
    return (thread_time() - began) * 1e6 / (_TIMES * len(texts))
