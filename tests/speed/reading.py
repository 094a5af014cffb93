"""How long one scan takes to be understood: what kind of number it is, whether its check digit holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from time import perf_counter

from tests.speed import goods
from tests.speed.figures import Figure
from tests.speed.room import Room
from wismo_desk.domain.reading import read

_ROUNDS = 7
_TIMES = 40
_SHAPES = [
    (kind, re.compile(shape))
    for kind, shape in (
        ("ups", "1Z[0-9A-Z]{16}"),
        ("post", "[A-Z]{2}[0-9]{9}[A-Z]{2}"),
        ("colissimo", "[0-9][A-Z][0-9]{11}"),
        ("chronopost", "[A-Z]{2}[0-9]{11,13}[A-Z]?"),
        ("dpd", "%?[0-9]{7}[0-9]{14}[0-9]{3}[0-9]{3}[0-9A-Z]?"),
        ("mondial relay", "[0-9]{24,26}"),
        ("own label", r"WD1\|.*"),
        ("sscc", r"(\]C1)?00[0-9]{18}"),
        ("gs1", r"(\]D2|\]C1)?01[0-9]{14}.*"),
        ("ean", "[0-9]{8}|[0-9]{12,14}"),
        ("order", "#?[0-9]{4,7}"),
    )
]


def _codes() -> dict[str, list[str]]:
    """By kind of scan, as scanners deliver them."""
    ssccs = [goods.sscc(n) for n in range(50)]
    return {
        "EAN-13 of an item": [goods.ean(n) for n in range(50)],
        "own label, GS1-128": [f"]C100{sscc}" for sscc in ssccs],
        "own label, DataMatrix": [f"WD1|REF{n:010d}|{sscc}|{100_000 + n}" for n, sscc in enumerate(ssccs)],
        "order number": [f"{100_000 + n}" for n in range(50)],
        "GS1 DataMatrix with lot": [f"]d2010{goods.ean(n)}10LOT{n}\x1d21{n:08d}" for n in range(50)],
        "EAN-13 typed on AZERTY": [_azerty(goods.ean(n)) for n in range(50)],
    }


def measure(room: Room) -> list[Figure]:
    figures = []
    for name, codes in _codes().items():
        ours, plain = [], []
        for _ in range(_ROUNDS):
            ours.append(_each(read, codes))
            plain.append(_each(_matched, codes))
        figures.append(
            Figure(
                chapter="read",
                name=name,
                value=min(ours),
                unit="µs",
                peer="a table of eleven regular expressions: no check digit, no repair",
                peer_value=min(plain),
                aim=20.0,
                samples=_TIMES * len(codes),
            )
        )
    return figures


def _each(work: Callable[[str], object], codes: list[str]) -> float:
    """Microseconds a code."""
    began = perf_counter()
    for _ in range(_TIMES):
        for code in codes:
            work(code)
    return (perf_counter() - began) * 1e6 / (_TIMES * len(codes))


def _matched(code: str) -> str:
    """What it is by its shape alone, the first that fits; "" for what is not in the table."""
    code = code.strip().upper()
    return next((kind for kind, shape in _SHAPES if shape.fullmatch(code)), "")


def _azerty(digits: str) -> str:
    return "".join("à&é\"'(-è_ç"[int(digit)] for digit in digits)
