"""How long one scan takes to be understood: what kind of number it is, whether its check digit holds."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from tests.speed import goods
from tests.speed.figures import Figure
from tests.speed.room import Room
from wismo_desk.domain.check_digits import gs1
from wismo_desk.domain.reading import read

_ROUNDS = 7
_TIMES = 40


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
        ours, naive = [], []
        for _ in range(_ROUNDS):
            ours.append(_each(read, codes))
            naive.append(_each(_naive, codes))
        figures.append(
            Figure(
                chapter="read",
                name=name,
                value=min(ours),
                unit="µs",
                peer="digits only: length and check digit",
                peer_value=min(naive),
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


def _naive(code: str) -> str | None:
    """What the simplest bench does: an item's barcode, or nothing."""
    code = code.strip()
    if code.isdigit() and len(code) in (8, 12, 13, 14) and gs1(code[:-1]) == code[-1]:
        return code
    return None


def _azerty(digits: str) -> str:
    return "".join("à&é\"'(-è_ç"[int(digit)] for digit in digits)
